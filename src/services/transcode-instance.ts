import { findBulkValue } from '../dicom/bulk-table.js'
import type { ByteRange } from '../dicom/frame-table.js'
import { headerAttributes } from '../dicom/header-attributes.js'
import { ByteFeed } from '../dicom/part10/byte-feed.js'
import { DatasetRewriter } from '../dicom/part10/dataset-rewriter.js'
import { rewrittenHead } from '../dicom/part10/meta-rewrite.js'
import { Problem } from '../dicom/problem.js'
import { DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.js'
import type { EncodedFrame } from '../imaging/codecs/encoded-frame.js'
import { frameBytes, type PixelFormat } from '../imaging/pixel-format.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import { numberOf } from '../dicom/json-values.js'
import type { InstanceBytes } from './instance-bytes.js'
import { ICON_IMAGE_SEQUENCE, type NativeIcon } from './native-icon.js'
import { pixelFormat, PIXEL_FORMAT_TAGS } from './pixel-format.js'
import { preparedAhead, upTo } from './prepared-ahead.js'
import { canBeDecoded, encodedSyntaxes, framesAhead, isLossy, type TranscodeService } from './transcode.js'
import { derivedUid, LOSSY_HISTORY_TAGS, transcodedAttributes } from './transcoded-attributes.js'

/** Files in another transfer syntax, as streams: frame by frame, the next ones made while one is sent. PS3.18 8.7.3, PS3.5 A.4 */
export interface TranscodeInstances {
  /** Transfer syntaxes that the whole instance can be in, beside its own.
   * @throws Problem `not-found` */
  readonly possible: (instance: FoundInstance) => Promise<readonly string[]>
  /** The file; its first frame is made before the promise resolves.
   * @param to one that is possible
   * @throws Problem `undecodable`, `not-acceptable`, `limit-exceeded`, `overloaded`, `client-gone`, and those of stored bytes;
   *  in the loop too */
  open(instance: FoundInstance, to: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

const PIXEL_DATA = '7FE00010'
const NUMBER_OF_FRAMES = '00280008'
const TAGS: ReadonlySet<string> = new Set([
  ...PIXEL_FORMAT_TAGS,
  ...LOSSY_HISTORY_TAGS,
  NUMBER_OF_FRAMES,
  ICON_IMAGE_SEQUENCE,
])
/** PS3.5 7.1.2: 32 bits tell it, and it is even */
const LONGEST_VALUE = 0xfffffffe

export function transcodeInstances(
  index: ArchiveIndex,
  bytes: InstanceBytes,
  transcode: TranscodeService,
  iconOf: NativeIcon,
): TranscodeInstances {
  return { possible, open }

  async function possible(instance: FoundInstance): Promise<readonly string[]> {
    if (!canBeDecoded(instance)) return []
    const { header, format, count } = await described(instance)
    const syntaxes = encodedSyntaxes(format)
    // What is missing in a truncated file would be missing in the middle of another.
    if (count !== (numberOf(header, NUMBER_OF_FRAMES) ?? 1) || format.numbers !== 'integer') return []
    const isNative = count * frameBytes(format) <= LONGEST_VALUE && format.bitsAllocated % 8 === 0
    return isNative ? syntaxes : syntaxes.filter(syntax => syntax !== EXPLICIT_VR_LITTLE_ENDIAN)
  }

  async function described(instance: FoundInstance): Promise<{
    header: Awaited<ReturnType<typeof headerAttributes>>
    format: PixelFormat
    count: number
  }> {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
    const count = instance.frames.kind === 'none' ? 0 : instance.frames.count
    return { header, format: pixelFormat(header, instance), count }
  }

  async function open(
    instance: FoundInstance,
    to: string,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { header, format, count } = await described(instance)
    const pixels = await pixelRange(instance)
    const make = (frame: number): Promise<EncodedFrame> =>
      transcode.encoded(instance, frame, { format, to }, signal)
    const first = await make(0)
    const ratio = frameBytes(format) / first.bytes.length
    const lossy = isLossy(to) ? { header, ratio, to, SOPInstanceUID: derivedUid(instance, to) } : undefined
    const icon = await iconOf(instance, header, signal)
    const edits = await transcodedAttributes(instance, { was: format, is: first.format }, lossy, icon)
    const head = await bytes.read(instance, { start: 0, end: instance.datasetOffsetBytes })
    const written = rewrittenHead(Buffer.from(head), instance, {
      TransferSyntaxUID: to,
      ...(lossy === undefined ? {} : { SOPInstanceUID: lossy.SOPInstanceUID }),
    })
    return {
      async *[Symbol.asyncIterator]() {
        yield written
        const rewriter = new DatasetRewriter(undeflated(instance.TransferSyntaxUID), edits)
        const feed = new ByteFeed(rewriter)
        const pass = async function* (range: ByteRange): AsyncGenerator<Uint8Array> {
          feed.offset = range.start
          if (range.start >= range.end) return
          for await (const chunk of await bytes.open(instance, range, signal)) {
            feed.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
            yield* rewriter.take()
          }
        }
        yield* pass({ start: instance.datasetOffsetBytes, end: pixels.start })
        rewriter.skipPixels()
        const made = preparedAhead(upTo(count), 1 + framesAhead(format), frame =>
          frame === 0 ? Promise.resolve(first) : make(frame),
        )
        const frames = alike(made, first)
        yield* to === EXPLICIT_VR_LITTLE_ENDIAN
          ? nativePixels(frames, count, first)
          : encapsulatedPixels(frames, count)
        yield* pass({ start: pixels.end, end: instance.inflatedBytes ?? instance.sizeBytes })
        rewriter.finish(feed.held, feed.offset)
        yield* rewriter.take()
      },
    }
  }

  async function pixelRange(instance: FoundInstance): Promise<ByteRange> {
    const found = findBulkValue(await index.bulkTable(instance.id), PIXEL_DATA)
    if (found === undefined)
      throw new Problem('bad-pixel-data', 'the index does not know where Pixel Data is')
    return { start: found.offsetBytes, end: found.offsetBytes + found.lengthBytes }
  }
}

function undeflated(syntax: string): string {
  return syntax === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN ? EXPLICIT_VR_LITTLE_ENDIAN : syntax
}

/** @throws Problem `undecodable`: one is described otherwise than the first */
async function* alike(
  frames: AsyncIterable<EncodedFrame>,
  first: EncodedFrame,
): AsyncGenerator<Uint8Array, void, undefined> {
  const described = JSON.stringify(first.format)
  let number = 0
  for await (const { bytes, format } of frames) {
    number++
    if (JSON.stringify(format) !== described)
      throw new Problem('undecodable', `frame ${number} has other samples than the first`)
    yield bytes
  }
}

/** PS3.5 8.1.2, A.2 */
async function* nativePixels(
  frames: AsyncIterable<Uint8Array>,
  count: number,
  { bytes, format }: EncodedFrame,
): AsyncGenerator<Uint8Array> {
  const lengthBytes = count * bytes.length
  const header = Buffer.alloc(12)
  header.writeUInt32LE(0x00107fe0, 0)
  header.write(format.bitsAllocated > 8 ? 'OW' : 'OB', 4, 'latin1')
  header.writeUInt32LE(lengthBytes + (lengthBytes % 2), 8)
  yield header
  for await (const frame of frames) {
    if (frame.length !== bytes.length)
      throw new Problem('undecodable', 'a frame decodes to another length than the first')
    yield frame
  }
  if (lengthBytes % 2 === 1) yield Buffer.of(0)
}

/** A fragment a frame. The Basic Offset Table of one frame is known; that of many would have to wait for the last. PS3.5 A.4 */
async function* encapsulatedPixels(
  frames: AsyncIterable<Uint8Array>,
  count: number,
): AsyncGenerator<Uint8Array> {
  const header = Buffer.alloc(12)
  header.writeUInt32LE(0x00107fe0, 0)
  header.write('OB', 4, 'latin1')
  header.writeUInt32LE(0xffffffff, 8)
  yield header
  yield count === 1 ? Buffer.concat([item(0xe000, 4), Buffer.alloc(4)]) : item(0xe000, 0)
  for await (const frame of frames) {
    const padding = frame.length % 2
    yield item(0xe000, frame.length + padding)
    yield frame
    if (padding === 1) yield Buffer.of(0)
  }
  yield item(0xe0dd, 0)
}

function item(element: number, lengthBytes: number): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16LE(0xfffe, 0)
  header.writeUInt16LE(element, 2)
  header.writeUInt32LE(lengthBytes, 4)
  return header
}
