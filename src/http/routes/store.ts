import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import { storeDataset, storeStatus, type PartOutcome } from '../../services/store-report.js'
import type { StoreResult, StoreService } from '../../services/store.js'
import type { IncomingInstance } from '../../services/incoming-instance.js'
import type { InstanceAssembly } from '../../services/store-metadata.js'
import type { OriginOf } from '../origin.js'
import { storeBody } from '../store-body.js'
import { watchedUpload } from '../upload-watch.js'

export interface StoreSettings {
  readonly maxRequestBytes: number | undefined
  /** milliseconds */
  readonly uploadIdle: number
}

type Params = { readonly study?: string }

/** STOW-RS of DICOM instances, and of metadata with bulk data, many in a multipart body or one alone. PS3.18 10.5.
 *  Problems: invalid-uid, unsupported-media-type, malformed-request, payload-too-large, upload-idle; what is wrong with a
 *  part is told in the response dataset. */
export function storeRoutes(
  store: StoreService,
  assembly: InstanceAssembly,
  origin: OriginOf,
  settings: StoreSettings,
): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const url of ['/studies', '/studies/:study']) {
      app.post<{ Params: Params }>(url, { config: { right: 'store' } }, answer)
    }
    done()
  }

  async function answer(request: FastifyRequest<{ Params: Params }>, reply: FastifyReply): Promise<unknown> {
    const { study: StudyInstanceUID } = request.params
    try {
      const instances = instancesOf(request)
      const result = await store.store({
        caller: request.caller,
        instances,
        ...(StudyInstanceUID === undefined ? {} : { StudyInstanceUID }),
      })
      return report(result, request, reply)
    } catch (error) {
      // What is left of the body is not read: the connection cannot serve another request.
      void reply.header('connection', 'close')
      throw error
    }
  }

  function instancesOf(request: FastifyRequest): AsyncIterable<IncomingInstance> {
    const read = storeBody(request.headers, assembly, `${origin(request).base}/studies`)
    const coding = request.headers['content-encoding']
    if (coding !== undefined && coding !== 'identity') {
      throw new Problem('unsupported-media-type', 'a body with a Content-Encoding cannot be stored')
    }
    const { maxRequestBytes } = settings
    if (maxRequestBytes !== undefined && Number(request.headers['content-length'] ?? 0) > maxRequestBytes) {
      throw new Problem('payload-too-large', `the request is larger than ${maxRequestBytes} bytes`)
    }
    const raw = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
    return read(watchedUpload(raw, settings.uploadIdle, maxRequestBytes))
  }

  function report(result: StoreResult, request: FastifyRequest, reply: FastifyReply): unknown {
    const { outcomes, broken, wholeParts } = result
    logFailures(outcomes, request)
    if (broken !== undefined) {
      void reply.header('connection', 'close')
      if (wholeParts === 0) throw broken
    }
    if (outcomes.length === 0) throw new Problem('malformed-request', 'the body has no part')
    const status = storeStatus(outcomes, wholeParts, broken !== undefined)
    if (status === 503) void reply.header('retry-after', '5')
    const dataset = storeDataset(outcomes, origin(request).base)
    return reply.code(status).type('application/dicom+json').send(JSON.stringify(dataset))
  }
}

/** Reasons without values. Where we are to blame, not the instance, the cause is for whoever runs the server. */
function logFailures(outcomes: readonly PartOutcome[], request: FastifyRequest): void {
  for (const outcome of outcomes) {
    if (outcome.kind !== 'failed') continue
    const { reason, detail, problem, cause } = outcome
    const entry = { reason: reason.toString(16), detail }
    if (problem === 'storage-full' || problem === 'unavailable')
      request.log.error({ ...entry, err: cause }, 'not stored')
    else request.log.info(entry, 'not stored')
  }
}
