import { promises as fs } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileMigrationProvider, Migrator } from 'kysely'
import type { SchemaChange } from './archive-index.js'
import type { IndexDatabase } from './dialects/dialect.js'

/** Brings the schema up to date. Of several starters one migrates, the others wait and find it done.
 * @throws Problem `unavailable` */
export async function migrate({ db, problemOf }: IndexDatabase): Promise<SchemaChange> {
  // dist/src/index/migrate.js → dist/migrations
  const migrationFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
  const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) throw problemOf(error)
  const done = (await migrator.getMigrations()).filter(one => one.executedAt !== undefined)
  // Of what this call did itself: what another starter did meanwhile was there already.
  return { from: done.at(-1 - results.length)?.name, to: done.at(-1)?.name ?? '' }
}
