import { promises as fs } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileMigrationProvider, Migrator } from 'kysely'
import type { SchemaChange } from './archive-index.js'
import type { IndexDatabase } from './dialects/dialect.js'

/** Brings the schema up to date. Of several starters one migrates, the others wait and find it done. One that a newer program has
 *  brought further is left as it is: each step leaves what the program before it writes and reads, so that both run side by side
 *  while servers are replaced one after the other.
 * @throws Problem `unavailable` */
export async function migrate({ db, problemOf }: IndexDatabase): Promise<SchemaChange> {
  // dist/src/index/migrate.js → dist/migrations
  const migrationFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
  const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) })
  const { error, results = [] } = (await isDone(migrator, problemOf)) ? {} : await migrator.migrateToLatest()
  if (error !== undefined) throw problemOf(error)
  const done = (await migrator.getMigrations()).filter(one => one.executedAt !== undefined)
  // Of what this call did itself: what another starter did meanwhile was there already.
  return { from: done.at(-1 - results.length)?.name, to: done.at(-1)?.name ?? '' }
}

async function isDone(migrator: Migrator, problemOf: IndexDatabase['problemOf']): Promise<boolean> {
  try {
    return (await migrator.getMigrations()).every(one => one.executedAt !== undefined)
  } catch (error) {
    throw problemOf(error)
  }
}
