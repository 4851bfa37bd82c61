/** Values as the DICOM JSON model has them. PS3.18 F.2, PS3.5 6.2; the traps are those of other readers. */
import t from 'tap'
import type { JsonElement } from '../../../src/dicom/json-model.js'
import {
  dicomFile,
  el,
  EXPLICIT_BE,
  IMPLICIT_LE,
  type FileOptions,
  type MadeElement,
} from '../../made-dicom.js'
import { parse } from './parsing.js'

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex')

async function elementOf(element: MadeElement, options: FileOptions = {}): Promise<JsonElement | undefined> {
  const { json } = await parse(dicomFile([element], options))
  return json[element.tag]
}

t.test('F.2.2 IS and DS', async t => {
  const valueOf = async (vr: string, text: string): Promise<unknown> =>
    (await elementOf(el('00181152', vr, ascii(text))))?.Value
  t.same(await valueOf('IS', '25\0'), [25], 'padded with NUL, which is no reason to lose it')
  t.same(await valueOf('IS', ' 7\\ 8 '), [7, 8])
  t.same(await valueOf('IS', '12.0'), [12])
  t.same(await valueOf('IS', '+4'), [4])
  t.same(await valueOf('IS', '007 '), [7])
  t.same(await valueOf('IS', '1A'), ['1A'], 'is no number and stays what it is')
  t.same(await valueOf('IS', '1\\\\3 '), [1, null, 3], 'F.2.5: a hole keeps its place')
  t.same(await valueOf('IS', '9007199254740993'), ['9007199254740993'], 'beyond 2^53')
  t.same(await valueOf('DS', '1,5 '), ['1,5'], 'never cleaned to 15')
  t.same(await valueOf('DS', '-1.50E+2'), [-150])
  t.same(await valueOf('DS', '.5\\5. '), [0.5, 5])
  t.same(await valueOf('DS', 'NaN '), ['NaN'])
  t.same(await valueOf('DS', '0x10'), ['0x10'])
  t.same(await valueOf('DS', '0.30000000000000004 '), [0.30000000000000004], 'the digits of a double')
  t.same(await valueOf('DS', '0.299999999999999989'), [0.299999999999999989], 'all the digits of a double')
  t.same(
    await valueOf('DS', '0.12345678901234567890'),
    ['0.12345678901234567890'],
    'more digits than a double has',
  )
  t.same(await valueOf('DS', '  '), undefined)
})

t.test('an IS is written as it stands where it is a JSON number', async t => {
  const { text } = await parse(dicomFile([el('00280030', 'DS', ascii('0.50\\1.0 '))]))
  t.match(text, '"Value":[0.50,1.0]')
})

t.test('F.2.2 binary numbers', async t => {
  t.same(await elementOf(el('00280010', 'US', '')), { vr: 'US' }, 'empty is empty, not [0]')
  t.same(await elementOf(el('00186020', 'SL', [-2, 3])), { vr: 'SL', Value: [-2, 3] })
  t.same(await elementOf(el('00720082', 'SV', hex('ffffffffffffff7f 0100000000000000'))), {
    vr: 'SV',
    Value: ['9223372036854775807', 1],
  })
  t.same(await elementOf(el('00720083', 'UV', hex('ffffffffffff1f00'))), {
    vr: 'UV',
    Value: [9007199254740991],
  })
  t.same(await elementOf(el('00189306', 'FD', hex('000000000000f87f 000000000000f0ff 000000000000e03f'))), {
    vr: 'FD',
    Value: ['NaN', '-Infinity', 0.5],
  })
  t.same(await elementOf(el('00720076', 'FL', [0.5])), { vr: 'FL', Value: [0.5] })
  t.same(await elementOf(el('00280009', 'AT', hex('1800 6310'))), { vr: 'AT', Value: ['00181063'] })
})

t.test('a number cut short is kept as bytes', async t => {
  t.same(await elementOf(el('00189306', 'FD', hex('0102030405060708 0102'))), {
    vr: 'UN',
    InlineBinary: 'AQIDBAUGBwgBAg==',
  })
})

t.test('F.2.3 strings', async t => {
  t.same(await elementOf(el('00080008', 'CS', ascii('ORIGINAL\\ PRIMARY \\'))), {
    vr: 'CS',
    Value: ['ORIGINAL', 'PRIMARY', null],
  })
  t.same(await elementOf(el('00081030', 'LO', ascii(' a"b\0 '))), { vr: 'LO', Value: ['a"b'] })
  t.same(await elementOf(el('00102180', 'SH', ascii('  '))), { vr: 'SH' })
  for (const vr of ['ST', 'LT', 'UT'])
    t.same(
      await elementOf(el('00104000', vr, ascii(' one\\two\r\n '))),
      { vr, Value: [' one\\two\r\n'] },
      `${vr}: a backslash is text, leading blanks and line ends stay`,
    )
  t.same(await elementOf(el('00081190', 'UR', ascii('http://a/b\\c  '))), {
    vr: 'UR',
    Value: ['http://a/b\\c'],
  })
  t.same(await elementOf(el('00080119', 'UC', ascii('a\\b '))), { vr: 'UC', Value: ['a', 'b'] })
  t.same(await elementOf(el('00080020', 'DA', ascii('20030802\\20040716 '))), {
    vr: 'DA',
    Value: ['20030802', '20040716'],
  })
})

