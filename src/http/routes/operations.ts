import type { FastifyPluginCallback } from 'fastify'
import { contractDocument } from '../contract-document.js'

/** @throws Problem `unavailable` as long as requests cannot be served */
export type Readiness = () => Promise<void>

/** `/healthz`: the process answers. `/readyz`: it can serve, its index and blobs too; 503 otherwise and while it stops.
 *  `/openapi.json`: the contract. */
export function operationsRoutes(ready: Readiness, basePath: string): FastifyPluginCallback {
  const contract = contractAt(basePath)
  return (app, _options, done) => {
    app.get('/healthz', { exposeHeadRoute: true }, () => ({ status: 'ok' }))
    app.get('/readyz', { exposeHeadRoute: true }, async () => {
      await ready()
      return { status: 'ready' }
    })
    app.get('/openapi.json', { exposeHeadRoute: true }, () => contract)
    done()
  }
}

/** The contract with this server's DICOMweb root in place of the default one. */
function contractAt(basePath: string): object {
  const [server] = contractDocument.servers
  const variables = { basePath: { ...server.variables.basePath, default: basePath } }
  return { ...contractDocument, servers: [{ ...server, variables }] }
}
