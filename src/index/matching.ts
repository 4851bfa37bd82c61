/** The keys of a search as conditions on columns, as far as columns hold what they ask for; the rest is compared row by row. */
import { expressionBuilder, type Expression, type SqlBool } from 'kysely'
import { INSTANCE_TAGS, PATIENT_AND_STUDY_TAGS, SERIES_TAGS } from '../dicom/indexed-attributes.js'
import { Problem } from '../dicom/problem.js'
import type { Match, Query, QueryLevel } from '../dicom/query.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { isUniversal, nameGroups, namePatterns, rangeEnds } from './element-matching.js'
import { normaliseText } from './normalised-values.js'
import type { Schema } from './schema.js'
import {
  groupTag,
  INDEXED_CHARACTERS,
  MODALITIES_IN_STUDY,
  MODALITY,
  SERIES_SEARCHED,
  SOP_CLASS_UID,
  STUDY_SEARCHED,
} from './searched-attributes.js'

export interface Matching {
  /** all must hold; they name the tables study, series and instance */
  readonly conditions: readonly Expression<SqlBool>[]
  /** by the level whose kept attributes they look at */
  readonly checks: Readonly<Record<QueryLevel, readonly Match[]>>
}

type Condition = Expression<SqlBool>

const LEVEL_OF_TAG: ReadonlyMap<string, QueryLevel> = new Map<string, QueryLevel>([
  ...INSTANCE_TAGS.map(tag => [tag, 'instance'] as const),
  ...SERIES_TAGS.map(tag => [tag, 'series'] as const),
  ...PATIENT_AND_STUDY_TAGS.map(tag => [tag, 'study'] as const),
  [MODALITIES_IN_STUDY, 'study'],
])
const DEPTH: Readonly<Record<QueryLevel, number>> = { study: 0, series: 1, instance: 2 }

/** The level that keeps an attribute.
 * @returns undefined where none does */
export function levelOfTag(tag: string): QueryLevel | undefined {
  return LEVEL_OF_TAG.get(tag)
}

/** Whether answers at one level may speak of another: of itself and of those above. */
export function reaches(level: QueryLevel, other: QueryLevel): boolean {
  return DEPTH[other] <= DEPTH[level]
}

/** @throws Problem `invalid-parameter` for a key that is not kept at the query's level or above */
export function matching(query: Query, database: IndexDatabase): Matching {
  const conditions: Condition[] = []
  const checks: Record<QueryLevel, Match[]> = { study: [], series: [], instance: [] }
  const eb = expressionBuilder<Schema, 'study' | 'series' | 'instance'>()
  if (query.StudyInstanceUID !== undefined)
    conditions.push(eb('study.study_instance_uid', '=', query.StudyInstanceUID))
  if (query.SeriesInstanceUID !== undefined)
    conditions.push(eb('series.series_instance_uid', '=', query.SeriesInstanceUID))
  for (const given of query.matches) {
    if (isUniversal(given)) continue
    const match = atLevel(given, query.level)
    const tag = match.kind === 'date-time-range' ? match.date : (match.path[0] ?? '')
    const level = levelOfTag(tag)
    if (level === undefined || !reaches(query.level, level))
      throw new Problem(
        'invalid-parameter',
        `attribute ${tag} cannot be searched for at the ${query.level} level`,
      )
    const condition = onColumns(match, database)
    if (condition === undefined) checks[level].push(match)
    else conditions.push(condition)
  }
  return { conditions, checks }
}

/** At study level Modality, de facto, asks for ModalitiesInStudy. */
function atLevel(match: Match, level: QueryLevel): Match {
  if (level !== 'study' || match.kind === 'date-time-range' || match.path[0] !== MODALITY) return match
  return { ...match, path: [MODALITIES_IN_STUDY] }
}

