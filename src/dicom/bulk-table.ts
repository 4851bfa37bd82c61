/** Where the bulk values of an instance are. PS3.18 10.4.1.1.2; made by dicom/part10, read for bulk data requests.
 *
 *  Offsets count as in frame-table.ts. Packed, one value after the other in file order: varint of how many characters
 *  of the path it shares with the one before, varint and characters of the rest, two characters VR, flags
 *  (swap unit, encapsulated), varint gap from the end of the value before, varint length. */

export interface BulkValue {
  /** as stored, so possibly `UN`; for encapsulated values `OB` */
  readonly vr: string
  readonly offsetBytes: number
  /** pad byte included; for encapsulated values all items, without the delimiter that ends them */
  readonly lengthBytes: number
  /** bytes of the unit that a change of byte order swaps: 1, 2, 4 or 8 */
  readonly wordBytes: number
  readonly kind: 'value' | 'encapsulated'
}

export interface BulkEntry extends BulkValue {
  /** `TAG` or `TAG.item.TAG`: eight upper-case hex digits, items from 1 */
  readonly path: string
}

const ENCAPSULATED = 0x10

/** Gathers the values in file order. */
export class BulkTablePacker {
  #bytes = Buffer.alloc(0)
  #length = 0
  #path = ''
  #end = 0
  #lastLengthAt = 0

  get lengthBytes(): number {
    return this.#length
  }

  add(entry: BulkEntry): void {
    const { path } = entry
    const most = Math.min(path.length, this.#path.length)
    let shared = 0
    while (shared < most && path.charCodeAt(shared) === this.#path.charCodeAt(shared)) shared++
    const rest = path.length - shared
    this.#reserve(rest + 40)
    this.#varint(shared)
    this.#varint(rest)
    this.#length += this.#bytes.write(path.slice(shared) + entry.vr, this.#length, 'latin1')
    this.#bytes[this.#length++] = entry.wordBytes | (entry.kind === 'encapsulated' ? ENCAPSULATED : 0)
    this.#varint(entry.offsetBytes - this.#end)
    this.#lastLengthAt = this.#length
    this.#varint(entry.lengthBytes)
    this.#path = path
    this.#end = entry.offsetBytes + entry.lengthBytes
  }

  /** The file has ended inside the last value. */
  shortenLast(lengthBytes: number): void {
    this.#length = this.#lastLengthAt
    this.#varint(lengthBytes)
  }

  packed(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length)
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const grown = Buffer.alloc(Math.max(256, this.#bytes.length * 2, this.#length + bytes))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }

  #varint(value: number): void {
    while (value >= 128) {
      this.#bytes[this.#length++] = (value % 128) | 0x80
      value = Math.floor(value / 128)
    }
    this.#bytes[this.#length++] = value
  }
}

/** All entries in file order. A path that occurs twice was twice in the file; the last one counts.
 * @throws RangeError where the table is cut short: a bug or a damaged index */
export function* bulkValues(packed: Uint8Array): Generator<BulkEntry> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  let at = 0
  const varint = (): number => {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = bytes.readUInt8(at++)
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }
  let path = ''
  let end = 0
  while (at < bytes.length) {
    const shared = varint()
    const rest = varint()
    path = path.slice(0, shared) + bytes.toString('latin1', at, at + rest)
    at += rest
    const vr = bytes.toString('latin1', at, at + 2)
    const flags = bytes.readUInt8(at + 2)
    at += 3
    const offsetBytes = end + varint()
    const lengthBytes = varint()
    end = offsetBytes + lengthBytes
    yield {
      path,
      vr,
      offsetBytes,
      lengthBytes,
      wordBytes: flags & 0x0f,
      kind: (flags & ENCAPSULATED) === 0 ? 'value' : 'encapsulated',
    }
  }
}

/** @param path as in a BulkDataURI after `/bulkdata/`
 *  @returns undefined where the instance has no such bulk value */
export function findBulkValue(packed: Uint8Array, path: string): BulkEntry | undefined {
  let found: BulkEntry | undefined
  for (const entry of bulkValues(packed)) if (entry.path === path) found = entry
  return found
}
