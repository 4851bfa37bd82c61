import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { ByteRange } from '../dicom/frame-table.js'
import { Problem } from '../dicom/problem.js'
import { checkBlobKey, isBlobKey } from './blob-key.js'
import type { BlobKey, BlobStat, BlobStore } from './blob-store.js'
import { blockPool } from './blocks.js'
import { readFully, unlink } from './folder/calls.js'
import { isMissing, readProblem, storageProblem } from './folder/failures.js'
import { OpenFiles } from './folder/open-files.js'
import { readSequentially } from './folder/sequential-read.js'
import { syncedFolders, type SyncedFolders } from './folder/synced-folders.js'
import { makeTemporaryFolder, sweepTemporaryFolders } from './folder/temporary-folder.js'
import { FolderWriter } from './folder/writer.js'

export interface FolderBlobStoreOptions {
  /** what all writers together may hold in memory, beyond 128 KiB each; 32 MiB by default */
  readonly writeBudgetBytes?: number
  /** files kept open for reading; 256 by default */
  readonly openFiles?: number
}

const WRITE_BUDGET_BYTES = 32 * 1024 * 1024
const OPEN_FILES = 256
const HEX = Array.from('0123456789abcdef')

/** Blobs as files in a folder, made where it is not there yet: `<root>/<key>`. A blob is written under a temporary name in
 *  the same file system, fsynced, renamed, and its folder fsynced; only then commit resolves. Several processes may share
 *  the folder. Removal is durable too when delete resolves.
 * @throws Problem `unavailable`, `storage-full`: the folder cannot be made */
export async function folderBlobStore(
  root: string,
  options: FolderBlobStoreOptions = {},
): Promise<BlobStore> {
  const home = path.resolve(root)
  const keyFolders = HEX.flatMap(high => HEX.map(low => path.join(home, high + low)))
  const folders = syncedFolders(home, keyFolders)
  let temporaryFolder: string
  try {
    await makeDurably(home)
    await makeKeyFolders(home, keyFolders)
    await folders.sync(home)
    temporaryFolder = await makeTemporaryFolder(home)
  } catch (error) {
    throw storageProblem(error)
  }
  return new FolderBlobStore(home, temporaryFolder, folders, options)
}

class FolderBlobStore implements BlobStore {
  readonly #root: string
  readonly #temporaryFolder: string
  readonly #folders: SyncedFolders
  readonly #blocks
  readonly #files: OpenFiles
  #closed = false

  constructor(
    root: string,
    temporaryFolder: string,
    folders: SyncedFolders,
    { writeBudgetBytes = WRITE_BUDGET_BYTES, openFiles = OPEN_FILES }: FolderBlobStoreOptions,
  ) {
    this.#root = root
    this.#temporaryFolder = temporaryFolder
    this.#folders = folders
    this.#blocks = blockPool(writeBudgetBytes)
    this.#files = new OpenFiles(openFiles)
  }

  create(key: BlobKey): FolderWriter {
    const file = this.#fileOf(key)
    return new FolderWriter({
      file,
      temporaryFolder: this.#temporaryFolder,
      folders: this.#folders,
      blocks: this.#blocks,
      replaced: () => this.#files.drop(file),
    })
  }

  async read(key: BlobKey, range: ByteRange, signal?: AbortSignal): Promise<Uint8Array> {
    checkRange(range)
    const file = this.#fileOf(key)
    signal?.throwIfAborted()
    const held = await this.#files.hold(file)
    try {
      const length = Math.max(0, Math.min(range.end, held.sizeBytes) - range.start)
      const bytes = Buffer.allocUnsafeSlow(length)
      const filled = await readFully(held.fd, bytes, range.start)
      signal?.throwIfAborted()
      return bytes.subarray(0, filled)
    } catch (error) {
      signal?.throwIfAborted()
      throw readProblem(error)
    } finally {
      held.release()
    }
  }

  async open(
    key: BlobKey,
    range: ByteRange = { start: 0, end: Infinity },
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    checkRange(range)
    const file = this.#fileOf(key)
    signal?.throwIfAborted()
    return readSequentially(await this.#files.hold(file), range, signal)
  }

  async stat(key: BlobKey): Promise<BlobStat | undefined> {
    try {
      const found = await stat(this.#fileOf(key))
      return found.isFile() ? { sizeBytes: found.size, modified: found.mtime } : undefined
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error instanceof RangeError ? error : storageProblem(error)
    }
  }

  async delete(key: BlobKey): Promise<void> {
    const file = this.#fileOf(key)
    this.#files.drop(file)
    try {
      await unlink(file)
      await this.#folders.sync(path.dirname(file))
    } catch (error) {
      if (!isMissing(error)) throw storageProblem(error)
    }
  }

  list(prefix: string, after: BlobKey = ''): AsyncIterable<BlobKey> {
    return listFolder(this.#root, '', prefix, after)
  }

  async sweep(): Promise<number> {
    try {
      return await sweepTemporaryFolders(this.#root)
    } catch (error) {
      throw storageProblem(error)
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#files.close()
    await this.#folders.close()
    // Not empty where a writer was neither committed nor aborted: a later start sweeps it.
    await rmdir(this.#temporaryFolder).catch(() => undefined)
  }

  #fileOf(key: BlobKey): string {
    checkBlobKey(key)
    if (this.#closed) throw new Problem('unavailable', 'the blob store is closed')
    return path.join(this.#root, key)
  }
}

/** Keys in a folder and below, ascending; one folder's names are in memory at a time. */
async function* listFolder(
  root: string,
  within: string,
  prefix: string,
  after: string,
): AsyncGenerator<BlobKey, void, void> {
  for (const name of await namesIn(path.join(root, within))) {
    const key = within + name
    if (key.endsWith('/')) {
      // What is below begins with the folder's name: all of it may come before, or some.
      if (key < after && !after.startsWith(key)) continue
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* listFolder(root, key, prefix, after)
    } else if (key > after && key.startsWith(prefix) && isBlobKey(key)) yield key
  }
}

/** Names of files, and of folders with a slash behind them: so they sort as the keys that they begin. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter(entry => entry.isFile() || (entry.isDirectory() && isBlobKey(entry.name)))
      .map(entry => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort()
  } catch (error) {
    if (isMissing(error)) return []
    throw storageProblem(error)
  }
}

/** The root and what leads to it, each entry durable. */
async function makeDurably(root: string): Promise<void> {
  const first = await mkdir(root, { recursive: true, mode: 0o750 })
  if (first === undefined) return
  const parents = syncedFolders(path.parse(root).root)
  try {
    for (let made = root; made.length >= first.length; made = path.dirname(made))
      await parents.sync(path.dirname(made))
  } finally {
    await parents.close()
  }
}

/** The folders that spread the blobs, made once. */
async function makeKeyFolders(root: string, keyFolders: readonly string[]): Promise<void> {
  const there = new Set(await readdir(root))
  for (const folder of keyFolders)
    if (!there.has(path.basename(folder))) await mkdir(folder, { recursive: true, mode: 0o750 })
}

function checkRange({ start, end }: ByteRange): void {
  if (Number.isSafeInteger(start) && start >= 0 && start <= end) return
  throw new RangeError('a byte range starts at a whole number from 0 on and does not end before it')
}
