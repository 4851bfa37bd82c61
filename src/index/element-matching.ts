/** Whether elements match a key, by the rules of PS3.4 C.2.2.2, value by value: for attributes that no column holds. */
import type { DicomJson, JsonElement, JsonValue } from '../dicom/json-model.js'
import type { Match } from '../dicom/query.js'
import { isEmptyElement } from './element-text.js'
import { isWithin, isWithinInterval, type Zones } from './moments.js'
import { hasWords, nameMatches } from './name-matching.js'
import { normaliseText, textValues } from './normalised-values.js'
import { matchesWildcard } from './wildcards.js'

/** xs stands for US or SS in a query. */
const NUMERIC: ReadonlySet<string> = new Set('xs DS FD FL IS SL SS SV UL US UV'.split(' '))

/** Whether the dataset has what all keys ask for; keys inside one sequence must be met by one and the same item.
 *  @param zones where the query names its own */
export function datasetMatches(
  dataset: DicomJson,
  matches: readonly Match[],
  zones: Zones | undefined,
): boolean {
  const inside = new Map<string, Match[]>()
  for (const match of matches) {
    const [tag = '', ...rest] = match.path
    if (rest.length > 0) inside.set(tag, [...(inside.get(tag) ?? []), { ...match, path: rest }])
    else if (!elementMatches(dataset, tag, match, zones)) return false
  }
  for (const [tag, keys] of inside) {
    const items = dataset[tag]?.Value ?? []
    if (!items.some(item => isItem(item) && datasetMatches(item, keys, zones))) return false
  }
  return true
}

/** Whether a key is met by every record, also by one without the attribute. PS3.4 C.2.2.2.3 */
export function isUniversal(match: Match): boolean {
  switch (match.kind) {
    case 'values':
      return match.values.length === 0
    case 'wildcard':
    case 'person-name':
      return /^\**$/.test(match.pattern)
    case 'name-words':
      return match.words.length === 0
    case 'range':
    case 'date-time-range':
      return match.from === undefined && match.to === undefined
    case 'empty':
      return false
  }
}

function elementMatches(dataset: DicomJson, tag: string, match: Match, zones: Zones | undefined): boolean {
  if (isUniversal(match)) return true
  const element = dataset[tag]
  switch (match.kind) {
    case 'values': {
      const { vr } = match
      if (vr === 'DA' || vr === 'TM' || vr === 'DT')
        return match.values.some(value => isWithin(dataset, tag, { vr, from: value, to: value }, zones))
      return match.values.some(value => valueMatches(element, vr, value))
    }
    case 'wildcard': {
      const pattern = normaliseText(match.vr, match.pattern)
      return textValues(element).some(text => matchesWildcard(text, pattern))
    }
    case 'range':
      return isWithin(dataset, tag, match, zones)
    case 'date-time-range':
      return isWithinInterval(dataset, tag, match, zones)
    case 'person-name':
      return (element?.Value ?? []).some(name => isName(name) && nameMatches(name, match))
    case 'name-words':
      return (element?.Value ?? []).some(name => isName(name) && hasWords(name, match.words))
    case 'empty':
      return element === undefined || isEmptyElement(element)
  }
}

function valueMatches(element: JsonElement | undefined, vr: string, value: string): boolean {
  if (NUMERIC.has(vr)) {
    const number = Number(value)
    return value.trim() !== '' && textValues(element).some(text => Number(text) === number)
  }
  return textValues(element).includes(normaliseText(vr, value))
}

function isItem(value: JsonValue): value is DicomJson & JsonValue {
  return typeof value === 'object' && value !== null
}

function isName(value: JsonValue): value is Exclude<JsonValue, string | number | null> {
  return typeof value === 'object' && value !== null
}
