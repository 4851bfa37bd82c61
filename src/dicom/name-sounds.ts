/** How words of names sound: Double Metaphone (Lawrence Philips, 2000), made for names of many origins in Latin letters. */
import { doubleMetaphone } from 'double-metaphone'

/** All vowels are one sound to it: too little to tell words apart. */
const ANY_VOWEL = 'A'

/** Codes of a word; words that share one sound alike. None for words of other scripts, or with digits.
 * @param word one of nameWords, without wildcards */
export function soundsOf(word: string): string[] {
  if (!/^\p{Script=Latin}+$/u.test(word)) return []
  return [...new Set(doubleMetaphone(word))].filter(code => code !== '' && code !== ANY_VOWEL)
}
