import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Retrieved } from '../services/retrieve.js'
import { TRANSCODER } from '../services/transcode.js'
import type { Choice } from '../web/accept.js'
import { digestField } from '../web/digest-fields.js'
import { contentType } from '../web/media-types.js'
import { validatorsOf } from './conditional.js'
import { sendEntity, type Content } from './entity.js'

/** One instance as a file of PS3.10. As it is stored its digest is known, and ranges of it are read; what is rewritten has
 *  to be made to know.
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
  await sendEntity(request, reply, {
    validators: validatorsOf(version, [
      'file',
      type,
      choice.content === 'transcoded' ? `transcoded ${TRANSCODER}` : choice.content,
    ]),
    contentType: type,
    // RFC 9530 3: of the whole, also beside a range of it.
    headers: asStored ? { 'repr-digest': digestField(first.sha256) } : {},
    content: () => (asStored ? storedFile(retrieved) : rewrittenFile(retrieved)),
  })
}

function storedFile({ first, openStored }: Retrieved): Content {
  return { lengthBytes: first.sizeBytes, ranged: true, open: openStored }
}

function rewrittenFile({ open }: Retrieved): Content {
  return {
    lengthBytes: undefined,
    ranged: false,
    async open() {
      for await (const { body } of await open()) return body
      return new Uint8Array()
    },
  }
}
