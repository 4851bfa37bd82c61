/** Attributes as a search request names them. PS3.18 8.3.4.1. */
import { dictionaryVr, tagOf } from './dictionary.js'
import { creatorTag, isCreatorTag, isPrivateTag, privateKey } from './private-attributes.js'

export interface AttributeNames {
  /** Tags or keywords, those of sequences first, with dots between; a private attribute by its
   *  tag, where another parameter names the creator of its block.
   *  @returns tags, or the key of the private attribute; undefined for what is no attribute */
  pathOf(name: string): string[] | undefined
  /** Whether a parameter names the creator of a block: `00190010=SIEMENS MR HEADER` of 00191008. */
  isCreator(name: string): boolean
  /** by private key, the tags at which they were asked for so far */
  readonly privateTags: Readonly<Record<string, string>>
}

/** @param parameters all of the request */
export function attributeNames(parameters: readonly (readonly [string, string])[]): AttributeNames {
  const creators = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (isCreatorTag(name.toUpperCase()) && value.trim() !== '')
      creators.set(name.toUpperCase(), value.trim())
  }
  const privateTags: Record<string, string> = {}
  return {
    privateTags,
    isCreator: name => creators.has(name.toUpperCase()),
    pathOf: name => {
      const path = tagsOf(name)
      const [tag = ''] = path ?? []
      const creator = path?.length === 1 && isPrivateTag(tag) ? creators.get(creatorTag(tag)) : undefined
      if (creator === undefined) return path
      const key = privateKey(tag, creator)
      privateTags[key] ??= tag
      return [key]
    },
  }
}

function tagsOf(name: string): string[] | undefined {
  const path: string[] = []
  for (const part of name.split('.', MOST_DEPTH + 1)) {
    const tag = /^[0-9a-fA-F]{8}$/.test(part) ? part.toUpperCase() : tagOf(part)
    if (tag === undefined) return undefined
    path.push(tag)
  }
  const sequences = path.slice(0, -1)
  const isPath = path.length <= MOST_DEPTH && sequences.every(tag => dictionaryVr(parseInt(tag, 16)) === 'SQ')
  return isPath ? path : undefined
}

/** No sequence that is searched goes deeper. */
const MOST_DEPTH = 8
