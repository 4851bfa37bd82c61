import { createDeflateRaw, type DeflateRaw } from 'node:zlib'
import type { Coercion } from '../coercion.js'
import { Problem } from '../problem.js'
import { transferSyntax } from '../transfer-syntaxes.js'
import { ByteFeed, type ByteParser } from './byte-feed.js'
import { DatasetCoercer } from './dataset-coercer.js'
import { MetaGroup } from './meta-group.js'
import { DatasetInflater } from './streams.js'

/** Coerces one Part 10 file on its way, in its own transfer syntax; the meta group and all that is not coerced stay as they
 *  came. PS3.10 7, PS3.5 A; PS3.18 I.2.2. */

export interface CoercerOptions {
  readonly coercion: Coercion
  /** what a deflated dataset may inflate to, in bytes */
  readonly inflatedBytes: number
  /** Attribute Modification DateTime. @param SOPInstanceUID undefined where none has come */
  readonly moment: (SOPInstanceUID: string | undefined) => Promise<string>
}

/** Takes bytes in order; may keep them. */
type Give = (bytes: Uint8Array) => Promise<void>

/** of a deflated file that may turn out to need no coercion: it is kept until that is known */
const MOST_HELD_BYTES = 16 << 20
/** The deflater is given blocks of one size, so that what it makes does not depend on how the bytes came. */
const BLOCK_BYTES = 64 * 1024
/** of a larger chunk so much is read before it is given on */
const SLICE_BYTES = 256 * 1024
const NOTHING = Buffer.alloc(0)

export class FileCoercer {
  readonly #options: CoercerOptions
  readonly #give: Give
  readonly #dataset: DatasetCoercer
  readonly #meta = new MetaGroup(() => this.#startDataset())
  readonly #metaParser = this.#headParser()
  readonly #feed = new ByteFeed(this.#metaParser)
  #head: Buffer[] = []
  #deflated: DeflatedCoercer | undefined

  /** @param give takes what the file becomes */
  constructor(options: CoercerOptions, give: Give) {
    this.#options = options
    this.#give = give
    this.#dataset = new DatasetCoercer(options.coercion)
  }

  /** tags of what was altered */
  get coerced(): readonly number[] {
    return this.#dataset.coerced
  }

  get isUnrecorded(): boolean {
    return this.#dataset.isUnrecorded
  }

  /** @throws Problem as the parser would, and those of DatasetCoercer */
  async write(chunk: Uint8Array): Promise<void> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      this.#feed.push(bytes, at, Math.min(bytes.length, at + SLICE_BYTES))
      await this.#pass()
    }
  }

  async end(): Promise<void> {
    const feed = this.#feed
    if (feed.parser === this.#metaParser && !this.#meta.finish(feed.held, feed.offset)) {
      // A short file without a preamble: its dataset may begin at once.
      this.#meta.need = 8
      feed.push(NOTHING)
      if (feed.parser === this.#metaParser) this.#meta.finish(feed.held, feed.offset)
    }
    await this.#pass()
    if (this.#deflated !== undefined) return this.#deflated.end()
    this.#dataset.finish(feed.held)
    await this.#pass()
  }

  destroy(): void {
    this.#deflated?.destroy()
  }

  async #pass(): Promise<void> {
    for (const piece of this.#head.splice(0)) await this.#give(piece)
    if (this.#deflated !== undefined) return this.#deflated.pass()
    for (const piece of this.#dataset.take())
      await this.#give(typeof piece === 'function' ? piece(await this.#moment()) : piece)
  }

  #moment(): Promise<string> {
    return this.#options.moment(this.#dataset.SOPInstanceUID)
  }

  #headParser(): ByteParser {
    const meta = this.#meta
    const head = (bytes: Buffer): void => {
      this.#head.push(Buffer.from(bytes))
    }
    return {
      get need() {
        return meta.need
      },
      parse(bytes, at, end, base) {
        const next = meta.parse(bytes, at, end, base)
        if (next > at) head(bytes.subarray(at, next))
        return next
      },
    }
  }

  #startDataset(): void {
    const uid = this.#meta.TransferSyntaxUID
    this.#dataset.TransferSyntaxUID = uid
    if (uid === undefined || transferSyntax(uid)?.deflated !== true) {
      this.#feed.parser = this.#dataset
      return
    }
    this.#deflated = new DeflatedCoercer(
      this.#dataset,
      this.#options.inflatedBytes,
      () => this.#moment(),
      this.#give,
    )
    this.#feed.parser = this.#deflated
  }
}

