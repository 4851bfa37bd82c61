import type { ByteRange } from '../../dicom/frame-table.js'
import { readFully } from './calls.js'
import { readProblem } from './failures.js'
import type { HeldFile } from './open-files.js'

const READ_BYTES = 512 * 1024
/** a first read of more is cut, so that the first byte does not wait for it; most slices are read at once */
const AT_ONCE_BYTES = 768 * 1024
const FIRST_READ_BYTES = 256 * 1024

/** The bytes of a range in order, one read ahead of the consumer. The first read is done when this resolves, so that its
 *  failure comes before any byte. The file is let go at the end, on leaving the loop, on failure and on abort; what is
 *  never iterated holds it until its signal aborts. */
export async function readSequentially(
  file: HeldFile,
  range: ByteRange,
  signal?: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const reading = new SequentialRead(file, range, signal)
  await reading.begin()
  return reading
}

class SequentialRead implements AsyncIterableIterator<Uint8Array> {
  readonly #file: HeldFile
  readonly #signal: AbortSignal | undefined
  readonly #end: number
  #position: number
  #ahead: Promise<Uint8Array> | undefined
  #inFlight: Promise<unknown> | undefined
  #over = false
  readonly #onAbort = (): void => void this.#finish()

  constructor(file: HeldFile, range: ByteRange, signal: AbortSignal | undefined) {
    this.#file = file
    this.#signal = signal
    this.#end = Math.min(range.end, file.sizeBytes)
    this.#position = range.start
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  async begin(): Promise<void> {
    this.#readAhead(this.#end - this.#position > AT_ONCE_BYTES ? FIRST_READ_BYTES : AT_ONCE_BYTES)
    try {
      await this.#ahead
    } catch (error) {
      await this.#finish()
      throw error
    }
    this.#signal?.throwIfAborted()
    if (this.#position >= this.#end) this.#letGo()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#signal?.throwIfAborted()
    const coming = this.#ahead
    this.#ahead = undefined
    if (coming === undefined) {
      await this.#finish()
      return { done: true, value: undefined }
    }
    try {
      const value = await coming
      this.#signal?.throwIfAborted()
      if (value.length === 0) {
        await this.#finish()
        return { done: true, value: undefined }
      }
      this.#readAhead(READ_BYTES)
      return { done: false, value }
    } catch (error) {
      await this.#finish()
      throw error
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#finish()
    return { done: true, value: undefined }
  }

  #readAhead(bytes: number): void {
    if (this.#over) return
    const start = this.#position
    const length = Math.min(bytes, this.#end - start)
    if (length <= 0) {
      this.#letGo()
      return
    }
    this.#position += length
    this.#ahead = this.#read(start, length)
    // Whoever asks for the chunk gets the failure; where nobody does, nobody has to know.
    this.#inFlight = this.#ahead.catch(() => undefined)
  }

  async #read(start: number, length: number): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(length)
    try {
      const filled = await readFully(this.#file.fd, bytes, start)
      if (filled < length) this.#position = this.#end
      return bytes.subarray(0, filled)
    } catch (error) {
      throw readProblem(error)
    }
  }

  /** The descriptor may be another file's the moment it is closed: never before the last read on it has come back. */
  async #finish(): Promise<void> {
    await this.#inFlight
    this.#ahead = undefined
    this.#letGo()
  }

  #letGo(): void {
    if (this.#over) return
    this.#over = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#file.release()
  }
}
