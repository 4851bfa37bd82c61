import type { BlobKey } from '../blob-store.js'
import type { DerivedCache, DerivedName, DerivedWriter } from '../derived-cache.js'

/** The beginning of a blob on its way into the cache. */
export interface Keeping {
  /** Takes the bytes at once: the caller may do with them what it likes.
   * @returns when they are written; it never rejects */
  write(chunk: Uint8Array): Promise<void>
  /** Only the first call counts. What follows of it is done in the background.
   * @param good false: nothing of it is kept */
  end(good: boolean): void
}

/** What is being kept at the moment, one of a key. */
export interface Keepings {
  /** bytes that were taken and are not written yet, of all together */
  readonly heldBytes: number
  /** @returns undefined where the key is being kept already, or after close */
  begin(key: BlobKey): Keeping | undefined
  /** Nothing of the key is kept once it resolves, and nothing that was begun before. */
  forget(key: BlobKey): Promise<void>
  /** Ends all of them, and waits for what is being written. */
  close(): Promise<void>
}

export function keptName(key: BlobKey): DerivedName {
  return { of: `blob ${key}`, as: 'its beginning' }
}

export function keepings(cache: DerivedCache): Keepings {
  /** each until its last byte is written, or its file removed */
  const running = new Map<BlobKey, { stop(): Promise<void> }>()
  let heldBytes = 0
  let closed = false
  return {
    get heldBytes() {
      return heldBytes
    },
    begin(key) {
      if (closed || running.has(key)) return undefined
      return begun(key)
    },
    async forget(key) {
      await running.get(key)?.stop()
      await cache.drop(keptName(key))
    },
    async close() {
      closed = true
      await Promise.all(Array.from(running.values(), one => one.stop()))
    },
  }

  function begun(key: BlobKey): Keeping {
    /** asked for once: what comes after a refused beginning must not become one */
    let writer: Promise<DerivedWriter | undefined> | undefined
    let ended = false
    /** one step after the other; none of them rejects */
    let steps = Promise.resolve()

    const write = (chunk: Uint8Array): Promise<void> => {
      if (ended) return steps
      // The reader may give its bytes to another thread, where they are gone from here.
      const own = Uint8Array.from(chunk)
      heldBytes += own.length
      steps = steps.then(async () => {
        writer ??= cache.create(keptName(key), own.length)
        await (await writer)?.write(own)
        heldBytes -= own.length
      })
      return steps
    }

    const end = (good: boolean): void => {
      if (ended) return
      ended = true
      steps = steps.then(async () => {
        const begun = await writer
        await (good ? begun?.commit() : begun?.abort())
        running.delete(key)
      })
    }

    running.set(key, {
      stop() {
        end(false)
        return steps
      },
    })
    return { write, end }
  }
}
