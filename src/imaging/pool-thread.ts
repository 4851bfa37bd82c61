import { Worker } from 'node:worker_threads'
import { exclusive } from './exclusive.js'
import type { ImagingJobs, JobKind } from './jobs.js'
import type { FromWorker, Result } from './pool-messages.js'

/** One worker thread. It is told from without when it has to end; where it ends by itself, that is told. */
export interface PoolThread {
  /** One job at a time, and none before it is ready. Byte arrays directly in the input are transferred.
   * @param limitMs a job that takes longer costs the thread
   * @returns how it ended; never rejects */
  work(kind: JobKind, input: ImagingJobs[JobKind]['input'], limitMs: number): Promise<JobEnd>
  /** Nobody waits for what it does: it may go on so long, to be of use afterwards. */
  hurry(limitMs: number): void
  /** Resolves when it has ended and its memory was given back. */
  end(): Promise<void>
}

export interface JobEnd {
  readonly result: Result
  /** false: the thread has to be ended */
  readonly usable: boolean
}

export interface ThreadEvents {
  /** it can be given work */
  ready(): void
  /** it ended, or can no longer be trusted, with no work to do; it may come more than once */
  lost(): void
}

/** JavaScript's own heap; bytes and WebAssembly memories are not in it. */
const HEAP_MIB = 384
/** A thread that has not loaded by then never will. */
const START_MS = 60_000

export function startThread(script: URL, events: ThreadEvents): PoolThread {
  const worker = new Worker(script, {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    // What the program was started with (module hooks, profilers) is not for its threads.
    execArgv: [],
  })
  const late = setTimeout(fail, START_MS)
  let jobs = 0
  let running:
    { readonly job: number; readonly done: (end: JobEnd) => void; limit: NodeJS.Timeout } | undefined
  worker.on('message', (message: FromWorker) => {
    if ('ready' in message) {
      clearTimeout(late)
      worker.unref()
      events.ready()
    } else if (running?.job === message.job) finish({ result: message, usable: !message.spent })
    // It answers what it was not asked: the next answer might be that of another job too.
    else fail()
  })
  worker.on('error', fail)
  worker.on('messageerror', fail)
  worker.on('exit', fail)
  return {
    work: (kind, input, limitMs) =>
      new Promise(done => {
        jobs += 1
        running = { job: jobs, done, limit: limited(limitMs) }
        worker.ref()
        const { value, transfer } = exclusive(input)
        worker.postMessage({ job: jobs, kind, input: value }, transfer)
      }),
    hurry(limitMs) {
      if (running === undefined) return
      clearTimeout(running.limit)
      running.limit = limited(limitMs)
    },
    async end() {
      clearTimeout(late)
      finish({ result: undecodable('the frame broke its decoder'), usable: false })
      await worker.terminate()
    },
  }

  function limited(limitMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      finish({ result: undecodable('the frame took too long to work on'), usable: false })
    }, limitMs)
  }

  function fail(): void {
    if (running === undefined) events.lost()
    else finish({ result: undecodable('the frame broke its decoder'), usable: false })
  }

  function finish(end: JobEnd): void {
    if (running === undefined) return
    const { done, limit } = running
    running = undefined
    clearTimeout(limit)
    worker.unref()
    done(end)
  }
}

function undecodable(message: string): Result {
  return { problem: { kind: 'undecodable', message } }
}
