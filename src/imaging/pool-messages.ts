import type { ProblemKind } from '../dicom/problem.js'
import type { ImagingJobs, JobKind } from './jobs.js'

export interface ToWorker {
  readonly kind: JobKind
  readonly input: ImagingJobs[JobKind]['input']
}

export type FromWorker =
  | { readonly output: ImagingJobs[JobKind]['output'] }
  | {
      readonly problem: { readonly kind: ProblemKind; readonly message: string }
      /** nothing that it says from now on is to be trusted: it has to be replaced */
      readonly broken: boolean
    }
