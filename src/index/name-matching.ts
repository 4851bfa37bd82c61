/** Whether person names match. PS3.5 6.2.1, PS3.18 8.3.4.2. */
import type { PersonNameJson } from '../dicom/json-model.js'
import { soundsOf } from '../dicom/name-sounds.js'
import { foldPersonName, nameWords } from '../dicom/person-name.js'
import type { Match } from '../dicom/query.js'
import { normalisePersonName, PERSON_NAME_GROUPS, type PersonNameGroup } from './normalised-values.js'
import { matchesWildcard } from './wildcards.js'

type NameMatch = Extract<Match, { kind: 'person-name' }>

export function nameMatches(name: PersonNameJson, match: NameMatch): boolean {
  const patterns = namePatterns(match.pattern)
  const groups = nameGroups(match.group)
  return normalisePersonName(name).some(
    ([group, text]) => groups.includes(group) && patterns.some(pattern => matchesWildcard(text, pattern)),
  )
}

/** The patterns that a person-name key stands for: last components of `*` may be absent with their `^`. */
export function namePatterns(pattern: string): string[] {
  const folded = foldPersonName(pattern)
  const known = folded.replace(/(?:\^\*+)+$/, '')
  return known === folded ? [folded] : [`${known}^*`, foldPersonName(known)]
}

/** The groups of a name that a key looks at. */
export function nameGroups(group: NameMatch['group']): readonly PersonNameGroup[] {
  switch (group) {
    case 'any':
      return PERSON_NAME_GROUPS
    case 'alphabetic':
      return ['Alphabetic']
    case 'ideographic':
      return ['Ideographic']
    case 'phonetic':
      return ['Phonetic']
  }
}

/** The words of all groups of a name, and how they sound: what loose matching looks at. */
export interface NameForms {
  readonly words: readonly string[]
  readonly sounds: readonly string[]
}

export function nameForms(name: PersonNameJson): NameForms {
  const words = new Set(PERSON_NAME_GROUPS.flatMap(group => nameWords(name[group] ?? '')))
  return { words: [...words], sounds: [...new Set([...words].flatMap(soundsOf))] }
}

/** What a word of a key is looked for by: the pattern of a word that begins so, and the sounds that it may have.
 *  Wildcards at its ends do not sound. */
export function wordForms(word: string): { readonly pattern: string; readonly sounds: readonly string[] } {
  return { pattern: `${word}*`, sounds: soundsOf(word.replace(/^[*?]+|[*?]+$/g, '')) }
}

export function hasWords(name: PersonNameJson, words: readonly string[]): boolean {
  const forms = nameForms(name)
  return words
    .map(wordForms)
    .every(
      ({ pattern, sounds }) =>
        forms.words.some(each => matchesWildcard(each, pattern)) ||
        forms.sounds.some(sound => sounds.includes(sound)),
    )
}
