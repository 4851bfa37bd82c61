/** Values in the form in which they are compared: dates and times by meaning, names folded, blanks off. PS3.4 C.2.2.2. */
import type { JsonElement, JsonValue, PersonNameJson } from '../dicom/json-model.js'

export const PERSON_NAME_GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const
export type PersonNameGroup = (typeof PERSON_NAME_GROUPS)[number]

/** Stands for a SeriesNumber or InstanceNumber that is absent or no integer: such rows come last. */
const NO_NUMBER = Number.MAX_SAFE_INTEGER

/** DA as YYYYMMDD; the old YYYY.MM.DD too. PS3.5 6.2
 * @returns empty for what is no date */
export function normaliseDate(text: string): string {
  const match = /^\s*(\d{4})(?:(\d\d)(\d\d)|\.(\d\d)\.(\d\d))\s*$/.exec(text)
  if (match === null) return ''
  const [, year = '', month = match[4] ?? '', day = match[5] ?? ''] = match
  return `${year}${month}${day}`
}

/** TM as HHMMSS.FFFFFF, what is left out being 0; the old HH:MM:SS too. PS3.5 6.2
 * @param fill the digit for what is left out: 0 for the start of what a partial time covers, 9 for its end
 * @returns empty for what is no time */
export function normaliseTime(text: string, fill: '0' | '9' = '0'): string {
  const match = /^\s*(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?\s*$/.exec(text)
  if (match === null) return ''
  const missing = fill === '0' ? '00' : '59'
  const [, hour = '', minute = missing, second = missing, fraction = ''] = match
  return `${hour}${minute}${second}.${fraction.padEnd(6, fill)}`
}

/** DT as YYYYMMDDHHMMSS.FFFFFF; one with an offset from UTC (&ZZXX) is moved to UTC. PS3.5 6.2
 * @returns empty for what is no date and time */
export function normaliseDateTime(text: string, fill: '0' | '9' = '0'): string {
  const match = /^\s*(\d{4})(\d\d)?(\d\d)?(\d{0,6})(?:\.(\d{1,6}))?([+-]\d{4})?\s*$/.exec(text)
  if (match === null) return ''
  const [, year = '', month = fill === '0' ? '01' : '12', , clock = '', fraction = '', offset] = match
  const day = match[3] ?? (fill === '0' ? '01' : '31')
  const time = normaliseTime(clock === '' ? (fill === '0' ? '00' : '23') : clock, fill)
  if (time === '') return ''
  const micros = fraction === '' ? time.slice(7) : fraction.padEnd(6, fill)
  const local = `${year}${month}${day}${time.slice(0, 6)}`
  if (offset === undefined) return `${local}.${micros}`
  return `${moveToUtc(local, offset)}.${micros}`
}

/** The order of SeriesNumber and InstanceNumber. */
export function orderNumber(element: JsonElement | undefined): number {
  const value = element?.Value?.[0]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : NO_NUMBER
}

/** Text as it is compared: blanks that mean nothing are off. Leading blanks of ST, LT, UT mean something. PS3.5 6.2 */
export function normaliseText(vr: string, text: string): string {
  return vr === 'ST' || vr === 'LT' || vr === 'UT' ? text.trimEnd() : text.trim()
}

/** The groups of a name that have something in them, folded; components left empty at the end are off. */
export function normalisePersonName(name: PersonNameJson): [PersonNameGroup, string][] {
  const groups: [PersonNameGroup, string][] = []
  for (const group of PERSON_NAME_GROUPS) {
    const folded = foldName(name[group] ?? '')
    if (folded !== '') groups.push([group, folded])
  }
  return groups
}

/** One group of a name, or a pattern for it, folded. */
export function foldName(text: string): string {
  return foldPersonName(text)
    .trim()
    .replace(/[\s^]+$/u, '')
}

function foldPersonName(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The texts of an element's values; a value with NUL in it matches nothing and is left out. */
export function textValues(element: JsonElement | undefined): string[] {
  const texts: string[] = []
  for (const value of element?.Value ?? []) {
    const text = plainText(element?.vr ?? '', value)
    if (text !== '' && !text.includes('\0')) texts.push(text)
  }
  return texts
}

function plainText(vr: string, value: JsonValue): string {
  if (typeof value === 'string') return normaliseText(vr, value)
  return typeof value === 'number' ? String(value) : ''
}

function moveToUtc(local: string, offset: string): string {
  const part = (from: number, to: number): number => Number(local.slice(from, to))
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5))
  const east = offset.startsWith('-') ? -minutes : minutes
  const moved = new Date(0)
  moved.setUTCFullYear(part(0, 4), part(4, 6) - 1, part(6, 8))
  moved.setUTCHours(part(8, 10), part(10, 12) - east, part(12, 14))
  return moved.toISOString().replace(/[-:T]/g, '').slice(0, 14)
}
