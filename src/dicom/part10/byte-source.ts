/** Bytes of a known length that can be read more than once: in memory, or behind a file. */
export interface ByteSource {
  readonly lengthBytes: number
  /** A range in one read, cut at the end. Meant for what fits in memory. */
  read(startBytes: number, endBytes: number): Promise<Buffer>
  /** All of it, in order. */
  chunks(): AsyncIterable<Uint8Array>
}

const CHUNK_BYTES = 256 * 1024

export function bytesInMemory(bytes: Buffer): ByteSource {
  return {
    lengthBytes: bytes.length,
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    async *chunks() {
      if (bytes.length > 0) yield await Promise.resolve(bytes)
    },
  }
}

/** A source that can be read by range only. */
export function readableBytes(lengthBytes: number, read: ByteSource['read']): ByteSource {
  return {
    lengthBytes,
    read: (start, end) => read(Math.min(start, lengthBytes), Math.min(end, lengthBytes)),
    async *chunks() {
      for (let at = 0; at < lengthBytes; at += CHUNK_BYTES) {
        yield await read(at, Math.min(lengthBytes, at + CHUNK_BYTES))
      }
    },
  }
}

export function partOf(source: ByteSource, startBytes: number, endBytes: number): ByteSource {
  if (startBytes === 0 && endBytes === source.lengthBytes) return source
  return readableBytes(endBytes - startBytes, (start, end) =>
    source.read(startBytes + start, startBytes + end),
  )
}

/** One after the other; read by range from its beginning only. */
export function joinedBytes(sources: readonly ByteSource[]): ByteSource {
  const [only] = sources
  if (only !== undefined && sources.length === 1) return only
  return {
    lengthBytes: sources.reduce((sum, source) => sum + source.lengthBytes, 0),
    async read(start, end) {
      const pieces: Buffer[] = []
      let before = 0
      for (const source of sources) {
        const from = Math.max(0, start - before)
        const to = Math.min(source.lengthBytes, end - before)
        if (from < to) pieces.push(await source.read(from, to))
        before += source.lengthBytes
      }
      return Buffer.concat(pieces)
    },
    async *chunks() {
      for (const source of sources) yield* source.chunks()
    },
  }
}
