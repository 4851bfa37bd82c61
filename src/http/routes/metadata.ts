import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { MetadataService } from '../../services/metadata.js'
import { acceptsGzip } from '../../web/accept-encoding.js'
import { chosenJson } from '../accepted.js'
import type { OriginOf } from '../origin.js'
import { readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'
import { sendBody, varyBy } from '../send.js'

type Params = StudyParams & Partial<InstanceParams>

/** Metadata of a study, series or instance. PS3.18 10.4.1.1.2. Problems: invalid-uid, not-found, not-acceptable. */
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
    const contentType = chosenJson(request)
    const encoding = acceptsGzip(request.headers['accept-encoding']) ? 'gzip' : 'identity'
    const { base, fixed } = origin(request)
    const bytes = await metadata.open({ caller: request.caller, scope, base, keepBundles: fixed, encoding })
    varyBy(reply, 'Accept, Accept-Encoding')
    await sendBody(request, reply, {
      contentType,
      bytes,
      headers: encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {},
    })
  }
}
