/** The value of one content item of a structured report, as a reader sees it. PS3.3 C.17.3.2, C.18 */
import type { DicomJson } from '../json-model.js'
import { itemsOf, readableValues, textOf } from '../readable-values.js'
import { element, lines, type DocumentNode } from './document.js'
import type { ReferenceLinks } from './reference-links.js'
import { sopClassName } from './sop-class-names.js'

/** How a value is looked up that the header gives as bulk data. */
export interface ContentContext {
  readonly links: ReferenceLinks
  /** the text behind a BulkDataURI of the header */
  readonly bulkText: (uri: string) => string | undefined
}

/** More are counted, not listed. */
const MOST_POINTS = 200
const MOST_LISTED = 100

export function valueOf(item: DicomJson, type: string, context: ContentContext): DocumentNode[] {
  switch (type) {
    case 'TEXT':
      return textValue(item, context)
    case 'CODE':
      return codes(item, '0040A168')
    case 'NUM':
      return measured(item)
    case 'PNAME':
      return joined(item, '0040A123')
    case 'DATE':
      return joined(item, '0040A121')
    case 'TIME':
      return joined(item, '0040A122')
    case 'DATETIME':
      return joined(item, '0040A120')
    case 'UIDREF':
      return joined(item, '0040A124')
    case 'IMAGE':
    case 'WAVEFORM':
    case 'COMPOSITE':
      return itemsOf(item, '00081199').flatMap((reference, index) => [
        ...(index === 0 ? [] : [element('br')]),
        ...referenced(reference, context.links),
      ])
    case 'SCOORD':
      return coordinates(item, 2)
    case 'SCOORD3D':
      return coordinates(item, 3)
    case 'TCOORD':
      return temporal(item)
    case 'CONTAINER':
      return []
    default:
      return [`(a value of type ${type} is not shown)`]
  }
}

/** The value as part of a sentence: without the codes behind the words. */
export function runningValue(item: DicomJson, type: string, context: ContentContext): DocumentNode[] {
  if (type === 'CODE') return [itemsOf(item, '0040A168').map(meaningOf).join('; ')]
  if (type !== 'NUM') return valueOf(item, type, context)
  const measures = itemsOf(item, '0040A300').map(measure =>
    [
      numberOf(measure),
      ...itemsOf(measure, '004008EA').map(unit => codeValueOf(unit) || meaningOf(unit)),
    ].join(' '),
  )
  return measures.length === 0 ? measured(item) : [measures.join('; ')]
}

/** `Squamous cell carcinoma (M-80703, SRT)`: meaning, then code, scheme and its version. PS3.3 8 */
export function codes(item: DicomJson, tag: string): DocumentNode[] {
  return itemsOf(item, tag).flatMap((code, index) => [...(index === 0 ? [] : ['; ']), ...codeOf(code)])
}

/** The meaning of a coded concept; the code where it has none. */
export function meaningOf(code: DicomJson): string {
  return textOf(code, '00080104') || codeValueOf(code)
}

function codeOf(code: DicomJson): DocumentNode[] {
  const meaning = textOf(code, '00080104')
  const scheme = [textOf(code, '00080102'), textOf(code, '00080103')].filter(Boolean).join(' ')
  const exact = [codeValueOf(code), scheme].filter(Boolean).join(', ')
  const shown = exact === '' ? [] : [element('span', [`(${exact})`], { class: 'note' })]
  return meaning === '' ? shown : [meaning, ...(shown.length === 0 ? [] : [' ', ...shown])]
}

/** Code Value, Long Code Value, URN Code Value */
function codeValueOf(code: DicomJson): string {
  return textOf(code, '00080100') || textOf(code, '00080119') || textOf(code, '00080120')
}

function textValue(item: DicomJson, { bulkText }: ContentContext): DocumentNode[] {
  const uri = item['0040A160']?.BulkDataURI
  const text = uri === undefined ? readableValues(item['0040A160']).join('\\') : bulkText(uri)
  return text === undefined ? ['(a text that is too long to be shown)'] : lines(text)
}

