import { setImmediate } from 'node:timers/promises'
import {
  FRAMES_PER_CHUNK,
  packFrameChunk,
  type ByteRange,
  type EncapsulatedFrames,
  type FragmentRanges,
} from '../frame-table.js'
import {
  transferSyntax,
  RLE_LOSSLESS,
  ENCAPSULATED_UNCOMPRESSED,
  DEFLATED_IMAGE_FRAME,
} from '../transfer-syntaxes.js'
import { ENDS_CODESTREAM, NEEDS_NO_END, STARTS_CODESTREAM, type FragmentReader } from './fragments.js'

/** Deals the fragments of encapsulated Pixel Data to frames. PS3.5 A.4: the Extended Offset Table is asked first, then
 *  the Basic Offset Table, then the counts, then the codestreams. A table is trusted only where it hits item headers. */

export interface DealingHints {
  readonly TransferSyntaxUID: string
  /** undefined where (0028,0008) is absent or no positive number */
  readonly announcedFrames: number | undefined
  /** values of (7FE0,0001) and (7FE0,0002) */
  readonly extendedOffsets: Float64Array | undefined
  readonly extendedLengths: Float64Array | undefined
  /** the file ended before the fragments did: the last frame may lack some */
  readonly truncated: boolean
}

/** @param remark told what was not as it should be */
export async function dealFragments(
  fragments: FragmentReader,
  hints: DealingHints,
  remark: (text: string) => void,
): Promise<EncapsulatedFrames> {
  const ranges = rangesOf(fragments)
  const syntax = transferSyntax(hints.TransferSyntaxUID)
  if (syntax?.video === true)
    return pack(hints.truncated || fragments.count === 0 ? [] : [0, fragments.count], ranges)
  const byExtended = dealByExtendedTable(fragments, hints, ranges, remark)
  if (byExtended !== undefined) return byExtended
  const starts =
    dealByBasicTable(fragments, hints, remark) ??
    dealByCounts(fragments, hints) ??
    dealByCodestreams(fragments, hints, remark)
  return pack(starts, ranges)
}

/** Index of the first fragment of each frame, and after them where the last frame ends; empty where there is no frame. */
type Starts = readonly number[]

interface Ranges {
  readonly count: number
  lengthOf(fragment: number): number
  rangeOf(fragment: number): ByteRange
}

function rangesOf(fragments: FragmentReader): Ranges {
  const offsets = new Float64Array(fragments.count)
  let at = fragments.firstItemBytes + 8
  for (let i = 0; i < fragments.count; i++) {
    offsets[i] = at
    at += (fragments.lengths[i] ?? 0) + 8
  }
  return {
    count: fragments.count,
    lengthOf: fragment => fragments.lengths[fragment] ?? 0,
    rangeOf: fragment => {
      const start = offsets[fragment] ?? 0
      return { start, end: start + (fragments.lengths[fragment] ?? 0) }
    },
  }
}

function pack(starts: Starts, ranges: Ranges): Promise<EncapsulatedFrames> {
  return packRanges(Math.max(0, starts.length - 1), frame => {
    const first = starts[frame] ?? 0
    const next = starts[frame + 1] ?? first
    return next - first <= MOST_LISTED ? listed(ranges, first, next) : generated(ranges, first, next)
  })
}

/** of a frame of more fragments the ranges are made one by one */
const MOST_LISTED = 1024

/** An empty fragment adds nothing, but a frame is never without one. */
function isUsed(ranges: Ranges, first: number, fragment: number): boolean {
  return fragment === first || ranges.lengthOf(fragment) > 0
}

function listed(ranges: Ranges, first: number, next: number): ByteRange[] {
  const fragments: ByteRange[] = []
  for (let i = first; i < next; i++) if (isUsed(ranges, first, i)) fragments.push(ranges.rangeOf(i))
  return fragments
}

function generated(ranges: Ranges, first: number, next: number): FragmentRanges {
  let length = 0
  for (let i = first; i < next; i++) if (isUsed(ranges, first, i)) length++
  return {
    length,
    *[Symbol.iterator]() {
      for (let i = first; i < next; i++) if (isUsed(ranges, first, i)) yield ranges.rangeOf(i)
    },
  }
}

/** frames that are packed before others may have the event loop */
const FRAMES_PER_TURN = 8 * FRAMES_PER_CHUNK

async function packRanges(
  count: number,
  frameOf: (frame: number) => FragmentRanges,
): Promise<EncapsulatedFrames> {
  const chunks: Uint8Array[] = []
  for (let first = 0; first < count; first += FRAMES_PER_CHUNK) {
    const frames: FragmentRanges[] = []
    for (let frame = first; frame < Math.min(count, first + FRAMES_PER_CHUNK); frame++)
      frames.push(frameOf(frame))
    chunks.push(packFrameChunk(frames))
    if ((first + FRAMES_PER_CHUNK) % FRAMES_PER_TURN === 0) await setImmediate()
  }
  return { kind: 'encapsulated', count, chunks }
}

