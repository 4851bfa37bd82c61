import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { bytesInMemory, type ByteSource } from '../../../src/dicom/part10/byte-source.js'
import { decimalString } from '../../../src/dicom/part10/decimal-strings.js'
import { part10File, type UncheckedDataset } from '../../../src/dicom/part10/writer.js'
import type { EncapsulatedPixels } from '../../../src/dicom/part10/writer-fragments.js'
import { dataset, dicomFile, el, EXPLICIT_LE, JPEG_BASELINE, type MadeElement } from '../../made-dicom.js'
import { problem } from '../../problem.js'

const CLASS = '1.2.840.10008.5.1.4.1.1.7'
const INSTANCE = '2.25.77'

interface Written {
  readonly meta: Buffer
  readonly body: Buffer
}

type Bulk = Readonly<Record<string, ByteSource | EncapsulatedPixels>>

async function write(json: object, bulk: Bulk = {}, TransferSyntaxUID = EXPLICIT_LE): Promise<Written> {
  const file = part10File(json as UncheckedDataset, {
    TransferSyntaxUID,
    bulkValue(uri) {
      const found = bulk[uri]
      if (found === undefined) throw new Error(`no ${uri}`)
      return found
    },
  })
  const bytes = await buffer(file.chunks())
  t.equal(bytes.length, file.lengthBytes, 'the length that was told before is that of the file')
  const metaEnd = 144 + bytes.readUInt32LE(140)
  return { meta: bytes.subarray(0, metaEnd), body: bytes.subarray(metaEnd) }
}

/** What the dataset of the JSON is in a file. */
async function body(json: object, bulk: Bulk = {}): Promise<string> {
  return (await write(json, bulk)).body.toString('hex')
}

const hexOf = (...elements: MadeElement[]): string => dataset(elements).toString('hex')
const element = (vr: string, ...Value: unknown[]): object => ({ vr, Value })

t.test('PS3.10 7.1 preamble, DICM and a meta group that says who wrote it', async t => {
  const { meta } = await write({ '00080016': element('UI', CLASS), '00080018': element('UI', INSTANCE) })
  const expected = dicomFile([], {
    metaElements: [
      el('00020001', 'OB', Uint8Array.of(0, 1)),
      el('00020002', 'UI', CLASS),
      el('00020003', 'UI', INSTANCE),
      el('00020010', 'UI', EXPLICIT_LE),
      el('00020012', 'UI', '2.25.302912471906841364371923786153870148097'),
      el('00020013', 'SH', 'FILMROOM'),
    ],
  })
  t.equal(meta.toString('hex'), expected.toString('hex'))
})

t.test('PS3.5 6.2 each VR as it stands in a file', async t => {
  const long = 'x'.repeat(3)
  for (const [vr, values, expected] of [
    ['AE', ['STORE'], 'STORE'],
    ['AS', ['034Y'], '034Y'],
    ['CS', ['A', 'B'], 'A\\B'],
    ['DA', ['20240131'], '20240131'],
    ['DT', ['20240131101112.5+0100'], '20240131101112.5+0100'],
    ['TM', ['101112'], '101112'],
    ['UI', ['1.2.3'], '1.2.3'],
    ['LO', ['a', null, 'c'], 'a\\\\c'],
    ['SH', [long], long],
    ['UC', [long, long], `${long}\\${long}`],
    ['LT', ['a\\b  c'], 'a\\b  c'],
    ['ST', [long], long],
    ['UT', [long], long],
    ['UR', ['http://example.org/a'], 'http://example.org/a'],
    ['PN', [{ Alphabetic: 'A^B' }], 'A^B'],
    ['PN', [{ Ideographic: 'I', Phonetic: 'P' }, { Alphabetic: 'C' }], '=I=P\\C'],
    ['PN', ['Doe^Jane'], 'Doe^Jane'],
    ['IS', [1, -7, '+5'], '1\\-7\\+5'],
    ['DS', [1.5, null, -0], '1.5\\\\-0'],
    ['DS', ['637591582382598300000', '637591582382598312345'], '6.37591582383e20\\637591582382598312345'],
    ['US', [0, 65535], [0, 65535]],
    ['SS', [-32768, 5], [-32768, 5]],
    ['UL', [4294967295], [4294967295]],
    ['SL', [-2147483648], [-2147483648]],
    ['FL', [1.5], [1.5]],
    ['FD', [1e300, -0], [1e300, -0]],
    ['SV', ['-9223372036854775808', 5], undefined],
    ['UV', ['18446744073709551615'], undefined],
    ['OB', undefined, Uint8Array.of(1, 2, 3)],
    ['OW', undefined, Uint8Array.of(1, 2)],
    ['OF', undefined, Uint8Array.of(1, 2, 3, 4)],
    ['OD', undefined, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
    ['OL', undefined, Uint8Array.of(1, 2, 3, 4)],
    ['OV', undefined, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
    ['UN', undefined, Uint8Array.of(1)],
    ['LO', [], ''],
    ['US', [], []],
    ['OB', [], Uint8Array.of()],
  ] as const) {
    const json = values === undefined ? { vr, InlineBinary: base64(expected) } : element(vr, ...values)
    const made =
      expected ??
      Buffer.concat(
        values.map(value => {
          const bytes = Buffer.alloc(8)
          bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)))
          return bytes
        }),
      )
    t.equal(
      await body({ '00091001': json }),
      hexOf(el('00091001', vr, made)),
      `${vr} ${JSON.stringify(values)}`,
    )
  }
  t.equal(
    (await write({ '00091001': element('AT', '00280010', '7fe00010') })).body.toString('hex', 8),
    '28001000e07f1000',
    'AT: group, then element',
  )
  t.equal(
    (await write({ '00091001': element('FD', 'NaN', '-Infinity') })).body.toString('hex', 8),
    '000000000000f87f000000000000f0ff',
    'PS3.18 F.2.3 leaves NaN and infinities open',
  )
})

