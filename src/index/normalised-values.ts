/** Values in the form in which they are compared: names folded, blanks off, NUL nowhere. PS3.4 C.2.2.2. */
import type { JsonElement, JsonValue, PersonNameJson } from '../dicom/json-model.js'
import { foldPersonName } from '../dicom/person-name.js'

export const PERSON_NAME_GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const
export type PersonNameGroup = (typeof PERSON_NAME_GROUPS)[number]

/** Stands for a SeriesNumber or InstanceNumber that is absent or no integer: such rows come last. */
const NO_NUMBER = Number.MAX_SAFE_INTEGER

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
    const folded = foldPersonName(name[group] ?? '')
    if (folded !== '') groups.push([group, folded])
  }
  return groups
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
