/** What stands for an instance that has no picture of its own. */
export type IconKind =
  | 'report'
  | 'key-objects'
  | 'pdf'
  | 'clinical-document'
  | 'model'
  | 'waveform'
  | 'sound'
  | 'treatment-plan'
  | 'treatment-record'
  | 'structure-set'
  | 'presentation-state'
  | 'segmentation'
  | 'raw-data'
  | 'spectrum'
  | 'registration'
  | 'measurement'
  | 'annotation'
  | 'video'
  | 'color-palette'
  | 'protocol'
  | 'image'
  | 'unknown'

const STORAGE = '1.2.840.10008.5.1.4.1.1'

/** SOP classes and what they begin with: the longest counts. PS3.4 B.5, GG.3 */
const BY_CLASS: readonly (readonly [begin: string, kind: IconKind])[] = [
  [STORAGE, 'image'],
  [`${STORAGE}.4.2`, 'spectrum'],
  [`${STORAGE}.9`, 'waveform'],
  [`${STORAGE}.9.4`, 'sound'],
  [`${STORAGE}.11`, 'presentation-state'],
  [`${STORAGE}.66`, 'raw-data'],
  [`${STORAGE}.66.1`, 'registration'],
  [`${STORAGE}.66.2`, 'registration'],
  [`${STORAGE}.66.3`, 'registration'],
  [`${STORAGE}.66.4`, 'segmentation'],
  [`${STORAGE}.66.5`, 'model'],
  [`${STORAGE}.66.6`, 'annotation'],
  [`${STORAGE}.66.7`, 'segmentation'],
  [`${STORAGE}.67`, 'measurement'],
  [`${STORAGE}.68`, 'model'],
  [`${STORAGE}.77.1.1.1`, 'video'],
  [`${STORAGE}.77.1.2.1`, 'video'],
  [`${STORAGE}.77.1.4.1`, 'video'],
  [`${STORAGE}.78`, 'measurement'],
  [`${STORAGE}.79`, 'measurement'],
  [`${STORAGE}.80`, 'measurement'],
  [`${STORAGE}.88`, 'report'],
  [`${STORAGE}.88.59`, 'key-objects'],
  [`${STORAGE}.90`, 'report'],
  [`${STORAGE}.91`, 'annotation'],
  [`${STORAGE}.104.1`, 'pdf'],
  [`${STORAGE}.104.2`, 'clinical-document'],
  [`${STORAGE}.104.3`, 'model'],
  [`${STORAGE}.104.4`, 'model'],
  [`${STORAGE}.104.5`, 'model'],
  [`${STORAGE}.200`, 'protocol'],
  [`${STORAGE}.201`, 'protocol'],
  [`${STORAGE}.481`, 'treatment-plan'],
  [`${STORAGE}.481.1`, 'image'],
  [`${STORAGE}.481.2`, 'image'],
  [`${STORAGE}.481.3`, 'structure-set'],
  [`${STORAGE}.481.4`, 'treatment-record'],
  [`${STORAGE}.481.6`, 'treatment-record'],
  [`${STORAGE}.481.7`, 'treatment-record'],
  [`${STORAGE}.481.9`, 'treatment-record'],
  ['1.2.840.10008.5.1.4.34', 'protocol'],
  ['1.2.840.10008.5.1.4.38', 'protocol'],
  ['1.2.840.10008.5.1.4.39', 'color-palette'],
  ['1.2.840.10008.5.1.4.43', 'model'],
  ['1.2.840.10008.5.1.4.44', 'model'],
  ['1.2.840.10008.5.1.4.45', 'model'],
]

/** Modality (0008,0060) where the class is private. PS3.3 C.7.3.1.1.1 */
const BY_MODALITY: ReadonlyMap<string, IconKind> = new Map([
  ['SR', 'report'],
  ['DOC', 'report'],
  ['KO', 'key-objects'],
  ['PR', 'presentation-state'],
  ['SEG', 'segmentation'],
  ['REG', 'registration'],
  ['FID', 'registration'],
  ['RWV', 'measurement'],
  ['ECG', 'waveform'],
  ['EPS', 'waveform'],
  ['HD', 'waveform'],
  ['AU', 'sound'],
  ['M3D', 'model'],
  ['RTPLAN', 'treatment-plan'],
  ['RTRECORD', 'treatment-record'],
  ['RTSTRUCT', 'structure-set'],
  ['ANN', 'annotation'],
  ['PLAN', 'protocol'],
])

/** Which icon stands for an instance.
 * @param modality Modality (0008,0060) of its series, where it has one */
export function iconOf(SOPClassUID: string, modality: string | undefined): IconKind {
  let found: (typeof BY_CLASS)[number] | undefined
  for (const entry of BY_CLASS) {
    const [begin] = entry
    const within = SOPClassUID === begin || SOPClassUID.startsWith(`${begin}.`)
    if (within && begin.length >= (found?.[0].length ?? 0)) found = entry
  }
  return found?.[1] ?? BY_MODALITY.get(modality ?? '') ?? 'unknown'
}
