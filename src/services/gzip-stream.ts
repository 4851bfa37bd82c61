import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** The bytes compressed as they come. RFC 1952 */
export async function* gzipStream(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gzipper = createGzip()
  const feeding = pipeline(bytes, gzipper)
  // The loop below meets the same error; without this it would count as unhandled.
  feeding.catch(() => undefined)
  yield* gzipper as AsyncIterable<Uint8Array>
  await feeding
}
