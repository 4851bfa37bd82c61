import { DEFAULT_CHARACTER_SET, type CharacterSet } from '../character-sets.js'
import { tagHex, tagKey } from './tags.js'

/** Builds the DICOM JSON text of a dataset level by level: each element is one piece of text, sorted where the file was
 *  not, and joined when its level closes. A text that outgrows its limit leaves in the order of the file, from the
 *  outermost level in, so that memory stays bounded; what then comes out of order stays so. PS3.18 F.2. */

/** A dataset (top level, item) or a sequence that is being read. */
export interface Level {
  /** a dataset holds elements, a sequence items */
  isDataset: boolean
  /** absolute offset, Infinity where a delimiter ends it */
  end: number
  explicit: boolean
  littleEndian: boolean
  characterSet: CharacterSet
  /** of the nearest dataset that has it */
  pixelRepresentation: number
  /** of the sequence */
  tag: number
  /** items begun in the sequence, elements begun in the dataset */
  count: number
  lastTag: number
  unordered: boolean
  texts: string[]
  tags: number[]
  /** its opening bracket has left */
  opened: boolean
  /** something inside it has left, so that the next needs a comma */
  wrote: boolean
  /** the largest that has left */
  leftTag: number
}

/** Text that has left but for this much is not cut up further. */
const PIECE_CHARACTERS = 256 * 1024

/** A sequence that leaves in pieces is kept up to here, and then not at all. */
const KEPT_CHARACTERS = 1 << 20

export class HeaderText {
  depth = 0
  level: Level = newLevel()
  /** the text has outgrown its limit and is leaving in pieces */
  streaming = false
  /** pieces that have left, in order; the owner empties it */
  outbox: string[] = []
  /** some element came after a larger tag had left */
  outOfOrder = false
  readonly kept = new Map<number, string>()
  readonly #levels: Level[] = [this.level]
  #pendingCharacters = 0
  #limit: number
  readonly #keep: ReadonlySet<number>
  /** an outermost sequence to be kept, of which a part has left */
  #keeping: { readonly tag: number; text: string } | undefined

  constructor(limitCharacters: number, keep: ReadonlySet<number>) {
    this.#limit = limitCharacters
    this.#keep = keep
    this.level.isDataset = true
    this.level.end = Infinity
  }

