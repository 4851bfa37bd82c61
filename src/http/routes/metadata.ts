import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { MetadataService } from '../../services/metadata.js'
import { gzipStream } from '../../services/gzip-stream.js'
import { acceptsGzip } from '../../web/accept-encoding.js'
import { boundaryOfEntity } from '../../web/multipart/write.js'
import { DICOM_XML, metadataOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import { validatorsOf } from '../conditional.js'
import { sendEntity } from '../entity.js'
import type { OriginOf } from '../origin.js'
import { readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'
import { varyBy } from '../send.js'
import { xmlAnswer, type XmlAnswer } from '../xml-answer.js'

type Params = StudyParams & Partial<InstanceParams>

/** Metadata of a study, series or instance, as JSON or XML. PS3.18 10.4.1.1.2, Annex F.
 *  Problems: invalid-uid, not-found, not-acceptable, precondition-failed. */
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
    const found = await metadata.find({ caller: request.caller, scope })
    varyBy(reply, 'Accept, Accept-Encoding')
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
    const validators = validatorsOf(found.version, [
      ...[base, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID],
      ...[choice.form, choice.mediaType, encoding],
    ])
    const { contentType, bytes } =
      choice.mediaType === DICOM_XML
        ? gzippedIf(encoding, xmlAnswer(found.xml(base), choice.form, boundaryOfEntity(validators.etag)))
        : { contentType: choice.mediaType, bytes: found.json({ base, keepBundles: fixed, encoding }) }
    await sendEntity(request, reply, {
      validators,
      contentType,
      headers: encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {},
      content: () => ({ lengthBytes: undefined, ranged: false, open: () => Promise.resolve(bytes) }),
    })
  }
}

function gzippedIf(encoding: 'gzip' | 'identity', answer: XmlAnswer): XmlAnswer {
  return encoding === 'gzip' ? { ...answer, bytes: gzipStream(answer.bytes) } : answer
}
