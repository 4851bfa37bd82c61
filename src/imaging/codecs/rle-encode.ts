import type { NativeFrame } from '../pixel-format.js'
import type { EncodedFrame } from './encoded-frame.js'

/** RLE Lossless: a segment a byte of a sample, the most significant first, each row by itself. PS3.5 G */

const HEADER_BYTES = 64
const LONGEST_RUN = 128

export function encodeRle({ bytes, format }: NativeFrame): Promise<EncodedFrame> {
  const sampleBytes = format.bitsAllocated / 8
  const pixelBytes = sampleBytes * format.samples
  const segments: Uint8Array[] = []
  const plane = new Uint8Array(format.rows * format.columns)
  for (let sample = 0; sample < format.samples; sample++)
    for (let byte = sampleBytes - 1; byte >= 0; byte--) {
      const first = sample * sampleBytes + byte
      for (let pixel = 0; pixel < plane.length; pixel++) plane[pixel] = bytes[pixel * pixelBytes + first] ?? 0
      segments.push(packed(plane, format.columns))
    }
  // PS3.5 8.2.2: the segments are planes.
  return Promise.resolve({
    bytes: joined(segments),
    format: { ...format, planar: format.samples > 1 },
  })
}

/** PS3.5 G.5 */
function joined(segments: readonly Uint8Array[]): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(segments.length, 0)
  let at = HEADER_BYTES
  segments.forEach((segment, index) => {
    header.writeUInt32LE(at, 4 + index * 4)
    at += segment.length
  })
  return Buffer.concat([header, ...segments])
}

/** PS3.5 G.3.1: runs of two or more bytes, what is between them literally; of even length. */
function packed(plane: Uint8Array, columns: number): Uint8Array {
  // At worst a byte of control before every 128, and a pad.
  const out = new Uint8Array(plane.length + Math.ceil(columns / LONGEST_RUN) * (plane.length / columns) + 1)
  let length = 0
  for (let row = 0; row < plane.length; row += columns) {
    const end = row + columns
    let literal = row
    let at = row
    const flush = (to: number): void => {
      while (literal < to) {
        const count = Math.min(LONGEST_RUN, to - literal)
        out[length++] = count - 1
        for (let i = 0; i < count; i++) out[length++] = plane[literal + i] ?? 0
        literal += count
      }
    }
    while (at < end) {
      const value = plane[at]
      let run = 1
      while (run < LONGEST_RUN && at + run < end && plane[at + run] === value) run++
      // A run of two amid literals would cost as much as it saves.
      if (run >= 3 || (run === 2 && literal === at)) {
        flush(at)
        out[length++] = 257 - run
        out[length++] = value ?? 0
        at += run
        literal = at
      } else at += run
    }
    flush(end)
  }
  return out.slice(0, length + (length % 2))
}
