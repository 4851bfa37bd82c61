import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { versionOfInstance } from '../../services/content-version.js'
import type { DocumentService } from '../../services/documents.js'
import type { FrameService } from '../../services/frames.js'
import type { RenderService } from '../../services/render.js'
import { documentOffers, renderedOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import { validatorsOf } from '../conditional.js'
import type { operations } from '../contract.js'
import { sendEntity } from '../entity.js'
import type { OriginOf } from '../origin.js'
import { readInstanceUids } from '../path-parameters.js'
import { sendDocument } from '../rendered-document.js'
import { clientGone, varyBy } from '../send.js'

type InstanceParams = Readonly<operations['retrieveRenderedInstance']['parameters']['path']>

/** Pictures. PS3.18 10.4.1.1.3; parameters 8.3.5. */
export function renderedRoutes(
  frames: FrameService,
  render: RenderService,
  documents: DocumentService,
  origin: OriginOf,
): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route<{ Params: InstanceParams }>({
      method: ['GET', 'HEAD'],
      url: '/studies/:study/series/:series/instances/:instance/rendered',
      config: { right: 'retrieve' },
      handler: ofInstance,
    })
    done()
  }

  async function ofInstance(
    request: FastifyRequest<{ Params: InstanceParams }>,
    reply: FastifyReply,
  ): Promise<void> {
    const document = await documents.find(request.caller, readInstanceUids(request.params))
    if (document !== undefined) {
      const as = chosen(acceptedRanges(request), documentOffers()).mediaType
      varyBy(reply, 'Accept')
      const { base } = origin(request)
      await sendDocument(request, reply, { document, as: as === 'text/plain' ? as : 'text/html', base })
      return
    }
    const { instance } = await frames.open(request.caller, readInstanceUids(request.params))
    const { mediaType } = chosen(acceptedRanges(request), renderedOffers())
    const wanted = mediaType === 'image/png' ? 'image/png' : 'image/jpeg'
    varyBy(reply, 'Accept')
    await sendEntity(request, reply, {
      validators: validatorsOf(versionOfInstance(instance), [request.url, wanted]),
      contentType: wanted,
      content: async () => {
        const bytes = await render.picture(
          instance,
          undefined,
          { mediaType: wanted, quality: undefined, window: undefined, viewport: undefined },
          clientGone(reply),
        )
        return { lengthBytes: bytes.length, ranged: false, open: () => Promise.resolve(bytes) }
      },
    })
  }
}
