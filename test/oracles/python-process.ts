/** One Python process for many questions: to start it, and to load pydicom, takes longer than most answers. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'

/** @param question goes as a line of JSON; the line of JSON that comes back is the answer */
export type AskPython = (question: unknown) => Promise<unknown>

/** It ends with the test. Answers come in the order of the questions.
 * @param args of the interpreter: a script that reads lines until there are no more
 * @throws Error (the answer) where the process ended before */
export function pythonProcess(t: Test, args: readonly string[]): AskPython {
  const python = spawn('/usr/bin/python3', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const asked: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = []
  let ended = false
  createInterface({ input: python.stdout })
    .on('line', line => asked.shift()?.resolve(JSON.parse(line)))
    .on('close', () => {
      ended = true
      for (const { reject } of asked.splice(0)) reject(noAnswer())
    })
  // What is written to a process that ended is told by its output.
  python.stdin.on('error', () => undefined)
  t.teardown(() => python.stdin.end())
  return question =>
    new Promise((resolve, reject) => {
      if (ended) {
        reject(noAnswer())
        return
      }
      asked.push({ resolve, reject })
      python.stdin.write(`${JSON.stringify(question)}\n`)
    })
}

function noAnswer(): Error {
  return new Error('the Python process ended')
}
