/** Where the frames of an instance are. PS3.5 8.2, A.4; dicom/part10 makes these, services/frames reads them.
 *
 *  All offsets are bytes from the start of the file; for Deflated Explicit VR Little Endian from the start of the
 *  *inflated file*: the bytes of the file up to and including the meta group, then the inflated dataset. */

/** Half-open byte range [start, end). */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Native frames are arithmetic, never a table. */
export interface NativeFrames {
  readonly kind: 'native'
  /** 7FE00010, 7FE00008 (float) or 7FE00009 (double) */
  readonly tag: string
  readonly vr: string
  readonly offsetBytes: number
  /** bytes of the whole value as they are in the file, pad byte included; cut short in a truncated file */
  readonly lengthBytes: number
  /** Rows * Columns * SamplesPerPixel * BitsAllocated (native YBR_FULL_422: two samples a pixel) */
  readonly frameBits: number
  /** frames announced and wholly present */
  readonly count: number
  /** bytes of the unit that a change of byte order swaps: 1, 2, 4 or 8 */
  readonly wordBytes: number
}

/** Encapsulated frames: fragment ranges by frame, packed 1,024 frames a chunk. */
export interface EncapsulatedFrames {
  readonly kind: 'encapsulated'
  readonly count: number
  /** chunk k holds frames [k * FRAMES_PER_CHUNK, …); made by packFrameChunk */
  readonly chunks: readonly Uint8Array[]
}

export type FrameTable = NativeFrames | EncapsulatedFrames | { readonly kind: 'none' }

export const FRAMES_PER_CHUNK = 1024

/** The fragments of a frame: an array, or what makes them one after the other (a frame may have a million). */
export interface FragmentRanges extends Iterable<ByteRange> {
  readonly length: number
}

/** Packs the fragment ranges (item headers excluded) of up to FRAMES_PER_CHUNK frames. Varints: count of fragments,
 *  then for each the gap from the end of the fragment before it (zigzag; the first from 0) and its length. */
export function packFrameChunk(frames: readonly FragmentRanges[]): Uint8Array {
  const packed = new VarintBuffer()
  let previousEnd = 0
  for (const fragments of frames) {
    packed.write(fragments.length)
    for (const { start, end } of fragments) {
      const gap = start - previousEnd
      packed.write(gap >= 0 ? gap * 2 : -gap * 2 - 1)
      packed.write(end - start)
      previousEnd = end
    }
  }
  return packed.bytes()
}

/** The fragments of one frame of a packed chunk.
 * @param frame 0-based within the chunk
 * @returns undefined where the chunk holds no such frame */
export function unpackFrame(chunk: Uint8Array, frame: number): ByteRange[] | undefined {
  let at = 0
  const readVarint = (): number => {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = chunk[at++]
      if (byte === undefined) throw new RangeError('frame chunk is cut short')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }
  let previousEnd = 0
  for (let index = 0; at < chunk.length; index++) {
    const count = readVarint()
    const ranges: ByteRange[] = []
    for (let i = 0; i < count; i++) {
      const zigzag = readVarint()
      const start = previousEnd + (zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2)
      const end = start + readVarint()
      previousEnd = end
      if (index === frame) ranges.push({ start, end })
    }
    if (index === frame) return ranges
  }
  return undefined
}

class VarintBuffer {
  #bytes = new Uint8Array(4096)
  #length = 0

  write(n: number): void {
    // a varint of a number below 2^53 has at most 8 bytes
    if (this.#length + 8 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2)
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    let rest = n
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}
