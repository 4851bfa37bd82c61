/** Attributes as text that needs no parsing to be answered: one DICOM JSON element a line (`"00100020":{"vr":"LO",…}`),
 *  ascending by tag. JSON text holds no raw line feed, so lines can be cut apart and joined by commas. */
import type { InstanceUids } from '../dicom/instance-uids.js'
import { URL_MARK, type DicomJson, type JsonElement } from '../dicom/json-model.js'

/** The elements with these tags or private keys that the dataset has, but for very long ones. */
export function elementText(dataset: DicomJson, tags: Iterable<string>, uids: InstanceUids): string {
  const lines: string[] = []
  for (const tag of tags) {
    const element = dataset[tag]
    if (element === undefined) continue
    const line = elementLine(tag, element, uids)
    if (line.length <= LONGEST_LINE) lines.push(line)
  }
  return lines.sort(ascending).join('\n')
}

/** A sequence that holds more (functional groups may have many megabytes) would weigh on every search. In UTF-16 units. */
const LONGEST_LINE = 64 << 10

/** One element as it stands in a JSON object. Its bulk values' URIs are told from the base URL on, as URL_MARK means it
 *  in search answers; the mark itself is escaped, so that the text can be parsed.
 *  @param uids of the instance that the element is from */
export function elementLine(tag: string, element: JsonElement, uids: InstanceUids): string {
  const line = `"${tag}":${JSON.stringify(element)}`
  return line.includes(ESCAPED_BULK)
    ? line.replaceAll(ESCAPED_BULK, `${ESCAPED_BULK}${instancePath(uids)}`)
    : line
}

/** The line with URL_MARK as it is. */
export function answeredLine(line: string): string {
  return line.includes(ESCAPED_BULK) ? line.replaceAll(ESCAPED_BULK, `"BulkDataURI":"${URL_MARK}`) : line
}

/** Path of an instance below the base URL. PS3.18 10.1 */
export function instancePath(uids: InstanceUids): string {
  return `/studies/${uids.StudyInstanceUID}/series/${uids.SeriesInstanceUID}/instances/${uids.SOPInstanceUID}`
}

// In a string value its quotes would be escaped: this is the key of a bulk value and nothing else.
const ESCAPED_BULK = '"BulkDataURI":"\\u001f'

/** Tag or private key → element line, ascending. */
export function elementLines(text: string): Map<string, string> {
  const lines = new Map<string, string>()
  if (text !== '') for (const line of text.split('\n')) lines.set(line.slice(1, line.indexOf('"', 1)), line)
  return lines
}

/** The element of a line. */
export function parseElementLine(line: string): JsonElement {
  // Written by elementLine alone.
  return JSON.parse(line.slice(line.indexOf('":') + 2)) as JsonElement
}

/** The element with this tag. */
export function elementIn(text: string, tag: string): JsonElement | undefined {
  const head = `"${tag}":`
  const start = text.startsWith(head) ? 0 : text.indexOf(`\n${head}`) + 1
  if (start === 0 && !text.startsWith(head)) return undefined
  const end = text.indexOf('\n', start)
  return parseElementLine(end < 0 ? text.slice(start) : text.slice(start, end))
}

/** What several instances say of one study or series: the first wins, later ones fill what is absent or empty. */
export function mergeElementTexts(texts: readonly string[]): string {
  const [first = '', ...others] = texts
  if (others.length === 0) return first
  const merged = elementLines(first)
  for (const text of others) {
    for (const [tag, line] of elementLines(text)) {
      const known = merged.get(tag)
      if (known === undefined || isEmptyElement(parseElementLine(known))) merged.set(tag, line)
    }
  }
  return [...merged.values()].sort(ascending).join('\n')
}

/** Whether an element has no value. PS3.18 F.2.5 */
export function isEmptyElement(element: JsonElement): boolean {
  if (element.InlineBinary !== undefined || element.BulkDataURI !== undefined) return false
  return element.Value === undefined || element.Value.every(isEmptyValue)
}

function isEmptyValue(value: unknown): boolean {
  if (value === null || value === '') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
