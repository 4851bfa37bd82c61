/** Random datasets in random encodings, cut at random: always the text that the bytes say. */
import fc from 'fast-check'
import t from 'tap'
import type { JsonElement } from '../../../src/dicom/json-model.js'
import { dicomFile, el, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, type MadeElement } from '../../made-dicom.js'
import { parse } from './parsing.js'

interface Made {
  readonly element: MadeElement
  readonly expected: JsonElement
}

const printable = fc.string({ maxLength: 40 }).map(text => text.replace(/[^\x21-\x5b\x5d-\x7e]/g, '_'))

const leaf = fc.oneof(
  printable.map((text): Made => ({
    element: el('00100020', 'LO', text),
    expected: text === '' ? { vr: 'LO' } : { vr: 'LO', Value: [text] },
  })),
  fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 5 }).map((values): Made => ({
    element: el('00280010', 'US', values),
    expected: values.length === 0 ? { vr: 'US' } : { vr: 'US', Value: values },
  })),
  fc
    .array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 })
    .map((values): Made => ({
      element: el('00189306', 'FD', values),
      expected: { vr: 'FD', Value: values },
    })),
  fc.array(fc.integer(), { minLength: 1, maxLength: 4 }).map((values): Made => ({
    element: el('00200013', 'IS', values.join('\\')),
    expected: { vr: 'IS', Value: values },
  })),
  fc.uint8Array({ maxLength: 600 }).map((bytes): Made => {
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)])
    return {
      element: el('00282000', 'OB', bytes),
      expected: bytes.length === 0 ? { vr: 'OB' } : { vr: 'OB', InlineBinary: padded.toString('base64') },
    }
  }),
)

const TAG_OF_VR: Readonly<Record<string, readonly string[]>> = {
  LO: ['00100020', '0008103E', '00181030'],
  US: ['00280010', '00280011'],
  FD: ['00189306', '00189307'],
  IS: ['00200013', '00200012'],
  OB: ['00282000', '04000520'],
  SQ: ['00081115', '00081140', '00081199'],
}

/** different tags, ascending */
function inOrder(made: readonly Made[]): Made[] {
  const byTag = new Map<string, Made>()
  const used = new Map<string, number>()
  for (const one of made) {
    const { vr } = one.element
    const index = used.get(vr) ?? 0
    used.set(vr, index + 1)
    const tag = TAG_OF_VR[vr]?.[index]
    if (tag !== undefined) byTag.set(tag, { ...one, element: { ...one.element, tag } })
  }
  return [...byTag.values()].sort((a, b) => (a.element.tag < b.element.tag ? -1 : 1))
}

const expectedOf = (made: readonly Made[]): Record<string, JsonElement> =>
  Object.fromEntries(made.map(({ element, expected }) => [element.tag, expected]))

const { items } = fc.letrec<{ items: Made[]; sequence: Made; one: Made }>(tie => ({
  items: fc.array(tie('one'), { maxLength: 6 }).map(inOrder),
  one: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('sequence')),
  sequence: fc
    .record({ list: fc.array(tie('items'), { maxLength: 3 }), defined: fc.boolean() })
    .map(({ list, defined }): Made => ({
      element: el(
        '00081115',
        'SQ',
        list.map(item => item.map(({ element }) => element)),
        defined,
      ),
      expected: list.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: list.map(expectedOf) },
    })),
}))

t.test('any dataset, in any encoding, in any chunks', async t => {
  await fc.assert(
    fc.asyncProperty(
      items.filter(made => made.length > 0),
      fc.constantFrom(EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      async (made, transferSyntax, cut, shuffled) => {
        const elements = made.map(({ element }) => element)
        const bytes = dicomFile(shuffled ? elements.reverse() : elements, { transferSyntax })
        const whole = await parse(bytes)
        const expected = { ...expectedOf(made), '00083002': { vr: 'UI', Value: [transferSyntax] } }
        t.same(whole.json, JSON.parse(JSON.stringify(expected)))
        t.same(namesInText(whole.text), namesInText(sortedText(whole.json)), 'names ascend')
        t.same(await parse(bytes, cut), whole)
      },
    ),
    { numRuns: 150 },
  )
})

/** Everything again with its names in order. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !('vr' in inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

function namesInText(text: string): string[] {
  return [...text.matchAll(/"([0-9A-F]{8})":\{"vr"/g)].map(([, name = '']) => name)
}
