import type { FastifyReply, FastifyRequest } from 'fastify'
import type { InstanceFrames, Payload } from '../services/frames.js'
import type { Choice } from '../web/accept.js'
import { contentType } from '../web/media-types.js'
import {
  multipartBody,
  multipartContentType,
  multipartLengthBytes,
  randomBoundary,
  type OutgoingPart,
} from '../web/multipart/write.js'
import { sendBody, varyBy } from './send.js'

export interface FramesAnswer {
  readonly frames: InstanceFrames
  /** 0-based, in the order to send */
  readonly numbers: readonly number[]
  readonly choice: Choice
  /** URL of the frames resource, for Content-Location */
  readonly url: string
  readonly signal: AbortSignal
}

/** One frame with its length known, or many as they are read, the next one while this one is sent. */
export async function sendFrames(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: FramesAnswer,
): Promise<void> {
  const { frames, numbers, choice, url, signal } = answer
  const [first = 0] = numbers
  if (numbers.length === 1) {
    const read = (): Promise<Payload> => frames.read(first, signal)
    return sendPayload(request, reply, read, choice, `${url}/${first + 1}`)
  }
  varyBy(reply, 'Accept')
  const boundary = randomBoundary()
  await sendBody(request, reply, {
    contentType: multipartContentType(choice.mediaType, boundary),
    bytes: multipartBody(frameParts(answer), boundary),
  })
}

/** One frame or bulk value. */
export async function sendPayload(
  request: FastifyRequest,
  reply: FastifyReply,
  read: () => Promise<Payload>,
  choice: Choice,
  contentLocation: string,
): Promise<void> {
  const type = contentType(choice.mediaType, choice.transferSyntax)
  const boundary = randomBoundary()
  const outer = choice.form === 'single' ? type : multipartContentType(choice.mediaType, boundary)
  varyBy(reply, 'Accept')
  const headers = choice.form === 'single' ? { 'content-location': contentLocation } : {}
  // HEAD stops after negotiation: nothing is read for it.
  if (request.method === 'HEAD') return sendBody(request, reply, { contentType: outer, headers, bytes: [] })
  const payload = await read()
  if (choice.form === 'single') {
    const bytes = payload.bytes instanceof Uint8Array ? [payload.bytes] : payload.bytes
    return sendBody(request, reply, { contentType: outer, lengthBytes: payload.lengthBytes, headers, bytes })
  }
  const part = { contentType: type, contentLocation, lengthBytes: payload.lengthBytes, body: payload.bytes }
  await sendBody(request, reply, {
    contentType: outer,
    lengthBytes: multipartLengthBytes([part], boundary),
    bytes: multipartBody([part], boundary),
  })
}

async function* frameParts({
  frames,
  numbers,
  choice,
  url,
  signal,
}: FramesAnswer): AsyncIterable<OutgoingPart> {
  const type = contentType(choice.mediaType, choice.transferSyntax)
  let next: Promise<Payload> | undefined
  try {
    for (const [position, number] of numbers.entries()) {
      const current = next ?? frames.read(number, signal)
      const following = numbers[position + 1]
      next = following === undefined ? undefined : frames.read(following, signal)
      // Told when its turn comes; until then it must not count as unhandled.
      next?.catch(() => undefined)
      yield { contentType: type, contentLocation: `${url}/${number + 1}`, body: (await current).bytes }
    }
  } finally {
    await next?.then(giveBack, () => undefined)
  }
}

/** The client went away: what was opened ahead is closed. */
async function giveBack({ bytes }: Payload): Promise<void> {
  if (Symbol.asyncIterator in bytes) await bytes[Symbol.asyncIterator]().return?.()
}
