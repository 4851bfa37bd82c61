import { Problem } from '../../dicom/problem.js'

const NO_ROOM = [
  'QuotaExceeded',
  'QuotaExceededException',
  'ServiceQuotaExceeded',
  'InsufficientStorage',
  'InsufficientCapacity',
  'XMinioStorageFull',
]
const INSUFFICIENT_STORAGE = 507
const AGAIN = [
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestTimeTooSkewed',
  'SlowDown',
  'OperationAborted',
  'ThrottlingException',
  'TooManyRequestsException',
  'BadDigest',
  'IncompleteBody',
]
const THROTTLED = ['SlowDown', 'ThrottlingException', 'TooManyRequestsException']
const AGAIN_STATUSES = [408, 429]
const NETWORK = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_|ERR_STREAM_PREMATURE_CLOSE|HPE_)/

/** What an answer, or its absence, means to a caller. The error itself, which names the bucket, goes along as the cause only. */
export function s3Problem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return hasNoRoom(error)
    ? new Problem('storage-full', 'the blob store has no room', { cause: error })
    : new Problem('unavailable', `the blob store does not answer (${wordOf(error)})`, { cause: error })
}

/** As s3Problem, for a blob that was to be there. */
export function s3ReadProblem(error: unknown): Problem {
  return isNoSuchKey(error)
    ? new Problem('blob-missing', 'the blob store has no such blob', { cause: error })
    : s3Problem(error)
}

/** True where trying again may well bring another answer. */
export function isTransient(error: unknown): boolean {
  const status = statusOf(error)
  return (
    (status !== undefined && status >= 500 && !hasNoRoom(error)) ||
    AGAIN_STATUSES.includes(status ?? 0) ||
    AGAIN.includes(nameOf(error)) ||
    NETWORK.test(codeOf(error)) ||
    (error instanceof Error && error.message === 'socket hang up') ||
    // The SDK has learnt from the answer how far this machine's clock is off.
    metadataOf(error)['clockSkewCorrected'] === true
  )
}

/** True where the server asks for fewer requests. */
export function isThrottled(error: unknown): boolean {
  return THROTTLED.includes(nameOf(error)) || statusOf(error) === 503 || statusOf(error) === 429
}

/** Of the answer; undefined where there was none. */
export function statusOf(error: unknown): number | undefined {
  const status = metadataOf(error)['httpStatusCode']
  return typeof status === 'number' ? status : undefined
}

/** The server's own word for it, such as `NoSuchBucket`. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

function isNoSuchKey(error: unknown): boolean {
  return nameOf(error) === 'NoSuchKey'
}

function hasNoRoom(error: unknown): boolean {
  return NO_ROOM.includes(nameOf(error)) || statusOf(error) === INSUFFICIENT_STORAGE
}

/** Never the message, which may name hosts and keys. */
function wordOf(error: unknown): string {
  return codeOf(error) || /^[A-Za-z0-9]{1,60}$/.exec(nameOf(error))?.[0] || 'unknown error'
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return ''
  return /^[A-Z_]{1,60}$/.test(error.code) ? error.code : ''
}

function metadataOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error) || !('$metadata' in error)) return {}
  return (error.$metadata ?? {}) as Readonly<Record<string, unknown>>
}
