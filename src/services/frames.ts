import { shiftedFrame, swappedWords } from '../dicom/frame-bytes.js'
import { FRAMES_PER_CHUNK, unpackFrame, type ByteRange, type NativeFrames } from '../dicom/frame-table.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import { transferSyntax } from '../dicom/transfer-syntaxes.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { Caller } from './caller.js'
import { refuseDamaged } from './damaged.js'
import type { InstanceBytes } from './instance-bytes.js'
import { fragmentsPayload, madePayload, storedPayload, type Payload } from './payload.js'

/** Native frames leave as Explicit VR Little Endian, encapsulated ones as they are stored. PS3.18 8.7.3 */
export interface InstanceFrames {
  readonly instance: FoundInstance
  readonly count: number
  /** Where a frame is, and what its bytes need on the way; reading them is the payload's.
   * @param frame 0-based, below count
   * @throws Problem `unavailable`, `bad-pixel-data` */
  readonly frame: (frame: number) => Promise<Payload>
}

export interface FrameService {
  /** @throws Problem `not-found` (no such instance), `frame-not-found` (no pixel data), `blob-missing`, `blob-damaged` */
  open(caller: Caller, uids: InstanceUids): Promise<InstanceFrames>
  ofInstance(instance: FoundInstance): InstanceFrames
}

/** One index lookup, one byte range of one blob, and what its bytes need on the way. PS3.18 10.4.1.1.5; PS3.5 8.2, A.4. */
export function frameService(index: ArchiveIndex, bytes: InstanceBytes): FrameService {
  return {
    ofInstance,
    async open(_caller, uids) {
      const instance = await index.find(uids)
      if (instance === undefined) throw noSuchInstance()
      if (instance.frames.kind === 'none')
        throw new Problem('frame-not-found', 'the instance has no pixel data')
      refuseDamaged(instance)
      return ofInstance(instance)
    },
  }

  function ofInstance(instance: FoundInstance): InstanceFrames {
    const { frames } = instance
    if (frames.kind === 'native') {
      return {
        instance,
        count: frames.count,
        frame: frame => Promise.resolve(nativeFrame(instance, frames, frame)),
      }
    }
    const chunks = frameChunks(instance)
    return {
      instance,
      count: frames.kind === 'none' ? 0 : frames.count,
      frame: async frame => fragmentsPayload(bytes, instance, await chunks(frame)),
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

  function nativeFrame(instance: FoundInstance, frames: NativeFrames, frame: number): Payload {
    const firstBit = frame * frames.frameBits
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
      return storedPayload(bytes, instance, range, wordBytes)
    // 1-bit frames are not byte aligned (PS3.5 8.1.1), and those of an odd length not word aligned; they are small.
    return madePayload(Math.ceil(frames.frameBits / 8), async () => {
      const raw = await bytes.read(instance, range)
      const little = (wordBytes === 1 ? raw : swappedWords(raw, wordBytes)).subarray(before)
      return shiftedFrame(little, shift, frames.frameBits)
    })
  }
}

/** 1 where nothing is to be swapped. */
export function swapUnit(instance: FoundInstance, wordBytes: number): number {
  return transferSyntax(instance.TransferSyntaxUID)?.bigEndian === true ? wordBytes : 1
}
