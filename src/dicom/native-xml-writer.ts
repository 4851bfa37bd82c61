/** Writes the Native DICOM Model. PS3.19 A.1; PS3.18 F.3. */
import { keywordOf } from './dictionary.js'
import type { DicomJson } from './json-model.js'
import { escapedAttribute, escapedText, groupXml } from './native-xml-text.js'
import { NATIVE_DICOM_NAMESPACE } from './native-xml.js'

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  `<NativeDicomModel xmlns="${NATIVE_DICOM_NAMESPACE}" xml:space="preserve">\n`
const TAIL = '</NativeDicomModel>\n'
/** of JSON; the XML of it is some five times as long. It bounds how long the event loop is held. */
const SLICE_BYTES = 64 << 10

/** One document of one dataset, from its DICOM JSON text as this program writes it (`vr` first in each element), piece by
 *  piece: in memory is a piece and the token that its end cuts. Numbers are written with the digits they have.
 *
 *  What XML cannot hold is left out: control characters, and the halves of surrogate pairs become U+FFFD. A value that is
 *  null is an empty Value; an empty last component of a name keeps the `^` before it. Private elements are named
 *  gggg00ee with their creator; those of a second block of one creator, and those of none, keep their block's digits.
 * @param text UTF-8, with its URLs filled in
 * @throws Error for text that is no DICOM JSON */
export async function* nativeXml(text: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder()
  const transcriber = new Transcriber()
  let head = HEAD
  for await (const piece of text) {
    for (let at = 0; at < piece.length; at += SLICE_BYTES) {
      const slice = piece.subarray(at, at + SLICE_BYTES)
      const xml = transcriber.write(decoder.decode(slice, { stream: true }))
      if (xml === '') continue
      yield Buffer.from(head + xml)
      head = ''
    }
  }
  transcriber.end()
  yield Buffer.from(head + TAIL)
}

/** The same of a small dataset, as text. */
export function nativeXmlText(dataset: DicomJson | string): string {
  const transcriber = new Transcriber()
  const xml = transcriber.write(typeof dataset === 'string' ? dataset : JSON.stringify(dataset))
  transcriber.end()
  return HEAD + xml + TAIL
}

interface DatasetLevel {
  readonly is: 'dataset'
  /** private creators, by group and block: 0009, 10 → 0x000910 */
  readonly creators: Map<number, string>
  /** group and creator → the first block that it has */
  readonly firstBlocks: Map<string, number>
}
interface ElementLevel {
  readonly is: 'element'
  readonly tag: string
  vr: string
}
interface ValuesLevel {
  readonly is: 'values'
  readonly element: ElementLevel
  number: number
}
interface NameLevel {
  readonly is: 'name'
}
type Level = DatasetLevel | ElementLevel | ValuesLevel | NameLevel

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** JSON text in, XML out, a piece at a time. */
class Transcriber {
  readonly #levels: Level[] = []
  #level: Level | undefined
  #xml = ''
  /** what the end of the last piece cut: an escape */
  #cut = ''
  #inString = false
  /** the string's text goes out as it comes; else it is gathered */
  #passing = false
  #gathered = ''
  /** it names a private creator. PS3.5 7.8.1 */
  #isCreator = false
  /** a high surrogate whose low half has not come yet */
  #half = ''
  #key = ''
  #afterColon = false
  #scalar = ''
  #ended = false

  /** @returns the XML that the piece made */
  write(piece: string): string {
    const text = this.#cut + piece
    this.#cut = ''
    let at = 0
    while (at < text.length) at = this.#inString ? this.#readString(text, at) : this.#readToken(text, at)
    const xml = this.#xml
    this.#xml = ''
    return xml
  }

  end(): void {
    if (!this.#ended) throw malformed()
  }

  #readToken(text: string, at: number): number {
    const character = text[at] ?? ''
    switch (character) {
      case '"':
        this.#beginString()
        return at + 1
      case ':':
        this.#afterColon = true
        return at + 1
      case ',':
        this.#endScalar()
        this.#afterColon = false
        return at + 1
      case '{':
        this.#openObject()
        return at + 1
      case '[':
        this.#openArray()
        return at + 1
      case '}':
        this.#closeObject()
        return at + 1
      case ']':
        this.#endScalar()
        this.#pop('values')
        return at + 1
      default: {
        SCALAR_END.lastIndex = at
        const end = SCALAR_END.exec(text)?.index ?? text.length
        this.#scalar += text.slice(at, end)
        return end
      }
    }
  }

