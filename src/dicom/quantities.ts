/** Sizes and times as an operator writes them, in settings and on the command line. */

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** @param value such as `512MiB`
 *  @returns bytes
 *  @throws Error whose message says what was expected */
export function bytes(value: string): number {
  const match = /^(\d+)(B|KiB|MiB|GiB|TiB)?$/.exec(value)
  const size = match === null ? NaN : Number(match[1]) * (BYTE_UNITS[match[2] ?? ''] ?? NaN)
  if (!Number.isSafeInteger(size)) throw new Error('expected a size such as 512MiB or 16GiB')
  return size
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const LONGEST_PERIOD_MS = 36_500 * 86_400_000

/** For timers.
 *  @param value such as `30s`
 *  @returns milliseconds
 *  @throws Error whose message says what was expected */
export function duration(value: string): number {
  const length = milliseconds(value)
  // setTimeout fires at once beyond 2^31 - 1 ms.
  if (!(length >= 1 && length < 2 ** 31))
    throw new Error('expected a time such as 500ms, 30s, 5m or 1h, at most 24 days')
  return length
}

/** For comparing times.
 *  @param value such as `7d`
 *  @returns milliseconds
 *  @throws Error whose message says what was expected */
export function period(value: string): number {
  const length = milliseconds(value)
  if (!(length <= LONGEST_PERIOD_MS)) throw new Error('expected a time such as 0s, 90m, 12h or 7d')
  return length
}

function milliseconds(value: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(value)
  return match === null ? NaN : Number(match[1]) * (TIME_UNITS[match[2] ?? ''] ?? NaN)
}
