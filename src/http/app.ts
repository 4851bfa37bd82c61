import type { FastifyCorsOptions } from '@fastify/cors'
import Fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { DestinationStream } from 'pino'
import type { BulkResourcesService } from '../services/bulk-resources.js'
import type { BulkdataService } from '../services/bulkdata.js'
import type { Caller, Right } from '../services/caller.js'
import type { ChangeService } from '../services/changes.js'
import type { DeleteService } from '../services/delete.js'
import type { MetadataService } from '../services/metadata.js'
import type { RetrieveService } from '../services/retrieve.js'
import type { LabelsOf } from '../services/series-labels.js'
import type { SearchService } from '../services/search.js'
import type { InstanceAssembly } from '../services/store-metadata.js'
import type { TranscodeService } from '../services/transcode.js'
import type { StoreService } from '../services/store.js'
import { authorize } from './access/authorize.js'
import { holdBackBodies } from './expect.js'
import { answerUnrouted, readableTarget, type Route } from './methods.js'
import { originOf } from './origin.js'
import { refuseConnection, sendProblem } from './problems.js'
import { bulkResourceRoutes } from './routes/bulk-resources.js'
import { bulkdataRoute } from './routes/bulkdata.js'
import { capabilitiesRoute, sendCapabilities } from './routes/capabilities.js'
import { changesRoute } from './routes/changes.js'
import { deleteRoutes } from './routes/delete.js'
import type { InstanceSyntaxes } from './instance-negotiator.js'
import { framesRoute } from './routes/frames.js'
import { metadataRoutes } from './routes/metadata.js'
import { operationsRoutes, type Readiness } from './routes/operations.js'
import { renderedRoutes, type RenderedParts } from './routes/rendered.js'
import { retrieveRoutes } from './routes/retrieve.js'
import { searchRoutes } from './routes/search.js'
import { storeRoutes } from './routes/store.js'
import { thumbnailRoutes } from './routes/thumbnail.js'
import { wadoUriRoute } from './routes/wado-uri.js'
import { validateByContract } from './validation.js'

export interface HttpParts extends RenderedParts {
  readonly store: StoreService
  readonly assembly: InstanceAssembly
  readonly search: SearchService
  readonly metadata: MetadataService
  readonly retrieve: RetrieveService
  /** for one request: it remembers the series that it was asked for last */
  readonly seriesLabels: () => LabelsOf
  readonly transcode: TranscodeService
  readonly instanceSyntaxes: InstanceSyntaxes
  readonly bulkdata: BulkdataService
  readonly delete: DeleteService
  readonly changes: ChangeService
  readonly bulkResources: BulkResourcesService
  readonly readiness: Readiness
}

export interface HttpSettings {
  readonly basePath: string
  readonly publicUrl: string | undefined
  readonly trustProxy: readonly string[] | undefined
  readonly corsOrigins: readonly string[] | undefined
  readonly maxRequestBytes: number | undefined
  readonly maxInflatedBytes: number
  readonly uploadIdle: number
  readonly searchLimit: number
  readonly logLevel: string
  /** where log lines go; standard output by default */
  readonly logTo?: DestinationStream
}

declare module 'fastify' {
  interface FastifyInstance {
    /** every route that a client can ask for, HEAD and the answers to wrong methods left out */
    filmroomRoutes: readonly Route[]
  }
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyContextConfig {
    /** what the route lets its caller do; absent: nothing that needs a right */
    right?: Right
  }
}

/** A path may hold a list of frames; Node refuses request heads beyond 16 KiB anyway. */
const PATH_PARAMETER_CHARACTERS = 16 << 10

