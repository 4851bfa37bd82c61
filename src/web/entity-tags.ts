/** Strong entity tags. RFC 9110 8.8.3 */
import { hash } from 'node:crypto'

/** 162 bits: no two representations share a tag by chance. */
const TAG_CHARACTERS = 27

/** The same for the same pieces, and only for them.
 * @param pieces what the bytes of the representation depend on; none holds a line end
 * @returns quotes included */
export function strongTag(pieces: readonly (string | number | undefined)[]): string {
  return `"${hash('sha256', pieces.join('\n'), 'base64url').slice(0, TAG_CHARACTERS)}"`
}

/** Whether a list of tags (If-Match, If-None-Match) names this one, or is `*`. What is no tag in it names nothing. Linear in
 *  the length of the text.
 * @param comparison strong: a tag that says it is weak names nothing; weak: the W/ does not count. RFC 9110 8.8.3.2 */
export function namesTag(list: string, tag: string, comparison: 'strong' | 'weak'): boolean {
  if (list.trim() === '*') return true
  for (const [weakly, strongly] of list.matchAll(/(?:W\/)?("[^"]*")/g))
    if (strongly === tag && (comparison === 'weak' || weakly === strongly)) return true
  return false
}
