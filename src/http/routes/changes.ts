import type { FastifyPluginCallback } from 'fastify'
import type { ChangeService } from '../../services/changes.js'
import type { operations } from '../contract.js'

/** With the contract's defaults. */
type Query = Required<NonNullable<operations['changes']['parameters']['query']>>

/** The change feed, not in PS3.18. Problems: invalid-parameter, unavailable. */
export function changesRoute(service: ChangeService): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route<{ Querystring: Query }>({
      method: ['GET', 'HEAD'],
      url: '/changes',
      config: { right: 'search' },
      handler: async (request, reply) => {
        const { since, limit } = request.query
        const { changes, latest } = await service.changes(request.caller, since, limit)
        void reply.header('cache-control', 'no-store')
        return {
          changes: changes.map(({ number, action, uids, time }) => ({
            number,
            action,
            StudyInstanceUID: uids.StudyInstanceUID,
            SeriesInstanceUID: uids.SeriesInstanceUID,
            SOPInstanceUID: uids.SOPInstanceUID,
            time: time.toISOString(),
          })),
          last: changes.at(-1)?.number ?? since,
          latest,
        }
      },
    })
    done()
  }
}
