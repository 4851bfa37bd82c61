import { type ValueRepresentation, valueRepresentation } from '../value-representations.js'
import { ITEM } from './element-header.js'

/** Items of Original Attributes Sequence: what an attribute was before it was coerced. PS3.3 C.12.1.1.9. */

export interface ElementEncoding {
  readonly explicit: boolean
  readonly littleEndian: boolean
}

export interface OriginalElement {
  readonly tag: number
  /** header and value as they came; empty where the element was absent */
  readonly bytes: Buffer
  readonly headerBytes: number
  /** of the coerced element */
  readonly vr: ValueRepresentation
}

export const MODIFYING_SYSTEM = 'Filmroom'
export const COERCED = 'COERCE'
/** `YYYYMMDDHHMMSS.FFFFFF+0000`: always as long, so that lengths are known before it is */
export const MOMENT = /^\d{14}\.\d{6}\+0000$/
const SOME_MOMENT = '20000101000000.000000+0000'

const SQ = valueRepresentation('SQ')

/** A DT in UTC. PS3.5 6.2 */
export function momentOf(date: Date): string {
  const [day = '', time = ''] = date.toISOString().slice(0, -1).split('T')
  return `${day.replaceAll('-', '')}${time.replaceAll(':', '')}000+0000`
}

/** @param moment Attribute Modification DateTime, of the form of MOMENT
 *  @param isInUn the item is within UN: implicit little endian whatever is outside. PS3.5 6.2.2 */
export function originalAttributesItem(
  originals: readonly OriginalElement[],
  moment: string,
  encoding: ElementEncoding,
  isInUn: boolean,
): Buffer {
  const inside = isInUn ? { explicit: false, littleEndian: true } : encoding
  const text = (tag: number, vr: string, value: string): Buffer =>
    element(tag, valueRepresentation(vr), Buffer.from(value), inside)
  const modified = originals.map(({ tag, bytes, headerBytes, vr }) => {
    if (bytes.length === 0) return element(tag, vr, bytes, inside)
    return isInUn ? element(tag, vr, bytes.subarray(headerBytes), inside) : bytes
  })
  return item(inside, [
    element(0x04000550, SQ, item(inside, modified), inside),
    text(0x04000562, 'DT', moment),
    text(0x04000563, 'LO', MODIFYING_SYSTEM),
    text(0x04000564, 'LO', ''),
    text(0x04000565, 'CS', COERCED),
  ])
}

/** @returns length of the item in bytes */
export function originalAttributesLength(
  originals: readonly OriginalElement[],
  encoding: ElementEncoding,
  isInUn: boolean,
): number {
  return originalAttributesItem(originals, SOME_MOMENT, encoding, isInUn).length
}

function item(encoding: ElementEncoding, elements: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8)
  const length = elements.reduce((sum, one) => sum + one.length, 0)
  writeTag(head, ITEM, encoding)
  writeLength(head, 4, length, encoding)
  return Buffer.concat([head, ...elements])
}

export function element(
  tag: number,
  vr: ValueRepresentation,
  value: Buffer,
  encoding: ElementEncoding,
): Buffer {
  return Buffer.concat([elementHead(tag, vr, value.length, encoding), value])
}

/** PS3.5 7.1.2, 7.1.3 */
export function elementHead(
  tag: number,
  vr: ValueRepresentation,
  length: number,
  encoding: ElementEncoding,
): Buffer {
  const head = Buffer.alloc(encoding.explicit && vr.longLength ? 12 : 8)
  writeTag(head, tag, encoding)
  if (encoding.explicit) head.write(vr.name, 4, 'latin1')
  if (!encoding.explicit) writeLength(head, 4, length, encoding)
  else if (vr.longLength) writeLength(head, 8, length, encoding)
  else if (encoding.littleEndian) head.writeUInt16LE(length, 6)
  else head.writeUInt16BE(length, 6)
  return head
}

function writeTag(head: Buffer, tag: number, { littleEndian }: ElementEncoding): void {
  if (littleEndian) {
    head.writeUInt16LE(tag >>> 16, 0)
    head.writeUInt16LE(tag & 0xffff, 2)
  } else head.writeUInt32BE(tag, 0)
}

function writeLength(head: Buffer, at: number, length: number, { littleEndian }: ElementEncoding): void {
  if (littleEndian) head.writeUInt32LE(length, at)
  else head.writeUInt32BE(length, at)
}
