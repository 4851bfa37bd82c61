/** A small XML document as a tree. No document type, no entity but the five of XML and numeric ones; nothing is fetched. */
import { SaxesParser } from 'saxes'
import { Problem } from '../problem.js'
import { MOST_DEPTH } from './document.js'

export interface XmlElement {
  /** without its prefix */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: (XmlElement | string)[]
}

const MOST_ATTRIBUTES = 64
const MOST_ELEMENTS = 200_000

/** @param bytes in the encoding that they declare; UTF-8 by default. NULs at the end are padding.
 *  @throws Problem `undecodable` where it is no well-formed XML, or bears a document type; says line and column
 *  @throws Problem `limit-exceeded` where it is nested too deep, or has too many elements */
export function xmlTree(bytes: Uint8Array): XmlElement {
  const parser = new SaxesParser()
  const undecodable = (what: string, cause?: unknown): Problem =>
    new Problem('undecodable', `XML: ${what} (line ${parser.line}, column ${parser.column + 1})`, { cause })
  const root: XmlElement = { name: '', attributes: {}, children: [] }
  const open: XmlElement[] = [root]
  let elements = 0
  let attributes = 0
  // What the parser says of an error may quote the document, and with it a patient: it stays inside.
  parser.on('error', cause => {
    throw undecodable('not well-formed', cause)
  })
  parser.on('doctype', () => {
    throw undecodable('a document type declaration is not accepted')
  })
  parser.on('opentagstart', () => {
    attributes = 0
  })
  parser.on('attribute', () => {
    if (++attributes > MOST_ATTRIBUTES) throw undecodable('more attributes than an element has')
  })
  parser.on('opentag', tag => {
    if (++elements > MOST_ELEMENTS || open.length > MOST_DEPTH)
      throw new Problem(
        'limit-exceeded',
        `XML: more than ${MOST_ELEMENTS} elements, or nested deeper than ${MOST_DEPTH}`,
      )
    const element = { name: tag.name.replace(/^.*:/, ''), attributes: tag.attributes, children: [] }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  const text = (piece: string): void => {
    open.at(-1)?.children.push(piece)
  }
  parser.on('text', text)
  parser.on('cdata', text)
  parser.on('closetag', () => {
    open.pop()
  })
  parser.write(decoded(bytes, undecodable)).close()
  const [top] = root.children.filter(child => typeof child !== 'string')
  return top ?? root
}

/** XML 1.0 4.3.3, F */
function decoded(bytes: Uint8Array, undecodable: (what: string, cause?: unknown) => Problem): string {
  const head = Buffer.from(bytes.subarray(0, 256)).toString('latin1')
  const utf16 = head.startsWith('\xfe\xff')
    ? 'utf-16be'
    : head.startsWith('\xff\xfe')
      ? 'utf-16le'
      : undefined
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1]
  try {
    const text = new TextDecoder(utf16 ?? declared ?? 'utf-8', { fatal: true }).decode(bytes)
    return text.replace(/\0+$/, '')
  } catch (cause) {
    throw undecodable('not in the encoding that it declares, or an unknown one', cause)
  }
}

/** The first child of that name, of the first child of the one before, and so on.
 * @returns undefined where there is none */
export function descendant(
  from: XmlElement | undefined,
  ...names: readonly string[]
): XmlElement | undefined {
  let found = from
  for (const name of names) found = found === undefined ? undefined : childrenOf(found, name)[0]
  return found
}

export function childrenOf(from: XmlElement | undefined, name: string): XmlElement[] {
  return (from?.children ?? [])
    .filter(child => typeof child !== 'string')
    .filter(child => child.name === name)
}

/** All text in it, white space run together. */
export function textIn(from: XmlElement | undefined): string {
  const inside = (from?.children ?? []).map(child => (typeof child === 'string' ? child : textIn(child)))
  return inside.join(' ').replace(/\s+/g, ' ').trim()
}
