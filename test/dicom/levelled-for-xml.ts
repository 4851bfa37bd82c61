import type { DicomJson, JsonElement, JsonValue } from '../../src/dicom/json-model.js'

const NUMBERS = new Set(['DS', 'IS', 'SV', 'UV', 'FL', 'FD'])

/** A dataset without what JSON and XML say differently: a number or its text (`1.50`, 1.5), and what XML cannot hold. */
export function levelledForXml(dataset: DicomJson): DicomJson {
  return Object.fromEntries(
    Object.entries(dataset)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([tag, element]) => [tag, levelledElement(element)]),
  )
}

function levelledElement(element: JsonElement): JsonElement {
  const { Value, BulkDataURI } = element
  if (BulkDataURI !== undefined) return { ...element, BulkDataURI: textInXml(BulkDataURI) }
  return Value === undefined
    ? element
    : { ...element, Value: Value.map(value => levelled(element.vr, value)) }
}

function levelled(vr: string, value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    const number = Number(value)
    return NUMBERS.has(vr) && Number.isFinite(number) ? number : textInXml(value) || null
  }
  if (typeof value !== 'object' || value === null) return value
  if (vr === 'SQ') return levelledForXml(value as DicomJson)
  const groups = Object.entries(value as Record<string, string>).map(([group, name]) => [
    group,
    textInXml(name),
  ])
  return Object.fromEntries(groups.filter(([, name]) => name !== '')) as JsonValue
}

/** XML 1.0, 2.2: without control characters and halves of surrogate pairs */
function textInXml(text: string): string {
  return Array.from(text)
    .map(character => {
      const code = character.codePointAt(0) ?? 0
      if (code >= 0xd800 && code <= 0xdfff) return '\ufffd'
      return (code < 0x20 && !'\t\n\r'.includes(character)) || code === 0xfffe || code === 0xffff
        ? ''
        : character
    })
    .join('')
}