  /** @returns where the next token begins */
  #readString(text: string, from: number): number {
    STRING_STOP.lastIndex = from
    const stop = STRING_STOP.exec(text)?.index ?? text.length
    if (stop > from) this.#addText(text.slice(from, stop))
    if (stop === text.length) return stop
    if (text.charCodeAt(stop) === QUOTE) {
      this.#endString()
      return stop + 1
    }
    const length = text.charCodeAt(stop + 1) === 0x75 ? 6 : 2
    if (stop + length > text.length) {
      this.#cut = text.slice(stop)
      return text.length
    }
    this.#addText(unescaped(text.slice(stop, stop + length)))
    return stop + length
  }

  #beginString(): void {
    this.#inString = true
    this.#gathered = ''
    const level = this.#level
    this.#passing = false
    this.#isCreator = false
    if (level?.is === 'values') {
      level.number++
      this.#passing = true
      this.#isCreator = level.number === 1 && level.element.vr === 'LO' && CREATOR.test(level.element.tag)
      this.#xml += `<Value number="${level.number}">`
    } else if (level?.is === 'element' && this.#afterColon && this.#key === 'InlineBinary') {
      this.#passing = true
      this.#xml += '<InlineBinary>'
    }
  }

  #addText(piece: string): void {
    let text = this.#half + piece
    this.#half = ''
    if (isHighSurrogate(text.charCodeAt(text.length - 1))) {
      this.#half = text.slice(-1)
      text = text.slice(0, -1)
    }
    if (!this.#passing || this.#isCreator) this.#gathered += text
    if (this.#passing) this.#xml += escapedText(text)
  }

  #endString(): void {
    this.#inString = false
    if (this.#half !== '') {
      this.#half = ''
      this.#addText('\ufffd')
    }
    const level = this.#level
    if (level?.is === 'values') {
      this.#xml += '</Value>'
      if (this.#isCreator) this.#reserve(level.element.tag, this.#gathered)
    } else if (level?.is === 'name' && this.#afterColon) {
      this.#xml += groupXml(this.#key, this.#gathered)
    } else if (level?.is === 'element' && this.#afterColon) {
      this.#endElementString(level)
    } else this.#key = this.#gathered
  }

  #endElementString(element: ElementLevel): void {
    if (this.#key === 'vr') {
      element.vr = this.#gathered
      this.#xml += this.#openingTag(element)
    } else if (this.#key === 'BulkDataURI') {
      this.#xml += `<BulkData uri="${escapedAttribute(this.#gathered)}"/>`
    } else if (this.#key === 'InlineBinary') this.#xml += '</InlineBinary>'
  }

  #endScalar(): void {
    const scalar = this.#scalar.trim()
    this.#scalar = ''
    const level = this.#level
    if (scalar === '' || level?.is !== 'values') return
    const { vr } = level.element
    const name = vr === 'PN' ? 'PersonName' : vr === 'SQ' ? 'Item' : 'Value'
    this.#xml += `<${name} number="${++level.number}">${scalar === 'null' ? '' : scalar}</${name}>`
  }

  #openObject(): void {
    const level = this.#level
    this.#afterColon = false
    if (level === undefined && !this.#ended) {
      this.#push(newDataset())
    } else if (level?.is === 'dataset') {
      this.#push({ is: 'element', tag: this.#key, vr: '' })
    } else if (level?.is === 'values' && level.element.vr === 'PN') {
      this.#xml += `<PersonName number="${++level.number}">`
      this.#push({ is: 'name' })
    } else if (level?.is === 'values' && level.element.vr === 'SQ') {
      this.#xml += `<Item number="${++level.number}">`
      this.#push(newDataset())
    } else throw malformed()
  }

  #openArray(): void {
    const level = this.#level
    if (level?.is !== 'element' || level.vr === '' || this.#key !== 'Value') throw malformed()
    this.#push({ is: 'values', element: level, number: 0 })
  }

  #closeObject(): void {
    const level = this.#level
    this.#afterColon = false
    if (level?.is === 'element') {
      if (level.vr === '') throw malformed()
      this.#xml += '</DicomAttribute>\n'
    }
    if (level?.is === 'name') this.#xml += '</PersonName>'
    if (level?.is === 'dataset' && this.#levels.length > 1) this.#xml += '</Item>'
    this.#pop('dataset', 'element', 'name')
    this.#ended = this.#level === undefined
  }

  #push(level: Level): void {
    this.#levels.push(level)
    this.#level = level
  }

  #pop(...kinds: Level['is'][]): void {
    const level = this.#levels.pop()
    if (level === undefined || !kinds.includes(level.is)) throw malformed()
    this.#level = this.#levels.at(-1)
  }

  #openingTag({ tag, vr }: ElementLevel): string {
    if (!isPrivate(tag)) {
      const keyword = keywordOf(tag)
      return `<DicomAttribute tag="${tag}" vr="${vr}"${keyword === undefined ? '' : ` keyword="${keyword}"`}>`
    }
    const dataset = this.#levels.at(-2)
    const block = parseInt(tag.slice(4, 6), 16)
    const group = tag.slice(0, 4)
    const creator =
      dataset?.is === 'dataset' ? dataset.creators.get(parseInt(tag.slice(0, 6), 16)) : undefined
    if (creator === undefined || dataset?.is !== 'dataset') return `<DicomAttribute tag="${tag}" vr="${vr}">`
    const first = dataset.firstBlocks.get(`${group} ${creator}`) === block
    const name = first ? `${group}00${tag.slice(6)}` : tag
    return `<DicomAttribute tag="${name}" vr="${vr}" privateCreator="${escapedAttribute(creator)}">`
  }

  #reserve(tag: string, creator: string): void {
    const dataset = this.#levels.at(-3)
    if (dataset?.is !== 'dataset') return
    const block = parseInt(tag.slice(6), 16)
    dataset.creators.set(parseInt(tag.slice(0, 4), 16) * 256 + block, creator)
    const key = `${tag.slice(0, 4)} ${creator}`
    if (!dataset.firstBlocks.has(key)) dataset.firstBlocks.set(key, block)
  }
}

const CREATOR = /^...[13579BDF]00[1-9A-F]/
const SCALAR_END = /[,\]}"]/g
const STRING_STOP = /["\\]/g

function newDataset(): DatasetLevel {
  return { is: 'dataset', creators: new Map(), firstBlocks: new Map() }
}

function isPrivate(tag: string): boolean {
  return /^...[13579BDF]/.test(tag)
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function unescaped(escape: string): string {
  if (escape.charCodeAt(0) !== BACKSLASH) throw malformed()
  const letter = escape.charAt(1)
  return letter === 'u' ? String.fromCharCode(parseInt(escape.slice(2), 16)) : (ESCAPES[letter] ?? letter)
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff
}

function malformed(): Error {
  return new Error('the stored header is no DICOM JSON')
}
