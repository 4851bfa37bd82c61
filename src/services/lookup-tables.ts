import type { DicomJson } from '../dicom/json-model.js'
import type { LookupTable, Palette } from '../imaging/frame-description.js'
import type { ElementBytes } from './element-bytes.js'
import { itemOf, numberOf, numbersAt } from '../dicom/json-values.js'

/** The first table of a Modality, VOI or Presentation LUT Sequence. PS3.3 C.11.1.1
 * @returns undefined where there is none, or one without data: then it is ignored, as DCMTK does */
export async function sequenceTable(
  dataset: DicomJson | undefined,
  sequence: string,
  bytesOf: ElementBytes,
): Promise<LookupTable | undefined> {
  const table = itemOf(dataset, sequence)
  const data = await bytesOf(table?.['00283006'])
  if (data === undefined || data.length === 0) return undefined
  return { descriptor: descriptor(table, '00283002'), data, segmented: false }
}

/** What palettes() needs. */
export const PALETTE_TAGS = [
  ...['00281101', '00281102', '00281103'],
  ...['00281201', '00281202', '00281203'],
  ...['00281221', '00281222', '00281223'],
]

/** Palette Color Lookup Tables, plain or in segments. PS3.3 C.7.9
 * @returns undefined where one of the three has no data */
export async function palette(dataset: DicomJson, bytesOf: ElementBytes): Promise<Palette | undefined> {
  const red = await channel(dataset, 1, bytesOf)
  const green = await channel(dataset, 2, bytesOf)
  const blue = await channel(dataset, 3, bytesOf)
  return red === undefined || green === undefined || blue === undefined ? undefined : { red, green, blue }
}

async function channel(
  dataset: DicomJson,
  color: number,
  bytesOf: ElementBytes,
): Promise<LookupTable | undefined> {
  const plain = await bytesOf(dataset[`0028120${color}`])
  const isPlain = plain !== undefined && plain.length > 0
  const data = isPlain ? plain : await bytesOf(dataset[`0028122${color}`])
  if (data === undefined || data.length === 0) return undefined
  return { descriptor: descriptor(dataset, `0028110${color}`), data, segmented: !isPlain }
}

function descriptor(dataset: DicomJson | undefined, tag: string): readonly number[] {
  if (numberOf(dataset, tag) === undefined) return []
  return numbersAt(dataset, tag).map(value => value ?? 0)
}
