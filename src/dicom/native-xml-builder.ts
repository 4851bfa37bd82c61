import { tagOf } from './dictionary.js'
import type { DicomJson, JsonElement, JsonValue, PersonNameJson } from './json-model.js'
import { placePrivateElements, type PrivateElement } from './native-xml-private.js'
import { valueOf } from './native-xml-values.js'
import { PERSON_NAME_COMPONENTS, PERSON_NAME_GROUPS, type PersonNameGroup } from './native-xml.js'
import type { ProblemKind } from './problem.js'
import { tagHex } from './part10/tags.js'
import { SHAPE, valueRepresentation, type ValueRepresentation } from './value-representations.js'

/** Makes a dataset of the elements of a Native DICOM Model document as they open and close. PS3.19 A.1.5, A.1.6 */
export interface ModelBuilder {
  /** @param name local name; '' for one of another namespace */
  open(name: string, attribute: (name: string) => string | undefined): void
  text(text: string): void
  close(): void
  /** after the last close */
  finish(): DicomJson
}

/** Says that the document is none, at the place where it is being read. */
export type Refuse = (message: string, kind?: ProblemKind) => never

interface DatasetNode {
  readonly is: 'dataset'
  readonly number: number
  readonly elements: Map<string, JsonElement>
  readonly privateElements: PrivateElement[]
}

interface AttributeNode {
  readonly is: 'attribute'
  readonly tag: number
  readonly privateCreator: string | undefined
  readonly vr: ValueRepresentation
  readonly values: NumberedValue[]
  bulkDataUri: string | undefined
  inlineBinary: string | undefined
}

interface PersonNameNode {
  readonly is: 'personName'
  readonly number: number
  readonly groups: { [group in PersonNameGroup]?: string }
}

interface GroupNode {
  readonly is: 'group'
  readonly name: PersonNameGroup
  readonly components: string[]
}

/** holds text: a Value, InlineBinary, or a component of a name */
interface TextNode {
  readonly is: 'value' | 'inlineBinary' | 'component'
  readonly number: number
  readonly pieces: string[]
}

type Node = DatasetNode | AttributeNode | PersonNameNode | GroupNode | TextNode | { readonly is: 'bulkData' }

interface NumberedValue {
  readonly number: number
  readonly value: JsonValue
}

/** Numbers may skip values: each skipped one is a null. A number alone must not fill the memory. */
const MOST_HOLES = 65536

