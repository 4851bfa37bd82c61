import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../dicom/problem.js'

/** Aborts when the client goes away before the answer is finished. (`request.signal` aborts as soon as a POST body has
 *  been read, client still there.) */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Problem('client-gone', 'the client went away'))
  })
  return controller.signal
}

export interface Body {
  /** absent where there is no body */
  readonly contentType?: string
  readonly status?: number
  readonly lengthBytes?: number | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** pieces, or to be read once; not read for HEAD */
  readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** A document that a browser would run scripts of, in this origin: an encapsulated CDA, or what someone stored as HTML. */
const SCRIPTABLE = /^[^;]*(html|xml|xsl|svg)/i

const SMALL_BYTES = 1024
/** Where so much waits for the socket, small pieces wait too. */
const WAITING_BYTES = 1 << 20

/** Sends a body with backpressure. What fails before the first byte is thrown, for a problem document; what fails after it
 *  destroys the socket: a cut answer must not look whole. */
export async function sendBody(request: FastifyRequest, reply: FastifyReply, body: Body): Promise<void> {
  const pieces = iteratorOf(body.bytes)
  let piece = request.method === 'HEAD' ? undefined : await pieces.next()
  if (body.contentType !== undefined) {
    void reply.header('content-type', body.contentType)
    if (SCRIPTABLE.test(body.contentType)) void reply.header('content-security-policy', 'sandbox')
  }
  if (body.lengthBytes !== undefined) void reply.header('content-length', body.lengthBytes)
  for (const [name, value] of Object.entries(body.headers ?? {})) void reply.header(name, value)
  reply.hijack()
  const { raw } = reply
  raw.writeHead(body.status ?? 200, reply.getHeaders() as Record<string, string>)
  try {
    let full = false
    for (; piece !== undefined && piece.done !== true; piece = await pieces.next()) {
      // Small pieces (part headers, delimiters) do not wait: they leave with their neighbours, in one call.
      if (full && (piece.value.length > SMALL_BYTES || raw.writableLength > WAITING_BYTES)) await drained(raw)
      if (raw.destroyed) return
      full = !raw.write(piece.value)
    }
    raw.end()
  } catch (error) {
    if (!raw.destroyed) {
      request.log.error({ err: error }, 'an answer was cut')
      raw.destroy()
    }
  } finally {
    // Gives back what is not read to its end (an open file), or for HEAD not at all.
    await pieces.return?.()
  }
}

function iteratorOf(
  bytes: Body['bytes'],
): Iterator<Uint8Array, undefined> | AsyncIterator<Uint8Array, undefined> {
  return Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]()
}

/** Resolves when the socket takes more, or is gone. (`once` with an AbortSignal makes an error with a stack each time.) */
function drained(raw: FastifyReply['raw']): Promise<void> {
  if (raw.destroyed || !raw.writableNeedDrain) return Promise.resolve()
  return new Promise(resolve => {
    const done = (): void => {
      raw.off('drain', done)
      raw.off('close', done)
      resolve()
    }
    raw.on('drain', done)
    raw.on('close', done)
  })
}

/** Names request headers that the answer depends on, beside those that are named already (CORS names Origin). RFC 9110 12.5.5 */
export function varyBy(reply: FastifyReply, names: string): void {
  const named = reply.getHeader('vary')
  void reply.header('vary', named === undefined ? names : `${String(named)}, ${names}`)
}
