import type { ProblemKind } from '../src/dicom/problem.js'

/** What a test expects a promise to reject with: `t.rejects(promise, problem('blob-missing'))`. Its wording is free. */
export function problem(kind: ProblemKind): Error & { kind: ProblemKind } {
  return Object.assign(new Error(), { name: 'Problem', kind })
}
