import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { BulkdataService } from '../../services/bulkdata.js'
import { versionOfInstance } from '../../services/content-version.js'
import type { Payload } from '../../services/payload.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { bulkOffers, pixelOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import type { operations } from '../contract.js'
import type { OriginOf } from '../origin.js'
import { readInstanceUids } from '../path-parameters.js'
import { sendPayloads } from '../payload-parts.js'
import { clientGone } from '../send.js'

type Params = Readonly<operations['retrieveBulkdata']['parameters']['path']>

/** The value that a BulkDataURI of the metadata names. PS3.18 10.4.1.1.3.
 *  Problems: invalid-uid, invalid-parameter, not-found, bulkdata-not-found, not-acceptable,
 *  precondition-failed, range-not-satisfiable. */
export function bulkdataRoute(bulkdata: BulkdataService, origin: OriginOf): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route<{ Params: Params }>({
      method: ['GET', 'HEAD'],
      url: '/studies/:study/series/:series/instances/:instance/bulkdata/:path',
      config: { right: 'retrieve' },
      handler: answer,
    })
    done()
  }

  async function answer(request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<void> {
    const uids = readInstanceUids(request.params)
    const path = request.params.path.toUpperCase()
    const value = await bulkdata.open(request.caller, uids, path)
    const ranges = acceptedRanges(request)
    const { TransferSyntaxUID } = value.instance
    const instance = instanceUrl(uids, origin(request).base)
    const url = `${instance}/bulkdata/${path}`
    const answer = { version: versionOfInstance(value.instance), url, signal: clientGone(reply) }
    if (value.kind === 'value') {
      const choice = chosen(ranges, bulkOffers(TransferSyntaxUID, true, value.documentType))
      const payload = (): Promise<Payload> => Promise.resolve(value.payload)
      return sendPayloads(request, reply, { ...answer, choice, count: 1, location: () => url, payload })
    }
    const { frames } = value
    return sendPayloads(request, reply, {
      ...answer,
      choice: chosen(ranges, pixelOffers(TransferSyntaxUID, frames.count === 1)),
      count: frames.count,
      location: position => (value.nested ? url : `${instance}/frames/${position + 1}`),
      payload: frames.frame,
    })
  }
}
