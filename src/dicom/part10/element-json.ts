import type { CharacterSet } from '../character-sets.js'
import { SHAPE, valueRepresentation, type ValueRepresentation } from '../value-representations.js'
import { numberStringsJson } from './number-strings.js'
import { tagHex } from './tags.js'

/** One element's value as the DICOM JSON model has it. PS3.18 F.2.2 to F.2.7. */

const UN = valueRepresentation('UN')

// what bytes of a text ask for more than copying them
const BACKSLASH = 1
const ESCAPE = 2
const DECODE = 4
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0x5c
    ? BACKSLASH
    : byte === 0x1b
      ? ESCAPE | DECODE
      : byte < 0x20 || byte === 0x22
        ? ESCAPE
        : byte >= 0x80
          ? DECODE
          : 0,
)

/** @returns `{"vr":…}`; bytes whose length does not fit the VR come as UN */
export function elementJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  end: number,
  littleEndian: boolean,
  characterSet: CharacterSet,
  tag: number,
): string {
  switch (vr.shape) {
    case SHAPE.tokens:
      return stringsJson(vr, bytes, start, end, undefined)
    case SHAPE.strings:
      return stringsJson(vr, bytes, start, end, characterSet)
    case SHAPE.text:
      return textJson(vr, bytes, start, end, characterSet)
    case SHAPE.uri:
      return textJson(vr, bytes, start, end, undefined)
    case SHAPE.personNames:
      return personNamesJson(vr, bytes, start, end, characterSet)
    case SHAPE.numberStrings:
      return numberStringsJson(vr, bytes, start, end)
    case SHAPE.numbers:
      return numbersJson(vr, bytes, start, end, littleEndian, isLutDescriptor(tag))
    case SHAPE.tags:
      return tagsJson(vr, bytes, start, end, littleEndian)
    default:
      return bytesJson(vr, bytes, start, end, littleEndian)
  }
}

/** @param path as of bulk-table.ts */
export function bulkJson(vr: ValueRepresentation, path: string): string {
  // URL_MARK, see json-model.ts
  return `${vr.open},"BulkDataURI":"\x1f/bulkdata/${path}"}`
}

function stringsJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  from: number,
  to: number,
  characterSet: CharacterSet | undefined,
): string {
  let start = from
  let end = to
  while (end > start && isPadding(bytes[end - 1])) end--
  while (start < end && bytes[start] === 0x20) start++
  if (start === end) return `${vr.open}}`
  const flags = classOf(bytes, start, end)
  if (flags === 0) return `${vr.openValue}"${bytes.toString('latin1', start, end)}"]}`
  const text =
    characterSet !== undefined && (flags & DECODE) !== 0
      ? characterSet.decode(bytes, start, end, vr.name)
      : bytes.toString('latin1', start, end)
  // only now: a byte 5C may be half of a character. PS3.5 6.1.2.3
  if (!text.includes('\\')) return `${vr.openValue}${JSON.stringify(trim(text))}]}`
  const values = text.split('\\').map(value => {
    const trimmed = trim(value)
    return trimmed === '' ? 'null' : JSON.stringify(trimmed)
  })
  return `${vr.openValue}${values.join(',')}]}`
}

function textJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  to: number,
  characterSet: CharacterSet | undefined,
): string {
  let end = to
  while (end > start && isPadding(bytes[end - 1])) end--
  if (start === end) return `${vr.open}}`
  const flags = classOf(bytes, start, end)
  if (flags === 0) return `${vr.openValue}"${bytes.toString('latin1', start, end)}"]}`
  const text =
    characterSet !== undefined && (flags & DECODE) !== 0
      ? characterSet.decode(bytes, start, end, vr.name)
      : bytes.toString('latin1', start, end)
  return `${vr.openValue}${JSON.stringify(text)}]}`
}

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic']

function personNamesJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  to: number,
  characterSet: CharacterSet,
): string {
  let end = to
  while (end > start && isPadding(bytes[end - 1])) end--
  if (start === end) return `${vr.open}}`
  const decode = (classOf(bytes, start, end) & DECODE) !== 0
  const text = decode ? characterSet.decode(bytes, start, end, vr.name) : bytes.toString('latin1', start, end)
  const names = text.split('\\').map(name => {
    const groups = name.split('=', 3).flatMap((group, index) => {
      const trimmed = trim(group)
      return trimmed === '' ? [] : [`"${GROUPS[index] ?? ''}":${JSON.stringify(trimmed)}`]
    })
    return groups.length === 0 ? 'null' : `{${groups.join(',')}}`
  })
  if (names.length === 1 && names[0] === 'null') return `${vr.open}}`
  return `${vr.openValue}${names.join(',')}]}`
}

function numbersJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  end: number,
  littleEndian: boolean,
  firstUnsigned: boolean,
): string {
  if (start === end) return `${vr.open}}`
  const step = vr.wordBytes
  if ((end - start) % step !== 0) return bytesJson(UN, bytes, start, end, littleEndian)
  let text = vr.openValue
  for (let at = start; at < end; at += step) {
    if (at > start) text += ','
    text += numberAt(
      firstUnsigned && at === start && vr.name === 'SS' ? 'US' : vr.name,
      bytes,
      at,
      littleEndian,
    )
  }
  return `${text}]}`
}

/** The first value counts entries, whatever sign the pixels have. PS3.3 C.7.6.3.1.5, C.11.1.1 */
function isLutDescriptor(tag: number): boolean {
  return (tag >= 0x00281101 && tag <= 0x00281103) || tag === 0x00283002
}

function numberAt(vr: string, bytes: Buffer, at: number, littleEndian: boolean): string {
  switch (vr) {
    case 'US':
      return String(littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
    case 'SS':
      return String(littleEndian ? bytes.readInt16LE(at) : bytes.readInt16BE(at))
    case 'UL':
      return String(littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
    case 'SL':
      return String(littleEndian ? bytes.readInt32LE(at) : bytes.readInt32BE(at))
    case 'FL':
      return floatJson(littleEndian ? bytes.readFloatLE(at) : bytes.readFloatBE(at))
    case 'FD':
      return floatJson(littleEndian ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at))
    case 'SV':
      return bigJson(littleEndian ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at))
    default:
      return bigJson(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  }
}

/** JSON has no word for these; F.2.3 leaves them open. */
function floatJson(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  return Object.is(value, -0) ? '-0' : String(value)
}

/** F.2.2: a string where a reader's double would lose digits */
function bigJson(value: bigint): string {
  return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? String(value) : `"${value}"`
}

function tagsJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  end: number,
  littleEndian: boolean,
): string {
  if (start === end) return `${vr.open}}`
  if ((end - start) % 4 !== 0) return bytesJson(UN, bytes, start, end, littleEndian)
  const tags: string[] = []
  for (let at = start; at < end; at += 4) {
    const group = littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
    const element = littleEndian ? bytes.readUInt16LE(at + 2) : bytes.readUInt16BE(at + 2)
    tags.push(`"${tagHex(group * 65536 + element)}"`)
  }
  return `${vr.openValue}${tags.join(',')}]}`
}

function bytesJson(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  end: number,
  littleEndian: boolean,
): string {
  if (start === end) return `${vr.open}}`
  const swap = !littleEndian && vr.wordBytes > 1 && (end - start) % vr.wordBytes === 0
  const base64 = swap
    ? swapped(bytes.subarray(start, end), vr.wordBytes).toString('base64')
    : bytes.toString('base64', start, end)
  return `${vr.open},"InlineBinary":"${base64}"}`
}

function swapped(bytes: Buffer, wordBytes: number): Buffer {
  const copy = Buffer.from(bytes)
  return wordBytes === 2 ? copy.swap16() : wordBytes === 4 ? copy.swap32() : copy.swap64()
}

function classOf(bytes: Buffer, start: number, end: number): number {
  let flags = 0
  for (let i = start; i < end; i++) flags |= CLASS[bytes[i] ?? 0] ?? 0
  return flags
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0
}

/** without the blanks and NULs around it, none of which mean anything in these VRs. PS3.5 6.2 */
function trim(text: string): string {
  let start = 0
  let end = text.length
  while (end > start && isPadding(text.charCodeAt(end - 1))) end--
  while (start < end && text.charCodeAt(start) === 0x20) start++
  return start === 0 && end === text.length ? text : text.slice(start, end)
}
