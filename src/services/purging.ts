import type { ArchiveIndex } from '../index/archive-index.js'
import type { PurgeService } from './purge.js'

export interface Purging {
  /** Waits for the batch that is under way. */
  stop(): Promise<void>
}

const LONGEST_MS = 3_600_000
const SHORTEST_MS = 1_000
/** What is past its time waits no longer than this share of it. */
const SHARE_OF_GRACE = 10

/** Purges in the background: at once, and then again and again; where several processes serve the archive, one of them.
 *  @param failed told what went wrong; the next turn tries again */
export function startPurging(
  index: Pick<ArchiveIndex, 'alone'>,
  service: PurgeService,
  graceMs: number,
  failed: (error: unknown) => void,
): Purging {
  const stopping = new AbortController()
  const pauseMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, graceMs / SHARE_OF_GRACE))
  let timer: NodeJS.Timeout | undefined
  let running = turn()
  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }

  async function turn(): Promise<void> {
    try {
      await index.alone('purge', lost => service.purge(AbortSignal.any([stopping.signal, lost])))
    } catch (error) {
      if (!stopping.signal.aborted) failed(error)
    }
    if (stopping.signal.aborted) return
    timer = setTimeout(() => {
      running = turn()
    }, pauseMs)
    timer.unref()
  }
}
