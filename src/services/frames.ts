import { shiftedFrame, swappedWords } from '../dicom/frame-bytes.js'
import { FRAMES_PER_CHUNK, unpackFrame, type ByteRange, type NativeFrames } from '../dicom/frame-table.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import { transferSyntax } from '../dicom/transfer-syntaxes.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import type { Caller } from './caller.js'
import type { InstanceBytes } from './instance-bytes.js'

/** The bytes of one frame or bulk value, ready to be sent. */
export interface Payload {
  readonly lengthBytes: number
  /** in one piece where it is small, else to be read once */
  readonly bytes: Uint8Array | AsyncIterable<Uint8Array>
}

/** Native frames leave as Explicit VR Little Endian, encapsulated ones as they are stored. PS3.18 8.7.3 */
export interface InstanceFrames {
  readonly instance: FoundInstance
  readonly count: number
  /** @param frame 0-based, below count
   * @throws Problem `blob-missing`, `unavailable`, `bad-pixel-data` */
  read(frame: number, signal?: AbortSignal): Promise<Payload>
}

export interface FrameService {
  /** @throws Problem `not-found` (no such instance), `frame-not-found` (no pixel data) */
  open(caller: Caller, uids: InstanceUids): Promise<InstanceFrames>
  ofInstance(instance: FoundInstance): InstanceFrames
}

/** Larger payloads are streamed. */
const AT_ONCE_BYTES = 1 << 20

/** One index lookup, one byte range of one blob, and what its bytes need on the way. PS3.18 10.4.1.1.5; PS3.5 8.2, A.4. */
export function frameService(index: ArchiveIndex, bytes: InstanceBytes): FrameService {
  return {
    ofInstance,
    async open(_caller, uids) {
      const instance = await index.find(uids)
      if (instance === undefined) throw new Problem('not-found', 'no such instance is stored')
      if (instance.frames.kind === 'none')
        throw new Problem('frame-not-found', 'the instance has no pixel data')
      return ofInstance(instance)
    },
  }

  function ofInstance(instance: FoundInstance): InstanceFrames {
    const { frames } = instance
    if (frames.kind === 'native') {
      return {
        instance,
        count: frames.count,
        read: (frame, signal) => readNative(instance, frames, frame, signal),
      }
    }
    const chunks = frameChunks(instance)
    return {
      instance,
      count: frames.kind === 'none' ? 0 : frames.count,
      read: async (frame, signal) => readFragments(instance, await chunks(frame), signal),
    }
  }

  /** The chunk of the frame before is usually the chunk of the next. */
  function frameChunks(instance: FoundInstance): (frame: number) => Promise<readonly ByteRange[]> {
    let number = -1
    let chunk: Uint8Array | undefined
    return async frame => {
      const wanted = Math.floor(frame / FRAMES_PER_CHUNK)
      if (wanted !== number) {
        chunk = await index.frameChunk(instance.id, wanted)
        number = wanted
      }
      const ranges = chunk === undefined ? undefined : unpackFrame(chunk, frame % FRAMES_PER_CHUNK)
      if (ranges === undefined)
        throw new Problem('bad-pixel-data', 'the index has no fragments of this frame')
      return ranges
    }
  }

  async function readNative(
    instance: FoundInstance,
    frames: NativeFrames,
    frame: number,
    signal?: AbortSignal,
  ): Promise<Payload> {
    const firstBit = frame * frames.frameBits
    const lengthBytes = Math.ceil(frames.frameBits / 8)
    const wordBytes = swapUnit(instance, frames.wordBytes)
    const first = Math.floor(firstBit / 8)
    const end = Math.ceil((firstBit + frames.frameBits) / 8)
    // Bytes trade places within their word: what is swapped begins and ends with one.
    const before = first % wordBytes
    const after = -end & (wordBytes - 1)
    const range = {
      start: frames.offsetBytes + first - before,
      end: Math.min(frames.offsetBytes + end + after, frames.offsetBytes + frames.lengthBytes),
    }
    const shift = firstBit % 8
    if (before === 0 && after === 0 && shift === 0 && frames.frameBits % 8 === 0)
      return readRange(instance, range, wordBytes, signal)
    // 1-bit frames are not byte aligned (PS3.5 8.1.1), and those of an odd length not word aligned; they are small.
    const raw = await bytes.read(instance, range)
    const little = (wordBytes === 1 ? raw : swappedWords(raw, wordBytes)).subarray(before)
    return { lengthBytes, bytes: shiftedFrame(little, shift, frames.frameBits) }
  }

  async function readRange(
    instance: FoundInstance,
    range: ByteRange,
    wordBytes: number,
    signal?: AbortSignal,
  ): Promise<Payload> {
    const lengthBytes = range.end - range.start
    const raw =
      lengthBytes <= AT_ONCE_BYTES
        ? await bytes.read(instance, range)
        : await bytes.open(instance, range, signal)
    return { lengthBytes, bytes: wordBytes === 1 ? raw : swappedWords(raw, wordBytes) }
  }

  async function readFragments(
    instance: FoundInstance,
    ranges: readonly ByteRange[],
    signal?: AbortSignal,
  ): Promise<Payload> {
    const [first] = ranges
    const last = ranges.at(-1)
    if (first === undefined || last === undefined) return { lengthBytes: 0, bytes: new Uint8Array() }
    if (ranges.length === 1) return readRange(instance, first, 1, signal)
    const lengthBytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0)
    const span = { start: first.start, end: last.end }
    if (span.end - span.start <= AT_ONCE_BYTES) {
      const raw = await bytes.read(instance, span)
      const pieces = ranges.map(({ start, end }) => raw.subarray(start - span.start, end - span.start))
      return { lengthBytes, bytes: Buffer.concat(pieces) }
    }
    return {
      lengthBytes,
      bytes: withoutItemHeaders(await bytes.open(instance, span, signal), span.start, ranges),
    }
  }
}

/** 1 where nothing is to be swapped. */
export function swapUnit(instance: FoundInstance, wordBytes: number): number {
  return transferSyntax(instance.TransferSyntaxUID)?.bigEndian === true ? wordBytes : 1
}

/** Only what lies in the ranges, which are in file order, of a source that begins at `offsetBytes`. */
async function* withoutItemHeaders(
  source: AsyncIterable<Uint8Array>,
  offsetBytes: number,
  ranges: readonly ByteRange[],
): AsyncIterable<Uint8Array> {
  let at = offsetBytes
  let current = 0
  for await (const chunk of source) {
    const chunkEnd = at + chunk.length
    for (
      let range = ranges[current];
      range !== undefined && range.start < chunkEnd;
      range = ranges[current]
    ) {
      const from = Math.max(range.start, at)
      const to = Math.min(range.end, chunkEnd)
      if (from < to) yield chunk.subarray(from - at, to - at)
      if (range.end > chunkEnd) break
      current++
    }
    at = chunkEnd
  }
}
