import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../dicom/problem.js'
import type { IncomingInstance } from '../services/incoming-instance.js'
import { parseContentDigest } from '../web/content-digest.js'
import { boundaryOf, parseMediaType, partTypeOf, type MediaType } from '../web/media-types.js'
import { multipartParts } from '../web/multipart/read.js'

/** What the body of a store request holds, by its Content-Type. PS3.18 10.5.2, 8.6.1.2, 8.7.3. */

/** The instances of a body, each read to its end before the next is asked for. */
export type StoreBody = (body: AsyncIterable<Uint8Array>) => AsyncIterable<IncomingInstance>

const DICOM = 'application/dicom'

/** @throws Problem `unsupported-media-type`, `malformed-request`, before anything of the body is read */
export function storeBody(headers: IncomingHttpHeaders): StoreBody {
  const mediaType = parseMediaType(headers['content-type'] ?? '')
  if (mediaType?.type === DICOM) return body => bareFile(body, headers['content-digest'])
  if (mediaType?.type !== 'multipart/related') {
    throw new Problem('unsupported-media-type', `expected multipart/related; type="${DICOM}" or ${DICOM}`)
  }
  const boundary = boundaryNamed(mediaType)
  const partType = partTypeOf(mediaType)
  if (partType === undefined || partType === DICOM) return body => files(body, boundary)
  throw new Problem('unsupported-media-type', `expected parts of type ${DICOM}`)
}

function boundaryNamed(mediaType: MediaType): string {
  const boundary = boundaryOf(mediaType)
  if (boundary === undefined)
    throw new Problem('malformed-request', 'the Content-Type names no usable boundary')
  return boundary
}

/** One file without an envelope, which no standard forbids and many send. */
async function* bareFile(
  bytes: AsyncIterable<Uint8Array>,
  contentDigest: string | string[] | undefined,
): AsyncIterable<IncomingInstance> {
  yield await Promise.resolve({ bytes, ...digestsOf(contentDigest?.toString()) })
}

async function* files(body: AsyncIterable<Uint8Array>, boundary: string): AsyncIterable<IncomingInstance> {
  for await (const part of multipartParts(body, boundary))
    yield { bytes: part.body, ...digestsOf(part.headers.get('content-digest')) }
}

function digestsOf(field: string | undefined): Pick<IncomingInstance, 'digests'> {
  const digests = parseContentDigest(field)
  return digests === undefined ? {} : { digests }
}
