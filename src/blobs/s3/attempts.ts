import { setTimeout as delay } from 'node:timers/promises'
import { isThrottled, isTransient } from './failures.js'

export interface Patience {
  /** how often at most */
  readonly attempts: number
  /** for all attempts and the waits between them */
  readonly deadlineMs: number
}

const FIRST_WAIT_MS = 100
const FIRST_THROTTLED_WAIT_MS = 500
const LONGEST_WAIT_MS = 5000

/** Asks until there is an answer, with longer and longer random waits after what may pass: throttling, 5xx, resets,
 *  timeouts. A request of a server that stalls ends with the deadline.
 * @param attempt must end once its signal aborts
 * @throws what the last attempt threw, or the reason of the signal */
export async function untilAnswered<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { attempts, deadlineMs }: Patience,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted()
  const control = new AbortController()
  const abort = (): void => control.abort()
  const timer = setTimeout(abort, deadlineMs)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    for (let n = 1; ; n++) {
      try {
        return await attempt(control.signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (control.signal.aborted) throw timedOut(deadlineMs, error)
        if (n >= attempts || !isTransient(error)) throw error
        const longest = (isThrottled(error) ? FIRST_THROTTLED_WAIT_MS : FIRST_WAIT_MS) * 2 ** (n - 1)
        await delay(Math.random() * Math.min(longest, LONGEST_WAIT_MS), undefined, {
          signal: control.signal,
        }).catch((): never => {
          signal?.throwIfAborted()
          throw timedOut(deadlineMs, error)
        })
      }
    }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

function timedOut(deadlineMs: number, cause: unknown): Error {
  return Object.assign(new Error(`no answer in ${deadlineMs} ms`, { cause }), { name: 'TimeoutError' })
}
