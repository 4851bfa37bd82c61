/** Tags as numbers, gggg * 65536 + eeee, and as the eight hex digits of the DICOM JSON model. */

const KEYS = new Map<number, string>()
/** real datasets have a few thousand different tags; a hostile one must not fill the memory with keys */
const MOST_KEYS = 16384

/** Eight upper-case hex digits. */
export function tagHex(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0')
}

/** `(gggg,eeee)`, as people write it. */
export function tagName(tag: number): string {
  const hex = tagHex(tag)
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}

/** `"ggggeeee":` */
export function tagKey(tag: number): string {
  let key = KEYS.get(tag)
  if (key === undefined) {
    key = `"${tagHex(tag)}":`
    if (KEYS.size < MOST_KEYS) KEYS.set(tag, key)
  }
  return key
}
