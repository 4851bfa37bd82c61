/** Private attributes of an answer: each in a block of its own creator, with the creator. PS3.5 7.8.1, PS3.18 8.3.4.1. */
import {
  creatorOf,
  creatorTag,
  FIRST_BLOCK,
  isPrivateKey,
  LAST_BLOCK,
  tagInBlock,
} from '../dicom/private-attributes.js'

export interface PrivateAnswers {
  /** whether there may be any */
  readonly some: boolean
  /** @param line of a tag or private key
   *  @returns the lines that stand for it in an answer; that of a creator may come more than once */
  lines(key: string, line: string): readonly string[]
}

/** @param keys of the answer's elements, private keys among them
 *  @param asked by private key, the tag at which the request asked for it */
export function privateAnswers(
  keys: readonly string[],
  asked: Readonly<Record<string, string>> = {},
): PrivateAnswers {
  const tags = tagsOf(keys.filter(isPrivateKey), asked)
  return {
    some: tags.size > 0,
    lines: (key, line) => {
      const tag = tags.get(key)
      if (tag === undefined) return [line]
      return [
        `"${creatorTag(tag)}":{"vr":"LO","Value":[${JSON.stringify(creatorOf(key))}]}`,
        `"${tag}"${line.slice(line.indexOf('":') + 1)}`,
      ]
    },
  }
}

function tagsOf(keys: readonly string[], asked: Readonly<Record<string, string>>): Map<string, string> {
  const tags = new Map<string, string>()
  /** `gggg00bb` → its creator */
  const blocks = new Map<string, string>()
  const take = (key: string, tag: string): boolean => {
    const creator = creatorOf(key)
    if ((blocks.get(creatorTag(tag)) ?? creator) !== creator) return false
    blocks.set(creatorTag(tag), creator)
    tags.set(key, tag)
    return true
  }
  for (const key of keys) if (asked[key] !== undefined) take(key, asked[key])
  for (const key of keys) {
    for (let block = FIRST_BLOCK; block <= LAST_BLOCK && !tags.has(key); block++)
      take(key, tagInBlock(key, block))
  }
  return tags
}
