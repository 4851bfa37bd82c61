/** Pictures as answers: one bare, or each as a part of multipart/related. PS3.18 8.6.1.2, 10.4.4 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../dicom/problem.js'
import type { ContentVersion } from '../services/content-version.js'
import { preparedAhead } from '../services/prepared-ahead.js'
import { RENDERER, type PictureRequest } from '../services/render.js'
import {
  boundaryOfEntity,
  multipartBody,
  multipartContentType,
  type OutgoingPart,
} from '../web/multipart/write.js'
import { validatorsOf } from './conditional.js'
import { sendEntity } from './entity.js'
import { problemDocument, PROBLEM_TYPE } from './problems.js'
import { varyBy } from './send.js'

interface PictureAnswer {
  readonly version: ContentVersion
  /** path of the resource below the DICOMweb root, and its base: two answers of one version differ in this or in `picture` */
  readonly resource: readonly string[]
  readonly picture: PictureRequest
}

/** Drawn once it is known that the client has not got it, and not for HEAD; ranges of it are those of the same bytes. */
export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: PictureAnswer & {
    readonly location: string
    /** where it is another than the picture's */
    readonly mediaType?: string
    readonly draw: () => Promise<Uint8Array>
  },
): Promise<void> {
  const { mediaType = answer.picture.mediaType } = answer
  varyBy(reply, 'Accept')
  await sendEntity(request, reply, {
    validators: validatorsOf(answer.version, ['picture', mediaType, ...representation(answer)]),
    contentType: mediaType,
    contentLocation: answer.location,
    content: async () => {
      if (request.method === 'HEAD')
        return { lengthBytes: undefined, ranged: false, open: () => Promise.resolve(new Uint8Array()) }
      const bytes = await answer.draw()
      return {
        lengthBytes: bytes.length,
        ranged: true,
        open: ({ start, end } = { start: 0, end: bytes.length }) =>
          Promise.resolve(bytes.subarray(start, end)),
      }
    },
  })
}

export interface DrawnPart {
  readonly location: string
  readonly draw: () => Promise<Uint8Array>
}

/** Pictures that are made while those before them are sent. More than two at once would hold up others who wait. */
const AHEAD = 2

/** What cannot be drawn is told in its place, by a part that is its problem document; where no picture can be drawn, the first
 *  problem is the answer. What else goes wrong after the first byte cuts the answer. */
export async function sendPictures(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: PictureAnswer & { readonly parts: () => AsyncIterable<DrawnPart> | Iterable<DrawnPart> },
): Promise<void> {
  varyBy(reply, 'Accept')
  const { mediaType } = answer.picture
  const validators = validatorsOf(answer.version, ['pictures', ...representation(answer)])
  const boundary = boundaryOfEntity(validators.etag)
  await sendEntity(request, reply, {
    validators,
    contentType: multipartContentType(mediaType, boundary),
    content: () => ({
      lengthBytes: undefined,
      ranged: false,
      open: async () =>
        multipartBody(
          await fromFirstDrawn(preparedAhead(answer.parts(), AHEAD, each => partOf(each, mediaType))),
          boundary,
        ),
    }),
  })
}

function representation({ resource, picture }: PictureAnswer): string[] {
  return [String(RENDERER), ...resource, JSON.stringify(picture)]
}

type Part =
  | { readonly drawn: true; readonly part: OutgoingPart }
  | { readonly drawn: false; readonly part: OutgoingPart; readonly problem: Problem }

/** @throws what is not the fault of the one picture */
async function partOf({ location, draw }: DrawnPart, mediaType: string): Promise<Part> {
  try {
    return { drawn: true, part: { contentType: mediaType, contentLocation: location, body: await draw() } }
  } catch (error) {
    if (!(error instanceof Problem) || !OF_ONE_PICTURE.has(error.kind)) throw error
    const body = Buffer.from(JSON.stringify(problemDocument(error)))
    return {
      drawn: false,
      part: { contentType: PROBLEM_TYPE, contentLocation: location, body },
      problem: error,
    }
  }
}
const OF_ONE_PICTURE: ReadonlySet<Problem['kind']> = new Set([
  'undecodable',
  'not-acceptable',
  'limit-exceeded',
  'invalid-parameter',
  'bad-pixel-data',
  'blob-missing',
  'blob-damaged',
])

/** @throws the first problem, where there is nothing but problems */
async function fromFirstDrawn(parts: AsyncGenerator<Part, void>): Promise<AsyncIterable<OutgoingPart>> {
  const before: OutgoingPart[] = []
  let first: Problem | undefined
  for (;;) {
    const next = await parts.next()
    if (next.done === true) {
      if (first !== undefined) throw first
      return rest(before, parts)
    }
    before.push(next.value.part)
    if (next.value.drawn) return rest(before, parts)
    first ??= next.value.problem
  }
}

async function* rest(
  before: readonly OutgoingPart[],
  parts: AsyncGenerator<Part, void>,
): AsyncIterable<OutgoingPart> {
  try {
    yield* before
    for await (const { part } of parts) yield part
  } finally {
    await parts.return()
  }
}
