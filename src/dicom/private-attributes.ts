/** Private attributes by their creator: a file may keep one in any block of its group, (gggg,10ee) to (gggg,FFee), so that
 *  what names it are group, creator and the last two digits. PS3.5 7.8.1. */
import { characterSetOf } from './character-sets.js'
import type { DicomJson, JsonElement } from './json-model.js'
import { elementJson } from './part10/element-json.js'
import { valueRepresentation } from './value-representations.js'

/** Names a private attribute in whatever block it stands: `gggg00ee:creator`, percent-encoded, so that it can be the name of
 *  a JSON member. The tag of an attribute that is not private is its own name.
 *  @param tag in any block, eight upper-case hex digits */
export function privateKey(tag: string, creator: string): string {
  const wellFormed = creator.trim().replace(/\p{Surrogate}/gu, '\ufffd')
  return `${tag.slice(0, 4)}00${tag.slice(6)}:${encodeURIComponent(wellFormed)}`
}

/** Whether a key is of privateKey, not a tag. */
export function isPrivateKey(key: string): boolean {
  return key.length > TAG_DIGITS
}

/** Odd groups; elements below 1000 are creators, or reserved. */
export function isPrivateTag(tag: string): boolean {
  return (parseInt(tag.slice(0, 4), 16) & 1) === 1 && parseInt(tag.slice(4), 16) >= 0x1000
}

/** (gggg,00bb), where the creator of a private attribute's block stands. */
export function creatorTag(tag: string): string {
  return `${tag.slice(0, 4)}00${tag.slice(4, 6)}`
}

/** Whether a tag is one at which creators stand. */
export function isCreatorTag(tag: string): boolean {
  return /^[0-9A-F]{3}[13579BDF]00[1-9A-F][0-9A-F]$/.test(tag)
}

export function creatorOf(key: string): string {
  return decodeURIComponent(key.slice(TAG_DIGITS + 1))
}

/** The tag at which a private attribute stands in a block, 10 to FF in hex. */
export function tagInBlock(key: string, block: number): string {
  return `${key.slice(0, 4)}${hexBlock(block)}${key.slice(6, TAG_DIGITS)}`
}

/** Every tag at which the attribute or its creator may stand. */
export function privateTags(key: string): string[] {
  const tags: string[] = []
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block++)
    tags.push(`${key.slice(0, 4)}00${hexBlock(block)}`, tagInBlock(key, block))
  return tags
}

/** The element of the first block of the creator that has it, with a value if one has.
 *  @param vr what bytes of VR UN are, as files without VRs have them. PS3.5 6.2.2 */
export function privateElement(dataset: DicomJson, key: string, vr: string): JsonElement | undefined {
  const creator = creatorOf(key)
  const group = key.slice(0, 4)
  let found: JsonElement | undefined
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
    const named = dataset[`${group}00${hexBlock(block)}`]?.Value?.[0]
    if (typeof named !== 'string' || named.trim() !== creator) continue
    const element = dataset[tagInBlock(key, block)]
    if (element === undefined) continue
    if (Object.keys(element).length > 1) return known(element, vr, dataset)
    found ??= element
  }
  return found
}

const TAG_DIGITS = 8
export const FIRST_BLOCK = 0x10
export const LAST_BLOCK = 0xff

function hexBlock(block: number): string {
  return block.toString(16).toUpperCase()
}

function known(element: JsonElement, vr: string, dataset: DicomJson): JsonElement {
  if (element.vr !== 'UN' || element.InlineBinary === undefined) return element
  const bytes = Buffer.from(element.InlineBinary, 'base64')
  const characterSet = (dataset['00080005']?.Value ?? []).map(term => (typeof term === 'string' ? term : ''))
  const json = elementJson(
    valueRepresentation(vr),
    bytes,
    0,
    bytes.length,
    true,
    characterSetOf(characterSet.join('\\')),
    0,
  )
  return JSON.parse(json) as JsonElement
}
