/** The parameters of a search request to a Query. PS3.18 8.3.4, 10.6.1. */
import { attributeNames, type AttributeNames } from './attribute-names.js'
import { dictionaryVr } from './dictionary.js'
import type { IndexedAttributes, SearchAttribute } from './indexed-attributes.js'
import { creatorTag, isPrivateKey, isPrivateTag } from './private-attributes.js'
import { Problem } from './problem.js'
import { combineDatesAndTimes, isSearchable, matchesOf, type QueryKey } from './query-values.js'
import { reaches, type Match, type Query, type QueryLevel } from './query.js'

export interface ParsedQuery {
  readonly query: Query
  /** texts for `Warning: 299`, of printable ASCII */
  readonly warnings: readonly string[]
}

/** Reads the parameters of a search. Unknown ones, and keys that are not searchable at the level, are passed over with a
 *  warning; attributes of keys are returned as if they were included.
 * @param parameters decoded, in the order sent, one pair for each time a name is given
 * @param options.maxResults what an absent limit means, and a greater one is cut to
 * @param options.attributes what can be searched for
 * @throws Problem `invalid-parameter`: a value that its parameter cannot have; names the parameter */
export function parseQuery(
  level: QueryLevel,
  scope: { readonly StudyInstanceUID?: string; readonly SeriesInstanceUID?: string },
  parameters: readonly (readonly [string, string])[],
  options: { readonly maxResults: number; readonly attributes: IndexedAttributes },
): ParsedQuery {
  const { attributes } = options
  const names = attributeNames(parameters)
  const warnings: string[] = []
  const keys = new Map<string, QueryKey>()
  const never: Match[] = []
  const include: string[][] = []
  let all = false
  let limit = options.maxResults
  let offset = 0
  for (const [name, value] of parameters) {
    switch (name.toLowerCase()) {
      case 'accept':
      case 'charset':
        break
      case 'limit':
        limit = Math.min(limit, count('limit', value, limit))
        break
      case 'offset':
        offset = count('offset', value, offset)
        break
      case 'fuzzymatching':
        if (isTrue('fuzzymatching', value)) warnings.push(FUZZY_NOT_SUPPORTED)
        break
      case 'emptyvaluematching':
      case 'multiplevaluematching':
        if (isTrue(name.toLowerCase(), value))
          warnings.push(`The ${name.toLowerCase()} parameter is not supported and has been ignored.`)
        break
      case 'includefield':
        for (const field of value.split(',').map(text => text.trim())) {
          const path = names.pathOf(field)
          if (field.toLowerCase() === 'all') all = true
          else if (path !== undefined) include.push(path)
          else if (field !== '')
            warnings.push(`The includefield ${printable(field)} is not known and has been ignored.`)
        }
        break
      default:
        if (!names.isCreator(name)) addKey(keys, never, warnings, { level, names, attributes }, name, value)
    }
  }
  const matches = [...combineDatesAndTimes([...keys.values()].flatMap(matchesOf)), ...never]
  const returned = [...include, ...[...keys.values()].map(({ path }) => path)]
  return {
    query: {
      level,
      ...scope,
      matches,
      include: all ? 'all' : includedTags(level, attributes, returned),
      privateTags: names.privateTags,
      limit,
      offset,
    },
    warnings: [...new Set(warnings)].slice(0, MOST_WARNINGS),
  }
}

/** They go into headers, whose room is limited. */
const MOST_WARNINGS = 10

/** PS3.18 8.3.4.2 */
const FUZZY_NOT_SUPPORTED =
  'The fuzzymatching parameter is not supported. Only literal matching has been performed.'

const MODALITY = '00080060'
const MODALITIES_IN_STUDY = '00080061'

interface KeyContext {
  readonly level: QueryLevel
  readonly names: AttributeNames
  readonly attributes: IndexedAttributes
}

function addKey(
  keys: Map<string, QueryKey>,
  never: Match[],
  warnings: string[],
  { level, names, attributes }: KeyContext,
  name: string,
  value: string,
): void {
  const named = names.pathOf(name)
  // De facto: who asks studies for a Modality means ModalitiesInStudy.
  const path =
    level === 'study' && named?.length === 1 && named[0] === MODALITY ? [MODALITIES_IN_STUDY] : named
  const [top = '', inner] = path ?? []
  const ofOther = otherCreator(top, attributes)
  if (ofOther !== undefined && reaches(level, ofOther.level)) {
    never.push({ kind: 'values', path: [ofOther.key], vr: ofOther.vr, values: ['\0'] })
    warnings.push(`The parameter ${printable(name)} is not kept of that private creator and matches nothing.`)
    return
  }
  const keptAt = top === MODALITIES_IN_STUDY ? 'study' : attributes.levelOf(top)
  const vr = (inner === undefined ? attributes.vrOf(top) : dictionaryVr(parseInt(inner, 16))) ?? ''
  if (path === undefined || keptAt === undefined || (!isSearchable(vr) && !(vr === 'SQ' && value === ''))) {
    const why =
      named?.length === 1 && isPrivateTag(top) && !isPrivateKey(top)
        ? `needs its private creator as ${creatorTag(top)}`
        : 'is not supported'
    warnings.push(`The parameter ${printable(name)} ${why} and has been ignored.`)
    return
  }
  if (!reaches(level, keptAt)) {
    warnings.push(`The parameter ${printable(name)} is of a lower level than ${level} and has been ignored.`)
    return
  }
  const key = path.join('.')
  keys.set(key, { name, path, vr, values: [...(keys.get(key)?.values ?? []), value] })
}

/** A private attribute that is searchable, but not of the creator that the request names. */
function otherCreator(key: string, { named, levelOf }: IndexedAttributes): SearchAttribute | undefined {
  if (!isPrivateKey(key) || levelOf(key) !== undefined) return undefined
  return named.find(one => isPrivateKey(one.key) && one.key.slice(0, 9) === key.slice(0, 9))
}

/** Attributes of lower levels are dropped without a word; a sequence is returned whole. PS3.18 10.6.1.2 */
function includedTags(
  level: QueryLevel,
  attributes: IndexedAttributes,
  paths: readonly (readonly string[])[],
): string[][] {
  const isBelow = (tag: string): boolean => !reaches(level, attributes.levelOf(tag) ?? 'study')
  return [...new Set(paths.map(([tag = '']) => tag).filter(tag => !isBelow(tag)))].map(tag => [tag])
}

function count(name: string, value: string, absent: number): number {
  if (value === '') return absent
  if (!/^\d+$/.test(value)) throw new Problem('invalid-parameter', `${name} is not an unsigned integer`)
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER)
}

function isTrue(name: string, value: string): boolean {
  const text = value.toLowerCase()
  if (text !== 'true' && text !== 'false' && text !== '')
    throw new Problem('invalid-parameter', `${name} is neither true nor false`)
  return text === 'true'
}

/** What goes into a header: names of attributes as they are, of others nothing that could break it. */
function printable(name: string): string {
  return name.slice(0, 64).replace(/[^\w.-]/g, '?')
}
