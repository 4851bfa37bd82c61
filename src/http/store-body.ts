import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../dicom/problem.js'
import type { IncomingInstance } from '../services/incoming-instance.js'
import type { InstanceAssembly, MetadataForm, MetadataPart } from '../services/store-metadata.js'
import { usualMediaType } from '../web/accept.js'
import { parseContentDigest } from '../web/content-digest.js'
import {
  boundaryOf,
  parseMediaType,
  partTypeOf,
  transferSyntaxOf,
  type MediaType,
} from '../web/media-types.js'
import { multipartParts } from '../web/multipart/read.js'

/** What the body of a store request holds, by its Content-Type. PS3.18 10.5.2, 8.6.1.2, 8.7.3. */

/** The instances of a body, each read to its end before the next is asked for. */
export type StoreBody = (body: AsyncIterable<Uint8Array>) => AsyncIterable<IncomingInstance>

const DICOM = 'application/dicom'
/** Metadata, with bulk values in the parts after it. 10.5.1 */
const METADATA_FORMS: ReadonlyMap<string, MetadataForm> = new Map([
  ['application/dicom+json', 'json'],
  ['application/json', 'json'],
  ['application/dicom+xml', 'xml'],
])
const ALL_FORMS = `${DICOM}, application/dicom+json or application/dicom+xml`

/** @param url against which relative names of bulk parts are resolved
 *  @throws Problem `unsupported-media-type`, `malformed-request`, before anything of the body is read */
export function storeBody(headers: IncomingHttpHeaders, assembly: InstanceAssembly, url: string): StoreBody {
  const mediaType = parseMediaType(headers['content-type'] ?? '')
  if (mediaType?.type === DICOM) return body => bareFile(body, headers['content-digest'])
  const bare = METADATA_FORMS.get(mediaType?.type ?? '')
  if (mediaType !== undefined && bare !== undefined)
    return body => assembly.instances({ form: bare, parts: bareMetadata(body, mediaType), url })
  if (mediaType?.type !== 'multipart/related') {
    throw new Problem('unsupported-media-type', `expected multipart/related of ${ALL_FORMS}, or one of these`)
  }
  const boundary = boundaryNamed(mediaType)
  const partType = partTypeOf(mediaType)
  if (partType === undefined || partType === DICOM) return body => files(body, boundary)
  const form = METADATA_FORMS.get(partType)
  if (form === undefined) throw new Problem('unsupported-media-type', `expected parts of type ${ALL_FORMS}`)
  return body => assembly.instances({ form, parts: metadataParts(body, boundary), url })
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

async function* bareMetadata(
  body: AsyncIterable<Uint8Array>,
  mediaType: MediaType,
): AsyncIterable<MetadataPart> {
  yield await Promise.resolve({ ...described(mediaType), contentLocation: undefined, body })
}

async function* metadataParts(
  body: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncIterable<MetadataPart> {
  for await (const { headers, body: content } of multipartParts(body, boundary)) {
    const mediaType = parseMediaType(headers.get('content-type') ?? '')
    yield { ...described(mediaType), contentLocation: headers.get('content-location'), body: content }
  }
}

function described(mediaType: MediaType | undefined): Pick<MetadataPart, 'mediaType' | 'transferSyntax'> {
  return mediaType === undefined
    ? { mediaType: '', transferSyntax: undefined }
    : { mediaType: usualMediaType(mediaType.type), transferSyntax: transferSyntaxOf(mediaType) }
}

function digestsOf(field: string | undefined): Pick<IncomingInstance, 'digests'> {
  const digests = parseContentDigest(field)
  return digests === undefined ? {} : { digests }
}
