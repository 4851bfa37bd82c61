/** The parameters of a search request to a Query. PS3.18 8.3.4, 10.6.1. */
import { offsetMinutes } from './date-time.js'
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

export interface QueryOptions {
  /** what an absent limit means, and a greater one is cut to */
  readonly maxResults: number
  /** what can be searched for */
  readonly attributes: IndexedAttributes
}

/** Reads the parameters of a search. Unknown ones, and keys that are not searchable at the level, are passed over with a
 *  warning; attributes of keys are returned as if they were included.
 * @param parameters decoded, in the order sent, one pair for each time a name is given
 * @throws Problem `invalid-parameter`: a value that its parameter cannot have, or two that contradict; names the parameter */
export function parseQuery(
  level: QueryLevel,
  scope: { readonly StudyInstanceUID?: string; readonly SeriesInstanceUID?: string },
  parameters: readonly (readonly [string, string])[],
  { maxResults, attributes }: QueryOptions,
): ParsedQuery {
  const names = attributeNames(parameters)
  const settings = new Settings()
  const keys = new Keys(level, names, attributes)
  const included: string[][] = []
  let all = false
  for (const [name, value] of parameters) {
    if (NOT_OF_THE_SEARCH.has(name.toLowerCase()) || names.isCreator(name)) continue
    if (settings.take(name, value)) continue
    if (name.toLowerCase() !== 'includefield') keys.add(name, value)
    else
      for (const field of value.split(',').map(text => text.trim())) {
        const path = names.pathOf(field)
        if (field.toLowerCase() === 'all') all = true
        else if (path !== undefined) included.push(path)
        else if (field !== '') keys.warn(`The includefield ${printable(field)} is not known`)
      }
  }
  const rules = {
    fuzzy: settings.isTrue('fuzzymatching'),
    emptyValues: settings.isTrue('emptyvaluematching'),
    multipleValues: settings.isTrue('multiplevaluematching'),
    zoneMinutes: keys.zoneMinutes,
  }
  const matches = combineDatesAndTimes(keys.all().flatMap(key => matchesOf(key, rules)))
  const returned = [...included, ...keys.all().map(({ path }) => path)]
  return {
    query: {
      level,
      ...scope,
      matches: [...matches, ...keys.never],
      ...(keys.zoneMinutes === undefined ? {} : { timezoneMinutes: keys.zoneMinutes }),
      include: all ? 'all' : includedTags(level, returned, attributes),
      privateTags: names.privateTags,
      ...(settings.isFalse('includedefaults') ? { withoutDefaults: true } : {}),
      limit: Math.min(maxResults, settings.count('limit') ?? maxResults),
      offset: settings.count('offset') ?? 0,
    },
    warnings: keys.warnings(),
  }
}

/** Negotiation reads these. */
const NOT_OF_THE_SEARCH = new Set(['accept', 'charset'])

const COUNTS = ['limit', 'offset'] as const
/** `includedefaults` is that of dcm4chee. */
const SWITCHES = ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching', 'includedefaults'] as const

/** Parameters that are no keys. Their names are taken in any case; an empty value is as if the name were absent. */
class Settings {
  readonly #values = new Map<string, number | boolean>()

  /** @returns whether the name is one of them */
  take(name: string, text: string): boolean {
    const known = name.toLowerCase()
    const isCount = (COUNTS as readonly string[]).includes(known)
    if (!isCount && !(SWITCHES as readonly string[]).includes(known)) return false
    if (text === '') return true
    const value = isCount ? count(known, text) : truth(known, text)
    const earlier = this.#values.get(known)
    if (earlier !== undefined && earlier !== value)
      throw new Problem('invalid-parameter', `${known} is given twice, with different values`)
    this.#values.set(known, value)
    return true
  }
  isTrue(name: (typeof SWITCHES)[number]): boolean {
    return this.#values.get(name) === true
  }
  isFalse(name: (typeof SWITCHES)[number]): boolean {
    return this.#values.get(name) === false
  }
  count(name: (typeof COUNTS)[number]): number | undefined {
    const value = this.#values.get(name)
    return typeof value === 'number' ? value : undefined
  }
}

/** Warnings go into headers, whose room is limited. */
const MOST_WARNINGS = 10

const MODALITY = '00080060'
const MODALITIES_IN_STUDY = '00080061'
const TIMEZONE_OFFSET = '00080201'

/** It says how text is encoded, and is never matched. PS3.4 C.2.2.2 */
const SPECIFIC_CHARACTER_SET = '00080005'

/** The keys of a query, each with all values that it is given, and what could not be understood. */
class Keys {
  readonly #level: QueryLevel
  readonly #names: AttributeNames
  readonly #attributes: IndexedAttributes
  readonly #keys = new Map<string, QueryKey>()
  readonly #never: Match[] = []
  readonly #warnings = new Set<string>()
  #zoneMinutes: number | undefined

