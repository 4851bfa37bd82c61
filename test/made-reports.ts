/** Makes structured reports in code. PS3.3 A.35, C.17.3 */
import { ctImage, el, EXPLICIT_LE, type MadeElement, type MadeInstance } from './made-dicom.js'

const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11'
export const KEY_OBJECTS = '1.2.840.10008.5.1.4.1.1.88.59'
const CDA = '1.2.840.10008.5.1.4.1.1.104.2'

export const concept = (tag: string, meaning: string, value = '1', scheme = '99TEST'): MadeElement =>
  el(tag, 'SQ', [[el('00080100', 'SH', value), el('00080102', 'SH', scheme), el('00080104', 'LO', meaning)]])

/** A content item: by its relationship, its value type and its name. */
export function contentItem(
  relationship: string,
  type: string,
  name: string,
  elements: readonly MadeElement[] = [],
  children: readonly MadeElement[][] = [],
): MadeElement[] {
  return inOrder([
    el('0040A010', 'CS', relationship),
    el('0040A040', 'CS', type),
    ...(name === '' ? [] : [concept('0040A043', name)]),
    ...elements,
    ...(children.length === 0 ? [] : [el('0040A730', 'SQ', children)]),
  ])
}

interface ReportOptions {
  readonly SOPClassUID?: string
  readonly elements?: readonly MadeElement[]
  readonly transferSyntax?: string
}

/** A report of these items. */
export function report(
  title: string,
  children: readonly MadeElement[][],
  { SOPClassUID = BASIC_TEXT_SR, elements = [], transferSyntax = EXPLICIT_LE }: ReportOptions = {},
): MadeInstance {
  return nonImage(
    SOPClassUID,
    [
      el('0040A040', 'CS', 'CONTAINER'),
      concept('0040A043', title),
      el('0040A050', 'CS', 'SEPARATE'),
      el('0040A491', 'CS', 'COMPLETE'),
      el('0040A493', 'CS', 'UNVERIFIED'),
      ...(children.length === 0 ? [] : [el('0040A730', 'SQ', children)]),
      ...elements,
    ],
    transferSyntax,
  )
}

/** An encapsulated CDA document. PS3.3 A.45.2 */
export function encapsulatedCda(xml: string | Uint8Array): MadeInstance {
  return nonImage(CDA, [
    el('00420010', 'ST', 'A title'),
    el('00420011', 'OB', typeof xml === 'string' ? Buffer.from(xml) : xml),
    el('00420012', 'LO', 'text/XML'),
  ])
}

const IMAGE_ONLY = [
  '00280002',
  '00280004',
  '00280010',
  '00280011',
  '00280100',
  '00280101',
  '00280102',
  '00280103',
]

function nonImage(
  SOPClassUID: string,
  elements: readonly MadeElement[],
  transferSyntax = EXPLICIT_LE,
): MadeInstance {
  return ctImage({
    transferSyntax,
    with: inOrder([el('00080016', 'UI', SOPClassUID), ...elements]),
    without: [...IMAGE_ONLY, '00280008', '7FE00010'],
  })
}

function inOrder(elements: readonly MadeElement[]): MadeElement[] {
  return [...elements].sort((a, b) => (a.tag < b.tag ? -1 : 1))
}
