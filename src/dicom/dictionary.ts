import { DICTIONARY_ENTRIES, REPEATING_ENTRIES } from './dictionary-entries.js'

/** The data dictionary. PS3.6. Tags are numbers (gggg * 65536 + eeee) or eight
 *  upper-case hex digits. */

/** A VR that depends on other attributes: `xs` US or SS, `ox` OB or OW, `lt` US or OW. PS3.6 6. */
export type DictionaryVr = string

interface RepeatingGroup {
  readonly firstGroup: number
  readonly lastGroup: number
  readonly firstElement: number
  readonly lastElement: number
  readonly vr: DictionaryVr
  readonly keyword: string
}

const VR_BY_TAG = new Map<number, DictionaryVr>()
const KEYWORD_BY_TAG = new Map<number, string>()
const TAG_BY_KEYWORD = new Map<string, string>()

for (const entry of DICTIONARY_ENTRIES.trim().split('\n')) {
  const [tag = '', vr = '', keyword] = entry.split(' ')
  const number = parseInt(tag, 16)
  VR_BY_TAG.set(number, vr)
  if (keyword === undefined) continue
  KEYWORD_BY_TAG.set(number, keyword)
  TAG_BY_KEYWORD.set(keyword, tag)
}

const REPEATING = REPEATING_ENTRIES.trim()
  .split('\n')
  .map((entry): RepeatingGroup => {
    const [tags = '', vr = '', keyword = ''] = entry.split(' ')
    const [
      [firstGroup = 0, lastGroup = firstGroup] = [],
      [firstElement = 0, lastElement = firstElement] = [],
    ] = tags.split(',').map(range => range.split('-').map(number => parseInt(number, 16)))
    return { firstGroup, lastGroup, firstElement, lastElement, vr, keyword }
  })

/** @returns undefined for private and unknown tags */
export function dictionaryVr(tag: number): DictionaryVr | undefined {
  return VR_BY_TAG.get(tag) ?? repeatingGroup(tag)?.vr
}

/** The keyword of a tag of eight hex digits. PS3.6. */
export function keywordOf(tag: string): string | undefined {
  const number = parseInt(tag, 16)
  return KEYWORD_BY_TAG.get(number) ?? repeatingGroup(number)?.keyword
}

/** The tag of a keyword, as eight upper-case hex digits. Keywords are case-sensitive. PS3.6. */
export function tagOf(keyword: string): string | undefined {
  return TAG_BY_KEYWORD.get(keyword)
}

/** 50xx, 60xx, 7Fxx and (0020,31xx). PS3.5 7.6 */
function repeatingGroup(tag: number): RepeatingGroup | undefined {
  const group = tag >>> 16
  if (group !== 0x0020 && (group < 0x5000 || group > 0x7fff || (group & 1) === 1)) return undefined
  const element = tag & 0xffff
  return REPEATING.find(
    entry =>
      group >= entry.firstGroup &&
      group <= entry.lastGroup &&
      element >= entry.firstElement &&
      element <= entry.lastElement,
  )
}
