import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BlobWriter } from '../blob-store.js'
import { BLOCK_BYTES, type Blocks } from '../blocks.js'
import { close, fdatasync, fsync, open, rename, unlink, writeAll } from './calls.js'
import { isMissing, storageProblem } from './failures.js'
import type { SyncedFolders } from './synced-folders.js'

/** Where a writer's bytes go and what it shares with the others. */
export interface WriterPlace {
  /** where the blob stands when it is whole */
  readonly file: string
  readonly temporaryFolder: string
  readonly folders: SyncedFolders
  readonly blocks: Blocks
  /** called when the name leads to new bytes */
  replaced(): void
}

/** A blob up to this size is gathered in memory and written by one call; a larger one streams. */
const GATHERED_BYTES = 1024 * 1024
/** A streaming blob's bytes in memory: those being written and those that come meanwhile. */
const STREAMING_BYTES = 1024 * 1024
const WRITE_BYTES = STREAMING_BYTES / 2
/** A large blob reaches the disk piece by piece: one fsync of gigabytes at the end would hold up everybody's fsyncs. */
const SYNC_EVERY_BYTES = 32 * 1024 * 1024

export class FolderWriter implements BlobWriter {
  readonly #place: WriterPlace
  readonly #temporary: string
  #fd: number | undefined
  #created = false
  /** filled blocks, the last one up to #lastFill */
  #held: Uint8Array[] = []
  #lastFill = BLOCK_BYTES
  #streaming = false
  #positionBytes = 0
  #unsyncedBytes = 0
  #syncing: Promise<void> | undefined
  #flight: Promise<void> | undefined
  #flightBlocks = 0
  #draining: Promise<void> | undefined
  #failure: Error | undefined
  #committing: Promise<void> | undefined
  #aborting: Promise<void> | undefined

  constructor(place: WriterPlace) {
    this.#place = place
    this.#temporary = path.join(place.temporaryFolder, randomBytes(12).toString('hex'))
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#committing !== undefined) throw new Error('a blob takes no bytes after its commit')
    if (this.#draining !== undefined) throw new Error('a blob takes no bytes before the last ones are taken')
    const taken = this.#take(chunk)
    if (this.#streaming && this.#heldBytes() >= WRITE_BYTES) this.#startFlight()
    if (taken === chunk.length) return undefined
    const draining = this.#drain(chunk.subarray(taken)).finally(() => (this.#draining = undefined))
    this.#draining = draining
    return draining
  }

  commit(): Promise<void> {
    if (this.#committing === undefined && this.#aborting !== undefined)
      return Promise.reject(new Error('an aborted blob cannot be committed'))
    this.#committing ??= this.#commit()
    return this.#committing
  }

  abort(): Promise<void> {
    if (this.#committing !== undefined) return this.#committing.catch(() => undefined)
    this.#failure ??= new Error('the blob was aborted')
    this.#aborting ??= this.#discard()
    return this.#aborting
  }

  /** @returns how many bytes found room */
  #take(chunk: Uint8Array): number {
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
    return taken
  }

  /** One more block, where this writer's window and the share of all of them allow it. */
  #grow(): boolean {
    const mine = this.#held.length + this.#flightBlocks
    if ((mine + 1) * BLOCK_BYTES > (this.#streaming ? STREAMING_BYTES : GATHERED_BYTES)) return false
    const block = this.#place.blocks.take(mine === 0)
    if (block === undefined) return false
    this.#held.push(block)
    this.#lastFill = 0
    return true
  }

  async #drain(chunk: Uint8Array): Promise<void> {
    this.#streaming = true
    let rest = chunk
    while (rest.length > 0) {
      this.#startFlight()
      await this.#flight
      if (this.#failure !== undefined) throw this.#failure
      rest = rest.subarray(this.#take(rest))
    }
    if (this.#heldBytes() >= WRITE_BYTES) this.#startFlight()
  }

  #heldBytes(): number {
    return this.#held.length === 0 ? 0 : (this.#held.length - 1) * BLOCK_BYTES + this.#lastFill
  }

  /** Starts writing what is held; one write is under way at a time. Its failure is kept and told to the next caller. */
  #startFlight(): void {
    if (this.#flight !== undefined || this.#held.length === 0 || this.#failure !== undefined) return
    const blocks = this.#held.splice(0, this.#streaming ? WRITE_BYTES / BLOCK_BYTES : Infinity)
    const pieces = [...blocks]
    if (this.#held.length === 0) {
      const last = pieces.pop()
      if (last !== undefined) pieces.push(last.subarray(0, this.#lastFill))
      this.#lastFill = BLOCK_BYTES
    }
    this.#flightBlocks = blocks.length
    this.#flight = this.#fly(pieces)
      .catch((error: unknown) => {
        this.#failure ??= storageProblem(error)
      })
      .finally(() => {
        for (const block of blocks) this.#place.blocks.give(block)
        this.#flightBlocks = 0
        this.#flight = undefined
        if (this.#heldBytes() >= WRITE_BYTES) this.#startFlight()
      })
  }

  async #fly(pieces: readonly Uint8Array[]): Promise<void> {
    const fd = await this.#open()
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0)
    await writeAll(fd, pieces, this.#positionBytes)
    this.#positionBytes += bytes
    this.#unsyncedBytes += bytes
    if (this.#unsyncedBytes < SYNC_EVERY_BYTES) return
    await this.#syncing
    this.#unsyncedBytes = 0
    this.#syncing = fdatasync(fd)
    // Seen by whoever awaits it next: the following sync, or the commit.
    this.#syncing.catch(() => undefined)
  }

  async #open(): Promise<number> {
    if (this.#fd !== undefined) return this.#fd
    const create = (): Promise<number> => open(this.#temporary, 'wx', 0o640)
    const fd = await create().catch(async (error: unknown) => {
      if (!isMissing(error)) throw error
      // Long idle, and another machine's sweep took the empty folder away.
      await mkdir(this.#place.temporaryFolder, { recursive: true })
      return create()
    })
    this.#created = true
    this.#fd = fd
    return fd
  }

  async #commit(): Promise<void> {
    const { file, folders } = this.#place
    try {
      await this.#draining
      while (this.#flight !== undefined || this.#held.length > 0) {
        this.#startFlight()
        await this.#flight
        if (this.#failure !== undefined) throw this.#failure
      }
      if (this.#failure !== undefined) throw this.#failure
      const fd = await this.#open()
      await this.#syncing
      // "A fsync that fails" has lost the bytes it failed for; another one would answer as if all were well.
      await fsync(fd)
      this.#fd = undefined
      await close(fd)
      await folders.make(path.dirname(file))
      await rename(this.#temporary, file)
      this.#created = false
    } catch (error) {
      await this.#discard()
      throw storageProblem(error)
    }
    this.#place.replaced()
    try {
      await folders.sync(path.dirname(file))
    } catch (error) {
      // Its name may be gone after a power loss: what cannot be promised is not shown either.
      await unlink(file).catch(() => undefined)
      this.#place.replaced()
      throw storageProblem(error)
    }
  }

  /** Frees memory, descriptor and temporary file; never throws. */
  async #discard(): Promise<void> {
    this.#failure ??= new Error('the blob was given up')
    await this.#flight
    for (const block of this.#held) this.#place.blocks.give(block)
    this.#held = []
    this.#lastFill = BLOCK_BYTES
    await this.#syncing?.catch(() => undefined)
    if (this.#fd !== undefined) await close(this.#fd).catch(() => undefined)
    this.#fd = undefined
    if (this.#created) await unlink(this.#temporary).catch(() => undefined)
    this.#created = false
  }
}
