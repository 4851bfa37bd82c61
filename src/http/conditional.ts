/** Conditional requests. RFC 9110 13 */
import type { FastifyRequest } from 'fastify'
import { Problem } from '../dicom/problem.js'
import type { ContentVersion } from '../services/content-version.js'
import { requestedRanges } from '../web/byte-ranges.js'
import type { ByteRange } from '../dicom/frame-table.js'
import { namesTag, strongTag } from '../web/entity-tags.js'
import { httpDate, secondsOfHttpDate } from '../web/http-date.js'

export interface Validators {
  /** strong, quotes included */
  readonly etag: string
  readonly changed: Date
}

/** To be counted up when other bytes are made of the same content: what clients hold is then asked for anew. */
const FORM = 1

/** A second counts once it has passed, and with it whatever was committed late in it. Until then two versions may share it, and
 *  a date cannot tell them apart. RFC 9110 8.8.2.2 */
const SETTLED_AFTER_MS = 2000

/** @param representation all else that the bytes depend on: what was asked for, media type, transfer syntax, content coding,
 *   and the base URL where they hold URLs */
export function validatorsOf(
  { token, changed }: ContentVersion,
  representation: readonly (string | undefined)[],
): Validators {
  return { etag: strongTag([FORM, token, ...representation]), changed }
}

/** `ETag` and `Last-Modified`. As long as its second is not over, Last-Modified says the one before: so no client ever holds
 *  the date of a later version. */
export function validatorHeaders({ etag, changed }: Validators): Record<string, string> {
  const { seconds, settled } = secondOf(changed)
  return { etag, 'last-modified': httpDate(settled ? seconds : seconds - 1) }
}

/** Whether the client has this representation already: then 304 is the answer. A date has to be the one that was sent: a
 *  deletion undone makes an older version the current one, which a later date would hide. RFC 9110 13.2.2
 * @throws Problem `precondition-failed` */
export function clientHasIt({ headers }: FastifyRequest, { etag, changed }: Validators): boolean {
  const { seconds, settled } = secondOf(changed)
  const unmodifiedSince = secondsOfHttpDate(headers['if-unmodified-since'] ?? '')
  const failed =
    headers['if-match'] === undefined
      ? unmodifiedSince !== undefined && seconds > unmodifiedSince
      : !namesTag(headers['if-match'], etag, 'strong')
  if (failed)
    throw new Problem('precondition-failed', 'the resource is not, or no longer, as the request has it')
  if (headers['if-none-match'] !== undefined) return namesTag(headers['if-none-match'], etag, 'weak')
  return settled && secondsOfHttpDate(headers['if-modified-since'] ?? '') === seconds
}

/** The ranges to send, as requestedRanges has them. HEAD has none. RFC 9110 13.1.5, 14.2 */
export function rangesToSend(
  { method, headers }: FastifyRequest,
  { etag, changed }: Validators,
  lengthBytes: number,
): readonly ByteRange[] | 'too-many' | undefined {
  if (method !== 'GET' || headers.range === undefined) return undefined
  const condition = headers['if-range']
  if (typeof condition === 'string' && condition.trim() !== etag) {
    const { seconds, settled } = secondOf(changed)
    if (!settled || secondsOfHttpDate(condition) !== seconds) return undefined
  }
  return requestedRanges(headers.range, lengthBytes)
}

function secondOf(changed: Date): { readonly seconds: number; readonly settled: boolean } {
  const seconds = Math.floor(changed.getTime() / 1000)
  return { seconds, settled: Date.now() >= seconds * 1000 + SETTLED_AFTER_MS }
}
