import type { FastifyPluginCallback } from 'fastify'
import { Problem } from '../../dicom/problem.js'
import type { ChangeService } from '../../services/changes.js'
import { readParameters } from '../query-string.js'

const USUAL_LIMIT = 1_000
const MOST_CHANGES = 10_000

/** The change feed, not in PS3.18. Problems: invalid-parameter, unavailable. */
export function changesRoute(service: ChangeService): FastifyPluginCallback {
  return (app, _options, done) => {
    app.route({
      method: ['GET', 'HEAD'],
      url: '/changes',
      config: { right: 'search' },
      handler: async (request, reply) => {
        const given = readParameters(request.raw.url).others
        const since = wholeNumber(given, 'since', 0, Number.MAX_SAFE_INTEGER) ?? 0
        const limit = wholeNumber(given, 'limit', 1, MOST_CHANGES) ?? USUAL_LIMIT
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

/** @throws Problem `invalid-parameter`, also where the parameter is given twice */
function wholeNumber(
  given: readonly (readonly [string, string])[],
  name: string,
  least: number,
  most: number,
): number | undefined {
  const values = given.filter(([one]) => one === name).map(([, value]) => value)
  const [value] = values
  if (value === undefined) return undefined
  const number = Number(value)
  if (values.length === 1 && /^\d{1,16}$/.test(value) && number >= least && number <= most) return number
  throw new Problem('invalid-parameter', `${name} must be one whole number from ${least} to ${most}`)
}
