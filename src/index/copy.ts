import { sql, type Kysely } from 'kysely'
import { Problem } from '../dicom/problem.js'
import {
  COPIED_TABLES,
  equalRows,
  pairedRows,
  withKeys,
  type CopiedRow,
  type CopiedTable,
} from './copied-tables.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { migrate, newerStep } from './migrate.js'
import { indexPlace, openDatabase, type PostgresSettings } from './place.js'
import type { Schema } from './schema.js'

export interface CopiedRows {
  readonly inserted: number
  /** rows that the copy had, and that are gone or are others by now */
  readonly removed: number
  /** number of the last change that the copy has */
  readonly change: number
}

/** Values of one statement, and rows. SQLite takes 32,766 values. */
const MOST_VALUES = 8_000
const MOST_REMOVED = 200
const INSERT_BYTES = 4 << 20

/** Makes one index hold what another one holds at this moment, row by row: their numbers, the changes' numbers and all times are
 *  kept, so that both answer alike. The first may be in use; the second must not. What the second has already is compared and not
 *  written again: an interrupted copy is gone on with by another, and a copy brought up to date.
 * @param tell is called with the rows that were looked at so far
 * @throws Problem `invalid-parameter`: the second holds another archive, or a newer program has brought the first further;
 *  `unavailable`, `storage-full`; the signal's reason */
export async function copyIndex(
  fromUrl: string,
  toUrl: string,
  settings: PostgresSettings,
  tell: (rows: number) => void,
  signal?: AbortSignal,
): Promise<CopiedRows> {
  const from = await openDatabase(indexPlace(fromUrl, settings), 'read')
  try {
    const to = await openDatabase(indexPlace(toUrl, settings), 'write')
    try {
      await migrate(to)
      return await from.snapshot(snapshot => copyRows(snapshot, to, tell, signal))
    } catch (error) {
      signal?.throwIfAborted()
      throw to.problemOf(error)
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

async function copyRows(
  from: Kysely<Schema>,
  to: IndexDatabase,
  tell: (rows: number) => void,
  signal: AbortSignal | undefined,
): Promise<CopiedRows> {
  refuseNewer(await newerStep(from))
  await refuseOtherArchive(from, to.db)
  let looked = 0
  let inserted = 0
  let removed = 0
  const seen = (): void => {
    looked++
    if (looked % 100 !== 0) return
    signal?.throwIfAborted()
    tell(looked)
  }
  await to.withoutReferenceChecks(async () => {
    // First what is in the way: a number, or a UID, that another row has by now.
    for (const table of [...COPIED_TABLES].reverse()) removed += await removeOthers(table)
    for (const table of COPIED_TABLES) inserted += await insertMissing(table)
  })
  await to.continueIds(COPIED_TABLES.filter(({ key }) => key[0] === 'id').map(({ name }) => name))
  return { inserted, removed, change: await lastChange(from) }

  async function removeOthers(table: CopiedTable): Promise<number> {
    let count = 0
    let rows: CopiedRow[] = []
    const remove = async (): Promise<void> => {
      if (rows.length === 0) return
      const gone = rows
      rows = []
      await to.db
        .transaction()
        .execute(transaction =>
          sql`delete from ${sql.table(table.name)} where ${withKeys(gone, table)}`.execute(transaction),
        )
      count += gone.length
    }
    for await (const pair of pairedRows(from, to.db, table, true)) {
      seen()
      if (pair.to === undefined || (pair.from !== undefined && equalRows(pair.from, pair.to))) continue
      rows.push(pair.to)
      if (rows.length === MOST_REMOVED) await remove()
    }
    await remove()
    return count
  }

  async function insertMissing(table: CopiedTable): Promise<number> {
    let count = 0
    let bytes = 0
    let rows: CopiedRow[] = []
    const insert = async (): Promise<void> => {
      const some = rows
      rows = []
      bytes = 0
      await to.db.transaction().execute(transaction => to.insertCopied(transaction, table.name, some))
      count += some.length
    }
    for await (const pair of pairedRows(from, to.db, table, false)) {
      seen()
      if (pair.to !== undefined || pair.from === undefined) continue
      rows.push(pair.from)
      bytes += bytesOf(pair.from)
      const values = rows.length * Object.keys(pair.from).length
      if (values > MOST_VALUES || bytes > INSERT_BYTES) await insert()
    }
    if (rows.length > 0) await insert()
    return count
  }
}

/** What a newer program keeps in columns and tables of its own would be lost. The other way round nothing is: those of the copy
 *  have their defaults, as in rows that a server of this release writes beside a newer one.
 * @param step that this program does not know
 * @throws Problem `invalid-parameter` */
export function refuseNewer(step: string | undefined): void {
  if (step === undefined) return
  throw new Problem(
    'invalid-parameter',
    `a newer program has brought the index further (${step}): let that one copy it`,
  )
}

/** A copy's changes are the first ones of what it is a copy of. */
async function refuseOtherArchive(from: Kysely<Schema>, to: Kysely<Schema>): Promise<void> {
  const last = await lastChange(to)
  for (const number of new Set([Math.min(1, last), last])) {
    if (number === 0) continue
    const [was, is] = await Promise.all([from, to].map(db => changeNumbered(db, number)))
    if (was === undefined || is === undefined || !equalRows(was, is))
      throw new Problem('invalid-parameter', 'the index to copy to holds another archive, or a later state')
  }
}

async function changeNumbered(db: Kysely<Schema>, number: number): Promise<CopiedRow | undefined> {
  return db.selectFrom('change').selectAll().where('number', '=', number).executeTakeFirst()
}

async function lastChange(db: Kysely<Schema>): Promise<number> {
  // Where a copy was interrupted there may be none.
  return (await db.selectFrom('change_head').select('number').executeTakeFirst())?.number ?? 0
}

function bytesOf(row: CopiedRow): number {
  let bytes = 0
  for (const value of Object.values(row))
    if (value instanceof Uint8Array || typeof value === 'string') bytes += value.length
  return bytes
}
