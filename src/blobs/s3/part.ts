import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { BLOCK_BYTES, type Blocks } from '../blocks.js'
import { storageProblem } from '../folder/failures.js'
import type { Bodies } from './bodies.js'
import { openUnnamed, readWhole, writeWhole } from '../unnamed-file.js'

/** The bytes of a request, with what its headers say of them. */
export interface Body {
  readonly bytes: Buffer
  readonly md5: Buffer
  /** undefined where it is not asked for: https proves the same */
  readonly sha256: string | undefined
}

/** Gathers what becomes one request. S3 takes no part below 5 MiB but the last, so a slow upload may hold that much for
 *  hours: it is held in blocks of memory while all of them together are not much, and in a file without a name after that.
 *  Digests are taken as the bytes come: of 8 MiB at once they would hold the event loop up. */
export class GatheredPart {
  readonly #blocks: Blocks
  readonly #spill: SpillFile
  readonly #md5 = createHash('md5')
  readonly #sha256
  #held: Uint8Array[] = []
  #lastFill = BLOCK_BYTES
  #spilledBytes = 0
  sizeBytes = 0

  constructor(blocks: Blocks, spill: SpillFile, withSha256: boolean) {
    this.#blocks = blocks
    this.#spill = spill
    this.#sha256 = withSha256 ? createHash('sha256') : undefined
  }

  /** @returns how many bytes found room in memory */
  take(chunk: Uint8Array): number {
    let taken = 0
    while (taken < chunk.length) {
      if (this.#lastFill === BLOCK_BYTES && !this.#grow()) break
      const last = this.#held.at(-1)
      if (last === undefined) break
      const piece = chunk.subarray(taken, taken + BLOCK_BYTES - this.#lastFill)
      last.set(piece, this.#lastFill)
      this.#lastFill += piece.length
      taken += piece.length
    }
    if (taken > 0) {
      const bytes = chunk.subarray(0, taken)
      this.#md5.update(bytes)
      this.#sha256?.update(bytes)
      this.sizeBytes += taken
    }
    return taken
  }

  /** Makes room in memory: what is held goes to the file.
   * @throws Problem `storage-full`, `unavailable` */
  async spill(): Promise<void> {
    for (const piece of this.#pieces()) {
      await this.#spill.write(piece, this.#spilledBytes)
      this.#spilledBytes += piece.length
    }
    this.free()
  }

  /** Ends it: all of its bytes in one buffer, nothing held any more.
   * @throws Problem `unavailable` */
  async end(bodies: Bodies): Promise<Body> {
    const bytes = bodies.take(this.sizeBytes)
    let at = this.#spilledBytes
    for (const piece of this.#pieces()) {
      bytes.set(piece, at)
      at += piece.length
    }
    this.free()
    if (this.#spilledBytes > 0) await this.#spill.read(bytes.subarray(0, this.#spilledBytes))
    return { bytes, md5: this.#md5.digest(), sha256: this.#sha256?.digest('hex') }
  }

  /** Gives its memory back. */
  free(): void {
    for (const block of this.#held) this.#blocks.give(block)
    this.#held = []
    this.#lastFill = BLOCK_BYTES
  }

  #pieces(): Uint8Array[] {
    return this.#held.map((block, i) =>
      i === this.#held.length - 1 ? block.subarray(0, this.#lastFill) : block,
    )
  }

  #grow(): boolean {
    const block = this.#blocks.take(this.#held.length === 0)
    if (block === undefined) return false
    this.#held.push(block)
    this.#lastFill = 0
    return true
  }
}

/** One upload's file for what does not stay in memory; made when it is first needed. */
export class SpillFile {
  readonly #folder: string
  #file: FileHandle | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  async write(bytes: Uint8Array, at: number): Promise<void> {
    try {
      this.#file ??= await openUnnamed(this.#folder)
      await writeWhole(this.#file, bytes, at)
    } catch (error) {
      throw storageProblem(error)
    }
  }

  async read(into: Uint8Array): Promise<void> {
    try {
      if (this.#file === undefined) throw new Error('nothing was written')
      await readWhole(this.#file, into, 0)
    } catch (error) {
      throw storageProblem(error)
    }
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close().catch(() => undefined)
  }
}
