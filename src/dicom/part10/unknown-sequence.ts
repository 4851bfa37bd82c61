import { dictionaryVr } from '../dictionary.js'
import { SHAPE, valueRepresentationOfCode } from '../value-representations.js'
import { ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED } from './element-header.js'

const MOST_LEVELS = 128

/** Whether the value of a UN element holds a whole sequence, little endian, its elements in implicit VR or, as some write
 *  it, explicit. PS3.5 6.2.2. Looks at headers only.
 * @returns false where any length does not fit into what surrounds it */
export function holdsSequence(bytes: Buffer, start: number, end: number): boolean {
  // ends of the open levels: a sequence, an item of it, a sequence in that …
  const ends = [end]
  let at = start
  for (;;) {
    while (ends.length > 0 && at >= (ends.at(-1) ?? 0)) if (at > (ends.pop() ?? 0)) return false
    if (ends.length === 0) return at === end
    if (at + 8 > end || ends.length > MOST_LEVELS) return false
    const tag = bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2)
    const inSequence = ends.length % 2 === 1
    if (tag === (inSequence ? SEQUENCE_DELIMITATION : ITEM_DELIMITATION)) {
      // where a length ends the level, it says nothing
      if (ends.at(-1) === Infinity) ends.pop()
      at += 8
    } else if (inSequence !== (tag === ITEM)) return false
    else if (inSequence) {
      const length = bytes.readUInt32LE(at + 4)
      at += 8
      ends.push(length === UNDEFINED ? Infinity : at + length)
    } else {
      const vr = valueRepresentationOfCode(bytes.readUInt16BE(at + 4))
      if (vr?.longLength === true && at + 12 > end) return false
      const header = vr?.longLength === true ? 12 : 8
      const length =
        vr === undefined || vr.longLength ? bytes.readUInt32LE(at + header - 4) : bytes.readUInt16LE(at + 6)
      const isSequence = vr === undefined ? dictionaryVr(tag) === 'SQ' : vr.shape === SHAPE.sequence
      at += header
      if (length === UNDEFINED) ends.push(Infinity)
      else if (isSequence) ends.push(at + length)
      else at += length
    }
  }
}
