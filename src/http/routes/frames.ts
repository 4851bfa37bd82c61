import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import { versionOfInstance } from '../../services/content-version.js'
import type { FrameService } from '../../services/frames.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { frameOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import type { operations } from '../contract.js'
import type { OriginOf } from '../origin.js'
import { readFrameList, readInstanceUids } from '../path-parameters.js'
import { sendPayloads } from '../payload-parts.js'
import { clientGone } from '../send.js'

type Params = Readonly<operations['retrieveFrames']['parameters']['path']>

/** Frames of one instance, in the order asked for. PS3.18 10.4.1.1.5; media types 8.7.3.
 *  Problems: invalid-uid, invalid-frame-list, not-found, frame-not-found, not-acceptable,
 *  precondition-failed, range-not-satisfiable. */
export function framesRoute(frames: FrameService, origin: OriginOf): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route<{ Params: Params }>({
      method: ['GET', 'HEAD'],
      url: '/studies/:study/series/:series/instances/:instance/frames/:frames',
      config: { right: 'retrieve' },
      handler: answer,
    })
    done()
  }

  async function answer(request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<void> {
    const uids = readInstanceUids(request.params)
    const numbers = readFrameList(request.params.frames)
    const found = await frames.open(request.caller, uids)
    const missing = numbers.find(number => number >= found.count)
    if (missing !== undefined) {
      throw new Problem(
        'frame-not-found',
        `frame ${missing + 1} was asked for; the instance has ${found.count}`,
      )
    }
    const choice = chosen(
      acceptedRanges(request),
      frameOffers(found.instance.TransferSyntaxUID, numbers.length === 1),
    )
    const url = `${instanceUrl(uids, origin(request).base)}/frames`
    const numberAt = (position: number): number => numbers[position] ?? 0
    await sendPayloads(request, reply, {
      version: versionOfInstance(found.instance),
      choice,
      count: numbers.length,
      url: `${url}/${numbers.map(number => number + 1).join(',')}`,
      location: position => `${url}/${numberAt(position) + 1}`,
      payload: position => found.frame(numberAt(position)),
      signal: clientGone(reply),
    })
  }
}
