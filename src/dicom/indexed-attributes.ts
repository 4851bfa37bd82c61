/** Attributes that the index keeps as JSON beside its search columns, by the level they describe (PS3.3 A.1, PS3.4 C.6;
 *  PS3.18 10.6.3.3), and those that the operator names. Whatever is asked for beyond them is read from the instance's
 *  header. */
import { dictionaryVr } from './dictionary.js'
import { isPrivateKey, privateElement, privateTags } from './private-attributes.js'
import type { DicomJson, JsonElement } from './json-model.js'
import { LEVELS, type QueryLevel } from './query.js'

export const PATIENT_AND_STUDY_TAGS = [
  '00080020', '00080030', '00080050', '00080051', '00080080', '00080081', '00080090', '00080096', '00080201', '00081010',
  '00081030', '00081032', '00081040', '00081048', '00081060', '00081080', '00081110', '00100010', '00100020', '00100021',
  '00100030', '00100032', '00100040', '00101000', '00101001', '00101010', '00101020', '00101030', '00102000', '00102160', '00102180',
  '001021B0', '00104000', '0020000D', '00200010', '00321032', '00321060', '00380010', '00401012',
] as const // prettier-ignore

export const SERIES_TAGS = [
  '00080021', '00080031', '00080060', '00080070', '0008103E', '0008103F', '00081050', '00081070', '00081090', '00081111',
  '00180015', '00181000', '00181030', '00185100', '0020000E', '00200011', '00200052', '00200060', '00400244', '00400245', '00400250',
  '00400251', '00400253', '00400254', '00400275',
] as const // prettier-ignore

export const INSTANCE_TAGS = [
  '00080005', '00080008', '00080012', '00080013', '00080016', '00080018', '00080022', '00080023', '00080032', '00080033', '00200012',
  '00200013', '00201041', '00280002', '00280004', '00280008', '00280010', '00280011', '00280100', '00420010', '0040A043', '0040A491', '0040A493',
  '00700080', '00700081', '00700084',
] as const // prettier-ignore

/** An attribute that the operator wants to be searchable. Plain data. search-attributes.ts reads them. */
export interface SearchAttribute {
  /** tag, or privateKey */
  readonly key: string
  readonly level: QueryLevel
  /** as in the dictionary; a private attribute's is the operator's word */
  readonly vr: string
}

/** Everything that the index keeps for searches. */
export interface IndexedAttributes {
  readonly named: readonly SearchAttribute[]
  /** tags and private keys, by the level that they describe */
  readonly keys: Readonly<Record<QueryLevel, readonly string[]>>
  /** where they stand in a dataset, with the creators of the private ones: what the parser is to keep */
  readonly tags: ReadonlySet<string>
  /** The level that keeps an attribute.
   *  @returns undefined where none does */
  readonly levelOf: (key: string) => QueryLevel | undefined
  /** The VR in which an attribute is searched. */
  readonly vrOf: (key: string) => string | undefined
  /** The attributes that a dataset has, private ones under their keys. */
  readonly of: (dataset: DicomJson) => DicomJson
}

/** @param named none of them kept anyway at another level */
export function indexedAttributes(named: readonly SearchAttribute[]): IndexedAttributes {
  const keysOf = (level: QueryLevel): readonly string[] => [
    ...new Set([...KEPT_ANYWAY[level], ...named.filter(one => one.level === level).map(({ key }) => key)]),
  ]
  const keys = { study: keysOf('study'), series: keysOf('series'), instance: keysOf('instance') }
  const privates = named.filter(({ key }) => isPrivateKey(key))
  const vrs = new Map(named.map(({ key, vr }) => [key, vr]))
  const levels = new Map(LEVELS.flatMap(level => keys[level].map(key => [key, level] as const)))
  const all = [...levels.keys()]
  return {
    named,
    keys,
    tags: new Set(all.flatMap(key => (isPrivateKey(key) ? privateTags(key) : [key]))),
    levelOf: key => levels.get(key),
    vrOf: key => vrs.get(key) ?? dictionaryVr(parseInt(key, 16)),
    of: dataset => {
      if (privates.length === 0) return dataset
      const found: Record<string, JsonElement> = { ...dataset }
      for (const { key, vr } of privates) {
        const element = privateElement(dataset, key, vr)
        if (element !== undefined) found[key] = element
      }
      return found
    },
  }
}

const KEPT_ANYWAY: Readonly<Record<QueryLevel, readonly string[]>> = {
  study: PATIENT_AND_STUDY_TAGS,
  series: SERIES_TAGS,
  instance: INSTANCE_TAGS,
}

/** Where the operator names none. */
export const USUAL_ATTRIBUTES: IndexedAttributes = indexedAttributes([])
