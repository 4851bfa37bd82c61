import { crc32 } from 'node:zlib'

/** Joins raw deflate runs into one gzip member without inflating them. RFC 1951, RFC 1952. */

/** A raw deflate run that ends on a byte boundary without a final block (a sync or full flush). */
export interface DeflateRun {
  /** CRC-32 of the inflated bytes */
  readonly crc: number
  /** inflated length in bytes */
  readonly length: number
}

const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
const FINAL_EMPTY_BLOCK = Buffer.from([0x03, 0x00])

export interface GzipSplicer {
  /** to be sent first */
  readonly header: Uint8Array
  /** A small text between the runs, as a stored block. */
  stored(text: Uint8Array): Uint8Array
  /** Tells of a run that was sent. */
  run(run: DeflateRun): void
  /** to be sent last */
  trailer(): Uint8Array
}

export function gzipSplicer(): GzipSplicer {
  let crc = 0
  let length = 0
  const add = (run: DeflateRun): void => {
    crc = combineCrc32(crc, run.crc, run.length)
    length += run.length
  }
  return {
    header: GZIP_HEADER,
    stored(text) {
      add({ crc: crc32(text), length: text.length })
      const block = Buffer.alloc(5 + text.length)
      block.writeUInt16LE(text.length, 1)
      block.writeUInt16LE(0xffff - text.length, 3)
      block.set(text, 5)
      return block
    },
    run: add,
    trailer() {
      const end = Buffer.alloc(8)
      end.writeUInt32LE(crc, 0)
      end.writeUInt32LE(length % 2 ** 32, 4)
      return Buffer.concat([FINAL_EMPTY_BLOCK, end])
    },
  }
}

const POLYNOMIAL = 0xedb88320

/** CRC-32 of A followed by B, from the CRCs of A and B and the length of B in bytes. The CRC of A is advanced over
 *  B's zero bits by squaring the one-bit operator, a 32 × 32 matrix over GF(2). */
export function combineCrc32(crcA: number, crcB: number, lengthB: number): number {
  let operator = Uint32Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 2 ** (bit - 1)))
  let crc = crcA >>> 0
  for (let bits = lengthB * 8; bits >= 1; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) crc = apply(operator, crc)
    const current = operator
    operator = current.map(column => apply(current, column))
  }
  return (crc ^ crcB) >>> 0
}

function apply(matrix: Uint32Array, vector: number): number {
  let result = 0
  for (let rest = vector, column = 0; rest !== 0; rest >>>= 1, column++) {
    if ((rest & 1) === 1) result ^= matrix[column] ?? 0
  }
  return result >>> 0
}
