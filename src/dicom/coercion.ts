/** Attributes that an operator has every stored instance bear with one value: `IssuerOfPatientID=HOSPITAL_A`. PS3.4 B.4.1.3 */
import { dictionaryVr, keywordOf, tagOf } from './dictionary.js'
import { valueRepresentation, type ValueRepresentation } from './value-representations.js'

export interface CoercedAttribute {
  readonly tag: number
  readonly vr: ValueRepresentation
  /** of even length, as it stands in a file */
  readonly value: Buffer
}

/** In the order of their tags. */
export type Coercion = readonly CoercedAttribute[]

/** Original Attributes Sequence. PS3.3 C.12.1.1.9 */
export const ORIGINAL_ATTRIBUTES = 0x04000561

const MOST_ATTRIBUTES = 100
/** PS3.5 6.2; of those without a length of their own, what is no longer text that somebody typed */
const FORMS: Readonly<Record<string, RegExp>> = {
  AE: /^.{1,16}$/,
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9_ ]{1,16}$/,
  LO: /^.{1,64}$/,
  SH: /^.{1,16}$/,
  ST: /^.{1,1024}$/,
  LT: /^.{1,10240}$/,
  UC: /^.{1,10240}$/,
  UT: /^.{1,10240}$/,
  UR: /^\S{1,10240}$/,
}

/** @param text entries with semicolons between: an attribute by keyword or tag, `=`, and its value in ASCII
 *  @throws Error that names the attribute and what is wrong with it */
export function coercion(text: string): Coercion {
  const found = new Map<number, CoercedAttribute>()
  for (const entry of text.split(';')) {
    if (entry.trim() === '') continue
    const attribute = coercedAttribute(entry)
    if (found.has(attribute.tag)) throw new Error(`${nameIn(entry)} is named twice`)
    found.set(attribute.tag, attribute)
  }
  if (found.size > MOST_ATTRIBUTES) throw new Error(`expected at most ${MOST_ATTRIBUTES} attributes`)
  return [...found.values()].sort((a, b) => a.tag - b.tag)
}

function nameIn(entry: string): string {
  return (entry.split('=')[0] ?? '').trim()
}

function coercedAttribute(entry: string): CoercedAttribute {
  const name = nameIn(entry)
  const value = entry.includes('=') ? entry.slice(entry.indexOf('=') + 1).trim() : ''
  const hex = /^[0-9a-fA-F]{8}$/.test(name) ? name.toUpperCase() : tagOf(name)
  const tag = parseInt(hex ?? '', 16)
  const vr = hex === undefined ? undefined : dictionaryVr(tag)
  if (hex === undefined || vr === undefined || keywordOf(hex) === undefined)
    throw new Error(`${name} names no attribute, by keyword or tag`)
  const form = FORMS[vr]
  if (form === undefined)
    throw new Error(`${name} has VR ${vr}: expected one of ${Object.keys(FORMS).join(', ')}`)
  if (tag < 0x00080000 || tag >= ORIGINAL_ATTRIBUTES || READ_BY.has(tag >>> 16) || hex === '00080005')
    throw new Error(
      `${name} cannot be coerced: it says how the instance is read, or stands behind (0400,0561)`,
    )
  if (value === '') throw new Error(`${name} has no value`)
  if (!/^[\x20-\x5b\x5d-\x7e]+$/.test(value))
    throw new Error(`${name} has a value that is not of printable ASCII, or has a backslash`)
  if (!form.test(value)) throw new Error(`${name} has a value that is none of VR ${vr}`)
  return {
    tag,
    vr: valueRepresentation(vr),
    value: Buffer.from(value.length % 2 === 0 ? value : `${value} `),
  }
}

/** The image pixel module. PS3.3 C.7.6.3 */
const READ_BY = new Set([0x0028])
