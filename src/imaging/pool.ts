import { availableParallelism } from 'node:os'
import { Problem } from '../dicom/problem.js'
import { fairQueue } from './fair-queue.js'
import type { JobInput, JobKind, JobOutput } from './jobs.js'
import type { Result } from './pool-messages.js'
import { startThread, type JobEnd, type PoolThread } from './pool-thread.js'

export interface PoolSettings {
  readonly threads?: number
  /** a job that takes longer costs its thread; what it waits before does not count */
  readonly jobMs?: number
  /** jobs that wait; more are refused */
  readonly queue?: number
  /** a thread beyond the first that has had nothing to do for so long is ended */
  readonly idleMs?: number
  /** what the threads run */
  readonly worker?: URL
}

/** Worker threads for pixels. A codec that traps, hangs, grows or lies costs its thread, which is replaced, never the server. */
export interface ImagingPool {
  /** @param input or what gets it, which is called when its turn has almost come: many may wait, few bytes are held. Byte arrays
   *   directly in it are transferred: they are gone afterwards.
   * @param of what it is for, such as a study: who waits for another one has the next turn
   * @throws Problem `undecodable`, `not-acceptable`, `limit-exceeded` (the job's own); `overloaded` (too many wait);
   *  `client-gone` (the signal); `undecodable` too where it took too long or broke its thread; what `input` throws */
  run<K extends JobKind>(
    kind: K,
    input: JobInput<K> | (() => Promise<JobInput<K>>),
    signal?: AbortSignal,
    of?: string,
  ): Promise<JobOutput<K>>
  close(): Promise<void>
}

interface Job {
  readonly of: string
  readonly kind: JobKind
  readonly input: JobInput<JobKind> | (() => Promise<JobInput<JobKind>>)
  /** The first result counts. */
  readonly settle: (result: Result | { readonly error: Error }) => void
  settled: boolean
  thread: PoolThread | undefined
}

interface PreparedJob {
  readonly job: Job
  readonly input: JobInput<JobKind>
}

/** What nobody waits for any more has so long to end by itself: a new thread costs about as much. */
const ABANDONED_MS = 500
/** Under load, or while its files are replaced, a thread may fail to start; so many in a row are no accident. */
const MOST_FAILED_STARTS = 3
const WORKER = new URL('../imaging/worker.js', import.meta.url)

export function imagingPool({
  threads = availableParallelism(),
  jobMs = 30_000,
  queue = 256,
  idleMs = 20_000,
  worker = WORKER,
}: PoolSettings = {}): ImagingPool {
  /** the last was used last */
  const idle: { readonly thread: PoolThread; readonly tooLong: NodeJS.Timeout }[] = []
  /** those too that start or end */
  const all = new Set<PoolThread>()
  const starting = new Set<PoolThread>()
  const waiting = fairQueue<Job>()
  /** jobs whose input is being got */
  const preparing = new Set<Job>()
  const prepared: PreparedJob[] = []
  let running = 0
  /** since one last started */
  let failedStarts = 0
  let closed = false

  return {
    run: (kind, input, signal, of = '') =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(stopping())
          return
        }
        if (waiting.length + preparing.size + prepared.length + running >= queue + threads) {
          reject(new Problem('overloaded', 'too many pictures are being made; try again later'))
          return
        }
        const onAbort = (): void => {
          job.settle({ error: gone() })
          waiting.remove(of, job)
          job.thread?.hurry(Math.min(ABANDONED_MS, jobMs))
        }
        const job: Job = {
          of,
          kind,
          input,
          settled: false,
          thread: undefined,
          settle(result) {
            if (job.settled) return
            job.settled = true
            signal?.removeEventListener('abort', onAbort)
            if ('output' in result) resolve(result.output)
            else if ('problem' in result) reject(new Problem(result.problem.kind, result.problem.message))
            else reject(result.error)
          },
        }
        if (signal?.aborted === true) {
          job.settle({ error: gone() })
          return
        }
        signal?.addEventListener('abort', onAbort)
        waiting.push(of, job)
        next()
      }),
    async close() {
      closed = true
      const asked = [...waiting.clear(), ...preparing, ...prepared.splice(0).map(({ job }) => job)]
      for (const job of asked) job.settle({ error: stopping() })
      await Promise.all([...all].map(end))
    },
  }

  function next(): void {
    if (closed) return
    for (let job = prepared.at(0); job !== undefined && idle.length > 0; job = prepared.at(0)) {
      prepared.shift()
      if (!job.job.settled) void work(job)
    }
    // One ahead for each thread: it has its next job when it is done with one.
    while (preparing.size + prepared.length < threads) {
      const job = waiting.take()
      if (job === undefined) break
      void prepare(job)
    }
    const wanted = preparing.size + prepared.length - idle.length - starting.size
    for (let n = Math.min(wanted, threads - all.size); n > 0; n -= 1) start()
  }

  async function prepare(job: Job): Promise<void> {
    preparing.add(job)
    try {
      const input = typeof job.input === 'function' ? await job.input() : job.input
      if (!job.settled) prepared.push({ job, input })
    } catch (error) {
      job.settle({ error: error instanceof Error ? error : new Error('there is no input', { cause: error }) })
    }
    preparing.delete(job)
    next()
  }

  async function work({ job, input }: PreparedJob): Promise<void> {
    const free = idle.pop()
    if (free === undefined) return
    const { thread, tooLong } = free
    clearTimeout(tooLong)
    running += 1
    job.thread = thread
    const { result, usable }: JobEnd = await thread.work(job.kind, input, jobMs)
    job.thread = undefined
    running -= 1
    if (usable) rest(thread)
    else void end(thread)
    job.settle(closed ? { error: stopping() } : result)
    next()
  }

  function rest(thread: PoolThread): void {
    const tooLong = setTimeout(() => {
      if (idle.length + running + starting.size > 1) void end(thread)
    }, idleMs)
    tooLong.unref()
    idle.push({ thread, tooLong })
  }

  function start(): void {
    const thread = startThread(worker, {
      ready() {
        starting.delete(thread)
        failedStarts = 0
        rest(thread)
        next()
      },
      lost() {
        // Where no thread can be started, no job may wait for ever.
        if (starting.delete(thread) && ++failedStarts >= MOST_FAILED_STARTS)
          prepared.shift()?.job.settle({ error: notStarting() })
        void end(thread).then(next)
      },
    })
    all.add(thread)
    starting.add(thread)
  }

  /** Until it has really ended, no other one takes its place. */
  async function end(thread: PoolThread): Promise<void> {
    starting.delete(thread)
    const at = idle.findIndex(one => one.thread === thread)
    for (const { tooLong } of at < 0 ? [] : idle.splice(at, 1)) clearTimeout(tooLong)
    await thread.end()
    if (all.delete(thread)) next()
  }
}

function gone(): Problem {
  return new Problem('client-gone', 'the client went away')
}

function stopping(): Problem {
  return new Problem('unavailable', 'the server is stopping')
}

function notStarting(): Problem {
  return new Problem('unavailable', 'the threads that make pictures do not start')
}
