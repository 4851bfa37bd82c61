import { Problem } from '../problem.js'
import { valueRepresentation } from '../value-representations.js'
import type { ByteSource } from './byte-source.js'
import type { DatasetBytes } from './dataset-bytes.js'
import { ITEM, SEQUENCE_DELIMITATION, UNDEFINED } from './element-header.js'

/** Encapsulated Pixel Data: one fragment a frame, which PS3.5 A.4 allows all, and RLE and video ask for. */

export interface EncapsulatedPixels {
  /** a codestream a frame; of a video the whole stream */
  readonly fragments: readonly ByteSource[]
  /** by what a frame is found. A video has none; beyond 4 GiB it is the Extended Offset Table (7FE0,0001), which
   *  stands before the pixels and is not written here */
  readonly table: 'basic' | 'none'
}

const OB = valueRepresentation('OB')
const ITEM_HEADER_BYTES = 8
const HIGHEST_OFFSET = 0xffffffff
const HIGHEST_FRAGMENT = 0xfffffffe

/** PS3.5 A.4: items, the first of which is the Basic Offset Table. */
export function writeFragments(
  out: DatasetBytes,
  tag: number,
  { fragments, table }: EncapsulatedPixels,
): void {
  out.tag(tag)
  out.text(OB.name, 'latin1')
  out.u16(0)
  out.u32(UNDEFINED)
  const offsets = table === 'basic' ? fragmentOffsets(fragments) : []
  out.itemHeader(ITEM, offsets.length * 4)
  for (const offset of offsets) out.u32(offset)
  for (const fragment of fragments) {
    const length = padded(fragment)
    if (length > HIGHEST_FRAGMENT) throw new Problem('bad-dicom', 'a frame or video is longer than 4 GiB')
    out.itemHeader(ITEM, length)
    out.bulk(fragment)
    if (length > fragment.lengthBytes) out.u8(0)
  }
  out.itemHeader(SEQUENCE_DELIMITATION, 0)
}

/** Whether the Basic Offset Table's 32 bits can tell where every frame begins. PS3.5 A.4 */
export function fitsBasicOffsetTable(fragments: readonly ByteSource[]): boolean {
  return (fragmentOffsets(fragments).at(-1) ?? 0) <= HIGHEST_OFFSET
}

/** Extended Offset Table and Extended Offset Table Lengths. PS3.3 C.7.6.3.1.8; lengths are those of the frames without
 *  padding. */
export function extendedOffsetTable(fragments: readonly ByteSource[]): { offsets: Buffer; lengths: Buffer } {
  const offsets = Buffer.alloc(fragments.length * 8)
  const lengths = Buffer.alloc(fragments.length * 8)
  fragmentOffsets(fragments).forEach((offset, index) => offsets.writeBigUInt64LE(BigInt(offset), index * 8))
  fragments.forEach(({ lengthBytes }, index) => lengths.writeBigUInt64LE(BigInt(lengthBytes), index * 8))
  return { offsets, lengths }
}

/** From the first byte after the Basic Offset Table. */
function fragmentOffsets(fragments: readonly ByteSource[]): number[] {
  let offset = 0
  return fragments.map(fragment => {
    const own = offset
    offset += ITEM_HEADER_BYTES + padded(fragment)
    return own
  })
}

function padded({ lengthBytes }: ByteSource): number {
  return lengthBytes + (lengthBytes % 2)
}
