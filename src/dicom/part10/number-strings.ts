import type { ValueRepresentation } from '../value-representations.js'

/** DS and IS as JSON numbers, where that keeps what the file says; else as the text. Nothing is ever cleaned: a file's
 *  `1,5` is not 15. PS3.18 F.2.2, F.2.3; PS3.5 6.2. */
export function numberStringsJson(vr: ValueRepresentation, bytes: Buffer, from: number, to: number): string {
  let start = from
  let end = to
  while (end > start && isBlank(bytes[end - 1])) end--
  while (start < end && isBlank(bytes[start])) start++
  if (start === end) return `${vr.open}}`
  let text = vr.openValue
  let valueStart = start
  for (let at = start; at <= end; at++) {
    if (at < end && bytes[at] !== 0x5c) continue
    if (valueStart > start) text += ','
    text += numberJson(bytes, valueStart, at)
    valueStart = at + 1
  }
  return `${text}]}`
}

function numberJson(bytes: Buffer, from: number, to: number): string {
  let start = from
  let end = to
  while (end > start && isBlank(bytes[end - 1])) end--
  while (start < end && isBlank(bytes[start])) start++
  if (start === end) return 'null'
  const text = bytes.toString('latin1', start, end)
  return isPlainNumber(bytes, start, end) ? text : otherNumberJson(text)
}

/** Is what stands there a JSON number already, of at most 15 digits and without an exponent? */
function isPlainNumber(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] === 0x2d ? start + 1 : start
  if (end - first > 16 || first === end) return false
  let digits = 0
  let point = -1
  for (let at = first; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x30 && byte <= 0x39) digits++
    else if (byte === 0x2e && point < 0) point = at
    else return false
  }
  if (digits > 15 || point === first || point === end - 1) return false
  // JSON has no leading zeros
  return bytes[first] !== 0x30 || end - first === 1 || point === first + 1
}

const NUMBER = /^[+-]?(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE][+-]?\d+)?$/

function otherNumberJson(text: string): string {
  const match = NUMBER.exec(text)
  const value = Number(text)
  if (match === null || !Number.isFinite(value)) return JSON.stringify(text)
  const digits = significant(`${match[1] ?? ''}${match[2] ?? ''}${match[3] ?? ''}`)
  if (digits.length > 15 && !sameDigits(value, digits)) return JSON.stringify(text)
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Does a double have all of these digits? More than 15 it has where they came from a double in the first place. */
function sameDigits(value: number, digits: string): boolean {
  if (digits.length > 100) return false
  const [mantissa = ''] = Math.abs(value).toExponential().split('e')
  if (significant(mantissa.replace('.', '')) === digits) return true
  const printed = Math.abs(value).toPrecision(digits.length).split('e')[0] ?? ''
  return significant(printed.replace('.', '')) === digits
}

function significant(digits: string): string {
  return digits.replace(/^0+/, '').replace(/0+$/, '')
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0
}
