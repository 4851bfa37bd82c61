import { Problem } from '../../dicom/problem.js'
import type { NativeFrame, PixelFormat } from '../pixel-format.js'
import { decodedPhotometric } from './decoded-frame.js'

const HEADER_BYTES = 64
const MOST_SEGMENTS = 15

/** RLE Lossless: a segment a byte of each sample, the most significant first. PS3.5 annex G
 * @throws Problem `undecodable` */
export function decodeRle(codestream: Uint8Array, format: PixelFormat): Promise<NativeFrame> {
  const { samples, rows, columns } = format
  const sampleBytes = Math.ceil(format.bitsAllocated / 8)
  const pixels = format.bitsAllocated === 1 ? Math.ceil((rows * columns) / 8) : rows * columns
  const segments = segmentsOf(codestream, samples * sampleBytes)
  const bytes = new Uint8Array(pixels * samples * sampleBytes)
  segments.forEach((segment, number) => {
    const sample = Math.floor(number / sampleBytes)
    const byte = sampleBytes - 1 - (number % sampleBytes)
    const written = unpack(segment, bytes, sample * sampleBytes + byte, samples * sampleBytes)
    if (written !== pixels)
      throw new Problem(
        'undecodable',
        `RLE segment ${number + 1} of ${segments.length} holds ${written < pixels ? `${written} bytes` : 'more'}, not ${pixels}`,
      )
  })
  return Promise.resolve({
    bytes,
    format: { ...format, photometric: decodedPhotometric(format.photometric), planar: false },
  })
}

function segmentsOf(codestream: Uint8Array, wanted: number): Uint8Array[] {
  if (codestream.length < HEADER_BYTES)
    throw new Problem('undecodable', `the frame has ${codestream.length} bytes: no RLE header`)
  const header = new DataView(codestream.buffer, codestream.byteOffset, HEADER_BYTES)
  const count = header.getUint32(0, true)
  if (count !== wanted || count > MOST_SEGMENTS)
    throw new Problem('undecodable', `the RLE header says ${count} segments; the attributes need ${wanted}`)
  const offsets = Array.from({ length: count }, (_, n) => header.getUint32(4 * (n + 1), true))
  return offsets.map((start, n) => {
    const end = offsets[n + 1] ?? codestream.length
    if (start < HEADER_BYTES || end < start || end > codestream.length)
      throw new Problem('undecodable', `RLE segment ${n + 1} of ${count} lies outside the frame`)
    return codestream.subarray(start, end)
  })
}

/** PS3.5 G.3.2
 * @returns how many bytes came out of it; more than there is place for where it goes on, but for zeros, which are padding */
function unpack(segment: Uint8Array, out: Uint8Array, start: number, step: number): number {
  let to = start
  let at = 0
  while (at < segment.length && to < out.length) {
    const control = segment[at++] ?? 0
    if (control === 128) continue
    if (control < 128) {
      const end = Math.min(at + control + 1, segment.length)
      for (; at < end && to < out.length; to += step) out[to] = segment[at++] ?? 0
      if (at < end) return Infinity
    } else if (at < segment.length) {
      const value = segment[at++] ?? 0
      let run = 257 - control
      for (; run > 0 && to < out.length; run--, to += step) out[to] = value
      if (run > 0) return Infinity
    }
  }
  for (; at < segment.length; at++) if (segment[at] !== 0) return Infinity
  return (to - start) / step
}
