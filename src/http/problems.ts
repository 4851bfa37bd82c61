import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { Problem, type ProblemKind } from '../dicom/problem.js'

/** Status and title of every kind of problem; docs/problems.md has a section for each. A kind without a row does not compile. */
export const PROBLEMS = {
  'invalid-uid': { status: 400, title: 'A UID in the path is not a UID' },
  'invalid-parameter': { status: 400, title: 'A parameter has a value that it cannot have' },
  'invalid-frame-list': { status: 400, title: 'The list of frames is not a list of frame numbers' },
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'bad-dicom': { status: 409, title: 'Not a readable DICOM instance' },
  'bad-pixel-data': { status: 500, title: 'The pixel data cannot be read as its header says' },
  'unsupported-transfer-syntax': { status: 409, title: 'The transfer syntax is not known' },
  'limit-exceeded': { status: 413, title: 'A limit is exceeded' },
  'not-found': { status: 404, title: 'Not found' },
  'frame-not-found': { status: 404, title: 'The instance has no such frame' },
  'bulkdata-not-found': { status: 404, title: 'The instance has no such bulk value' },
  'method-not-allowed': { status: 405, title: 'The resource does not know this method' },
  'not-acceptable': { status: 406, title: 'No representation fits the Accept header' },
  'upload-idle': { status: 408, title: 'The upload stood still' },
  undecodable: { status: 406, title: 'The pixels cannot be decoded' },
  'precondition-failed': { status: 412, title: 'A condition of the request does not hold' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type of the request is not one that can be stored',
  },
  'range-not-satisfiable': { status: 416, title: 'The range lies outside the resource' },
  'client-gone': { status: 499, title: 'The client went away' },
  'storage-full': { status: 503, title: 'No room to store' },
  unavailable: { status: 503, title: 'The storage does not answer' },
  overloaded: { status: 503, title: 'Too much is being worked on' },
  'blob-missing': { status: 500, title: 'The bytes of the instance are missing' },
  'blob-damaged': { status: 500, title: 'The bytes of the instance are damaged' },
} satisfies Record<ProblemKind, { status: number; title: string }>

const RETRY_AFTER_SECONDS = 5

/** Answers with a problem document. RFC 9457; PS3.18 8.6.3.
 *  What is not a Problem is our own bug: 500 and an id that the log has too, nothing else. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = asProblem(error)
  if (problem === undefined) {
    const id = randomUUID()
    request.log.error({ incident: id, err: error }, 'unexpected error')
    send(reply, 500, { type: 'about:blank', title: 'Internal error', status: 500, incident: id })
    return
  }
  const { status } = PROBLEMS[problem.kind]
  if (status >= 500) request.log.error({ kind: problem.kind, err: problem.cause ?? problem }, problem.message)
  if (status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS)
  send(reply, status, problemDocument(problem))
}

export const PROBLEM_TYPE = 'application/problem+json'

/** RFC 9457 */
export function problemDocument({ kind, message }: Problem): object {
  const { status, title } = PROBLEMS[kind]
  return { type: `urn:filmroom:problem:${kind}`, title, status, detail: message }
}

function send(reply: FastifyReply, status: number, document: object): void {
  void reply.code(status).type(PROBLEM_TYPE).send(JSON.stringify(document))
}

/** Answers what is not even HTTP, and ends the connection. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  // The client went away, or an answer is under way already.
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy()
    return
  }
  const [status, reason] = CONNECTION_ERRORS[error.code ?? ''] ?? [400, 'Bad Request']
  const document = JSON.stringify({ type: 'about:blank', title: reason, status })
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${document.length}\r\n` +
      `Connection: close\r\n\r\n${document}`,
  )
}

const CONNECTION_ERRORS: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
}

/** Fastify's own errors about the request, in our words. */
function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  const { code, statusCode } = error as Partial<FastifyError>
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new Problem('unsupported-media-type', 'the Content-Type is not a media type')
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem('malformed-request', 'the request is not valid HTTP', { cause: error })
  }
  return undefined
}
