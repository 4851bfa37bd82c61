import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type {
  BulkResource,
  BulkResourcesService,
  FoundBulk,
  ScopedValue,
} from '../../services/bulk-resources.js'
import type { BulkValue } from '../../services/bulkdata.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { choose, type Choice } from '../../web/accept.js'
import { contentType } from '../../web/media-types.js'
import {
  boundaryOfEntity,
  multipartBody,
  multipartContentType,
  type OutgoingPart,
} from '../../web/multipart/write.js'
import { bulkOffers, pixelOffers, type Offer } from '../../web/offers.js'
import { acceptedRanges, notAcceptable } from '../accepted.js'
import { validatorsOf } from '../conditional.js'
import { sendEntity } from '../entity.js'
import type { OriginOf } from '../origin.js'
import { readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'
import { sendPayloads } from '../payload-parts.js'
import { clientGone, varyBy } from '../send.js'

type Params = StudyParams & Partial<InstanceParams>

const LEVELS = [
  '/studies/:study',
  '/studies/:study/series/:series',
  '/studies/:study/series/:series/instances/:instance',
]

/** All bulk values of a study, a series or an instance, or their pixel data, a part a value, of compressed pixel data a part
 *  a frame. PS3.18 10.4.1.1.3, 10.4.3.3.5, 10.4.3.3.6.
 *  Problems: invalid-uid, not-found, bulkdata-not-found, not-acceptable, precondition-failed, range-not-satisfiable. */
export function bulkResourceRoutes(resources: BulkResourcesService, origin: OriginOf): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const level of LEVELS) {
      for (const resource of ['bulkdata', 'pixeldata'] as const) {
        app.route<{ Params: Params }>({
          method: ['GET', 'HEAD'],
          url: `${level}/${resource}`,
          config: { right: 'retrieve' },
          handler: (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) =>
            answer(resource, request, reply),
        })
      }
    }
    done()
  }

  async function answer(
    resource: BulkResource,
    request: FastifyRequest<{ Params: Params }>,
    reply: FastifyReply,
  ): Promise<void> {
    const scope = readScope(request.params)
    const negotiator = bulkNegotiator(request)
    const { caller } = request
    const found = await resources.find({
      caller,
      scope,
      resource,
      accepts: (value, alone) => negotiator.choiceOf(value, alone) !== undefined,
    })
    const { first, alone } = found
    const choice = first === undefined ? undefined : negotiator.choiceOf(first.value, alone)
    if (first === undefined || choice === undefined) throw notAcceptable(negotiator.offers())
    const { base } = origin(request)
    if (alone) return sendAlone(request, reply, { found, first, choice, base, resource })
    varyBy(reply, 'Accept')
    if (found.partial)
      void reply.header(
        'warning',
        `299 ${base}: Some values exist in no representation that is acceptable, or are damaged`,
      )
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
    const validators = validatorsOf(found.version, [
      resource,
      base,
      StudyInstanceUID,
      SeriesInstanceUID,
      SOPInstanceUID,
      ...negotiator.choices(),
    ])
    const boundary = boundaryOfEntity(validators.etag)
    const signal = clientGone(reply)
    const open = (): Promise<AsyncIterable<Uint8Array>> =>
      Promise.resolve(
        multipartBody(
          parts(found, base, value => negotiator.choiceOf(value, false), signal),
          boundary,
        ),
      )
    await sendEntity(request, reply, {
      validators,
      status: found.partial ? 206 : 200,
      contentType: multipartContentType(choice.mediaType, boundary),
      content: () => ({ lengthBytes: undefined, ranged: false, open }),
    })
  }
}

interface AloneAnswer {
  readonly found: FoundBulk
  readonly first: ScopedValue
  readonly choice: Choice
  readonly base: string
  readonly resource: BulkResource
}

/** As the BulkDataURI of the value itself would be answered, ranges of it too. */
function sendAlone(
  request: FastifyRequest,
  reply: FastifyReply,
  { found, first, choice, base, resource }: AloneAnswer,
): Promise<void> {
  const { value } = first
  return sendPayloads(request, reply, {
    version: found.version,
    choice,
    count: 1,
    url: `${instanceUrl(value.instance.uids, base)}/${resource}`,
    location: () => locationOf(first, 0, base),
    payload: () => (value.kind === 'value' ? Promise.resolve(value.payload) : value.frames.frame(0)),
    signal: clientGone(reply),
  })
}

async function* parts(
  found: FoundBulk,
  base: string,
  choiceOf: (value: BulkValue) => Choice | undefined,
  signal: AbortSignal,
): AsyncIterable<OutgoingPart> {
  for await (const scoped of found.values()) {
    const { value } = scoped
    const choice = choiceOf(value)
    if (choice === undefined) continue
    const count = value.kind === 'value' ? 1 : value.frames.count
    for (let position = 0; position < count; position++) {
      const payload = value.kind === 'value' ? value.payload : await value.frames.frame(position)
      yield {
        contentType: contentType(choice.mediaType, choice.transferSyntax),
        contentLocation: locationOf(scoped, position, base),
        body: await payload.read(undefined, signal),
      }
    }
  }
}

/** PS3.18 8.6.1.2.2: the BulkDataURI, or the URL of the frame */
function locationOf({ path, value }: ScopedValue, position: number, base: string): string {
  const url = instanceUrl(value.instance.uids, base)
  return value.kind === 'value' || value.nested ? `${url}/bulkdata/${path}` : `${url}/frames/${position + 1}`
}

interface BulkNegotiator {
  choiceOf(value: BulkValue, alone: boolean): Choice | undefined
  /** all that was on offer */
  offers(): readonly Offer[]
  /** what was chosen of it, in words that differ where bytes do */
  choices(): readonly string[]
}

/** Values of one kind and one stored transfer syntax are negotiated alike. */
function bulkNegotiator(request: FastifyRequest): BulkNegotiator {
  const ranges = acceptedRanges(request)
  const known = new Map<string, { offers: readonly Offer[]; choice: Choice | undefined }>()
  return {
    choiceOf(value, alone) {
      const { TransferSyntaxUID } = value.instance
      const documentType = value.kind === 'value' ? value.documentType : undefined
      const key = [value.kind, TransferSyntaxUID, alone, documentType].join(' ')
      let one = known.get(key)
      if (one === undefined) {
        const offers =
          value.kind === 'value'
            ? bulkOffers(TransferSyntaxUID, alone, documentType)
            : pixelOffers(TransferSyntaxUID, alone)
        known.set(key, (one = { offers, choice: choose(ranges, offers) }))
      }
      return one.choice
    },
    offers: () => [...known.values()].flatMap(({ offers }) => offers),
    choices: () =>
      [...known].map(([key, { choice }]) => `${key} ${choice?.mediaType} ${choice?.transferSyntax}`).sort(),
  }
}
