/** One writer for the processes of one machine: SQLite has a single writer, and group commit is the better the more of them share
 *  it. The first process owns the thread that writes; the others send it what they have, by the channel to their parent. */
import { Problem, type ProblemKind } from '../dicom/problem.js'
import type { ThreadCaller } from './thread.js'
import type { WriterCall } from './writer-thread.js'

type WriterCaller = ThreadCaller<WriterCall, unknown>

/** An end of a channel between two processes: a child to its parent, `process` to a child. Plain data with byte arrays passes:
 *  serialization `advanced`. */
export interface ProcessChannel {
  send(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): void
}

interface Call {
  readonly indexCall: number
  readonly argument: WriterCall
}
type Answer =
  | { readonly indexAnswer: number; readonly value: unknown }
  | {
      readonly indexAnswer: number
      readonly problem: { readonly kind: ProblemKind; readonly message: string }
    }

/** The side of a process that sends its commits. An answer that never comes is no worry: the channel ends with the parent, and
 *  the process with the channel. */
export function sharedWriter(parent: ProcessChannel): WriterCaller {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  let last = 0
  parent.on('message', message => {
    if (!isAnswer(message)) return
    const call = waiting.get(message.indexAnswer)
    waiting.delete(message.indexAnswer)
    if ('problem' in message) call?.reject(new Problem(message.problem.kind, message.problem.message))
    else call?.resolve(message.value)
  })
  return {
    call(argument) {
      // The writer is not this process's to close; what it has sent is committed all the same.
      if (argument.kind === 'close') return Promise.resolve(undefined)
      return new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve, reject })
        parent.send({ indexCall: id, argument } satisfies Call)
      })
    },
    close: () => Promise.resolve(),
  }
}

/** The side of the process that owns the writer: answers one other process.
 * @param child may have ended when its answer is ready */
export function serveWriter(writer: WriterCaller, child: ProcessChannel): void {
  child.on('message', message => {
    if (isCall(message)) void answer(message)
  })

  async function answer({ indexCall: indexAnswer, argument }: Call): Promise<void> {
    let told: Answer
    try {
      told = { indexAnswer, value: await writer.call(argument) }
    } catch (error) {
      const { kind, message } =
        error instanceof Problem
          ? error
          : new Problem('unavailable', 'the writer of the index failed', { cause: error })
      told = { indexAnswer, problem: { kind, message } }
    }
    child.send(told)
  }
}

function isCall(message: unknown): message is Call {
  return typeof message === 'object' && message !== null && 'indexCall' in message
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'indexAnswer' in message
}
