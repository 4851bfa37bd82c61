import { inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import t from 'tap'
import { coercion } from '../../src/dicom/coercion.js'
import { FileCoercer } from '../../src/dicom/part10/coercer.js'
import {
  ctImage,
  dataset,
  DEFLATED_LE,
  dicomFile,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  newUid,
  type MadeElement,
} from '../made-dicom.js'
import { problem } from '../problem.js'

const MOMENT = '20250102030405.678000+0000'
const COERCED = coercion('InstitutionName=St. Mary;00100021=HOSPITAL_A;Manufacturer=Kept')

async function coerced(
  bytes: Buffer,
  cuts: readonly number[] = [],
): Promise<{ bytes: Buffer; tags: readonly number[]; isUnrecorded: boolean }> {
  const out: Buffer[] = []
  const moments: unknown[] = []
  const coercer = new FileCoercer(
    {
      coercion: COERCED,
      inflatedBytes: 1 << 24,
      moment: uid => {
        moments.push(uid)
        return Promise.resolve(MOMENT)
      },
    },
    given => {
      out.push(Buffer.from(given))
      return Promise.resolve()
    },
  )
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    // A chunk may be used again once it is written: here it is wiped.
    const chunk = Buffer.from(bytes.subarray(from, cut))
    await coercer.write(chunk)
    chunk.fill(0xaa)
    from = cut
  }
  await coercer.end()
  return { bytes: Buffer.concat(out), tags: coercer.coerced, isUnrecorded: coercer.isUnrecorded }
}

const old = el('00080080', 'LO', 'Müller Clinic')
const item = (originals: readonly MadeElement[]): MadeElement[] => [
  el('04000550', 'SQ', [[...originals]], true),
  el('04000562', 'DT', MOMENT),
  el('04000563', 'LO', 'Filmroom'),
  el('04000564', 'LO'),
  el('04000565', 'CS', 'COERCE'),
]
const ORIGINALS = [old, el('00100021', 'LO')]
const earlier = (): MadeElement[] => [
  el('04000562', 'DT', '20200101'),
  el('04000563', 'LO', 'Elsewhere'),
  el('04000565', 'CS', 'CORRECT'),
]
const EARLIER = el('00080070', 'LO', 'Kept')
const NESTED = [
  el('00081115', 'SQ', [
    [el('00080080', 'LO', 'inner'), el('0008114A', 'SQ', [[el('00081155', 'UI', '1.2')]])],
  ]),
  el('00081140', 'SQ', [[el('00081155', 'UI', '1.2')]], true),
]
const SYNTAXES: Readonly<Record<string, string>> = {
  'explicit little endian': EXPLICIT_LE,
  'implicit little endian': IMPLICIT_LE,
  'explicit big endian': EXPLICIT_BE,
  deflated: DEFLATED_LE,
  encapsulated: JPEG_BASELINE,
}

function pair(
  syntax: string,
  before: readonly MadeElement[],
  after: readonly MadeElement[],
): [Buffer, Buffer] {
  const uids = { study: newUid(), series: newUid(), instance: newUid(), transferSyntax: syntax }
  const pixels =
    syntax === JPEG_BASELINE
      ? { fragments: [Buffer.alloc(9_000, 1), Buffer.alloc(70_000, 2)] }
      : Buffer.from(Array.from({ length: 32_768 }, (_, n) => (n * 7) & 0xff))
  const made = { ...uids, rows: 128, columns: 128, pixels }
  return [
    ctImage({ ...made, with: [EARLIER, ...NESTED, ...before] }).bytes,
    ctImage({ ...made, with: [EARLIER, ...NESTED, ...after] }).bytes,
  ]
}

const NEW = [el('00080080', 'LO', 'St. Mary'), el('00100021', 'LO', 'HOSPITAL_A')]

/** Deflated bytes are those of another deflater: what is in them counts. */
function same(syntax: string, found: Buffer, expected: Buffer): boolean {
  if (syntax !== DEFLATED_LE) return found.equals(expected)
  const head = 144 + expected.readUInt32LE(140)
  return (
    found.length % 2 === 0 &&
    found.subarray(0, head).equals(expected.subarray(0, head)) &&
    inflateRawSync(found.subarray(head)).equals(inflateRawSync(expected.subarray(head)))
  )
}

