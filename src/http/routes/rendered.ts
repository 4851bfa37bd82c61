import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import type { AnimationService } from '../../services/animations.js'
import { versionOfInstance, type ContentVersion } from '../../services/content-version.js'
import type { DocumentService } from '../../services/documents.js'
import type { FrameService, InstanceFrames } from '../../services/frames.js'
import type { RenderService } from '../../services/render.js'
import { hasPictures, type RenderableOf, type RenderedFile } from '../../services/renderable.js'
import type { RepresentativeOf } from '../../services/representative.js'
import type { FindScopedPictures } from '../../services/scoped-pictures.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { choose, type Choice } from '../../web/accept.js'
import { documentOffers, fileOffers, pictureOffers, VIDEO, videoOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import { validatorsOf } from '../conditional.js'
import type { operations } from '../contract.js'
import { sendEntity } from '../entity.js'
import type { OriginOf } from '../origin.js'
import {
  readFrameList,
  readInstanceUids,
  readScope,
  type InstanceParams,
  type SeriesParams,
  type StudyParams,
} from '../path-parameters.js'
import { sendPicture, sendPictures, type DrawnPart } from '../picture-answers.js'
import { pictureRequest, readPictureParameters, type PictureParameters } from '../picture-parameters.js'
import { sendDocument } from '../rendered-document.js'
import { clientGone, varyBy } from '../send.js'

type Query = Readonly<NonNullable<operations['retrieveRenderedInstance']['parameters']['query']>>
type FramesParams = Readonly<operations['retrieveRenderedFrames']['parameters']['path']>
type Request<Params> = FastifyRequest<{ Params: Params; Querystring: Query }>

export interface RenderedParts {
  readonly frames: FrameService
  readonly render: RenderService
  readonly animations: AnimationService
  readonly renderables: RenderableOf
  readonly documents: DocumentService
  readonly representatives: RepresentativeOf
  readonly scopedPictures: FindScopedPictures
}

const INSTANCE = '/studies/:study/series/:series/instances/:instance'

/** Types that show all frames of an instance. */
const MOVING = new Set(['image/gif', 'image/webp', VIDEO])

/** What a person can look at: pictures, videos, documents. PS3.18 10.4.1.1.3; parameters 8.3.5; media types 8.7.4.
 *  Problems: invalid-uid, invalid-frame-list, invalid-parameter, not-found, frame-not-found, not-acceptable, undecodable,
 *  blob-missing, blob-damaged, precondition-failed, limit-exceeded, range-not-satisfiable, overloaded. */
export function renderedRoutes(
  { frames, render, animations, renderables, documents, representatives, scopedPictures }: RenderedParts,
  origin: OriginOf,
): FastifyPluginCallback {
  return (app, _options, done) => {
    const of = { method: ['GET' as const, 'HEAD' as const], config: { right: 'retrieve' as const } }
    app.route<{ Params: StudyParams; Querystring: Query }>({
      ...of,
      url: '/studies/:study/rendered',
      handler: ofScope,
    })
    app.route<{ Params: SeriesParams; Querystring: Query }>({
      ...of,
      url: '/studies/:study/series/:series/rendered',
      handler: ofScope,
    })
    app.route<{ Params: InstanceParams; Querystring: Query }>({
      ...of,
      url: `${INSTANCE}/rendered`,
      handler: ofInstance,
    })
    app.route<{ Params: FramesParams; Querystring: Query }>({
      ...of,
      url: `${INSTANCE}/frames/:frames/rendered`,
      handler: ofFrames,
    })
    done()
  }

  /** A picture an instance, in the order of the series; or, where that is asked for, the one that stands for all. */
  async function ofScope(request: Request<StudyParams | SeriesParams>, reply: FastifyReply): Promise<void> {
    const scope = readScope(request.params)
    const { base } = origin(request)
    const parameters = parametersOf(request, reply, base)
    const choice = chosen(acceptedRanges(request), pictureOffers(true, 'multipart'))
    const picture = pictureRequest(choice.mediaType, parameters)
    const signal = clientGone(reply)
    const place = [base, scope.StudyInstanceUID, scope.SeriesInstanceUID ?? '']
    const partOf = (instance: InstanceFrames['instance']): DrawnPart => ({
      location: `${instanceUrl(instance.uids, base)}/rendered`,
      draw: async () => (await render.plan(instance, undefined)).draw(picture, signal),
    })
    if (choice.form === 'single') {
      const { instance, version } = await representatives(scope)
      if (!hasPictures(instance)) throw new Problem('not-acceptable', 'nothing there has a picture')
      return sendPicture(request, reply, { version, resource: place, picture, ...partOf(instance) })
    }
    const { version, isDamaged, instances } = await scopedPictures(scope)
    if (isDamaged)
      warn(reply, `299 ${base}: Some instances are missing or damaged: each has a problem in its place`)
    await sendPictures(request, reply, {
      version,
      resource: place,
      picture,
      async *parts() {
        for await (const instance of instances()) yield partOf(instance)
      },
    })
  }

  async function ofInstance(request: Request<InstanceParams>, reply: FastifyReply): Promise<void> {
    const uids = readInstanceUids(request.params)
    const { base } = origin(request)
    const parameters = parametersOf(request, reply, base)
    const { instance, version } = await representatives(uids)
    const renderable = await renderables(instance)
    const document = documents.ofInstance(instance)
    const ranges = acceptedRanges(request)
    if (document !== undefined) {
      const file = renderable.kind === 'file' ? fileOffers(renderable.names) : []
      const { mediaType: as } = chosen(ranges, [...documentOffers(), ...file])
      varyBy(reply, 'Accept')
      if (as === 'text/html' || as === 'text/plain')
        return sendDocument(request, reply, { document, as, base })
    }
    switch (renderable.kind) {
      case 'pictures': {
        const isMoving = animations.moves(instance)
        const videos = isMoving && (await animations.hasVideo()) ? videoOffers() : []
        const offers = [...pictureOffers(true, 'single'), ...videos]
        if (isMoving && choose(ranges, offers) === undefined && choose(ranges, videoOffers()) !== undefined)
          throw new Problem('not-acceptable', 'video/mp4 needs ffmpeg on the server, which has none')
        const choice = chosen(ranges, offers)
        if (isMoving && choice.form === 'single' && MOVING.has(choice.mediaType))
          return sendMoving(request, reply, instance, choice.mediaType, parameters)
        const found = frames.ofInstance(instance)
        return sendFrames(request, reply, { found, version, choice, parameters, numbers: undefined })
      }
      case 'file':
        return sendFile(request, reply, instance, renderable)
      case 'nothing':
        throw new Problem('not-acceptable', 'an instance of this SOP class has nothing to look at')
    }
  }

  /** All frames, one after the other. */
  async function sendMoving(
    request: FastifyRequest,
    reply: FastifyReply,
    instance: InstanceFrames['instance'],
    mediaType: string,
    parameters: PictureParameters,
  ): Promise<void> {
    const url = instanceUrl(instance.uids, origin(request).base)
    const picture = pictureRequest(mediaType, parameters, true)
    const signal = clientGone(reply)
    await sendPicture(request, reply, {
      version: versionOfInstance(instance),
      resource: [url, 'moving'],
      picture,
      mediaType,
      location: `${url}/rendered`,
      draw: () => animations[mediaType === VIDEO ? 'video' : 'animation'](instance, picture, signal),
    })
  }

  async function ofFrames(request: Request<FramesParams>, reply: FastifyReply): Promise<void> {
    const numbers = readFrameList(request.params.frames)
    // Each costs a picture, and a list of them nothing to send.
    if (new Set(numbers).size < numbers.length)
      throw new Problem('invalid-frame-list', 'the list of frames names one more than once')
    const parameters = parametersOf(request, reply, origin(request).base)
    const { instance, version } = await representatives(readInstanceUids(request.params))
    const found = frames.ofInstance(instance)
    const missing = numbers.find(number => number >= found.count)
    if (missing !== undefined)
      throw new Problem(
        'frame-not-found',
        `frame ${missing + 1} was asked for; the instance has ${found.count}`,
      )
    if (!hasPictures(found.instance))
      throw new Problem('not-acceptable', 'the frames of a video are not drawn one by one')
    const choice = chosen(acceptedRanges(request), pictureOffers(numbers.length === 1, 'single'))
    await sendFrames(request, reply, { found, version, choice, parameters, numbers })
  }

  async function sendFrames(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: {
      readonly found: InstanceFrames
      readonly version: ContentVersion
      readonly choice: Choice
      readonly parameters: PictureParameters
      /** 0-based; undefined: of the instance, the one that stands for it or all */
      readonly numbers: readonly number[] | undefined
    },
  ): Promise<void> {
    const { found, choice, parameters, numbers } = answer
    const { instance } = found
    const url = instanceUrl(instance.uids, origin(request).base)
    const picture = pictureRequest(choice.mediaType, parameters)
    const signal = clientGone(reply)
    const partOf = (number: number | undefined): DrawnPart => ({
      location: number === undefined ? `${url}/rendered` : `${url}/frames/${number + 1}/rendered`,
      draw: async () => (await render.plan(instance, number)).draw(picture, signal),
    })
    const { version } = answer
    const resource = [url, numbers?.join() ?? 'instance']
    if (choice.form === 'single') {
      const { basis, draw } = await render.plan(instance, numbers?.[0])
      return sendPicture(request, reply, {
        ...partOf(numbers?.[0]),
        version,
        resource: [...resource, basis],
        picture,
        draw: () => draw(picture, signal),
      })
    }
    await sendPictures(request, reply, {
      version,
      resource,
      picture,
      *parts() {
        // What has no frames of its own shows those of others, as one picture.
        if (numbers === undefined && found.count === 0) yield partOf(undefined)
        for (let n = 0; n < (numbers?.length ?? found.count); n++) yield partOf(numbers?.[n] ?? n)
      },
    })
  }

  /** A video or a document as it is, ranges of it too. */
  async function sendFile(
    request: FastifyRequest,
    reply: FastifyReply,
    instance: InstanceFrames['instance'],
    { names, payload }: RenderedFile,
  ): Promise<void> {
    const { mediaType } = chosen(acceptedRanges(request), fileOffers(names))
    const signal = clientGone(reply)
    varyBy(reply, 'Accept')
    await sendEntity(request, reply, {
      validators: validatorsOf(versionOfInstance(instance), ['file rendered', mediaType]),
      contentType: mediaType,
      content: () => ({
        lengthBytes: payload.lengthBytes,
        ranged: true,
        open: range => payload.read(range, signal),
      }),
    })
  }

  function parametersOf(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
    base: string,
  ): PictureParameters {
    const { parameters, ignored } = readPictureParameters(request.query)
    if (ignored.length > 0)
      warn(reply, `299 ${base}: Some values of ${ignored.join(', ')} are not known and ignored`)
    return parameters
  }
}

/** There may be several. */
function warn(reply: FastifyReply, warning: string): void {
  const before = reply.getHeader('warning')
  void reply.header('warning', before === undefined ? warning : `${String(before)}, ${warning}`)
}
