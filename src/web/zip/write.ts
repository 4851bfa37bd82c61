/** Writes ZIP archives as they are sent. APPNOTE.TXT 6.3; PS3.18 8.6.1.3. Entries are stored (method 0), their CRC and sizes
 *  follow them in a data descriptor; ZIP64 where an entry, the archive or the number of entries asks for it. In memory is the
 *  piece that is sent, and the central directory: some 46 bytes and the name of each entry. */
import { crc32 } from 'node:zlib'

export interface ZipEntry {
  /** with `/` between folders */
  readonly name: string
  readonly modified: Date
  /** of the body, or the most that it can be: decides between 32 and 64 bits before the first byte */
  readonly mostBytes: number
  readonly body: AsyncIterable<Uint8Array>
}

const MOST_32 = 0xffffffff
const MOST_16 = 0xffff
/** data descriptor follows; names are UTF-8 */
const FLAGS = 0x0808
const VERSION = 20
const VERSION_ZIP64 = 45
/** of Unix: then the mode says that the entry is a file that its owner may write */
const MADE_BY = (3 << 8) | VERSION_ZIP64
const FILE_MODE = 0o100644

/** The archive, entry by entry, each read only when the one before it has gone out. Leaving the loop returns the body that
 *  was being read and the iterable of entries; what a body throws passes, and nothing that looks like an end follows.
 * @throws RangeError for a body that is longer than it can be */
export async function* zipArchive(
  entries: Iterable<ZipEntry> | AsyncIterable<ZipEntry>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const directory: Buffer[] = []
  let offset = 0
  for await (const entry of entries) {
    const wide = entry.mostBytes >= MOST_32
    const header = localHeader(entry, wide)
    yield header
    let crc = 0
    let length = 0
    for await (const chunk of entry.body) {
      crc = crc32(chunk, crc)
      length += chunk.length
      if (length > entry.mostBytes) throw new RangeError('an entry is longer than it can be')
      yield chunk
    }
    const descriptor = dataDescriptor(crc, length, wide)
    yield descriptor
    directory.push(centralHeader(entry, { crc, length, offset, wide }))
    offset += header.length + length + descriptor.length
  }
  yield* endOf(directory, offset)
}

function* endOf(directory: readonly Buffer[], offset: number): Generator<Uint8Array> {
  let length = 0
  for (const header of directory) {
    yield header
    length += header.length
  }
  const count = directory.length
  if (count >= MOST_16 || offset >= MOST_32 || length >= MOST_32) yield zip64End(count, length, offset)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, MOST_16), 8)
  end.writeUInt16LE(Math.min(count, MOST_16), 10)
  end.writeUInt32LE(Math.min(length, MOST_32), 12)
  end.writeUInt32LE(Math.min(offset, MOST_32), 16)
  yield end
}

function localHeader({ name, modified }: ZipEntry, wide: boolean): Buffer {
  const bytes = Buffer.from(name)
  const header = Buffer.alloc(30 + bytes.length + (wide ? 20 : 0))
  header.writeUInt32LE(0x04034b50, 0)
  header.writeUInt16LE(wide ? VERSION_ZIP64 : VERSION, 4)
  header.writeUInt16LE(FLAGS, 6)
  header.writeUInt32LE(dosTime(modified), 10)
  if (wide) header.fill(0xff, 18, 26)
  header.writeUInt16LE(bytes.length, 26)
  header.writeUInt16LE(wide ? 20 : 0, 28)
  bytes.copy(header, 30)
  // 4.5.3: its presence says that the descriptor has sizes of 64 bits
  if (wide) {
    header.writeUInt16LE(1, 30 + bytes.length)
    header.writeUInt16LE(16, 32 + bytes.length)
  }
  return header
}

/** 4.3.9 */
function dataDescriptor(crc: number, length: number, wide: boolean): Buffer {
  const descriptor = Buffer.alloc(wide ? 24 : 16)
  descriptor.writeUInt32LE(0x08074b50, 0)
  descriptor.writeUInt32LE(crc, 4)
  if (wide) {
    descriptor.writeBigUInt64LE(BigInt(length), 8)
    descriptor.writeBigUInt64LE(BigInt(length), 16)
  } else {
    descriptor.writeUInt32LE(length, 8)
    descriptor.writeUInt32LE(length, 12)
  }
  return descriptor
}

interface Written {
  readonly crc: number
  readonly length: number
  /** of the local header */
  readonly offset: number
  readonly wide: boolean
}

/** 4.3.12 */
function centralHeader({ name, modified }: ZipEntry, { crc, length, offset, wide }: Written): Buffer {
  const bytes = Buffer.from(name)
  const large = [...(length >= MOST_32 ? [length, length] : []), ...(offset >= MOST_32 ? [offset] : [])]
  const extraBytes = large.length === 0 ? 0 : 4 + 8 * large.length
  const header = Buffer.alloc(46 + bytes.length + extraBytes)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(MADE_BY, 4)
  header.writeUInt16LE(wide || extraBytes > 0 ? VERSION_ZIP64 : VERSION, 6)
  header.writeUInt16LE(FLAGS, 8)
  header.writeUInt32LE(dosTime(modified), 12)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(Math.min(length, MOST_32), 20)
  header.writeUInt32LE(Math.min(length, MOST_32), 24)
  header.writeUInt16LE(bytes.length, 28)
  header.writeUInt16LE(extraBytes, 30)
  header.writeUInt32LE(FILE_MODE * 65536, 38)
  header.writeUInt32LE(Math.min(offset, MOST_32), 42)
  bytes.copy(header, 46)
  if (extraBytes > 0) {
    header.writeUInt16LE(1, 46 + bytes.length)
    header.writeUInt16LE(extraBytes - 4, 48 + bytes.length)
    large.forEach((value, index) => header.writeBigUInt64LE(BigInt(value), 50 + bytes.length + 8 * index))
  }
  return header
}

/** End of central directory of ZIP64, and what points to it. 4.3.14, 4.3.15 */
function zip64End(count: number, length: number, offset: number): Buffer {
  const end = Buffer.alloc(76)
  end.writeUInt32LE(0x06064b50, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeUInt16LE(MADE_BY, 12)
  end.writeUInt16LE(VERSION_ZIP64, 14)
  end.writeBigUInt64LE(BigInt(count), 24)
  end.writeBigUInt64LE(BigInt(count), 32)
  end.writeBigUInt64LE(BigInt(length), 40)
  end.writeBigUInt64LE(BigInt(offset), 48)
  end.writeUInt32LE(0x07064b50, 56)
  end.writeBigUInt64LE(BigInt(offset + length), 64)
  end.writeUInt32LE(1, 72)
  return end
}

/** Date and time of MS-DOS, here in UTC: years from 1980, every other second. */
function dosTime(modified: Date): number {
  const year = Math.min(Math.max(modified.getUTCFullYear(), 1980), 2107)
  const date = ((year - 1980) << 9) | ((modified.getUTCMonth() + 1) << 5) | modified.getUTCDate()
  const time =
    (modified.getUTCHours() << 11) | (modified.getUTCMinutes() << 5) | (modified.getUTCSeconds() >> 1)
  return date * 65536 + time
}
