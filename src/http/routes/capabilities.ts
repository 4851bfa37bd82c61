import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { capabilitiesOffers } from '../../web/offers.js'
import { acceptedRanges, chosen } from '../accepted.js'
import { capabilitiesOf, wadlOf } from '../capabilities.js'
import type { OriginOf } from '../origin.js'
import { varyBy } from '../send.js'

/** Describes the resource of a route (its URL as Fastify writes it). */
export type SendCapabilities = (request: FastifyRequest, reply: FastifyReply, url: string) => void

/** The answer to OPTIONS of any resource. PS3.18 8.9. Problems: not-acceptable. */
export function sendCapabilities(origin: OriginOf, basePath: string): SendCapabilities {
  return (request, reply, url) => {
    const { mediaType } = chosen(acceptedRanges(request), capabilitiesOffers())
    const besideRoot = url !== basePath && !url.startsWith(`${basePath}/`)
    const { base } = origin(request)
    const described = capabilitiesOf(besideRoot ? url : url.slice(basePath.length), besideRoot, base)
    varyBy(reply, 'Accept')
    void reply
      .type(mediaType)
      .header('link', `<${new URL('/openapi.json', base).href}>; rel="service-desc"; type="application/json"`)
    if (mediaType === 'application/json') void reply.send(JSON.stringify(described))
    else void reply.header('content-security-policy', 'sandbox').send(wadlOf(described))
  }
}

/** The same of all resources, at the DICOMweb root, also by GET, for whoever cannot send OPTIONS. */
export function capabilitiesRoute(send: SendCapabilities): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const prefixTrailingSlash of ['slash', 'no-slash'] as const)
      app.route({
        method: ['GET', 'HEAD'],
        url: '/',
        prefixTrailingSlash,
        handler: (request, reply) => {
          send(request, reply, request.routeOptions.url ?? '')
          return reply
        },
      })
    done()
  }
}
