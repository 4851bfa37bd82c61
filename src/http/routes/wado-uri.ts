import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import type { Retrieved, RetrieveService } from '../../services/retrieve.js'
import { choose, parseAccept, type AcceptRange, type Choice } from '../../web/accept.js'
import { parseMediaType, splitOutsideQuotes } from '../../web/media-types.js'
import { instanceOffers } from '../../web/offers.js'
import { acceptedRanges } from '../accepted.js'
import type { operations } from '../contract.js'
import { sendInstanceFile } from '../instance-file.js'
import type { InstanceSyntaxes } from '../instance-negotiator.js'
import { clientGone, varyBy } from '../send.js'

type Query = Readonly<operations['retrieveByUri']['parameters']['query']>

/** They say how a picture is made. PS3.18 9.5.1 */
const OF_PICTURES = [
  'annotation',
  'columns',
  'frameNumber',
  'imageAnnotation',
  'imageQuality',
  'presentationSeriesUID',
  'presentationUID',
  'region',
  'rows',
  'windowCenter',
  'windowWidth',
] as const

/** PS3.18 8.8.1; a file has none, so that any will do. */
const CHARSETS = /^[\w .:;,=*+-]*$/

/** The URI service, beside the DICOMweb root: one instance as a file of PS3.10; pictures are not made yet. PS3.18 9.4.
 *  Problems: invalid-parameter, not-found, not-acceptable, precondition-failed, range-not-satisfiable. */
export function wadoUriRoute(retrieve: RetrieveService, transcode: InstanceSyntaxes): FastifyPluginCallback {
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
    const choiceOf = negotiator(request, transcode)
    refusePictures(query)
    if (query.anonymize !== undefined)
      throw new Problem(
        'not-acceptable',
        'this server does not anonymize; it gives an instance as it is stored',
      )
    const retrieved = await retrieve.find({
      caller: request.caller,
      scope: {
        StudyInstanceUID: query.studyUID,
        SeriesInstanceUID: query.seriesUID,
        SOPInstanceUID: query.objectUID,
      },
      choose: choiceOf,
      signal: clientGone(reply),
    })
    varyBy(reply, 'Accept')
    const choice = await choiceOf(retrieved.first)
    if (choice !== undefined) await sendInstanceFile(request, reply, retrieved, choice)
  }
}

/** @throws Problem `invalid-parameter`: contentType is not media types; `not-acceptable`: no entry is application/dicom */
function negotiator(
  request: FastifyRequest<{ Querystring: Query }>,
  { targets, possible }: InstanceSyntaxes,
): (instance: Retrieved['first']) => Promise<Choice | undefined> {
  const { contentType = '', transferSyntax = '' } = request.query
  const asked = contentType === '' ? acceptedRanges(request) : contentTypes(contentType)
  // The syntax has a parameter of its own; in an Accept it counts where that is absent.
  const ranges =
    transferSyntax === '' ? asked : asked.map((range): AcceptRange => ({ ...range, transferSyntax }))
  const anySyntax = ranges.map((range): AcceptRange => ({ ...range, transferSyntax: '*' }))
  if (choose(anySyntax, single('', [])) === undefined)
    throw new Problem(
      'not-acceptable',
      'only application/dicom can be given; this server does not make pictures yet',
    )
  return async instance => {
    const stored = instance.TransferSyntaxUID
    const first = choose(ranges, single(stored, targets))
    return first?.content === 'transcoded' ? choose(ranges, single(stored, await possible(instance))) : first
  }
}

function single(syntax: string, possible: readonly string[]): ReturnType<typeof instanceOffers> {
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

/** @throws Problem `invalid-parameter`: with application/dicom; `not-acceptable`: a picture is wanted */
function refusePictures(query: Query): void {
  const [name] = OF_PICTURES.filter(each => query[each] !== undefined)
  if (name === undefined) return
  if (query.contentType?.includes('application/dicom') === true)
    throw new Problem(
      'invalid-parameter',
      `${name} says how a picture is made; it does not go with application/dicom`,
    )
  throw new Problem('not-acceptable', `${name} asks for a picture; this server does not make pictures yet`)
}
