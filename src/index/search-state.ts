/** Whether the rows that searches look at are made as this version and its settings make them. Where they are not, `filmroom
 *  reindex` makes them so; until then searches find by the attributes in question only what was stored since. */
import { sql, type Kysely } from 'kysely'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { prepare } from './prepared.js'
import type { Schema } from './schema.js'
import { retried } from './transact.js'

/** Grows with every change of what commits write into study, series and instance for searches. */
const FORMAT = 2

/** What a writer with these attributes writes, in few words. */
export function writtenFor({ named }: IndexedAttributes): string {
  return [`format ${FORMAT}`, ...named.map(({ key, level, vr }) => `${key}:${vr}@${level}`)].join(' ')
}

/** Whether every row is made for these attributes; true of an archive in which nothing was ever stored. One indexed read. */
export async function isFilled(database: IndexDatabase, attributes: IndexedAttributes): Promise<boolean> {
  try {
    const query = database.db
      .selectFrom('search_state')
      .innerJoin('change_head', 'change_head.id', 'search_state.id')
      .select(['written_for', 'filled', 'number'])
    const state = await retried(database, () => query.executeTakeFirstOrThrow())
    return state.number === 0 || (state.filled === 1 && state.written_for === writtenFor(attributes))
  } catch (error) {
    throw database.problemOf(error)
  }
}

export function searchStateQueries(db: Kysely<Schema>, locksRows: boolean) {
  return {
    searchState: prepare((_: object) =>
      db
        .selectFrom('search_state')
        .innerJoin('change_head', 'change_head.id', 'search_state.id')
        .select(['written_for', 'number']),
    ),
    lockHead: prepare((_: object) =>
      db
        .selectFrom('change_head')
        .select('number')
        .$if(locksRows, row => row.forUpdate()),
    ),
    /** The first of all decides what the archive is written for, another mind's ends it. */
    sayWrittenFor: prepare((v: { mine: string }) =>
      db
        .updateTable('search_state')
        .set(eb => {
          const isFirst = eb(eb.selectFrom('change_head').select('number'), '=', 0)
          return {
            written_for: eb.case().when(isFirst).then(v.mine).else('').end(),
            filled: eb.case().when(isFirst).then(sql.lit(1)).else(sql.lit(0)).end(),
          }
        })
        .where('written_for', '<>', v.mine)
        .where(eb =>
          eb.or([eb('written_for', '<>', ''), eb(eb.selectFrom('change_head').select('number'), '=', 0)]),
        ),
    ),
    beginFilling: prepare((v: { mine: string }) =>
      db.updateTable('search_state').set({ written_for: v.mine, filled: 0 }),
    ),
    endFilling: prepare((v: { mine: string }) =>
      db.updateTable('search_state').set({ filled: 1 }).where('written_for', '=', v.mine).returning('filled'),
    ),
  }
}
