/** Dates and times of a dataset as they are compared: in one form, and in the zone of the query where it names one. */
import {
  hasOffset,
  moveDateTime,
  normaliseDate,
  normaliseDateTime,
  normaliseTime,
  offsetMinutes,
} from '../dicom/date-time.js'
import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import type { Match, MomentVr } from '../dicom/query.js'
import { timeBeside } from '../dicom/date-with-time.js'
import { textValues } from './normalised-values.js'

/** Zones in minutes east of UTC. */
export interface Zones {
  /** of the query's dates and times */
  readonly query: number
  /** of the dataset's, where it is known (0008,0201) */
  readonly dataset: number | undefined
}

/** @param TimezoneOffsetFromUTC of the dataset */
export function zonesOf(query: number, TimezoneOffsetFromUTC: JsonElement | undefined): Zones {
  return { query, dataset: offsetMinutes(textValues(TimezoneOffsetFromUTC)[0] ?? '') }
}

/** The ends of a range in the form of the stored values; what a partial value leaves out belongs to the range.
 * @returns undefined where an end is no date or time: such a range holds nothing */
export function rangeEnds(range: {
  readonly vr: MomentVr
  readonly from: string | undefined
  readonly to: string | undefined
}): { readonly start: string; readonly end: string } | undefined {
  const normalise = NORMALISE[range.vr]
  const start = range.from === undefined ? BEFORE_ALL : normalise(range.from, '0')
  const end = range.to === undefined ? AFTER_ALL : normalise(range.to, '9')
  return start === undefined || end === undefined ? undefined : { start, end }
}

// Stored dates and times begin with a digit.
const BEFORE_ALL = '!'
const AFTER_ALL = '~'

const NORMALISE = { DA: normaliseDate, TM: normaliseTime, DT: normaliseDateTime } as const

/** Whether one of the values of an attribute is in a range. */
export function isWithin(
  dataset: DicomJson,
  tag: string,
  range: Parameters<typeof rangeEnds>[0],
  zones: Zones | undefined,
): boolean {
  const ends = rangeEnds(range)
  return (
    ends !== undefined &&
    moments(dataset, tag, range.vr, zones).some(value => value >= ends.start && value <= ends.end)
  )
}

/** A date without a time stands for its whole day. PS3.4 C.2.2.2.5.4 */
export function isWithinInterval(
  dataset: DicomJson,
  tag: string,
  { time: timeTag, from, to }: Extract<Match, { kind: 'date-time-range' }>,
  zones: Zones | undefined,
): boolean {
  const [time] = times(dataset, timeTag)
  const ahead = minutesAhead(zones)
  return dates(dataset, tag).some(date => {
    const moved = time === undefined ? undefined : moveDateTime(date + time, ahead)
    return (
      (from === undefined || (moved ?? `${date}${AFTER_ALL}`) >= from) &&
      (to === undefined || (moved ?? date) <= to)
    )
  })
}

function moments(dataset: DicomJson, tag: string, vr: MomentVr, zones: Zones | undefined): string[] {
  const ahead = minutesAhead(zones)
  switch (vr) {
    case 'DA': {
      // A day has no zone: only with its time it is another day elsewhere.
      const [time] = ahead === 0 ? [] : times(dataset, timeBeside(tag) ?? '')
      return defined(
        dates(dataset, tag).map(date =>
          time === undefined ? date : moveDateTime(date + time, ahead)?.slice(0, 8),
        ),
      )
    }
    case 'TM':
      return defined(times(dataset, tag).map(time => moveDateTime(SOME_DAY + time, ahead)?.slice(8)))
    case 'DT':
      return defined(
        textValues(dataset[tag]).map(text => {
          const normalised = normaliseDateTime(text, '0', zones?.query)
          return normalised === undefined || hasOffset(text) ? normalised : moveDateTime(normalised, ahead)
        }),
      )
  }
}

const SOME_DAY = '20000101'

function dates(dataset: DicomJson, tag: string): string[] {
  return defined(textValues(dataset[tag]).map(normaliseDate))
}

function times(dataset: DicomJson, tag: string): string[] {
  return defined(textValues(dataset[tag]).map(text => normaliseTime(text, '0')))
}

/** By how much a clock in the query's zone is ahead of the dataset's. */
function minutesAhead(zones: Zones | undefined): number {
  return zones?.dataset === undefined ? 0 : zones.query - zones.dataset
}

function defined(texts: readonly (string | undefined)[]): string[] {
  return texts.filter(text => text !== undefined)
}

/** Where a study stands among others, as a number: YYYYMMDDHHMMSS, 0 for what is unknown. Fractions of a second do not count.
 *  Migrations say the same in SQL.
 * @param date study_date of the study's row
 * @param time study_time of it */
export function orderMoment(date: string, time: string): number {
  return Number(`${date}000000`) + Number(time.slice(0, 6))
}