/** @returns undefined where no column holds what the key asks for */
function onColumns(match: Match, database: IndexDatabase): Condition | undefined {
  const eb = expressionBuilder<Schema, 'study' | 'series' | 'instance'>()
  if (match.kind === 'date-time-range')
    return match.date === '00080020' && match.time === '00080030' ? studyDateTime(match) : undefined
  const [tag = '', ...inside] = match.path
  if (inside.length > 0) return undefined
  switch (tag) {
    case '0020000D':
      return isOneOf(match, values => eb('study.study_instance_uid', 'in', values))
    case '0020000E':
      return isOneOf(match, values => eb('series.series_instance_uid', 'in', values))
    case '00080018':
      return isOneOf(match, values => eb('instance.sop_instance_uid', 'in', values))
    case SOP_CLASS_UID:
      // The series that have such instances are found by an index.
      return isOneOf(match, values =>
        eb.and([eb('instance.sop_class_uid', 'in', values), inSeries([tag], value => value('in', values))]),
      )
    case '00200011':
      return isOneNumberOf(match, values => eb('series.series_number', 'in', values))
    case '00200013':
      return isOneNumberOf(match, values => eb('instance.instance_number', 'in', values))
    case '00080020':
      return inRange(match, 'study.study_date')
    case '00080030':
      return inRange(match, 'study.study_time')
  }
  if (STUDY_SEARCHED.has(tag)) return searched(match, tag, inStudy, database)
  if (SERIES_SEARCHED.has(tag)) return searched(match, tag, inSeries, database)
  return undefined
}

type ValueIs = (operator: '=' | 'in' | '>=' | '<', value: string | readonly string[]) => Condition
type InLevel = (
  tags: readonly string[],
  condition: (is: ValueIs, value: Expression<string>) => Condition,
) => Condition

const inStudy: InLevel = (tags, condition) => {
  const eb = expressionBuilder<Schema, 'study'>()
  return eb('study.id', 'in', select =>
    select
      .selectFrom('study_attribute')
      .select('owner_id')
      .where('tag', 'in', tags)
      .where(value =>
        condition((operator, operand) => value('value', operator, operand), value.ref('value')),
      ),
  )
}

const inSeries: InLevel = (tags, condition) => {
  const eb = expressionBuilder<Schema, 'series'>()
  return eb('series.id', 'in', select =>
    select
      .selectFrom('series_attribute')
      .select('owner_id')
      .where('tag', 'in', tags)
      .where(value =>
        condition((operator, operand) => value('value', operator, operand), value.ref('value')),
      ),
  )
}

function searched(
  match: Match,
  tag: string,
  inLevel: InLevel,
  database: IndexDatabase,
): Condition | undefined {
  switch (match.kind) {
    case 'values': {
      const values = match.values
        .map(value => normaliseText(match.vr, value).slice(0, INDEXED_CHARACTERS))
        .filter(value => !value.includes('\0'))
      return values.length === 0 ? never() : inLevel([tag], is => is('in', values))
    }
    case 'wildcard': {
      const pattern = normaliseText(match.vr, match.pattern)
      return inLevel([tag], (is, value) => like(is, value, pattern, database))
    }
    case 'person-name': {
      const tags = nameGroups(match.group).map(group => groupTag(tag, group))
      const patterns = namePatterns(match.pattern)
      return inLevel(tags, (is, value) =>
        expressionBuilder<Schema>().or(patterns.map(pattern => like(is, value, pattern, database))),
      )
    }
    case 'range':
    case 'date-time-range':
      return undefined
  }
}

/** An index serves what stands before the first wildcard. */
function like(is: ValueIs, value: Expression<string>, given: string, database: IndexDatabase): Condition {
  const pattern = given.replace(/\*+/g, '*')
  if (pattern.includes('\0') || pattern.replaceAll('*', '').length > INDEXED_CHARACTERS) return never()
  const [prefix = ''] = /^[^*?]*/.exec(pattern) ?? []
  if (prefix === pattern) return is('=', pattern)
  const eb = expressionBuilder<Schema>()
  const conditions: Condition[] = []
  if (prefix !== '') {
    const after = successor(prefix)
    conditions.push(is('>=', prefix), ...(after === undefined ? [] : [is('<', after)]))
  }
  if (pattern !== `${prefix}*`) conditions.push(database.wildcard(value, pattern))
  return eb.and(conditions)
}

/** The least text that is greater than every text with this prefix, in the order of code points. */
function successor(prefix: string): string | undefined {
  const characters = Array.from(prefix)
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? 0
    // Surrogates are no characters of UTF-8.
    const next = code === 0xd7ff ? 0xe000 : code + 1
    if (next <= 0x10ffff) return characters.join('') + String.fromCodePoint(next)
  }
  return undefined
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
  if (match.kind === 'values') return eb.or(match.values.map(value => between(value, value)))
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

function never(): Condition {
  const eb = expressionBuilder<Schema>()
  return eb(eb.val(1), '=', eb.val(0))
}
