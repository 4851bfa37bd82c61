/** Keys that columns of study, series and instance answer, wholly or in part. */
import { expressionBuilder } from 'kysely'
import { moveDateTime, normaliseDate } from '../dicom/date-time.js'
import type { Match } from '../dicom/query.js'
import { rangeEnds } from './moments.js'
import { PERSON_NAME_GROUPS } from './normalised-values.js'
import type { Schema } from './schema.js'
import { groupTag, MODALITIES_IN_STUDY, SOP_CLASS_UID, STUDY_SEARCHED } from './searched-attributes.js'
import type { Condition } from './searched-keys.js'

const STUDY_INSTANCE_UID = '0020000D'
const SERIES_INSTANCE_UID = '0020000E'
const SOP_INSTANCE_UID = '00080018'
const STUDY_DATE = '00080020'
const STUDY_TIME = '00080030'

/** An index finds the few rows with one of them. */
export const UIDS: ReadonlySet<string> = new Set([STUDY_INSTANCE_UID, SERIES_INSTANCE_UID, SOP_INSTANCE_UID])

export function isOfMoments(match: Match): boolean {
  const isValue = match.kind === 'values' && (match.vr === 'DA' || match.vr === 'TM' || match.vr === 'DT')
  return isValue || match.kind === 'range' || match.kind === 'date-time-range'
}

/** Rows that may lack a value: all that do, and few others.
 * @returns undefined where no column tells */
export function mayBeEmpty(tag: string): Condition | undefined {
  const eb = expressionBuilder<Schema, 'study'>()
  if (tag === MODALITIES_IN_STUDY) return eb('study.modalities', '=', '[]')
  if (UIDS.has(tag) || tag === SOP_CLASS_UID) return never()
  if (tag === STUDY_DATE) return eb('study.study_date', '=', '')
  if (tag === STUDY_TIME) return eb('study.study_time', '=', '')
  if (!STUDY_SEARCHED.has(tag)) return undefined
  const groups = PERSON_NAME_GROUPS.map(group => groupTag(tag, group))
  const values = eb
    .selectFrom('study_attribute')
    .select('study_attribute.tag')
    .whereRef('study_attribute.owner_id', '=', 'study.id')
    .where('study_attribute.tag', 'in', groups)
  return eb.not(eb.exists(values))
}

/** Rows whose StudyDate may be meant, whatever the zones: those of two days before and after too.
 * @returns undefined where the key is of another attribute, or has no bounds that a column knows */
export function mayBeInAnyZone(tag: string, match: Match): Condition | undefined {
  if (tag !== STUDY_DATE) return undefined
  const [from, to] =
    match.kind === 'values'
      ? [[...match.values].sort()[0], [...match.values].sort().at(-1)]
      : match.kind === 'range' || match.kind === 'date-time-range'
        ? [match.from, match.to]
        : []
  const eb = expressionBuilder<Schema, 'study'>()
  const day = (date: string, minutes: number): string | undefined =>
    moveDateTime(`${date.slice(0, 8)}120000`, minutes)?.slice(0, 8)
  const conditions = [eb('study.study_date', '>', '')]
  const first = from === undefined ? undefined : day(from, -TWO_DAYS)
  const last = to === undefined ? undefined : day(to, TWO_DAYS)
  if (first !== undefined) conditions.push(eb('study.study_date', '>=', first))
  if (last !== undefined) conditions.push(eb('study.study_date', '<=', last))
  return eb.and(conditions)
}

/** In minutes. No two zones are further apart. */
const TWO_DAYS = 48 * 60

/** @returns undefined where no column holds what the key asks for */
export function onColumn(tag: string, match: Match): Condition | undefined {
  const eb = expressionBuilder<Schema, 'study' | 'series' | 'instance'>()
  if (match.kind === 'date-time-range') return tag === STUDY_DATE ? studyDateTime(match) : undefined
  switch (tag) {
    case STUDY_INSTANCE_UID:
      return isOneOf(match, values => eb('study.study_instance_uid', 'in', values))
    case SERIES_INSTANCE_UID:
      return isOneOf(match, values => eb('series.series_instance_uid', 'in', values))
    case SOP_INSTANCE_UID:
      return isOneOf(match, values => eb('instance.sop_instance_uid', 'in', values))
    case SOP_CLASS_UID:
      // The series that have such instances are found by their indexed values.
      return isOneOf(match, values => eb('instance.sop_class_uid', 'in', values))
    case '00200011':
      return isOneNumberOf(match, values => eb('series.series_number', 'in', values))
    case '00200013':
      return isOneNumberOf(match, values => eb('instance.instance_number', 'in', values))
    case STUDY_DATE:
      return inRange(match, 'study.study_date')
    case STUDY_TIME:
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

/** Both ends in, as YYYYMMDD; a first of '' has those in it whose day is unknown. */
export interface Days {
  readonly first: string
  readonly last: string
}

export const ALL_DAYS: Days = { first: '', last: '99999999' }
/** Before each day that is known. */
const FIRST_DAY = '00000001'

/** The days that onColumn's condition names.
 * @returns undefined where it names others, several, or none */
export function daysOf(tag: string, match: Match): Days | undefined {
  if (tag !== STUDY_DATE || (match.kind !== 'range' && match.kind !== 'values')) return undefined
  if (match.kind === 'values' && match.values.length !== 1) return undefined
  const { from, to } = match.kind === 'range' ? match : { from: match.values[0], to: match.values[0] }
  const ends = rangeEnds({ vr: 'DA', from, to })
  return (
    ends && {
      first: from === undefined ? FIRST_DAY : ends.start,
      last: to === undefined ? ALL_DAYS.last : ends.end,
    }
  )
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

export function never(): Condition {
  const eb = expressionBuilder<Schema>()
  return eb(eb.val(1), '=', eb.val(0))
}
