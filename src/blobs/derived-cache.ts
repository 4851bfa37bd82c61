import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { ByteRange } from '../dicom/frame-table.js'

/** The name of a derived file. */
export interface DerivedName {
  /** what it is derived from, any text: all that is made from it is removed together */
  readonly of: string
  /** what it is and how it was made, any text that tells it from the others of the same origin */
  readonly as: string
}

/** Files that can be made again at any time: series bundles, inflated datasets, later pictures. A folder of a bounded
 *  size, the least recently used go first. Deleting any of it, or all, at any time loses nothing but time. */
export interface DerivedCache {
  /** @returns an open file, or undefined where it must be made (again) */
  get(name: DerivedName): Promise<DerivedFile | undefined>
  /** Starts a file. Nothing is visible before commit, and nothing of it is durable.
   * @param expectedBytes refused (undefined) where it could never fit, or the cache is off */
  create(name: DerivedName, expectedBytes: number): Promise<DerivedWriter | undefined>
  /** Removes all that was made from these, also by other processes. Never throws: what cannot be removed is evicted one day. */
  remove(origins: readonly string[]): Promise<void>
}

/** An open derived file; it can be read to its end even when it is evicted meanwhile. */
export interface DerivedFile {
  readonly sizeBytes: number
  /** @throws Error where the file is shorter than the range */
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
const CHUNK_BYTES = 256 << 10
const DIGEST_CHARACTERS = 32
/** Other names were made by earlier versions. */
const NAME = /^[0-9a-f]{32}-[0-9a-f]{32}$/

/** @param capacityBytes 0 switches it off */
export async function derivedCache(root: string, capacityBytes: number): Promise<DerivedCache> {
  // Insertion order is order of use: the first key is the least recently used.
  const files = new Map<string, number>()
  let totalBytes = 0
  if (capacityBytes > 0) {
    await mkdir(root, { recursive: true })
    await takeStock()
  }
  return { get, create, remove }

  async function takeStock(): Promise<void> {
    const found: { name: string; size: number; used: number }[] = []
    for (const name of await readdir(root)) {
      const file = path.join(root, name)
      const status = await stat(file).catch(() => undefined)
      if (status === undefined || !status.isFile()) continue
      // Left by a process that ended in mid-write. A live one's file is younger.
      if (name.endsWith('.part')) {
        if (Date.now() - status.mtimeMs > 3_600_000) await unlink(file).catch(ignore)
      } else if (!NAME.test(name)) await unlink(file).catch(ignore)
      else found.push({ name, size: status.size, used: status.mtimeMs })
    }
    for (const { name, size } of found.sort((a, b) => a.used - b.used)) keep(name, size)
    await evict()
  }

  async function get(name: DerivedName): Promise<DerivedFile | undefined> {
    if (capacityBytes === 0) return undefined
    const key = fileName(name)
    const size = files.get(key)
    if (size !== undefined) {
      files.delete(key)
      files.set(key, size)
    }
    const handle = await open(path.join(root, key), 'r').catch(() => undefined)
    if (handle === undefined) forget(key)
    return handle === undefined ? undefined : derivedFile(handle, (await handle.stat()).size)
  }

  async function create(name: DerivedName, expectedBytes: number): Promise<DerivedWriter | undefined> {
    if (expectedBytes > capacityBytes * LARGEST_SHARE || capacityBytes === 0) return undefined
    const key = fileName(name)
    const temporary = path.join(root, `${key}.${randomBytes(6).toString('hex')}.part`)
    const handle = await open(temporary, 'wx').catch(() => undefined)
    if (handle === undefined) return undefined
    let size = 0
    let failed = false
    const abort = async (): Promise<void> => {
      failed = true
      await handle.close().catch(ignore)
      await rm(temporary, { force: true }).catch(ignore)
    }
    return {
      async write(chunk) {
        if (failed) return
        size += chunk.length
        if (size > capacityBytes * LARGEST_SHARE) return abort()
        await handle.writeFile(chunk).catch(abort)
      },
      async commit() {
        if (failed) return
        try {
          await handle.close()
          await rename(temporary, path.join(root, key))
          keep(key, size)
          await evict()
        } catch {
          await abort()
        }
      },
      abort,
    }
  }

  async function remove(origins: readonly string[]): Promise<void> {
    if (capacityBytes === 0 || origins.length === 0) return
    const wanted = new Set(origins.map(digest))
    for (const name of await readdir(root).catch(() => [])) {
      if (!wanted.has(name.slice(0, DIGEST_CHARACTERS))) continue
      if (!name.endsWith('.part')) forget(name)
      await unlink(path.join(root, name)).catch(ignore)
    }
  }

  function keep(key: string, size: number): void {
    forget(key)
    files.set(key, size)
    totalBytes += size
  }

  function forget(key: string): void {
    totalBytes -= files.get(key) ?? 0
    files.delete(key)
  }

  async function evict(): Promise<void> {
    for (const key of files.keys()) {
      if (totalBytes <= capacityBytes) return
      forget(key)
      await unlink(path.join(root, key)).catch(ignore)
    }
  }
}

function derivedFile(handle: FileHandle, sizeBytes: number): DerivedFile {
  return {
    sizeBytes,
    async *read(range) {
      for (let at = range.start; at < range.end;) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, range.end - at))
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
        if (bytesRead === 0) throw new Error('a derived file is shorter than it should be')
        yield buffer.subarray(0, bytesRead)
        at += bytesRead
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