t.test(
  'PS3.3 C.12.1.1.9 coerced in the transfer syntax of the file, everything else byte for byte',
  async t => {
    for (const [name, syntax] of Object.entries(SYNTAXES)) {
      t.test(name, async t => {
        const cases: Readonly<Record<string, readonly [Buffer, Buffer]>> = {
          'no sequence yet': pair(syntax, [old], [...NEW, el('04000561', 'SQ', [item(ORIGINALS)], true)]),
          'one of defined length': pair(
            syntax,
            [old, el('04000561', 'SQ', [earlier()], true)],
            [...NEW, el('04000561', 'SQ', [earlier(), item(ORIGINALS)], true)],
          ),
          'an empty one': pair(
            syntax,
            [old, el('04000561', 'SQ', [], true)],
            [...NEW, el('04000561', 'SQ', [item(ORIGINALS)], true)],
          ),
        }
        for (const [what, [before, after]] of Object.entries(cases)) {
          const found = await coerced(before)
          t.ok(same(syntax, found.bytes, after), what)
          t.same(found.tags, [0x00080080, 0x00100021])
          t.equal(found.isUnrecorded, false)
        }
        const [untouched] = pair(syntax, NEW, NEW)
        const found = await coerced(untouched, [300])
        t.ok(found.bytes.equals(untouched), 'what is so already stays as it came, to the byte')
        t.same(found.tags, [])
      })
    }
  },
)

t.test(
  'PS3.5 7.5.2 an Original Attributes Sequence of undefined length gets its item before its delimiter',
  async t => {
    for (const [name, syntax] of Object.entries(SYNTAXES)) {
      if (syntax === DEFLATED_LE) continue
      const encoding = { explicit: syntax !== IMPLICIT_LE, bigEndian: syntax === EXPLICIT_BE }
      const open = el('04000561', 'SQ', [earlier()])
      const [before, after] = pair(syntax, [old, open], [...NEW, open])
      const closed = dataset([el('04000561', 'SQ', [item(ORIGINALS)], true)], encoding)
      const encodedOpen = dataset([open], encoding)
      const delimiterAt = after.indexOf(encodedOpen) + encodedOpen.length - 8
      const expected = Buffer.concat([
        after.subarray(0, delimiterAt),
        closed.subarray(encoding.explicit ? 12 : 8),
        after.subarray(delimiterAt),
      ])
      t.ok((await coerced(before)).bytes.equals(expected), name)
    }
  },
)

t.test(
  'PS3.5 6.2.2 in an Original Attributes Sequence that is UN the item is implicit little endian',
  async t => {
    const implicit = { explicit: false, bigEndian: false }
    const body = (items: MadeElement[][]): Buffer =>
      dataset([el('04000561', 'SQ', items, true)], implicit).subarray(8)
    const [before, after] = pair(
      EXPLICIT_LE,
      [old, el('04000561', 'UN', body([earlier()]))],
      [...NEW, el('04000561', 'UN', body([earlier(), item(ORIGINALS)]))],
    )
    t.ok((await coerced(before)).bytes.equals(after))
  },
)

t.test('PS3.5 7.2 the length of a group that grows is told anew, others stay', async t => {
  const group = (elements: readonly MadeElement[]): MadeElement[] => {
    const encoded = dataset(elements)
    return [el(`${elements[0]?.tag.slice(0, 4) ?? ''}0000`, 'UL', [encoded.length]), ...elements]
  }
  const uid = newUid()
  const eight = (name: string): MadeElement[] =>
    group([el('00080018', 'UI', uid), EARLIER, el('00080080', 'LO', name), el('00081030', 'LO', 'x')])
  const ten = (...more: MadeElement[]): MadeElement[] => group([el('00100010', 'PN', 'A^B'), ...more])
  const rest = group([el('0020000D', 'UI', '1.2')])
  const recorded = el('04000561', 'SQ', [item([el('00080080', 'LO', 'Old'), el('00100021', 'LO')])], true)
  const before = dicomFile([...eight('Old'), ...ten(), ...rest])
  const after = dicomFile([
    ...eight('St. Mary'),
    ...ten(el('00100021', 'LO', 'HOSPITAL_A')),
    ...rest,
    recorded,
  ])
  t.ok((await coerced(before)).bytes.equals(after))
})