export function nativeModelBuilder(maxDepth: number, refuse: Refuse): ModelBuilder {
  const nodes: Node[] = []
  let depth = 0
  let holes = 0
  let result: DicomJson | undefined

  return {
    open(name, attribute) {
      const parent = nodes.at(-1)
      nodes.push(parent === undefined ? root(name) : child(parent, name, attribute))
    },
    text(text) {
      const node = nodes.at(-1)
      if (node !== undefined && 'pieces' in node) node.pieces.push(text)
      else if (text.trim() !== '') refuse('text where elements are expected')
    },
    close() {
      const node = nodes.pop()
      const parent = nodes.at(-1)
      if (node === undefined) return
      if (parent === undefined) result = node.is === 'dataset' ? datasetOf(node) : undefined
      else add(node, parent)
    },
    finish: () => result ?? refuse('the document has no NativeDicomModel'),
  }

  function root(name: string): Node {
    if (name !== 'NativeDicomModel') return refuse('the root element is to be NativeDicomModel')
    return newDataset(0)
  }

  function child(parent: Node, name: string, attribute: (name: string) => string | undefined): Node {
    if (parent.is === 'dataset' && name === 'DicomAttribute') return newAttribute(attribute)
    if (parent.is === 'attribute') return childOfAttribute(parent, name, attribute)
    if (parent.is === 'personName') {
      const group = PERSON_NAME_GROUPS.find(one => one === name)
      if (group !== undefined) return { is: 'group', name: group, components: [] }
    }
    if (parent.is === 'group') {
      const number = PERSON_NAME_COMPONENTS.findIndex(one => one === name)
      if (number >= 0) return { is: 'component', number, pieces: [] }
    }
    return refuse('an element that the Native DICOM Model does not have there')
  }

  function childOfAttribute(
    { vr, values, bulkDataUri, inlineBinary }: AttributeNode,
    name: string,
    attribute: (name: string) => string | undefined,
  ): Node {
    if (bulkDataUri !== undefined || inlineBinary !== undefined)
      refuse('a value beside BulkData or InlineBinary')
    if (name === 'BulkData' || name === 'InlineBinary') {
      if (values.length > 0) refuse('BulkData or InlineBinary beside a value')
      if (name === 'InlineBinary') return { is: 'inlineBinary', number: 0, pieces: [] }
      const uri = attribute('uri') ?? attribute('uuid')
      if (uri === undefined || uri === '') return refuse('BulkData without uri')
      const node = nodes.at(-1)
      if (node?.is === 'attribute') node.bulkDataUri = uri
      return { is: 'bulkData' }
    }
    const number = numberOf(attribute('number'), (values.at(-1)?.number ?? 0) + 1)
    if (name === 'Item' && vr.shape === SHAPE.sequence) {
      if (++depth > maxDepth) refuse(`more than ${maxDepth} sequences inside one another`, 'limit-exceeded')
      return newDataset(number)
    }
    if (name === 'PersonName' && vr.shape === SHAPE.personNames)
      return { is: 'personName', number, groups: {} }
    const hasText = vr.shape !== SHAPE.sequence && vr.shape !== SHAPE.personNames && vr.shape !== SHAPE.bytes
    if (name === 'Value' && hasText) return { is: 'value', number, pieces: [] }
    return refuse(`an element that an attribute of VR ${vr.name} does not have`)
  }

  function numberOf(text: string | undefined, next: number): number {
    if (text === undefined) return next
    const number = Number(text)
    if (!/^\s*\d{1,10}\s*$/.test(text) || number < 1) return refuse('a number that is none')
    return number
  }

  function newAttribute(attribute: (name: string) => string | undefined): AttributeNode {
    const text = attribute('tag') ?? tagOf(attribute('keyword') ?? '') ?? ''
    if (!/^[0-9A-Fa-f]{8}$/.test(text)) refuse('a tag is to have eight hexadecimal digits')
    const vr = VR_NAMES.test(attribute('vr') ?? '') ? valueRepresentation(attribute('vr') ?? '') : undefined
    if (vr === undefined) return refuse('an attribute without a VR of PS3.5 6.2')
    return {
      is: 'attribute',
      tag: parseInt(text, 16),
      privateCreator: attribute('privateCreator'),
      vr,
      values: [],
      bulkDataUri: undefined,
      inlineBinary: undefined,
    }
  }

  function add(node: Node, parent: Node): void {
    if (node.is === 'attribute' && parent.is === 'dataset') {
      addAttribute(node, parent)
      return
    }
    if (node.is === 'group' && parent.is === 'personName') {
      addGroup(node, parent)
      return
    }
    if (node.is === 'component' && parent.is === 'group') {
      if (parent.components[node.number] !== undefined) refuse('a component of a name twice')
      parent.components[node.number] = node.pieces.join('')
    }
    if (parent.is !== 'attribute') return
    if (node.is === 'inlineBinary') parent.inlineBinary = node.pieces.join('').replace(/\s+/g, '')
    if (node.is === 'value') addValue(node, parent, valueOf(parent.vr, node.pieces.join('')))
    if (node.is === 'personName') addValue(node, parent, personNameOf(node))
    if (node.is === 'dataset') {
      depth--
      addValue(node, parent, datasetOf(node))
    }
  }

  function addValue({ number }: { number: number }, { values }: AttributeNode, value: JsonValue): void {
    values.push({ number, value })
  }

  function addGroup({ name, components }: GroupNode, { groups }: PersonNameNode): void {
    if (groups[name] !== undefined) refuse('a group of a name twice')
    // Array.from: a component that is not there is empty, but holds its place
    groups[name] = Array.from(components, component => (component as string | undefined) ?? '').join('^')
  }

  function addAttribute(node: AttributeNode, { elements, privateElements }: DatasetNode): void {
    const element = elementOf(node)
    const { tag, privateCreator } = node
    const elementNumber = tag & 0xffff
    if (privateCreator !== undefined && privateCreator.trim() !== '' && (tag & 0x10000) !== 0) {
      privateElements.push({
        group: tag - elementNumber,
        block: elementNumber >>> 8,
        number: elementNumber & 0xff,
        privateCreator,
        element,
      })
      return
    }
    const key = tagHex(tag)
    if (elements.has(key)) refuse(`the attribute ${key} twice in one dataset`)
    elements.set(key, element)
  }

  function elementOf({ vr, values, bulkDataUri, inlineBinary }: AttributeNode): JsonElement {
    if (bulkDataUri !== undefined) return { vr: vr.name, BulkDataURI: bulkDataUri }
    if (inlineBinary !== undefined && inlineBinary !== '') return { vr: vr.name, InlineBinary: inlineBinary }
    const Value = listOf(values, vr.shape === SHAPE.sequence)
    return Value.length === 0 || (Value.length === 1 && Value[0] === null)
      ? { vr: vr.name }
      : { vr: vr.name, Value }
  }

  function listOf(values: NumberedValue[], items: boolean): JsonValue[] {
    if (values.some(({ number }, index) => index > 0 && number <= (values[index - 1]?.number ?? 0))) {
      values.sort((a, b) => a.number - b.number)
    }
    const list: JsonValue[] = []
    for (const { number, value } of values) {
      if (number <= list.length) refuse('two values of one number')
      holes += number - list.length - 1
      if (holes > MOST_HOLES) refuse(`more than ${MOST_HOLES} values left out`, 'limit-exceeded')
      while (list.length < number - 1) list.push(items ? {} : null)
      list.push(value)
    }
    return list
  }

  function datasetOf({ elements, privateElements }: DatasetNode): DicomJson {
    if (privateElements.length > 0) placePrivateElements(elements, privateElements)
    return Object.fromEntries([...elements].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

const VR_NAMES = /^(?:A[EST]|CS|D[AST]|F[DL]|IS|L[OT]|O[BDFLVW]|PN|S[HLQSTV]|TM|U[CILNRSTV])$/

function newDataset(number: number): DatasetNode {
  return { is: 'dataset', number, elements: new Map(), privateElements: [] }
}

function personNameOf({ groups }: PersonNameNode): PersonNameJson | null {
  const named = Object.entries(groups).filter(([, text]) => text !== '')
  return named.length === 0 ? null : Object.fromEntries(named)
}
