/** Dates and times in a form that sorts and compares as text. PS3.5 6.2; partial precision PS3.4 C.2.2.2.5. */

/** The digit for what is left out: `0` gives the first instant of what a partial value covers, `9` the last. */
export type Fill = '0' | '9'

/** DA as `YYYYMMDD`; the old `YYYY.MM.DD` too.
 * @returns undefined for what is no date */
export function normaliseDate(text: string): string | undefined {
  const match = /^(\d{4})(\.?)(\d\d)\2(\d\d)$/.exec(text.trim())
  if (match === null) return undefined
  const [, year = '', , month = '', day = ''] = match
  return isDate(month, day) ? `${year}${month}${day}` : undefined
}

/** TM as `HHMMSS.FFFFFF`; the old `HH:MM:SS` too.
 * @returns undefined for what is no time */
export function normaliseTime(text: string, fill: Fill): string | undefined {
  const match = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?$/.exec(text.trim())
  if (match === null) return undefined
  const missing = fill === '0' ? '00' : '59'
  const [, hour = '', minute = missing, second = missing, fraction = ''] = match
  return isTime(hour, minute, second) ? `${hour}${minute}${second}.${fraction.padEnd(6, fill)}` : undefined
}

/** DT as `YYYYMMDDHHMMSS.FFFFFF`. One with an offset from UTC (`&ZZXX`) is moved to the zone, others stay as they are.
 * @param zoneMinutes of the result, east of UTC
 * @returns undefined for what is no date and time */
export function normaliseDateTime(text: string, fill: Fill, zoneMinutes = 0): string | undefined {
  const match =
    /^(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/.exec(
      text.trim(),
    )
  if (match === null) return undefined
  const first = fill === '0'
  const [, year = '', month = first ? '01' : '12', givenDay, hour = first ? '00' : '23', ...rest] = match
  const [minute = first ? '00' : '59', second = first ? '00' : '59', fraction = '', offset] = rest
  const day = givenDay ?? (first ? '01' : lastDay(year, month))
  if (!isDate(month, day) || !isTime(hour, minute, second)) return undefined
  const local = `${year}${month}${day}${hour}${minute}${second}.${fraction.padEnd(6, fill)}`
  if (offset === undefined) return local
  const minutes = offsetMinutes(offset)
  return minutes === undefined ? undefined : moveDateTime(local, zoneMinutes - minutes)
}

/** Whether a DT says its zone itself. */
export function hasOffset(text: string): boolean {
  return /[+-]\d{4}\s*$/.test(text)
}

/** Minutes east of UTC of `&ZZXX`, as in Timezone Offset From UTC (0008,0201). PS3.5 6.2: from -1200 to +1400.
 * @returns undefined for what is no offset */
export function offsetMinutes(text: string): number | undefined {
  const match = /^([+-])(\d\d)([0-5]\d)$/.exec(text.trim())
  if (match === null) return undefined
  const minutes = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
  return minutes >= -12 * 60 && minutes <= 14 * 60 ? minutes : undefined
}

/** The same moment on a clock that is so many minutes ahead.
 * @param dateTime `YYYYMMDDHHMMSS.FFFFFF`, or a beginning of it from the seconds on
 * @returns undefined before the year 0 and after 9999 */
export function moveDateTime(dateTime: string, minutes: number): string | undefined {
  if (minutes === 0) return dateTime
  const part = (from: number, to: number): number => Number(dateTime.slice(from, to))
  const moved = new Date(0)
  moved.setUTCFullYear(part(0, 4), part(4, 6) - 1, part(6, 8))
  // A leap second stays one.
  moved.setUTCHours(part(8, 10), part(10, 12) + minutes, 0)
  const year = moved.getUTCFullYear()
  if (year < 0 || year > 9999) return undefined
  return moved.toISOString().replace(/[-:T]/g, '').slice(0, 12) + dateTime.slice(12)
}

function isDate(month: string, day: string): boolean {
  return month >= '01' && month <= '12' && day >= '01' && day <= '31'
}

/** Second 60 is a leap second. */
function isTime(hour: string, minute: string, second: string): boolean {
  return hour <= '23' && minute <= '59' && second <= '60'
}

function lastDay(year: string, month: string): string {
  return String(new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
}
