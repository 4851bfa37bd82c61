/** Values of a query key to conditions, by value representation. PS3.4 C.2.2.2, PS3.18 8.3.4.1. */
import { normaliseDate, normaliseDateTime, normaliseTime, type Fill } from './date-time.js'
import { foldPersonName } from './person-name.js'
import { Problem } from './problem.js'
import type { Match } from './query.js'
import { isUid } from './uid.js'

/** A key of a query with its values, decoded, in the order sent. */
export interface QueryKey {
  /** as the client spelled it: a keyword or tag of the dictionary */
  readonly name: string
  readonly path: readonly string[]
  readonly vr: string
  readonly values: readonly string[]
}

const WILDCARD = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT'])
const NUMBER = new Set(['DS', 'IS', 'FL', 'FD', 'SL', 'SS', 'SV', 'UL', 'US', 'UV', 'xs'])
const LEADING_BLANKS_COUNT = new Set(['LT', 'ST', 'UT'])

/** Whether keys of this VR can be matched at all. */
export function isSearchable(vr: string): boolean {
  return vr === 'UI' || vr === 'AS' || vr === 'AT' || isRange(vr) || WILDCARD.has(vr) || NUMBER.has(vr)
}

/** @returns what must hold; nothing for universal matching (an empty value, or stars alone)
 *  @throws Problem `invalid-parameter`, which names the parameter */
export function matchesOf(key: QueryKey): Match[] {
  const values = key.values.map(value => (LEADING_BLANKS_COUNT.has(key.vr) ? value.trimEnd() : value.trim()))
  if (values.some(value => /^\**$/.test(value))) return []
  if (isRange(key.vr)) return [rangeMatch(key, key.vr, values)]
  if (key.vr === 'PN') return personNameMatches(key, values)
  if (key.vr === 'UI')
    return [
      valuesMatch(
        key,
        listOf(key, values).map(uid => checked(key, isUid(uid), uid)),
      ),
    ]
  if (NUMBER.has(key.vr))
    return [
      valuesMatch(
        key,
        values.map(value => numberText(key, value)),
      ),
    ]
  if (WILDCARD.has(key.vr)) return [textMatch(key, key.vr === 'CS' ? listOf(key, values) : values)]
  return [valuesMatch(key, values)]
}

/** PS3.18 8.3.4.1.1: where a date and its time are both ranges, they bound one interval. */
export function combineDatesAndTimes(matches: readonly Match[]): Match[] {
  const ranges = new Map(
    matches.flatMap(match =>
      match.kind === 'range' && match.path.length === 1 ? [[match.path[0] ?? '', match]] : [],
    ),
  )
  const combined: Match[] = []
  const taken = new Set<Match>()
  for (const [date, time] of DATES_WITH_TIMES) {
    const days = ranges.get(date)
    const hours = ranges.get(time)
    if (days === undefined || hours === undefined) continue
    taken.add(days).add(hours)
    const from = days.from === undefined ? undefined : days.from + (hours.from ?? '000000.000000')
    const to = days.to === undefined ? undefined : days.to + (hours.to ?? '235959.999999')
    combined.push({ kind: 'date-time-range', date, time, from, to })
  }
  return [...matches.filter(match => !taken.has(match)), ...combined]
}

const DATES_WITH_TIMES = [
  ['00080012', '00080013'],
  ['00080020', '00080030'],
  ['00080021', '00080031'],
  ['00080022', '00080032'],
  ['00080023', '00080033'],
  ['00100030', '00100032'],
  ['00400244', '00400245'],
  ['00400250', '00400251'],
] as const

type RangeVr = 'DA' | 'TM' | 'DT'

function isRange(vr: string): vr is RangeVr {
  return vr === 'DA' || vr === 'TM' || vr === 'DT'
}

