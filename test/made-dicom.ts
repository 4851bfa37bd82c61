/** Makes DICOM files in code, byte by byte and independent of src/, so that tests need no file from elsewhere. PS3.5, PS3.10. */
import { createHash, randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'

export const IMPLICIT_LE = '1.2.840.10008.1.2'
export const EXPLICIT_LE = '1.2.840.10008.1.2.1'
export const EXPLICIT_BE = '1.2.840.10008.1.2.2'
export const DEFLATED_LE = '1.2.840.10008.1.2.1.99'
export const JPEG_BASELINE = '1.2.840.10008.1.2.4.50'
export const JPEG_LS = '1.2.840.10008.1.2.4.80'
export const RLE = '1.2.840.10008.1.2.5'

/** Bytes for binary VRs are given as they are to stand in the file; numbers are written in the file's byte order. */
export type MadeValue = string | readonly number[] | Uint8Array | readonly MadeElement[][] | Encapsulated
export interface MadeElement {
  readonly tag: string
  readonly vr: string
  readonly value: MadeValue
  /** sequences and their items: undefined length (default) or defined */
  readonly defined?: boolean
}
export interface Encapsulated {
  readonly fragments: readonly Uint8Array[]
  /** offsets for the Basic Offset Table item; empty by default */
  readonly offsets?: readonly number[]
  readonly unterminated?: boolean
}
export interface Encoding {
  readonly explicit: boolean
  readonly bigEndian: boolean
}

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])
const ITEM = 'FFFEE000'
const ITEM_END = 'FFFEE00D'
const SEQUENCE_END = 'FFFEE0DD'

export const el = (tag: string, vr: string, value: MadeValue = '', defined = false): MadeElement => ({
  tag,
  vr,
  value,
  defined,
})

export function newUid(seed?: string): string {
  const hex =
    seed === undefined
      ? randomBytes(14).toString('hex')
      : createHash('sha256').update(seed).digest('hex').slice(0, 28)
  return `2.25.${BigInt(`0x${hex}`).toString()}`
}

/** A dataset's bytes, elements in the order given. */
export function dataset(
  elements: readonly MadeElement[],
  encoding: Encoding = { explicit: true, bigEndian: false },
): Buffer {
  return Buffer.concat(elements.map(element => encode(element, encoding)))
}

export interface FileOptions {
  readonly transferSyntax?: string
  /** false: no preamble and no DICM */
  readonly preamble?: boolean
  /** false: no meta group */
  readonly meta?: boolean
  /** elements of the meta group in place of the usual ones (the group length is added) */
  readonly metaElements?: readonly MadeElement[]
}

/** A Part 10 file around the elements. */
export function dicomFile(elements: readonly MadeElement[], options: FileOptions = {}): Buffer {
  const syntax = options.transferSyntax ?? EXPLICIT_LE
  const text = (tag: string): string => {
    const found = elements.find(element => element.tag === tag)
    return typeof found?.value === 'string' ? found.value : ''
  }
  const parts: Buffer[] = []
  if (options.preamble !== false) parts.push(Buffer.alloc(128), Buffer.from('DICM'))
  if (options.meta !== false) {
    const meta = dataset(
      options.metaElements ?? [
        el('00020001', 'OB', Uint8Array.of(0, 1)),
        el('00020002', 'UI', text('00080016')),
        el('00020003', 'UI', text('00080018')),
        el('00020010', 'UI', syntax),
        el('00020012', 'UI', '2.25.1'),
      ],
    )
    parts.push(dataset([el('00020000', 'UL', [meta.length])]), meta)
  }
  const body = dataset(elements, { explicit: syntax !== IMPLICIT_LE, bigEndian: syntax === EXPLICIT_BE })
  parts.push(syntax === DEFLATED_LE ? deflateRawSync(body) : body)
  return Buffer.concat(parts)
}

export interface CtOptions extends FileOptions {
  readonly study?: string
  readonly series?: string
  readonly instance?: string
  readonly frames?: number
  readonly rows?: number
  readonly columns?: number
  /** added, or in place of the usual element of that tag */
  readonly with?: readonly MadeElement[]
  readonly without?: readonly string[]
  readonly pixels?: Uint8Array | Encapsulated
}

export interface MadeInstance {
  readonly bytes: Buffer
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
  readonly pixels: Uint8Array | Encapsulated
}

/** A CT image whose pixel bytes differ from frame to frame and from instance to instance. */
export function ctImage(options: CtOptions = {}): MadeInstance {
  const { frames = 1, rows = 8, columns = 8 } = options
  const study = options.study ?? newUid()
  const series = options.series ?? newUid()
  const instance = options.instance ?? newUid()
  const pixels = options.pixels ?? new Uint8Array(randomBytes(rows * columns * 2 * frames))
  const us = (tag: string, n: number): MadeElement => el(tag, 'US', [n])
  const usual = [
    el('00080005', 'CS', 'ISO_IR 192'),
    el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    el('00080018', 'UI', instance),
    el('00080020', 'DA', '20240131'),
    el('00080030', 'TM', '101112'),
    el('00080050', 'SH', 'A1'),
    el('00080060', 'CS', 'CT'),
    el('00080090', 'PN', 'Referring^Doctor'),
    el('0008103E', 'LO', 'Thin slices'),
    el('00100010', 'PN', 'Müller^Jürgen'),
    el('00100020', 'LO', 'P1'),
    el('00100030', 'DA', '19700101'),
    el('00100040', 'CS', 'M'),
    el('0020000D', 'UI', study),
    el('0020000E', 'UI', series),
    el('00200010', 'SH', 'S1'),
    el('00200011', 'IS', '1'),
    el('00200013', 'IS', '1'),
    us('00280002', 1),
    el('00280004', 'CS', 'MONOCHROME2'),
    ...(frames > 1 ? [el('00280008', 'IS', String(frames))] : []),
    us('00280010', rows),
    us('00280011', columns),
    us('00280100', 16),
    us('00280101', 16),
    us('00280102', 15),
    us('00280103', 0),
    el('7FE00010', 'OW', pixels),
  ]
  const replaced = new Set([...(options.with ?? []).map(element => element.tag), ...(options.without ?? [])])
  const elements = [...usual.filter(element => !replaced.has(element.tag)), ...(options.with ?? [])].sort(
    (a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0),
  )
  return {
    bytes: dicomFile(elements, options),
    StudyInstanceUID: study,
    SeriesInstanceUID: series,
    SOPInstanceUID: instance,
    pixels,
  }
}

