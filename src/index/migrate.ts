import { promises as fs } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  FileMigrationProvider,
  Migrator,
  sql,
  type Kysely,
  type Migration,
  type MigrationProvider,
  type MigrationResultSet,
} from 'kysely'
import type { SchemaChange } from './archive-index.js'
import type { IndexDatabase } from './dialects/dialect.js'
import type { Schema } from './schema.js'

/** While a step waits for the lock on a table, everybody who wants that table waits behind it. Less than the time after which
 *  PostgreSQL looks for a deadlock (1 s): it is the step that gives way. */
const LONGEST_LOCK_WAIT_MS = 700
/** Between two attempts, for those who waited. */
const PAUSE_MS = 2_000
/** A quarter of an hour: a read may go on for that long, or a dump. */
const MOST_ATTEMPTS = 330

/** Brings the schema up to date. Of several starters one migrates, the others wait and find it done. One that a newer program has
 *  brought further is left as it is: each step leaves what the program before it writes and reads, so that both run side by side
 *  while servers are replaced one after the other (docs/architecture.md).
 * @throws Problem `unavailable` */
export async function migrate(database: IndexDatabase): Promise<SchemaChange> {
  const { db, problemOf } = database
  const files = migrationFiles()
  const provider = { getMigrations: async () => givingWay(await files.getMigrations(), database) }
  const migrator = new Migrator({ db, provider })
  const { error, results = [] } = (await isDone(migrator, problemOf)) ? {} : await steps(migrator, database)
  if (error !== undefined) throw problemOf(error)
  const done = (await migrator.getMigrations()).filter(one => one.executedAt !== undefined)
  // Of what this call did itself: what another starter did meanwhile was there already.
  const from = done.at(-1 - results.length)?.name
  return { from, to: done.at(-1)?.name ?? '', newer: await newerStep(db) }
}

/** @returns the last step that a newer program made of an index, and this one does not know */
export async function newerStep(db: Kysely<Schema>): Promise<string | undefined> {
  const known = await migrationFiles().getMigrations()
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name desc`.execute(
    db,
  )
  return rows.find(({ name }) => !(name in known))?.name
}

function migrationFiles(): MigrationProvider {
  // dist/src/index/migrate.js → dist/migrations
  const migrationFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
  return new FileMigrationProvider({ fs, path, migrationFolder })
}

/** All steps are one transaction: where one gives way, none is done. */
async function steps(migrator: Migrator, { isHeldUp }: IndexDatabase): Promise<MigrationResultSet> {
  for (let attempt = 1; ; attempt++) {
    const result = await migrator.migrateToLatest()
    if (attempt === MOST_ATTEMPTS || !isHeldUp(result.error)) return result
    await setTimeout(PAUSE_MS)
  }
}

/** The limit holds from the first step on: before it, who waits for another starter waits as long as that takes. */
function givingWay(
  migrations: Readonly<Record<string, Migration>>,
  { limitLockWaits }: IndexDatabase,
): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]) => [
      name,
      {
        async up(transaction) {
          await limitLockWaits(transaction, LONGEST_LOCK_WAIT_MS)
          await migration.up(transaction)
        },
      } satisfies Migration,
    ]),
  )
}

async function isDone(migrator: Migrator, problemOf: IndexDatabase['problemOf']): Promise<boolean> {
  try {
    return (await migrator.getMigrations()).every(one => one.executedAt !== undefined)
  } catch (error) {
    throw problemOf(error)
  }
}
