import { setTimeout as pause } from 'node:timers/promises'
import type { ArchiveIndex } from '../index/archive-index.js'
import { shareOfKey, type VerifyPass, type VerifyService } from './verify.js'
import { NOTHING_YET, type VerifyCounts } from './verify-report.js'

export interface Verifying {
  /** Ends the pass that is under way; a later start goes on with it. */
  stop(): Promise<void>
}

export interface VerifyingLog {
  /** a pass is over */
  readonly done: (counts: VerifyCounts) => void
  /** the next turn goes on */
  readonly failed: (error: unknown) => void
}

/** A disk is read beside all else that reads it. */
const RATE_BYTES = 50 << 20
const ORPHAN_AGE_MS = 86_400_000
const SAVED_MS = 10_000
const LONGEST_MS = 3_600_000
const SHORTEST_MS = 100
const FIRST_MS = 60_000
/** What is due waits no longer than this share of the period. */
const SHARE_OF_PERIOD = 10

/** Verifies in the background: one pass a period, spread over it, and at a limited rate. Where it is stands in the index: so
 *  another process, or a later start, goes on there.
 *  @param periodMs from the start of a pass to that of the next; longer where the rate does not allow it */
export function startVerifying(
  index: Pick<ArchiveIndex, 'alone' | 'verification'>,
  service: VerifyService,
  periodMs: number,
  log: VerifyingLog,
): Verifying {
  const { verification } = index
  const stopping = new AbortController()
  const pauseMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, periodMs / SHARE_OF_PERIOD))
  let running = Promise.resolve()
  let timer = later(Math.min(FIRST_MS, pauseMs))
  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }

  function later(ms: number): NodeJS.Timeout {
    const next = setTimeout(() => {
      running = turn()
    }, ms)
    return next.unref()
  }

  async function turn(): Promise<void> {
    try {
      await index.alone('verify', lost => passIfDue(AbortSignal.any([stopping.signal, lost])))
    } catch (error) {
      if (!stopping.signal.aborted) log.failed(error)
    }
    if (!stopping.signal.aborted) timer = later(pauseMs)
  }

  async function passIfDue(signal: AbortSignal): Promise<void> {
    const last = await verification.progress()
    if (last?.finishedAt !== undefined && Date.now() < last.startedAt + periodMs) return
    const from: VerifyPass | undefined =
      last === undefined || last.finishedAt !== undefined
        ? undefined
        : { startedAt: last.startedAt, after: last.after, counts: JSON.parse(last.counts) as VerifyCounts }
    const startedAt = from?.startedAt ?? Date.now()
    const options = { rateBytes: RATE_BYTES, hash: true, repair: true, orphanAgeMs: ORPHAN_AGE_MS }
    const listener = { found: () => undefined, progress: paced(signal) }
    const begun = from ?? { startedAt, after: '', counts: NOTHING_YET }
    await save(begun)
    const counts = await service.verify(options, listener, signal, begun)
    await save({ startedAt, after: '', counts }, Date.now())
    log.done(counts)
  }

  /** Remembers where the pass is, and waits where it is ahead of its time. */
  function paced(signal: AbortSignal): (pass: VerifyPass) => Promise<void> {
    let savedAt = performance.now()
    return async pass => {
      const share = shareOfKey(pass.after)
      const aheadMs = share < 1 ? pass.startedAt + periodMs * share - Date.now() : 0
      if (aheadMs > SAVED_MS || performance.now() - savedAt > SAVED_MS) {
        await save(pass)
        savedAt = performance.now()
      }
      for (let leftMs = aheadMs; leftMs > 0; leftMs -= LONGEST_MS)
        await pause(Math.min(leftMs, LONGEST_MS), undefined, { signal, ref: false })
    }
  }

  async function save({ startedAt, after, counts }: VerifyPass, finishedAt?: number): Promise<void> {
    await verification.saveProgress({ startedAt, finishedAt, after, counts: JSON.stringify(counts) })
  }
}
