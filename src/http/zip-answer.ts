import type { FastifyReply, FastifyRequest } from 'fastify'
import type { OutgoingInstance, Retrieved } from '../services/retrieve.js'
import type { LabelsOf } from '../services/series-labels.js'
import { ZIP } from '../web/offers.js'
import { zipArchive, type ZipEntry } from '../web/zip/write.js'
import { entryName } from '../web/zip/entry-name.js'
import { validatorsOf } from './conditional.js'
import { sendEntity } from './entity.js'

export interface ZipAnswer {
  readonly retrieved: Retrieved
  /** what is asked for and what goes in, for the ETag */
  readonly inside: readonly (string | undefined)[]
  readonly labelsOf: LabelsOf
}

/** Instances as an archive: `<StudyDate> <StudyDescription>/<SeriesNumber> <Modality> <SeriesDescription>/<SOP UID>.dcm`.
 *  PS3.18 8.6.1.3 */
export async function sendZip(
  request: FastifyRequest,
  reply: FastifyReply,
  { retrieved, inside, labelsOf }: ZipAnswer,
): Promise<void> {
  const { version, first, partial } = retrieved
  // Another series may give its study a description.
  const { study, series } = await labelsOf(first)
  await sendEntity(request, reply, {
    validators: validatorsOf(version, ['zip', study, series, ...inside]),
    status: partial ? 206 : 200,
    contentType: ZIP,
    headers: {
      'content-disposition': `attachment; filename="${first.uids.StudyInstanceUID.replace(/[^0-9.]/g, '')}.zip"`,
    },
    content: () => ({
      lengthBytes: undefined,
      ranged: false,
      open: async () => zipArchive(entries(await retrieved.open(), labelsOf)),
    }),
  })
}

async function* entries(
  instances: AsyncIterable<OutgoingInstance>,
  labelsOf: LabelsOf,
): AsyncIterable<ZipEntry> {
  for await (const { instance, form, body } of instances) {
    const { study, series } = await labelsOf(instance).catch(async (error: unknown) => {
      // It was opened already, and nobody will read it.
      await body[Symbol.asyncIterator]().return?.()
      throw error
    })
    const file = `${entryName(instance.uids.SOPInstanceUID, 'instance')}.dcm`
    yield {
      name: `${entryName(study, 'Study')}/${entryName(series, 'Series')}/${file}`,
      modified: instance.storedAt,
      mostBytes:
        form === 'as-stored'
          ? instance.sizeBytes
          : form === 'transcoded'
            ? Number.MAX_SAFE_INTEGER
            : mostRewrittenBytes(instance),
      body,
    }
  }
}

/** Explicit VR has at most 12 bytes where implicit VR has 8 before a value; the meta group is made anew. PS3.5 7.1 */
function mostRewrittenBytes({ sizeBytes, inflatedBytes }: Retrieved['first']): number {
  return 2 * (inflatedBytes ?? sizeBytes) + 65536
}
