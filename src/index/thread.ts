/** A worker thread that answers calls, and the side that calls it. */
import { parentPort, Worker } from 'node:worker_threads'
import { Problem, type ProblemKind } from '../dicom/problem.js'

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: { readonly kind: ProblemKind; readonly message: string } }
type Request = { readonly id: number; readonly argument: unknown } | { readonly cancel: number }

/** The calling side. */
export interface ThreadCaller<Argument, Result> {
  /** @throws Problem as the thread throws it; `unavailable` where the thread ended before it answered; the signal's reason
   *   once it is aborted (the thread is told, its answer is dropped) */
  call(argument: Argument, transfer?: readonly ArrayBuffer[], signal?: AbortSignal): Promise<Result>
  /** Ends the thread. */
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Starts the thread; one that dies is started anew at the next call.
 *  @param file the thread's module, that calls answerCalls
 *  @param workerData what it needs to begin */
export function threadCaller<Argument, Result>(
  file: URL,
  workerData: unknown,
): ThreadCaller<Argument, Result> {
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let closed = false
  let worker: Worker | undefined = start()
  return { call, close }

  function start(): Worker {
    // The process's own flags (loaders, hooks of a test runner) are not for it.
    const started = new Worker(file, { workerData, execArgv: [] })
    const ended = (cause?: unknown): void => {
      if (worker !== started) return
      worker = undefined
      const problem = new Problem('unavailable', 'a thread of the index ended before it answered', { cause })
      for (const { reject } of waiting.values()) reject(problem)
      waiting.clear()
    }
    started.on('error', ended)
    started.on('exit', ended)
    started.on('message', (answer: Answer) => {
      const call = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (call === undefined) return
      if ('problem' in answer) call.reject(new Problem(answer.problem.kind, answer.problem.message))
      else call.resolve(answer.value)
    })
    return started
  }

  async function call(
    argument: Argument,
    transfer: readonly ArrayBuffer[] = [],
    signal?: AbortSignal,
  ): Promise<Result> {
    signal?.throwIfAborted()
    if (closed) throw new Problem('unavailable', 'the index is closed')
    worker ??= start()
    const id = ++lastId
    const to = worker
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
    to.postMessage({ id, argument } satisfies Request, transfer)
    const onAbort = (): void => {
      waiting.get(id)?.reject(signal?.reason)
      waiting.delete(id)
      to.postMessage({ cancel: id } satisfies Request)
    }
    signal?.addEventListener('abort', onAbort)
    try {
      return (await answer) as Result
    } finally {
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async function close(): Promise<void> {
    closed = true
    await worker?.terminate()
  }
}

/** The thread's side: answers each call as its promise settles, the calls side by side.
 *  @param answer is given a signal that is aborted when the caller has lost interest */
export function answerCalls(answer: (argument: unknown, signal: AbortSignal) => Promise<unknown>): void {
  const port = parentPort
  if (port === null) throw new Error('answerCalls is for worker threads')
  const running = new Map<number, AbortController>()
  port.on('message', (request: Request) => {
    if ('cancel' in request) running.get(request.cancel)?.abort()
    else void answerOne(request.id, request.argument)
  })

  async function answerOne(id: number, argument: unknown): Promise<void> {
    const controller = new AbortController()
    running.set(id, controller)
    try {
      port?.postMessage({ id, value: await answer(argument, controller.signal) } satisfies Answer)
    } catch (error) {
      const { kind, message } =
        error instanceof Problem
          ? error
          : new Problem('unavailable', 'a thread of the index failed', { cause: error })
      port?.postMessage({ id, problem: { kind, message } } satisfies Answer)
    } finally {
      running.delete(id)
    }
  }
}
