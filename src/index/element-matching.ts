/** Whether elements match a key, by the rules of PS3.4 C.2.2.2, value by value: for attributes that no column holds. */
import { normaliseDate, normaliseDateTime, normaliseTime } from '../dicom/date-time.js'
import type { DicomJson, JsonElement, JsonValue } from '../dicom/json-model.js'
import { foldPersonName } from '../dicom/person-name.js'
import type { Match } from '../dicom/query.js'
import { normalisePersonName, normaliseText, textValues, type PersonNameGroup } from './normalised-values.js'

/** xs stands for US or SS in a query. */
const NUMERIC: ReadonlySet<string> = new Set([
  'xs',
  'DS',
  'FD',
  'FL',
  'IS',
  'SL',
  'SS',
  'SV',
  'UL',
  'US',
  'UV',
])

/** Whether the dataset has what all keys ask for; keys inside one sequence must be met by one and the same item. */
export function datasetMatches(dataset: DicomJson, matches: readonly Match[]): boolean {
  const inside = new Map<string, Match[]>()
  for (const match of matches) {
    if (match.kind === 'date-time-range') {
      if (!dateTimeMatches(dataset, match)) return false
      continue
    }
    const [tag = '', ...rest] = match.path
    if (rest.length === 0) {
      if (!elementMatches(dataset[tag], match)) return false
      continue
    }
    inside.set(tag, [...(inside.get(tag) ?? []), { ...match, path: rest }])
  }
  for (const [tag, keys] of inside) {
    const items = dataset[tag]?.Value ?? []
    if (!items.some(item => isItem(item) && datasetMatches(item, keys))) return false
  }
  return true
}

/** Whether a key is met by every record, also by one without the attribute. PS3.4 C.2.2.2.3 */
export function isUniversal(match: Match): boolean {
  switch (match.kind) {
    case 'values':
      return match.values.length === 0
    case 'wildcard':
      return /^\**$/.test(match.pattern)
    case 'person-name':
      return /^[*^]*$/.test(match.pattern)
    case 'range':
    case 'date-time-range':
      return match.from === undefined && match.to === undefined
  }
}

/** The patterns that a person-name key stands for: a last component of `*` may be absent with its `^`. */
export function namePatterns(pattern: string): string[] {
  const folded = foldPersonName(pattern)
  if (!folded.endsWith('^*')) return [folded]
  return [folded, foldPersonName(folded.replace(/[*^\s]+$/, ''))]
}

/** The groups of a name that a key looks at. */
export function nameGroups(
  group: Extract<Match, { kind: 'person-name' }>['group'],
): readonly PersonNameGroup[] {
  switch (group) {
    case 'any':
      return ['Alphabetic', 'Ideographic', 'Phonetic']
    case 'alphabetic':
      return ['Alphabetic']
    case 'ideographic':
      return ['Ideographic']
    case 'phonetic':
      return ['Phonetic']
  }
}

/** `*` any run, `?` any one character. Goes back to the last `*` only, so the work is at most pattern times value. */
export function matchesWildcard(value: string, pattern: string): boolean {
  const text = Array.from(value)
  const parts = Array.from(pattern)
  let at = 0
  let part = 0
  let star = -1
  let resume = 0
  while (at < text.length) {
    if (parts[part] === '*') {
      star = part++
      resume = at
    } else if (part < parts.length && (parts[part] === '?' || parts[part] === text[at])) {
      at++
      part++
    } else if (star >= 0) {
      part = star + 1
      at = ++resume
    } else {
      return false
    }
  }
  while (parts[part] === '*') part++
  return part === parts.length
}

function elementMatches(
  element: JsonElement | undefined,
  match: Exclude<Match, { kind: 'date-time-range' }>,
): boolean {
  if (isUniversal(match)) return true
  switch (match.kind) {
    case 'values':
      return match.values.some(value => valueMatches(element, match.vr, value))
    case 'wildcard': {
      const pattern = normaliseText(match.vr, match.pattern)
      return textValues(element).some(text => matchesWildcard(text, pattern))
    }
    case 'range':
      return isWithin(element, match)
    case 'person-name': {
      const patterns = namePatterns(match.pattern)
      const groups = nameGroups(match.group)
      return (element?.Value ?? []).some(
        name =>
          isName(name) &&
          normalisePersonName(name).some(
            ([group, text]) =>
              groups.includes(group) && patterns.some(pattern => matchesWildcard(text, pattern)),
          ),
      )
    }
  }
}

function valueMatches(element: JsonElement | undefined, vr: string, value: string): boolean {
  if (NUMERIC.has(vr)) {
    const number = Number(value)
    return value.trim() !== '' && textValues(element).some(text => Number(text) === number)
  }
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') {
    return isWithin(element, { vr, from: value, to: value })
  }
  return textValues(element).includes(normaliseText(vr, value))
}

/** The ends of a range in the form of the stored values; what a partial value leaves out belongs to the range.
 * @returns undefined where an end is no date or time: such a range holds nothing */
export function rangeEnds(range: {
  readonly vr: 'DA' | 'TM' | 'DT'
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

function comparable(element: JsonElement | undefined, vr: 'DA' | 'TM' | 'DT'): string[] {
  return textValues(element)
    .map(text => NORMALISE[vr](text, '0'))
    .filter(text => text !== undefined)
}

function isWithin(element: JsonElement | undefined, range: Parameters<typeof rangeEnds>[0]): boolean {
  const ends = rangeEnds(range)
  return (
    ends !== undefined &&
    comparable(element, range.vr).some(value => value >= ends.start && value <= ends.end)
  )
}

/** A date without a time stands for its whole day. PS3.18 8.3.4.1.1 */
function dateTimeMatches(dataset: DicomJson, match: Extract<Match, { kind: 'date-time-range' }>): boolean {
  if (isUniversal(match)) return true
  const [time = ''] = comparable(dataset[match.time], 'TM')
  return comparable(dataset[match.date], 'DA').some(
    date =>
      (match.from === undefined || `${date}${time === '' ? AFTER_ALL : time}` >= match.from) &&
      (match.to === undefined || `${date}${time}` <= match.to),
  )
}

function isItem(value: JsonValue): value is DicomJson & JsonValue {
  return typeof value === 'object' && value !== null
}

function isName(value: JsonValue): value is Exclude<JsonValue, string | number | null> {
  return typeof value === 'object' && value !== null
}
