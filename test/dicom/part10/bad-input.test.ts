/** What a reader must survive: cuts, lies about lengths, depth, bombs. */
import t from 'tap'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { USUAL_ATTRIBUTES } from '../../../src/dicom/indexed-attributes.js'
import { findBulkValue } from '../../../src/dicom/bulk-table.js'
import { part10Reader } from '../../../src/dicom/part10/reader.js'
import { ctImage, dataset, DEFLATED_LE, dicomFile, el, IMPLICIT_LE } from '../../made-dicom.js'
import { problem } from '../../problem.js'
import { parse } from './parsing.js'

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex')
const after = (...pieces: readonly Uint8Array[]): Buffer =>
  Buffer.concat([dicomFile([el('00080060', 'CS', 'CT')]), ...pieces])

async function message(bytes: Uint8Array): Promise<string> {
  try {
    await parse(bytes)
    return 'no error'
  } catch (error) {
    return error instanceof Error ? error.message : 'no Error'
  }
}

t.test('what is no DICOM file', async t => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(128),
    Buffer.alloc(5000),
    Buffer.from('<!DOCTYPE html><html><body>hello</body></html>'),
    hex('1f8b08000000000000030000'),
    Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]),
    dicomFile([]),
    dicomFile([]).subarray(0, 160),
  ])
    await t.rejects(parse(bytes), problem('bad-dicom'), bytes.toString('latin1', 0, 16))
})

t.test('every cut of a file is an error that names the byte, or is said to be truncated', async t => {
  const { bytes } = ctImage({ with: [el('00081115', 'SQ', [[el('0020000E', 'UI', '1.2')]])] })
  const pixels = bytes.length - 128
  const header = pixels - 12
  let asWhole = 0
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length)
    if (length >= pixels) t.equal((await parse(cut)).truncated, true)
    else {
      const said = await message(cut)
      // between two elements of the top level nobody can see that more should come
      if (said === 'no error') asWhole++
      else if (length > 132) t.match(said, String(length))
    }
  }
  const { json } = await parse(bytes)
  t.equal(asWhole, Object.keys(json).length - 2, 'only between elements, without pixels and 00083002')
  t.match(await message(bytes.subarray(0, header - 1)), /inside \(0028,0103\)/)
})

t.test('lengths that lie', async t => {
  t.match(await message(after(hex('0900 0110 4f42 0000 00000080 01020304'))), /inside \(0009,1001\)/)
  t.match(
    await message(
      after(hex('8800 0002 5351 0000 20000000 feff00e0 18000000 e07f 1000 4f57 0000 0c000000 0102')),
    ),
    /inside \(7FE0,0010\)/,
    'pixels of an icon are not the pixels',
  )
  t.match(await message(after(hex('1000 2000 4c4f 1000 31'))), /inside \(0010,0020\)/)
  t.match(
    await message(after(hex('0900 0210 5351 0000 ffffffff feff00e0 ffffffff'))),
    /inside sequence \(0009,1002\)/,
  )
  t.match(
    await message(after(hex('0900 0210 5351 0000 ffffffff 0800 6000 00000000'))),
    /expected an item at byte/,
  )
  t.match(
    await message(after(hex('0900 0210 4f42 0000 ffffffff 0800 6000 00000000'))),
    /expected an item of defined length/,
  )
  const meta = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), hex('0200 0201 4f42 0000 ffffff7f')])
  await t.rejects(parse(meta), problem('bad-dicom'))
})

t.test('an item that is longer than its sequence ends with the file', async t => {
  const { json, remarks } = await parse(
    after(hex('0900 0210 5351 0000 12000000 feff00e0 20000000 0900 0310 4c4f 0200 6162')),
  )
  t.same(json['00091002']?.Value, [{ '00091003': { vr: 'LO', Value: ['ab'] } }])
  t.match(remarks, [/announces more than its sequence has/])
})

