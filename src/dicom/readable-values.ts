/** Values as a person reads them. What does not have the form of its VR is given as it stands. PS3.5 6.2 */
import type { DicomJson, JsonElement, JsonValue, PersonNameJson } from './json-model.js'

/** A name in reading order: `Dr. John Adam Doe, PhD`; other groups follow in brackets. PS3.5 6.2.1 */
export function readableName(name: PersonNameJson): string {
  const [first = '', ...others] = [name.Alphabetic, name.Ideographic, name.Phonetic]
    .filter(group => group !== undefined)
    .map(readableGroup)
    .filter(group => group !== '')
  return others.length === 0 ? first : `${first} (${others.join(', ')})`
}

function readableGroup(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', ...suffix] = group
    .split('^')
    .map(component => component.trim())
  const inOrder = [prefix, given, middle, family].filter(component => component !== '').join(' ')
  return [inOrder, ...suffix].filter(component => component !== '').join(', ')
}

/** DA: `2024-01-31` */
export function readableDate(text: string): string {
  return text.replace(/^(\d{4})\.?(\d\d)\.?(\d\d)$/, '$1-$2-$3')
}

/** TM: `10:11:12`, the fraction left out */
export function readableTime(text: string): string {
  const match = /^(\d\d):?(\d\d)?:?(\d\d)?(\.\d+)?$/.exec(text)
  return match === null ? text : match.slice(1, 4).filter(Boolean).join(':')
}

/** DT: `2024-01-31 10:11:12 +0100` */
export function readableDateTime(text: string): string {
  const match = /^(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?([+-]\d{4})?$/.exec(text)
  if (match === null) return text
  const date = match.slice(1, 4).filter(Boolean).join('-')
  const time = match.slice(4, 7).filter(Boolean).join(':')
  return [date, time, match[7]].filter(Boolean).join(' ')
}

/** Every value of an element by its VR; binary ones and sequences give none. */
export function readableValues(element: JsonElement | undefined): string[] {
  return (element?.Value ?? []).flatMap(value => {
    const text = readableValue(element?.vr, value)
    return text === '' ? [] : [text]
  })
}

function readableValue(vr: string | undefined, value: JsonValue): string {
  if (typeof value === 'number') return String(value)
  if (value === null) return ''
  if (typeof value === 'object') return vr === 'PN' ? readableName(value) : ''
  if (vr === 'DA') return readableDate(value)
  if (vr === 'TM') return readableTime(value)
  if (vr === 'DT') return readableDateTime(value)
  return value
}

/** All values of an element in one line; '' where it has none. */
export function textOf(dataset: DicomJson, tag: string): string {
  return readableValues(dataset[tag]).join(', ')
}

/** The items of a sequence; none where there is no such sequence. */
export function itemsOf(dataset: DicomJson, tag: string): readonly DicomJson[] {
  const sequence = dataset[tag]
  return sequence?.vr === 'SQ' ? (sequence.Value ?? []).filter(isDataset) : []
}

function isDataset(value: JsonValue): value is DicomJson {
  return typeof value === 'object' && value !== null
}
