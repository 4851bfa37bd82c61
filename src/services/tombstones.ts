import { isBlobKey } from '../blobs/blob-key.js'
import type { BlobKey, BlobStore } from '../blobs/blob-store.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { StaleDeletion } from '../index/deletions.js'
import { newTombstoneKey, TOMBSTONES } from './blob-names.js'

/** So that the blobs alone tell what is deleted, should the index have to be made anew from them: a tombstone is a blob that
 *  lists blobs. The first line is JSON (`tombstone` the version of the form, `action`, `time`), each further line a key. */
export interface Tombstones {
  /** Durable when it resolves; the deletion itself is committed after it. */
  write(
    action: StaleDeletion['action'],
    blobKeys: Iterable<BlobKey> | AsyncIterable<BlobKey>,
  ): Promise<BlobKey>
  /** Reads one; its keys are read as they are asked for.
   * @throws Problem `blob-missing`, `unavailable`; `blob-damaged` where it is none, in the loop too */
  read(key: BlobKey): Promise<Tombstone>
  /** Removes one whose deletion did not come about, or is no more. */
  remove(key: BlobKey): Promise<void>
  /** Writes those anew that do not tell the truth: a part was restored, or more was deleted than was listed. */
  renew(): Promise<void>
  /** Removes those whose deletion did not come about because the process ended first. One that lists blobs which no row names
   *  tells of more than this index knows, and stays. */
  sweep(): Promise<void>
}

export interface Tombstone {
  readonly action: StaleDeletion['action']
  /** milliseconds since 1970 */
  readonly time: number
  /** to be read once */
  readonly blobKeys: AsyncIterable<BlobKey>
}

/** The deletion of a younger tombstone may still be under way, here or in another process. */
const UNCOMMITTED_MS = 10 * 60_000
const CHUNK_BYTES = 64 << 10
/** Keys of a tombstone that are looked at before it is removed. */
const KEYS_LOOKED_AT = 100
const LONGEST_LINE = 1 << 10

export function tombstones(index: ArchiveIndex, blobs: BlobStore): Tombstones {
  const { deletions } = index
  return { write, read, remove: key => blobs.delete(key), renew, sweep }

  async function write(
    action: StaleDeletion['action'],
    blobKeys: Iterable<BlobKey> | AsyncIterable<BlobKey>,
  ): Promise<BlobKey> {
    const key = newTombstoneKey()
    const writer = blobs.create(key)
    try {
      let text = `${JSON.stringify({ tombstone: 1, action, time: new Date().toISOString() })}\n`
      for await (const blobKey of blobKeys) {
        text += `${blobKey}\n`
        if (text.length < CHUNK_BYTES) continue
        await writer.write(Buffer.from(text))
        text = ''
      }
      await writer.write(Buffer.from(text))
      await writer.commit()
    } catch (error) {
      await writer.abort()
      throw error
    }
    return key
  }

  async function renew(): Promise<void> {
    for (const { id, action, stale, tombstoneKey: old } of await deletions.stale()) {
      const tombstoneKey = await write(action, deletions.blobKeys(id))
      const renewed = await deletions.renewTombstone({ deletionId: id, stale, tombstoneKey })
      // Where the deletion has changed meanwhile, whoever changed it renews it.
      if (!renewed) await blobs.delete(tombstoneKey)
      else if (old !== undefined) await blobs.delete(old)
    }
  }

  async function sweep(): Promise<void> {
    for await (const key of blobs.list(TOMBSTONES)) {
      const found = await blobs.stat(key)
      if (found === undefined || Date.now() - found.modified.getTime() < UNCOMMITTED_MS) continue
      if (!(await deletions.knowsTombstone(key)) && !(await tellsMore(key))) await blobs.delete(key)
    }
  }

  async function read(key: BlobKey): Promise<Tombstone> {
    const lines = linesOf(await blobs.open(key))[Symbol.asyncIterator]()
    const { value: head } = await lines.next()
    const { action, time } = headOf(head ?? '')
    return { action, time, blobKeys: checked(lines) }
  }

  /** Where the index was lost, or is an older copy. */
  async function tellsMore(key: BlobKey): Promise<boolean> {
    let looked = 0
    try {
      for await (const blobKey of (await read(key)).blobKeys) {
        if (!(await index.verification.isNamed(blobKey)) && (await blobs.stat(blobKey)) !== undefined)
          return true
        if (++looked === KEYS_LOOKED_AT) break
      }
      return false
    } catch (error) {
      if (error instanceof Problem && error.kind !== 'unavailable') return false
      throw error
    }
  }
}

function headOf(line: string): Pick<Tombstone, 'action' | 'time'> {
  try {
    const { tombstone, action, time } = JSON.parse(line) as Readonly<Record<string, unknown>>
    const milliseconds = Date.parse(String(time))
    if (tombstone === 1 && (action === 'delete' || action === 'replace') && !Number.isNaN(milliseconds))
      return { action, time: milliseconds }
  } catch {
    // Not JSON: told below.
  }
  throw new Problem('blob-damaged', 'the list of deleted blobs cannot be read')
}

async function* checked(lines: AsyncIterator<string, undefined>): AsyncGenerator<BlobKey> {
  try {
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      if (!isBlobKey(line.value))
        throw new Problem('blob-damaged', 'the list of deleted blobs holds what is no key')
      yield line.value
    }
  } finally {
    await lines.return?.()
  }
}

/** Each line has an end; one without was cut. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, undefined> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + Buffer.from(chunk).toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) break
    yield* lines
  }
  if (rest !== '') throw new Problem('blob-damaged', 'the list of deleted blobs is cut short')
  return undefined
}