/** PS3.3 C.18.1: a value with its unit, or the reason why there is none. */
function measured(item: DicomJson): DocumentNode[] {
  const values = itemsOf(item, '0040A300').flatMap((measure, index): DocumentNode[] => {
    const number = numberOf(measure)
    const unit = codes(measure, '004008EA')
    return [...(index === 0 ? [] : ['; ']), number, ...(unit.length === 0 ? [] : [' ', ...unit])]
  })
  const qualifiers = codes(item, '0040A301')
  if (values.length === 0 && qualifiers.length === 0) return ['(no value)']
  return values.length === 0 || qualifiers.length === 0
    ? [...values, ...qualifiers]
    : [...values, ', ', ...qualifiers]
}

/** Numeric Value, else a fraction, else Floating Point Value */
function numberOf(measure: DicomJson): string {
  const numerator = textOf(measure, '0040A162')
  const fraction = numerator === '' ? '' : `${numerator}/${textOf(measure, '0040A163') || '1'}`
  return textOf(measure, '0040A30A') || fraction || textOf(measure, '0040A161')
}

/** PS3.3 C.18.3, C.18.4, C.18.5, C.17.3.2.6: an instance, what of it is meant, and how it is to be shown. */
export function referenced(reference: DicomJson, links: ReferenceLinks, isState = false): DocumentNode[] {
  const instance = textOf(reference, '00081155')
  const name = sopClassName(textOf(reference, '00081150')) || 'instance'
  const frames = readableValues(reference['00081160'])
  const href = links.to(instance, frames)
  const nodes: DocumentNode[] = [
    href === undefined ? name : element('a', [name], { href }),
    ' ',
    element('span', [instance], { class: 'note' }),
  ]
  const detail = (words: string, values: readonly string[]): void => {
    if (values.length > 0) nodes.push(`, ${words} ${listed(values, ', ')}`)
  }
  detail('frame', frames)
  detail('segment', readableValues(reference['0062000B']))
  const channels = readableValues(reference['0040A0B0'])
  detail(
    'channel',
    channels.flatMap((group, at) => (at % 2 === 0 ? [`${group}/${channels[at + 1] ?? ''}`] : [])),
  )
  // A presentation state is shown by no other.
  for (const state of isState ? [] : itemsOf(reference, '00081199'))
    nodes.push(', shown by ', ...referenced(state, links, true))
  return nodes
}

/** PS3.3 C.18.6, C.18.9 */
function coordinates(item: DicomJson, dimensions: 2 | 3): DocumentNode[] {
  const bulk = item['00700022']?.BulkDataURI !== undefined
  const numbers = readableValues(item['00700022']).map(single)
  const points: string[] = []
  for (let at = 0; at < numbers.length; at += dimensions)
    points.push(numbers.slice(at, at + dimensions).join('/'))
  const nodes: DocumentNode[] = [
    textOf(item, '00700023'),
    ' ',
    bulk ? '(more points than can be listed)' : listed(points, ', ', MOST_POINTS),
  ]
  const frame = textOf(item, '30060024')
  if (frame !== '') nodes.push(element('span', [` (frame of reference ${frame})`], { class: 'note' }))
  return nodes
}

/** A number of single precision without the digits that only the double that carries it has. */
function single(number: string): string {
  return Number.isFinite(Number(number)) ? String(Number(Number(number).toPrecision(9))) : number
}

/** PS3.3 C.18.7 */
function temporal(item: DicomJson): DocumentNode[] {
  const positions = ['0040A132', '0040A138', '0040A13A'].flatMap(tag => readableValues(item[tag]))
  return [`${textOf(item, '0040A130')} ${listed(positions, ', ')}`]
}

function listed(values: readonly string[], between: string, most = MOST_LISTED): string {
  const shown = values.slice(0, most).join(between)
  return values.length <= most ? shown : `${shown} … (${values.length} in all)`
}

function joined(item: DicomJson, tag: string): DocumentNode[] {
  const text = textOf(item, tag)
  return text === '' ? [] : [text]
}
