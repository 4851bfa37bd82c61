/** Keys that the rows of study_attribute and series_attribute answer: text, coded strings, person names. */
import {
  expressionBuilder,
  type Expression,
  type Kysely,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely'
import type { Match } from '../dicom/query.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { nameGroups, namePatterns, wordForms } from './name-matching.js'
import { normaliseText } from './normalised-values.js'
import type { Schema } from './schema.js'
import { groupTag, INDEXED_CHARACTERS, soundTag, wordTag } from './searched-attributes.js'

export type Condition = Expression<SqlBool>

/** Studies and where they stand in the order of answers. moments.ts orderMoment */
type PlacedStudies = SelectQueryBuilder<Schema, never, { owner_id: number; moment: number }>

/** One key, and the ways of following it between which its frequency decides. */
export interface SearchedKey {
  readonly level: 'study' | 'series'
  /** For a key that many match: rows are walked in order, each tested, until there are enough. */
  readonly tested: Condition
  /** For a key that few match: the studies or series, by number, some of them twice. They are fetched, then sorted. */
  readonly owners: SelectQueryBuilder<Schema, never, { owner_id: number }>
  /** Of a key of studies all between two moments, some of them twice. */
  readonly placed: (first: number, last: number) => PlacedStudies
  /** The index has those that match in their order, each once. */
  readonly isOneValue: boolean
}

/** @param match of kind `values`, `wildcard`, `person-name` or `name-words` (of one word), and of an attribute that searched-attributes.ts names
 *  @returns undefined for a key that nothing matches */
export function searchedKey(
  level: SearchedKey['level'],
  tag: string,
  match: Match,
  database: IndexDatabase,
): SearchedKey | undefined {
  const alternatives = alternativesOf(level, tag, match, database)
  const [first, ...others] = alternatives
  if (first === undefined) return undefined
  const table = level === 'study' ? 'study_attribute' : 'series_attribute'
  const { db } = database
  const owners = (alternative: Alternative) => found(attributes(db, table), alternative).select('owner_id')
  const isOneValue = match.kind === 'values' && match.values.length === 1
  const placed = (alternative: Alternative, first: number, last: number) =>
    found(db.selectFrom('study_attribute as attribute'), alternative)
      .select(['owner_id', 'moment'])
      .where('moment', '>=', first)
      .where('moment', '<=', last)
  const eb = expressionBuilder<Schema, 'study' | 'series'>()
  const id = eb.ref(level === 'study' ? 'study.id' : 'series.id')
  return {
    level,
    tested: eb.exists(
      attributes(db, table)
        .select('tag')
        .where('attribute.owner_id', '=', id)
        .where('attribute.tag', 'in', [...new Set(alternatives.flatMap(({ tags }) => tags))])
        .where(any(alternatives)),
    ),
    owners: others.reduce((all, other) => all.unionAll(owners(other)), owners(first)),
    placed: (from, to) =>
      others.reduce((all, other) => all.unionAll(placed(other, from, to)), placed(first, from, to)),
    isOneValue,
  }
}

/** Both tables are one to the conditions. */
function attributes(db: Kysely<Schema>, table: 'study_attribute' | 'series_attribute') {
  return db.selectFrom(`${table as 'series_attribute'} as attribute`)
}

function found<Tables, Row>(
  rows: SelectQueryBuilder<Tables, 'attribute' & keyof Tables, Row>,
  { tags, condition, finding = condition }: Alternative,
) {
  const eb = expressionBuilder<{ attribute: Schema['series_attribute'] }, 'attribute'>()
  return rows.where(eb('attribute.tag', 'in', tags)).where(finding)
}

/** Rows with one of the tags that meet the condition. */
interface Alternative {
  readonly tags: readonly string[]
  readonly condition: Condition
  /** the same, where rows are looked for and not tested one by one */
  readonly finding?: Condition
}

function any(alternatives: readonly Alternative[]): Condition {
  const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
  const [first] = alternatives
  const haveSameTags = alternatives.every(({ tags }) => tags === first?.tags)
  return eb.or(
    alternatives.map(({ tags, condition }) =>
      haveSameTags ? condition : eb.and([eb('attribute.tag', 'in', tags), condition]),
    ),
  )
}

/** Each by itself is a range of the index or a filter on it; `or` would make a filter of all. */
function alternativesOf(
  level: SearchedKey['level'],
  tag: string,
  match: Match,
  database: IndexDatabase,
): Alternative[] {
  if (match.kind === 'name-words') {
    const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
    const { pattern, sounds } = wordForms(match.words[0] ?? '')
    const words = like(level, pattern, database).map(one => ({ tags: [wordTag(tag)], ...one }))
    if (sounds.length === 0) return words
    return [...words, { tags: [soundTag(tag)], condition: eb('attribute.value', 'in', sounds) }]
  }
  const tags =
    match.kind === 'person-name' ? nameGroups(match.group).map(group => groupTag(tag, group)) : [tag]
  return conditionsOn(level, match, database).map(one => ({ tags, ...one }))
}

type Conditions = Pick<Alternative, 'condition' | 'finding'>

function conditionsOn(
  level: SearchedKey['level'],
  match: Exclude<Match, { kind: 'name-words' }>,
  database: IndexDatabase,
): Conditions[] {
  const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
  switch (match.kind) {
    case 'values': {
      const values = match.values
        .map(value => normaliseText(match.vr, value).slice(0, INDEXED_CHARACTERS))
        .filter(value => !value.includes('\0'))
      return values.length === 0 ? [] : [{ condition: eb('attribute.value', 'in', values) }]
    }
    case 'wildcard':
      return like(level, normaliseText(match.vr, match.pattern), database)
    case 'person-name':
      return namePatterns(match.pattern).flatMap(pattern => like(level, pattern, database))
    case 'range':
    case 'date-time-range':
    case 'empty':
      return []
  }
}

/** An index serves what stands before the first wildcard; where nothing does, of studies, what is known of parts of their values. */
function like(
  level: SearchedKey['level'],
  given: string,
  { wildcard, studyValuesLike }: IndexDatabase,
): Conditions[] {
  const pattern = given.replace(/\*+/g, '*')
  // Longer than any indexed value.
  if (pattern.includes('\0') || pattern.replaceAll('*', '').length > INDEXED_CHARACTERS) return []
  const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
  const [prefix = ''] = /^[^*?]*/.exec(pattern) ?? []
  if (prefix === pattern) return [{ condition: eb('attribute.value', '=', pattern) }]
  const conditions: Condition[] = []
  if (prefix !== '') {
    const after = successor(prefix)
    conditions.push(eb('attribute.value', '>=', prefix))
    if (after !== undefined) conditions.push(eb('attribute.value', '<', after))
  }
  if (pattern !== `${prefix}*`) conditions.push(wildcard(eb.ref('attribute.value'), pattern))
  const condition = eb.and(conditions)
  const values = level === 'study' && prefix === '' ? studyValuesLike(pattern) : undefined
  return [values === undefined ? { condition } : { condition, finding: eb('attribute.value', 'in', values) }]
}

/** The least text that is greater than every text with this prefix, in the order of code points. */
function successor(prefix: string): string | undefined {
  const characters = Array.from(prefix)
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0) ?? 0
    // Surrogates are no characters of UTF-8.
    const next = code === 0xd7ff ? 0xe000 : code + 1
    if (next <= 0x10ffff) return characters.join('') + String.fromCodePoint(next)
  }
  return undefined
}
