import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { close, fsync, open } from './calls.js'

/** Folders whose entries are made durable. A folder stays open once it was synced, so that an error of its writeback is
 *  not missed between two openings. */
export interface SyncedFolders {
  /** Makes a folder and what leads to it from the root, durably; does nothing for one it knows. */
  make(folder: string): Promise<void>
  /** Resolves when all that was renamed into (or removed from) the folder before this call is durable. One fsync runs at a
   *  time, and one more waits to serve all who came meanwhile. A failed one fails all it was to serve. */
  sync(folder: string): Promise<void>
  close(): Promise<void>
}

/** @param known folders that are there already, durably */
export function syncedFolders(root: string, known: readonly string[] = []): SyncedFolders {
  const folders = new Map<string, SyncedFolder>()
  const made = new Set([root, ...known])
  const folderAt = (folder: string): SyncedFolder => {
    const known = folders.get(folder)
    if (known !== undefined) return known
    const synced = new SyncedFolder(folder)
    folders.set(folder, synced)
    return synced
  }
  const make = async (folder: string): Promise<void> => {
    if (made.has(folder)) return
    const parent = path.dirname(folder)
    await make(parent)
    await mkdir(folder, { recursive: true })
    await folderAt(parent).sync()
    made.add(folder)
  }
  return {
    make,
    sync: folder => folderAt(folder).sync(),
    async close() {
      await Promise.all([...folders.values()].map(folder => folder.close()))
      folders.clear()
    },
  }
}

class SyncedFolder {
  #fd: Promise<number> | undefined
  #running: Promise<void> | undefined
  #queued: Promise<void> | undefined

  constructor(readonly folder: string) {}

  sync(): Promise<void> {
    if (this.#queued !== undefined) return this.#queued
    if (this.#running === undefined) return this.#start()
    const next = (): Promise<void> => {
      this.#queued = undefined
      return this.#start()
    }
    this.#queued = this.#running.then(next, next)
    return this.#queued
  }

  async close(): Promise<void> {
    await this.#queued?.catch(() => undefined)
    await this.#running?.catch(() => undefined)
    const fd = await this.#fd?.catch(() => undefined)
    this.#fd = undefined
    if (fd !== undefined) await close(fd)
  }

  #start(): Promise<void> {
    const run = this.#fsync().finally(() => (this.#running = undefined))
    this.#running = run
    return run
  }

  async #fsync(): Promise<void> {
    const opening = (this.#fd ??= open(this.folder, 'r'))
    try {
      await fsync(await opening)
    } catch (error) {
      this.#fd = undefined
      const fd = await opening.catch(() => undefined)
      if (fd !== undefined) await close(fd)
      throw error
    }
  }
}
