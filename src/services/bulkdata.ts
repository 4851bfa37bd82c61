import { findBulkValue, type BulkEntry } from '../dicom/bulk-table.js'
import { headerAttributes } from '../dicom/header-attributes.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { Caller } from './caller.js'
import { refuseDamaged } from './damaged.js'
import { swapUnit, type FrameService, type InstanceFrames } from './frames.js'
import type { InstanceBytes } from './instance-bytes.js'
import { nestedFrames } from './nested-frames.js'
import { storedPayload, type Payload } from './payload.js'

export type BulkValue =
  | {
      readonly kind: 'value'
      readonly instance: FoundInstance
      /** of an Encapsulated Document: MIME Type of Encapsulated Document (0042,0012) */
      readonly documentType: string | undefined
      readonly payload: Payload
    }
  /** compressed pixel data: one part a frame */
  | {
      readonly kind: 'frames'
      readonly instance: FoundInstance
      readonly frames: InstanceFrames
      /** in a sequence, as an icon: then it is none of the instance's frames */
      readonly nested: boolean
    }

export interface BulkdataService {
  /** The value that a BulkDataURI of the instance's metadata names. PS3.18 10.4.1.1.3.
   * @param path as in the URI: `7FE00010`, `54000100.1.54001010`
   * @throws Problem `not-found`, `bulkdata-not-found`, `blob-missing`, `blob-damaged` */
  open(caller: Caller, uids: InstanceUids, path: string): Promise<BulkValue>
  /** One value of an instance that was found already, by its entry in the bulk table. */
  ofInstance(instance: FoundInstance, entry: BulkEntry): Promise<BulkValue>
}

const ENCAPSULATED_DOCUMENT = '00420011'
const PIXEL_DATA = '7FE00010'
const DOCUMENT_TYPE = new Set(['00420012'])

export function bulkdataService(
  index: ArchiveIndex,
  bytes: InstanceBytes,
  frames: FrameService,
): BulkdataService {
  return {
    ofInstance,
    async open(_caller, uids, path) {
      const instance = await index.find(uids)
      if (instance === undefined) throw noSuchInstance()
      const found = findBulkValue(await index.bulkTable(instance.id), path.toUpperCase())
      if (found === undefined)
        throw new Problem('bulkdata-not-found', 'the metadata names no bulk value of this path')
      refuseDamaged(instance)
      return ofInstance(instance, found)
    },
  }

  async function ofInstance(instance: FoundInstance, entry: BulkEntry): Promise<BulkValue> {
    if (entry.kind === 'encapsulated') {
      const nested = entry.path !== PIXEL_DATA
      return {
        kind: 'frames',
        instance,
        frames: nested ? nestedFrames(bytes, instance, entry) : frames.ofInstance(instance),
        nested,
      }
    }
    const range = { start: entry.offsetBytes, end: entry.offsetBytes + entry.lengthBytes }
    return {
      kind: 'value',
      instance,
      documentType: entry.path === ENCAPSULATED_DOCUMENT ? await documentType(instance) : undefined,
      payload: storedPayload(bytes, instance, range, swapUnit(instance, entry.wordBytes)),
    }
  }

  async function documentType(instance: FoundInstance): Promise<string | undefined> {
    const stored = await index.header(instance.id)
    if (stored === undefined) return undefined
    const header = await headerAttributes(stored.header, stored.headerTextBytes, DOCUMENT_TYPE)
    const type = header['00420012']?.Value?.[0]
    return typeof type === 'string' ? type : undefined
  }
}
