/** The narrative of an encapsulated CDA document: its title, who it is about, and each section's title and text, drawn by us.
 *  HL7 CDA R2 4.2, 4.3.5; PS3.3 A.45.2. No style sheet is followed and nothing is fetched: of what is no narrative markup the
 *  text alone is kept. */
import { readableDateTime } from '../readable-values.js'
import {
  element,
  heading,
  lines,
  NARRATIVE_ELEMENTS,
  table,
  type Attributes,
  type DocumentNode,
  type ElementName,
} from './document.js'
import { childrenOf, descendant, textIn, xmlTree, type XmlElement } from './xml-tree.js'

/** @param xml the document as it was encapsulated
 * @throws Problem `undecodable`, `limit-exceeded` as xmlTree */
export function clinicalDocument(xml: Uint8Array): { title: string; nodes: readonly DocumentNode[] } {
  const root = xmlTree(xml)
  const title = textIn(descendant(root, 'title')) || 'Clinical document'
  return {
    title,
    nodes: [
      heading(1, [title]),
      documentHeader(root),
      ...sections(descendant(root, 'component', 'structuredBody'), 2),
      ...nonXmlBody(descendant(root, 'component', 'nonXMLBody', 'text')),
    ],
  }
}

function documentHeader(root: XmlElement): DocumentNode {
  const role = descendant(root, 'recordTarget', 'patientRole')
  const patient = descendant(role, 'patient')
  const author = descendant(root, 'author', 'assignedAuthor')
  const gender = descendant(patient, 'administrativeGenderCode')?.attributes
  const row = (name: string, value: string | undefined): [string, DocumentNode[]] => [
    name,
    value === undefined || value === '' ? [] : [value],
  ]
  return table([
    row('Patient', textIn(descendant(patient, 'name'))),
    row('Patient ID', descendant(role, 'id')?.attributes['extension']),
    row('Born', moment(descendant(patient, 'birthTime'))),
    row('Sex', gender?.['displayName'] ?? gender?.['code']),
    row('Date', moment(descendant(root, 'effectiveTime'))),
    row('Kind', descendant(root, 'code')?.attributes['displayName']),
    row('Author', textIn(descendant(author, 'assignedPerson', 'name'))),
    row('Organization', textIn(descendant(author, 'representedOrganization', 'name'))),
  ])
}

function moment(time: XmlElement | undefined): string {
  return readableDateTime(time?.attributes['value'] ?? '')
}

function sections(parent: XmlElement | undefined, level: number): DocumentNode[] {
  return childrenOf(parent, 'component').flatMap(component =>
    childrenOf(component, 'section').map(section => {
      const title = textIn(descendant(section, 'title'))
      const text = descendant(section, 'text')
      return element('section', [
        ...(title === '' ? [] : [heading(level, [title])]),
        ...(text === undefined ? [] : [element('div', narrative(text))]),
        ...sections(section, level + 1),
      ])
    }),
  )
}

/** Text is shown; what else can be in a document's body (a picture, a PDF) is named. */
function nonXmlBody(text: XmlElement | undefined): DocumentNode[] {
  if (text === undefined) return []
  const { mediaType = 'text/plain', representation } = text.attributes
  if (mediaType !== 'text/plain') return [element('p', [`(The body is of type ${mediaType}.)`])]
  const content = textIn(text)
  const written = representation === 'B64' ? Buffer.from(content, 'base64').toString('utf8') : bodyText(text)
  return [element('pre', lines(written.trim()))]
}

function bodyText({ children }: XmlElement): string {
  return children.map(child => (typeof child === 'string' ? child : bodyText(child))).join('')
}

/** Narrative markup by the elements of ours that stand for it. CDA R2 4.3.5 */
const NARRATIVE: Readonly<Record<string, ElementName>> = {
  paragraph: 'p',
  item: 'li',
  content: 'span',
  footnote: 'span',
  linkHtml: 'span',
}
const STYLES: Readonly<Record<string, ElementName>> = { bold: 'strong', italics: 'em', underline: 'u' }

function narrative({ children }: XmlElement): DocumentNode[] {
  return children.flatMap((child): DocumentNode[] => {
    if (typeof child === 'string') return [child.replace(/\s+/g, ' ')]
    if (child.name === 'renderMultiMedia') return ['(a picture)']
    if (child.name === 'list')
      return [element(child.attributes['listType'] === 'ordered' ? 'ol' : 'ul', narrative(child))]
    const name = nameFor(child)
    return name === undefined ? narrative(child) : [element(name, narrative(child), spans(child))]
  })
}

function nameFor({ name, attributes }: XmlElement): ElementName | undefined {
  const same = NARRATIVE_ELEMENTS.find(one => one === name)
  if (same !== undefined) return same
  if (!Object.hasOwn(NARRATIVE, name)) return undefined
  const style = (attributes['styleCode'] ?? '').toLowerCase()
  return name === 'content' && Object.hasOwn(STYLES, style) ? STYLES[style] : NARRATIVE[name]
}

function spans({ name, attributes }: XmlElement): Attributes {
  if (name !== 'td' && name !== 'th') return {}
  const count = (value: string | undefined): number => {
    const number = Number(value)
    return Number.isInteger(number) && number > 1 && number <= 100 ? number : 1
  }
  const [colspan, rowspan] = [count(attributes['colspan']), count(attributes['rowspan'])]
  return { ...(colspan === 1 ? {} : { colspan }), ...(rowspan === 1 ? {} : { rowspan }) }
}
