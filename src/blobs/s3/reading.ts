import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import type { ByteRange } from '../../dicom/frame-table.js'
import { Problem } from '../../dicom/problem.js'
import { untilAnswered, type Patience } from './attempts.js'
import type { Bucket } from './bucket.js'
import { s3ReadProblem, statusOf } from './failures.js'

/** What is not more is taken at once, so that a slow client holds no connection. */
const AT_ONCE_BYTES = 768 * 1024
/** A body that breaks so often without getting anywhere is given up. */
const BREAKS = 5
/** What counts as getting somewhere: so many bytes, or so long without a break. */
const PROGRESS_BYTES = 256 * 1024
const PROGRESS_MS = 10_000
const FIRST_WAIT_MS = 100

/** The bytes of a range in order. What fits is read when this resolves, and the first failure comes before any byte. A body
 *  that ends early is gone on with from where it broke, of the same version of the object.
 * @throws Problem `blob-missing`, `unavailable`; the reason of the signal */
export async function readObject(
  bucket: Bucket,
  key: string,
  range: ByteRange,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const reading = new ObjectReading(bucket, key, range, signal)
  await reading.begin()
  if (reading.leftBytes > AT_ONCE_BYTES) return reading
  return only(await collected(reading))
}

/** All bytes of a range in one piece of memory.
 * @throws as readObject */
export async function readWholeRange(
  bucket: Bucket,
  key: string,
  range: ByteRange,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const reading = new ObjectReading(bucket, key, range, signal)
  await reading.begin()
  return collected(reading)
}

async function collected(reading: ObjectReading): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(reading.leftBytes)
  let at = 0
  for await (const chunk of reading) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  if (bytes.length > 0) yield await Promise.resolve(bytes)
}

class ObjectReading implements AsyncIterableIterator<Uint8Array> {
  readonly #bucket: Bucket
  readonly #key: string
  readonly #signal: AbortSignal | undefined
  #position: number
  #end: number
  #etag: string | undefined
  #body: Readable | undefined
  #chunks: AsyncIterator<Uint8Array, unknown> | undefined
  #breaks = 0
  #begunAt = 0
  #begunPosition = 0
  readonly #onAbort = (): void => this.#letGo()

  constructor(bucket: Bucket, key: string, range: ByteRange, signal: AbortSignal | undefined) {
    this.#bucket = bucket
    this.#key = key
    this.#position = range.start
    this.#end = range.end
    this.#signal = signal
  }

  get leftBytes(): number {
    return this.#end - this.#position
  }

  async begin(): Promise<void> {
    const start = this.#position
    try {
      const sizeBytes = await this.#request(this.#bucket.patience.read)
      this.#end = Math.max(start, Math.min(this.#end, sizeBytes))
    } catch (error) {
      if (statusOf(error) === PAST_THE_END) this.#end = start
      else throw this.#problem(error)
    }
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      this.#signal?.throwIfAborted()
      if (this.leftBytes === 0) return this.#finish()
      try {
        const { value, done } = (await this.#chunks?.next()) ?? { done: true, value: undefined }
        if (done !== true) {
          this.#signal?.throwIfAborted()
          return { done: false, value: await this.#take(value) }
        }
        await this.#goOn(new Error('the body ended early'))
      } catch (error) {
        this.#signal?.throwIfAborted()
        if (error instanceof Problem) {
          this.#finish()
          throw error
        }
        await this.#goOn(error)
      }
    }
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    return Promise.resolve(this.#finish())
  }

  async #take(chunk: Uint8Array): Promise<Uint8Array> {
    const bytes = chunk.length > this.leftBytes ? chunk.subarray(0, this.leftBytes) : chunk
    this.#position += bytes.length
    // The connection is free for others once the end of the body is seen, not when its last byte is.
    if (this.leftBytes === 0) await this.#chunks?.next().catch(() => undefined)
    return bytes
  }

  /** @throws Problem: it broke too often, or what is left cannot be had any more */
  async #goOn(broken: unknown): Promise<void> {
    this.#letGo()
    const gotSomewhere =
      this.#position - this.#begunPosition >= PROGRESS_BYTES ||
      performance.now() - this.#begunAt >= PROGRESS_MS
    this.#breaks = gotSomewhere ? 1 : this.#breaks + 1
    if (this.#breaks > BREAKS) throw this.#problem(broken)
    try {
      await delay(Math.random() * FIRST_WAIT_MS * 2 ** (this.#breaks - 1), undefined, {
        ...(this.#signal === undefined ? {} : { signal: this.#signal }),
      })
      // The client has the beginning, and would have to ask for all of it again.
      await this.#request(this.#bucket.patience.write)
    } catch (error) {
      this.#signal?.throwIfAborted()
      throw this.#problem(error)
    }
  }

  /** @returns the size of the whole object */
  async #request(patience: Patience): Promise<number> {
    const { client, name } = this.#bucket
    const start = this.#position
    const answer = await untilAnswered(
      abortSignal =>
        client.send(
          new GetObjectCommand({
            Bucket: name,
            Key: this.#key,
            ...rangeHeader({ start, end: this.#end }),
            // "If-Match": never the first half of one version and the second of another.
            ...(this.#etag === undefined ? {} : { IfMatch: this.#etag }),
          }),
          { abortSignal },
        ),
      patience,
      this.#signal,
    )
    if (!(answer.Body instanceof Readable)) throw new Error('an answer without a body')
    this.#body = answer.Body
    // Broken while nobody reads: whoever reads next is told.
    this.#body.on('error', () => undefined)
    if (this.#signal?.aborted === true) {
      this.#letGo()
      this.#signal.throwIfAborted()
    }
    const given = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.ContentRange ?? '')
    if (Number(given?.[1] ?? 0) !== start) {
      this.#letGo()
      throw new Problem('unavailable', 'the blob store sends other bytes than were asked for')
    }
    this.#etag = answer.ETag
    this.#chunks = this.#body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, unknown>
    this.#begunAt = performance.now()
    this.#begunPosition = start
    return Number(given?.[2] ?? answer.ContentLength)
  }

  #finish(): IteratorResult<Uint8Array, undefined> {
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#letGo()
    return { done: true, value: undefined }
  }

  /** An unread body holds its connection: it is destroyed at once. */
  #letGo(): void {
    this.#body?.destroy()
    this.#body = undefined
    this.#chunks = undefined
  }

  #problem(error: unknown): Error {
    this.#finish()
    if (this.#signal?.aborted === true) return this.#signal.reason as Error
    return statusOf(error) === REPLACED
      ? new Problem('unavailable', 'the blob was replaced while it was read', { cause: error })
      : s3ReadProblem(error)
  }
}

const PAST_THE_END = 416
const REPLACED = 412

function rangeHeader({ start, end }: ByteRange): { Range?: string } {
  if (end < Number.MAX_SAFE_INTEGER) return { Range: `bytes=${start}-${end - 1}` }
  return start === 0 ? {} : { Range: `bytes=${start}-` }
}
