/** Values of a query key to conditions, by value representation. PS3.4 C.2.2.2, PS3.18 8.3.4.1. */
import { normaliseDate, normaliseDateTime, normaliseTime, type Fill } from './date-time.js'
import { foldPersonName, nameWords } from './person-name.js'
import { Problem } from './problem.js'
import type { Match, MomentVr } from './query.js'
import { timeBeside } from './date-with-time.js'
import { isUid } from './uid.js'

/** A key of a query with its values, decoded, in the order sent. */
export interface QueryKey {
  /** as the client spelled it: a keyword or tag of the dictionary */
  readonly name: string
  readonly path: readonly string[]
  readonly vr: string
  readonly values: readonly string[]
}

/** How keys are matched, for all of a query. */
export interface MatchingRules {
  /** PS3.18 8.3.4.2 */
  readonly fuzzy: boolean
  /** PS3.18 8.3.4.5 */
  readonly emptyValues: boolean
  /** PS3.18 8.3.4.6 */
  readonly multipleValues: boolean
  /** zone of dates and times, in minutes east of UTC; undefined where none is named */
  readonly zoneMinutes: number | undefined
}

const WILDCARD = new Set(['AE', 'CS', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT'])
const NUMBER = new Set(['DS', 'IS', 'FL', 'FD', 'SL', 'SS', 'SV', 'UL', 'US', 'UV', 'xs'])
const LEADING_BLANKS_COUNT = new Set(['LT', 'ST', 'UT'])
/** PS3.4 C.2.2.2.8 */
const MULTIPLE_VALUES = new Set(['AE', 'AS', 'AT', 'CS', 'LO', 'PN', 'SH', 'UC'])
/** Of those, the ones whose values hold no comma. */
const WITHOUT_COMMA = new Set(['AE', 'AS', 'AT', 'CS'])

/** Longer ones match nothing that conforms, and cost much. */
const MOST_PATTERN_CHARACTERS = 1_024
/** Each value or word that all must hold is a condition of its own. */
const MOST_CONDITIONS = 50
/** Two quotation marks. PS3.4 C.2.2.2.7 */
const EMPTY = '""'

/** Whether keys of this VR can be matched at all. */
export function isSearchable(vr: string): boolean {
  return vr === 'UI' || vr === 'AS' || vr === 'AT' || isMoment(vr) || WILDCARD.has(vr) || NUMBER.has(vr)
}

/** @returns what must hold; nothing for universal matching (an empty value, or stars alone)
 *  @throws Problem `invalid-parameter`, which names the parameter */
export function matchesOf(key: QueryKey, rules: MatchingRules): Match[] {
  const values = key.values.map(value => (LEADING_BLANKS_COUNT.has(key.vr) ? value.trimEnd() : value.trim()))
  if (values.some(value => /^\**$/.test(value))) return []
  if (rules.emptyValues && values.includes(EMPTY)) {
    if (values.some(value => value !== EMPTY)) refuse(key, 'is asked to be empty and to have a value')
    return [{ kind: 'empty', path: key.path }]
  }
  // A sequence has no values: what could match is named by its attributes.
  if (key.vr === 'SQ') return []
  if (isMoment(key.vr)) return [momentMatch(key, key.vr, values, rules.zoneMinutes)]
  if (rules.multipleValues && MULTIPLE_VALUES.has(key.vr)) {
    const each = listOf(key, values, WITHOUT_COMMA.has(key.vr) ? /[,\\]/ : /\\/)
    if (each.length > 1) return allOf(key, each, rules)
  }
  return singleMatches(key, values, rules)
}

function singleMatches(key: QueryKey, values: readonly string[], rules: MatchingRules): Match[] {
  if (key.vr === 'PN') return rules.fuzzy ? nameWordsMatches(key, values) : personNameMatches(key, values)
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
  if (key.vr === 'AT')
    return [
      valuesMatch(
        key,
        listOf(key, values).map(tag => tag.toUpperCase()),
      ),
    ]
  if (WILDCARD.has(key.vr)) return [textMatch(key, key.vr === 'CS' ? listOf(key, values) : values)]
  return [valuesMatch(key, values)]
}

/** Multiple Value Matching: each value is there. PS3.4 C.2.2.2.8 */
function allOf(key: QueryKey, values: readonly string[], rules: MatchingRules): Match[] {
  if (values.some(value => /[*?]/.test(value))) refuse(key, 'has several values and a wildcard')
  if (values.length > MOST_CONDITIONS)
    refuse(key, `has more than ${MOST_CONDITIONS} values that all must match`)
  return values.flatMap(value => singleMatches(key, [value], rules))
}

/** PS3.18 8.3.4.1.1, PS3.4 C.2.2.2.5.4: where a date and its time are both ranges, they bound one interval. */
export function combineDatesAndTimes(matches: readonly Match[]): Match[] {
  const ranges = new Map(
    matches.flatMap(match => (match.kind === 'range' ? [[match.path.join('.'), match] as const] : [])),
  )
  const combined: Match[] = []
  const taken = new Set<Match>()
  for (const days of ranges.values()) {
    const date = days.path.at(-1) ?? ''
    const time = timeBeside(date)
    if (time === undefined) continue
    const hours = ranges.get([...days.path.slice(0, -1), time].join('.'))
    if (hours === undefined) continue
    taken.add(days).add(hours)
    const from = days.from === undefined ? undefined : days.from + (hours.from ?? '000000.000000')
    const to = days.to === undefined ? undefined : days.to + (hours.to ?? '235959.999999')
    combined.push({ kind: 'date-time-range', path: days.path, time, from, to })
  }
  return [...matches.filter(match => !taken.has(match)), ...combined]
}

function isMoment(vr: string): vr is MomentVr {
  return vr === 'DA' || vr === 'TM' || vr === 'DT'
}

/** Single dates and times are values, which may be lists; a partial one covers what it leaves open. PS3.4 C.2.2.2.1.3 */
function momentMatch(
  key: QueryKey,
  vr: MomentVr,
  values: readonly string[],
  zoneMinutes: number | undefined,
): Match {
  const [value, ...more] = values
  if (vr !== 'DT') {
    const single = listOf(key, values).map(item => (vr === 'DA' ? normaliseDate(item) : singleTime(item)))
    if (single.every(item => item !== undefined)) return valuesMatch(key, single)
  }
  const bounds = value === undefined || more.length > 0 ? undefined : rangeOf(vr, value, zoneMinutes)
  if (bounds === undefined) refuse(key, `is not ${EXPECTED[vr]}, or a range of them`)
  return { kind: 'range', path: key.path, vr, ...bounds }
}

/** As it stands: what it covers depends on how much of it is there. */
function singleTime(text: string): string | undefined {
  return normaliseTime(text, '0') === undefined ? undefined : text
}

const EXPECTED = {
  DA: 'a date as YYYYMMDD',
  TM: 'a time as HHMMSS.FFFFFF',
  DT: 'a date and time as YYYYMMDDHHMMSS.FFFFFF&ZZXX',
} as const satisfies Record<MomentVr, string>

/** Two DT of 26 characters, a dash, and blanks. */
const MOST_RANGE_CHARACTERS = 80

/** A dash may belong to the offset of a DT: what is a value as a whole is no range. */
function rangeOf(
  vr: MomentVr,
  text: string,
  zoneMinutes: number | undefined,
): { from: string | undefined; to: string | undefined } | undefined {
  if (text.length > MOST_RANGE_CHARACTERS) return undefined
  const normalise = (part: string, fill: Fill): string | undefined => {
    if (vr === 'DA') return normaliseDate(part)
    return vr === 'TM' ? normaliseTime(part, fill) : normaliseDateTime(part, fill, zoneMinutes)
  }
  if (normalise(text, '0') !== undefined) return { from: normalise(text, '0'), to: normalise(text, '9') }
  for (let dash = text.indexOf('-'); dash >= 0; dash = text.indexOf('-', dash + 1)) {
    const before = text.slice(0, dash).trim()
    const after = text.slice(dash + 1).trim()
    const from = normalise(before, '0')
    const to = normalise(after, '9')
    const open = before === '' || after === ''
    if (from !== undefined ? to !== undefined || open : to !== undefined && open) return { from, to }
  }
  return undefined
}

/** Equals signs pick the group: `=山田^太郎` is the ideographic one. PS3.5 6.2.1.2. Without any, each group may match. */
function personNameMatches(key: QueryKey, values: readonly string[]): Match[] {
  const groups = onlyOne(key, values).split('=')
  if (groups.length > GROUPS.length) refuse(key, 'has more than three component groups')
  return groups.flatMap((text, index): Match[] => {
    const pattern = boundedPattern(key, foldPersonName(text))
    if (/^\**$/.test(pattern)) return []
    const group = groups.length === 1 ? 'any' : (GROUPS[index] ?? 'any')
    return [{ kind: 'person-name', path: key.path, pattern, group }]
  })
}

const GROUPS = ['alphabetic', 'ideographic', 'phonetic'] as const

/** Fuzzy matching: each word of the key is met by some word of the name, in whatever order and group. PS3.18 8.3.4.2 */
function nameWordsMatches(key: QueryKey, values: readonly string[]): Match[] {
  const words = new Set(
    nameWords(boundedPattern(key, onlyOne(key, values))).filter(word => !/^\**$/.test(word)),
  )
  if (words.size > MOST_CONDITIONS) refuse(key, `has more than ${MOST_CONDITIONS} words`)
  return words.size === 0 ? [] : [{ kind: 'name-words', path: key.path, words: [...words] }]
}

function textMatch(key: QueryKey, values: readonly string[]): Match {
  const pattern = values.find(value => /[*?]/.test(value))
  if (pattern === undefined) return valuesMatch(key, values)
  if (values.length > 1) refuse(key, 'has several values and a wildcard: only one of both is possible')
  return { kind: 'wildcard', path: key.path, vr: key.vr, pattern: boundedPattern(key, pattern) }
}

/** Stars beside each other are one. */
function boundedPattern(key: QueryKey, pattern: string): string {
  const plain = pattern.replace(/\*+/g, '*')
  if (plain.length > MOST_PATTERN_CHARACTERS)
    refuse(key, `has a pattern of more than ${MOST_PATTERN_CHARACTERS} characters`)
  return plain
}

function onlyOne(key: QueryKey, values: readonly string[]): string {
  const [value = '', ...more] = values
  if (more.length > 0) refuse(key, 'is given more than once')
  return value
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
  return valid ? value : refuse(key, `is not ${key.vr === 'UI' ? 'a UID or a list of UIDs' : 'a number'}`)
}

/** A comma or backslash, or a repeated parameter: any of them. */
function listOf(key: QueryKey, values: readonly string[], separator = /[,\\]/): string[] {
  const items = values
    .flatMap(value => value.split(separator).map(item => item.trim()))
    .filter(item => item !== '')
  return items.length === 0 ? refuse(key, 'is a list without values') : items
}

function refuse(key: QueryKey, what: string): never {
  throw new Problem('invalid-parameter', `${key.name} ${what}`)
}
