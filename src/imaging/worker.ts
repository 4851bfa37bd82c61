/** A thread of the imaging pool: does one job at a time. What goes wrong is told as a problem; what breaks the thread ends it. */
import { parentPort } from 'node:worker_threads'
import { Problem } from '../dicom/problem.js'
import type { ImagingJobs, JobInput, JobKind, JobOutput } from './jobs.js'
import { exclusive } from './exclusive.js'
import type { FromWorker, ToWorker } from './pool-messages.js'
import { document } from './jobs/document.js'
import { colorMap } from './jobs/color-map.js'
import { icon } from './jobs/icon.js'
import { picture } from './jobs/picture.js'
import { segmentation } from './jobs/segmentation.js'
import { transcode } from './jobs/transcode.js'

const JOBS: { readonly [K in JobKind]: (input: JobInput<K>) => Promise<JobOutput<K>> } = {
  document,
  'color-map': colorMap,
  icon,
  picture,
  segmentation,
  transcode,
}

const port = parentPort
port?.on('message', ({ kind, input }: ToWorker) => {
  void work(kind, input).then(
    output => {
      const { value, transfer } = exclusive(output)
      answer({ output: value }, transfer)
    },
    (error: unknown) => {
      answer({ problem: problemOf(error), broken: !(error instanceof Problem) })
    },
  )
})

function work(kind: JobKind, input: ImagingJobs[JobKind]['input']): Promise<ImagingJobs[JobKind]['output']> {
  return JOBS[kind](input as never)
}

function answer(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer)
}

function problemOf(error: unknown): { kind: Problem['kind']; message: string } {
  if (error instanceof Problem) return { kind: error.kind, message: error.message }
  return { kind: 'undecodable', message: 'the frame could not be worked on' }
}