  /** Adds an element, `{"vr":…}`, to the open dataset. */
  add(tag: number, element: string): void {
    const { level } = this
    const text = tagKey(tag) + element
    if (tag <= level.lastTag) level.unordered = true
    else level.lastTag = tag
    level.texts.push(text)
    level.tags.push(tag)
    this.#pendingCharacters += text.length
    if (this.#pendingCharacters > this.#limit) this.#flush()
  }

  openSequence(tag: number, end: number): Level {
    const { level } = this
    if (tag <= level.lastTag) level.unordered = true
    else level.lastTag = tag
    return this.#open(false, tag, end)
  }

  openItem(end: number): Level {
    this.level.count++
    return this.#open(true, 0, end)
  }

  /** Closes the open level, which is not the outermost. */
  close(): Level {
    const closed = this.level
    const parent = this.#levels[--this.depth] ?? closed
    this.level = parent
    const closing = closed.isDataset ? '}' : ']}'
    if (closed.opened) {
      const rest = this.#rest(closed) + closing
      this.outbox.push(rest)
      this.#keepOpen(rest)
      if (this.depth === 0 && this.#keeping !== undefined) {
        if (this.#keeping.text.length <= KEPT_CHARACTERS) this.kept.set(this.#keeping.tag, this.#keeping.text)
        else this.kept.delete(this.#keeping.tag)
        this.#keeping = undefined
      }
      return parent
    }
    if (closed.isDataset) {
      parent.texts.push(`{${joined(closed)}}`)
      this.#pendingCharacters += 3
    } else {
      // items are counted as they are read, so only the frame of the sequence is new
      const inside = closed.texts.length === 0 ? '{"vr":"SQ"}' : `{"vr":"SQ","Value":[${joined(closed)}]}`
      parent.texts.push(tagKey(closed.tag) + inside)
      parent.tags.push(closed.tag)
      this.#pendingCharacters += 32
    }
    return parent
  }

  /** At the end of the file: closes the outermost level that has reached its end, and all inside it.
   * @returns whether one of those had not */
  closeEnded(endBytes: number): boolean {
    const ended = this.#levels.findIndex((level, i) => i > 0 && i <= this.depth && level.end <= endBytes)
    let early = false
    while (ended > 0 && this.depth >= ended) {
      if (this.level.end > endBytes) early = true
      this.close()
    }
    return early
  }

  /** `TAG` or `TAG.item.TAG` of an element of the open dataset. */
  pathOf(tag: number): string {
    let path = ''
    for (let i = 1; i <= this.depth; i += 2) {
      const sequence = this.#levels[i]
      if (sequence !== undefined) path += `${tagHex(sequence.tag)}.${sequence.count}.`
    }
    return path + tagHex(tag)
  }

  /** Text of the whole dataset, or of what of it has not left. All levels but the outermost are closed. */
  finish(): string {
    const top = this.level
    const opening = top.opened ? '' : '{'
    if (!top.opened) sortByTag(top)
    this.#keepFrom(top)
    return `${opening}${this.#rest(top)}}`
  }

  #open(isDataset: boolean, tag: number, end: number): Level {
    const parent = this.level
    const level = (this.#levels[++this.depth] ??= newLevel())
    level.isDataset = isDataset
    level.end = end
    level.explicit = parent.explicit
    level.littleEndian = parent.littleEndian
    level.characterSet = parent.characterSet
    level.pixelRepresentation = parent.pixelRepresentation
    level.tag = tag
    level.count = 0
    level.lastTag = -1
    level.unordered = false
    level.texts.length = 0
    level.tags.length = 0
    level.opened = false
    level.wrote = false
    level.leftTag = -1
    this.level = level
    return level
  }

  #flush(): void {
    this.streaming = true
    this.#limit = PIECE_CHARACTERS
    let out = ''
    let keptFrom = 0
    let parent: Level | undefined
    for (let i = 0; i <= this.depth; i++) {
      const level = this.#levels[i]
      if (level === undefined) break
      if (!level.opened) {
        level.opened = true
        if (parent?.wrote === true) out += ','
        if (parent !== undefined) {
          parent.wrote = true
          parent.leftTag = Math.max(parent.leftTag, level.tag)
        }
        if (i === 1 && this.#keep.has(level.tag)) {
          this.#keeping = { tag: level.tag, text: '' }
          keptFrom = out.length
        }
        out += level.isDataset ? '{' : `${tagKey(level.tag)}{"vr":"SQ","Value":[`
      }
      if (i === 0) this.#keepFrom(level)
      out += this.#rest(level)
      level.unordered = false
      parent = level
    }
    this.outbox.push(out)
    this.#keepOpen(out.slice(keptFrom))
    this.#pendingCharacters = 0
  }

  /** what the level holds, with the comma that is due before it; the level is then empty */
  #rest(level: Level): string {
    if (level.texts.length === 0) return ''
    const text = (level.wrote ? ',' : '') + joined(level)
    if ((level.tags[0] ?? Infinity) <= level.leftTag) this.outOfOrder = true
    level.leftTag = Math.max(level.leftTag, level.tags.at(-1) ?? -1)
    level.wrote = true
    level.texts.length = 0
    level.tags.length = 0
    return text
  }

  /** All that leaves between the brackets of an outermost sequence is that sequence's. */
  #keepOpen(text: string): void {
    if (this.#keeping !== undefined && this.#keeping.text.length <= KEPT_CHARACTERS)
      this.#keeping.text += text
  }

  #keepFrom(top: Level): void {
    for (let i = 0; i < top.tags.length; i++) {
      const tag = top.tags[i] ?? 0
      if (this.#keep.has(tag)) this.kept.set(tag, top.texts[i] ?? '')
    }
  }
}

function joined(level: Level): string {
  if (level.isDataset) sortByTag(level)
  return level.texts.join(',')
}

/** Ascending; of a tag that occurs twice the last one stays. */
function sortByTag(level: Level): void {
  if (!level.unordered) return
  const last = new Map<number, string>()
  level.tags.forEach((tag, index) => last.set(tag, level.texts[index] ?? ''))
  const sorted = [...last].sort(([a], [b]) => a - b)
  level.tags = sorted.map(([tag]) => tag)
  level.texts = sorted.map(([, text]) => text)
  level.unordered = false
}

function newLevel(): Level {
  return {
    isDataset: false,
    end: Infinity,
    explicit: true,
    littleEndian: true,
    characterSet: DEFAULT_CHARACTER_SET,
    pixelRepresentation: 0,
    tag: 0,
    count: 0,
    lastTag: -1,
    unordered: false,
    texts: [],
    tags: [],
    opened: false,
    wrote: false,
    leftTag: -1,
  }
}
