import { characterSetOf } from '../dicom/character-sets.js'
import { joinedBytes, type ByteSource } from '../dicom/part10/byte-source.js'
import { tagHex, tagName } from '../dicom/part10/tags.js'
import type { EncapsulatedPixels } from '../dicom/part10/writer-fragments.js'
import { firstText, type UncheckedDataset, type WriterOptions } from '../dicom/part10/writer.js'
import { Problem } from '../dicom/problem.js'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.js'
import type { ImagingPool } from '../imaging/pool.js'
import { isEmpty, storedPixels, type StoredPixels } from './store-metadata-pixels.js'
import type { BulkPart, BulkParts } from './store-metadata-parts.js'

/** Finds the bytes of every bulk value of an instance, and what follows from their media types. PS3.18 10.5.1, 10.5.2. */

/** elements by tag; what JSON.parse or the XML reader made, and nobody else holds */
type Dataset = Record<string, unknown>

export interface ResolvedInstance extends WriterOptions {
  readonly dataset: UncheckedDataset
}

const AVAILABLE_TRANSFER_SYNTAX_UID = '00083002'
/** where metadata may say how pixels are encoded */
const HINTS = new Set([AVAILABLE_TRANSFER_SYNTAX_UID, '00020010'])
const PIXEL_DATA = '7FE00010'
const EXTENDED_OFFSETS = ['7FE00001', '7FE00002']
const ENCAPSULATED_DOCUMENT = '00420011'
const MIME_TYPE = '00420012'
const DOCUMENT_LENGTH = '00420015'
const OCTETS = new Set(['', 'application/octet-stream'])
/** VRs whose bytes depend on Specific Character Set */
const TEXTS = new Set(['LO', 'LT', 'SH', 'ST', 'UC', 'UT'])
/** longer text keeps its bytes */
const TEXT_BYTES = 64 << 20

/** @throws Problem `bad-dicom`: a name that no part bears; media types or counts that do not fit the metadata;
 *   `unsupported-transfer-syntax`, `limit-exceeded` */
export async function resolveBulkValues(
  given: UncheckedDataset,
  bulk: BulkParts,
  pool: ImagingPool,
): Promise<ResolvedInstance> {
  const dataset = datasetOf(given)
  const references = [...referencesOf(dataset)]
  // First of all, so that a part is not blamed for what is wrong with its instance.
  const partsOf = new Map(references.map(reference => [reference, bulk.named(reference.uri)]))
  const pixels = new Map<string, StoredPixels>()
  const values = new Map<string, ByteSource>()
  for (const [reference, parts] of partsOf) {
    const key = `${reference.tag} ${reference.uri}`
    if (parts.length === 0) {
      // Offsets into the fragments of another file: ours are made anew.
      if (EXTENDED_OFFSETS.includes(reference.tag)) continue
      throw bad(reference.tag, 'names bulk data that no part has')
    }
    const sources = parts.map(part => sourceOf(part, reference.tag))
    if (reference.tag === PIXEL_DATA) {
      pixels.set(key, await storedPixels(parts, sources, reference.isTop ? given : syntaxOnly(given), pool))
    } else {
      if (parts.length > 1) throw bad(reference.tag, 'names more than one part')
      const text = await textOf(reference, joinedBytes(sources), dataset)
      if (text === undefined) values.set(key, joinedBytes(sources))
      else reference.replaceBy({ vr: reference.vr, Value: [text] })
    }
  }
  fillDocument(dataset, references, partsOf)
  const top = references.find(({ tag, isTop }) => tag === PIXEL_DATA && isTop)
  const TransferSyntaxUID = commonSyntax([...pixels.values()])
  const topPixels = top === undefined ? undefined : pixels.get(`${top.tag} ${top.uri}`)
  if (topPixels !== undefined) topPixels.fill(dataset)
  return {
    dataset,
    TransferSyntaxUID,
    bulkValue(uri, tag) {
      const key = `${tagHex(tag)} ${uri}`
      const found: ByteSource | EncapsulatedPixels | undefined = pixels.get(key)?.content ?? values.get(key)
      if (found === undefined)
        throw new Problem('bad-dicom', `${tagName(tag)} names bulk data that no part has`)
      return found
    },
  }
}

/** A copy with tags in capitals, without what a server adds to the metadata that it gives and a file does not hold:
 *  Available Transfer Syntax UID. */
