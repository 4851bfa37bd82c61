import { findBulkValue } from '../dicom/bulk-table.js'
import type { ByteRange } from '../dicom/frame-table.js'
import type { JsonElement } from '../dicom/json-model.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import type { BulkdataService } from './bulkdata.js'

/** The bytes of an element of a stored header, wherever they are: in its text, or in the file.
 * @param range of the value; all of it by default
 * @returns undefined where there is no such element, it has no value, or more than can be held
 * @throws Problem `blob-missing`, `blob-damaged`, `unavailable` */
export type ElementBytes = (
  element: JsonElement | undefined,
  range?: ByteRange,
) => Promise<Uint8Array | undefined>

/** of a lookup table, a profile, a bit plane (of which there may be sixteen) */
const MOST_BYTES = 16 << 20

const MARKED_PATH = /\/bulkdata\/([0-9A-Fa-f.]+)$/

/** Reads the bulk table once, and only where it is needed. */
export function elementBytes(
  index: ArchiveIndex,
  bulkdata: BulkdataService,
  instance: FoundInstance,
): ElementBytes {
  let table: Promise<Uint8Array> | undefined
  return async (element, range) => {
    if (element?.InlineBinary !== undefined) return part(Buffer.from(element.InlineBinary, 'base64'), range)
    if (element?.Value !== undefined) return part(words(element.Value), range)
    const path = MARKED_PATH.exec(element?.BulkDataURI ?? '')?.[1]
    if (path === undefined) return undefined
    table ??= index.bulkTable(instance.id)
    const entry = findBulkValue(await table, path.toUpperCase())
    if (entry?.kind !== 'value') return undefined
    const value = await bulkdata.ofInstance(instance, entry)
    if (value.kind !== 'value') return undefined
    const { lengthBytes, read } = value.payload
    const end = Math.min(lengthBytes, range?.end ?? lengthBytes)
    const start = Math.min(end, range?.start ?? 0)
    return end - start > MOST_BYTES ? undefined : inOnePiece(await read({ start, end }), end - start)
  }
}

function part(bytes: Uint8Array, range: ByteRange | undefined): Uint8Array {
  return range === undefined ? bytes : bytes.subarray(range.start, range.end)
}

/** US and SS values as they are in an explicit little endian file. */
function words(values: NonNullable<JsonElement['Value']>): Uint8Array {
  const bytes = new Uint8Array(2 * values.length)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of values.entries()) view.setUint16(2 * i, Number(value) & 0xffff, true)
  return bytes
}

async function inOnePiece(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  lengthBytes: number,
): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) return bytes
  const whole = new Uint8Array(lengthBytes)
  let at = 0
  for await (const piece of bytes) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
