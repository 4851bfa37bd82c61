/** A thread of the imaging pool: does one job at a time. What goes wrong is told as a problem; what breaks the thread ends it. */
import { getHeapStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import sharp from 'sharp'
import { Problem } from '../dicom/problem.js'
import type { ImagingJobs, JobInput, JobKind, JobOutput } from './jobs.js'
import { exclusive } from './exclusive.js'
import { reservedBytes } from './codecs/codec-modules.js'
import type { FromWorker, Result, ToWorker } from './pool-messages.js'
import { animation } from './jobs/animation.js'
import { document } from './jobs/document.js'
import { colorMap } from './jobs/color-map.js'
import { icon } from './jobs/icon.js'
import { picture } from './jobs/picture.js'
import { presentation } from './jobs/presentation.js'
import { samples } from './jobs/samples.js'
import { segmentation } from './jobs/segmentation.js'
import { transcode } from './jobs/transcode.js'
import { valueRange } from './jobs/value-range.js'

const JOBS: { readonly [K in JobKind]: (input: JobInput<K>) => Promise<JobOutput<K>> } = {
  animation,
  document,
  'color-map': colorMap,
  icon,
  picture,
  presentation,
  samples,
  segmentation,
  transcode,
  'value-range': valueRange,
}

/** WebAssembly memories never shrink, and what was left to the collector of garbage stays while the thread has nothing to do.
 *  Threads that hold more after a job are replaced. */
const MOST_KEPT_BYTES = 256 << 20

// The threads of the pool are what works at once; and no picture is asked for twice.
sharp.concurrency(1)
sharp.cache(false)

const port = parentPort
port?.on('message', ({ job, kind, input }: ToWorker) => {
  void work(kind, input).then(
    output => {
      const { value, transfer } = exclusive(output)
      answer(job, { output: value }, false, transfer)
    },
    (error: unknown) => {
      answer(job, { problem: problemOf(error) }, !(error instanceof Problem))
    },
  )
})
tell({ ready: true })

function work(kind: JobKind, input: ImagingJobs[JobKind]['input']): Promise<ImagingJobs[JobKind]['output']> {
  return JOBS[kind](input as never)
}

function answer(job: number, result: Result, broken: boolean, transfer: ArrayBuffer[] = []): void {
  // Buffers of this thread and memories of its codecs; what is answered goes.
  const answeredBytes = transfer.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const heldBytes = getHeapStatistics().external_memory - answeredBytes - reservedBytes()
  tell({ job, spent: broken || heldBytes > MOST_KEPT_BYTES, ...result }, transfer)
}

function tell(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer)
}

function problemOf(error: unknown): { kind: Problem['kind']; message: string } {
  if (error instanceof Problem) return { kind: error.kind, message: error.message }
  return { kind: 'undecodable', message: 'the frame could not be worked on' }
}
