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

/** DT as `YYYYMMDDHHMMSS.FFFFFF`. One with an offset from UTC (`&ZZXX`) is moved to UTC, others stay as they are.
 * @returns undefined for what is no date and time */
export function normaliseDateTime(text: string, fill: Fill): string | undefined {
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
  const local = `${year}${month}${day}${hour}${minute}${second}`
  const moved = offset === undefined ? local : moveToUtc(local, offset)
  return moved === undefined ? undefined : `${moved}.${fraction.padEnd(6, fill)}`
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

/** PS3.5 6.2: offsets run from -1200 to +1400. */
function moveToUtc(local: string, offset: string): string | undefined {
  const part = (from: number, to: number): number => Number(local.slice(from, to))
  const hours = Number(offset.slice(1, 3))
  const minutes = Number(offset.slice(3, 5))
  if (hours > 14 || minutes > 59) return undefined
  const east = (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
  const moved = new Date(0)
  moved.setUTCFullYear(part(0, 4), part(4, 6) - 1, part(6, 8))
  moved.setUTCHours(part(8, 10), part(10, 12) - east, part(12, 14))
  return moved.toISOString().replace(/[-:T]/g, '').slice(0, 14)
}