t.test('a value of 4 GiB costs nothing until it comes', async t => {
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags })
  const before = process.memoryUsage().arrayBuffers
  await reader.write(after(hex('0900 0110 4f42 0000 f0ffffff')))
  const chunk = new Uint8Array(1 << 20)
  for (let i = 0; i < 64; i++) await reader.write(chunk)
  t.ok(process.memoryUsage().arrayBuffers - before < 8 << 20, 'and is not kept when it does')
  await t.rejects(reader.end(), problem('bad-dicom'))
})

t.test('sequences deeper than the limit', async t => {
  const open = hex('0900 0210 5351 0000 ffffffff feff00e0 ffffffff')
  const nested = (depth: number): Buffer =>
    after(
      ...Array.from({ length: depth }, () => open),
      ...Array.from({ length: depth }, () => hex('feff0de0 00000000 feffdde0 00000000')),
    )
  t.match((await parse(nested(64))).json['00091002'], { vr: 'SQ' })
  await t.rejects(parse(nested(65)), problem('limit-exceeded'))
  await t.rejects(parse(nested(20_000)), problem('limit-exceeded'))
  await t.rejects(parse(nested(4), [], { depth: 3 }), problem('limit-exceeded'))
})

t.test('a deflated dataset that inflates beyond the limit', async t => {
  const body = Buffer.concat([
    dataset([el('00080018', 'UI', '1.2.3')]),
    hex('0900 0110 4f42 0000 00000010'),
    Buffer.alloc(1 << 28),
  ])
  const bytes = Buffer.concat([
    dicomFile([], { transferSyntax: DEFLATED_LE }).subarray(0, -2),
    deflateRawSync(body),
  ])
  t.ok(bytes.length < 300_000)
  const before = process.memoryUsage().arrayBuffers
  await t.rejects(parse(bytes, [], { inflatedBytes: 32 << 20 }), problem('limit-exceeded'))
  const whole = await parse(bytes, [65536])
  t.equal(whole.inflatedBytes, whole.datasetOffsetBytes + body.length)
  // Half of what it inflates to: chunks that were read are garbage, which a busy machine collects late.
  t.ok(process.memoryUsage().arrayBuffers - before < body.length / 2)
})

t.test('a header beyond its limit streams: long values become bulk, and nothing is lost', async t => {
  const contour = (n: number): string => Array.from({ length: 300 }, (_, i) => `${n}.${i}`).join('\\')
  const items = Array.from({ length: 400 }, (_, i) => [
    el('30060046', 'IS', String(i)),
    el('30060050', 'DS', i % 2 === 0 ? contour(i) : `${i}.5`),
    el('30060048', 'IS', '1'),
  ])
  const bytes = dicomFile(
    [
      el('00080018', 'UI', '1.2.3'),
      el('00080060', 'CS', 'RTSTRUCT'),
      el('30060039', 'SQ', [[el('30060040', 'SQ', items), el('30060084', 'IS', '9')]]),
      el('300E0002', 'CS', 'APPROVED'),
    ],
    { transferSyntax: IMPLICIT_LE },
  )
  const small = { headerTextBytes: 4096 }
  const inline = await parse(bytes)
  const streamed = await parse(bytes, [], small)
  t.equal(
    streamed.headerTextBytes,
    streamed.text.length + [...inflateRawSync(streamed.header).toString().matchAll(/\x1f/g)].length,
  )
  t.same(await parse(bytes, [1000], small), streamed, 'wherever it is cut')
  const [roi] = (streamed.json['30060039']?.Value ?? []) as readonly Record<
    string,
    { Value?: readonly Record<string, unknown>[] }
  >[]
  const contours = roi?.['30060040']?.Value ?? []
  t.equal(contours.length, 400)
  t.same(Object.keys(contours[3] ?? {}), ['30060046', '30060048', '30060050'], 'sorted where it still can be')
  t.same(contours[399]?.['30060050'], { vr: 'DS', Value: [399.5] })
  t.same(contours[398]?.['30060050'], {
    vr: 'DS',
    BulkDataURI: '/bulkdata/30060039.1.30060040.399.30060050',
  })
  const value = findBulkValue(streamed.bulk, '30060039.1.30060040.399.30060050')
  t.equal(
    bytes.toString('latin1', value?.offsetBytes, (value?.offsetBytes ?? 0) + contour(398).length),
    contour(398),
  )
  t.same(streamed.json['300E0002'], { vr: 'CS', Value: ['APPROVED'] })
  t.same(streamed.attributes, inline.attributes)
  await t.rejects(parse(bytes, [], { ...small, headerDeflatedBytes: 1000 }), problem('limit-exceeded'))
})

