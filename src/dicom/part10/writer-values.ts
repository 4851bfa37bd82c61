import { Problem } from '../problem.js'
import { SHAPE, type ValueRepresentation } from '../value-representations.js'
import type { DatasetBytes } from './dataset-bytes.js'
import { decimalString } from './decimal-strings.js'
import { tagName } from './tags.js'

/** Values of the DICOM JSON model as they stand in a file, little endian. What comes in is not trusted: each value is looked
 *  at before it is written. PS3.18 F.2.2 to F.2.7; PS3.5 6.2. */

const BACKSLASH = 0x5c

/** @param values as parsed from JSON
 * @throws Problem `bad-dicom`: a value of the wrong type or out of range; names the tag, never the value */
export function writeValues(
  out: DatasetBytes,
  tag: number,
  vr: ValueRepresentation,
  values: readonly unknown[],
): void {
  if (values.length === 0 || (values.length === 1 && values[0] === null)) return
  switch (vr.shape) {
    case SHAPE.text:
    case SHAPE.uri:
      if (values.length > 1) throw bad(tag, `of VR ${vr.name} has more than one value`)
      writeJoined(out, values, value => {
        writeText(out, text(tag, value), vr)
      })
      return
    case SHAPE.tokens:
    case SHAPE.strings:
      writeJoined(out, values, value => {
        writeText(out, text(tag, value), vr)
      })
      return
    case SHAPE.personNames:
      writeJoined(out, values, value => {
        out.text(personName(tag, value), 'utf8')
      })
      return
    case SHAPE.numberStrings:
      writeJoined(out, values, value => {
        out.text(numberString(tag, value), 'latin1')
      })
      return
    case SHAPE.numbers:
      for (const value of values) writeNumber(out, tag, vr.name, value)
      return
    case SHAPE.tags:
      for (const value of values) writeTag(out, tag, value)
      return
    default:
      throw bad(tag, `of VR ${vr.name} has a Value, not InlineBinary`)
  }
}

/** The bytes of InlineBinary. PS3.18 F.2.7
 * @throws Problem `bad-dicom` for what is not base64 */
export function binaryOf(tag: number, base64: unknown): Buffer {
  if (typeof base64 !== 'string') throw bad(tag, 'has InlineBinary that is not text')
  const bytes = Buffer.from(base64, 'base64')
  // Buffer passes over what is not base64: the length tells.
  const symbols = base64.replace(/[\r\n\t ]+/g, '').replace(/={1,2}$/, '')
  if (symbols.length % 4 === 1 || bytes.length !== Math.floor((symbols.length * 3) / 4))
    throw bad(tag, 'has InlineBinary that is not base64')
  return bytes
}

export function bad(tag: number, what: string): Problem {
  return new Problem('bad-dicom', `${tagName(tag)} ${what}`)
}

function writeJoined(out: DatasetBytes, values: readonly unknown[], write: (value: unknown) => void): void {
  values.forEach((value, index) => {
    if (index > 0) out.u8(BACKSLASH)
    // A hole in a list of values. F.2.5
    if (value !== null) write(value)
  })
}

function text(tag: number, value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  if (typeof value !== 'string') throw bad(tag, 'has a value that is not text')
  if (/\p{Surrogate}/u.test(value)) throw bad(tag, 'has text with half a surrogate pair')
  return value
}

/** VRs of the default repertoire are read as Latin-1 where they break it, so they are written so. */
function writeText(out: DatasetBytes, value: string, { shape }: ValueRepresentation): void {
  const byteForByte =
    (shape === SHAPE.tokens || shape === SHAPE.uri) && !/[^\p{ASCII}\u0080-\u00ff]/u.test(value)
  out.text(value, byteForByte ? 'latin1' : 'utf8')
}

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const

/** Groups by their names, F.2.2; also the whole name as text, as some clients send it. */
function personName(tag: number, value: unknown): string {
  if (typeof value === 'string') return text(tag, value)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw bad(tag, 'has a value that is not a name')
  const name = value as Readonly<Record<string, unknown>>
  const groups = GROUPS.map(group => {
    const part = Object.hasOwn(name, group) ? name[group] : ''
    return part === null ? '' : text(tag, part)
  })
  return groups.join('=').replace(/=+$/, '')
}

