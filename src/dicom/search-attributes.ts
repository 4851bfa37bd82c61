/** Attributes that an operator names to be searched for: `ProtocolName`, `00180086@instance`,
 *  `00190008=SIEMENS MR HEADER:LO@series`. */
import { dictionaryVr, keywordOf, tagOf } from './dictionary.js'
import { USUAL_ATTRIBUTES, type SearchAttribute } from './indexed-attributes.js'
import { isPrivateTag, privateKey } from './private-attributes.js'
import { isSearchable } from './query-values.js'
import { LEVELS, type QueryLevel } from './query.js'

const MOST_ATTRIBUTES = 100

/** @param text entries with commas between: an attribute by keyword or tag, or a sequence's with a dot and one in its items
 *   (the sequence is then kept whole); a private one by tag, `=` and its creator, and `:` and its VR where it is not LO.
 *   `@study`, `@series` or `@instance` says what it describes.
 *  @throws Error that names the entry and what is wrong with it */
export function searchAttributes(text: string): readonly SearchAttribute[] {
  const found = new Map<string, SearchAttribute>()
  for (const entry of text.split(',').map(one => one.trim())) {
    if (entry === '') continue
    const attribute = searchAttribute(entry)
    const known = found.get(attribute.key)
    if (known !== undefined && (known.level !== attribute.level || known.vr !== attribute.vr))
      throw new Error(`${entry} is named twice, as different things`)
    found.set(attribute.key, attribute)
  }
  if (found.size > MOST_ATTRIBUTES) throw new Error(`expected at most ${MOST_ATTRIBUTES} attributes`)
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function searchAttribute(entry: string): SearchAttribute {
  const [, name = '', given] = /^(.*?)(?:@([a-z]+))?$/s.exec(entry) ?? []
  const level = given === undefined ? undefined : LEVELS.find(one => one === given)
  if (given !== undefined && level === undefined)
    throw new Error(`${entry} has a level that is none of ${LEVELS.join(', ')}`)
  const equals = name.indexOf('=')
  return equals < 0
    ? standardAttribute(entry, name, level)
    : privateAttribute(entry, name.slice(0, equals), name.slice(equals + 1), level)
}

function standardAttribute(entry: string, name: string, level: QueryLevel | undefined): SearchAttribute {
  const [key = '', ...inside] = name.split('.').map(part => {
    const tag = /^[0-9a-fA-F]{8}$/.test(part) ? part.toUpperCase() : tagOf(part)
    if (tag === undefined) throw new Error(`${entry} names no attribute, by keyword or tag`)
    return tag
  })
  if (isPrivateTag(key)) throw new Error(`${entry} is private: expected ${key}=, and its creator`)
  const vr = dictionaryVr(parseInt(key, 16))
  if (vr === undefined || keywordOf(key) === undefined) throw new Error(`${entry} is not in the dictionary`)
  if (key < '0008') throw new Error(`${entry} is no attribute of datasets`)
  if (BY_THE_ARCHIVE.has(key)) throw new Error(`${entry} is told by the archive itself, not by instances`)
  if (inside.length > 0 && vr !== 'SQ') throw new Error(`${entry} has a dot behind what is no sequence`)
  if (vr !== 'SQ' && !isSearchable(vr)) throw new Error(`${entry} has VR ${vr}, which nothing can match`)
  const kept = USUAL_ATTRIBUTES.levelOf(key)
  if (kept !== undefined && level !== undefined && kept !== level)
    throw new Error(`${entry} is an attribute of the ${kept} level`)
  return { key, vr, level: level ?? kept ?? usualLevel(key) }
}

function privateAttribute(
  entry: string,
  tag: string,
  named: string,
  level: QueryLevel | undefined,
): SearchAttribute {
  const [, creator = '', vr = 'LO'] = /^(.*?)(?::([A-Z]{2}))?$/s.exec(named) ?? []
  const upper = tag.toUpperCase()
  if (!/^[0-9A-F]{3}[13579BDF](?:00|[1-9A-F][0-9A-F])[0-9A-F]{2}$/.test(upper))
    throw new Error(`${entry} has a creator, but is no tag of a private attribute`)
  if (creator.trim() === '' || creator.trim().length > 64)
    throw new Error(`${entry} has no creator of 1 to 64 characters`)
  if (!isSearchable(vr) || vr === 'xs') throw new Error(`${entry} has VR ${vr}, which nothing can match`)
  return { key: privateKey(upper, creator), vr, level: level ?? 'instance' }
}

/** Counts, availability, modalities, syntaxes, URLs: PS3.18 10.6.3.3. */
const BY_THE_ARCHIVE = new Set([
  '00080056', '00080061', '00080062', '00083002', '00081190', '00201200', '00201202', '00201204', '00201206', '00201208',
  '00201209',
]) // prettier-ignore

/** The modules of the patient, the visit and the request are those of a study; some of the equipment and of clinical trials
 *  those of a series (PS3.3 C.7.1 to C.7.5). Everything else may differ from instance to instance. */
function usualLevel(tag: string): QueryLevel {
  if (OF_SERIES.has(tag)) return 'series'
  return OF_STUDY_GROUPS.has(tag.slice(0, 4)) ? 'study' : 'instance'
}

const OF_STUDY_GROUPS = new Set(['0010', '0012', '0032', '0038'])
const OF_SERIES = new Set([
  '00102210', '00120060', '00120071', '00120072', '00120073', '00081052', '00081072', '00181002', '00181008', '0018100A',
  '00181020', '00181050', '00181200', '00181201', '00181204', '00181205', '00189073', '00201040', '00280108', '00280109',
  '00280120', '00400260',
]) // prettier-ignore
