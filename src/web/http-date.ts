/** Dates of header fields. RFC 9110 5.6.7 */

/** IMF-fixdate, and the two older forms that have to be read. */
const FORMS = [
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
]

/** @returns whole seconds since 1970; undefined where it is no date: then the field is ignored. RFC 9110 13.1.3 */
export function secondsOfHttpDate(text: string): number | undefined {
  if (!FORMS.some(form => form.test(text))) return undefined
  const milliseconds = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000
}

/** @param seconds whole seconds since 1970 */
export function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString()
}
