import type { IncomingMessage } from 'node:http'

const MOST_BYTES = 16 << 20
const MOST_MS = 1000

/** Reads what is left of the body of a request that is refused, and drops it, as long as it is little: a connection that is closed
 *  while its client still sends is reset, and the answer may be lost with it. RFC 9112 9.6
 * @returns when it ended, or was too long, too slow, or broken */
export function dropRest(body: IncomingMessage): Promise<void> {
  return new Promise(resolve => {
    let bytes = 0
    const onData = (chunk: Uint8Array): void => {
      bytes += chunk.length
      if (bytes > MOST_BYTES) done()
    }
    const done = (): void => {
      clearTimeout(tooSlow)
      body.off('data', onData).off('close', done).off('end', done).off('error', done)
      resolve()
    }
    const tooSlow = setTimeout(done, MOST_MS)
    if (body.readableEnded || body.destroyed) {
      done()
      return
    }
    body.on('data', onData).on('close', done).on('end', done).on('error', done).resume()
  })
}
