/** The Range header. RFC 9110 14.1, 14.2 */
import type { ByteRange } from '../dicom/frame-table.js'

/** More of them are refused: RFC 9110 15.5.17 has it so of an excessive request of small ranges. */
export const MOST_RANGES = 16

/** The ranges of a representation that a client asks for, cut at its end.
 * @returns undefined where the whole is to be sent: no such header, another unit, malformed, or overlapping; none where each
 *   lies outside */
export function requestedRanges(
  header: string | undefined,
  lengthBytes: number,
): readonly ByteRange[] | 'too-many' | undefined {
  const equals = header?.indexOf('=') ?? -1
  if (header?.slice(0, Math.max(0, equals)).trim().toLowerCase() !== 'bytes') return undefined
  const specs = header.slice(equals + 1).split(',', MOST_RANGES + 1)
  if (specs.length > MOST_RANGES) return 'too-many'
  // Empty elements of a list are nothing. RFC 9110 5.6.1.2
  const named = specs.map(spec => spec.trim()).filter(spec => spec !== '')
  const ranges = named.map(spec => rangeOf(spec, lengthBytes))
  if (ranges.length === 0 || ranges.includes('malformed')) return undefined
  const inside = ranges.filter(range => typeof range === 'object')
  return overlapping(inside) ? undefined : inside
}

function rangeOf(spec: string, lengthBytes: number): ByteRange | 'outside' | 'malformed' {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? []
  if (first === '' && last === '') return 'malformed'
  if (first !== '' && last !== '' && Number(last) < Number(first)) return 'malformed'
  const start = first === '' ? Math.max(0, lengthBytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? lengthBytes : Math.min(Number(last) + 1, lengthBytes)
  return start < end ? { start, end } : 'outside'
}

/** Who asks for the same bytes twice is broken, or wants to be a burden. RFC 9110 14.2 */
function overlapping(ranges: readonly ByteRange[]): boolean {
  const inOrder = [...ranges].sort((a, b) => a.start - b.start)
  return inOrder.some(({ start }, n) => start < (inOrder[n - 1]?.end ?? 0))
}
