import type { FastifyPluginCallback } from 'fastify'

/** @throws Problem `unavailable` as long as requests cannot be served */
export type Readiness = () => Promise<void>

/** `/healthz`: the process answers. `/readyz`: it can serve, its index and blobs too; 503 otherwise and while it stops. */
export function operationsRoutes(ready: Readiness): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/healthz', { exposeHeadRoute: true }, () => ({ status: 'ok' }))
    app.get('/readyz', { exposeHeadRoute: true }, async () => {
      await ready()
      return { status: 'ready' }
    })
    done()
  }
}
