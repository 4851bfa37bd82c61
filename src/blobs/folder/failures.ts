import { Problem } from '../../dicom/problem.js'

/** What an error of the file system means to a caller. The error itself, which names paths, goes along as the cause only. */
export function storageProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new Problem('storage-full', 'the blob store has no room', { cause: error })
    : new Problem('unavailable', `the blob store does not answer (${code ?? 'unknown error'})`, {
        cause: error,
      })
}

/** As storageProblem, for a blob that was to be there. */
export function readProblem(error: unknown): Problem {
  return isMissing(error)
    ? new Problem('blob-missing', 'the blob store has no such blob', { cause: error })
    : storageProblem(error)
}

/** True where a name leads to nothing: no such entry, or one of its folders is a file. */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
