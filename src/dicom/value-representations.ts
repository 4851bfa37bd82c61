/** The value representations of PS3.5 6.2, as far as reading needs them. */

/** How a value is read. Numbers, so that a switch over them is a jump. */
export const SHAPE = {
  /** default repertoire, values apart by backslash */
  tokens: 0,
  /** Specific Character Set, values apart by backslash */
  strings: 1,
  /** Specific Character Set, one value, backslash is text */
  text: 2,
  /** default repertoire, one value */
  uri: 3,
  personNames: 4,
  /** DS and IS */
  numberStrings: 5,
  /** fixed-size numbers */
  numbers: 6,
  tags: 7,
  bytes: 8,
  sequence: 9,
} as const

export interface ValueRepresentation {
  readonly name: string
  readonly shape: number
  /** bytes of the unit that a change of byte order swaps. PS3.5 7.3 */
  readonly wordBytes: number
  /** 32-bit length after two reserved bytes in explicit VR. PS3.5 7.1.2 */
  readonly longLength: boolean
  /** may stand behind a BulkDataURI. PS3.18 10.4.1.1.2 */
  readonly mayBeBulk: boolean
  /** JSON text that opens an element of it without and with values */
  readonly open: string
  readonly openValue: string
}

const LONG = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '))
const BULK = new Set('DS FL FD IS LT OB OD OF OL OV OW SL SS ST SV UC UL UN US UT UV'.split(' '))

const define = (names: string, shape: number, wordBytes = 1): [string, ValueRepresentation][] =>
  names.split(' ').map(name => [
    name,
    {
      name,
      shape,
      wordBytes,
      longLength: LONG.has(name),
      mayBeBulk: BULK.has(name),
      open: `{"vr":"${name}"`,
      openValue: `{"vr":"${name}","Value":[`,
    },
  ])

const BY_NAME = new Map<string, ValueRepresentation>([
  ...define('AE AS CS DA DT TM UI', SHAPE.tokens),
  ...define('LO SH UC', SHAPE.strings),
  ...define('LT ST UT', SHAPE.text),
  ...define('UR', SHAPE.uri),
  ...define('PN', SHAPE.personNames),
  ...define('DS IS', SHAPE.numberStrings),
  ...define('US SS', SHAPE.numbers, 2),
  ...define('UL SL FL', SHAPE.numbers, 4),
  ...define('FD SV UV', SHAPE.numbers, 8),
  ...define('AT', SHAPE.tags, 2),
  ...define('OB UN', SHAPE.bytes),
  ...define('OW', SHAPE.bytes, 2),
  ...define('OF OL', SHAPE.bytes, 4),
  ...define('OD OV', SHAPE.bytes, 8),
  ...define('SQ', SHAPE.sequence),
])

const BY_CODE = new Map<number, ValueRepresentation>(
  [...BY_NAME].map(([name, vr]) => [name.charCodeAt(0) * 256 + name.charCodeAt(1), vr]),
)

/** @param code the two characters as they stand in the file, the first in the high byte
 *  @returns undefined for a VR that PS3.5 does not know */
export function valueRepresentationOfCode(code: number): ValueRepresentation | undefined {
  return BY_CODE.get(code)
}

/** @throws RangeError for a name that is none: a bug of the caller */
export function valueRepresentation(name: string): ValueRepresentation {
  const vr = BY_NAME.get(name)
  if (vr === undefined) throw new RangeError(`no value representation: ${name}`)
  return vr
}
