import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ContentVersion } from '../services/content-version.js'
import type { Payload } from '../services/payload.js'
import { preparedAhead, upTo } from '../services/prepared-ahead.js'
import type { Choice } from '../web/accept.js'
import { contentType } from '../web/media-types.js'
import {
  boundaryOfEntity,
  multipartBody,
  multipartContentType,
  multipartLengthBytes,
  multipartRange,
  type OutgoingPart,
  type PartHeaders,
  type RangedPart,
} from '../web/multipart/write.js'
import { validatorsOf } from './conditional.js'
import { sendEntity, type Content } from './entity.js'
import { varyBy } from './send.js'

/** Frames or bulk values of one instance, all of one kind. */
export interface PayloadsAnswer {
  readonly version: ContentVersion
  readonly choice: Choice
  readonly count: number
  /** URL of all of it: two answers of one version differ in this, or in their representation */
  readonly url: string
  /** URL of one, for Content-Location */
  readonly location: (position: number) => string
  readonly payload: (position: number) => Promise<Payload>
  /** of what is made on demand */
  readonly made?: {
    /** whether a payload's length is known before it is made */
    readonly sized: boolean
    /** how many may be made at once */
    readonly ahead: number
    /** what the bytes depend on beside the content */
    readonly by: string
  }
  readonly signal: AbortSignal
}

/** Of more parts the whole is sent without its length, and no ranges of it: to know where a byte is, all are looked up. */
const MOST_MEASURED_PARTS = 10_000

/** One bare, or each as a part of multipart/related, whole or ranges of it; a bare one bears its place in a header. */
export async function sendPayloads(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: PayloadsAnswer,
): Promise<void> {
  const { version, choice, url } = answer
  const type = contentType(choice.mediaType, choice.transferSyntax)
  varyBy(reply, 'Accept')
  const validators = validatorsOf(version, [url, choice.form, type, answer.made?.by])
  if (choice.form === 'single') {
    return sendEntity(request, reply, {
      validators,
      contentType: type,
      contentLocation: answer.location(0),
      content: async () => bare(await answer.payload(0), answer.signal),
    })
  }
  const boundary = boundaryOfEntity(validators.etag)
  await sendEntity(request, reply, {
    validators,
    contentType: multipartContentType(choice.mediaType, boundary),
    content: () => (isUnmeasured(answer) ? unmeasured(answer, boundary) : measured(answer, boundary)),
  })
}

/** One that is made can be made before it is sent; of many the first would wait for the last. */
function isUnmeasured({ count, made }: PayloadsAnswer): boolean {
  return count > MOST_MEASURED_PARTS || (made?.sized === false && count > 1)
}

function bare({ lengthBytes, read }: Payload, signal: AbortSignal): Content {
  return { lengthBytes, ranged: true, open: range => read(range, signal) }
}

function unmeasured(answer: PayloadsAnswer, boundary: string): Content {
  return {
    lengthBytes: undefined,
    ranged: false,
    open: () => Promise.resolve(multipartBody(wholeParts(answer), boundary)),
  }
}

async function measured(answer: PayloadsAnswer, boundary: string): Promise<Content> {
  const lengths: number[] = []
  for (let position = 0; position < answer.count; position++)
    lengths.push((await answer.payload(position)).lengthBytes)
  const lengthsOfParts = lengths.map((lengthBytes, position) => ({
    ...partHeaders(answer, position),
    lengthBytes,
  }))
  return {
    lengthBytes: multipartLengthBytes(lengthsOfParts, boundary),
    ranged: true,
    open: range =>
      Promise.resolve(
        range === undefined
          ? multipartBody(wholeParts(answer), boundary)
          : multipartRange(rangedParts(answer), boundary, range),
      ),
  }
}

function partHeaders({ choice, location }: PayloadsAnswer, position: number): PartHeaders {
  return {
    contentType: contentType(choice.mediaType, choice.transferSyntax),
    contentLocation: location(position),
  }
}

/** Each as it is read, the next ones while this one is sent. */
async function* wholeParts(answer: PayloadsAnswer): AsyncIterable<OutgoingPart> {
  const { count, payload, signal, made } = answer
  const part = async (position: number): Promise<OutgoingPart> => {
    const { read } = await payload(position)
    return { ...partHeaders(answer, position), body: await read(undefined, signal) }
  }
  yield* preparedAhead(upTo(count), 1 + (made?.ahead ?? 1), part, ({ body }) => giveBack(body))
}

/** The client went away: what was opened ahead is closed. */
async function giveBack(body: OutgoingPart['body']): Promise<void> {
  if (Symbol.asyncIterator in body) await body[Symbol.asyncIterator]().return?.()
}

async function* rangedParts(answer: PayloadsAnswer): AsyncIterable<RangedPart> {
  for (let position = 0; position < answer.count; position++) {
    const { lengthBytes, read } = await answer.payload(position)
    yield { ...partHeaders(answer, position), lengthBytes, read: range => read(range, answer.signal) }
  }
}
