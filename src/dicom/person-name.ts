/** The form in which text is compared where case and accents do not count: the index stores it, queries are put into it. */

/** Accents, and the points of Hebrew and Arabic. Other marks make another letter: those of kana, Thai, Devanagari. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]/gu

/** Compatibility forms taken apart, accents off, lower-case as Unicode folds it (ß is ss). */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .normalize('NFC')
}

/** One component group of a person name, or a pattern for it: folded, blanks at both ends and empty components at the end
 *  off, since `Doe^John` and `Doe^John^^` are one name. PS3.5 6.2.1.1 */
export function foldPersonName(group: string): string {
  const folded = foldText(group).trim()
  let end = folded.length
  while (end > 0 && /[\s^]/.test(folded.charAt(end - 1))) end--
  return folded.slice(0, end)
}

/** Letters that are others with a stroke, or two in one: spelled out where names are compared loosely. */
const SPELLED_OUT: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ð: 'd',
  đ: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}

/** The words of a name, or of a pattern for it, as loose matching compares them: folded, without apostrophes, apart at
 *  all that is neither letter nor digit nor wildcard. */
export function nameWords(name: string): string[] {
  const folded = foldText(name)
    .replace(/['’ʼ`]/g, '')
    .replace(/[æœøðđþłı]/g, letter => SPELLED_OUT[letter] ?? letter)
  return folded.match(/[\p{L}\p{M}\p{N}*?]+/gu) ?? []
}
