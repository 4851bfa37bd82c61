import { Problem } from '../problem.js'
import type { ValueRepresentation } from '../value-representations.js'
import type { ByteSource } from './byte-source.js'
import { tagName } from './tags.js'

/** A dataset as it is being written, Explicit VR Little Endian: its own bytes in one growing buffer, and between them the
 *  places of bulk values, which stay where they are until they are sent. PS3.5 7.1, 7.5. */

const HIGHEST_LENGTH = 0xfffffffe
/** of a VR with a 16-bit length; even */
const HIGHEST_SHORT_LENGTH = 0xfffe
/** What a dataset may have beside its bulk values. JSON text beyond some 64 MiB does not get here. */
const HIGHEST_INLINE_BYTES = 512 << 20

/** Where the header of an element stands whose value is being written. */
export interface OpenElement {
  readonly tag: number
  readonly vr: ValueRepresentation
  /** in the buffer */
  readonly headerAt: number
  /** in the dataset */
  readonly valueStart: number
}

export class DatasetBytes {
  #bytes = Buffer.allocUnsafe(4096)
  #length = 0
  #bulkBytes = 0
  readonly #bulk: { readonly at: number; readonly source: ByteSource }[] = []

  get lengthBytes(): number {
    return this.#length + this.#bulkBytes
  }

  u8(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  u16(value: number): void {
    this.#reserve(2)
    this.#length = this.#bytes.writeUInt16LE(value, this.#length)
  }

  u32(value: number): void {
    this.#reserve(4)
    this.#length = this.#bytes.writeUInt32LE(value, this.#length)
  }

  u64(value: bigint): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeBigUInt64LE(value, this.#length)
  }

  f32(value: number): void {
    this.#reserve(4)
    this.#length = this.#bytes.writeFloatLE(value, this.#length)
  }

  f64(value: number): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  text(text: string, encoding: 'latin1' | 'utf8'): void {
    this.#reserve(text.length * 3)
    this.#length += this.#bytes.write(text, this.#length, encoding)
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  bulk(source: ByteSource): void {
    this.#bulk.push({ at: this.#length, source })
    this.#bulkBytes += source.lengthBytes
  }

  /** An item's tag, or that of a delimiter. PS3.5 7.5.1
   * @returns where its length stands */
  itemHeader(tag: number, lengthBytes: number): number {
    this.tag(tag)
    this.u32(lengthBytes)
    return this.#length - 4
  }

  /** Group, then element. */
  tag(tag: number): void {
    this.u16(tag >>> 16)
    this.u16(tag & 0xffff)
  }

  /** A header whose length is written by `close`. */
  open(tag: number, vr: ValueRepresentation): OpenElement {
    const headerAt = this.#length
    this.tag(tag)
    this.text(vr.name, 'latin1')
    this.u16(0)
    if (vr.longLength) this.u32(0)
    return { tag, vr, headerAt, valueStart: this.lengthBytes }
  }

  /** Pads the value to even length. One that a 16-bit length cannot tell becomes UN. PS3.5 6.2.2 note 4, 7.1.2 */
  close(element: OpenElement, padding: number): void {
    if ((this.lengthBytes - element.valueStart) % 2 === 1) this.u8(padding)
    const length = this.lengthBytes - element.valueStart
    const { headerAt, vr } = element
    if (vr.longLength) {
      this.setLength(headerAt + 8, length, element.tag)
    } else if (length <= HIGHEST_SHORT_LENGTH) {
      this.#bytes.writeUInt16LE(length, headerAt + 6)
    } else {
      this.#widen(headerAt)
      this.setLength(headerAt + 8, length, element.tag)
    }
  }

  /** @throws Problem `bad-dicom` where 32 bits cannot tell the length */
  setLength(at: number, lengthBytes: number, tag: number): void {
    if (lengthBytes > HIGHEST_LENGTH) throw new Problem('bad-dicom', `${tagName(tag)} is longer than 4 GiB`)
    this.#bytes.writeUInt32LE(lengthBytes, at)
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let from = 0
    for (const { at, source } of this.#bulk) {
      if (at > from) yield this.#bytes.subarray(from, at)
      yield* source.chunks()
      from = at
    }
    if (this.#length > from) yield this.#bytes.subarray(from, this.#length)
  }

  /** Makes room for the long form of the header of the last element. */
  #widen(headerAt: number): void {
    this.#reserve(4)
    this.#bytes.copyWithin(headerAt + 12, headerAt + 8, this.#length)
    this.#bytes.write('UN\0\0', headerAt + 4, 'latin1')
    this.#length += 4
    // A bulk value stands after its header, which has grown.
    for (let i = this.#bulk.length - 1; i >= 0; i--) {
      const bulk = this.#bulk[i]
      if (bulk === undefined || bulk.at <= headerAt) break
      this.#bulk[i] = { at: bulk.at + 4, source: bulk.source }
    }
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#bytes.length) return
    if (needed > HIGHEST_INLINE_BYTES)
      throw new Problem('limit-exceeded', 'the metadata of an instance is too large')
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
