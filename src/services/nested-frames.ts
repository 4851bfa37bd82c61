import type { BulkEntry } from '../dicom/bulk-table.js'
import type { ByteRange } from '../dicom/frame-table.js'
import { Problem } from '../dicom/problem.js'
import type { FoundInstance } from '../index/archive-index.js'
import type { InstanceFrames } from './frames.js'
import type { InstanceBytes } from './instance-bytes.js'
import { fragmentsPayload } from './payload.js'

const ITEM = 0xe000fffe
const ITEM_HEADER_BYTES = 8
/** of an icon, which has one */
const MOST_FRAGMENTS = 1024

/** Encapsulated pixels inside a sequence, as of an icon: one frame, of all the fragments after the Basic Offset Table. They are
 *  in no frame table, so their item headers are read. PS3.5 A.4 */
export function nestedFrames(
  bytes: InstanceBytes,
  instance: FoundInstance,
  entry: BulkEntry,
): InstanceFrames {
  return {
    instance,
    count: 1,
    frame: async () => fragmentsPayload(bytes, instance, await fragmentsOf(bytes, instance, entry)),
  }
}

async function fragmentsOf(
  bytes: InstanceBytes,
  instance: FoundInstance,
  { offsetBytes, lengthBytes }: BulkEntry,
): Promise<readonly ByteRange[]> {
  const items: ByteRange[] = []
  const end = offsetBytes + lengthBytes
  for (let at = offsetBytes; at + ITEM_HEADER_BYTES <= end;) {
    const start = at + ITEM_HEADER_BYTES
    const header = Buffer.from(await bytes.read(instance, { start: at, end: start }))
    const itemEnd = start + header.readUInt32LE(4)
    if (header.readUInt32LE(0) !== ITEM || itemEnd > end || items.length > MOST_FRAGMENTS)
      throw new Problem('bad-pixel-data', `no item of a fragment at byte ${at}`)
    items.push({ start, end: itemEnd })
    at = itemEnd
  }
  return items.slice(1)
}
