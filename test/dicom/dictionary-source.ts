/** What src/dicom/dictionary-entries.ts has to be: the data dictionary of dcmjs with our supplement, as text. The program reads it
 *  in a few milliseconds, and dcmjs's own in 150. */
import { dictionary } from 'dcmjs/dictionary'
import { DICTIONARY_SUPPLEMENT } from './dictionary-supplement.js'

export const DICTIONARY_TS = 'src/dicom/dictionary-entries.ts'

/** What dcmjs has beside the attributes of PS3.6. */
const OTHERS = new Set(['PRIVATE', 'PrivateTag', 'ILLEGAL', 'GENERIC'])

/** The whole text of the file. */
export function dictionarySource(): string {
  const entries = new Map<string, string>()
  const repeating: string[] = []
  for (const { tag, vr, name = '', version } of Object.values(dictionary)) {
    if (tag === undefined || vr === undefined || version === undefined || OTHERS.has(version)) continue
    const match = /^\(([0-9A-F]{4}(?:-[0-9A-F]{4})?),([0-9A-F]{4}(?:-[0-9A-F]{4})?)\)$/.exec(tag)
    if (match === null) continue
    const [, group = '', element = ''] = match
    // Retired ones that had no name.
    const keyword = name === 'RETIRED_undefined' ? '' : name.replace(/^RETIRED_/, '')
    const entry = `${vr === 'up' ? 'UL' : vr} ${keyword}`.trimEnd()
    if (group.length + element.length === 8) entries.set(group + element, entry)
    else repeating.push(`${group},${element} ${entry}`)
  }
  for (const [tag, vr, keyword] of DICTIONARY_SUPPLEMENT) entries.set(tag, `${vr} ${keyword}`.trimEnd())
  const single = [...entries].map(([tag, entry]) => `${tag} ${entry}`)
  return `/** Made from the dictionary of dcmjs and test/dicom/dictionary-supplement.ts by \`npm run dictionary\`. Change those, not this. */

/** tag, VR and, where it has one, keyword of each attribute. PS3.6 6, 7 and 8 */
export const DICTIONARY_ENTRIES = \`
${single.sort().join('\n')}
\`

/** The same for groups and elements that repeat. PS3.5 7.6 */
export const REPEATING_ENTRIES = \`
${repeating.sort().join('\n')}
\`
`
}
