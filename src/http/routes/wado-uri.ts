import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { InstanceUids } from '../../dicom/instance-uids.js'
import { Problem } from '../../dicom/problem.js'
import type { DocumentService } from '../../services/documents.js'
import type { FrameService } from '../../services/frames.js'
import type { RenderService } from '../../services/render.js'
import type { RenderableOf } from '../../services/renderable.js'
import type { Representative, RepresentativeOf } from '../../services/representative.js'
import type { Retrieved, RetrieveService } from '../../services/retrieve.js'
import { instanceUrl } from '../../services/series-bundle.js'
import { choose, parseAccept, type AcceptRange, type Choice } from '../../web/accept.js'
import { parseMediaType, splitOutsideQuotes } from '../../web/media-types.js'
import { documentOffers, instanceOffers, thumbnailOffers, type Offer } from '../../web/offers.js'
import { acceptedRanges, notAcceptable } from '../accepted.js'
import type { operations } from '../contract.js'
import { sendInstanceFile } from '../instance-file.js'
import type { InstanceSyntaxes } from '../instance-negotiator.js'
import type { OriginOf } from '../origin.js'
import { sendPicture } from '../picture-answers.js'
import { pictureRequest } from '../picture-parameters.js'
import { sendDocument } from '../rendered-document.js'
import { clientGone, varyBy } from '../send.js'
import { readUriPicture, URI_PICTURE_PARAMETERS } from '../uri-picture-parameters.js'

type Query = Readonly<operations['retrieveByUri']['parameters']['query']>

/** PS3.18 8.8.1; a file has none, so that any will do. */
const CHARSETS = /^[\w .:;,=*+-]*$/

export interface UriParts {
  readonly retrieve: RetrieveService
  readonly frames: FrameService
  readonly render: RenderService
  readonly renderables: RenderableOf
  readonly documents: DocumentService
  readonly representatives: RepresentativeOf
  readonly instanceSyntaxes: InstanceSyntaxes
}

const DICOM = 'application/dicom'

/** The URI service, beside the DICOMweb root: one instance as a file of PS3.10, as a picture, or as a page. PS3.18 9.4, 9.5.
 *  Problems: invalid-parameter, not-found, frame-not-found, not-acceptable, undecodable, precondition-failed,
 *  range-not-satisfiable, limit-exceeded, overloaded. */
