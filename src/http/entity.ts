import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ByteRange } from '../dicom/frame-table.js'
import { Problem } from '../dicom/problem.js'
import { MOST_RANGES } from '../web/byte-ranges.js'
import { multipartBody, randomBoundary, type OutgoingPart } from '../web/multipart/write.js'
import { clientHasIt, rangesToSend, validatorHeaders, type Validators } from './conditional.js'
import { sendBody } from './send.js'

/** The bytes of a representation. */
export interface Content {
  /** undefined where it has to be made to know */
  readonly lengthBytes: number | undefined
  /** whether a part of it can be opened; then its length is known */
  readonly ranged: boolean
  /** What can fail at once fails before the promise resolves. */
  readonly open: (range?: ByteRange) => Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/** A representation of a resource. RFC 9110 3.2, 8 */
export interface Entity {
  readonly validators: Validators
  /** a function where it is known once the content is open */
  readonly contentType: string | (() => string)
  /** 206 where some of what was asked for is left out (PS3.18 10.4.3) */
  readonly status?: 200 | 206
  readonly contentLocation?: string | undefined
  /** more of what describes it, such as Content-Encoding */
  readonly headers?: Readonly<Record<string, string>>
  /** Asked for once something is to be sent, or for HEAD described: a 304 reads nothing. */
  readonly content: () => Content | Promise<Content>
}

/** Sends it, or the ranges of it that are asked for, or that the client has it already. RFC 9110 13.2.2, 14, 15.4.5
 * @throws Problem `precondition-failed`, `range-not-satisfiable`, and what opening it throws */
export async function sendEntity(
  request: FastifyRequest,
  reply: FastifyReply,
  entity: Entity,
): Promise<void> {
  const { validators, status = 200, contentLocation } = entity
  const contentType = (): string =>
    typeof entity.contentType === 'string' ? entity.contentType : entity.contentType()
  const always = {
    ...validatorHeaders(validators),
    ...(contentLocation === undefined ? {} : { 'content-location': contentLocation }),
  }
  if (clientHasIt(request, validators))
    return sendBody(request, reply, { status: 304, headers: always, bytes: [] })
  const content = await entity.content()
  const { lengthBytes } = content
  const headers: Record<string, string> = { ...always, ...entity.headers }
  if (content.ranged && lengthBytes !== undefined) {
    headers['accept-ranges'] = 'bytes'
    const ranges = rangesToSend(request, validators, lengthBytes)
    if (ranges !== undefined)
      return sendRanges(request, reply, {
        content,
        contentType: contentType(),
        headers,
        ranges,
        lengthBytes,
      })
  }
  const bytes = request.method === 'HEAD' ? [] : pieces(await content.open())
  await sendBody(request, reply, { status, contentType: contentType(), lengthBytes, headers, bytes })
}

interface RangesAnswer {
  readonly content: Content
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly ranges: readonly ByteRange[] | 'too-many'
  /** of the whole */
  readonly lengthBytes: number
}

/** RFC 9110 15.3.7, 15.5.17 */
async function sendRanges(
  request: FastifyRequest,
  reply: FastifyReply,
  { content, contentType, headers, ranges, lengthBytes }: RangesAnswer,
): Promise<void> {
  const refused = (detail: string): Problem => {
    void reply.header('content-range', `bytes */${lengthBytes}`)
    return new Problem('range-not-satisfiable', detail)
  }
  if (ranges === 'too-many') throw refused(`at most ${MOST_RANGES} ranges are given at once`)
  const [first] = ranges
  if (first === undefined) throw refused(`there are ${lengthBytes} bytes; the range lies outside them`)
  if (ranges.length === 1)
    return sendBody(request, reply, {
      status: 206,
      contentType,
      lengthBytes: first.end - first.start,
      headers: { ...headers, 'content-range': contentRange(first, lengthBytes) },
      bytes: pieces(await content.open(first)),
    })
  // Not the boundary of the entity's own parts: their bytes hold that.
  const boundary = randomBoundary()
  const parts = async function* (): AsyncIterable<OutgoingPart> {
    for (const range of ranges)
      yield {
        contentType,
        contentRange: contentRange(range, lengthBytes),
        body: await content.open(range),
      }
  }
  await sendBody(request, reply, {
    status: 206,
    contentType: `multipart/byteranges; boundary=${boundary}`,
    headers,
    bytes: multipartBody(parts(), boundary),
  })
}

function contentRange({ start, end }: ByteRange, lengthBytes: number): string {
  return `bytes ${start}-${end - 1}/${lengthBytes}`
}

function pieces(
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  return bytes instanceof Uint8Array ? [bytes] : bytes
}
