import type { ProblemKind } from '../dicom/problem.js'
import type { ImagingJobs, JobKind } from './jobs.js'

export interface ToWorker {
  /** told from all other jobs of its thread: an answer to another one is not its answer */
  readonly job: number
  readonly kind: JobKind
  readonly input: ImagingJobs[JobKind]['input']
}

/** A thread says that it is ready once it has loaded, and then answers each job once. */
export type FromWorker = { readonly ready: true } | Answer

export type Answer = {
  readonly job: number
  /** it has to be replaced: its codec is in a state that nobody knows, or it has grown */
  readonly spent: boolean
} & Result

export type Result =
  | { readonly output: ImagingJobs[JobKind]['output'] }
  | { readonly problem: { readonly kind: ProblemKind; readonly message: string } }
