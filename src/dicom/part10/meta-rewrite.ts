import { dictionaryVr } from '../dictionary.js'
import { IMPLEMENTATION_CLASS_UID } from '../implementation.js'
import { EXPLICIT_VR_LITTLE_ENDIAN } from '../transfer-syntaxes.js'
import { valueRepresentation, valueRepresentationOfCode } from '../value-representations.js'

/** File Meta Information for the same dataset in another transfer syntax. PS3.10 7.1. */

/** What a file without a meta group does not say of itself. */
export interface RewrittenInstance {
  readonly SOPClassUID?: string
  readonly uids?: { readonly SOPInstanceUID: string }
}

interface MetaElement {
  readonly element: number
  readonly vr: string
  readonly value: Buffer
}

const PREAMBLE_BYTES = 128
const DICM = 'DICM'

/** What the file becomes. */
export interface RewrittenTo {
  readonly TransferSyntaxUID: string
  /** where it becomes another instance */
  readonly SOPInstanceUID?: string
}

/** @param head all that precedes the dataset in the stored file; may be empty
 *  @returns preamble, DICM and meta group. The preamble is cleared: what it may point to has moved. */
export function rewrittenHead(
  head: Buffer,
  instance: RewrittenInstance,
  to: RewrittenTo = { TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN },
): Buffer {
  const isNew = to.SOPInstanceUID !== undefined
  const kept = metaElements(head).filter(
    ({ element }) => element > 0x0001 && element !== 0x0010 && !(isNew && element === 0x0003),
  )
  const elements: MetaElement[] = [
    { element: 0x0001, vr: 'OB', value: Buffer.of(0, 1) },
    ...kept,
    uid(0x0010, to.TransferSyntaxUID),
  ]
  const missing: readonly (readonly [number, string | undefined])[] = [
    [0x0002, instance.SOPClassUID],
    [0x0003, to.SOPInstanceUID ?? instance.uids?.SOPInstanceUID],
    [0x0012, IMPLEMENTATION_CLASS_UID],
  ]
  for (const [element, value] of missing)
    if (value !== undefined && !kept.some(known => known.element === element))
      elements.push(uid(element, value))
  return encodedHead(elements)
}

/** What a new file says of itself. Version and group length are added. */
export interface NewMetaGroup {
  readonly MediaStorageSOPClassUID: string | undefined
  readonly MediaStorageSOPInstanceUID: string | undefined
  readonly TransferSyntaxUID: string
  readonly ImplementationClassUID: string
  /** even length, at most 16 characters */
  readonly ImplementationVersionName: string
}

/** @returns preamble, DICM and meta group of a new file */
export function metaGroupHead(meta: NewMetaGroup): Buffer {
  const uids: readonly (readonly [number, string | undefined])[] = [
    [0x0002, meta.MediaStorageSOPClassUID],
    [0x0003, meta.MediaStorageSOPInstanceUID],
    [0x0010, meta.TransferSyntaxUID],
    [0x0012, meta.ImplementationClassUID],
  ]
  return encodedHead([
    { element: 0x0001, vr: 'OB', value: Buffer.of(0, 1) },
    ...uids.flatMap(([element, value]) => (value === undefined ? [] : [uid(element, value)])),
    { element: 0x0013, vr: 'SH', value: Buffer.from(meta.ImplementationVersionName, 'latin1') },
  ])
}

function encodedHead(elements: MetaElement[]): Buffer {
  elements.sort((a, b) => a.element - b.element)
  const group = Buffer.concat(elements.map(encoded))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(group.length)
  const groupLength = encoded({ element: 0x0000, vr: 'UL', value: length })
  return Buffer.concat([Buffer.alloc(PREAMBLE_BYTES), Buffer.from(DICM), groupLength, group])
}

/** The group is always Explicit VR Little Endian, but some writers had it implicit. */
function metaElements(head: Buffer): MetaElement[] {
  const hasPreamble = head.toString('latin1', PREAMBLE_BYTES, PREAMBLE_BYTES + DICM.length) === DICM
  const elements: MetaElement[] = []
  let at = hasPreamble ? PREAMBLE_BYTES + DICM.length : 0
  while (at + 8 <= head.length && head.readUInt16LE(at) === 0x0002) {
    const element = head.readUInt16LE(at + 2)
    const explicit = valueRepresentationOfCode(head.readUInt16BE(at + 4))
    const long = explicit?.longLength === true
    if (long && at + 12 > head.length) break
    const length = long
      ? head.readUInt32LE(at + 8)
      : explicit === undefined
        ? head.readUInt32LE(at + 4)
        : head.readUInt16LE(at + 6)
    const start = at + (long ? 12 : 8)
    const vr = explicit?.name ?? dictionaryVr(0x00020000 + element) ?? 'UN'
    elements.push({ element, vr, value: head.subarray(start, start + length) })
    at = start + length
  }
  return elements
}

function uid(element: number, value: string): MetaElement {
  return { element, vr: 'UI', value: Buffer.from(value.length % 2 === 0 ? value : `${value}\0`) }
}

function encoded({ element, vr, value }: MetaElement): Buffer {
  const long = valueRepresentation(vr).longLength
  const header = Buffer.alloc(long ? 12 : 8)
  header.writeUInt16LE(0x0002, 0)
  header.writeUInt16LE(element, 2)
  header.write(vr, 4, 'latin1')
  if (long) header.writeUInt32LE(value.length, 8)
  else header.writeUInt16LE(value.length, 6)
  return Buffer.concat([header, value])
}
