import type { NativeFrame, PixelFormat } from './pixel-format.js'

/** Frames of at most 16 bits are looked up word by word; of wider ones each value is computed. */
export const MOST_TABLE_BITS = 16

/** The words of an integer frame of at most 16 bits as they are, not masked: to index a table by. PS3.5 8.1.1 */
export function rawWords({ bytes, format }: NativeFrame): Uint8Array | Uint16Array {
  const { rows, columns, samples, bitsAllocated } = format
  if (bitsAllocated === 8) return bytes
  if (bitsAllocated === 16) return new Uint16Array(...aligned(bytes, 2))
  return unpacked(bytes, rows * columns * samples, bitsAllocated)
}

/** Pixels of 1 bit (or 12, in old files) without gaps, from the least significant bit on. */
function unpacked(bytes: Uint8Array, count: number, bits: number): Uint8Array | Uint16Array {
  const out = bits < 8 ? new Uint8Array(count) : new Uint16Array(count)
  const mask = 2 ** bits - 1
  for (let i = 0, bit = 0; i < count; i++, bit += bits) {
    const at = Math.floor(bit / 8)
    const three = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16)
    out[i] = (three >>> (bit & 7)) & mask
  }
  return out
}

/** Raw word → stored value, for each word of at most 16 bits: Bits Stored below High Bit, with their sign. Where the two
 *  contradict Bits Allocated, the stored bits are the lowest ones. */
export function storedValueTable({ bitsAllocated, ...format }: PixelFormat): Int32Array {
  const { bits, shift } = storedBits({ bitsAllocated, ...format })
  const table = new Int32Array(2 ** bitsAllocated)
  const up = 32 - bits
  for (let word = 0; word < table.length; word++) {
    const field = (word >>> shift) << up
    table[word] = format.signed ? field >> up : field >>> up
  }
  return table
}

/** Stored values of a frame of any kind. */
export function storedValues(frame: NativeFrame): Int32Array | Uint32Array | Float32Array | Float64Array {
  const { bytes, format } = frame
  if (format.numbers === 'float') return new Float32Array(...aligned(bytes, 4))
  if (format.numbers === 'double') return new Float64Array(...aligned(bytes, 8))
  if (format.bitsAllocated <= MOST_TABLE_BITS) {
    const table = storedValueTable(format)
    return Int32Array.from(rawWords(frame), word => table[word] ?? 0)
  }
  const { bits, shift } = storedBits(format)
  if (format.bitsAllocated === 32 && bits === 32)
    return format.signed ? new Int32Array(...aligned(bytes, 4)) : new Uint32Array(...aligned(bytes, 4))
  return wideValues(frame, bits, shift)
}

/** 24, 40, 64 bits: with a double's precision. */
function wideValues({ bytes, format }: NativeFrame, bits: number, shift: number): Float64Array {
  const width = format.bitsAllocated / 8
  const out = new Float64Array(Math.floor(bytes.length / width))
  for (let i = 0; i < out.length; i++) {
    let word = 0n
    for (let byte = width - 1; byte >= 0; byte--) word = (word << 8n) | BigInt(bytes[i * width + byte] ?? 0)
    const field = word >> BigInt(shift)
    out[i] = Number(format.signed ? BigInt.asIntN(bits, field) : BigInt.asUintN(bits, field))
  }
  return out
}

/** How many bits of a word are the value, and how many are below it. */
export function storedBits({ bitsAllocated, bitsStored, highBit }: PixelFormat): {
  bits: number
  shift: number
} {
  const bits = bitsStored >= 1 && bitsStored <= bitsAllocated ? bitsStored : bitsAllocated
  const shift = highBit + 1 - bits
  return { bits, shift: shift >= 0 && shift + bits <= bitsAllocated ? shift : 0 }
}

/** Arguments of a typed array over whole words; bytes that do not begin at a multiple of one are copied. */
function aligned(bytes: Uint8Array, wordBytes: number): [ArrayBuffer, number, number] {
  const count = Math.floor(bytes.byteLength / wordBytes)
  const { buffer, byteOffset } = bytes
  if (buffer instanceof ArrayBuffer && byteOffset % wordBytes === 0) return [buffer, byteOffset, count]
  return [Uint8Array.from(bytes).buffer, 0, count]
}
