import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { ByteRange } from '../dicom/frame-table.js'
import { checkedSums, openChecked, type CheckedFile } from './checked-file.js'

/** The name of a derived file. */
export interface DerivedName {
  /** what it is derived from, any text: all that is made from it is removed together */
  readonly of: string
  /** what it is and how it was made, any text that tells it from the others of the same origin */
  readonly as: string
}

/** Files that can be made again at any time: series bundles, inflated datasets, pictures. A folder of a bounded size, which
 *  several processes may share; the least recently used go first. Deleting any of it, or all, at any time loses nothing but time. */
export interface DerivedCache {
  /** @returns an open file, or undefined where it must be made (again) */
  get(name: DerivedName): Promise<DerivedFile | undefined>
  /** Starts a file. Nothing is visible before commit, and nothing of it is durable.
   * @param expectedBytes refused (undefined) where it could never fit, or the cache is off */
  create(name: DerivedName, expectedBytes: number): Promise<DerivedWriter | undefined>
  /** Removes all that was made from these, also by other processes. Never throws: what cannot be removed is evicted one day. */
  remove(origins: readonly string[]): Promise<void>
  /** Removes this one file, without a look through the folder. Never throws, as remove. */
  drop(name: DerivedName): Promise<void>
}

/** An open derived file; it can be read to its end even when it is evicted meanwhile. */
export interface DerivedFile {
  readonly sizeBytes: number
  /** What was written, or an error: the file is then removed.
   * @throws Error where the file was damaged, or is shorter than the range */
  read(range: ByteRange): AsyncIterable<Uint8Array>
  close(): Promise<void>
}

export interface DerivedWriter {
  write(chunk: Uint8Array): Promise<void>
  /** Never throws: a derived file that cannot be kept is only slower. */
  commit(): Promise<void>
  abort(): Promise<void>
}

/** Of a derived file no more than this share of the cache. */
const LARGEST_SHARE = 0.5
/** What one process writes before it looks again at what the others wrote: the cache may be over its size by as much for each of them. */
const UNSEEN_SHARE = 1 / 16
/** What is left when it was full: otherwise each file that comes would have the whole folder looked through. */
const KEPT_SHARE = 0.9
/** Files are looked at so many at a time. */
const STATUSES_AT_ONCE = 32
/** A file's time of use is its time of change, told to all processes by the file system, not more often than this. */
const USE_TOLD_MS = 1000
/** What is written for so long is being written by nobody. */
const ABANDONED_MS = 3_600_000
const DIGEST_CHARACTERS = 32
/** Other names were made by earlier versions. */
const NAME = /^[0-9a-f]{32}-[0-9a-f]{32}$/