/** The program's HTTP interface. PS3.18 chapters 8 and 10. */
export async function buildApp(parts: HttpParts, settings: HttpSettings): Promise<FastifyInstance> {
  const app = Fastify({
    logger: {
      level: settings.logLevel,
      // A path or a query can hold a patient's name: log lines name the route instead (see below).
      serializers: { req: request => ({ method: request.method }) },
      ...(settings.logTo === undefined ? {} : { stream: settings.logTo }),
    },
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseConnection,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // While it stops, requests on connections that are open already are still served, as those that are under way.
    return503OnClosing: false,
    // Uploads may take hours; watchedUpload ends those that stand still.
    requestTimeout: 0,
    rewriteUrl: readableTarget,
    routerOptions: { maxParamLength: PATH_PARAMETER_CHARACTERS },
  })
  const routes: Route[] = []
  app.decorate('filmroomRoutes', routes)
  app.decorateRequest('caller')
  app.addHook('onRoute', ({ method, url, path }) => {
    for (const one of [method].flat()) if (one !== 'HEAD' && path !== '*') routes.push({ method: one, url })
  })
  holdBackBodies(app)
  app.setErrorHandler(sendProblem)
  // Bodies are read by the store's routes as they stream in.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload)
  })
  if (settings.corsOrigins !== undefined) await allowCrossOrigin(app, settings.corsOrigins)
  app.addHook('onRequest', authorize)
  app.addHook('onRequest', (_request, reply, done) => {
    // Here, not in onSend: answers that stream take over the socket and never get there.
    // A browser may keep an answer and has to ask whether it still holds: anything can be replaced or deleted.
    void reply.headers({ 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-cache' })
    done()
  })
  const origin = originOf(settings)
  const describe = sendCapabilities(origin, settings.basePath)
  answerUnrouted(app, routes, describe)
  validateByContract(app, settings.basePath)
  app.addHook('onSend', (_request, reply, payload, done) => {
    // JSON is UTF-8, and application/dicom+json has no such parameter; Fastify adds it.
    const type = reply.getHeader('content-type')
    if (typeof type === 'string') void reply.header('content-type', type.replace('; charset=utf-8', ''))
    done(null, payload)
  })
  app.addHook('onResponse', (request, reply, done) => {
    logAnswer(request, reply)
    done()
  })
  await app.register(operationsRoutes(parts.readiness, settings.basePath))
  await app.register(wadoUriRoute(parts, origin))
  await app.register(
    async dicomweb => {
      await dicomweb.register(capabilitiesRoute(describe))
      await dicomweb.register(storeRoutes(parts.store, parts.assembly, origin, settings))
      await dicomweb.register(searchRoutes(parts.search, origin, settings.searchLimit))
      await dicomweb.register(
        retrieveRoutes(parts.retrieve, parts.instanceSyntaxes, parts.seriesLabels, origin),
      )
      await dicomweb.register(metadataRoutes(parts.metadata, origin))
      await dicomweb.register(framesRoute(parts.frames, parts.transcode, origin))
      await dicomweb.register(renderedRoutes(parts, origin))
      await dicomweb.register(thumbnailRoutes(parts.frames, parts.render, parts.representatives, origin))
      await dicomweb.register(bulkdataRoute(parts.bulkdata, origin))
      await dicomweb.register(deleteRoutes(parts.delete))
      await dicomweb.register(changesRoute(parts.changes))
      await dicomweb.register(bulkResourceRoutes(parts.bulkResources, origin))
    },
    { prefix: settings.basePath },
  )
  return app
}

async function allowCrossOrigin(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  const options: FastifyCorsOptions = {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    allowedHeaders: [
      'Accept',
      'Authorization',
      'Cache-Control',
      'Content-Type',
      'If-Match',
      'If-Modified-Since',
      'If-None-Match',
      'If-Range',
      'If-Unmodified-Since',
      'Range',
      'X-Requested-With',
    ],
    exposedHeaders: [
      'Accept-Ranges',
      'Content-Digest',
      'Content-Length',
      'Content-Location',
      'Content-Range',
      'Content-Type',
      'ETag',
      'Last-Modified',
      'Location',
      'Repr-Digest',
      'Retry-After',
      'Warning',
    ],
    maxAge: 7200,
  }
  const { default: cors } = await import('@fastify/cors')
  await app.register(cors, {
    delegator: (request, done) => {
      // A plain OPTIONS is a question for capabilities (PS3.18 8.9), not a preflight.
      done(null, { ...options, preflight: 'access-control-request-method' in request.headers })
    },
  })
  app.addHook('onRequest', (_request, reply, done) => {
    // A viewer whose page is isolated (COEP: require-corp, for SharedArrayBuffer) may load pictures too.
    void reply.header('cross-origin-resource-policy', 'cross-origin')
    done()
  })
}

function logAnswer(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(
    {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      whole: reply.raw.writableFinished,
    },
    'answered',
  )
}
