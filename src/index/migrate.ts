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
  type MigrationInfo,
  type MigrationProvider,
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
  const { error, made } = await steps(provider, database)
  if (error !== undefined) throw problemOf(error)
  const done = (await new Migrator({ db, provider }).getMigrations()).filter(
    one => one.executedAt !== undefined,
  )
  // Of what this call did itself: what another starter did meanwhile was there already.
  const from = done.at(-1 - made)?.name
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

/** A file of migrations/. One that is outside of any transaction may build indexes of PostgreSQL `concurrently`, for as long as that
 *  takes. It may be ended at any point, and is done again then: it first drops what an earlier attempt left. */
interface Step extends Migration {
  readonly outsideTransaction?: boolean
}

/** Steps up to one that is outside are one transaction: where one gives way, none of these is done.
 * @returns how many steps were made, and what went wrong after them */
async function steps(
  provider: MigrationProvider,
  database: IndexDatabase,
): Promise<{ readonly made: number; readonly error?: unknown }> {
  const { db, isHeldUp } = database
  let made = 0
  for (let attempt = 1; ;) {
    const pending = await pendingSteps(provider, database)
    const [first] = pending
    if (first === undefined) return { made }
    const isOutside = outside(first.migration)
    const end = isOutside ? 1 : pending.findIndex(one => outside(one.migration))
    const last = pending.at(end === -1 ? -1 : end - 1) ?? first
    const migrator = new Migrator({ db, provider, disableTransactions: isOutside })
    // Where another starter is further by now nothing is done: no step has a way back.
    const { error, results = [] } = await migrator.migrateTo(last.name)
    if (error === undefined) made += results.filter(({ status }) => status === 'Success').length
    else if (attempt++ === MOST_ATTEMPTS || !isHeldUp(error)) return { made, error }
    else await setTimeout(PAUSE_MS)
  }
}

async function pendingSteps(
  provider: MigrationProvider,
  { db, problemOf }: IndexDatabase,
): Promise<readonly MigrationInfo[]> {
  try {
    const all = await new Migrator({ db, provider }).getMigrations()
    return all.filter(one => one.executedAt === undefined)
  } catch (error) {
    throw problemOf(error)
  }
}

function outside({ outsideTransaction = false }: Step): boolean {
  return outsideTransaction
}

/** The limit holds from the first step of a transaction on: before it, who waits for another starter waits as long as that takes. */
function givingWay(
  migrations: Readonly<Record<string, Migration>>,
  { limitLockWaits }: IndexDatabase,
): Record<string, Migration> {
  return Object.fromEntries(
    Object.entries(migrations).map(([name, migration]) => [
      name,
      {
        outsideTransaction: outside(migration),
        async up(connection) {
          if (!outside(migration)) await limitLockWaits(connection, LONGEST_LOCK_WAIT_MS)
          await migration.up(connection)
        },
      } satisfies Step,
    ]),
  )
}
