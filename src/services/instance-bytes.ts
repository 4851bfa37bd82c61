import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import type { BlobStore } from '../blobs/blob-store.js'
import type { DerivedCache, DerivedFile, DerivedName } from '../blobs/derived-cache.js'
import type { ByteRange } from '../dicom/frame-table.js'
import { Problem } from '../dicom/problem.js'
import type { FoundInstance } from '../index/archive-index.js'
import { refuseDamaged } from './damaged.js'
import { checkWhole, wholeBytes } from './whole-bytes.js'

/** The bytes of an instance at the offsets that its tables name: those of the stored file, or, for a deflated
 *  transfer syntax, those of the inflated one. */
export interface InstanceBytes {
  /** A range that fits in memory.
   * @throws Problem `blob-missing`, `unavailable`, `blob-damaged` */
  read(instance: FoundInstance, range: ByteRange): Promise<Uint8Array>
  /** A range of any size, in order. What can fail at once fails before the promise resolves.
   * @throws Problem as read; `blob-damaged` in the loop where the file is shorter than it was */
  open(instance: FoundInstance, range: ByteRange, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
}

const CHUNK_BYTES = 256 << 10

/** Deflated instances are read from an inflated sibling in the derived cache, made on first demand; without room for
 *  it, each read inflates from the start and skips. */
export function instanceBytes(blobs: BlobStore, cache: DerivedCache): InstanceBytes {
  /** by origin: who asks for a sibling that is being made waits for it, and does not make another */
  const siblings = new Map<string, Promise<boolean>>()
  return {
    async read(instance, range) {
      refuseDamaged(instance)
      const lengthBytes = range.end - range.start
      if (instance.inflatedBytes === undefined)
        return checkWhole(await blobs.read(instance.blobKey, range), lengthBytes)
      const chunks: Uint8Array[] = []
      for await (const chunk of await openInflated(instance, range)) chunks.push(chunk)
      return checkWhole(Buffer.concat(chunks), lengthBytes)
    },
    async open(instance, range, signal) {
      refuseDamaged(instance)
      const bytes =
        instance.inflatedBytes === undefined
          ? await blobs.open(instance.blobKey, range, signal)
          : await openInflated(instance, range, signal)
      return wholeBytes(bytes, range.end - range.start)
    },
  }

  async function openInflated(
    instance: FoundInstance,
    range: ByteRange,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const name = { of: instanceOrigin(instance), as: 'inflated' }
    const cached = (await cache.get(name)) ?? (await sibling(instance, name))
    signal?.throwIfAborted()
    return cached === undefined
      ? onlyRange(await inflated(instance, signal), range)
      : readAndClose(cached, range)
  }

  async function sibling(instance: FoundInstance, name: DerivedName): Promise<DerivedFile | undefined> {
    let making = siblings.get(name.of)
    if (making === undefined) {
      making = makeSibling(instance, name).finally(() => siblings.delete(name.of))
      siblings.set(name.of, making)
    }
    return (await making) ? cache.get(name) : undefined
  }

  /** Goes on when the client that asked first goes away: others wait for it.
   * @returns false where there is no room for it */
  async function makeSibling(instance: FoundInstance, name: DerivedName): Promise<boolean> {
    const writer = await cache.create(name, instance.inflatedBytes ?? 0)
    if (writer === undefined) return false
    try {
      for await (const chunk of await inflated(instance)) await writer.write(chunk)
    } catch (error) {
      await writer.abort()
      throw error
    }
    await writer.commit()
    return true
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

/** What the derived cache knows an instance's files by. */
export function instanceOrigin({ sha256 }: Pick<FoundInstance, 'sha256'>): string {
  return `instance ${Buffer.from(sha256).toString('hex')}`
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

/** A range of what comes. */
export async function* onlyRange(
  source: AsyncIterable<Uint8Array>,
  range: ByteRange,
): AsyncIterable<Uint8Array> {
  let at = 0
  for await (const chunk of source) {
    const from = Math.max(0, range.start - at)
    const to = Math.min(chunk.length, range.end - at)
    if (from < to) yield chunk.subarray(from, to)
    at += chunk.length
    if (at >= range.end) return
  }
}

/** An iterator of its own, not a generator: one that is returned before its first byte closes the file too. */
function readAndClose(file: DerivedFile, range: ByteRange): AsyncIterable<Uint8Array> {
  const end = Math.min(range.end, file.sizeBytes)
  const chunks = file.read({ start: range.start, end })[Symbol.asyncIterator]() as AsyncIterator<
    Uint8Array,
    undefined
  >
  const close = async (): Promise<IteratorReturnResult<undefined>> => {
    await file.close()
    return { done: true, value: undefined }
  }
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const result = await chunks.next().catch(async (error: unknown) => {
          await file.close()
          throw error
        })
        return result.done === true ? close() : result
      },
      return: close,
    }),
  }
}
