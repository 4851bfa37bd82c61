/** Names of files in an archive that any system can unpack and nobody can climb out of. */

const MOST_CHARACTERS = 64
/** path separators, what Windows has no place for, controls, and what changes how the text around it looks */
const UNSAFE = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu
/** devices, with any extension: Windows opens them in every folder */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\s*\.|\s*$)/i

/** One folder or file of a path, from text that may hold anything.
 * @param ifEmpty what stands where nothing of it is left */
export function entryName(text: string, ifEmpty: string): string {
  const plain = text
    .normalize('NFC')
    .replace(UNSAFE, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+/, '')
  // by characters, not by halves of them; then again, for what the cut laid bare
  const cut = Array.from(plain)
    .slice(0, MOST_CHARACTERS)
    .join('')
    .replace(/[. ]+$/, '')
  if (cut === '') return ifEmpty
  return RESERVED.test(cut) ? `_${cut}` : cut
}