/** @param capacityBytes 0 switches it off */
export async function derivedCache(root: string, capacityBytes: number): Promise<DerivedCache> {
  /** as of the last look, and what this process wrote since */
  let totalBytes = 0
  let unseenBytes = 0
  let looking: Promise<void> | undefined
  if (capacityBytes > 0) {
    await mkdir(root, { recursive: true })
    await look()
  }
  return { get, create, remove, drop }

  async function get(name: DerivedName): Promise<DerivedFile | undefined> {
    if (capacityBytes === 0) return undefined
    const file = path.join(root, fileName(name))
    const found = await openChecked(file).catch(() => 'absent' as const)
    if (found === 'absent') return undefined
    if (found === undefined) {
      await unlink(file).catch(ignore)
      return undefined
    }
    if (Date.now() - found.modified > USE_TOLD_MS) {
      const now = new Date()
      await found.handle.utimes(now, now).catch(ignore)
    }
    return derivedFile(found, () => unlink(file).catch(ignore))
  }

  async function create(name: DerivedName, expectedBytes: number): Promise<DerivedWriter | undefined> {
    if (expectedBytes > capacityBytes * LARGEST_SHARE || capacityBytes === 0) return undefined
    const key = fileName(name)
    const temporary = path.join(root, `${key}.${randomBytes(6).toString('hex')}.part`)
    const handle = await started(temporary)
    if (handle === undefined) return undefined
    const sums = checkedSums()
    let failed = false
    const abort = async (): Promise<void> => {
      failed = true
      await handle.close().catch(ignore)
      await rm(temporary, { force: true }).catch(ignore)
    }
    return {
      async write(chunk) {
        if (failed) return
        sums.add(chunk)
        if (sums.sizeBytes > capacityBytes * LARGEST_SHARE) return abort()
        await handle.writeFile(chunk).catch(abort)
      },
      async commit() {
        if (failed) return
        try {
          const end = sums.end()
          await handle.writeFile(end)
          await handle.close()
          await rename(temporary, path.join(root, key))
          await written(sums.sizeBytes + end.length)
        } catch {
          await abort()
        }
      },
      abort,
    }
  }

  /** The folder may have been deleted meanwhile. */
  async function started(temporary: string): Promise<FileHandle | undefined> {
    try {
      return await open(temporary, 'wx')
    } catch {
      await mkdir(root, { recursive: true }).catch(ignore)
      return open(temporary, 'wx').catch(() => undefined)
    }
  }

  async function remove(origins: readonly string[]): Promise<void> {
    if (capacityBytes === 0 || origins.length === 0) return
    const wanted = new Set(origins.map(digest))
    for (const name of await readdir(root).catch(() => []))
      if (wanted.has(name.slice(0, DIGEST_CHARACTERS))) await unlink(path.join(root, name)).catch(ignore)
  }

  async function drop(name: DerivedName): Promise<void> {
    if (capacityBytes > 0) await unlink(path.join(root, fileName(name))).catch(ignore)
  }

  async function written(bytes: number): Promise<void> {
    totalBytes += bytes
    unseenBytes += bytes
    if (totalBytes > capacityBytes || unseenBytes > capacityBytes * UNSEEN_SHARE)
      await (looking ??= look().finally(() => (looking = undefined)))
  }

  /** Counts what is there, whoever made it, and lets go of what is too much. Two processes may do so at once. */
  async function look(): Promise<void> {
    unseenBytes = 0
    const before = totalBytes
    const found = await filesByUse()
    // What was written meanwhile may be among them or not: it counts twice for a while rather than not at all.
    totalBytes = found.reduce((sum, { bytes }) => sum + bytes, totalBytes - before)
    if (totalBytes <= capacityBytes) return
    for (const { file, bytes } of found) {
      if (totalBytes <= capacityBytes * KEPT_SHARE) return
      totalBytes -= bytes
      await unlink(file).catch(ignore)
    }
  }

  /** The least recently used first. What no process will ever ask for is removed. */
  async function filesByUse(): Promise<{ file: string; bytes: number; used: number }[]> {
    const found: { file: string; bytes: number; used: number }[] = []
    const names = (await readdir(root).catch(() => [])).values()
    const next = async (): Promise<void> => {
      for (const name of names) {
        const file = path.join(root, name)
        const status = await stat(file).catch(() => undefined)
        if (status?.isFile() !== true) continue
        const unfinished = name.endsWith('.part')
        if (unfinished ? Date.now() - status.mtimeMs > ABANDONED_MS : !NAME.test(name))
          await unlink(file).catch(ignore)
        else if (!unfinished) found.push({ file, bytes: status.size, used: status.mtimeMs })
      }
    }
    await Promise.all(Array.from({ length: STATUSES_AT_ONCE }, next))
    return found.sort((a, b) => a.used - b.used)
  }
}

function derivedFile({ handle, sizeBytes, read }: CheckedFile, discard: () => Promise<void>): DerivedFile {
  return {
    sizeBytes,
    async *read(range) {
      try {
        yield* read(range)
      } catch (error) {
        await discard()
        throw error
      }
    },
    close: () => handle.close(),
  }
}

function fileName(name: DerivedName): string {
  return `${digest(name.of)}-${digest(name.as)}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_CHARACTERS)
}

function ignore(): void {
  // Another process may have removed it first.
}