export function wadoUriRoute(parts: UriParts, origin: OriginOf): FastifyPluginCallback {
  const { retrieve, frames, render, renderables, documents, representatives } = parts
  const { targets, possible } = parts.instanceSyntaxes
  return (app, _options, done) => {
    app.route<{ Querystring: Query }>({
      method: ['GET', 'HEAD'],
      url: '/wado',
      config: { right: 'retrieve' },
      handler: answer,
    })
    done()
  }

  async function answer(request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply): Promise<void> {
    const { query } = request
    if (!CHARSETS.test(query.charset ?? ''))
      throw new Problem('invalid-parameter', 'the charset parameter is not a list of character sets')
    const ranges = rangesOf(request)
    const ofPictures = URI_PICTURE_PARAMETERS.find(each => query[each] !== undefined)
    if (ofPictures !== undefined && query.contentType?.includes(DICOM) === true)
      throw new Problem(
        'invalid-parameter',
        `${ofPictures} says how a picture is made; it does not go with ${DICOM}`,
      )
    if (query.anonymize !== undefined)
      throw new Problem(
        'not-acceptable',
        'this server does not anonymize; it gives an instance as it is stored',
      )
    const found = await representatives(scopeOf(query))
    const { instance } = found
    const document = ofPictures === undefined ? documents.ofInstance(instance) : undefined
    const files = ofPictures === undefined ? single(instance.TransferSyntaxUID, []) : []
    const offers = [
      ...files,
      ...(document === undefined ? [] : documentOffers()),
      ...((await renderables(instance)).kind === 'pictures' ? thumbnailOffers() : []),
    ]
    // Of a file the syntax is chosen by itself; who names one means a file.
    const anySyntax = ranges.map((range): AcceptRange => ({ ...range, transferSyntax: '*' }))
    const named = (query.transferSyntax ?? '') === '' ? undefined : choose(anySyntax, files)
    const choice = named ?? choose(anySyntax, offers)
    if (choice === undefined) throw notAcceptable(offers)
    if (choice.mediaType === DICOM) return sendFile(request, reply, ranges)
    varyBy(reply, 'Accept')
    const { base } = origin(request)
    if (document !== undefined && (choice.mediaType === 'text/html' || choice.mediaType === 'text/plain'))
      return sendDocument(request, reply, { document, as: choice.mediaType, base })
    return sendUriPicture(request, reply, { found, choice, base })
  }

  async function sendUriPicture(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
    { found, choice, base }: { found: Representative; choice: Choice; base: string },
  ): Promise<void> {
    const { instance, version } = found
    const { parameters, frame, ignored } = readUriPicture(request.query)
    const { count } = frames.ofInstance(instance)
    if (frame !== undefined && frame >= count)
      throw new Problem('frame-not-found', `frame ${frame + 1} was asked for; the instance has ${count}`)
    if (ignored.length > 0)
      void reply.header(
        'warning',
        `299 ${base}: Some values of ${ignored.join(', ')} are not known and ignored`,
      )
    const picture = pictureRequest(choice.mediaType, parameters)
    const signal = clientGone(reply)
    const { basis, draw } = await render.plan(instance, frame)
    await sendPicture(request, reply, {
      version,
      resource: ['uri', base, String(frame ?? ''), basis],
      picture,
      location: `${instanceUrl(instance.uids, base)}/${frame === undefined ? '' : `frames/${frame + 1}/`}rendered`,
      draw: () => draw(picture, signal),
    })
  }

  async function sendFile(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
    ranges: readonly AcceptRange[],
  ): Promise<void> {
    const choiceOf = async (instance: Retrieved['first']): Promise<Choice | undefined> => {
      const stored = instance.TransferSyntaxUID
      const first = choose(ranges, single(stored, targets))
      return first?.content === 'transcoded'
        ? choose(ranges, single(stored, await possible(instance)))
        : first
    }
    const retrieved = await retrieve.find({
      caller: request.caller,
      scope: scopeOf(request.query),
      choose: choiceOf,
      signal: clientGone(reply),
    })
    varyBy(reply, 'Accept')
    const choice = await choiceOf(retrieved.first)
    if (choice !== undefined) await sendInstanceFile(request, reply, retrieved, choice)
  }
}

function scopeOf({ studyUID, seriesUID, objectUID }: Query): InstanceUids {
  return { StudyInstanceUID: studyUID, SeriesInstanceUID: seriesUID, SOPInstanceUID: objectUID }
}

/** @throws Problem `invalid-parameter`: contentType is not media types */
function rangesOf(request: FastifyRequest<{ Querystring: Query }>): readonly AcceptRange[] {
  const { contentType = '', transferSyntax = '' } = request.query
  const asked = contentType === '' ? acceptedRanges(request) : contentTypes(contentType)
  // The syntax has a parameter of its own; in an Accept it counts where that is absent.
  return transferSyntax === '' ? asked : asked.map((range): AcceptRange => ({ ...range, transferSyntax }))
}

function single(syntax: string, possible: readonly string[]): Offer[] {
  return instanceOffers(syntax, true, possible).filter(({ form }) => form === 'single')
}

/** PS3.18 9.1.2.2: media types with commas between them, without parameters; a weight is none of the type. */
function contentTypes(text: string): readonly AcceptRange[] {
  for (const entry of splitOutsideQuotes(text, ',')) {
    // A plus sign that was not encoded has become a blank.
    const type = parseMediaType(entry.replace(/(\w) (\w)/g, '$1+$2'))
    const parameters = [...(type?.parameters.keys() ?? [''])]
    if (parameters.some(name => name !== 'q'))
      throw new Problem('invalid-parameter', 'contentType is not a list of media types without parameters')
  }
  return parseAccept(undefined, [text])
}
