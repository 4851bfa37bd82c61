/** Memory of request bodies, used again: fresh megabytes cost more than the copy into them, and stay until they are collected. */
export interface Bodies {
  /** @returns so many bytes, with anything in them */
  take(sizeBytes: number): Buffer
  /** For what has arrived; what a failed request may still hold is left to be collected. */
  give(body: Buffer): void
}

const STEP_BYTES = 256 * 1024

/** @param keptBytes what is kept of what nobody uses */
export function bodyPool(keptBytes: number): Bodies {
  /** the least recently used first */
  const free: ArrayBufferLike[] = []
  let freeBytes = 0
  return {
    take(sizeBytes) {
      const length = Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES
      const found = free.findIndex(memory => memory.byteLength === length)
      const memory = found < 0 ? Buffer.allocUnsafeSlow(length).buffer : free.splice(found, 1)[0]
      if (memory === undefined) return Buffer.alloc(sizeBytes)
      if (found >= 0) freeBytes -= length
      return Buffer.from(memory, 0, sizeBytes)
    },
    give({ buffer }) {
      free.push(buffer)
      freeBytes += buffer.byteLength
      while (freeBytes > keptBytes) freeBytes -= free.shift()?.byteLength ?? freeBytes
    },
  }
}
