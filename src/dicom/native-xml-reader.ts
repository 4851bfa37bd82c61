/** Reads the Native DICOM Model. PS3.19 A.1; PS3.18 F.3, 10.5.1. No entities but the five of XML and numeric ones, no DTD;
 *  nothing is fetched. Time and memory are linear in the bytes. */
import { setImmediate } from 'node:timers/promises'
import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { DicomJson } from './json-model.js'
import { nativeModelBuilder, type ModelBuilder } from './native-xml-builder.js'
import { NATIVE_DICOM_NAMESPACE } from './native-xml.js'
import { Problem } from './problem.js'

export interface NativeXmlLimits {
  /** of the document: what is read of it is held in memory */
  readonly maxBytes: number
  /** sequences inside one another */
  readonly maxDepth?: number
}

const MAX_DEPTH = 64
/** the model has four, the rest are declarations of namespaces */
const MOST_ATTRIBUTES = 64
const SLICE_BYTES = 64 << 10
/** so long the event loop may be held */
const SLICE_MS = 8

/** One dataset, from one document. Values are as the JSON model has them, `BulkData uri` as BulkDataURI, InlineBinary as text
 *  that nobody has decoded; private elements stand in the block of their creator, which is added where the document has
 *  none. Tags come in ascending order, but for what JavaScript makes of keys that look like array indexes: sort before writing.
 *  DS and IS that a number could not carry as they are written come as text.
 * @param chunks UTF-8, cut anywhere
 * @throws Problem `malformed-request`: not well-formed, not UTF-8, a DTD, or not the Native DICOM Model; says line and column
 * @throws Problem `limit-exceeded`: beyond a limit
 * @throws what the chunks throw */
export async function readNativeXml(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  limits: NativeXmlLimits,
): Promise<DicomJson> {
  const parser = new SaxesParser({ xmlns: true })
  const where = (): string => `line ${parser.line}, column ${parser.column + 1}`
  const builder = nativeModelBuilder(limits.maxDepth ?? MAX_DEPTH, (message, kind = 'malformed-request') => {
    throw new Problem(kind, `XML: ${message} (${where()})`)
  })
  listen(parser, builder, where)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const feed = (bytes?: Uint8Array): void => {
    let text: string
    try {
      text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true })
    } catch (cause) {
      throw new Problem('malformed-request', `XML: not UTF-8 (after ${where()})`, { cause })
    }
    if (text !== '') parser.write(text)
    if (bytes === undefined) parser.close()
  }

  let length = 0
  let since = performance.now()
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limits.maxBytes) {
      throw new Problem('limit-exceeded', `XML: the document is longer than ${limits.maxBytes} bytes`)
    }
    for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
      feed(chunk.subarray(at, at + SLICE_BYTES))
      if (performance.now() - since < SLICE_MS) continue
      await setImmediate()
      since = performance.now()
    }
  }
  feed()
  return builder.finish()
}

function listen(parser: SaxesParser<{ xmlns: true }>, builder: ModelBuilder, where: () => string): void {
  // What the parser says of an error may quote the document, and with it a patient: it stays inside.
  parser.on('error', cause => {
    throw new Problem('malformed-request', `XML: not well-formed (${where()})`, { cause })
  })
  parser.on('doctype', () => {
    throw new Problem('malformed-request', `XML: a document type declaration is not accepted (${where()})`)
  })
  parser.on('xmldecl', ({ encoding = 'UTF-8' }) => {
    if (!/^(?:utf-?8|us-ascii)$/i.test(encoding)) {
      throw new Problem('malformed-request', 'XML: the encoding is to be UTF-8')
    }
  })
  let attributes = 0
  parser.on('opentagstart', () => {
    attributes = 0
  })
  parser.on('attribute', () => {
    if (++attributes > MOST_ATTRIBUTES) {
      throw new Problem('malformed-request', `XML: more attributes than an element has (${where()})`)
    }
  })
  parser.on('opentag', tag => {
    builder.open(nameOf(tag), name => attributeOf(tag, name))
  })
  parser.on('text', text => {
    builder.text(text)
  })
  parser.on('cdata', text => {
    builder.text(text)
  })
  parser.on('closetag', () => {
    builder.close()
  })
}

/** @returns '' for a name of another namespace. Documents without any are read too: DCMTK writes them. */
function nameOf({ uri, local }: SaxesTagNS): string {
  return uri === NATIVE_DICOM_NAMESPACE || uri === '' ? local : ''
}

function attributeOf({ attributes }: SaxesTagNS, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name]?.value : undefined
}
