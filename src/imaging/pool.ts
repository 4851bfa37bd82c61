import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Problem } from '../dicom/problem.js'
import { exclusive } from './exclusive.js'
import type { JobInput, JobKind, JobOutput } from './jobs.js'
import type { FromWorker } from './pool-messages.js'

export interface PoolSettings {
  readonly threads?: number
  /** a job that takes longer costs its thread */
  readonly jobMs?: number
  /** jobs that wait; more are refused */
  readonly queue?: number
}

/** Worker threads for pixels. A codec that traps, hangs or lies costs its thread, which is replaced, never the server. */
export interface ImagingPool {
  /** Byte arrays directly in the input are transferred: they are gone afterwards.
   * @throws Problem `undecodable`, `not-acceptable`, `limit-exceeded` (the job's own); `overloaded` (too many wait);
   *  `client-gone` (the signal); `undecodable` too where it took too long or broke its thread */
  run<K extends JobKind>(kind: K, input: JobInput<K>, signal?: AbortSignal): Promise<JobOutput<K>>
  close(): Promise<void>
}

interface Job {
  readonly kind: JobKind
  readonly input: object
  readonly settle: (result: FromWorker) => void
  readonly signal: AbortSignal | undefined
}

interface Thread {
  readonly worker: Worker
  /** what it works on; its end */
  end: ((result: FromWorker, sound: boolean) => void) | undefined
}

export function imagingPool({
  threads = availableParallelism(),
  jobMs = 30_000,
  queue = 256,
}: PoolSettings = {}): ImagingPool {
  const idle: Thread[] = []
  const all = new Set<Thread>()
  const waiting: Job[] = []
  let closed = false

  return {
    run: (kind, input, signal) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Problem('unavailable', 'the server is stopping'))
          return
        }
        if (waiting.length >= queue) {
          reject(new Problem('overloaded', 'too many pictures are being made; try again later'))
          return
        }
        waiting.push({
          kind,
          input,
          signal,
          settle(result) {
            if ('output' in result) resolve(result.output)
            else reject(new Problem(result.problem.kind, result.problem.message))
          },
        })
        next()
      }),
    async close() {
      closed = true
      for (const job of waiting.splice(0)) job.settle(stopping())
      await Promise.all(
        [...all].map(thread => {
          thread.end?.(stopping(), false)
          return thread.worker.terminate()
        }),
      )
    },
  }

  function next(): void {
    for (;;) {
      if (waiting.length === 0) return
      const thread = idle.pop() ?? (all.size < threads ? start() : undefined)
      if (thread === undefined) return
      const job = waiting.shift()
      if (job !== undefined && job.signal?.aborted !== true) give(thread, job)
      else {
        job?.settle(gone())
        idle.push(thread)
      }
    }
  }

  function start(): Thread {
    const worker = new Worker(new URL('./worker.js', import.meta.url))
    const thread: Thread = { worker, end: undefined }
    all.add(thread)
    worker.on('message', (result: FromWorker) => {
      thread.end?.(result, 'output' in result || !result.broken)
    })
    const lost = (): void => {
      if (thread.end !== undefined) thread.end(broken('the frame broke its decoder'), false)
      else drop(thread)
    }
    worker.on('error', lost)
    worker.on('messageerror', lost)
    worker.on('exit', lost)
    return thread
  }

  function drop(thread: Thread): void {
    all.delete(thread)
    const at = idle.indexOf(thread)
    if (at >= 0) idle.splice(at, 1)
    void thread.worker.terminate()
  }

  function give(thread: Thread, { kind, input, settle, signal }: Job): void {
    const onAbort = (): void => {
      thread.end?.(gone(), false)
    }
    const limit = setTimeout(() => {
      thread.end?.(broken('the frame took too long to work on'), false)
    }, jobMs)
    signal?.addEventListener('abort', onAbort)
    thread.end = (result, sound) => {
      thread.end = undefined
      clearTimeout(limit)
      signal?.removeEventListener('abort', onAbort)
      thread.worker.unref()
      if (sound) idle.push(thread)
      else drop(thread)
      settle(result)
      if (!closed) next()
    }
    const { value, transfer } = exclusive(input)
    thread.worker.ref()
    thread.worker.postMessage({ kind, input: value }, transfer)
  }
}

function gone(): FromWorker {
  return { problem: { kind: 'client-gone', message: 'the client went away' }, broken: true }
}

function stopping(): FromWorker {
  return { problem: { kind: 'unavailable', message: 'the server is stopping' }, broken: true }
}

function broken(message: string): FromWorker {
  return { problem: { kind: 'undecodable', message }, broken: true }
}