t.test('PS3.18 F.2 a dataset: order, what belongs to a file, items, nulls, private blocks', async t => {
  const json = {
    '7fe00010': { vr: 'OW', InlineBinary: 'AQI=' },
    '00091001': element('LO', 'mine'),
    '00090010': element('LO', 'MAKER'),
    '00081140': element('SQ', { '00081155': element('UI', '1.2') }, {}, null),
    '00020010': element('UI', EXPLICIT_LE),
    '00080000': element('UL', 17),
    FFFCFFFC: { vr: 'OB', InlineBinary: 'AAA=' },
    '00100020': { vr: 'LO' },
  }
  t.equal(
    await body(json),
    hexOf(
      el('00081140', 'SQ', [[el('00081155', 'UI', '1.2')], [], []], true),
      el('00090010', 'LO', 'MAKER'),
      el('00091001', 'LO', 'mine'),
      el('00100020', 'LO', ''),
      el('7FE00010', 'OW', Uint8Array.of(1, 2)),
    ),
  )
})

t.test('PS3.18 8.8 text beyond ASCII is UTF-8, and the file says so at every level', async t => {
  const item = { '00080005': element('CS', 'ISO_IR 100'), '00104000': element('LT', 'plain') }
  const json = {
    '00080005': element('CS', 'ISO 2022 IR 13', 'ISO 2022 IR 87'),
    '00081140': element('SQ', item),
    '00100010': element('PN', { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' }),
  }
  t.equal(
    await body(json),
    hexOf(
      el('00080005', 'CS', 'ISO_IR 192'),
      el('00081140', 'SQ', [[el('00080005', 'CS', 'ISO_IR 192'), el('00104000', 'LT', 'plain')]], true),
      el('00100010', 'PN', 'Yamada^Tarou=山田^太郎'),
    ),
  )
  const { '00100010': _name, ...ascii } = json
  t.ok((await write(ascii)).body.includes('ISO 2022 IR 87'), 'what is ASCII is not altered')
  t.equal(
    await body({ '00100020': element('LO', 'é') }),
    hexOf(el('00080005', 'CS', 'ISO_IR 192'), el('00100020', 'LO', 'é')),
    'and where it was absent it is added',
  )
})

t.test('PS3.5 6.2.2 a value beyond 65534 bytes is UN where its VR has a 16-bit length', async t => {
  const text = 'y'.repeat(65536)
  t.equal(await body({ '00091001': element('LT', text) }), hexOf(el('00091001', 'UN', Buffer.from(text))))
  const bytes = Buffer.alloc(70000, 1)
  const json = { '00091001': { vr: 'US', BulkDataURI: 'b' }, '00091002': element('LO', 'after') }
  t.equal(
    await body(json, { b: bytesInMemory(bytes) }),
    hexOf(el('00091001', 'UN', bytes), el('00091002', 'LO', 'after')),
  )
  const nested = element('SQ', {
    '00091002': { vr: 'OB', BulkDataURI: 'b' },
    '00091003': element('LT', text),
  })
  t.equal(
    await body({ '00091001': nested }, { b: bytesInMemory(bytes) }),
    hexOf(
      el('00091001', 'SQ', [[el('00091002', 'OB', bytes), el('00091003', 'UN', Buffer.from(text))]], true),
    ),
    'inside a sequence, behind a bulk value',
  )
})

t.test('PS3.5 A.4 encapsulated pixels: offsets, one fragment a frame, each padded', async t => {
  const fragments = [Buffer.from([1, 2, 3]), Buffer.from([4, 5])]
  const json = { '7FE00010': { vr: 'OW', BulkDataURI: 'p' } }
  const sources = fragments.map(bytesInMemory)
  const file = await write(json, { p: { fragments: sources, table: 'basic' } }, JPEG_BASELINE)
  t.equal(file.body.toString('hex'), hexOf(el('7FE00010', 'OB', { fragments, offsets: [0, 12] })))
  t.ok(file.meta.includes(JPEG_BASELINE))
  const video = await write(json, { p: { fragments: sources, table: 'none' } }, JPEG_BASELINE)
  t.equal(video.body.toString('hex'), hexOf(el('7FE00010', 'OB', { fragments })), 'without a table')
})

t.test('bad values are named by their tag and never written', async t => {
  const deep = (levels: number): object =>
    levels === 0 ? {} : { '00081140': element('SQ', deep(levels - 1)) }
  for (const [what, json] of Object.entries<object>({
    'no vr': { '00100010': { Value: ['a'] } },
    'an unknown vr': { '00100010': { vr: 'XX' } },
    'a vr of a prototype': { '00100010': { vr: 'constructor' } },
    'an element that is no object': { '00100010': 'a' },
    'an element that is null': { '00100010': null },
    'a Value that is an object': { '00100010': { vr: 'LO', Value: {} } },
    'a Value that is text': { '00100010': { vr: 'LO', Value: 'a' } },
    'an object for text': { '00100010': element('LO', {}) },
    'an array for a name': { '00100010': element('PN', []) },
    'a number for a group of a name': { '00100010': element('PN', { Alphabetic: true }) },
    'two texts': { '00104000': element('LT', 'a', 'b') },
    'half a surrogate pair': { '00100020': element('LO', 'a\ud800') },
    'text for a number': { '00280010': element('US', 'many') },
    'a fraction': { '00280010': element('US', 1.5) },
    'a negative length': { '00280010': element('US', -1) },
    'beyond 16 bits': { '00280010': element('US', 65536) },
    'beyond 64 bits': { '00280010': element('UV', '18446744073709551616') },
    'a number that lost digits': { '00280010': element('UV', 2 ** 60) },
    'a hole among numbers': { '00280010': element('US', 1, null) },
    'beyond FL': { '00180050': element('FL', 1e200) },
    '1e400': { '00180050': element('DS', Infinity) },
    '1e400 as FD': { '00180050': element('FD', Infinity) },
    'a tag that is none': { '00280009': element('AT', '0028') },
    'binary as Value': { '7FE00010': element('OW', 1, 2) },
    'no base64': { '7FE00010': { vr: 'OW', InlineBinary: 'a*b' } },
    'base64 that is no text': { '7FE00010': { vr: 'OW', InlineBinary: [1] } },
    'text inline': { '00100020': { vr: 'LO', InlineBinary: 'AAAA' } },
    'an item that is text': { '00081140': element('SQ', 'a') },
    'two values at once': { '7FE00010': { vr: 'OW', InlineBinary: 'AAA=', BulkDataURI: 'b' } },
    'a URI that is a number': { '7FE00010': { vr: 'OW', BulkDataURI: 5 } },
    'a sequence behind a URI': { '00081140': { vr: 'SQ', BulkDataURI: 'b' } },
    'a keyword for a tag': { PatientName: { vr: 'PN' } },
    'a prototype for a tag': JSON.parse('{"__proto__":{"vr":"PN"}}') as object,
    'a command': { '00000002': element('UI', '1.2') },
    'an item tag': { FFFEE000: { vr: 'OB' } },
    'one tag in two spellings': { '7FE00010': { vr: 'OB' }, '7fe00010': { vr: 'OB' } },
    'too many sequences in sequences': deep(65),
  })) {
    t.throws(
      () => part10File(json as UncheckedDataset, { TransferSyntaxUID: EXPLICIT_LE, bulkValue: none }),
      problem('bad-dicom'),
      what,
    )
  }
  t.doesNotThrow(() =>
    part10File(deep(64) as UncheckedDataset, { TransferSyntaxUID: EXPLICIT_LE, bulkValue: none }),
  )
})

t.test(
  'PS3.3 C.11.1.1 the first value of a LUT descriptor counts, whatever the sign of the pixels',
  async t => {
    t.equal(
      (await write({ '00283002': element('SS', 65535, -5, 16) })).body.toString('hex', 8),
      'fffffbff1000',
    )
  },
)

t.test('PS3.5 6.2 a number in at most 16 characters, with all its digits where they fit', async t => {
  for (const [value, text] of [
    [0, '0'],
    [-0.5, '-0.5'],
    [1e21, '1e+21'],
    [0.1 + 0.2, '0.3'],
    [-1 / 3, '-.33333333333333'],
    [-0.00123456789012, '-.00123456789012'],
    [123456789012345680000, '1.23456789012e20'],
    [1.7976931348623157e308, '1.7976931349e308'],
    [-1.7976931348623157e-308, '-1.797693135e-308'],
    [5e-324, '5e-324'],
  ] as const) {
    const written = decimalString(value)
    t.ok(written.length <= 16, `${written} fits`)
    t.ok(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(written), `${written} is a decimal string`)
    t.ok(Math.abs(Number(written) - value) <= Math.abs(value) * 1e-8, `${written} is ${text}`)
  }
  const kept = Array.from({ length: 2000 }, (_, i) =>
    Number(`${i % 2 === 0 ? '-' : ''}.${String(i * 7919).padStart(10, '0')}1`),
  )
  t.same(
    kept.map(value => Number(decimalString(value))),
    kept,
    'what came from 16 characters keeps its value',
  )
})

function base64(value: unknown): string {
  return Buffer.from(value as Uint8Array).toString('base64')
}

function none(): never {
  throw new Error('no bulk value was expected')
}
