import { headerAttributes } from '../dicom/header-attributes.js'
import { Problem } from '../dicom/problem.js'
import { EXPLICIT_VR_LITTLE_ENDIAN, transferSyntax } from '../dicom/transfer-syntaxes.js'
import { decodable } from '../imaging/codecs/decode.js'
import {
  encodable,
  ENCODED_SYNTAXES,
  HTJ2K,
  JPEG_2000,
  JPEG_BASELINE,
  JPEG_LS_NEAR_LOSSLESS,
} from '../imaging/codecs/encodable.js'
import type { EncodedFrame } from '../imaging/codecs/encoded-frame.js'
import { frameBytes, type PixelFormat } from '../imaging/pixel-format.js'
import type { JobInput } from '../imaging/jobs.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import { refuseDamaged } from './damaged.js'
import type { DerivedBytes } from './derived-bytes.js'
import type { FrameService } from './frames.js'
import { instanceOrigin } from './instance-bytes.js'
import type { Payload } from './payload.js'
import { pixelFormat, PIXEL_FORMAT_TAGS } from './pixel-format.js'
import { wholeFrame } from './whole-frame.js'

/** To be counted up when an encoder makes other bytes of the same frame: what is kept, here or by clients, is made anew. */
export const TRANSCODER = 1

/** Frames that are worked on ahead of the one that is sent, and what they may have in memory. */
const MOST_AHEAD = 4
const AHEAD_BYTES = 64 << 20

const LOSSY: ReadonlySet<string> = new Set([JPEG_BASELINE, JPEG_LS_NEAR_LOSSLESS, JPEG_2000, HTJ2K])

/** Whether what is encoded so loses some of it. */
export function isLossy(syntax: string): boolean {
  return LOSSY.has(syntax)
}

/** How many frames may be worked on ahead of the one that is sent. */
export function framesAhead(format: PixelFormat): number {
  return Math.max(1, Math.min(MOST_AHEAD, Math.floor(AHEAD_BYTES / Math.max(1, frameBytes(format)))))
}

/** Whether there is a decoder for its frames, by its index row. */
export function canBeDecoded({ TransferSyntaxUID, frames }: FoundInstance): boolean {
  return frames.kind !== 'none' && decodable(nativeOr(TransferSyntaxUID))
}

/** Transfer syntaxes that samples of this format go into. */
export function encodedSyntaxes(format: PixelFormat): readonly string[] {
  return ENCODED_SYNTAXES.filter(syntax => encodable(syntax, format))
}

const TAGS: ReadonlySet<string> = new Set(PIXEL_FORMAT_TAGS)

/** Frames of one instance in another transfer syntax. */
export interface TranscodedFrames {
  /** Makes a frame, or finds it made. Native ones are made when they are read: their length is known.
   * @param frame 0-based, below the count
   * @throws Problem `undecodable`, `not-acceptable`, `limit-exceeded`, `overloaded`, `client-gone`, and those of stored bytes */
  readonly frame: (frame: number) => Promise<Payload>
  /** whether a frame's length is known before it is made */
  readonly sized: boolean
  /** how many may be made at once */
  readonly ahead: number
}

export interface TranscodeService {
  /** Transfer syntaxes that there is an encoder for. PS3.18 8.7.3 */
  readonly targets: readonly string[]
  /** Those of them that its samples go into; none where its frames cannot be decoded.
   * @throws Problem `not-found` */
  possible(instance: FoundInstance): Promise<readonly string[]>
  /** @param to one that is possible
   * @throws Problem `not-found` */
  frames(instance: FoundInstance, to: string, signal: AbortSignal): Promise<TranscodedFrames>
  /** One frame, made and not kept.
   * @param format as the instance has it */
  encoded(
    instance: FoundInstance,
    frame: number,
    target: { readonly format: PixelFormat; readonly to: string },
    signal?: AbortSignal,
  ): Promise<EncodedFrame>
}

