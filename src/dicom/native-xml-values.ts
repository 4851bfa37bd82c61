import type { JsonValue } from './json-model.js'
import { SHAPE, type ValueRepresentation } from './value-representations.js'

/** The text of a `Value` as the JSON model has it. PS3.18 F.2.3, PS3.19 A.1.5.
 *
 *  DS and IS stay text where a number would lose how they were written (`1.50`, `+7`): what is stored from it is then what
 *  was sent. What does not fit its VR stays text too; who stores it says so.
 * @returns null for an empty value */
export function valueOf(vr: ValueRepresentation, text: string): JsonValue {
  if (vr.shape !== SHAPE.numbers && vr.shape !== SHAPE.numberStrings) return text === '' ? null : text
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (vr.name === 'FL' || vr.name === 'FD') return floatOf(trimmed)
  const number = Number(trimmed)
  if (vr.shape === SHAPE.numberStrings) return isWritten(number, trimmed) ? number : trimmed
  return /^[+-]?\d{1,40}$/.test(trimmed) ? integerOf(trimmed) : trimmed
}

function integerOf(text: string): JsonValue {
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : String(BigInt(text.replace(/^\+/, '')))
}

/** the words of XML Schema and of C beside those of JavaScript */
const NOT_FINITE: Readonly<Record<string, string>> = {
  nan: 'NaN',
  inf: 'Infinity',
  infinity: 'Infinity',
  '+inf': 'Infinity',
  '-inf': '-Infinity',
  '-infinity': '-Infinity',
  '-nan': 'NaN',
}

function floatOf(text: string): JsonValue {
  const word = NOT_FINITE[text.slice(0, 16).toLowerCase()]
  if (word !== undefined && text.length < 16) return word
  const number = Number(text)
  return Number.isFinite(number) && /^[+-]?[\d.]/.test(text) && !/^[+-]?0[xob]/i.test(text) ? number : text
}

/** Would the number be written so? */
function isWritten(number: number, text: string): boolean {
  return Number.isFinite(number) && (Object.is(number, -0) ? '-0' : String(number)) === text
}
