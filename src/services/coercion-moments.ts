import { headerAttributes } from '../dicom/header-attributes.js'
import type { DicomJson } from '../dicom/json-model.js'
import { COERCED, MODIFYING_SYSTEM, MOMENT, momentOf } from '../dicom/part10/original-attributes.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import { asProblem } from './store-failure.js'

const ORIGINAL_ATTRIBUTES = '04000561'
const WANTED = new Set([ORIGINAL_ATTRIBUTES])

/** When an instance was coerced: now, or where it is stored already the moment that stands there. An instance that is sent again
 *  so becomes the same bytes again, and is known for what it is; otherwise every repeated upload would be a conflict.
 * @param now one for all of a request, for an instance may come twice in it */
export function coercionMoments(
  index: ArchiveIndex,
  now: Date,
): (SOPInstanceUID: string | undefined) => Promise<string> {
  // Within a deflated dataset what is no Problem would be taken for a fault of the file.
  return SOPInstanceUID =>
    momentFor(SOPInstanceUID).catch((error: unknown) => {
      throw asProblem(error)
    })

  async function momentFor(SOPInstanceUID: string | undefined): Promise<string> {
    const stored = SOPInstanceUID === undefined ? undefined : await index.findBySopInstance(SOPInstanceUID)
    const header = stored === undefined ? undefined : await index.header(stored.id)
    if (header === undefined) return momentOf(now)
    const attributes = await headerAttributes(header.header, header.headerTextBytes, WANTED)
    return momentIn(attributes) ?? momentOf(now)
  }
}

/** Of the item that we wrote last. PS3.3 C.12.1.1.9 */
function momentIn(attributes: DicomJson): string | undefined {
  const items = (attributes[ORIGINAL_ATTRIBUTES]?.Value ?? []) as readonly DicomJson[]
  return items
    .filter(item => textIn(item, '04000563') === MODIFYING_SYSTEM && textIn(item, '04000565') === COERCED)
    .map(item => textIn(item, '04000562'))
    .findLast(moment => MOMENT.test(moment))
}

function textIn(item: DicomJson, tag: string): string {
  const value = item[tag]?.Value?.[0]
  return typeof value === 'string' ? value : ''
}
