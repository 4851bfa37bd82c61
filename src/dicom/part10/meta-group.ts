import { Problem } from '../problem.js'
import { valueRepresentationOfCode } from '../value-representations.js'
import type { ByteParser } from './byte-feed.js'

/** Preamble, DICM and File Meta Information, each of which may be absent. PS3.10 7.1. */

const PREAMBLE_BYTES = 128
const MAX_META_VALUE_BYTES = 1 << 20

export class MetaGroup implements ByteParser {
  need = PREAMBLE_BYTES + 4
  TransferSyntaxUID: string | undefined
  MediaStorageSOPClassUID: string | undefined
  MediaStorageSOPInstanceUID: string | undefined
  /** DICM or a meta group was there: what follows need not look like a dataset to be taken for one */
  recognised = false
  #magicChecked = false
  #implicit = false

  /** @param onEnd told the absolute offset where the dataset begins */
  constructor(readonly onEnd: (datasetOffsetBytes: number) => void) {}

  parse(bytes: Buffer, from: number, end: number, base: number): number {
    let at = from
    if (!this.#magicChecked) {
      if (end - at < this.need) return at
      at = this.#checkMagic(bytes, at)
    }
    for (;;) {
      if (end - at < 8) return this.#wait(8, at)
      // group length is not trusted: the group ends where the next one begins. Always explicit little endian
      if (bytes.readUInt16LE(at) !== 0x0002) {
        this.onEnd(base + at)
        return at
      }
      this.recognised = true
      const element = bytes.readUInt16LE(at + 2)
      const vr = this.#implicit ? undefined : valueRepresentationOfCode(bytes.readUInt16BE(at + 4))
      if (vr === undefined) this.#implicit = true
      let headerBytes = 8
      let length = vr === undefined ? bytes.readUInt32LE(at + 4) : bytes.readUInt16LE(at + 6)
      if (vr?.longLength === true) {
        if (end - at < 12) return this.#wait(12, at)
        headerBytes = 12
        length = bytes.readUInt32LE(at + 8)
      }
      if (length > MAX_META_VALUE_BYTES)
        throw new Problem(
          'bad-dicom',
          `File Meta Information: value of (0002,${hex4(element)}) at byte ${base + at} is longer than ${MAX_META_VALUE_BYTES} bytes`,
        )
      if (end - at < headerBytes + length) return this.#wait(headerBytes + length, at)
      this.#take(element, bytes, at + headerBytes, at + headerBytes + length)
      at += headerBytes + length
    }
  }

  /** The file ended inside what this reads.
   * @param held what was left over
   * @returns false where the file is short, but a dataset may start at its beginning */
  finish(held: Buffer, offset: number): boolean {
    if (!this.#magicChecked && held.length >= 8) {
      // shorter than preamble and DICM: no preamble then
      this.#magicChecked = true
      return false
    }
    throw new Problem(
      'bad-dicom',
      this.recognised
        ? `file ends at byte ${offset + held.length}, before any of its dataset`
        : `not a DICOM file: it has ${held.length} bytes`,
    )
  }

  #wait(need: number, at: number): number {
    this.need = need
    return at
  }

  #checkMagic(bytes: Buffer, at: number): number {
    this.#magicChecked = true
    if (bytes.toString('latin1', at + PREAMBLE_BYTES, at + PREAMBLE_BYTES + 4) !== 'DICM') return at
    this.recognised = true
    return at + PREAMBLE_BYTES + 4
  }

  #take(element: number, bytes: Buffer, start: number, end: number): void {
    if (element !== 0x0002 && element !== 0x0003 && element !== 0x0010) return
    const uid = bytes.toString('latin1', start, end).replace(/^[\0 ]+|[\0 ]+$/g, '') || undefined
    if (element === 0x0002) this.MediaStorageSOPClassUID = uid
    else if (element === 0x0003) this.MediaStorageSOPInstanceUID = uid
    else this.TransferSyntaxUID = uid
  }
}

function hex4(n: number): string {
  return n.toString(16).toUpperCase().padStart(4, '0')
}
