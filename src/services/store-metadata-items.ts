import { joinedBytes, partOf, type ByteSource } from '../dicom/part10/byte-source.js'

/** Fragments as they stand in a file, with the headers of their items. No media type is like that, but what asks a toolkit for
 *  the value of encapsulated Pixel Data gets it so, and sends it on as octets. PS3.5 A.4 */

const ITEM = Buffer.from([0xfe, 0xff, 0x00, 0xe0])
const DELIMITER = Buffer.from([0xfe, 0xff, 0xdd, 0xe0])
const MOST_ITEMS = 1_000_000

/** @returns a source a frame; undefined where these are no items, or it cannot be told which frame they belong to */
export async function framesOfItems(value: ByteSource, frames: number): Promise<ByteSource[] | undefined> {
  const fragments: ByteSource[] = []
  let at = 0
  for (let items = 0; at < value.lengthBytes && items < MOST_ITEMS; items++) {
    const header = await value.read(at, at + 8)
    if (header.length < 8) return undefined
    const tag = header.subarray(0, 4)
    if (tag.equals(DELIMITER)) break
    const end = at + 8 + header.readUInt32LE(4)
    if (!tag.equals(ITEM) || end > value.lengthBytes) return undefined
    // The first is the Basic Offset Table.
    if (items > 0) fragments.push(partOf(value, at + 8, end))
    at = end
  }
  if (fragments.length === 0) return undefined
  if (frames === 1) return [joinedBytes(fragments)]
  return fragments.length === frames ? fragments : undefined
}