/** PS3.5 A.5. A file that needs no coercion keeps the bytes that it came in. */
class DeflatedCoercer implements ByteParser {
  readonly need = 1
  readonly #dataset: DatasetCoercer
  readonly #moment: () => Promise<string>
  readonly #give: Give
  readonly #inflater: DatasetInflater
  readonly #deflater: DeflateRaw = createDeflateRaw()
  readonly #feed: ByteFeed
  /** as they came, as long as nothing was altered */
  #came: Buffer[] = []
  #cameBytes = 0
  /** not shown to the inflater yet */
  #fresh: Buffer[] = []
  #made: Buffer[] = []
  #madeBytes = 0
  #block: Buffer[] = []
  #blockBytes = 0

  constructor(dataset: DatasetCoercer, inflatedBytes: number, moment: () => Promise<string>, give: Give) {
    this.#dataset = dataset
    this.#moment = moment
    this.#give = give
    this.#feed = new ByteFeed(dataset)
    this.#deflater.on('data', (bytes: Buffer) => {
      this.#made.push(bytes)
      this.#madeBytes += bytes.length
    })
    // an error reaches whoever writes
    this.#deflater.on('error', () => undefined)
    this.#inflater = new DatasetInflater(async bytes => {
      if (dataset.isUntouched) return
      this.#feed.push(bytes)
      await this.#deflate()
    }, inflatedBytes)
  }

  parse(bytes: Buffer, at: number, end: number): number {
    this.#fresh.push(Buffer.from(bytes.subarray(at, end)))
    return end
  }

  async pass(): Promise<void> {
    for (const bytes of this.#fresh.splice(0)) {
      if (this.#dataset.coerced.length === 0) {
        this.#came.push(bytes)
        this.#cameBytes += bytes.length
        if (this.#cameBytes > MOST_HELD_BYTES && !this.#dataset.isUntouched)
          throw new Problem(
            'limit-exceeded',
            'too much of the deflated dataset comes before what is to be coerced',
          )
      }
      if (!this.#dataset.isUntouched) await this.#inflater.write(bytes)
    }
    await this.#giveOn()
  }

  async end(): Promise<void> {
    if (!this.#dataset.isUntouched) {
      await this.#inflater.end()
      this.#dataset.finish(this.#feed.held)
      await this.#deflate(true)
      await this.#giveOn()
    }
    if (this.#dataset.coerced.length === 0) {
      for (const bytes of this.#came.splice(0)) await this.#give(bytes)
    }
    this.destroy()
  }

  destroy(): void {
    this.#inflater.destroy()
    this.#deflater.destroy()
  }

  async #giveOn(): Promise<void> {
    if (this.#dataset.coerced.length > 0) {
      this.#came = []
      for (const bytes of this.#made.splice(0)) await this.#give(bytes)
    } else if (this.#dataset.isUntouched) {
      this.#made = []
      this.#cameBytes = 0
      for (const bytes of this.#came.splice(0)) await this.#give(bytes)
    }
  }

  async #deflate(isEnd = false): Promise<void> {
    for (const piece of this.#dataset.take()) {
      // The inflater's chunk is its own again once this has returned; a block may be kept longer.
      const bytes = typeof piece === 'function' ? piece(await this.#moment()) : Buffer.from(piece)
      this.#block.push(bytes)
      this.#blockBytes += bytes.length
    }
    if (this.#blockBytes < BLOCK_BYTES && !isEnd) return
    const all = Buffer.concat(this.#block)
    const whole = isEnd ? all.length : all.length - (all.length % BLOCK_BYTES)
    for (let at = 0; at < whole; at += BLOCK_BYTES)
      await this.#write(all.subarray(at, Math.min(whole, at + BLOCK_BYTES)))
    this.#block = [all.subarray(whole)]
    this.#blockBytes = all.length - whole
    if (!isEnd) return
    await new Promise<void>((resolve, reject) => {
      this.#deflater.once('end', resolve).once('error', reject).end()
    })
    // of even length. PS3.5 A.5
    if (this.#madeBytes % 2 === 1) this.#made.push(Buffer.of(0))
  }

  #write(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#deflater.write(bytes, error => {
        if (error) reject(error)
        else resolve()
      })
    })
  }
}
