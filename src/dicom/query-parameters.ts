/** The parameters of a search request to a Query. PS3.18 8.3.4, 10.6.1. */
import { dictionaryVr, tagOf } from './dictionary.js'
import { INSTANCE_TAGS, PATIENT_AND_STUDY_TAGS, SERIES_TAGS } from './indexed-attributes.js'
import { Problem } from './problem.js'
import { combineDatesAndTimes, isSearchable, matchesOf, type QueryKey } from './query-values.js'
import type { Query, QueryLevel } from './query.js'

export interface ParsedQuery {
  readonly query: Query
  /** texts for `Warning: 299`, of printable ASCII */
  readonly warnings: readonly string[]
}

/** Reads the parameters of a search. Unknown ones, and keys that are not searchable at the level, are passed over with a
 *  warning; attributes of keys are returned as if they were included.
 * @param parameters decoded, in the order sent, one pair for each time a name is given
 * @param options.maxResults what an absent limit means, and a greater one is cut to
 * @throws Problem `invalid-parameter`: a value that its parameter cannot have; names the parameter */
export function parseQuery(
  level: QueryLevel,
  scope: { readonly StudyInstanceUID?: string; readonly SeriesInstanceUID?: string },
  parameters: readonly (readonly [string, string])[],
  options: { readonly maxResults: number },
): ParsedQuery {
  const warnings: string[] = []
  const keys = new Map<string, QueryKey>()
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
          const path = pathOf(field)
          if (field.toLowerCase() === 'all') all = true
          else if (path !== undefined) include.push(path)
          else if (field !== '')
            warnings.push(`The includefield ${printable(field)} is not known and has been ignored.`)
        }
        break
      default:
        addKey(keys, warnings, level, name, value)
    }
  }
  const matches = combineDatesAndTimes([...keys.values()].flatMap(matchesOf))
  const returned = [...include, ...[...keys.values()].map(({ path }) => path)]
  return {
    query: { level, ...scope, matches, include: all ? 'all' : includedTags(level, returned), limit, offset },
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

const TAGS_BELOW: Readonly<Record<QueryLevel, ReadonlySet<string>>> = {
  study: new Set([...SERIES_TAGS, ...INSTANCE_TAGS]),
  series: new Set(INSTANCE_TAGS),
  instance: new Set(),
}
const SEARCHABLE: ReadonlySet<string> = new Set([
  ...PATIENT_AND_STUDY_TAGS,
  MODALITIES_IN_STUDY,
  ...SERIES_TAGS,
  ...INSTANCE_TAGS,
])

function addKey(
  keys: Map<string, QueryKey>,
  warnings: string[],
  level: QueryLevel,
  name: string,
  value: string,
): void {
  const named = pathOf(name)
  // De facto: who asks studies for a Modality means ModalitiesInStudy.
  const path =
    level === 'study' && named?.length === 1 && named[0] === MODALITY ? [MODALITIES_IN_STUDY] : named
  const [top = '', inner] = path ?? []
  const vr = dictionaryVr(parseInt(inner ?? top, 16)) ?? ''
  if (path === undefined || !SEARCHABLE.has(top) || (!isSearchable(vr) && !(vr === 'SQ' && value === ''))) {
    warnings.push(`The parameter ${printable(name)} is not supported and has been ignored.`)
    return
  }
  if (TAGS_BELOW[level].has(top)) {
    warnings.push(`The parameter ${printable(name)} is of a lower level than ${level} and has been ignored.`)
    return
  }
  const key = path.join('.')
  keys.set(key, { name, path, vr, values: [...(keys.get(key)?.values ?? []), value] })
}

/** A tag or keyword, or that of a sequence and of an attribute in its items, with a dot between. PS3.18 8.3.4.1 */
function pathOf(name: string): string[] | undefined {
  const path: string[] = []
  for (const part of name.split('.')) {
    const tag = /^[0-9a-fA-F]{8}$/.test(part) ? part.toUpperCase() : tagOf(part)
    if (tag === undefined) return undefined
    path.push(tag)
  }
  const [sequence = ''] = path
  if (path.length === 1) return path
  return path.length === 2 && dictionaryVr(parseInt(sequence, 16)) === 'SQ' ? path : undefined
}

/** Attributes of lower levels are dropped without a word; a sequence is returned whole. PS3.18 10.6.1.2 */
function includedTags(level: QueryLevel, paths: readonly (readonly string[])[]): string[][] {
  const tags = new Set(paths.map(([tag = '']) => tag).filter(tag => !TAGS_BELOW[level].has(tag)))
  return [...tags].map(tag => [tag])
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
