/** Whether text is a usable UID: digits and dots, 1 to 64 characters. PS3.5 9.1. Components with leading zeros
 *  break the standard but occur in real files and harm nobody; they pass. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(text)
}
