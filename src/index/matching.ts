/** The keys of a search as conditions on columns, as far as columns hold what they ask for; the rest is compared row by row. */
import { expressionBuilder } from 'kysely'
import { normaliseDate } from '../dicom/date-time.js'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import { Problem } from '../dicom/problem.js'
import { reaches, type Match, type Query, type QueryLevel } from '../dicom/query.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { isUniversal, rangeEnds } from './element-matching.js'
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
  /** one of the conditions names few rows, by an index */
  readonly selective: boolean
  /** all must hold */
  readonly searched: readonly SearchedKey[]
  /** by the level whose kept attributes they look at */
  readonly checks: Readonly<Record<QueryLevel, readonly Match[]>>
}

/** @throws Problem `invalid-parameter` for a key that is not kept at the query's level or above */
export function matching(query: Query, database: IndexDatabase, attributes: IndexedAttributes): Matching {
  const conditions: Condition[] = []
  const searched: SearchedKey[] = []
  const checks: Record<QueryLevel, Match[]> = { study: [], series: [], instance: [] }
  let selective = query.StudyInstanceUID !== undefined || query.SeriesInstanceUID !== undefined
  const eb = expressionBuilder<Schema, 'study' | 'series' | 'instance'>()
  if (query.StudyInstanceUID !== undefined)
    conditions.push(eb('study.study_instance_uid', '=', query.StudyInstanceUID))
  if (query.SeriesInstanceUID !== undefined)
    conditions.push(eb('series.series_instance_uid', '=', query.SeriesInstanceUID))
  for (const given of query.matches) {
    if (isUniversal(given)) continue
    const match = atLevel(given, query.level)
    const [tag, ...inside] = match.kind === 'date-time-range' ? [match.date] : match.path
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
    const condition = onColumn(tag, match)
    if (condition !== undefined) {
      conditions.push(condition)
      selective ||= UIDS.has(tag)
    }
    const attributeLevel = searchedAt(tag, match, condition)
    if (attributeLevel !== undefined) {
      const key = searchedKey(attributeLevel, tag, match, database)
      if (key === undefined) conditions.push(never())
      else searched.push(key)
    } else if (condition === undefined) checks[level].push(match)
  }
  return { conditions, selective, searched, checks }
}

const UIDS: ReadonlySet<string> = new Set(['0020000D', '0020000E', '00080018'])

/** The level among whose indexed values an attribute is looked for. */
function searchedAt(
  tag: string,
  match: Match,
  onColumn: Condition | undefined,
): SearchedKey['level'] | undefined {
  if (match.kind === 'range' || match.kind === 'date-time-range') return undefined
  if (STUDY_SEARCHED.has(tag)) return 'study'
  // A series with such instances has others too: their column decides.
  const isSeries = SERIES_SEARCHED.has(tag) || (tag === SOP_CLASS_UID && onColumn !== undefined)
  return isSeries ? 'series' : undefined
}

/** At study level Modality, de facto, asks for ModalitiesInStudy. */
function atLevel(match: Match, level: QueryLevel): Match {
  if (level !== 'study' || match.kind === 'date-time-range' || match.path[0] !== MODALITY) return match
  return { ...match, path: [MODALITIES_IN_STUDY] }
}

/** @returns undefined where no column holds what the key asks for */
function onColumn(tag: string, match: Match): Condition | undefined {
  const eb = expressionBuilder<Schema, 'study' | 'series' | 'instance'>()
  if (match.kind === 'date-time-range')
    return match.date === '00080020' && match.time === '00080030' ? studyDateTime(match) : undefined
  switch (tag) {
    case '0020000D':
      return isOneOf(match, values => eb('study.study_instance_uid', 'in', values))
    case '0020000E':
      return isOneOf(match, values => eb('series.series_instance_uid', 'in', values))
    case '00080018':
      return isOneOf(match, values => eb('instance.sop_instance_uid', 'in', values))
    case SOP_CLASS_UID:
      // The series that have such instances are found by their indexed values.
      return isOneOf(match, values => eb('instance.sop_class_uid', 'in', values))
    case '00200011':
      return isOneNumberOf(match, values => eb('series.series_number', 'in', values))
    case '00200013':
      return isOneNumberOf(match, values => eb('instance.instance_number', 'in', values))
    case '00080020':
      return inRange(match, 'study.study_date')
    case '00080030':
      return inRange(match, 'study.study_time')
    default:
      return undefined
  }
}

function isOneOf(match: Match, condition: (values: readonly string[]) => Condition): Condition | undefined {
  if (match.kind !== 'values') return undefined
  const values = match.values.map(value => value.trim()).filter(value => !value.includes('\0'))
  return values.length === 0 ? never() : condition(values)
}

function isOneNumberOf(
  match: Match,
  condition: (values: readonly number[]) => Condition,
): Condition | undefined {
  if (match.kind !== 'values') return undefined
  const numbers = match.values
    .map(value => (value.trim() === '' ? NaN : Number(value)))
    .filter(number => Number.isSafeInteger(number) && number !== Number.MAX_SAFE_INTEGER)
  return numbers.length === 0 ? never() : condition(numbers)
}

function inRange(match: Match, column: 'study.study_date' | 'study.study_time'): Condition | undefined {
  const vr = column === 'study.study_date' ? 'DA' : 'TM'
  const eb = expressionBuilder<Schema, 'study'>()
  const between = (from: string | undefined, to: string | undefined): Condition => {
    const ends = rangeEnds({ vr, from, to })
    // Unknown is empty, which is before every start.
    return ends === undefined ? never() : eb.and([eb(column, '>=', ends.start), eb(column, '<=', ends.end)])
  }
  if (match.kind === 'range') return between(match.from, match.to)
  if (match.kind !== 'values') return undefined
  if (vr === 'DA')
    return eb(
      column,
      'in',
      match.values.map(value => normaliseDate(value) ?? NO_DATE),
    )
  // SQLite limits how deep an expression may be.
  if (match.values.length <= MOST_TIMES) return eb.or(match.values.map(value => between(value, value)))
  return undefined
}

/** A date without a time stands for its whole day. */
function studyDateTime({ from, to }: Extract<Match, { kind: 'date-time-range' }>): Condition {
  const eb = expressionBuilder<Schema, 'study'>()
  const conditions: Condition[] = [eb('study.study_date', '>', '')]
  if (from !== undefined) {
    conditions.push(
      eb('study.study_date', '>=', from.slice(0, 8)),
      eb.or([
        eb('study.study_date', '>', from.slice(0, 8)),
        eb('study.study_time', '=', ''),
        eb('study.study_time', '>=', from.slice(8)),
      ]),
    )
  }
  if (to !== undefined) {
    conditions.push(
      eb('study.study_date', '<=', to.slice(0, 8)),
      eb.or([eb('study.study_date', '<', to.slice(0, 8)), eb('study.study_time', '<=', to.slice(8))]),
    )
  }
  return eb.and(conditions)
}

const NO_DATE = 'no date'
const MOST_TIMES = 100

function never(): Condition {
  const eb = expressionBuilder<Schema>()
  return eb(eb.val(1), '=', eb.val(0))
}
