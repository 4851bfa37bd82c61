import { dictionaryVr } from '../dictionary.js'
import {
  SHAPE,
  valueRepresentation,
  valueRepresentationOfCode,
  type ValueRepresentation,
} from '../value-representations.js'
import type { Level } from './header-text.js'

/** The header of a data element: tag, VR, length. PS3.5 7.1. */

export const UNDEFINED = 0xffffffff
export const ITEM = 0xfffee000
export const ITEM_DELIMITATION = 0xfffee00d
export const SEQUENCE_DELIMITATION = 0xfffee0dd

const UN = valueRepresentation('UN')
const LO = valueRepresentation('LO')
const UL = valueRepresentation('UL')
const US = valueRepresentation('US')
const SS = valueRepresentation('SS')
const OB = valueRepresentation('OB')
const OW = valueRepresentation('OW')

/** What reading a header needs to know of the dataset that it stands in. */
export type HeaderContext = Pick<Level, 'explicit' | 'littleEndian' | 'count' | 'pixelRepresentation'>

/** Filled anew for each element, so that reading one allocates nothing. */
export class ElementHeader {
  tag = 0
  /** as the value is to be read: UN of a known tag comes as what the dictionary says */
  vr: ValueRepresentation = UN
  length = 0
  /** of the header */
  bytes = 0
  /** of the value: UN is little endian whatever surrounds it. PS3.5 6.2.2 */
  littleEndian = true
  /** UN that the dictionary knows as SQ */
  mayHoldItems = false
  /** the VR is one that PS3.5 knows, or else the tag is one that PS3.6 knows */
  plausible = true
  /** where readHeader returned false: bytes wanted from the start of the element */
  need = 8
}

/** @param level of the element; turned implicit where its first element is so. PS3.5 6.2.2 note 7
 *  @param bitsAllocated of the dataset, for Pixel Data whose VR is not said
 *  @returns false where the header is not wholly there */
export function readHeader(
  header: ElementHeader,
  bytes: Buffer,
  at: number,
  end: number,
  level: HeaderContext,
  bitsAllocated: number,
): boolean {
  const { littleEndian } = level
  const tag = littleEndian
    ? bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
    : bytes.readUInt32BE(at)
  header.tag = tag
  header.bytes = 8
  header.littleEndian = littleEndian
  header.mayHoldItems = false
  header.plausible = true
  if (tag >= 0xfffe0000 && tag <= 0xfffeffff) {
    header.length = littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)
    return true
  }
  if (level.explicit) {
    const code = bytes.readUInt16BE(at + 4)
    const vr = valueRepresentationOfCode(code)
    if (vr !== undefined && !vr.longLength) {
      header.vr = vr
      header.length = littleEndian ? bytes.readUInt16LE(at + 6) : bytes.readUInt16BE(at + 6)
      return true
    }
    if (vr !== undefined || isTwoCapitals(code)) return readLong(header, bytes, at, end, vr, bitsAllocated)
    // writers that embed implicit items in explicit datasets are many
    if (level.count === 0) level.explicit = false
  }
  header.plausible = (tag & 0x10000) !== 0 ? !level.explicit : dictionaryVr(tag) !== undefined
  header.length = littleEndian ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at + 4)
  header.vr = vrOfTag(tag, true, level.pixelRepresentation, bitsAllocated, header.length === UNDEFINED)
  return true
}

function readLong(
  header: ElementHeader,
  bytes: Buffer,
  at: number,
  end: number,
  vr: ValueRepresentation | undefined,
  bitsAllocated: number,
): boolean {
  const { littleEndian, tag } = header
  if (vr === undefined) {
    header.plausible = false
    header.vr = UN
    // PS3.5 7.1.2 gives every VR to come the long form; some writers give their own the short one
    const short = littleEndian ? bytes.readUInt16LE(at + 6) : bytes.readUInt16BE(at + 6)
    if (short !== 0) {
      header.length = short
      return true
    }
  }
  if (end - at < 12) {
    header.need = 12
    return false
  }
  header.bytes = 12
  header.length = littleEndian ? bytes.readUInt32LE(at + 8) : bytes.readUInt32BE(at + 8)
  if (vr !== UN) {
    if (vr !== undefined) header.vr = vr
    return true
  }
  header.littleEndian = true
  if (header.length === UNDEFINED) {
    header.vr = UN
    return true
  }
  const known = vrOfTag(tag, false, 0, bitsAllocated, false)
  header.mayHoldItems = known.shape === SHAPE.sequence
  header.vr = header.mayHoldItems ? UN : known
  return true
}

/** What the dictionary says where the file does not. PS3.5 A.1, PS3.6 6, 7.8.1 for private creators. */
function vrOfTag(
  tag: number,
  implicit: boolean,
  pixelRepresentation: number,
  bitsAllocated: number,
  undefinedLength: boolean,
): ValueRepresentation {
  const element = tag & 0xffff
  if ((tag & 0x10000) !== 0) return element >= 0x10 && element <= 0xff ? LO : element === 0 ? UL : UN
  const vr = dictionaryVr(tag)
  switch (vr) {
    case undefined:
      return element === 0 ? UL : UN
    case 'xs':
      return pixelRepresentation === 1 ? SS : US
    case 'lt':
      return OW
    case 'ox':
      if (undefinedLength) return OB
      return tag === 0x7fe00010 && !implicit && bitsAllocated <= 8 ? OB : OW
    case 'na':
      return UN
    default:
      return valueRepresentation(vr)
  }
}

function isTwoCapitals(code: number): boolean {
  const first = code >>> 8
  const second = code & 0xff
  return first >= 0x41 && first <= 0x5a && second >= 0x41 && second <= 0x5a
}
