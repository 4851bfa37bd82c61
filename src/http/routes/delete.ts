import type { FastifyPluginCallback } from 'fastify'
import type { DeleteService } from '../../services/delete.js'
import { readScope, type InstanceParams, type StudyParams } from '../path-parameters.js'

type Params = StudyParams & Partial<InstanceParams>

/** Deletes a study, series or instance. Not in PS3.18 chapter 10; as other servers have it. Problems: invalid-uid, not-found. */
export function deleteRoutes(service: DeleteService): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const level of ['', '/series/:series', '/series/:series/instances/:instance']) {
      app.route<{ Params: Params }>({
        method: 'DELETE',
        url: `/studies/:study${level}`,
        config: { right: 'delete' },
        handler: async (request, reply) => {
          await service.delete(request.caller, readScope(request.params))
          return reply.code(204).send()
        },
      })
    }
    done()
  }
}
