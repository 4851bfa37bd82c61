import { Problem } from '../../dicom/problem.js'

/** What is on its way to the server: bodies in memory, of all uploads together. */
export interface InFlight {
  /** Waits for room, in the order of coming. What is larger than all the room goes alone.
   * @returns gives the room back; call it once, true where the server took what was sent
   * @throws Problem `unavailable`: nothing moved for too long; the reason of the signal */
  enter(bytes: number, signal: AbortSignal): Promise<(arrived: boolean) => void>
}

interface Waiting {
  readonly bytes: number
  readonly start: () => void
}

/** @param stalledMs who waits fails where nothing has arrived for so long: a server that does not answer must not
 *   let a queue wait for one deadline after the other */
export function inFlight(budgetBytes: number, stalledMs: number): InFlight {
  const queue = new Set<Waiting>()
  let used = 0
  let arrivedAt = performance.now()

  function admit(): void {
    for (const waiting of queue) {
      if (used > 0 && used + waiting.bytes > budgetBytes) return
      used += waiting.bytes
      queue.delete(waiting)
      waiting.start()
    }
  }

  function leave(bytes: number, arrived: boolean): void {
    used -= bytes
    if (arrived) arrivedAt = performance.now()
    admit()
  }

  return {
    enter(bytes, signal) {
      return new Promise((resolve, reject) => {
        signal.throwIfAborted()
        let timer: NodeJS.Timeout
        const end = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', abort)
          queue.delete(waiting)
        }
        const abort = (): void => {
          end()
          reject(signal.reason as Error)
          admit()
        }
        const waiting: Waiting = {
          bytes,
          start: () => {
            end()
            resolve(arrived => leave(bytes, arrived))
          },
        }
        const cameAt = performance.now()
        const look = (): void => {
          const stillMs = performance.now() - Math.max(arrivedAt, cameAt)
          if (stillMs < stalledMs) {
            timer = setTimeout(look, stalledMs - stillMs)
            return
          }
          end()
          reject(new Problem('unavailable', 'the blob store takes nothing'))
          admit()
        }
        timer = setTimeout(look, stalledMs)
        signal.addEventListener('abort', abort, { once: true })
        queue.add(waiting)
        admit()
      })
    },
  }
}
