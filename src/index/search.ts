/** Searches. May read much: on SQLite they run in a thread of their own (search-thread.ts). */
import { setImmediate } from 'node:timers/promises'
import { inflateRawSync } from 'node:zlib'
import { sql } from 'kysely'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import { parseMarkedJson, type DicomJson } from '../dicom/json-model.js'
import { Problem } from '../dicom/problem.js'
import type { Match, Query, QueryLevel } from '../dicom/query.js'
import { answering, type HeaderOfRow } from './answers.js'
import type { SearchPage } from './archive-index.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { datasetMatches } from './element-matching.js'
import { elementIn, elementLines, parseElementLine } from './element-text.js'
import { matching, topTags, type Matching } from './matching.js'
import { zonesOf, type Zones } from './moments.js'
import { placedStudies } from './placed-studies.js'
import { isFilled } from './search-state.js'
import { isSearchedByValue } from './searched-attributes.js'
import {
  after,
  counted,
  countRows,
  liveCounts,
  MOST_COUNTED,
  pageRows,
  type Found,
  type Narrowed,
  type SearchRow,
} from './search-rows.js'
import type { SearchedKey } from './searched-keys.js'
import { retried } from './transact.js'

/** Rows that are compared before others get a turn. */
const SCAN_ROWS = 500
/** A key that no more studies or series match than so is rare in any archive, and one that more match in none. */
const FEW_ROWS = { least: 1_000, most: 20_000 }
/** Longer headers are not parsed for a search: what only they have is left out. */
const HEADER_TEXT_BYTES = 16 << 20
/** An answer is held whole. One result is always smaller. */
const ANSWER_CHARACTERS = 64 << 20

/** @throws Problem `invalid-parameter`, `unavailable`, `payload-too-large`; the signal's reason once it is aborted */
export async function search(
  database: IndexDatabase,
  attributes: IndexedAttributes,
  query: Query,
  signal: AbortSignal,
): Promise<SearchPage> {
  const found = async (): Promise<SearchPage> => {
    const named = attributes.named.filter(isSearchedByValue)
    const byValue = named.length > 0 && (await isFilled(database, attributes)) ? named : []
    const matched = matching(query, database, attributes, byValue)
    const few = async (): Promise<number> =>
      fewOf((await liveCounts(database)).study, query.offset + query.limit)
    const { rows, ...rest } = hasChecks(matched)
      ? await scan(database, query, await narrow(database, query, matched), matched.checks, signal)
      : ((await placedStudies(database, query, matched, few)) ??
        (await page(database, query, await narrow(database, query, matched), matched)))
    return { rows: await answer(database, attributes, query, rows, signal), ...rest }
  }
  try {
    return await retried(database, found)
  } catch (error) {
    signal.throwIfAborted()
    throw database.problemOf(error)
  }
}

/** Rows of a rare key are fetched and sorted; where all keys are frequent, a walk in order meets enough of them soon.
 *  Exported for the test of what the database makes of it. */
export async function narrow(
  database: IndexDatabase,
  { limit, offset }: Pick<Query, 'limit' | 'offset'>,
  { conditions, selective, searched }: Matching,
): Promise<Narrowed> {
  if (searched.length === 0) return { conditions, few: {}, isWalk: !selective }
  const all = await liveCounts(database)
  const narrowed = [...conditions]
  const few: { study?: ReadonlySet<number>; series?: ReadonlySet<number> } = {}
  for (const { level, owners, tested } of searched) {
    const most = fewOf(all[level], offset + limit)
    const ids = await numbersOf(database, owners.limit(most + 1), most)
    if (ids === undefined) narrowed.push(tested)
    else few[level] = common(few[level], ids)
  }
  const isWalk = !selective && few.study === undefined && few.series === undefined
  return { conditions: narrowed, few, isWalk }
}

/** A walk passes rows ÷ matches × wanted rows, a fetch reads the matches: they cost the same at the square root. */
function fewOf(rows: number, wanted: number): number {
  const even = Math.ceil(Math.sqrt(rows * wanted))
  return Math.min(Math.max(even, FEW_ROWS.least), FEW_ROWS.most)
}

/** In one text: a row costs more than the number in it.
 * @returns undefined where there are more than so many */
async function numbersOf(
  { db }: IndexDatabase,
  owners: SearchedKey['owners'],
  most: number,
): Promise<ReadonlySet<number> | undefined> {
  const { n, ids } = await db
    .selectFrom(owners.as('owner'))
    .select(eb => eb.fn.countAll<number | string>().as('n'))
    .select(sql<string | null>`string_agg(cast(owner_id as text), ',')`.as('ids'))
    .executeTakeFirstOrThrow()
  return Number(n) > most ? undefined : new Set(ids?.split(',').map(Number))
}

function common(some: ReadonlySet<number> | undefined, others: ReadonlySet<number>): ReadonlySet<number> {
  return some === undefined ? others : new Set([...some].filter(id => others.has(id)))
}

/** Columns hold all that is asked for: the database does the rest. */
async function page(
  database: IndexDatabase,
  { level, limit, offset }: Query,
  narrowed: Narrowed,
  { searched }: Matching,
): Promise<Found> {
  const rows = await pageRows(database, level, narrowed, limit + 1, offset).execute()
  if (rows.length <= limit) return { rows, remaining: 0, isAll: true }
  const wanted = rows.slice(0, limit)
  const total = await knownTotal(database, level, narrowed, searched.length)
  if (total !== undefined)
    return { rows: wanted, remaining: Math.max(1, total - offset - limit), isAll: true }
  const most = offset + limit + MOST_COUNTED + 1
  const some = await countRows(database, level, narrowed, most)
  // Both were read one after the other: an instance may have come or gone between.
  return { rows: wanted, ...counted(Math.max(1, some - offset - limit)) }
}

