/** What is answered where no route is: a path that cannot be read, a path that does not exist, a method that an existing
 *  path does not know (PS3.18 8.5), and OPTIONS (8.9). From the path alone, whatever the method and the body. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from '../dicom/problem.js'
import { sendProblem } from './problems.js'
import type { SendCapabilities } from './routes/capabilities.js'

export interface Route {
  readonly method: string
  /** as Fastify writes it: `/dicomweb/studies/:study` */
  readonly url: string
}

/** A path that no route has. Requests whose path cannot be read are sent there, so that they meet the same hooks (CORS
 *  among them) as any other: Fastify's own answer to them meets none. */
const UNREADABLE = '/%00'

/** For Fastify's `rewriteUrl`. */
export function readableTarget(request: { readonly url?: string | undefined }): string {
  const target = request.url ?? '/'
  try {
    decodeURIComponent(pathOf(target))
    return target
  } catch {
    return UNREADABLE
  }
}

/** Answers requests that no route takes. To be added after hooks whose headers these answers need.
 * @param routes those of the program, also ones that are added later
 * @param describe answers OPTIONS */
export function answerUnrouted(
  app: FastifyInstance,
  routes: readonly Route[],
  describe: SendCapabilities,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!isUnrouted(request)) {
      done()
      return
    }
    if (request.url === UNREADABLE)
      throw new Problem('malformed-request', 'the path is not validly percent-encoded UTF-8')
    const found = routesAt(pathOf(request.url), routes)
    const [route] = found
    if (route === undefined) throw new Problem('not-found', 'there is no such resource')
    const methods = found.map(({ method }) => method)
    const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    void reply.header('allow', allowed)
    if (request.method !== 'OPTIONS')
      throw new Problem('method-not-allowed', `this resource knows ${allowed} only`)
    describe(request, reply, route.url)
  })
  app.setNotFoundHandler((request, reply) => {
    sendProblem(new Problem('not-found', 'there is no such resource'), request, reply)
  })
}

/** `*` is the route by which @fastify/cors hears of preflights. */
function isUnrouted(request: FastifyRequest): boolean {
  return request.is404 || request.routeOptions.url === '*'
}

function routesAt(path: string, routes: readonly Route[]): Route[] {
  const segments = segmentsOf(path)
  return routes.filter(({ url }) => matches(segmentsOf(url), segments))
}

function matches(route: readonly string[], path: readonly string[]): boolean {
  return (
    route.length === path.length &&
    route.every((segment, n) => segment.startsWith(':') || segment === path[n])
  )
}

function segmentsOf(path: string): string[] {
  return path.split('/').map(decodeURIComponent)
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? target
}
