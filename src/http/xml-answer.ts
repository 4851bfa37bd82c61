import { DICOM_XML } from '../web/offers.js'
import {
  multipartBody,
  multipartContentType,
  randomBoundary,
  type OutgoingPart,
} from '../web/multipart/write.js'

export interface XmlAnswer {
  readonly contentType: string
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Native DICOM Model documents as the body of an answer: a part a document, or the only one bare. PS3.18 8.7.3.2, F.3 */
export function xmlAnswer(
  documents: AsyncIterable<OutgoingPart['body']>,
  form: 'multipart' | 'single',
  boundary = randomBoundary(),
): XmlAnswer {
  if (form === 'single') return { contentType: DICOM_XML, bytes: theOnly(documents) }
  return {
    contentType: multipartContentType(DICOM_XML, boundary),
    bytes: multipartBody(parts(documents), boundary),
  }
}

async function* parts(documents: AsyncIterable<OutgoingPart['body']>): AsyncIterable<OutgoingPart> {
  for await (const body of documents) yield { contentType: DICOM_XML, body }
}

async function* theOnly(documents: AsyncIterable<OutgoingPart['body']>): AsyncIterable<Uint8Array> {
  for await (const body of documents) {
    if (body instanceof Uint8Array) yield body
    else yield* body
  }
}
