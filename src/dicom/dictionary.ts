import { dictionary } from 'dcmjs/dictionary'
import { DICTIONARY_SUPPLEMENT } from './dictionary-supplement.js'

/** The data dictionary. PS3.6; from dcmjs, with our supplement. Tags are numbers (gggg * 65536 + eeee) or eight
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
const REPEATING: RepeatingGroup[] = []

for (const { tag, vr, name = '', version } of Object.values(dictionary)) {
  if (tag === undefined || vr === undefined || version === undefined) continue
  if (version === 'PRIVATE' || version === 'PrivateTag' || version === 'ILLEGAL' || version === 'GENERIC')
    continue
  const match = /^\(([0-9A-F]{4})(?:-([0-9A-F]{4}))?,([0-9A-F]{4})(?:-([0-9A-F]{4}))?\)$/.exec(tag)
  if (match === null) continue
  const [, firstGroup = '', lastGroup, firstElement = '', lastElement] = match
  const known = vr === 'up' ? 'UL' : vr
  const keyword = name.replace(/^RETIRED_/, '')
  if (lastGroup === undefined && lastElement === undefined)
    addEntry(firstGroup + firstElement, known, keyword)
  else
    REPEATING.push({
      firstGroup: parseInt(firstGroup, 16),
      lastGroup: parseInt(lastGroup ?? firstGroup, 16),
      firstElement: parseInt(firstElement, 16),
      lastElement: parseInt(lastElement ?? firstElement, 16),
      vr: known,
      keyword,
    })
}
for (const [tag, vr, keyword] of DICTIONARY_SUPPLEMENT) addEntry(tag, vr, keyword)

function addEntry(tag: string, vr: DictionaryVr, keyword: string): void {
  const number = parseInt(tag, 16)
  VR_BY_TAG.set(number, vr)
  if (keyword === '') return
  KEYWORD_BY_TAG.set(number, keyword)
  TAG_BY_KEYWORD.set(keyword, tag)
}

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
