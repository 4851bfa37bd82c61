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

/** One key, and the two ways of following it between which its frequency decides. */
export interface SearchedKey {
  readonly level: 'study' | 'series'
  /** For a key that many match: rows are walked in order, each tested, until there are enough. */
  readonly tested: Condition
  /** For a key that few match: the studies or series, by number, some of them twice. They are fetched, then sorted. */
  readonly owners: SelectQueryBuilder<Schema, never, { owner_id: number }>
  /** How many live studies or series match. */
  readonly count: () => Promise<number>
}

/** @param match of kind `values`, `wildcard`, `person-name` or `name-words` (of one word), and of an attribute that searched-attributes.ts names
 *  @returns undefined for a key that nothing matches */
export function searchedKey(
  level: SearchedKey['level'],
  tag: string,
  match: Match,
  database: IndexDatabase,
): SearchedKey | undefined {
  const alternatives = alternativesOf(tag, match, database)
  const [first, ...others] = alternatives
  if (first === undefined) return undefined
  const table = level === 'study' ? 'study_attribute' : 'series_attribute'
  const { db } = database
  const owners = ({ tags, condition }: Alternative) =>
    attributes(db, table).select('owner_id').where('attribute.tag', 'in', tags).where(condition)
  const allOwners = others.reduce((all, other) => all.unionAll(owners(other)), owners(first))
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
    owners: allOwners,
    count: async () => {
      const { n } = await db
        .selectFrom(allOwners.as('owner'))
        .select(owner => {
          const all = owner.fn.count<number | string>('owner.owner_id')
          return (isOneValue(match) ? all : all.distinct()).as('n')
        })
        .executeTakeFirstOrThrow()
      return Number(n)
    },
  }
}

/** Then no study or series is there twice. */
function isOneValue(match: Match): boolean {
  return match.kind === 'values' && match.values.length === 1
}

/** Both tables are one to the conditions. */
function attributes(db: Kysely<Schema>, table: 'study_attribute' | 'series_attribute') {
  return db.selectFrom(`${table} as attribute`)
}

/** Rows with one of the tags that meet the condition. */
interface Alternative {
  readonly tags: readonly string[]
  readonly condition: Condition
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
function alternativesOf(tag: string, match: Match, database: IndexDatabase): Alternative[] {
  if (match.kind === 'name-words') {
    const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
    const { pattern, sounds } = wordForms(match.words[0] ?? '')
    const words = like(pattern, database).map(condition => ({ tags: [wordTag(tag)], condition }))
    if (sounds.length === 0) return words
    return [...words, { tags: [soundTag(tag)], condition: eb('attribute.value', 'in', sounds) }]
  }
  const tags =
    match.kind === 'person-name' ? nameGroups(match.group).map(group => groupTag(tag, group)) : [tag]
  return conditionsOn(match, database).map(condition => ({ tags, condition }))
}

function conditionsOn(match: Exclude<Match, { kind: 'name-words' }>, database: IndexDatabase): Condition[] {
  const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
  switch (match.kind) {
    case 'values': {
      const values = match.values
        .map(value => normaliseText(match.vr, value).slice(0, INDEXED_CHARACTERS))
        .filter(value => !value.includes('\0'))
      return values.length === 0 ? [] : [eb('attribute.value', 'in', values)]
    }
    case 'wildcard':
      return like(normaliseText(match.vr, match.pattern), database)
    case 'person-name':
      return namePatterns(match.pattern).flatMap(pattern => like(pattern, database))
    case 'range':
    case 'date-time-range':
    case 'empty':
      return []
  }
}

/** An index serves what stands before the first wildcard. */
function like(given: string, { wildcard }: IndexDatabase): Condition[] {
  const pattern = given.replace(/\*+/g, '*')
  // Longer than any indexed value.
  if (pattern.includes('\0') || pattern.replaceAll('*', '').length > INDEXED_CHARACTERS) return []
  const eb = expressionBuilder<{ attribute: Schema['study_attribute'] }, 'attribute'>()
  const [prefix = ''] = /^[^*?]*/.exec(pattern) ?? []
  if (prefix === pattern) return [eb('attribute.value', '=', pattern)]
  const conditions: Condition[] = []
  if (prefix !== '') {
    const after = successor(prefix)
    conditions.push(eb('attribute.value', '>=', prefix))
    if (after !== undefined) conditions.push(eb('attribute.value', '<', after))
  }
  if (pattern !== `${prefix}*`) conditions.push(wildcard(eb.ref('attribute.value'), pattern))
  return [eb.and(conditions)]
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
