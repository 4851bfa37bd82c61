import { findBulkValue } from '../dicom/bulk-table.js'
import { headerAttributes } from '../dicom/header-attributes.js'
import { transferSyntax } from '../dicom/transfer-syntaxes.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import type { BulkdataService } from './bulkdata.js'
import type { FrameService } from './frames.js'
import type { Payload } from './payload.js'
import { isPresentationState } from './presentation-picture.js'

/** What of an instance a person can look at. PS3.18 8.7.4 */
export type Renderable =
  | { readonly kind: 'pictures' }
  /** a stream, or a document, that goes out as it is */
  | RenderedFile
  | { readonly kind: 'nothing' }

export interface RenderedFile {
  readonly kind: 'file'
  /** media types that it can be asked for by; the first is what it is */
  readonly names: readonly [string, ...string[]]
  readonly payload: Payload
}

export type RenderableOf = (instance: FoundInstance) => Promise<Renderable>

const ENCAPSULATED_DOCUMENT = '00420011'
const DOCUMENT_LENGTH = '00420015'
const DOCUMENT_LENGTH_TAGS = new Set([DOCUMENT_LENGTH])

/** Whether frames of its own can be drawn: told from its index row alone. */
export function hasPictures({ frames, TransferSyntaxUID }: FoundInstance): boolean {
  return frames.kind !== 'none' && frames.count > 0 && transferSyntax(TransferSyntaxUID)?.video !== true
}

export function renderables(
  index: ArchiveIndex,
  frames: FrameService,
  bulkdata: BulkdataService,
): RenderableOf {
  return async instance => {
    if (hasPictures(instance) || isPresentationState(instance)) return { kind: 'pictures' }
    const video = transferSyntax(instance.TransferSyntaxUID)
    if (video?.video === true && frames.ofInstance(instance).count > 0) {
      const payload = await frames.ofInstance(instance).frame(0)
      const container = await containerOf(payload)
      return { kind: 'file', names: [container ?? video.mediaType, video.mediaType], payload }
    }
    return (await documentOf(instance)) ?? { kind: 'nothing' }
  }

  /** PS3.3 C.24.2 */
  async function documentOf(instance: FoundInstance): Promise<Renderable | undefined> {
    const entry = findBulkValue(await index.bulkTable(instance.id), ENCAPSULATED_DOCUMENT)
    if (entry === undefined) return undefined
    const value = await bulkdata.ofInstance(instance, entry)
    if (value.kind !== 'value' || !isMediaType(value.documentType)) return undefined
    const payload = withoutPad(value.payload, await documentLength(instance))
    return { kind: 'file', names: [value.documentType.toLowerCase()], payload }
  }

  async function documentLength({ id }: FoundInstance): Promise<unknown> {
    const stored = await index.header(id)
    if (stored === undefined) return undefined
    const header = await headerAttributes(stored.header, stored.headerTextBytes, DOCUMENT_LENGTH_TAGS)
    return header[DOCUMENT_LENGTH]?.Value?.[0]
  }
}

/** What a dataset says of itself goes into a header: only what is plainly a media type. */
function isMediaType(text: string | undefined): text is string {
  return text !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(text)
}

/** Encapsulated Document Length (0042,0015) says whether the last byte is of the document. */
function withoutPad(payload: Payload, length: unknown): Payload {
  if (length !== payload.lengthBytes - 1) return payload
  return {
    lengthBytes: length,
    read: (range = { start: 0, end: length }, signal) => payload.read(range, signal),
  }
}

/** What a video is in, by its first bytes: a transfer syntax allows several. PS3.5 8.2.5 to 8.2.12
 * @returns undefined for a bare stream */
async function containerOf(payload: Payload): Promise<string | undefined> {
  const start = await payload.read({ start: 0, end: Math.min(12, payload.lengthBytes) })
  if (!(start instanceof Uint8Array)) return undefined
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength)
  if (bytes.toString('latin1', 4, 8) === 'ftyp') return 'video/mp4'
  if (bytes[0] === 0x47) return 'video/mp2t'
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === 0x1ba) return 'video/mpeg'
  return undefined
}
