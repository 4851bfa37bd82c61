import { Problem } from '../dicom/problem.js'
import type { FrameDescription, Palette, Window } from './frame-description.js'
import { grayTable, lookedUp } from './grayscale.js'
import { tableEntries, type TableEntries } from './lookup-table.js'
import type { NativeFrame } from './pixel-format.js'
import { MOST_TABLE_BITS, rawWords, storedValueTable } from './stored-values.js'

/** A frame of indexes as RGB by its palette. A grey frame with a Supplemental Palette has colours from the palette's first
 *  value on, and greys below. PS3.3 C.7.6.3.1.2, C.7.6.19
 * @throws Problem `undecodable`: the palette is too short; `not-acceptable`: the frame has no whole numbers of at most 16 bits */
export function coloredByPalette(
  native: NativeFrame,
  description: FrameDescription,
  palette: Palette,
  window: Window | undefined,
): Uint8Array {
  const { rows, columns, photometric, numbers, bitsAllocated, signed } = native.format
  if (numbers !== 'integer' || bitsAllocated > MOST_TABLE_BITS)
    throw new Problem('not-acceptable', 'a palette is for whole numbers of at most 16 bits')
  const channels = channelsOf(palette, signed)
  const first = photometric === 'PALETTE COLOR' ? -Infinity : Math.min(...channels.map(one => one.first))
  const values = storedValueTable(native.format)
  const below = first === -Infinity ? undefined : grayTable(native, description, window ?? description.window)
  const words = rawWords(native)
  const count = rows * columns
  const out = new Uint8Array(3 * count)
  for (const [channel, one] of channels.entries()) {
    const table = channelTable(values, one, first, below)
    const plane = lookedUp(words, count, table)
    for (let i = 0, at = channel; i < count; i++, at += 3) out[at] = plane[i] ?? 0
  }
  return out
}

/** Some writers declare 16 bits and have entries of 8, or the other way round: the entries of all three say which. */
function channelsOf({ red, green, blue }: Palette, isSigned: boolean): readonly TableEntries[] {
  const channels = [red, green, blue].map(one => tableEntries(one, 'palette', isSigned))
  let most = 0
  for (const { entries } of channels) for (const entry of entries) if (entry > most) most = entry
  const bits = most > 0xff ? Math.max(...channels.map(one => one.bits)) : 8
  return channels.map(one => ({ ...one, bits }))
}

function channelTable(
  values: Int32Array,
  { first, entries, bits }: TableEntries,
  lowest: number,
  below: Uint8Array | undefined,
): Uint8Array {
  const table = new Uint8Array(values.length)
  const last = entries.length - 1
  for (let word = 0; word < table.length; word++) {
    const value = values[word] ?? 0
    const at = Math.max(0, Math.min(last, value - first))
    table[word] =
      value < lowest && below !== undefined ? (below[word] ?? 0) : (entries[at] ?? 0) >> (bits - 8)
  }
  return table
}