/** How many there are, where that need not be counted. */
async function knownTotal(
  database: IndexDatabase,
  level: QueryLevel,
  { conditions, few }: Narrowed,
  keys: number,
): Promise<number | undefined> {
  if (conditions.length > 0) return undefined
  if (keys === 0) return (await liveCounts(database))[level]
  return keys === 1 && level !== 'instance' ? few[level]?.size : undefined
}

/** Rows that the columns let pass are compared one by one, some beyond the page, to tell how many remain. */
async function scan(
  database: IndexDatabase,
  { level, limit, offset, timezoneMinutes }: Query,
  narrowed: Narrowed,
  checks: Matching['checks'],
  signal: AbortSignal,
): Promise<Found> {
  const rows: SearchRow[] = []
  const enough = offset + limit + MOST_COUNTED
  let found = 0
  let last: SearchRow | undefined
  do {
    const conditions = last === undefined ? narrowed.conditions : [...narrowed.conditions, after(level, last)]
    const candidates = await pageRows(database, level, { ...narrowed, conditions }, SCAN_ROWS).execute()
    for (const row of candidates) {
      if (!passes(row, checks, timezoneMinutes)) continue
      if (found >= offset && rows.length < limit) rows.push(row)
      found++
    }
    last = candidates.length < SCAN_ROWS || found > enough ? undefined : candidates.at(-1)
    await setImmediate()
    signal.throwIfAborted()
  } while (last !== undefined)
  return { rows, ...counted(Math.max(0, found - offset - rows.length)) }
}

function hasChecks({ checks }: Matching): boolean {
  return checks.study.length + checks.series.length + checks.instance.length > 0
}

function passes(row: SearchRow, checks: Matching['checks'], zoneMinutes: number | undefined): boolean {
  const zones =
    zoneMinutes === undefined
      ? undefined
      : zonesOf(zoneMinutes, elementIn(row.study_attributes, TIMEZONE_OFFSET))
  return (
    keptMatches(row.study_attributes, checks.study, zones) &&
    keptMatches(row.series_attributes, checks.series, zones) &&
    keptMatches(row.instance_attributes, checks.instance, zones)
  )
}

const TIMEZONE_OFFSET = '00080201'

function keptMatches(text: string, matches: readonly Match[], zones: Zones | undefined): boolean {
  if (matches.length === 0) return true
  const lines = elementLines(text)
  const dataset: Record<string, DicomJson[string]> = {}
  for (const match of matches) {
    for (const tag of topTags(match)) {
      const line = lines.get(tag)
      if (line !== undefined) dataset[tag] = parseElementLine(line)
    }
  }
  return datasetMatches(dataset, matches, zones)
}

async function answer(
  database: IndexDatabase,
  attributes: IndexedAttributes,
  query: Query,
  rows: readonly SearchRow[],
  signal: AbortSignal,
): Promise<string[]> {
  const { fromHeader, row: answerRow } = answering(query, attributes)
  const answers: string[] = []
  let characters = 0
  for (const row of rows) {
    const header = fromHeader.length === 0 ? undefined : await headerOf(database, query.level, row)
    const answered = answerRow(row, header)
    characters += answered.length
    if (characters > ANSWER_CHARACTERS)
      throw new Problem(
        'payload-too-large',
        `the first ${answers.length + 1} results are larger than ${ANSWER_CHARACTERS} characters: a smaller limit, or fewer attributes`,
      )
    answers.push(answered)
    if (fromHeader.length === 0) continue
    await setImmediate()
    signal.throwIfAborted()
  }
  return answers
}

/** The header of the row's instance, or of the first live one below it. */
async function headerOf(
  { db }: IndexDatabase,
  level: QueryLevel,
  row: SearchRow,
): Promise<HeaderOfRow | undefined> {
  const instances = db
    .selectFrom('series')
    .innerJoin('instance', 'instance.series_id', 'series.id')
    .innerJoin('instance_header', 'instance_header.instance_id', 'instance.id')
    .select(['series.series_instance_uid', 'instance.sop_instance_uid', 'instance_header.header'])
    .where('series.deleted_at', 'is', null)
    .where('instance.deleted_at', 'is', null)
    .where('instance_header.header_text_bytes', '<=', HEADER_TEXT_BYTES)
  const found = await (
    level === 'instance'
      ? instances.where('instance.id', '=', row.instance_id)
      : instances
          .where(
            level === 'study' ? 'series.study_id' : 'series.id',
            '=',
            level === 'study' ? row.study_id : row.series_id,
          )
          .orderBy('series.series_number')
          .orderBy('series.series_instance_uid')
          .orderBy('instance.instance_number')
          .orderBy('instance.sop_instance_uid')
          .limit(1)
  ).executeTakeFirst()
  return (
    found && {
      dataset: parseHeader(found.header),
      SeriesInstanceUID: found.series_instance_uid,
      SOPInstanceUID: found.sop_instance_uid,
    }
  )
}

function parseHeader(header: Uint8Array): DicomJson {
  return parseMarkedJson(inflateRawSync(header, { maxOutputLength: HEADER_TEXT_BYTES }).toString('utf8'))
}
