import type { ByteRange } from '../../dicom/frame-table.js'
import type { DerivedFile } from '../derived-cache.js'
import type { Keeping } from './keepings.js'

/** A range of what is kept, in order; where it turns out to be damaged, the rest from elsewhere. Closes the file.
 * @param rest what begins at that byte of the blob */
export async function* keptThenRest(
  file: DerivedFile,
  range: ByteRange,
  rest: (start: number) => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array, void, void> {
  let at = range.start
  try {
    for await (const chunk of file.read(range)) {
      at += chunk.length
      yield chunk
    }
    return
  } catch {
    // The blob itself is elsewhere, and whole.
  } finally {
    await file.close()
  }
  yield* await rest(at)
}

/** Bytes from the beginning of a blob on, kept as they pass; the consumer does not wait for that before it has them.
 * @param range what of them the consumer gets; they end with it, or with the blob */
export async function* keptInPassing(
  chunks: AsyncIterable<Uint8Array>,
  keeping: Keeping,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, void> {
  let at = 0
  let good = false
  try {
    for await (const chunk of chunks) {
      const written = keeping.write(chunk)
      const wanted = chunk.subarray(Math.min(chunk.length, Math.max(0, range.start - at)))
      at += chunk.length
      good = at === range.end
      if (wanted.length > 0) yield wanted
      await written
    }
    good = true
  } finally {
    keeping.end(good)
  }
}

/** Begins to read: what fails at once fails here, and leaving before the first byte frees what is held. So does the signal,
 *  also where nobody reads on.
 * @throws the reason of the signal; what the first chunk throws */
export async function begun(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  signal?: AbortSignal,
): Promise<AsyncIterableIterator<Uint8Array>> {
  const leave = (): void => void chunks.return().catch(() => undefined)
  let ahead: IteratorResult<Uint8Array, void> | undefined = await chunks.next()
  if (signal?.aborted === true) leave()
  signal?.throwIfAborted()
  signal?.addEventListener('abort', leave, { once: true })
  const over = (): IteratorReturnResult<undefined> => {
    signal?.removeEventListener('abort', leave)
    return { done: true, value: undefined }
  }
  const reading: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => reading,
    async next() {
      signal?.throwIfAborted()
      const result = ahead ?? (await chunks.next())
      ahead = undefined
      // The signal ends the reading as if all had been read.
      signal?.throwIfAborted()
      return result.done === true ? over() : result
    },
    async return() {
      await chunks.return()
      return over()
    },
  }
  return reading
}
