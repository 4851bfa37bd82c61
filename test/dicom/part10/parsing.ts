/** Parses bytes in a test and gives back the header as an object. */
import { inflateRawSync } from 'node:zlib'
import { USUAL_ATTRIBUTES } from '../../../src/dicom/indexed-attributes.js'
import type { JsonElement } from '../../../src/dicom/json-model.js'
import type { ParsedFile, Part10Limits } from '../../../src/dicom/part10/parsed-dataset.js'
import { part10Reader } from '../../../src/dicom/part10/reader.js'

export interface Parsed extends ParsedFile {
  /** the header's text; URL_MARK replaced by nothing */
  readonly text: string
  readonly json: Readonly<Record<string, JsonElement>>
}

/** @param cut lengths of the chunks to feed, the last one again and again; the whole at once where absent */
export async function parse(
  bytes: Uint8Array,
  cut: readonly number[] = [],
  limits: Partial<Part10Limits> = {},
): Promise<Parsed> {
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags, limits })
  for (const chunk of chunks(bytes, cut)) {
    const reused = Buffer.from(chunk)
    await reader.write(reused)
    // the reader must not look at it any more
    reused.fill(0xee)
  }
  const parsed = await reader.end()
  const text = inflateRawSync(parsed.header).toString().replaceAll('\x1f', '')
  return { ...parsed, text, json: JSON.parse(text) as Record<string, JsonElement> }
}

function* chunks(bytes: Uint8Array, cut: readonly number[]): Generator<Uint8Array> {
  if (cut.length === 0) {
    yield bytes
    return
  }
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = Math.max(1, cut[i] ?? cut.at(-1) ?? 1)
    yield bytes.subarray(at, at + length)
    at += length
  }
}