  constructor(level: QueryLevel, names: AttributeNames, attributes: IndexedAttributes) {
    this.#level = level
    this.#names = names
    this.#attributes = attributes
  }

  get zoneMinutes(): number | undefined {
    return this.#zoneMinutes
  }

  /** conditions that nothing meets */
  get never(): readonly Match[] {
    return this.#never
  }

  all(): QueryKey[] {
    return [...this.#keys.values()]
  }

  warnings(): string[] {
    return [...this.#warnings]
  }

  warn(what: string, but = 'and has been ignored.'): void {
    if (this.#warnings.size < MOST_WARNINGS) this.#warnings.add(`${what} ${but}`)
  }

  add(name: string, value: string): void {
    const named = this.#names.pathOf(name)
    // De facto: who asks studies for a Modality means ModalitiesInStudy.
    const isModality = this.#level === 'study' && named?.length === 1 && named[0] === MODALITY
    const path = isModality ? [MODALITIES_IN_STUDY] : named
    const [top = '', ...inside] = path ?? []
    const ofOther = otherCreator(top, this.#attributes)
    const level = this.#levelOf(top)
    const vr =
      inside.length === 0 ? this.#attributes.vrOf(top) : dictionaryVr(parseInt(inside.at(-1) ?? '', 16))
    const isEmptySequence = vr === 'SQ' && (value === '' || value === '""')
    if (ofOther !== undefined && reaches(this.#level, ofOther.level)) {
      this.#never.push({ kind: 'values', path: [ofOther.key], vr: ofOther.vr, values: ['\0'] })
      this.warn(
        `The parameter ${printable(name)} is not kept of that private creator`,
        'and matches nothing.',
      )
    } else if (path === undefined || level === undefined || (!isSearchable(vr ?? '') && !isEmptySequence))
      this.warn(
        named?.length === 1 && isPrivateTag(top) && !isPrivateKey(top)
          ? `The parameter ${printable(name)} needs its private creator as ${creatorTag(top)}`
          : `The parameter ${printable(name)} is not supported`,
      )
    else if (!reaches(this.#level, level))
      this.warn(`The parameter ${printable(name)} is of a lower level than ${this.#level}`)
    else if (inside.length === 0 && top === TIMEZONE_OFFSET) this.#setZone(name, value)
    else {
      const key = path.join('.')
      const values = [...(this.#keys.get(key)?.values ?? []), value]
      this.#keys.set(key, { name, path, vr: vr ?? '', values })
    }
  }

  /** @returns undefined for what cannot be searched by */
  #levelOf(top: string): QueryLevel | undefined {
    if (top === SPECIFIC_CHARACTER_SET) return undefined
    return top === MODALITIES_IN_STUDY ? 'study' : this.#attributes.levelOf(top)
  }

  /** It shifts the dates and times of the other keys, and is none itself. PS3.18 8.3.4.1.1 */
  #setZone(name: string, value: string): void {
    if (value === '') return
    // A plus sign that was not percent-encoded comes as a blank.
    const minutes = offsetMinutes(value.replace(/^ (?=\d{4}$)/, '+'))
    if (minutes === undefined)
      throw new Problem('invalid-parameter', `${name} is not an offset from UTC as &ZZXX`)
    if (this.#zoneMinutes !== undefined && this.#zoneMinutes !== minutes)
      throw new Problem('invalid-parameter', `${name} is given twice, with different values`)
    this.#zoneMinutes = minutes
  }
}

/** A private attribute that is searchable, but not of the creator that the request names. */
function otherCreator(key: string, { named, levelOf }: IndexedAttributes): SearchAttribute | undefined {
  if (!isPrivateKey(key) || levelOf(key) !== undefined) return undefined
  return named.find(one => isPrivateKey(one.key) && one.key.slice(0, 9) === key.slice(0, 9))
}

/** Attributes of lower levels are dropped without a word; a sequence is returned whole. PS3.18 10.6.1.2 */
function includedTags(
  level: QueryLevel,
  paths: readonly (readonly string[])[],
  attributes: IndexedAttributes,
): string[][] {
  const tags = new Set(paths.map(([tag = '']) => tag))
  return [...tags].filter(tag => reaches(level, attributes.levelOf(tag) ?? 'study')).map(tag => [tag])
}

function count(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Problem('invalid-parameter', `${name} is not an unsigned integer`)
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}

function truth(name: string, text: string): boolean {
  const value = text.toLowerCase()
  if (value !== 'true' && value !== 'false')
    throw new Problem('invalid-parameter', `${name} is neither true nor false`)
  return value === 'true'
}

/** What goes into a header: names of attributes as they are, of others nothing that could break it. */
function printable(name: string): string {
  return name.slice(0, 64).replace(/[^\w.-]/g, '?')
}
