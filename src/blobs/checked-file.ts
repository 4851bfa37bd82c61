import { open, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { ByteRange } from '../dicom/frame-table.js'

/** A file that knows whether it is whole: its data, then a CRC-32 of each 64 KiB of it, then `FRC1`, the length of the data
 *  (8 bytes) and the CRC-32 of those twelve bytes, all little endian. */
const CHUNK_BYTES = 64 << 10
const CHUNKS_A_READ = 4
const CRC_BYTES = 4
const MAGIC = Buffer.from('FRC1')
const TAIL_BYTES = 16
const TAIL_CRC_AT = 12

export interface CheckedFile {
  /** of the data */
  readonly sizeBytes: number
  /** in ms since 1970 */
  readonly modified: number
  readonly handle: FileHandle
  /** @throws Error where what it holds is not what was written */
  readonly read: (range: ByteRange) => AsyncIterable<Uint8Array>
}

/** @returns undefined where it is shorter or longer than it was, or no such file; the handle is then closed
 * @throws Error of the file system, also where there is no file */
export async function openChecked(file: string): Promise<CheckedFile | undefined> {
  const handle = await open(file, 'r')
  try {
    const { size, mtimeMs } = await handle.stat()
    const sizeBytes =
      size < TAIL_BYTES ? undefined : dataBytes(await exactly(handle, size - TAIL_BYTES, size))
    if (sizeBytes !== undefined && fileBytes(sizeBytes) === size)
      return { sizeBytes, modified: mtimeMs, handle, read: range => read(handle, sizeBytes, range) }
  } catch (error) {
    await handle.close()
    throw error
  }
  await handle.close()
  return undefined
}

async function* read(handle: FileHandle, sizeBytes: number, range: ByteRange): AsyncIterable<Uint8Array> {
  if (range.end > sizeBytes) throw new Error(`the file holds ${sizeBytes} bytes`)
  const last = Math.ceil(range.end / CHUNK_BYTES)
  for (let chunk = Math.floor(range.start / CHUNK_BYTES); chunk < last; chunk += CHUNKS_A_READ) {
    const until = Math.min(chunk + CHUNKS_A_READ, last)
    const start = chunk * CHUNK_BYTES
    const bytes = await exactly(handle, start, Math.min(until * CHUNK_BYTES, sizeBytes))
    const crcs = await exactly(handle, sizeBytes + chunk * CRC_BYTES, sizeBytes + until * CRC_BYTES)
    for (let n = 0; n < until - chunk; n += 1) {
      const at = n * CHUNK_BYTES
      if (crc32(bytes.subarray(at, at + CHUNK_BYTES)) !== crcs.readUInt32LE(n * CRC_BYTES))
        throw new Error('the file does not hold what was written')
    }
    yield bytes.subarray(Math.max(0, range.start - start), range.end - start)
  }
}

/** Takes the sums of what is written before it. */
export interface CheckedSums {
  /** of the data so far */
  readonly sizeBytes: number
  add(piece: Uint8Array): void
  /** What stands behind the data. */
  end(): Uint8Array
}

export function checkedSums(): CheckedSums {
  const crcs: number[] = []
  let sizeBytes = 0
  let crc = 0
  return {
    get sizeBytes() {
      return sizeBytes
    },
    add(piece) {
      for (let at = 0; at < piece.length;) {
        const part = piece.subarray(at, at + CHUNK_BYTES - (sizeBytes % CHUNK_BYTES))
        crc = crc32(part, crc)
        at += part.length
        sizeBytes += part.length
        if (sizeBytes % CHUNK_BYTES > 0) continue
        crcs.push(crc)
        crc = 0
      }
    },
    end() {
      if (sizeBytes % CHUNK_BYTES > 0) crcs.push(crc)
      const bytes = Buffer.alloc(crcs.length * CRC_BYTES + TAIL_BYTES)
      for (const [n, each] of crcs.entries()) bytes.writeUInt32LE(each, n * CRC_BYTES)
      const tail = bytes.subarray(crcs.length * CRC_BYTES)
      MAGIC.copy(tail)
      tail.writeBigUInt64LE(BigInt(sizeBytes), MAGIC.length)
      tail.writeUInt32LE(crc32(tail.subarray(0, TAIL_CRC_AT)), TAIL_CRC_AT)
      return bytes
    },
  }
}

/** Of a file that holds so much data. */
function fileBytes(sizeBytes: number): number {
  return sizeBytes + Math.ceil(sizeBytes / CHUNK_BYTES) * CRC_BYTES + TAIL_BYTES
}

function dataBytes(tail: Buffer): number | undefined {
  if (!tail.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  if (crc32(tail.subarray(0, TAIL_CRC_AT)) !== tail.readUInt32LE(TAIL_CRC_AT)) return undefined
  return Number(tail.readBigUInt64LE(MAGIC.length))
}

/** @throws Error where there are fewer */
async function exactly(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(end - start)
  for (let at = 0; at < buffer.length;) {
    const { bytesRead } = await handle.read(buffer, at, buffer.length - at, start + at)
    if (bytesRead === 0) throw new Error('the file is shorter than it was')
    at += bytesRead
  }
  return buffer
}
