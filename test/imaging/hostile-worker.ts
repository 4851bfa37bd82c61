/** A thread for the imaging pool that does what the jobs tell it to: `to` of a transcode names it. */
import { parentPort } from 'node:worker_threads'
import type { JobInput } from '../../src/imaging/jobs.js'
import type { FromWorker, ToWorker } from '../../src/imaging/pool-messages.js'
import { pixelFormat } from '../made-pixel-format.js'

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, () => void>> }
}
/** (module (func (export "f") (loop br 0))) */
const ENDLESS = Buffer.from('0061736d0100000001040160000003020100070501016600000a0901070003400c000b0b', 'hex')
const kept: unknown[] = []
let seen = 0

parentPort?.on('message', ({ job, input }: ToWorker) => {
  const { to, frame } = input as JobInput<'transcode'>
  seen += 1
  switch (to) {
    case 'hang':
      for (;;) seen += 1
    case 'hang in WebAssembly':
      new WebAssembly.Instance(new WebAssembly.Module(ENDLESS)).exports['f']?.()
      return
    case 'say nothing':
      return
    case 'exit':
      process.exit(0)
      return
    case 'throw a number':
      // As a codec does that was compiled from C++.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw 5_246_976
    case 'fill the heap':
      for (;;) kept.push(new Array(1_000_000).fill(seen))
    case 'answer twice':
      answer(job, frame)
      answer(job, Uint8Array.of(66))
      return
    case 'answer another job':
      answer(job + 1, frame)
      return
    case 'answer, and exit when idle':
      answer(job, frame)
      setTimeout(() => process.exit(0), 20)
      return
    case 'answer, and throw when idle':
      answer(job, frame)
      setTimeout(() => {
        throw new Error('late')
      }, 20)
      return
    case 'wait':
      setTimeout(() => answer(job, frame), frame[0] ?? 0)
      return
    case 'grow':
      answer(job, frame, true)
      return
    default:
      // How many jobs this very thread has had.
      answer(job, Uint8Array.of(seen))
      return
  }
})
tell({ ready: true })

function answer(job: number, bytes: Uint8Array, spent = false): void {
  tell({ job, spent, output: { bytes, format: FORMAT } })
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message)
}

const FORMAT = pixelFormat({ rows: 1, columns: 1 })
