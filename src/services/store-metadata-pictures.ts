import { bytesInMemory, joinedBytes, type ByteSource } from '../dicom/part10/byte-source.js'
import type { UncheckedDataset } from '../dicom/part10/writer.js'
import { Problem } from '../dicom/problem.js'
import type { JobOutput } from '../imaging/jobs.js'
import type { ImagingPool } from '../imaging/pool.js'

/** PNG and GIF, which no transfer syntax holds: their samples are stored, as Explicit VR Little Endian. PS3.18 10.5.1, 10.5.2 */
export const DECODED_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/gif'])

export interface DecodedPictures {
  readonly content: ByteSource
  /** what is to stand in the dataset: by tag */
  readonly attributes: Readonly<Record<string, number | string>>
}

/** @param sources a picture each, one after the other
 * @throws Problem `bad-dicom`: no such pictures, or not such as the metadata describes; `limit-exceeded`, `overloaded` */
export async function decodedPictures(
  sources: readonly ByteSource[],
  mediaType: string,
  dataset: UncheckedDataset,
  pool: ImagingPool,
): Promise<DecodedPictures> {
  const pictures: JobOutput<'samples'>[] = []
  for (const source of sources) pictures.push(await decoded(source, mediaType, pool))
  const [first] = pictures
  if (first === undefined) throw bad('has no picture')
  const attributes = attributesOf(first)
  if (pictures.some(one => JSON.stringify(attributesOf(one)) !== JSON.stringify(attributes)))
    throw bad('has pictures that differ in size or kind')
  const frames = pictures.reduce((sum, one) => sum + one.frames, 0)
  const described = { ...attributes, '00280008': frames }
  for (const [tag, value] of Object.entries(described)) {
    const given = valueOf(dataset[tag])
    if (given !== undefined && given !== value && !isInverted(tag, given, value))
      throw bad(`is not such a picture as the metadata describes: (${tag.slice(0, 4)},${tag.slice(4)})`)
  }
  return {
    content: joinedBytes(
      pictures.map(({ bytes }) => bytesInMemory(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))),
    ),
    attributes: frames > 1 ? described : attributes,
  }
}

async function decoded(
  source: ByteSource,
  mediaType: string,
  pool: ImagingPool,
): Promise<JobOutput<'samples'>> {
  try {
    const picture = await source.read(0, source.lengthBytes)
    return await pool.run('samples', { picture, mediaType })
  } catch (error) {
    if (error instanceof Problem && error.kind === 'undecodable') throw bad(`is ${error.message}`)
    throw error
  }
}

/** PS3.3 C.7.6.3 */
function attributesOf(picture: JobOutput<'samples'>): Record<string, number | string> {
  return {
    '00280002': picture.samples,
    '00280004': picture.samples === 1 ? 'MONOCHROME2' : 'RGB',
    ...(picture.samples === 1 ? {} : { '00280006': 0 }),
    '00280010': picture.rows,
    '00280011': picture.columns,
    '00280100': picture.bitsAllocated,
    '00280101': picture.bitsAllocated,
    '00280102': picture.bitsAllocated - 1,
    '00280103': 0,
  }
}

/** Gray may be meant either way. */
function isInverted(tag: string, given: number | string, value: number | string): boolean {
  return tag === '00280004' && value === 'MONOCHROME2' && given === 'MONOCHROME1'
}

function valueOf(element: unknown): number | string | undefined {
  if (typeof element !== 'object' || element === null || !('Value' in element)) return undefined
  const value: unknown = Array.isArray(element.Value) ? element.Value[0] : undefined
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value === '') return undefined
  return /^\s*\d+\s*$/.test(value) ? Number(value) : value
}

function bad(what: string): Problem {
  return new Problem('bad-dicom', `(7FE0,0010) ${what}`)
}
