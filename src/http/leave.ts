import type { Server, ServerResponse } from 'node:http'
import net from 'node:net'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'

/** How a server that stops takes leave of the proxies before it, so that no request is lost by it. */
export interface Leave {
  /** Takes connections as before for a while, in which those that ask /readyz learn that the server goes. Then closes the
   *  port, and answers what comes on connections that are kept, each for the last time; a proxy lets go of those that it
   *  has not used for as long. Resolves when none is left, or all of them had that time.
   * @param delayMs each of the two times
   * @param closed is called once no connection is taken any more */
  take(delayMs: number, closed: () => void): Promise<void>
}

/** A turn of the event loop that takes no longer has done nothing but look who waits. */
const EMPTY_TURN_MS = 0.1
/** Where every turn does something for so long, the port is closed as it is. */
const EMPTY_TURN_WITHIN_MS = 2_000

/** @param server that takes no requests yet */
export function leaveOf(server: Server): Leave {
  const unanswered = new Set<ServerResponse>()
  let isLeaving = false
  const begun = (_request: unknown, response: ServerResponse): void => {
    if (isLeaving) response.shouldKeepAlive = false
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
  }
  server.prependListener('request', begun)
  server.prependListener('checkContinue', begun)
  return {
    async take(delayMs, closed) {
      if (delayMs > 0) await pause(delayMs)
      await emptyTurn(server)
      const over = new AbortController()
      // The HTTP server's own close ends idle connections too, also one that a request is on its way on.
      net.Server.prototype.close.call(server, () => {
        over.abort()
      })
      closed()
      // Not earlier: a proxy that is told so connects anew.
      isLeaving = true
      for (const response of unanswered) response.shouldKeepAlive = false
      if (delayMs > 0) await pause(delayMs, undefined, { signal: over.signal }).catch(() => undefined)
    },
  }
}

/** Resolves when nobody waits to be accepted, or nearly so: what the kernel has connected is reset when the port is closed. */
async function emptyTurn(server: Server): Promise<void> {
  let accepted = 0
  const count = (): void => {
    accepted++
  }
  server.on('connection', count)
  const end = performance.now() + EMPTY_TURN_WITHIN_MS
  for (let began = performance.now(), isEmpty = false; !isEmpty && began < end;) {
    accepted = 0
    await turn()
    const now = performance.now()
    isEmpty = accepted === 0 && now - began < EMPTY_TURN_MS
    began = now
  }
  server.off('connection', count)
}