/** A single date is a value; a single time covers what it leaves open, so it is a range. PS3.4 C.2.2.2.5 */
function rangeMatch(key: QueryKey, vr: RangeVr, values: readonly string[]): Match {
  if (vr === 'DA') {
    const dates = listOf(key, values).map(value => normaliseDate(value))
    if (dates.every(date => date !== undefined)) return valuesMatch(key, dates)
  }
  const [value, ...more] = values
  const bounds = value === undefined || more.length > 0 ? undefined : rangeOf(vr, value)
  if (bounds === undefined)
    throw new Problem('invalid-parameter', `${key.name} is not ${EXPECTED[vr]}, or a range of them`)
  return { kind: 'range', path: key.path, vr, ...bounds }
}

const EXPECTED = {
  DA: 'a date as YYYYMMDD',
  TM: 'a time as HHMMSS.FFFFFF',
  DT: 'a date and time as YYYYMMDDHHMMSS.FFFFFF&ZZXX',
} as const satisfies Record<RangeVr, string>

/** A dash may belong to the offset of a DT: what is a value as a whole is no range. */
function rangeOf(
  vr: RangeVr,
  text: string,
): { from: string | undefined; to: string | undefined } | undefined {
  if (normalise(vr, text, '0') !== undefined)
    return { from: normalise(vr, text, '0'), to: normalise(vr, text, '9') }
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    const before = text.slice(0, dash).trim()
    const after = text.slice(dash + 1).trim()
    const from = normalise(vr, before, '0')
    const to = normalise(vr, after, '9')
    const open = before === '' || after === ''
    if (from !== undefined ? to !== undefined || open : to !== undefined && open) return { from, to }
  }
  return undefined
}

function normalise(vr: RangeVr, text: string, fill: Fill): string | undefined {
  if (vr === 'DA') return normaliseDate(text)
  return vr === 'TM' ? normaliseTime(text, fill) : normaliseDateTime(text, fill)
}

/** Equals signs pick the group: `=山田^太郎` is the ideographic one. PS3.5 6.2.1.2. Without any, each group may match. */
function personNameMatches(key: QueryKey, values: readonly string[]): Match[] {
  const [value = '', ...more] = values
  if (more.length > 0) throw new Problem('invalid-parameter', `${key.name} is given more than once`)
  const groups = value.split('=')
  if (groups.length > GROUPS.length)
    throw new Problem('invalid-parameter', `${key.name} has more than three component groups`)
  return groups.flatMap((text, index): Match[] => {
    const pattern = foldPersonName(text)
    if (/^\**$/.test(pattern)) return []
    const group = groups.length === 1 ? 'any' : (GROUPS[index] ?? 'any')
    return [{ kind: 'person-name', path: key.path, pattern, group }]
  })
}

const GROUPS = ['alphabetic', 'ideographic', 'phonetic'] as const

function textMatch(key: QueryKey, values: readonly string[]): Match {
  const pattern = values.find(value => /[*?]/.test(value))
  if (pattern === undefined) return valuesMatch(key, values)
  if (values.length > 1)
    throw new Problem(
      'invalid-parameter',
      `${key.name} has several values and a wildcard: only one of both is possible`,
    )
  return { kind: 'wildcard', path: key.path, vr: key.vr, pattern }
}

function valuesMatch({ path, vr }: QueryKey, values: readonly string[]): Match {
  return { kind: 'values', path, vr, values: [...new Set(values)] }
}

/** Numbers match by value: `01` is `1`. As text, as they stand in the DICOM JSON model. */
function numberText(key: QueryKey, value: string): string {
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
  return String(Number(checked(key, isNumber, value)))
}

function checked(key: QueryKey, valid: boolean, value: string): string {
  if (valid) return value
  throw new Problem(
    'invalid-parameter',
    `${key.name} is not ${key.vr === 'UI' ? 'a UID or a list of UIDs' : 'a number'}`,
  )
}

/** A comma or backslash, or a repeated parameter: any of them. */
function listOf(key: QueryKey, values: readonly string[]): string[] {
  const items = values
    .flatMap(value => value.split(/[,\\]/).map(item => item.trim()))
    .filter(item => item !== '')
  if (items.length === 0) throw new Problem('invalid-parameter', `${key.name} is a list without values`)
  return items
}