t.test('without a meta group, and where nothing follows, it is coerced too', async t => {
  const elements = [el('00080018', 'UI', '1.2.3'), EARLIER, old]
  const recorded = el('04000561', 'SQ', [item(ORIGINALS)], true)
  const after = [elements[0]!, EARLIER, ...NEW, recorded]
  for (const options of [{}, { preamble: false, meta: false }]) {
    const found = await coerced(dicomFile(elements, options))
    t.ok(found.bytes.equals(dicomFile(after, options)))
    const padded = Buffer.concat([dicomFile(elements, options), Buffer.alloc(10)])
    t.ok((await coerced(padded)).bytes.equals(Buffer.concat([dicomFile(after, options), Buffer.alloc(10)])))
  }
})

t.test('wherever the bytes are cut, the same comes out', async t => {
  for (const [name, syntax] of Object.entries(SYNTAXES)) {
    const [before] = pair(syntax, [old, el('04000561', 'SQ', [earlier()])], [])
    const whole = (await coerced(before)).bytes
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: Math.min(before.length, 2_500) }), { maxLength: 12 }),
        async cuts =>
          (
            await coerced(
              before,
              cuts.sort((a, b) => a - b),
            )
          ).bytes.equals(whole),
      ),
      { numRuns: 60 },
    )
    const bytewise = Array.from({ length: Math.min(before.length, 2_500) }, (_, n) => n)
    t.ok((await coerced(before, bytewise)).bytes.equals(whole), name)
  }
})

t.test('what cannot be read passes as it is, and is never called recorded', async t => {
  const [before] = pair(EXPLICIT_LE, [old], [])
  const cutShort = before.subarray(0, before.indexOf('Clinic') + 3)
  t.ok((await coerced(cutShort)).bytes.equals(cutShort))
  const inSequence = before.subarray(0, before.indexOf('inner') + 3)
  t.match(await coerced(inSequence), { isUnrecorded: true })
  for (const rubbish of [Buffer.alloc(0), Buffer.from('rubbish'), Buffer.alloc(4096, 0x5a)]) {
    const outcome = await coerced(rubbish).catch((error: unknown) => error)
    if (outcome instanceof Error) t.match(outcome, { kind: 'bad-dicom' })
    else t.ok((outcome as { bytes: Buffer }).bytes.equals(rubbish))
  }
})

t.test('an element that is out of order, or too long to be kept, is refused', async t => {
  const outOfOrder = dicomFile([el('00080018', 'UI', '1.2.3'), EARLIER, el('00081030', 'LO', 'x'), old])
  await t.rejects(coerced(outOfOrder), problem('bad-dicom'))
  const long = dicomFile([el('00080018', 'UI', '1.2.3'), el('00080080', 'UT', 'x'.repeat(2 << 20))])
  await t.rejects(coerced(long), problem('limit-exceeded'))
})

t.test('FILMROOM_COERCE: attributes in the order of their tags, or what is wrong', t => {
  t.same(
    COERCED.map(({ tag, value }) => [tag, value.toString()]),
    [
      [0x00080070, 'Kept'],
      [0x00080080, 'St. Mary'],
      [0x00100021, 'HOSPITAL_A'],
    ],
  )
  t.equal(coercion('PatientID=odd')[0]?.value.toString(), 'odd ')
  const cases: Readonly<Record<string, RegExp>> = {
    'Nonsense=1': /Nonsense names no attribute/,
    '00190010=X': /00190010 names no attribute/,
    'SOPInstanceUID=1.2': /SOPInstanceUID has VR UI/,
    'ReferencedStudySequence=x': /VR SQ/,
    'SpecificCharacterSet=ISO_IR 100': /says how the instance is read/,
    'PhotometricInterpretation=RGB': /says how the instance is read/,
    'TransferSyntaxUID=1.2': /VR UI/,
    '00020016=ME': /cannot be coerced/,
    'PatientID=': /PatientID has no value/,
    PatientID: /PatientID has no value/,
    'PatientID=a\\b': /backslash/,
    'PatientID=Mü': /printable ASCII/,
    [`PatientID=${'x'.repeat(65)}`]: /none of VR LO/,
    'PatientSex=m': /none of VR CS/,
    'PatientID=a;00100020=b': /named twice/,
  }
  for (const [text, message] of Object.entries(cases)) t.throws(() => coercion(text), { message }, text)
  t.same(coercion(' ; '), [])
  t.end()
})