/** PS3.3 C.7.6.3.1.8: one fragment a frame, and its length without padding. */
function dealByExtendedTable(
  fragments: FragmentReader,
  { extendedOffsets, extendedLengths }: DealingHints,
  ranges: Ranges,
  remark: (text: string) => void,
): Promise<EncapsulatedFrames> | undefined {
  if (extendedOffsets === undefined || extendedLengths === undefined || extendedOffsets.length === 0)
    return undefined
  const dealt: number[] = []
  let fragment = 0
  let itemBytes = 0
  for (let frame = 0; frame < extendedOffsets.length; frame++) {
    const offset = extendedOffsets[frame] ?? -1
    while (fragment < ranges.count && itemBytes < offset)
      itemBytes += (fragments.lengths[fragment++] ?? 0) + 8
    const length = extendedLengths[frame] ?? -1
    const fits =
      fragment < ranges.count &&
      itemBytes === offset &&
      length > 0 &&
      length <= (fragments.lengths[fragment] ?? 0)
    if (!fits) {
      remark(
        `Extended Offset Table: entry ${frame + 1} of ${extendedOffsets.length} does not fit a fragment; table not used`,
      )
      return undefined
    }
    dealt.push(fragment)
  }
  return packRanges(dealt.length, frame => {
    const { start } = ranges.rangeOf(dealt[frame] ?? 0)
    return [{ start, end: start + (extendedLengths[frame] ?? 0) }]
  })
}

function dealByBasicTable(
  fragments: FragmentReader,
  { announcedFrames, truncated }: DealingHints,
  remark: (text: string) => void,
): Starts | undefined {
  const table = fragments.basicOffsets
  if (table === undefined || table.length === 0) return undefined
  if (announcedFrames !== undefined && announcedFrames !== table.length) {
    remark(`Basic Offset Table has ${table.length} entries for ${announcedFrames} frames; table not used`)
    return undefined
  }
  const starts: number[] = []
  let fragment = 0
  let itemBytes = 0
  for (const offset of table) {
    while (fragment < fragments.count && itemBytes < offset)
      itemBytes += (fragments.lengths[fragment++] ?? 0) + 8
    const known = itemBytes === offset && (starts.length > 0 || offset === 0)
    if (known && (fragment < fragments.count || truncated) && starts.at(-1) !== fragment)
      starts.push(fragment)
    else if (truncated && itemBytes < offset) break
    else {
      remark(
        `Basic Offset Table: entry ${starts.length + 1} of ${table.length} points at no item; table not used`,
      )
      return undefined
    }
  }
  // where the next frame would begin at the end of the last whole fragment, the frame before it is whole
  if (starts.at(-1) === fragments.count) return starts
  if (!truncated || lastEnds(fragments)) starts.push(fragments.count)
  return starts
}

function dealByCounts(fragments: FragmentReader, hints: DealingHints): Starts | undefined {
  const count = lastUseful(fragments)
  const { announcedFrames } = hints
  const single =
    hints.TransferSyntaxUID === RLE_LOSSLESS ||
    hints.TransferSyntaxUID === ENCAPSULATED_UNCOMPRESSED ||
    hints.TransferSyntaxUID === DEFLATED_IMAGE_FRAME
  const whole = !hints.truncated || lastEnds(fragments)
  if (single || (whole && announcedFrames === count))
    return Array.from({ length: Math.min(count, announcedFrames ?? count) + 1 }, (_, index) => index)
  if (announcedFrames === 1) return whole && count > 0 ? [0, count] : []
  return undefined
}

/** Where the file ends before the fragments do, a frame is known to be whole only by its end marker. */
function lastEnds(fragments: FragmentReader): boolean {
  return ((fragments.flags[lastUseful(fragments) - 1] ?? 0) & ENDS_CODESTREAM) !== 0
}

/** fragments without the empty ones at the end */
function lastUseful(fragments: FragmentReader): number {
  let count = fragments.count
  while (count > 0 && fragments.lengths[count - 1] === 0) count--
  return count
}

function dealByCodestreams(
  fragments: FragmentReader,
  { announcedFrames, truncated }: DealingHints,
  remark: (text: string) => void,
): Starts {
  const count = lastUseful(fragments)
  const starts: number[] = []
  let ended = true
  for (let i = 0; i < count; i++) {
    const flags = fragments.flags[i] ?? 0
    if (i === 0 || ((flags & STARTS_CODESTREAM) !== 0 && (ended || (flags & NEEDS_NO_END) !== 0)))
      starts.push(i)
    ended = (flags & ENDS_CODESTREAM) !== 0
  }
  if (count > 0) starts.push(count)
  if (truncated && !ended) starts.pop()
  const found = Math.max(0, starts.length - 1)
  if (found !== announcedFrames)
    remark(
      `found ${found} frames in ${count} fragments; ${announcedFrames ?? 'no number of'} frames announced`,
    )
  return starts
}
