/** The keys of a search as conditions on columns, as far as columns hold what they ask for; the rest is compared row by row. */
import { expressionBuilder } from 'kysely'
import type { IndexedAttributes, SearchAttribute } from '../dicom/indexed-attributes.js'
import { timeBeside } from '../dicom/date-with-time.js'
import { Problem } from '../dicom/problem.js'
import { reaches, type Match, type Query, type QueryLevel } from '../dicom/query.js'
import {
  ALL_DAYS,
  daysOf,
  isOfMoments,
  mayBeEmpty,
  mayBeInAnyZone,
  never,
  onColumn,
  UIDS,
  type Days,
} from './columns.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { isUniversal } from './element-matching.js'
import type { Schema } from './schema.js'
import {
  MODALITIES_IN_STUDY,
  MODALITY,
  SERIES_SEARCHED,
  SOP_CLASS_UID,
  STUDY_SEARCHED,
} from './searched-attributes.js'
import { searchedKey, type Condition, type SearchedKey } from './searched-keys.js'

export interface Matching {
  /** all must hold; they name the tables study, series and instance */
  readonly conditions: readonly Condition[]
  /** the study's day is one of these, by the conditions */
  readonly days: Days
  /** the conditions say nothing else */
  readonly isOfDays: boolean
  /** one of the conditions names few rows, by an index */
  readonly selective: boolean
  /** all must hold */
  readonly searched: readonly SearchedKey[]
  /** by the level whose kept attributes they look at */
  readonly checks: Readonly<Record<QueryLevel, readonly Match[]>>
}

/** The attributes of a dataset that decide about a key: two for a date with its time, and where a date's time moves it into
 *  another day. */
export function topTags(match: Match): string[] {
  const [top = ''] = match.path
  const time =
    match.path.length > 1 ? undefined : match.kind === 'date-time-range' ? match.time : timeBeside(top)
  return time === undefined ? [top] : [top, time]
}

/** @param byValue those of the operator's attributes that every study and series has its indexed values of
 *  @throws Problem `invalid-parameter` for a key that is not kept at the query's level or above */
export function matching(
  query: Query,
  database: IndexDatabase,
  attributes: IndexedAttributes,
  byValue: readonly SearchAttribute[] = [],
): Matching {
  const conditions: Condition[] = []
  const searched: SearchedKey[] = []
  const checks: Record<QueryLevel, Match[]> = { study: [], series: [], instance: [] }
  let days = ALL_DAYS
  let ofDays = 0
  let selective = query.StudyInstanceUID !== undefined || query.SeriesInstanceUID !== undefined
  const eb = expressionBuilder<Schema, 'study' | 'series' | 'instance'>()
  if (query.StudyInstanceUID !== undefined)
    conditions.push(eb('study.study_instance_uid', '=', query.StudyInstanceUID))
  if (query.SeriesInstanceUID !== undefined)
    conditions.push(eb('series.series_instance_uid', '=', query.SeriesInstanceUID))
  for (const given of query.matches) {
    if (isUniversal(given)) continue
    const match = atLevel(given, query.level)
    const [tag, ...inside] = match.path
    const level = tag === MODALITIES_IN_STUDY ? 'study' : attributes.levelOf(tag ?? '')
    if (tag === undefined || level === undefined || !reaches(query.level, level))
      throw new Problem(
        'invalid-parameter',
        `attribute ${tag} cannot be searched for at the ${query.level} level`,
      )
    if (inside.length > 0) {
      checks[level].push(match)
      continue
    }
    if (match.kind === 'empty' || (query.timezoneMinutes !== undefined && isOfMoments(match))) {
      // A column can only leave out some of the rows that do not match.
      const mayMatch = match.kind === 'empty' ? mayBeEmpty(tag) : mayBeInAnyZone(tag, match)
      if (mayMatch !== undefined) conditions.push(mayMatch)
      if (tag !== MODALITIES_IN_STUDY) checks[level].push(match)
      continue
    }
    const condition = onColumn(tag, match)
    if (condition !== undefined) {
      conditions.push(condition)
      selective ||= UIDS.has(tag)
      const some = daysOf(tag, match)
      if (some !== undefined) {
        days = daysOfBoth(days, some)
        ofDays++
      }
    }
    const attributeLevel = searchedAt(tag, match, condition, byValue)
    if (attributeLevel !== undefined) {
      for (const one of match.kind === 'name-words' ? eachWord(match) : [match]) {
        const key = searchedKey(attributeLevel, tag, one, database)
        if (key === undefined) conditions.push(never())
        else searched.push(key)
      }
      if (match.kind === 'name-words' && !STUDY_SEARCHED.has(tag)) checks[level].push(match)
    } else if (condition === undefined) checks[level].push(match)
  }
  return { conditions, days, isOfDays: ofDays === conditions.length, selective, searched, checks }
}

function daysOfBoth(a: Days, b: Days): Days {
  return { first: a.first > b.first ? a.first : b.first, last: a.last < b.last ? a.last : b.last }
}

/** Each is looked for by itself. PatientName and ReferringPhysicianName are one name; of others the words may be those of
 *  several, which a check tells. */
function eachWord(match: Extract<Match, { kind: 'name-words' }>): Match[] {
  return match.words.map(word => ({ ...match, words: [word] }))
}

/** The level among whose indexed values an attribute is looked for. */
function searchedAt(
  tag: string,
  match: Match,
  onColumn: Condition | undefined,
  byValue: readonly SearchAttribute[],
): SearchedKey['level'] | undefined {
  if (isOfMoments(match) || match.kind === 'empty') return undefined
  if (STUDY_SEARCHED.has(tag)) return 'study'
  // A series with such instances has others too: their column decides.
  const isSeries = SERIES_SEARCHED.has(tag) || (tag === SOP_CLASS_UID && onColumn !== undefined)
  if (isSeries) return 'series'
  const level = byValue.find(({ key }) => key === tag)?.level
  return level === 'instance' ? undefined : level
}

/** At study level Modality, de facto, asks for ModalitiesInStudy. */
function atLevel(match: Match, level: QueryLevel): Match {
  if (level !== 'study' || match.path[0] !== MODALITY) return match
  return { ...match, path: [MODALITIES_IN_STUDY] }
}