function datasetOf(given: UncheckedDataset): Dataset {
  const dataset: Dataset = {}
  for (const [name, element] of Object.entries(given)) {
    const tag = name.toUpperCase()
    if (!/^[0-9A-F]{8}$/.test(tag)) throw new Problem('bad-dicom', 'a name in a dataset is not a tag')
    if (Object.hasOwn(dataset, tag)) throw bad(tag, 'occurs twice')
    if (tag !== AVAILABLE_TRANSFER_SYNTAX_UID) dataset[tag] = element
  }
  return dataset
}

/** An icon knows nothing of the frames of the picture that it stands for. */
function syntaxOnly(given: UncheckedDataset): UncheckedDataset {
  return Object.fromEntries(Object.entries(given).filter(([name]) => HINTS.has(name)))
}

interface Reference {
  readonly tag: string
  readonly vr: string
  readonly uri: string
  readonly isTop: boolean
  replaceBy(element: unknown): void
}

/** Every element that has a BulkDataURI, at every level. */
function* referencesOf(dataset: Dataset, isTop = true): Generator<Reference> {
  for (const [name, element] of Object.entries(dataset)) {
    if (!isDataset(element)) continue
    const { vr, BulkDataURI: uri, Value } = element
    if (typeof uri === 'string' && typeof vr === 'string') {
      yield {
        tag: name.toUpperCase(),
        vr,
        uri,
        isTop,
        replaceBy(other) {
          dataset[name] = other
        },
      }
    }
    if (vr !== 'SQ' || !Array.isArray(Value)) continue
    for (const item of Value as unknown[]) if (isDataset(item)) yield* referencesOf(item, false)
  }
}

function sourceOf({ source }: BulkPart, tag: string): ByteSource {
  if (source === undefined)
    throw new Problem('limit-exceeded', `${nameOf(tag)} is larger than an instance may be`)
  if (source instanceof Problem) throw source
  return source
}

/** Text behind a BulkDataURI is in the character set that the metadata states, while the metadata itself is Unicode. PS3.18 8.8
 * @returns the text where it is beyond ASCII: then it has to be written in the character set of the rest */
async function textOf({ vr }: Reference, source: ByteSource, dataset: Dataset): Promise<string | undefined> {
  if (!TEXTS.has(vr) || source.lengthBytes > TEXT_BYTES) return undefined
  const bytes = await source.read(0, source.lengthBytes)
  if (bytes.every(byte => byte < 0x80)) return undefined
  return decoded(bytes, vr, firstText(dataset, '00080005')).replace(/[\0 ]+$/, '')
}

function decoded(bytes: Buffer, vr: string, SpecificCharacterSet: string | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return characterSetOf(SpecificCharacterSet ?? '').decode(bytes, 0, bytes.length, vr)
  }
}

/** PS3.18 10.5.1.4: the part's media type is that of the document. */
function fillDocument(
  dataset: Dataset,
  references: readonly Reference[],
  partsOf: ReadonlyMap<Reference, readonly BulkPart[]>,
): void {
  const document = references.find(({ tag, isTop }) => tag === ENCAPSULATED_DOCUMENT && isTop)
  const part = document === undefined ? undefined : partsOf.get(document)?.[0]
  if (part === undefined) return
  if (!OCTETS.has(part.mediaType)) {
    const stated = firstText(dataset, MIME_TYPE)?.toLowerCase()
    if (stated === undefined || stated === '') dataset[MIME_TYPE] = { vr: 'LO', Value: [part.mediaType] }
    else if (stated !== part.mediaType) throw bad(MIME_TYPE, 'is not the media type of the document’s part')
  }
  const length = sourceOf(part, ENCAPSULATED_DOCUMENT).lengthBytes
  if (isEmpty(dataset[DOCUMENT_LENGTH])) dataset[DOCUMENT_LENGTH] = { vr: 'UL', Value: [length] }
}

/** PS3.5 A.4: one syntax for all encapsulated Pixel Data of a file; an icon may stay native. */
function commonSyntax(pixels: readonly StoredPixels[]): string {
  const syntaxes = new Set(pixels.flatMap(one => one.TransferSyntaxUID ?? []))
  if (syntaxes.size > 1) throw bad(PIXEL_DATA, 'occurs in two transfer syntaxes')
  return [...syntaxes][0] ?? EXPLICIT_VR_LITTLE_ENDIAN
}

function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bad(tag: string, what: string): Problem {
  return new Problem('bad-dicom', `${nameOf(tag)} ${what}`)
}

function nameOf(tag: string): string {
  return tagName(parseInt(tag, 16))
}
