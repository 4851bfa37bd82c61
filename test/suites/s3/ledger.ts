/** What a client was told, held against what the store has. */
import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { BlobStore } from '../../../src/blobs/blob-store.js'
import { Problem } from '../../../src/dicom/problem.js'
import { keys, sha256 } from '../../blobs/blob-store-conformance.js'
import type { Random } from '../random.js'

const MIB = 1024 * 1024
const CHUNK_BYTES = 256 * 1024
/** one request, and several parts of 5 MiB */
const SIZES = [0, 1, 4096, 300_000, 700_000, MIB, 6 * MIB, 12 * MIB + 5]

interface Entry {
  readonly sha256: string
  readonly bytes: number
}

export interface Ledger {
  /** Writes, reads and deletes at random until it is told to stop. What fails must fail as `unavailable`. */
  work(until: () => boolean): Promise<void>
  /** All that was acknowledged is there and as it was sent, what was deleted is not, and nothing is there in part. */
  check(t: Test): Promise<void>
  readonly counts: { writes: number; reads: number; deletes: number; failures: number; longestMs: number }
}

export function ledger(t: Test, store: BlobStore, random: Random): Ledger {
  const acknowledged = new Map<string, Entry>()
  /** what failed may have come about, but then wholly */
  const unknown = new Map<string, Entry>()
  const counts = { writes: 0, reads: 0, deletes: 0, failures: 0, longestMs: 0 }

  async function write(): Promise<void> {
    const bytes = randomBytes(SIZES[random.below(SIZES.length)]!)
    const name = randomBytes(10).toString('hex')
    const key = `${name.slice(0, 2)}/${name}.dcm`
    const entry = { sha256: sha256(bytes), bytes: bytes.length }
    unknown.set(key, entry)
    const writer = store.create(key)
    try {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
        await writer.write(bytes.subarray(at, at + CHUNK_BYTES))
      await writer.commit()
    } catch (error) {
      await writer.abort()
      throw error
    }
    unknown.delete(key)
    acknowledged.set(key, entry)
    counts.writes++
  }

  async function read(): Promise<void> {
    const [key, entry] = [...acknowledged][random.below(acknowledged.size)]!
    counts.reads++
    if (random.below(2) === 0) {
      const start = random.below(entry.bytes + 1)
      const got = await store.read(key, { start, end: start + 4096 })
      if (got.length !== Math.min(4096, entry.bytes - start)) t.fail(`${got.length} bytes of a range`)
      return
    }
    const got = await digest(store, key)
    if (got !== entry.sha256) t.fail('a blob that was altered was read')
  }

  async function remove(): Promise<void> {
    const [key, entry] = [...acknowledged][random.below(acknowledged.size)]!
    acknowledged.delete(key)
    unknown.set(key, entry)
    await store.delete(key)
    unknown.delete(key)
    counts.deletes++
    if ((await store.stat(key)) !== undefined) t.fail('what was deleted is there')
  }

  return {
    counts,
    async work(until) {
      while (!until()) {
        const started = performance.now()
        const dice = random.below(10)
        try {
          await (dice < 4 || acknowledged.size < 3 ? write() : dice < 9 ? read() : remove())
        } catch (error) {
          counts.failures++
          // Another worker may have deleted what this one reads.
          const kind = error instanceof Problem ? error.kind : String(error)
          if (kind !== 'unavailable' && kind !== 'blob-missing') t.fail(`failed with ${kind}`)
        }
        counts.longestMs = Math.max(counts.longestMs, Math.round(performance.now() - started))
      }
    },
    async check(t) {
      const there = new Set(await keys(store, ''))
      let lost = 0
      let altered = 0
      for (const [key, entry] of acknowledged) {
        if (!there.has(key)) lost++
        else if ((await digest(store, key)) !== entry.sha256) altered++
        there.delete(key)
      }
      let halves = 0
      let strangers = 0
      for (const key of there) {
        const entry = unknown.get(key)
        if (entry === undefined) strangers++
        else if ((await digest(store, key)) !== entry.sha256) halves++
      }
      t.strictSame(
        { lost, altered, halves, strangers },
        { lost: 0, altered: 0, halves: 0, strangers: 0 },
        `${acknowledged.size} acknowledged blobs`,
      )
    },
  }
}

async function digest(store: BlobStore, key: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await store.open(key)) chunks.push(chunk)
  return sha256(Buffer.concat(chunks))
}
