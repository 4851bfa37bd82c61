import { Problem } from '../dicom/problem.js'
import type { FileDigests, IncomingInstance } from '../services/incoming-instance.js'
import type { InstanceAssembly, MetadataForm, MetadataPart } from '../services/store-metadata.js'
import { usualMediaType } from '../web/accept.js'
import { digested, otherDigest, parseContentDigest } from '../web/content-digest.js'
import {
  boundaryOf,
  parseMediaType,
  partTypeOf,
  transferSyntaxOf,
  type MediaType,
} from '../web/media-types.js'
import { multipartParts, type MultipartPart } from '../web/multipart/read.js'

/** What the body of a store request holds, by its Content-Type. PS3.18 10.5.2, 8.6.1.2, 8.7.3. */

export interface StoreBody {
  /** the body is one file, without an envelope */
  readonly isFile: boolean
  /** The instances of the body, each read to its end before the next is asked for.
   * @param digests of a bare file */
  readonly read: (
    body: AsyncIterable<Uint8Array>,
    digests: FileDigests | undefined,
  ) => AsyncIterable<IncomingInstance>
}

const DICOM = 'application/dicom'
/** Metadata, with bulk values in the parts after it. 10.5.1 */
const METADATA_FORMS: ReadonlyMap<string, MetadataForm> = new Map([
  ['application/dicom+json', 'json'],
  ['application/json', 'json'],
  ['application/dicom+xml', 'xml'],
])
const ALL_FORMS = `${DICOM}, application/dicom+json or application/dicom+xml`

/** @param header Content-Type
 *  @param url against which relative names of bulk parts are resolved
 *  @throws Problem `unsupported-media-type`, `malformed-request`, before anything of the body is read */
export function storeBody(header: string | undefined, assembly: InstanceAssembly, url: string): StoreBody {
  const mediaType = parseMediaType(header ?? '')
  if (mediaType?.type === DICOM) return { isFile: true, read: bareFile }
  const bare = METADATA_FORMS.get(mediaType?.type ?? '')
  if (mediaType !== undefined && bare !== undefined)
    return enveloped(body => assembly.instances({ form: bare, parts: bareMetadata(body, mediaType), url }))
  if (mediaType?.type !== 'multipart/related') {
    throw new Problem('unsupported-media-type', `expected multipart/related of ${ALL_FORMS}, or one of these`)
  }
  const boundary = boundaryNamed(mediaType)
  const partType = partTypeOf(mediaType)
  if (partType === undefined || partType === DICOM) return enveloped(body => files(body, boundary))
  const form = METADATA_FORMS.get(partType)
  if (form === undefined) throw new Problem('unsupported-media-type', `expected parts of type ${ALL_FORMS}`)
  return enveloped(body => assembly.instances({ form, parts: metadataParts(body, boundary), url }))
}

function enveloped(read: StoreBody['read']): StoreBody {
  return { isFile: false, read }
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
  digests: FileDigests | undefined,
): AsyncIterable<IncomingInstance> {
  yield await Promise.resolve({ bytes, ...(digests === undefined ? {} : { digests }) })
}

async function* files(body: AsyncIterable<Uint8Array>, boundary: string): AsyncIterable<IncomingInstance> {
  for await (const part of multipartParts(body, boundary)) yield { bytes: part.body, ...digestsOf(part) }
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
  for await (const part of multipartParts(body, boundary)) {
    const { headers } = part
    const mediaType = parseMediaType(headers.get('content-type') ?? '')
    yield {
      ...described(mediaType),
      contentLocation: headers.get('content-location'),
      ...verifiedContent(part),
    }
  }
}

function described(mediaType: MediaType | undefined): Pick<MetadataPart, 'mediaType' | 'transferSyntax'> {
  return mediaType === undefined
    ? { mediaType: '', transferSyntax: undefined }
    : { mediaType: usualMediaType(mediaType.type), transferSyntax: transferSyntaxOf(mediaType) }
}

/** The envelope is whole where a part in it is not what its sender says: only what needs that part fails. */
function verifiedContent({ headers, body }: MultipartPart): Pick<MetadataPart, 'body' | 'damage'> {
  const digests = parseContentDigest(headers.get('content-digest'))
  if (digests === undefined) return { body }
  if (digests === 'unreadable') return { body, damage: unreadableDigest }
  const { bytes, agrees } = digested(body, digests)
  return { body: bytes, damage: () => (agrees() ? undefined : otherDigest()) }
}

/** RFC 9530 */
export function unreadableDigest(): Problem {
  return new Problem('malformed-request', 'the Content-Digest is no dictionary of RFC 9530')
}

function digestsOf({ headers }: MultipartPart): Pick<IncomingInstance, 'digests'> {
  const digests = parseContentDigest(headers.get('content-digest'))
  return digests === undefined ? {} : { digests }
}
