/** Runs the multipart reader over a body cut into chunks, and tells what came of it. */
import { multipartParts, type MultipartLimits } from '../../../src/web/multipart/read.js'

export interface CollectedPart {
  readonly headers: Readonly<Record<string, string>>
  /** latin1, so that a difference can be read */
  readonly body: string
  /** the message of what the body threw after these bytes */
  readonly cut?: string
}

export interface Collected {
  readonly parts: readonly CollectedPart[]
  readonly error?: Error
}

/** The bytes cut at the offsets, each piece in memory of its own. */
export function* cutAt(bytes: Uint8Array, offsets: readonly number[]): Generator<Uint8Array> {
  let from = 0
  for (const to of [...offsets].sort((a, b) => a - b)) {
    yield Uint8Array.from(bytes.subarray(from, Math.max(from, to)))
    from = Math.max(from, to)
  }
  yield Uint8Array.from(bytes.subarray(from))
}

export async function* asSource(chunks: Iterable<Uint8Array>, failure?: Error): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk)
  if (failure !== undefined) throw failure
}

export async function collect(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits?: Partial<MultipartLimits>,
): Promise<Collected> {
  const parts: CollectedPart[] = []
  try {
    for await (const part of multipartParts(source, boundary, limits)) {
      const pieces: Uint8Array[] = []
      const headers = Object.fromEntries(part.headers)
      const body = (): string => Buffer.concat(pieces).toString('latin1')
      try {
        for await (const piece of part.body) pieces.push(Uint8Array.from(piece))
        parts.push({ headers, body: body() })
      } catch (error) {
        parts.push({ headers, body: body(), cut: (error as Error).message })
      }
    }
  } catch (error) {
    return { parts, error: error as Error }
  }
  return { parts }
}
