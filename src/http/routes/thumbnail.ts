import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import type { FrameService } from '../../services/frames.js'
import type { PlannedRendering, RenderService } from '../../services/render.js'
import { isPresentationState } from '../../services/presentation-picture.js'
import { hasPictures } from '../../services/renderable.js'
import type { Representative, RepresentativeOf } from '../../services/representative.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { thumbnailOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import type { operations } from '../contract.js'
import type { OriginOf } from '../origin.js'
import { readFrameList, readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'
import { sendPicture } from '../picture-answers.js'
import { pictureRequest, readThumbnailViewport } from '../picture-parameters.js'
import { clientGone } from '../send.js'

type Query = Readonly<NonNullable<operations['retrieveStudyThumbnail']['parameters']['query']>>
type Params = StudyParams & Partial<InstanceParams> & { readonly frames?: string }

const INSTANCE = '/studies/:study/series/:series/instances/:instance'
const LEVELS = ['/studies/:study', '/studies/:study/series/:series', INSTANCE, `${INSTANCE}/frames/:frames`]

/** As viewers show them in lists. */
const SIDE_PIXELS = 256

/** One small picture of what stands for a study, a series, an instance or frames; of what has no picture, an icon. Nothing that
 *  says whose it is. PS3.18 10.4.1.1.4.
 *  Problems: invalid-uid, invalid-frame-list, invalid-parameter, not-found, frame-not-found, not-acceptable, undecodable,
 *  precondition-failed, limit-exceeded, range-not-satisfiable, overloaded. */
export function thumbnailRoutes(
  frames: FrameService,
  render: RenderService,
  representatives: RepresentativeOf,
  origin: OriginOf,
): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const level of LEVELS)
      app.route<{ Params: Params; Querystring: Query }>({
        method: ['GET', 'HEAD'],
        url: `${level}/thumbnail`,
        config: { right: 'retrieve' },
        handler: answer,
      })
    done()
  }

  async function answer(
    request: FastifyRequest<{ Params: Params; Querystring: Query }>,
    reply: FastifyReply,
  ): Promise<void> {
    const scope = readScope(request.params)
    const viewport = readThumbnailViewport(request.query.viewport, SIDE_PIXELS)
    const { instance, modality, version } = await representatives(scope)
    const { count } = frames.ofInstance(instance)
    const frame = frameOf(request.params.frames, count)
    const { mediaType } = chosen(acceptedRanges(request), thumbnailOffers())
    const picture = pictureRequest(mediaType, { quality: undefined, window: undefined, viewport })
    const signal = clientGone(reply)
    const { base } = origin(request)
    const url = instanceUrl(instance.uids, base)
    const planned = await drawnFrom(instance, frame)
    await sendPicture(request, reply, {
      version,
      resource: ['thumbnail', url, String(frame ?? ''), planned?.basis ?? 'icon'],
      picture,
      location: `${url}/thumbnail`,
      draw: () =>
        planned !== undefined
          ? planned.draw(picture, signal)
          : render.icon(instance, modality, picture, signal),
    })
  }

  /** @returns undefined where there is nothing to draw it from: a presentation state has the pixels of an image */
  async function drawnFrom(
    instance: Representative['instance'],
    frame: number | undefined,
  ): Promise<PlannedRendering | undefined> {
    if (!hasPictures(instance) && !isPresentationState(instance)) return undefined
    try {
      return await render.plan(instance, frame)
    } catch (error) {
      if (error instanceof Problem && error.kind === 'not-found') return undefined
      throw error
    }
  }
}

/** The middle one of those that are listed.
 * @returns 0-based; undefined where none is
 * @throws Problem `frame-not-found` */
function frameOf(list: string | undefined, count: number): number | undefined {
  if (list === undefined) return undefined
  const numbers = readFrameList(list)
  const missing = numbers.find(number => number >= count)
  if (missing !== undefined)
    throw new Problem('frame-not-found', `frame ${missing + 1} was asked for; the instance has ${count}`)
  return numbers[Math.floor(numbers.length / 2)]
}
