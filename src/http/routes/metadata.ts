import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { MetadataService } from '../../services/metadata.js'
import { gzipStream } from '../../services/gzip-stream.js'
import { acceptsGzip } from '../../web/accept-encoding.js'
import { DICOM_XML, metadataOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import type { OriginOf } from '../origin.js'
import { readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'
import { sendBody, varyBy } from '../send.js'
import { xmlAnswer } from '../xml-answer.js'

type Params = StudyParams & Partial<InstanceParams>

/** Metadata of a study, series or instance, as JSON or XML. PS3.18 10.4.1.1.2, Annex F. Problems: invalid-uid, not-found, not-acceptable. */
export function metadataRoutes(metadata: MetadataService, origin: OriginOf): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const level of ['', '/series/:series', '/series/:series/instances/:instance']) {
      app.route<{ Params: Params }>({
        method: ['GET', 'HEAD'],
        url: `/studies/:study${level}/metadata`,
        config: { right: 'retrieve' },
        handler: answer,
      })
    }
    done()
  }

  async function answer(request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<void> {
    const scope = readScope(request.params)
    const choice = chosen(acceptedRanges(request), metadataOffers(scope.SOPInstanceUID !== undefined))
    const encoding = acceptsGzip(request.headers['accept-encoding']) ? 'gzip' : 'identity'
    const { base, fixed } = origin(request)
    varyBy(reply, 'Accept, Accept-Encoding')
    const headers = encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}
    const { caller } = request
    if (choice.mediaType !== DICOM_XML) {
      const bytes = await metadata.open({ caller, scope, base, keepBundles: fixed, encoding })
      return sendBody(request, reply, { contentType: choice.mediaType, bytes, headers })
    }
    const { contentType, bytes } = xmlAnswer(await metadata.openXml({ caller, scope, base }), choice.form)
    await sendBody(request, reply, {
      contentType,
      bytes: encoding === 'gzip' ? gzipStream(bytes) : bytes,
      headers,
    })
  }
}
