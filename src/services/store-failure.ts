import { Problem, type ProblemKind } from '../dicom/problem.js'
import * as reason from '../dicom/store-reasons.js'

/** Why an instance is not stored. */
export interface Failure {
  readonly reason: number
  /** what was wrong and where, without values */
  readonly detail: string
  /** where a limit or the storage is to blame, not the instance */
  readonly problem?: ProblemKind
  /** for the log, never for the answer */
  readonly cause?: unknown
  readonly SOPClassUID?: string | undefined
  readonly SOPInstanceUID?: string | undefined
}

/** The STOW failure reason of whatever went wrong with one instance. PS3.18 table I.2-2. */
export function failureOf(error: unknown): Failure {
  const problem = asProblem(error)
  const failure = { detail: problem.message, problem: problem.kind, cause: problem.cause }
  switch (problem.kind) {
    case 'bad-dicom':
      return { ...failure, reason: reason.CANNOT_UNDERSTAND }
    case 'unsupported-transfer-syntax':
      return { ...failure, reason: reason.TRANSFER_SYNTAX_NOT_SUPPORTED }
    case 'limit-exceeded':
    case 'storage-full':
      return { ...failure, reason: reason.OUT_OF_RESOURCES }
    default:
      return { ...failure, reason: reason.PROCESSING_FAILURE }
  }
}

/** What a body that broke means for the part that it broke in, or for all that would have come. */
export function brokenBy(problem: Problem): Failure {
  const beyondLimit = problem.kind === 'payload-too-large'
  return {
    reason: beyondLimit ? reason.OUT_OF_RESOURCES : reason.CANNOT_UNDERSTAND,
    detail: problem.message,
  }
}

/** An unexpected error becomes a Problem that keeps it as cause and tells the caller nothing. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem('unavailable', 'the instance could not be stored', { cause: error })
}
