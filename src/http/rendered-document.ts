import type { FastifyReply, FastifyRequest } from 'fastify'
import { DOCUMENT_POLICY } from '../dicom/documents/document-html.js'
import type { DocumentType, FoundDocument } from '../services/documents.js'
import { validatorsOf } from './conditional.js'
import { sendEntity } from './entity.js'
import { clientGone } from './send.js'

/** Counted up when documents are drawn otherwise. */
const FORM = 1

/** What a person reads in place of a picture. PS3.18 8.7.4
 * @throws Problem `limit-exceeded`, `undecodable`, `overloaded`, and what sendEntity throws */
export async function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { document, as, base }: DocumentRequest,
): Promise<void> {
  await sendEntity(request, reply, {
    validators: validatorsOf(document.version, [`document ${FORM}`, request.url, as, base]),
    contentType: `${as}; charset=utf-8`,
    headers: as === 'text/html' ? { 'content-security-policy': DOCUMENT_POLICY } : {},
    content: async () => {
      const bytes = await document.text(as, base, clientGone(reply))
      return { lengthBytes: bytes.length, ranged: false, open: () => Promise.resolve(bytes) }
    },
  })
}

interface DocumentRequest {
  readonly document: FoundDocument
  readonly as: DocumentType
  /** URL of the DICOMweb root */
  readonly base: string
}
