import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Retrieved } from '../services/retrieve.js'
import { TRANSCODER } from '../services/transcode.js'
import type { Choice } from '../web/accept.js'
import { digestField } from '../web/digest-fields.js'
import { contentType } from '../web/media-types.js'
import { validatorsOf } from './conditional.js'
import { sendEntity, type Content } from './entity.js'

/** One instance as a file of PS3.10. As it is stored its digest is known, and ranges of it are read; what is rewritten has
 *  to be made to know, and so has its syntax where what cannot be decoded goes as it is stored.
 * @param choice of form `single` */
export async function sendInstanceFile(
  request: FastifyRequest,
  reply: FastifyReply,
  retrieved: Retrieved,
  choice: Choice,
): Promise<void> {
  const { version, first } = retrieved
  const type = contentType(choice.mediaType, choice.transferSyntax)
  const asStored = choice.content === 'as-stored'
  let sent = choice.transferSyntax
  await sendEntity(request, reply, {
    validators: validatorsOf(version, [
      'file',
      type,
      choice.content === 'transcoded' ? `transcoded ${TRANSCODER}` : choice.content,
    ]),
    contentType: () => contentType(choice.mediaType, sent),
    // RFC 9530 3: of the whole, also beside a range of it.
    headers: asStored ? { 'repr-digest': digestField(first.sha256) } : {},
    content: () => (asStored ? storedFile(retrieved) : rewrittenFile(retrieved, syntax => (sent = syntax))),
  })
}

function storedFile({ first, openStored }: Retrieved): Content {
  return { lengthBytes: first.sizeBytes, ranged: true, open: openStored }
}

/** @param opened is told the transfer syntax of what is sent */
function rewrittenFile({ open }: Retrieved, opened: (syntax: string | undefined) => void): Content {
  return {
    lengthBytes: undefined,
    ranged: false,
    async open() {
      for await (const { body, transferSyntax } of await open()) {
        opened(transferSyntax)
        return body
      }
      return new Uint8Array()
    },
  }
}