/** Text as it is, F.2.3 allows it: a file's own spelling, which may be odd. Whole numbers that came bare and were long come as
 *  text too (json-datasets.ts): they are numbers. */
function numberString(tag: number, value: unknown): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw bad(tag, 'has a number that is not finite')
    return decimalString(value)
  }
  if (typeof value !== 'string') throw bad(tag, 'has a value that is not a number')
  if (value.length > 16 && value === String(Number(value))) return decimalString(Number(value))
  if (/[^\x20-\x7e]/.test(value)) throw bad(tag, 'has a number with characters beyond ASCII')
  return value
}

const INTEGER_RANGES: Readonly<Record<string, readonly [lowest: bigint, highest: bigint]>> = {
  US: [0n, 0xffffn],
  SS: [-0x8000n, 0x7fffn],
  UL: [0n, 0xffffffffn],
  SL: [-0x80000000n, 0x7fffffffn],
  UV: [0n, 0xffffffffffffffffn],
  SV: [-0x8000000000000000n, 0x7fffffffffffffffn],
}

function writeNumber(out: DatasetBytes, tag: number, vr: string, value: unknown): void {
  if (vr === 'FL' || vr === 'FD') {
    const number = float(tag, value)
    if (vr === 'FD') out.f64(number)
    else if (Number.isFinite(number) && !Number.isFinite(Math.fround(number)))
      throw bad(tag, 'has a number beyond the range of FL')
    else out.f32(number)
    return
  }
  const number = integer(tag, value)
  const [lowest, highest] = rangeOf(tag, vr)
  if (number < lowest || number > highest) throw bad(tag, `has a number beyond the range of ${vr}`)
  if (vr === 'UV' || vr === 'SV') out.u64(BigInt.asUintN(64, number))
  else if (vr === 'UL' || vr === 'SL') out.u32(Number(BigInt.asUintN(32, number)))
  else out.u16(Number(BigInt.asUintN(16, number)))
}

/** Of a LUT descriptor's values the first counts and is never negative, the second may be. PS3.3 C.11.1.1, C.7.6.3.1.5 */
function rangeOf(tag: number, vr: string): readonly [bigint, bigint] {
  const isLutDescriptor = (tag >= 0x00281101 && tag <= 0x00281103) || tag === 0x00283002
  if (isLutDescriptor && (vr === 'US' || vr === 'SS')) return [-0x8000n, 0xffffn]
  return INTEGER_RANGES[vr] ?? [0n, 0n]
}

/** A number, or the text of one: as XML has it, and as JSON has to where a double would lose digits. F.2.3 */
function integer(tag: number, value: unknown): bigint {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw bad(tag, 'has a number that is not whole')
    if (!Number.isSafeInteger(value)) throw bad(tag, 'has a number beyond 2^53 that is not text')
    return BigInt(value)
  }
  if (typeof value === 'string' && /^\s{0,8}[+-]?\d{1,24}\s{0,8}$/.test(value))
    return BigInt(value.trim().replace(/^\+/, ''))
  throw bad(tag, 'has a value that is not a whole number')
}

/** JSON has no word for these; F.2.3 leaves them open. */
const NOT_FINITE = /^([+-]?)(nan|inf|infinity)$/i
const DECIMAL = /^[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})(e[+-]?\d{1,9})?$/i

function float(tag: number, value: unknown): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw bad(tag, 'has a number beyond the range of FD')
    return value
  }
  if (typeof value !== 'string') throw bad(tag, 'has a value that is not a number')
  const word = value.trim()
  const special = NOT_FINITE.exec(word)
  if (special !== null) {
    if (special[2]?.toLowerCase() === 'nan') return NaN
    return special[1] === '-' ? -Infinity : Infinity
  }
  const number = DECIMAL.test(word) ? Number(word) : NaN
  if (!Number.isFinite(number)) throw bad(tag, 'has a value that is not a number')
  return number
}

function writeTag(out: DatasetBytes, tag: number, value: unknown): void {
  if (typeof value !== 'string' || !/^[0-9a-f]{8}$/i.test(value))
    throw bad(tag, 'has a value that is not a tag')
  out.tag(parseInt(value, 16))
}