function encode(element: MadeElement, encoding: Encoding): Buffer {
  const { tag, value } = element
  const vr = isEncapsulated(value) ? 'OB' : element.vr
  if (isEncapsulated(value)) {
    const table = numbers(value.offsets ?? [], 4, encoding)
    const items = [table, ...value.fragments].map(fragment => {
      const padded = pad(Buffer.from(fragment), 0)
      return Buffer.concat([header(ITEM, undefined, padded.length, encoding), padded])
    })
    const end = value.unterminated === true ? [] : [header(SEQUENCE_END, undefined, 0, encoding)]
    return Buffer.concat([header(tag, vr, 0xffffffff, encoding), ...items, ...end])
  }
  if (vr === 'SQ' || isItems(value)) {
    const items = (isItems(value) ? value : []).map(item => {
      const body = dataset(item, encoding)
      return element.defined === true
        ? Buffer.concat([header(ITEM, undefined, body.length, encoding), body])
        : Buffer.concat([
            header(ITEM, undefined, 0xffffffff, encoding),
            body,
            header(ITEM_END, undefined, 0, encoding),
          ])
    })
    const body = Buffer.concat(items)
    return element.defined === true
      ? Buffer.concat([header(tag, vr, body.length, encoding), body])
      : Buffer.concat([
          header(tag, vr, 0xffffffff, encoding),
          body,
          header(SEQUENCE_END, undefined, 0, encoding),
        ])
  }
  const body = bytesOf(vr, value, encoding)
  return Buffer.concat([header(tag, vr, body.length, encoding), body])
}

function isEncapsulated(value: MadeValue): value is Encapsulated {
  return typeof value === 'object' && 'fragments' in value
}

function isItems(value: MadeValue): value is readonly MadeElement[][] {
  return Array.isArray(value) && Array.isArray((value as unknown[])[0])
}

function header(tag: string, vr: string | undefined, length: number, encoding: Encoding): Buffer {
  const long = vr === undefined || !encoding.explicit || LONG.has(vr)
  const out = Buffer.alloc(vr !== undefined && encoding.explicit && long ? 12 : 8)
  const u16 = (at: number, n: number): unknown =>
    encoding.bigEndian ? out.writeUInt16BE(n, at) : out.writeUInt16LE(n, at)
  const u32 = (at: number, n: number): unknown =>
    encoding.bigEndian ? out.writeUInt32BE(n, at) : out.writeUInt32LE(n, at)
  u16(0, parseInt(tag.slice(0, 4), 16))
  u16(2, parseInt(tag.slice(4), 16))
  if (vr === undefined || !encoding.explicit) u32(4, length)
  else {
    out.write(vr, 4, 'latin1')
    if (long) u32(8, length)
    else u16(6, length)
  }
  return out
}

function bytesOf(
  vr: string,
  value: string | readonly number[] | Uint8Array | readonly MadeElement[][],
  encoding: Encoding,
): Buffer {
  if (typeof value === 'string') return pad(Buffer.from(value, 'utf8'), vr === 'UI' ? 0 : 0x20)
  if (value instanceof Uint8Array) return pad(Buffer.from(value), 0)
  const width =
    { US: 2, SS: 2, OW: 2, AT: 2, UL: 4, SL: 4, OL: 4, FL: 4, OF: 4, FD: 8, OD: 8, SV: 8, UV: 8, OV: 8 }[
      vr
    ] ?? 1
  const floating = vr === 'FL' || vr === 'FD' || vr === 'OF' || vr === 'OD'
  return pad(numbers(value as readonly number[], width, encoding, floating), 0)
}

function numbers(
  values: readonly number[],
  width: number,
  { bigEndian }: Encoding,
  floating = false,
): Buffer {
  const out = Buffer.alloc(values.length * width)
  values.forEach((value, index) => {
    const bytes = Buffer.alloc(width)
    if (floating && width === 4) bytes.writeFloatLE(value)
    else if (floating) bytes.writeDoubleLE(value)
    else if (width === 8) bytes.writeBigInt64LE(BigInt(value))
    else writeInteger(bytes, value, width)
    if (bigEndian) bytes.reverse()
    bytes.copy(out, index * width)
  })
  return out
}

function writeInteger(bytes: Buffer, value: number, width: number): void {
  const unsigned = value < 0 ? value + 2 ** (8 * width) : value
  bytes.writeUIntLE(unsigned, 0, width)
}

function pad(bytes: Buffer, filler: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([filler])])
}
