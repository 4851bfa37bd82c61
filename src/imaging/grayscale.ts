import type { FrameDescription, Window } from './frame-description.js'
import type { NativeFrame } from './pixel-format.js'
import { MOST_TABLE_BITS, rawWords, storedBits, storedValues, storedValueTable } from './stored-values.js'
import { displayStep, isGreyAlready, modalityStep, rangeWindow, type Step } from './tone.js'

/** Stored values to 8 bits: Modality LUT, VOI, Presentation LUT, MONOCHROME1. PS3.3 C.11, C.7.6.3.1.2. Truncates, as DCMTK
 *  does. Padding and what is no number are black. Without a window or VOI LUT, from the least to the most of the frame's
 *  values that are no padding; 8-bit values that nothing rescales as they are.
 * @param window in place of the frame's own
 * @throws Problem `undecodable`: a lookup table that makes no sense */
export function grayscale(
  native: NativeFrame,
  description: FrameDescription,
  window: Window | undefined,
): Uint8Array {
  const { rows, columns, numbers, bitsAllocated } = native.format
  const count = rows * columns
  const described = { ...description, format: native.format }
  return numbers === 'integer' && bitsAllocated <= MOST_TABLE_BITS
    ? lookedUp(rawWords(native), count, keptTable(native, described, window ?? description.window))
    : computed(storedValues(native), count, described, window ?? description.window)
}

/** Of the frame before: those of a series are drawn one after another, mostly by the same table. */
let kept: { by: string; table: Uint8Array } = { by: '', table: new Uint8Array() }

/** The table depends on the frame's pixels only where no window is given. */
function keptTable(
  native: NativeFrame,
  description: FrameDescription,
  window: Window | undefined,
): Uint8Array {
  const { format, rescale, modalityLut, presentationLut, inverse, padding } = description
  if (window === undefined || modalityLut !== undefined || presentationLut !== undefined)
    return grayTable(native, description, window)
  const { rows: _rows, columns: _columns, ...words } = format
  const by = JSON.stringify([words, rescale, window, inverse, padding])
  if (kept.by !== by) kept = { by, table: grayTable(native, description, window) }
  return kept.table
}

/** One byte for each word. */
export function lookedUp(words: Uint8Array | Uint16Array, count: number, table: Uint8Array): Uint8Array {
  const out = new Uint8Array(count)
  for (let i = 0; i < count; i++) out[i] = table[words[i] ?? 0] ?? 0
  return out
}

/** Raw word → grey, for words of at most 16 bits. */
export function grayTable(
  native: NativeFrame,
  description: FrameDescription,
  window: Window | undefined,
): Uint8Array {
  const { padding } = description
  const values = storedValueTable(native.format)
  const modality = modalityStep(description)
  const display = displayStep(description, window, () =>
    isGreyAlready(description)
      ? rangeWindow(0, 2 ** storedBits(native.format).bits - 1, true)
      : rangeOfWords(native, values, description, modality),
  )
  const table = new Uint8Array(values.length)
  // Bits above those that are stored do not count: words differ by them alone.
  const { bits, shift } = storedBits(native.format)
  const distinct = 2 ** (bits + shift)
  for (let word = 0; word < distinct; word++) {
    const value = values[word] ?? 0
    if (padding === undefined || value < padding.low || value > padding.high)
      table[word] = Math.trunc(display(modality(value)))
  }
  for (let filled = distinct; filled < table.length; filled *= 2) table.copyWithin(filled, 0, filled)
  return table
}

/** Looks at each word once, and works on those that occur. */
function rangeOfWords(
  native: NativeFrame,
  values: Int32Array,
  { padding }: FrameDescription,
  modality: Step,
): Window {
  const words = rawWords(native)
  const occurs = new Uint8Array(values.length)
  for (let i = 0; i < words.length; i++) occurs[words[i] ?? 0] = 1
  let least = Infinity
  let most = -Infinity
  for (let word = 0; word < values.length; word++) {
    const value = values[word] ?? 0
    if (occurs[word] === 0 || (padding !== undefined && value >= padding.low && value <= padding.high))
      continue
    const x = modality(value)
    if (x < least) least = x
    if (x > most) most = x
  }
  return rangeWindow(least, most, true)
}

/** Wide integers and floating point numbers, one by one. */
function computed(
  values: ArrayLike<number>,
  count: number,
  description: FrameDescription,
  window: Window | undefined,
): Uint8Array {
  const { low, high } = description.padding ?? { low: Infinity, high: -Infinity }
  const modality = modalityStep(description)
  const display = displayStep(description, window, () => {
    let least = Infinity
    let most = -Infinity
    for (let i = 0; i < count; i++) {
      const value = values[i] ?? 0
      if (!Number.isFinite(value) || (value >= low && value <= high)) continue
      const x = modality(value)
      if (x < least) least = x
      if (x > most) most = x
    }
    return rangeWindow(least, most, description.format.numbers === 'integer')
  })
  const out = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    if (!Number.isNaN(value) && (value < low || value > high)) out[i] = display(modality(value))
  }
  return out
}
