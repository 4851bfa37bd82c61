import { setTimeout as pause } from 'node:timers/promises'

/** Called with what was just read: resolves when the next may be. Many may share one. */
export type ByteRate = (bytes: number, signal?: AbortSignal) => Promise<void>

/** Timers are not finer than this anyway. */
const SHORTEST_PAUSE_MS = 20

/** @param bytesPerSecond undefined: as fast as it goes */
export function byteRate(bytesPerSecond: number | undefined): ByteRate {
  if (bytesPerSecond === undefined) return () => Promise.resolve()
  /** when all that was read so far is paid for */
  let dueMs = 0
  return async (bytes, signal) => {
    const now = performance.now()
    // What was not read earlier gives no credit: a rate is a rate also after a pause.
    dueMs = Math.max(now, dueMs) + (bytes / bytesPerSecond) * 1000
    const aheadMs = dueMs - now
    if (aheadMs >= SHORTEST_PAUSE_MS) await pause(aheadMs, undefined, { signal })
  }
}
