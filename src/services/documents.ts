import { bulkValues, type BulkEntry } from '../dicom/bulk-table.js'
import { STRUCTURED_REPORTS } from '../dicom/documents/sop-class-names.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import type { DocumentSource } from '../imaging/jobs.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { Caller } from './caller.js'
import { versionOfInstance, type ContentVersion } from './content-version.js'
import { refuseDamaged } from './damaged.js'
import type { InstanceBytes } from './instance-bytes.js'

export type DocumentType = 'text/html' | 'text/plain'

/** A structured report, a key object selection or an encapsulated CDA document, to be read by a person. PS3.18 8.7.4 */
export interface FoundDocument {
  readonly version: ContentVersion
  /** @param base URL of the DICOMweb root, for links to what it refers to
   * @returns UTF-8; of HTML a page that is to be served under DOCUMENT_POLICY
   * @throws Problem `limit-exceeded`, `undecodable`, `overloaded`, `client-gone` */
  text(as: DocumentType, base: string, signal?: AbortSignal): Promise<Uint8Array>
}

export interface DocumentService {
  /** @returns undefined where there is no such instance, or it has no form as text */
  find(caller: Caller, uids: InstanceUids): Promise<FoundDocument | undefined>
  /** @returns undefined where it has no form as text */
  ofInstance(instance: FoundInstance): FoundDocument | undefined
}

/** A larger one is not read by a person either. In memory it is many times as large. */
const MOST_BYTES = 16 << 20
const CDA = '1.2.840.10008.5.1.4.1.1.104.2'
const ENCAPSULATED_DOCUMENT = '00420011'
/** Text Value of a content item */
const TEXT_VALUE = /(^|\.)0040A160$/

export function documentService(
  index: ArchiveIndex,
  bytes: InstanceBytes,
  pool: ImagingPool,
): DocumentService {
  return {
    ofInstance,
    async find(_caller, uids) {
      const instance = await index.find(uids)
      return instance === undefined ? undefined : ofInstance(instance)
    },
  }

  function ofInstance(instance: FoundInstance): FoundDocument | undefined {
    const isCda = instance.SOPClassUID === CDA
    if (!isCda && !instance.SOPClassUID.startsWith(STRUCTURED_REPORTS)) return undefined
    return {
      version: versionOfInstance(instance),
      async text(as, base, signal) {
        refuseDamaged(instance)
        const source = isCda ? await clinicalDocument(instance) : await structuredReport(instance, base)
        return (await pool.run('document', { source, as }, signal, instance.uids.StudyInstanceUID)).bytes
      },
    }
  }

  async function clinicalDocument(instance: FoundInstance): Promise<DocumentSource> {
    let found: BulkEntry | undefined
    for (const entry of bulkValues(await index.bulkTable(instance.id)))
      if (entry.path === ENCAPSULATED_DOCUMENT) found = entry
    if (found === undefined) throw new Problem('undecodable', 'the instance has no encapsulated document')
    limit(found.lengthBytes)
    return { kind: 'cda', xml: await valueOf(instance, found) }
  }

  async function structuredReport(instance: FoundInstance, base: string): Promise<DocumentSource> {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    const { header, headerTextBytes } = stored
    let total = headerTextBytes
    limit(total)
    const texts = new Map<string, Uint8Array>()
    for (const entry of bulkValues(await index.bulkTable(instance.id))) {
      if (!TEXT_VALUE.test(entry.path)) continue
      limit((total += entry.lengthBytes))
      texts.set(entry.path, await valueOf(instance, entry))
    }
    return { kind: 'structured-report', header, headerTextBytes, texts, base }
  }

  function valueOf(instance: FoundInstance, { offsetBytes, lengthBytes }: BulkEntry): Promise<Uint8Array> {
    return bytes.read(instance, { start: offsetBytes, end: offsetBytes + lengthBytes })
  }
}

function limit(lengthBytes: number): void {
  if (lengthBytes > MOST_BYTES)
    throw new Problem(
      'limit-exceeded',
      `a document of ${lengthBytes} bytes; at most ${MOST_BYTES} are shown as text`,
    )
}
