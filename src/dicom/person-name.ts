/** The form in which text is compared where case and accents do not count: the index stores it, queries are put into it. */

/** Compatibility forms taken apart, accents off, lower-case. */
export function foldText(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** One component group of a person name, or a pattern for it: folded, blanks at both ends and empty components at the end
 *  off, since `Doe^John` and `Doe^John^^` are one name. PS3.5 6.2.1.1 */
export function foldPersonName(group: string): string {
  const folded = foldText(group).trim()
  let end = folded.length
  while (end > 0 && /[\s^]/.test(folded.charAt(end - 1))) end--
  return folded.slice(0, end)
}