t.test('F.2.2 PN keeps places and groups, and leaves out empty groups', async t => {
  t.same(await elementOf(el('00081070', 'PN', ascii('A^B\\\\C^D'))), {
    vr: 'PN',
    Value: [{ Alphabetic: 'A^B' }, null, { Alphabetic: 'C^D' }],
  })
  t.same(await elementOf(el('00100010', 'PN', ascii('=x=y '))), {
    vr: 'PN',
    Value: [{ Ideographic: 'x', Phonetic: 'y' }],
  })
  t.same(await elementOf(el('00100010', 'PN', ascii('== '))), { vr: 'PN' })
})

t.test('control characters cannot break the text, nor forge a URL mark', async t => {
  const { text, json } = await parse(dicomFile([el('00100020', 'LO', ascii('\x1f/bulkdata/7FE00010\x01\n'))]))
  t.same(json['00100020'], { vr: 'LO', Value: ['\x1f/bulkdata/7FE00010\x01\n'] })
  t.notMatch(text, '\x01')
})

t.test('F.2.7 binary values are little endian, inline to 1 KiB, bulk above', async t => {
  const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7)
  t.same(await elementOf(el('00091001', 'OW', hex('0102 0304')), { transferSyntax: EXPLICIT_BE }), {
    vr: 'OW',
    InlineBinary: Buffer.from([2, 1, 4, 3]).toString('base64'),
  })
  t.same(await elementOf(el('00091001', 'OL', hex('01020304')), { transferSyntax: EXPLICIT_BE }), {
    vr: 'OL',
    InlineBinary: Buffer.from([4, 3, 2, 1]).toString('base64'),
  })
  t.match(await elementOf(el('00091001', 'OB', bytes(1024))), { InlineBinary: /^B/ })
  t.same(await elementOf(el('00091001', 'OB', bytes(1026))), { vr: 'OB', BulkDataURI: '/bulkdata/00091001' })
  t.same(await elementOf(el('00420011', 'OB', bytes(2))), { vr: 'OB', BulkDataURI: '/bulkdata/00420011' })
  t.same(await elementOf(el('60003000', 'OW', bytes(2))), { vr: 'OW', BulkDataURI: '/bulkdata/60003000' })
  t.same(await elementOf(el('60023000', 'OB', '')), { vr: 'OB' }, 'none where there is nothing')
  t.same(await elementOf(el('7FE00010', 'OW', '')), { vr: 'OW' })
})

t.test('10.4.1.1.2 long text of a VR that may be bulk becomes bulk above 64 KiB', async t => {
  const long = ascii('x'.repeat(65538))
  t.same(await elementOf(el('0040A160', 'UT', long)), { vr: 'UT', BulkDataURI: '/bulkdata/0040A160' })
  t.equal((await elementOf(el('0040A160', 'UT', long.subarray(2))))?.Value?.length, 1)
  t.same(
    await elementOf(el('00100020', 'LO', long), { transferSyntax: IMPLICIT_LE }),
    { vr: 'UN', BulkDataURI: '/bulkdata/00100020' },
    'LO may not be bulk, and nothing of 64 KiB is an LO',
  )
})

t.test('F.2 names ascend at every level; of a tag that occurs twice the last counts', async t => {
  const { text, json } = await parse(
    dicomFile([
      el('00200013', 'IS', '1'),
      el('00081115', 'SQ', [[el('00081155', 'UI', '1.2'), el('00081150', 'UI', '1.3')]]),
      el('00080060', 'CS', 'CT'),
      el('00200013', 'IS', '2'),
    ]),
  )
  t.same(json['00200013'], { vr: 'IS', Value: [2] })
  t.same(
    [...text.matchAll(/"([0-9A-F]{8})":/g)].map(([, tag]) => tag),
    ['00080060', '00081115', '00081150', '00081155', '00083002', '00200013'],
  )
})

t.test('left out: group lengths, meta group, padding; added: 00083002', async t => {
  const { json } = await parse(
    dicomFile([
      el('00080000', 'UL', [10]),
      el('00080060', 'CS', 'CT'),
      el('00090000', 'UL', [10]),
      el('FFFCFFFC', 'OB', new Uint8Array(3000)),
    ]),
  )
  t.same(Object.keys(json), ['00080060', '00083002'])
  t.same(json['00083002'], { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] })
  const own = await parse(dicomFile([el('00083002', 'UI', '1.2.3')]))
  t.same(own.json['00083002'], { vr: 'UI', Value: ['1.2.3'] }, 'unless the dataset has it')
})

t.test('empty sequences and empty items', async t => {
  const { json } = await parse(dicomFile([el('00081115', 'SQ', []), el('00081140', 'SQ', [[], []])]))
  t.same(json['00081115'], { vr: 'SQ' })
  t.same(json['00081140'], { vr: 'SQ', Value: [{}, {}] })
})

t.test('the kept attributes are the header’s', async t => {
  const parsed = await parse(
    dicomFile([
      el('00080060', 'CS', 'CT'),
      el('00081115', 'SQ', [[el('0020000E', 'UI', '1.2')]]),
      el('00400275', 'SQ', [[el('00400009', 'SH', 'S')]]),
      el('00420010', 'ST', 'Title'),
    ]),
  )
  t.same(Object.keys(parsed.attributes), ['00080060', '00400275', '00420010'])
  for (const [tag, element] of Object.entries(parsed.attributes)) t.same(element, parsed.json[tag])
})
