import type { FastifyRequest } from 'fastify'
import { Problem } from '../dicom/problem.js'
import { choose, parseAccept, type AcceptRange, type Choice } from '../web/accept.js'
import { describeOffers, type Offer } from '../web/offers.js'
import { readParameters } from './query-string.js'

/** What the client takes: the `accept` parameter before the header. PS3.18 8.3.3.1, 8.7.5. */
export function acceptedRanges(request: FastifyRequest): readonly AcceptRange[] {
  return parseAccept(request.headers.accept, readParameters(request.raw.url).accept)
}

/** @throws Problem `not-acceptable`, which says what there is */
export function chosen(ranges: readonly AcceptRange[], offers: readonly Offer[]): Choice {
  const choice = choose(ranges, offers)
  if (choice === undefined) throw notAcceptable(offers)
  return choice
}

/** Says what there is. PS3.18 8.7.8 */
export function notAcceptable(offers: readonly Offer[]): Problem {
  const there = describeOffers(offers)
  return new Problem(
    'not-acceptable',
    there.length === 0 ? 'this resource has no such representation' : `what there is: ${there.join(', ')}`,
  )
}