/** Frames decoded and encoded by the imaging pool. PS3.18 8.7.3 */
export function transcodeService(
  index: ArchiveIndex,
  stored: FrameService,
  pool: ImagingPool,
  derived: DerivedBytes,
): TranscodeService {
  return {
    targets: ENCODED_SYNTAXES,
    encoded,
    async possible(instance) {
      return canBeDecoded(instance) ? encodedSyntaxes(await formatOf(instance)) : []
    },
    async frames(instance, to, signal) {
      refuseDamaged(instance)
      const format = await formatOf(instance)
      const made = (frame: number): Promise<Payload> => {
        if (to === EXPLICIT_VR_LITTLE_ENDIAN)
          return Promise.resolve(nativePayload(instance, frame, format, signal))
        return keptPayload(instance, frame, { format, to }, signal)
      }
      return {
        sized: to === EXPLICIT_VR_LITTLE_ENDIAN,
        ahead: framesAhead(format),
        frame: lastKept(made),
      }
    },
  }

  async function formatOf(instance: FoundInstance): Promise<PixelFormat> {
    const header = await index.header(instance.id)
    if (header === undefined) throw noSuchInstance()
    return pixelFormat(await headerAttributes(header.header, header.headerTextBytes, TAGS), instance)
  }

  async function encoded(
    instance: FoundInstance,
    frame: number,
    { format, to }: { readonly format: PixelFormat; readonly to: string },
    signal?: AbortSignal,
  ): Promise<EncodedFrame> {
    const input = async (): Promise<JobInput<'transcode'>> => ({
      frame: await wholeFrame(await stored.ofInstance(instance).frame(frame), signal),
      transferSyntax: nativeOr(instance.TransferSyntaxUID),
      format,
      to,
      options: { quality: undefined },
    })
    return pool.run('transcode', input, signal, instance.uids.StudyInstanceUID)
  }

  /** Read often, and in pieces: kept in the derived cache, the same bytes every time. */
  async function keptPayload(
    instance: FoundInstance,
    frame: number,
    target: { readonly format: PixelFormat; readonly to: string },
    signal: AbortSignal,
  ): Promise<Payload> {
    const as = `frame ${TRANSCODER} ${frame} ${target.to}`
    const bytes = await derived.get(
      { of: instanceOrigin(instance), as },
      async working => (await encoded(instance, frame, target, working)).bytes,
      signal,
    )
    return inMemory(bytes)
  }

  function nativePayload(
    instance: FoundInstance,
    frame: number,
    format: PixelFormat,
    signal: AbortSignal,
  ): Payload {
    const lengthBytes = frameBytes(format)
    let bytes: Promise<Uint8Array> | undefined
    return {
      lengthBytes,
      async read(range) {
        bytes ??= encoded(instance, frame, { format, to: EXPLICIT_VR_LITTLE_ENDIAN }, signal).then(
          made => made.bytes,
        )
        const whole = await bytes
        if (whole.length !== lengthBytes)
          throw new Problem(
            'undecodable',
            `the frame decodes to ${whole.length} bytes; its attributes say ${lengthBytes}`,
          )
        return range === undefined ? whole : whole.subarray(range.start, range.end)
      },
    }
  }
}

/** Native frames of any transfer syntax come as Explicit VR Little Endian. */
function nativeOr(syntax: string): string {
  return transferSyntax(syntax)?.encapsulated === false ? EXPLICIT_VR_LITTLE_ENDIAN : syntax
}

function inMemory(bytes: Uint8Array): Payload {
  return {
    lengthBytes: bytes.length,
    read: range => Promise.resolve(range === undefined ? bytes : bytes.subarray(range.start, range.end)),
  }
}

/** Asked for its length, and then for its bytes, a frame is made once. */
function lastKept(make: (frame: number) => Promise<Payload>): (frame: number) => Promise<Payload> {
  let number = -1
  let last: Promise<Payload> | undefined
  return frame => {
    if (frame !== number || last === undefined) {
      number = frame
      last = make(frame)
      last.catch(() => {
        last = undefined
      })
    }
    return last
  }
}
