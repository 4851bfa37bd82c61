import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import type { BlobStore } from '../blobs/blob-store.js'
import type { DerivedCache, DerivedFile } from '../blobs/derived-cache.js'
import type { ByteRange } from '../dicom/frame-table.js'
import { Problem } from '../dicom/problem.js'
import type { FoundInstance } from '../index/archive-index.js'

/** The bytes of an instance at the offsets that its tables name: those of the stored file, or, for a deflated
 *  transfer syntax, those of the inflated one. */
export interface InstanceBytes {
  /** A range that fits in memory.
   * @throws Problem `blob-missing`, `unavailable`, `blob-damaged` */
  read(instance: FoundInstance, range: ByteRange): Promise<Uint8Array>
  /** A range of any size, in order. What can fail at once fails before the promise resolves. */
  open(instance: FoundInstance, range: ByteRange, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

const CHUNK_BYTES = 256 << 10

/** Deflated instances are read from an inflated sibling in the derived cache, made on first demand; without room for
 *  it, each read inflates from the start and skips. */
export function instanceBytes(blobs: BlobStore, cache: DerivedCache): InstanceBytes {
  return {
    async read(instance, range) {
      if (instance.inflatedBytes === undefined) return blobs.read(instance.blobKey, range)
      const chunks: Uint8Array[] = []
      for await (const chunk of await openInflated(instance, range)) chunks.push(chunk)
      return Buffer.concat(chunks)
    },
    async open(instance, range, signal) {
      return instance.inflatedBytes === undefined
        ? blobs.open(instance.blobKey, range, signal)
        : openInflated(instance, range, signal)
    },
  }

  async function openInflated(
    instance: FoundInstance,
    range: ByteRange,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const name = `inflated ${Buffer.from(instance.sha256).toString('hex')}`
    const cached = (await cache.get(name)) ?? (await makeSibling(instance, name, signal))
    return cached === undefined
      ? skipTo(await inflated(instance, signal), range)
      : readAndClose(cached, range)
  }

  async function makeSibling(
    instance: FoundInstance,
    name: string,
    signal?: AbortSignal,
  ): Promise<DerivedFile | undefined> {
    const writer = await cache.create(name, instance.inflatedBytes ?? 0)
    if (writer === undefined) return undefined
    try {
      for await (const chunk of await inflated(instance, signal)) await writer.write(chunk)
    } catch (error) {
      await writer.abort()
      throw error
    }
    await writer.commit()
    return cache.get(name)
  }

  /** The meta group as it is, then the inflated dataset; no longer than was measured at ingest. */
  async function inflated(instance: FoundInstance, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const head = await blobs.read(instance.blobKey, { start: 0, end: instance.datasetOffsetBytes })
    const body = await blobs.open(
      instance.blobKey,
      { start: instance.datasetOffsetBytes, end: instance.sizeBytes },
      signal,
    )
    return inflateAfter(head, body, instance.inflatedBytes ?? 0)
  }
}

async function* inflateAfter(
  head: Uint8Array,
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncIterable<Uint8Array> {
  yield head
  let total = head.length
  const inflater = createInflateRaw({ chunkSize: CHUNK_BYTES })
  const feeding = pipeline(body, inflater)
  // The loop below meets the same error; without this it would count as unhandled.
  feeding.catch(() => undefined)
  for await (const chunk of inflater as AsyncIterable<Uint8Array>) {
    total += chunk.length
    if (total > limitBytes)
      throw new Problem('blob-damaged', 'the stored instance inflates to more than it did at ingest')
    yield chunk
  }
  await feeding
}

async function* skipTo(source: AsyncIterable<Uint8Array>, range: ByteRange): AsyncIterable<Uint8Array> {
  let at = 0
  for await (const chunk of source) {
    const from = Math.max(0, range.start - at)
    const to = Math.min(chunk.length, range.end - at)
    if (from < to) yield chunk.subarray(from, to)
    at += chunk.length
    if (at >= range.end) return
  }
}

async function* readAndClose(file: DerivedFile, range: ByteRange): AsyncIterable<Uint8Array> {
  try {
    yield* file.read({ start: range.start, end: Math.min(range.end, file.sizeBytes) })
  } finally {
    await file.close()
  }
}
