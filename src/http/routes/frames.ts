import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import { versionOfInstance } from '../../services/content-version.js'
import type { FrameService, InstanceFrames } from '../../services/frames.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { TRANSCODER, type TranscodeService } from '../../services/transcode.js'
import { choose, type Choice } from '../../web/accept.js'
import { frameOffers, type Offer } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import type { operations } from '../contract.js'
import type { OriginOf } from '../origin.js'
import { readFrameList, readInstanceUids } from '../path-parameters.js'
import { sendPayloads } from '../payload-parts.js'
import { clientGone } from '../send.js'

type Params = Readonly<operations['retrieveFrames']['parameters']['path']>

/** Frames of one instance, in the order asked for. PS3.18 10.4.1.1.5; media types 8.7.3.
 *  Problems: invalid-uid, invalid-frame-list, not-found, frame-not-found, not-acceptable,
 *  undecodable, limit-exceeded, overloaded, precondition-failed, range-not-satisfiable. */
export function framesRoute(
  frames: FrameService,
  transcode: TranscodeService,
  origin: OriginOf,
): FastifyPluginCallback {
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
    const choice = await choiceOf(request, found.instance, numbers.length === 1)
    const signal = clientGone(reply)
    const made =
      choice.content === 'transcoded' && choice.transferSyntax !== undefined
        ? await transcode.frames(found.instance, choice.transferSyntax, signal)
        : undefined
    const url = `${instanceUrl(uids, origin(request).base)}/frames`
    const numberAt = (position: number): number => numbers[position] ?? 0
    await sendPayloads(request, reply, {
      version: versionOfInstance(found.instance),
      choice,
      count: numbers.length,
      url: `${url}/${numbers.map(number => number + 1).join(',')}`,
      location: position => `${url}/${numberAt(position) + 1}`,
      payload: position => (made ?? found).frame(numberAt(position)),
      ...(made === undefined ? {} : { made: { ...made, by: `transcoder ${TRANSCODER}` } }),
      signal,
    })
  }

  /** Which samples there are is looked into only where frames would have to be transcoded. */
  async function choiceOf(
    request: FastifyRequest<{ Params: Params }>,
    instance: InstanceFrames['instance'],
    one: boolean,
  ): Promise<Choice> {
    const ranges = acceptedRanges(request)
    const offers = (possible: readonly string[]): Offer[] =>
      frameOffers(instance.TransferSyntaxUID, one, possible)
    const choice = choose(ranges, offers(transcode.targets))
    if (choice !== undefined && choice.content !== 'transcoded') return choice
    return chosen(ranges, offers(await transcode.possible(instance)))
  }
}
