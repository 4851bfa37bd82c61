import { Problem } from './problem.js'
import type { UncheckedDataset } from './part10/writer.js'

/** Datasets of the DICOM JSON model as they stream in: an array of objects, or one object. PS3.18 F.2, 10.5.1. The text is
 *  cut into its datasets by one pass over the bytes, which also measures them, so that a hostile one is refused before
 *  anything is made of it. */

/** The text of one dataset, or why it is not looked at. */
export type JsonDataset =
  | { readonly bytes: Buffer; readonly members: number }
  | { readonly problem: Problem; readonly members: number }

const LIMITS = {
  /** of one dataset; contours of an RT structure set have 60 MB */
  bytes: 64 << 20,
  /** brackets; a sequence takes three */
  depth: 256,
  /** objects and arrays; each takes some fifty bytes of memory, and two of text */
  containers: 4_000_000,
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT, COMMA, COLON] = [
  0x5b, 0x5d, 0x7b, 0x7d, 0x2c, 0x3a,
]
const BYTE_ORDER_MARK = new Set([0xef, 0xbb, 0xbf])
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d])

/** @throws Problem `malformed-request`: not JSON, not UTF-8, or no array of objects; says at which byte */
export async function* jsonDatasets(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<JsonDataset, void, undefined> {
  const cutter = new Cutter()
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const { next, dataset } = cutter.take(chunk, at)
      if (dataset !== undefined) {
        if ('bytes' in dataset) parseJson(dataset.bytes, cutter.datasetAt)
        yield dataset
      }
      at = next
    }
  }
  cutter.finish()
}

/** @param members how many names the text has
 *  @throws Problem `bad-dicom` where one name is twice in one object: JSON.parse would keep the last and say nothing */
export function parseJsonDataset(bytes: Buffer, members: number): UncheckedDataset {
  const dataset = parseJson(bytes, 0) as UncheckedDataset
  if (countMembers(dataset) !== members) throw new Problem('bad-dicom', 'an object has the same name twice')
  return dataset
}

/** outside the datasets */
type Place = 'before' | 'first' | 'next' | 'after-item' | 'after'

class Cutter {
  /** where the dataset began that came last */
  datasetAt = 0
  #place: Place = 'before'
  #offset = 0
  #isArray = false
  #depth = 0
  #inText = false
  #escaped = false
  #pieces: Uint8Array[] = []
  #length = 0
  #members = 0
  #containers = 0
  #problem: Problem | undefined

  /** Reads on, to the end of a dataset or of the chunk. */
  take(chunk: Uint8Array, from: number): { next: number; dataset?: JsonDataset } {
    let at = from
    if (this.#depth === 0) {
      for (; at < chunk.length && !this.#opensDataset(chunk[at] ?? 0); at++) this.#offset++
      if (at === chunk.length) return { next: at }
      this.datasetAt = this.#offset
    }
    const end = this.#inside(chunk, at)
    this.#keep(chunk.subarray(at, end))
    this.#offset += end - at
    return this.#depth > 0 ? { next: end } : { next: end, dataset: this.#end() }
  }

  finish(): void {
    if (this.#place !== 'after') throw this.#malformed('the metadata ends too early')
  }

  /** What stands between datasets. */
  #opensDataset(byte: number): boolean {
    if (BLANKS.has(byte)) return false
    const place = this.#place
    if (place === 'before' && BYTE_ORDER_MARK.has(byte) && this.#offset < BYTE_ORDER_MARK.size) return false
    if (byte === OPEN_OBJECT && (place === 'before' || place === 'first' || place === 'next')) return true
    if (place === 'before' && byte === OPEN_ARRAY) {
      this.#isArray = true
      this.#place = 'first'
    } else if (byte === COMMA && place === 'after-item') {
      this.#place = 'next'
    } else if (byte === CLOSE_ARRAY && (place === 'first' || place === 'after-item')) {
      this.#place = 'after'
    } else {
      throw this.#malformed('the metadata is no JSON array of objects')
    }
    return false
  }

  /** @returns where the dataset, or the chunk, ends */
  #inside(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false
        else if (byte === BACKSLASH) this.#escaped = true
        else if (byte === QUOTE) this.#inText = false
      } else if (byte === QUOTE) {
        this.#inText = true
      } else if (byte === COLON) {
        this.#members++
      } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        this.#containers++
        if (++this.#depth > LIMITS.depth) this.#refuse('bad-dicom', 'the metadata is nested too deep')
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        if (--this.#depth === 0) return at + 1
      }
    }
    return chunk.length
  }

  #keep(piece: Uint8Array): void {
    this.#length += piece.length
    if (this.#length > LIMITS.bytes || this.#containers > LIMITS.containers)
      this.#refuse('limit-exceeded', 'the metadata of an instance is too large')
    if (this.#problem === undefined) this.#pieces.push(piece)
  }

  #refuse(kind: 'bad-dicom' | 'limit-exceeded', message: string): void {
    this.#problem ??= new Problem(kind, message)
    this.#pieces = []
  }

  #end(): JsonDataset {
    const members = this.#members
    const dataset =
      this.#problem === undefined
        ? { bytes: Buffer.concat(this.#pieces), members }
        : { problem: this.#problem, members }
    this.#place = this.#isArray ? 'after-item' : 'after'
    this.#pieces = []
    this.#length = this.#members = this.#containers = 0
    this.#problem = undefined
    return dataset
  }

  #malformed(what: string): Problem {
    return new Problem('malformed-request', `${what} (byte ${this.#offset})`)
  }
}

/** What JSON.parse says may quote the text, and with it a patient: it stays the cause. */
function parseJson(bytes: Buffer, offsetBytes: number): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return JSON.parse(withLongIntegersAsText(text))
  } catch (cause) {
    throw new Problem('malformed-request', `the metadata is not JSON in UTF-8 (after byte ${offsetBytes})`, {
      cause,
    })
  }
}

const LONG_INTEGER = /\d{16}/

/** Whole numbers that a double may not hold become text, as F.2.2 wants them from the start; pydicom writes them bare. */
function withLongIntegersAsText(text: string): string {
  if (!LONG_INTEGER.test(text)) return text
  const pieces: string[] = []
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    pieces.push(text.slice(at, end).replace(/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, '"$&"'))
    at = endOfText(text, end)
    pieces.push(text.slice(end, at))
  }
  return pieces.join('')
}

function endOfText(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

function countMembers(root: unknown): number {
  const open: unknown[] = [root]
  let members = 0
  while (open.length > 0) {
    const one = open.pop()
    if (typeof one !== 'object' || one === null) continue
    const inside: unknown[] = Array.isArray(one) ? one : Object.values(one)
    if (!Array.isArray(one)) members += inside.length
    for (const each of inside) if (typeof each === 'object' && each !== null) open.push(each)
  }
  return members
}
