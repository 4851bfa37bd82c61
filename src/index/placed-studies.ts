/** Studies of one key, in the order of answers by what the key's values say of it: none is read that is not answered. */
import { sql, type QueryCreator } from 'kysely'
import type { Query } from '../dicom/query.js'
import type { IndexDatabase } from './dialects/dialect.js'
import type { Matching } from './matching.js'
import { orderMoment } from './moments.js'
import type { Schema } from './schema.js'
import { counted, MOST_COUNTED, orderedRows, type Found } from './search-rows.js'
import type { SearchedKey } from './searched-keys.js'

/** A page of what one key of studies, alone or with dates, matches.
 * @param few tells how many are put in order where the index does not have them so
 * @returns undefined where the search is another, or too many match */
export async function placedStudies(
  database: IndexDatabase,
  { level, limit, offset }: Query,
  { searched: [key, ...others], conditions, days, isOfDays }: Matching,
  few: () => Promise<number>,
): Promise<Found | undefined> {
  if (level !== 'study' || key?.level !== 'study' || others.length > 0 || !isOfDays) return undefined
  const most = key.isOneValue ? offset + limit + MOST_COUNTED : await few()
  if (offset + limit > most) return undefined
  const answered = await placedRows(database, { limit, offset }, { key, days, conditions }, most).execute()
  const isCut = Number(answered[0]?.found_rows ?? 0) > most
  // Rows of one study may stand where others would.
  if (!key.isOneValue && (isCut || (answered.length === 0 && offset > 0))) return undefined
  const next = answered[limit]
  if (next === undefined) return { rows: answered, remaining: 0, isAll: true }
  const page = answered.slice(0, limit)
  const remaining = Number(next.placed_studies) - offset - limit
  if (!isCut) return { rows: page, remaining, isAll: true }
  // Beyond those that were found there may be others of the same moment.
  const isWhole = orderMoment(next.study_date, next.study_time) > Number(next.least_moment)
  return isWhole ? { rows: page, ...counted(remaining) } : undefined
}

/** The page and the row after it. Exported for the test of what the database makes of it.
 *  @param most rows of the key are looked at, and one more */
export function placedRows(
  database: IndexDatabase,
  { limit, offset }: Pick<Query, 'limit' | 'offset'>,
  { key, days, conditions }: Pick<Matching, 'days' | 'conditions'> & { readonly key: SearchedKey },
  most: number,
) {
  const first = orderMoment(days.first, '')
  const last = orderMoment(days.last, LAST_SECOND)
  const rows = key.placed(first, last).limit(most + 1)
  const db = database.db
    .with(
      cte => cte('found').materialized(),
      () => (key.isOneValue ? rows.orderBy('moment', 'desc') : rows),
    )
    .with(
      cte => cte('placed').materialized(),
      found => {
        const all = found.selectFrom('found')
        if (key.isOneValue) return all.select(['owner_id', 'moment'])
        return all.select(eb => ['owner_id', eb.fn.max('moment').as('moment')]).groupBy('owner_id')
      },
    ) as unknown as QueryCreator<Schema>
  // The first of the next page: the order is looked up of what stands before it or beside.
  const end = sql`(select moment from placed order by moment desc limit 1 offset ${offset + limit})`
  const wanted = sql<boolean>`study.id in (select owner_id from placed where moment >= coalesce(${end}, 0))`
  const narrowed = { conditions: [wanted, ...conditions], few: {}, isWalk: false }
  return orderedRows({ ...database, db }, 'study', narrowed)
    .select([
      sql<number | string>`(select count(*) from found)`.as('found_rows'),
      sql<number | string>`(select count(*) from placed)`.as('placed_studies'),
      sql<number | string>`(select min(moment) from placed)`.as('least_moment'),
    ])
    .limit(limit + 1)
    .offset(offset)
}

const LAST_SECOND = '999999'