t.test('what comes out of order after a part of the header has left stays where it is', async t => {
  const elements = Array.from({ length: 2000 }, (_, i) =>
    el(`0009${(0x1000 + i).toString(16).toUpperCase()}`, 'LO', 'x'.repeat(40)),
  )
  const bytes = dicomFile([...elements, el('00080060', 'CS', 'CT'), el('00091001', 'LO', 'last')])
  const { json, notes, remarks } = await parse(bytes, [], { headerTextBytes: 1024 })
  t.same(json['00080060'], { vr: 'CS', Value: ['CT'] })
  t.same(json['00091001'], { vr: 'LO', Value: ['last'] }, 'JSON.parse takes the last of two')
  t.same(Object.keys(json).length, 2002)
  t.match(notes, [/too long to be put in order/])
  t.same(remarks, [])
})

t.test('bytes after the dataset', async t => {
  const { bytes } = ctImage()
  for (const tail of [
    Buffer.alloc(1),
    Buffer.alloc(5),
    Buffer.alloc(1000),
    Buffer.from('rubbish after pixels'),
  ]) {
    const parsed = await parse(Buffer.concat([bytes, tail]), [500])
    t.equal(parsed.truncated, false)
    t.match(parsed.frames, { count: 1 })
    t.match(parsed.notes, [/after the dataset/])
    t.same(parsed.remarks, [])
  }
  const more = await parse(
    Buffer.concat([bytes, dataset([el('FFFAFFFA', 'SQ', [[el('04000005', 'US', [1])]])])]),
  )
  t.same(more.json['FFFAFFFA'], { vr: 'SQ', Value: [{ '04000005': { vr: 'US', Value: [1] } }] })
})

t.test('no more than 100 remarks', async t => {
  const items = Array.from({ length: 200 }, () => [el('00080005', 'CS', 'NONSENSE')])
  t.equal((await parse(dicomFile([el('00091002', 'SQ', items)]))).remarks.length, 100)
})

t.test('found by the fuzzer: a dataset that begins with group 0000 is the same in any chunks', async t => {
  const bytes = Buffer.concat([
    dicomFile([]),
    hex('0000 0000 554c 0400 00000000'),
    dataset([el('00080018', 'UI', '1.2.3')]),
  ])
  const whole = await parse(bytes)
  t.equal(whole.SOPInstanceUID, '1.2.3')
  t.same(await parse(bytes, [1]), whole)
})

t.test('a reader that has failed or ended takes no more', async t => {
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags })
  t.throws(() => reader.write(Buffer.from('nothing that is DICOM '.repeat(20))), problem('bad-dicom'))
  t.throws(() => reader.write(new Uint8Array(1)), /finished/)
  await t.rejects(reader.end(), /finished/)
  reader.destroy()
})

t.test('what is known while the file still comes', async t => {
  const ct = ctImage()
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags })
  t.equal(reader.datasetOffsetBytes, undefined)
  await reader.write(ct.bytes.subarray(0, 600))
  t.equal(reader.TransferSyntaxUID, '1.2.840.10008.1.2.1')
  t.equal(reader.SOPInstanceUID, ct.SOPInstanceUID)
  t.type(reader.datasetOffsetBytes, 'number')
  reader.destroy()
})
