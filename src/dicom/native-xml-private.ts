import type { JsonElement } from './json-model.js'
import { Problem } from './problem.js'
import { tagHex } from './part10/tags.js'

/** A private element as the Native DICOM Model names it: without its block. PS3.19 A.1.5 */
export interface PrivateElement {
  /** gggg0000 */
  readonly group: number
  /** block of 256 that the document names, 0 where it leaves that open */
  readonly block: number
  /** ee: the last two digits of the tag */
  readonly number: number
  readonly privateCreator: string
  readonly element: JsonElement
}

const FIRST_BLOCK = 0x10
const LAST_BLOCK = 0xff

/** Gives private elements their full tags: in the block that the dataset reserves for their creator, else in a free one, which is
 *  then reserved. PS3.5 7.8.1.
 * @param dataset elements by tag, private creators among them; what is placed is added
 * @throws Problem `malformed-request` where the group has no room */
export function placePrivateElements(
  dataset: Map<string, JsonElement>,
  elements: readonly PrivateElement[],
): void {
  const blocks = new Map<string, number[]>()
  for (const [tag, element] of dataset) {
    const number = parseInt(tag, 16)
    const block = number & 0xffff
    if ((number & 0x10000) === 0 || block < FIRST_BLOCK || block > LAST_BLOCK) continue
    const [creator] = element.Value ?? []
    if (typeof creator === 'string') listOf(blocks, keyOf(number - block, creator)).push(block)
  }
  const nextFree = new Map<number, number>()
  for (const one of elements) {
    const reserved = listOf(blocks, keyOf(one.group, one.privateCreator))
    const block =
      reserved.find(
        candidate => (one.block === 0 || candidate === one.block) && !dataset.has(tagIn(one, candidate)),
      ) ?? reserve(one, reserved)
    dataset.set(tagIn(one, block), one.element)
  }

  function reserve({ group, block: wanted, privateCreator }: PrivateElement, reserved: number[]): number {
    const isFree = (block: number): boolean => !dataset.has(tagHex(group + block))
    let block = wanted >= FIRST_BLOCK && isFree(wanted) ? wanted : (nextFree.get(group) ?? FIRST_BLOCK)
    while (block <= LAST_BLOCK && !isFree(block)) block++
    if (block > LAST_BLOCK) {
      throw new Problem(
        'malformed-request',
        `more private creators in group ${tagHex(group).slice(0, 4)} than fit`,
      )
    }
    if (block !== wanted) nextFree.set(group, block + 1)
    dataset.set(tagHex(group + block), { vr: 'LO', Value: [privateCreator] })
    reserved.push(block)
    return block
  }
}

function tagIn({ group, number }: PrivateElement, block: number): string {
  return tagHex(group + block * 256 + number)
}

function keyOf(group: number, privateCreator: string): string {
  return `${tagHex(group)} ${privateCreator.trim()}`
}

function listOf(blocks: Map<string, number[]>, key: string): number[] {
  let list = blocks.get(key)
  if (list === undefined) blocks.set(key, (list = []))
  return list
}
