import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { instanceUrl } from '../../services/series-bundle.js'
import type { OutgoingInstance, Retrieved, RetrieveService } from '../../services/retrieve.js'
import type { LabelsOf } from '../../services/series-labels.js'
import { TRANSCODER } from '../../services/transcode.js'
import type { Choice } from '../../web/accept.js'
import { digestField } from '../../web/digest-fields.js'
import { contentType } from '../../web/media-types.js'
import {
  boundaryOfEntity,
  multipartBody,
  multipartContentType,
  multipartLengthBytes,
  type OutgoingPart,
  type PartHeaders,
} from '../../web/multipart/write.js'
import { ZIP } from '../../web/offers.js'
import { validatorsOf } from '../conditional.js'
import { sendEntity } from '../entity.js'
import type { OriginOf } from '../origin.js'
import { readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'
import { sendInstanceFile } from '../instance-file.js'
import { negotiator, type InstanceSyntaxes } from '../instance-negotiator.js'
import { clientGone, varyBy } from '../send.js'
import { sendZip } from '../zip-answer.js'

type Params = StudyParams & Partial<InstanceParams>

const DICOM = 'application/dicom'

/** Instances of a study, a series, or one, also as an archive. PS3.18 10.4.1.1.1, 8.6.1.3. Problems: invalid-uid, not-found, not-acceptable,
 *  precondition-failed; range-not-satisfiable of one instance as it is stored. */
export function retrieveRoutes(
  retrieve: RetrieveService,
  transcode: InstanceSyntaxes,
  labels: () => LabelsOf,
  origin: OriginOf,
): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const level of ['', '/series/:series', '/series/:series/instances/:instance']) {
      app.route<{ Params: Params }>({
        method: ['GET', 'HEAD'],
        url: `/studies/:study${level}`,
        config: { right: 'retrieve' },
        handler: answer,
      })
    }
    done()
  }

  async function answer(request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<void> {
    const scope = readScope(request.params)
    const { choiceOf, isAcceptable, firstChoice } = negotiator(
      request,
      scope.SOPInstanceUID !== undefined,
      transcode,
    )
    const retrieved = await retrieve.find({
      caller: request.caller,
      scope,
      choose: choiceOf,
      isAcceptable,
      signal: clientGone(reply),
    })
    const { version, partial, first, stored } = retrieved
    varyBy(reply, 'Accept')
    const choice = await choiceOf(first)
    if (choice?.mediaType === DICOM && choice.form === 'single')
      return sendInstanceFile(request, reply, retrieved, choice)
    const { base } = origin(request)
    if (partial)
      void reply.header(
        'warning',
        `299 ${base}: Some instances exist in no representation that is acceptable, or are damaged`,
      )
    const contents = [...stored].sort().map(syntax => {
      const each = firstChoice(syntax)
      const by = each?.content === 'transcoded' ? ` ${each.transferSyntax} ${TRANSCODER}` : ''
      return `${syntax} ${each?.content}${by}`
    })
    const inside = [scope.StudyInstanceUID, scope.SeriesInstanceUID, ...contents]
    if (choice?.mediaType === ZIP) return sendZip(request, reply, { retrieved, inside, labelsOf: labels() })
    const validators = validatorsOf(version, ['multipart', base, ...inside])
    const boundary = boundaryOfEntity(validators.etag)
    await sendEntity(request, reply, {
      validators,
      status: partial ? 206 : 200,
      contentType: multipartContentType(DICOM, boundary),
      content: () => ({
        lengthBytes:
          scope.SOPInstanceUID === undefined ? undefined : lengthOfOne(first, base, choice, boundary),
        ranged: false,
        open: async () => multipartBody(parts(await retrieved.open(), base), boundary),
      }),
    })
  }
}

/** Length of the body with one instance as it is stored; a rewritten one has to be made to know. */
function lengthOfOne(
  instance: Retrieved['first'],
  base: string,
  choice: Choice | undefined,
  boundary: string,
): number | undefined {
  if (choice?.content !== 'as-stored') return undefined
  return multipartLengthBytes(
    [{ ...partHeaders(instance, base, choice), lengthBytes: instance.sizeBytes }],
    boundary,
  )
}

function partHeaders(
  instance: Retrieved['first'],
  base: string,
  choice: Pick<Choice, 'content' | 'transferSyntax'> | undefined,
): PartHeaders {
  return {
    contentType: contentType(DICOM, choice?.transferSyntax),
    contentLocation: instanceUrl(instance.uids, base),
    ...(choice?.content === 'as-stored' ? { contentDigest: digestField(instance.sha256) } : {}),
  }
}

async function* parts(instances: AsyncIterable<OutgoingInstance>, base: string): AsyncIterable<OutgoingPart> {
  for await (const { instance, form, transferSyntax, body } of instances)
    yield { ...partHeaders(instance, base, { content: form, transferSyntax }), body }
}
