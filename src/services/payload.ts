import { swappedWords } from '../dicom/frame-bytes.js'
import type { ByteRange } from '../dicom/frame-table.js'
import type { FoundInstance } from '../index/archive-index.js'
import { onlyRange, type InstanceBytes } from './instance-bytes.js'

/** One frame or bulk value. */
export interface Payload {
  readonly lengthBytes: number
  /** In one piece where it is small, else to be read once. What can fail at once fails before the promise resolves.
   * @param range of its bytes; all of them by default
   * @throws Problem as InstanceBytes */
  readonly read: (range?: ByteRange, signal?: AbortSignal) => Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/** Larger payloads are streamed. */
const AT_ONCE_BYTES = 1 << 20

/** A range of an instance's bytes.
 * @param wordBytes what is to be swapped, from its start on: 2, 4 or 8; 1 where nothing is. PS3.5 7.3 */
export function storedPayload(
  bytes: InstanceBytes,
  instance: FoundInstance,
  stored: ByteRange,
  wordBytes: number,
): Payload {
  const lengthBytes = stored.end - stored.start
  return {
    lengthBytes,
    async read({ start, end } = { start: 0, end: lengthBytes }, signal) {
      // Bytes trade places within their word: what is swapped begins and ends with one.
      const before = start % wordBytes
      const after = Math.min(end + (-end & (wordBytes - 1)), lengthBytes)
      const range = { start: stored.start + start - before, end: stored.start + after }
      const raw = await readOrOpen(bytes, instance, range, signal)
      if (wordBytes === 1) return raw
      const little = swappedWords(raw, wordBytes)
      if (before === 0 && after === end) return little
      const wanted = { start: before, end: before + end - start }
      return little instanceof Uint8Array
        ? little.subarray(wanted.start, wanted.end)
        : onlyRange(little, wanted)
    },
  }
}

/** Ranges of an instance's bytes one after the other: the fragments of a frame. PS3.5 A.4
 * @param fragments in file order */
export function fragmentsPayload(
  bytes: InstanceBytes,
  instance: FoundInstance,
  fragments: readonly ByteRange[],
): Payload {
  const lengthBytes = fragments.reduce((sum, { start, end }) => sum + end - start, 0)
  return {
    lengthBytes,
    async read(range = { start: 0, end: lengthBytes }, signal) {
      const ranges = within(fragments, range)
      const [first] = ranges
      const last = ranges.at(-1)
      if (first === undefined || last === undefined) return new Uint8Array()
      const span = { start: first.start, end: last.end }
      const raw = await readOrOpen(bytes, instance, span, signal)
      if (ranges.length === 1) return raw
      if (!(raw instanceof Uint8Array)) return withoutItemHeaders(raw, span.start, ranges)
      const pieces = ranges.map(({ start, end }) => raw.subarray(start - span.start, end - span.start))
      return Buffer.concat(pieces)
    },
  }
}

/** Bytes that had to be made, and are small. */
export function madePayload(lengthBytes: number, make: () => Promise<Uint8Array>): Payload {
  return {
    lengthBytes,
    async read(range) {
      const all = await make()
      return range === undefined ? all : all.subarray(range.start, range.end)
    },
  }
}

function readOrOpen(
  bytes: InstanceBytes,
  instance: FoundInstance,
  range: ByteRange,
  signal?: AbortSignal,
): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  return range.end - range.start <= AT_ONCE_BYTES
    ? bytes.read(instance, range)
    : bytes.open(instance, range, signal)
}

/** What of the fragments lies in a range of the bytes that they make together. */
function within(fragments: readonly ByteRange[], range: ByteRange): readonly ByteRange[] {
  const ranges: ByteRange[] = []
  let at = 0
  for (const { start, end } of fragments) {
    const from = start + Math.max(0, range.start - at)
    const to = Math.min(end, start + range.end - at)
    if (from < to) ranges.push({ start: from, end: to })
    at += end - start
    if (at >= range.end) break
  }
  return ranges
}

/** Only what lies in the ranges, which are in file order, of a source that begins at `offsetBytes`. */
async function* withoutItemHeaders(
  source: AsyncIterable<Uint8Array>,
  offsetBytes: number,
  ranges: readonly ByteRange[],
): AsyncIterable<Uint8Array> {
  let at = offsetBytes
  let current = 0
  for await (const chunk of source) {
    const chunkEnd = at + chunk.length
    for (
      let range = ranges[current];
      range !== undefined && range.start < chunkEnd;
      range = ranges[current]
    ) {
      const from = Math.max(range.start, at)
      const to = Math.min(range.end, chunkEnd)
      if (from < to) yield chunk.subarray(from - at, to - at)
      if (range.end > chunkEnd) break
      current++
    }
    at = chunkEnd
  }
}
