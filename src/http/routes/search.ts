import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { QueryLevel } from '../../dicom/query.js'
import { parseQuery } from '../../dicom/query-parameters.js'
import { URL_MARK } from '../../dicom/json-model.js'
import { nativeXmlText } from '../../dicom/native-xml-writer.js'
import type { SearchService } from '../../services/search.js'
import { DICOM_XML, resultOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import type { OriginOf } from '../origin.js'
import type { SeriesParams } from '../path-parameters.js'
import { readParameters } from '../query-string.js'
import { clientGone, sendBody, varyBy } from '../send.js'
import { xmlAnswer } from '../xml-answer.js'

type Params = Partial<SeriesParams>

const RESOURCES: readonly (readonly [string, QueryLevel])[] = [
  ['/studies', 'study'],
  ['/series', 'series'],
  ['/instances', 'instance'],
  ['/studies/:study/series', 'series'],
  ['/studies/:study/instances', 'instance'],
  ['/studies/:study/series/:series/instances', 'instance'],
]

/** QIDO-RS, all six resources. PS3.18 10.6. Problems: invalid-uid, invalid-parameter, not-acceptable, unavailable. */
export function searchRoutes(
  search: SearchService,
  origin: OriginOf,
  mostResults: number,
): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const [url, level] of RESOURCES) {
      const handler = (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<unknown> =>
        answer(level, request, reply)
      app.route<{ Params: Params }>({ method: ['GET', 'HEAD'], url, config: { right: 'search' }, handler })
    }
    done()
  }

  async function answer(
    level: QueryLevel,
    request: FastifyRequest<{ Params: Params }>,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { study, series } = request.params
    const scope = {
      ...(study === undefined ? {} : { StudyInstanceUID: study }),
      ...(series === undefined ? {} : { SeriesInstanceUID: series }),
    }
    const { mediaType } = chosen(acceptedRanges(request), resultOffers())
    const { query, warnings } = parseQuery(level, scope, readParameters(request.raw.url).others, {
      maxResults: mostResults,
      attributes: search.attributes,
    })
    const { rows, remaining, isAll } = await search.search(request.caller, query, clientGone(reply))
    const { base } = origin(request)
    const messages = [
      ...warnings,
      ...(remaining > 0
        ? [`There are ${isAll ? '' : 'at least '}${remaining} additional results that can be requested`]
        : []),
    ]
    // One Warning a message. PS3.18 8.3.4.4.1, 8.3.4.2.
    if (messages.length > 0)
      void reply.header(
        'warning',
        messages.map(message => `299 ${base}: ${message}`),
      )
    varyBy(reply, 'Accept')
    if (rows.length === 0) return reply.code(204).send()
    if (mediaType === DICOM_XML)
      return sendBody(request, reply, xmlAnswer(documents(rows, base), 'multipart'))
    void reply.type(mediaType)
    return reply.send(`[${rows.join(',')}]`.replaceAll(URL_MARK, base))
  }
}

/** A document a result, each made when its turn comes. PS3.18 10.6.4, F.3 */
async function* documents(rows: readonly string[], base: string): AsyncIterable<Uint8Array> {
  for (const row of rows) {
    yield await Promise.resolve(Buffer.from(nativeXmlText(row.replaceAll(URL_MARK, base))))
  }
}
