import { Problem } from '../dicom/problem.js'
import type { LookupTable } from './frame-description.js'

/** A lookup table made sense of. */
export interface TableEntries {
  /** the value that the first entry is for; lower ones get it too, and those beyond the last entry the last */
  readonly first: number
  readonly entries: Uint16Array
  /** bits of an entry */
  readonly bits: number
}

const MOST_ENTRIES = 65_536

/** PS3.3 C.11.1.1. Bits outside 1 to 16, or too few for the entries, are counted from the entries, as DCMTK does; entries
 *  beyond the declared count are left out.
 * @param what for messages: "Modality LUT"
 * @param isSigned what goes in may be below 0: then a first value of 32,768 or more stands for a negative one
 * @throws Problem `undecodable`: no descriptor, fewer entries than declared, segments that make no sense */
export function tableEntries(table: LookupTable, what: string, isSigned: boolean): TableEntries {
  const [declared, firstMapped, declaredBits] = table.descriptor
  if (declared === undefined || firstMapped === undefined || declaredBits === undefined)
    throw new Problem('undecodable', `the descriptor of the ${what} has not three values`)
  const count = declared & 0xffff || MOST_ENTRIES
  const entries = table.segmented
    ? expandedSegments(table.data, declaredBits, count, what)
    : plainEntries(table.data, count, what)
  let most = 0
  for (const entry of entries) if (entry > most) most = entry
  const needed = Math.max(1, 32 - Math.clz32(most))
  const bits = declaredBits < needed || declaredBits > 16 ? needed : declaredBits
  const word = firstMapped & 0xffff
  return { first: isSigned && word >= 0x8000 ? word - 0x1_0000 : word, entries, bits }
}

/** Entries are words; half as many bytes are entries of 8 bits, two a word. */
function plainEntries(data: Uint8Array, count: number, what: string): Uint16Array {
  if (data.length >= 2 * count) return words(data, count)
  // Where half the words are missing they are bytes (with a pad byte where the count is odd), whatever the descriptor says.
  if (data.length === count + (count & 1)) return Uint16Array.from(data.subarray(0, count))
  throw tooShort(what, count, data.length >> 1)
}

function words(data: Uint8Array, count: number): Uint16Array {
  const entries = new Uint16Array(count)
  for (let i = 0; i < count; i++) entries[i] = (data[2 * i] ?? 0) | ((data[2 * i + 1] ?? 0) << 8)
  return entries
}

/** One of no entries costs time, and there may be millions of them. */
const MOST_SEGMENTS = 1_000_000

const DISCRETE = 0
const LINEAR = 1
const INDIRECT = 2

/** PS3.3 C.7.9.2 */
function expandedSegments(data: Uint8Array, bits: number, count: number, what: string): Uint16Array {
  const source = bits === 8 ? Uint16Array.from(data) : words(data, data.length >> 1)
  const out = new Uint16Array(count)
  let filled = 0
  let segments = 0

  /** @returns where the next segment is */
  const segment = (at: number, isInner: boolean): number => {
    const opcode = source[at]
    const length = source[at + 1]
    if (opcode === undefined || length === undefined || ++segments > MOST_SEGMENTS) throw nonsense(what, at)
    if (opcode === DISCRETE) {
      if (at + 2 + length > source.length) throw nonsense(what, at)
      for (let i = 0; i < length && filled < count; i++) out[filled++] = source[at + 2 + i] ?? 0
      return at + 2 + length
    }
    if (opcode === LINEAR) {
      const to = source[at + 2]
      if (to === undefined || filled === 0) throw nonsense(what, at)
      const from = out[filled - 1] ?? 0
      for (let i = 1; i <= length && filled < count; i++)
        out[filled++] = Math.round(from + ((to - from) * i) / length)
      return at + 3
    }
    if (opcode !== INDIRECT || isInner) throw nonsense(what, at)
    // The offset is in bytes, in two words, the low one first (in four bytes where entries have 8 bits).
    const [a = 0, b = 0, c = 0, d = 0] = source.subarray(at + 2, at + 6)
    let inner = bits === 8 ? a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000 : (a + b * 0x1_0000) / 2
    for (let i = 0; i < length && filled < count; i++) inner = segment(inner, true)
    return at + (bits === 8 ? 6 : 4)
  }

  // A pad byte may follow the last segment.
  for (let at = 0; at + 1 < source.length && filled < count;) at = segment(at, false)
  if (filled < count) throw tooShort(what, count, filled)
  return out
}

function tooShort(what: string, count: number, present: number): Problem {
  return new Problem('undecodable', `the ${what} declares ${count} entries and has ${present}`)
}

function nonsense(what: string, at: number): Problem {
  return new Problem('undecodable', `the ${what} has no valid segment at value ${at}`)
}
