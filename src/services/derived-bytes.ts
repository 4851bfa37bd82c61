import type { DerivedCache, DerivedFile, DerivedName } from '../blobs/derived-cache.js'

/** What is made from stored bytes, and kept in the derived cache where there is room. */
export interface DerivedBytes {
  /** What is asked for twice at once is made once; who asks second waits for the first. Making goes on when all who asked
   *  went away. Small results only (pictures, frames): they are held in memory.
   * @throws what `make` throws */
  get(name: DerivedName, make: () => Promise<Uint8Array>): Promise<Uint8Array>
}

export function derivedBytes(cache: DerivedCache): DerivedBytes {
  const making = new Map<string, Promise<Uint8Array>>()
  return {
    async get(name, make) {
      const key = `${name.of} ${name.as}`
      const running = making.get(key)
      if (running !== undefined) return running
      const started = found(name, make).finally(() => making.delete(key))
      making.set(key, started)
      return started
    },
  }

  async function found(name: DerivedName, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const cached = await cache.get(name)
    const kept = cached === undefined ? undefined : await readAll(cached)
    if (kept !== undefined) return kept
    const bytes = await make()
    const writer = await cache.create(name, bytes.length)
    await writer?.write(bytes)
    await writer?.commit()
    return bytes
  }
}

/** @returns undefined where the file is not whole */
async function readAll(file: DerivedFile): Promise<Uint8Array | undefined> {
  try {
    const chunks: Uint8Array[] = []
    for await (const chunk of file.read({ start: 0, end: file.sizeBytes })) chunks.push(chunk)
    return Buffer.concat(chunks)
  } catch {
    return undefined
  } finally {
    await file.close()
  }
}
