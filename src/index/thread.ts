/** A worker thread that answers calls, and the side that calls it. */
import { parentPort, Worker } from 'node:worker_threads'
import { Problem, type ProblemKind } from '../dicom/problem.js'

type Answer = (
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: { readonly kind: ProblemKind; readonly message: string } }
) & { /** no more calls to this thread, please */ readonly worn: boolean }
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

interface Running {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/** The thread starts with the first call: to load it takes a quarter of a second, and many a process never searches. One that
 *  dies or is worn out is followed by another at the next call.
 *  @param file the thread's module, that calls answerCalls
 *  @param workerData what it needs to begin */
export function threadCaller<Argument, Result>(
  file: URL,
  workerData: unknown,
): ThreadCaller<Argument, Result> {
  const all = new Set<Running>()
  let lastId = 0
  let closed = false
  let current: Running | undefined
  return { call, close }

  function start(): Running {
    // The process's own flags (loaders, hooks of a test runner) are not for it.
    const worker = new Worker(file, { workerData, execArgv: [] })
    const waiting = new Map<number, Waiting>()
    const running = { worker, waiting }
    all.add(running)
    const ended = (cause?: unknown): void => {
      all.delete(running)
      if (current === running) current = undefined
      const problem = new Problem('unavailable', 'a thread of the index ended before it answered', { cause })
      for (const { reject } of waiting.values()) reject(problem)
      waiting.clear()
    }
    worker.on('error', ended)
    worker.on('exit', ended)
    worker.on('message', (answer: Answer) => {
      const call = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (call !== undefined) {
        if ('problem' in answer) call.reject(new Problem(answer.problem.kind, answer.problem.message))
        else call.resolve(answer.value)
      }
      if (answer.worn && current === running) current = undefined
      if (current !== running && waiting.size === 0) void worker.terminate()
    })
    return running
  }

  async function call(
    argument: Argument,
    transfer: readonly ArrayBuffer[] = [],
    signal?: AbortSignal,
  ): Promise<Result> {
    signal?.throwIfAborted()
    if (closed) throw new Problem('unavailable', 'the index is closed')
    current ??= start()
    const id = ++lastId
    const { worker: to, waiting } = current
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
    await Promise.all([...all].map(({ worker }) => worker.terminate()))
  }
}

/** The thread's side: answers each call as its promise settles, the calls side by side.
 *  @param answer is given a signal that is aborted when the caller has lost interest
 *  @param isWorn asked after each call: true to be followed by a new thread */
export function answerCalls(
  answer: (argument: unknown, signal: AbortSignal) => Promise<unknown>,
  isWorn: () => boolean = () => false,
): void {
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
      const value = await answer(argument, controller.signal)
      port?.postMessage({ id, value, worn: isWorn() } satisfies Answer)
    } catch (error) {
      const { kind, message } =
        error instanceof Problem
          ? error
          : new Problem('unavailable', 'a thread of the index failed', { cause: error })
      port?.postMessage({ id, problem: { kind, message }, worn: isWorn() } satisfies Answer)
    } finally {
      running.delete(id)
    }
  }
}
