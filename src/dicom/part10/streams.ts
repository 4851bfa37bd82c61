import { createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib'
import { Problem } from '../problem.js'

/** The two zlib streams of the parser, each with a bound. */

/** Inflates the dataset of a deflated file. PS3.5 A.5. */
export class DatasetInflater {
  readonly #inflate: InflateRaw = createInflateRaw({ chunkSize: 64 * 1024 })
  readonly #consumed: Promise<void>
  #done = false

  /** @param consume takes the inflated bytes in order; a promise holds the stream back
   *  @param limitBytes most that may come out */
  constructor(consume: (bytes: Buffer) => Promise<void> | undefined, limitBytes: number) {
    this.#consumed = this.#run(consume, limitBytes)
    // whoever writes or ends is told; until then it is not unhandled
    this.#consumed.catch(() => undefined)
  }

  async #run(consume: (bytes: Buffer) => Promise<void> | undefined, limitBytes: number): Promise<void> {
    let total = 0
    try {
      for await (const bytes of this.#inflate as AsyncIterable<Buffer>) {
        total += bytes.length
        if (total > limitBytes)
          throw new Problem('limit-exceeded', `deflated dataset inflates to more than ${limitBytes} bytes`)
        await consume(bytes)
      }
    } catch (error) {
      if (error instanceof Problem) throw error
      // How much came out before depends on the chunks, so it is not told.
      throw new Problem('bad-dicom', 'the deflated dataset is broken', { cause: error })
    } finally {
      this.#done = true
      this.#inflate.destroy()
    }
  }

  /** Resolves when the bytes are inflated and consumed; what comes after the end of the stream is padding. */
  async write(bytes: Buffer): Promise<void> {
    if (this.#done) return this.#consumed
    const written = new Promise<void>(resolve => {
      // an error reaches the consumer's loop
      this.#inflate.write(bytes, () => resolve())
    })
    await Promise.race([written, this.#consumed])
  }

  async end(): Promise<void> {
    if (!this.#done) this.#inflate.end()
    await this.#consumed
  }

  destroy(): void {
    this.#inflate.destroy()
  }
}

/** Deflates a header that is too long to be held as text. */
export class TextDeflater {
  textBytes = 0
  readonly #deflate: DeflateRaw
  readonly #collected: Promise<Uint8Array>
  readonly #limitBytes: number

  /** @param limitBytes most deflated bytes */
  constructor(level: number, limitBytes: number) {
    this.#deflate = createDeflateRaw({ level })
    this.#limitBytes = limitBytes
    this.#collected = this.#collect()
    this.#collected.catch(() => undefined)
  }

  async #collect(): Promise<Uint8Array> {
    const pieces: Buffer[] = []
    let total = 0
    for await (const piece of this.#deflate as AsyncIterable<Buffer>) {
      total += piece.length
      if (total > this.#limitBytes)
        throw new Problem('limit-exceeded', `header deflates to more than ${this.#limitBytes} bytes`)
      pieces.push(piece)
    }
    return Buffer.concat(pieces)
  }

  /** Resolves when the text is deflated.
   * @throws Problem `limit-exceeded` */
  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    this.textBytes += bytes.length
    const written = new Promise<void>(resolve => {
      this.#deflate.write(bytes, () => resolve())
    })
    await Promise.race([written, this.#collected])
  }

  async end(): Promise<Uint8Array> {
    this.#deflate.end()
    return this.#collected
  }

  destroy(): void {
    this.#deflate.destroy()
  }
}
