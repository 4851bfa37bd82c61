/** Which attributes have their values in study_attribute and series_attribute, normalised and indexed: those that
 *  worklists and viewers search by. All others of dicom/indexed-attributes.ts are compared row by row. */
import type { IndexedAttributes, SearchAttribute } from '../dicom/indexed-attributes.js'
import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import { elementIn } from './element-text.js'
import { nameForms } from './name-matching.js'
import { normalisePersonName, textValues, type PersonNameGroup } from './normalised-values.js'

/** Longer values, which no conforming file has in these attributes, are indexed by their beginning. */
export const INDEXED_CHARACTERS = 512

export const MODALITIES_IN_STUDY = '00080061'
export const MODALITY = '00080060'
export const SOP_CLASS_UID = '00080016'

/** AccessionNumber, StudyDescription, ReferringPhysicianName, PatientName, PatientID, StudyID */
const FROM_STUDY = ['00080050', '00081030', '00080090', '00100010', '00100020', '00200010'] as const
const PERSON_NAMES: ReadonlySet<string> = new Set(['00080090', '00100010'])

export const STUDY_SEARCHED: ReadonlySet<string> = new Set([...FROM_STUDY, MODALITIES_IN_STUDY])
export const SERIES_SEARCHED: ReadonlySet<string> = new Set([MODALITY])

export interface SearchedValue {
  readonly tag: string
  readonly value: string
}

/** Where a group of a person name is found; the alphabetic one under the tag itself. */
export function groupTag(tag: string, group: PersonNameGroup): string {
  return group === 'Alphabetic' ? tag : `${tag}${group.slice(0, 1)}`
}

/** Where the words of a person name are found, for loose matching. */
export function wordTag(tag: string): string {
  return `${tag}~`
}

/** Where it is found how they sound. */
export function soundTag(tag: string): string {
  return `${tag}~~`
}

/** @param attributes element-text.ts of the study
 *  @param modalities of its live series */
export function searchedOfStudy(
  attributes: string,
  modalities: readonly string[],
  { named }: IndexedAttributes,
): SearchedValue[] {
  const found = modalities.map(value => ({ tag: MODALITIES_IN_STUDY, value }))
  for (const tag of FROM_STUDY) found.push(...searchedValues(tag, elementIn(attributes, tag)))
  found.push(...namedValues('study', attributes, named))
  return distinct(found)
}

/** @param attributes element-text.ts of the series
 *  @param SOPClassUIDs of its live instances */
export function searchedOfSeries(
  attributes: string,
  SOPClassUIDs: Iterable<string>,
  { named }: IndexedAttributes,
): SearchedValue[] {
  const found = searchedValues(MODALITY, elementIn(attributes, MODALITY))
  found.push(...namedValues('series', attributes, named))
  for (const value of SOPClassUIDs) found.push({ tag: SOP_CLASS_UID, value })
  return distinct(found)
}

/** Modalities of a series: one, by the standard. */
export function modalityOf(attributes: DicomJson | string): string {
  const element = typeof attributes === 'string' ? elementIn(attributes, MODALITY) : attributes[MODALITY]
  return textValues(element)[0] ?? ''
}

/** Those of the operator's attributes whose values are indexed: short texts of studies and series. Numbers, dates and long
 *  texts are compared row by row. */
export function isSearchedByValue({ level, vr }: SearchAttribute): boolean {
  return level !== 'instance' && BY_VALUE.has(vr)
}

const BY_VALUE: ReadonlySet<string> = new Set(['AE', 'AS', 'AT', 'CS', 'LO', 'PN', 'SH', 'UI'])

function namedValues(
  level: 'study' | 'series',
  text: string,
  named: readonly SearchAttribute[],
): SearchedValue[] {
  return named
    .filter(one => one.level === level && isSearchedByValue(one))
    .flatMap(({ key, vr }) => searchedValues(key, elementIn(text, key), vr === 'PN'))
}

function searchedValues(
  tag: string,
  element: JsonElement | undefined,
  isPersonName = PERSON_NAMES.has(tag),
): SearchedValue[] {
  if (!isPersonName) return textValues(element).map(value => ({ tag, value }))
  return (element?.Value ?? []).flatMap(name => {
    if (typeof name !== 'object' || name === null) return []
    const { words, sounds } = nameForms(name)
    return [
      ...normalisePersonName(name).map(([group, value]) => ({ tag: groupTag(tag, group), value })),
      ...words.map(value => ({ tag: wordTag(tag), value })),
      ...sounds.map(value => ({ tag: soundTag(tag), value })),
    ]
  })
}

function distinct(found: readonly SearchedValue[]): SearchedValue[] {
  const seen = new Map<string, SearchedValue>()
  for (const { tag, value } of found) {
    const cut = value.slice(0, INDEXED_CHARACTERS)
    if (!cut.includes('\0')) seen.set(`${tag}\n${cut}`, { tag, value: cut })
  }
  return [...seen.values()]
}
