import { characterSets, convertBytes } from 'dicom-character-set'

/** Decodes the text VRs of one dataset or item. PS3.5 6.1, PS3.3 C.12.1.1.2. */
export interface CharacterSet {
  /** Never fails: bytes that do not fit become U+FFFD, or Latin-1 where the whole cannot be decoded.
   * @param vr decides which delimiters reset code extensions. PS3.5 6.1.2.5.3 */
  decode(bytes: Buffer, start: number, end: number, vr: string): string
  /** false where (0008,0005) has a term that PS3.3 does not define; text is then read as Latin-1 */
  readonly known: boolean
}

const latin1 = (known: boolean): CharacterSet => ({
  known,
  decode: (bytes, start, end) => bytes.toString('latin1', start, end),
})

/** No Specific Character Set: ISO-IR 6; bytes beyond it, which the standard forbids, are read as Latin-1. */
export const DEFAULT_CHARACTER_SET: CharacterSet = latin1(true)

/** One encoding, no code extensions. Latin-1 by Buffer, as TextDecoder takes it for windows-1252. */
const SINGLE: ReadonlyMap<string, CharacterSet> = new Map<string, CharacterSet>([
  ['', DEFAULT_CHARACTER_SET],
  ['ISO_IR 6', DEFAULT_CHARACTER_SET],
  ['ISO 2022 IR 6', DEFAULT_CHARACTER_SET],
  ['ISO_IR 100', latin1(true)],
  ['ISO_IR 192', { known: true, decode: (bytes, start, end) => bytes.toString('utf8', start, end) }],
  ...(
    [
      ['ISO_IR 101', 'iso-8859-2'],
      ['ISO_IR 109', 'iso-8859-3'],
      ['ISO_IR 110', 'iso-8859-4'],
      ['ISO_IR 126', 'iso-8859-7'],
      ['ISO_IR 127', 'iso-8859-6'],
      ['ISO_IR 138', 'iso-8859-8'],
      ['ISO_IR 144', 'iso-8859-5'],
      ['ISO_IR 148', 'windows-1254'],
      ['ISO_IR 166', 'windows-874'],
      ['ISO_IR 203', 'iso-8859-15'],
      ['ISO_IR 13', 'shift_jis'],
      ['GB18030', 'gb18030'],
      ['GBK', 'gbk'],
    ] as const
  ).map(([term, encoding]): [string, CharacterSet] => {
    const decoder = new TextDecoder(encoding)
    return [term, { known: true, decode: (bytes, start, end) => decoder.decode(bytes.subarray(start, end)) }]
  }),
])

const MADE = new Map<string, CharacterSet>()
const MOST_MADE = 256

/** @param specificCharacterSet the value of (0008,0005) as it stands in the file, backslashes included */
export function characterSetOf(specificCharacterSet: string): CharacterSet {
  const made = MADE.get(specificCharacterSet)
  if (made !== undefined) return made
  const characterSet = makeCharacterSet(specificCharacterSet)
  // a file may say anything here; what it says is not kept for ever
  if (MADE.size < MOST_MADE) MADE.set(specificCharacterSet, characterSet)
  return characterSet
}

function makeCharacterSet(specificCharacterSet: string): CharacterSet {
  const terms = specificCharacterSet.split('\\').map(normaliseTerm)
  const [first = ''] = terms
  if (terms.length === 1 || STANDS_ALONE.has(first)) {
    const single = SINGLE.get(first)
    if (single !== undefined) return single
  }
  const extended = terms.map(term => (term === '' ? 'ISO 2022 IR 6' : term.replace('ISO_IR', 'ISO 2022 IR')))
  const usable = extended.filter(term => term in characterSets && !STANDS_ALONE.has(term))
  if (usable.length === 0) return latin1(false)
  // ASCII may always be switched to, though files forget to name it; without it its escape sequence is unknown
  const joined = [...new Set([...usable, 'ISO 2022 IR 6'])].join('\\')
  const withoutEscapes = SINGLE.get(first.replace('ISO 2022 IR', 'ISO_IR')) ?? DEFAULT_CHARACTER_SET
  return {
    known: usable.length === extended.length,
    decode: (bytes, start, end, vr) => {
      try {
        return convertBytes(joined, new Uint8Array(bytes.subarray(start, end)), { vr })
      } catch {
        return withoutEscapes.decode(bytes, start, end, vr)
      }
    },
  }
}

/** No code extensions beside these. PS3.3 C.12.1.1.2 */
const STANDS_ALONE = new Set(['ISO_IR 192', 'GB18030', 'GBK'])

/** Files say "ISO-IR 100", "ISO_IR_100", "iso_ir 100" and "UTF-8". */
function normaliseTerm(term: string): string {
  const upper = term
    .replace(/\0/g, ' ')
    .trim()
    .toUpperCase()
    .replace(/^ISO[-_ ]?IR[-_ ]?(?=\d)/, 'ISO_IR ')
    .replace(/^ISO[-_ ]2022[-_ ]IR[-_ ]?(?=\d)/, 'ISO 2022 IR ')
  if (upper === 'UTF-8' || upper === 'UTF8') return 'ISO_IR 192'
  if (upper === 'ISO 2022 GBK') return 'GBK'
  if (upper === 'ISO 2022 58') return 'ISO 2022 IR 58'
  return upper
}
