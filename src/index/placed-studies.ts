/** Studies of one key, in the order of answers by what the key's values say of it: none is read that is not answered. */
import { sql, type QueryCreator } from 'kysely'
import type { Query } from '../dicom/query.js'
import type { IndexDatabase } from './dialects/dialect.js'
import type { Matching } from './matching.js'
import { orderMoment } from './moments.js'
import type { Schema } from './schema.js'
import { counted, MOST_COUNTED, orderedRows, type Found, type SearchRow } from './search-rows.js'

/** Rows, and what was looked at to find them. */
interface PlacedRow extends SearchRow {
  /** studies that were looked at */
  readonly placed_studies: number | string
  /** the least moment of them */
  readonly least_moment: number | string
}

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
  const first = orderMoment(days.first, '')
  const last = orderMoment(days.last, LAST_SECOND)
  const placed = key.placed(first, last).limit(most + 1)
  const db = database.db.with(
    cte => cte('placed').materialized(),
    () => (key.isOneValue ? placed.orderBy('moment', 'desc') : placed),
  ) as unknown as QueryCreator<Schema>
  // The first of the next page: the order is looked up of what stands before it or beside.
  const end = sql`(select moment from placed order by moment desc limit 1 offset ${offset + limit})`
  const wanted = sql<boolean>`study.id in (select owner_id from placed where moment >= coalesce(${end}, 0))`
  const rows = (await orderedRows({ ...database, db }, 'study', {
    conditions: [wanted, ...conditions],
    few: {},
    isWalk: false,
  })
    .select([
      sql<number>`(select count(*) from placed)`.as('placed_studies'),
      sql<number>`(select min(moment) from placed)`.as('least_moment'),
    ])
    .limit(limit + 1)
    .offset(offset)
    .execute()) as PlacedRow[]
  const next = rows[limit]
  if (next === undefined) return { rows, remaining: 0, isAll: true }
  const remaining = Number(next.placed_studies) - offset - limit
  const page = rows.slice(0, limit)
  if (Number(next.placed_studies) <= most) return { rows: page, remaining, isAll: true }
  // Beyond those there may be others of the same moment.
  const isWhole = orderMoment(next.study_date, next.study_time) > Number(next.least_moment)
  return key.isOneValue && isWhole ? { rows: page, ...counted(remaining) } : undefined
}

const LAST_SECOND = '999999'
