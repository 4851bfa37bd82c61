import t from 'tap'
import { headerAttributes } from '../../src/dicom/header-attributes.js'
import { indexedAttributes } from '../../src/dicom/indexed-attributes.js'
import type { ParsedFile } from '../../src/dicom/part10/parsed-dataset.js'
import { part10Reader } from '../../src/dicom/part10/reader.js'
import { searchAttributes } from '../../src/dicom/search-attributes.js'
import { ctImage, el } from '../made-dicom.js'

const { tags } = indexedAttributes(
  searchAttributes(
    'ViewCodeSequence,ReferencedImageSequence,PatientComments,ImageComments,EchoTime,00190008=ACME',
  ),
)

async function parsed(bytes: Uint8Array, headerTextBytes?: number): Promise<ParsedFile> {
  const reader = part10Reader({
    keep: tags,
    limits: headerTextBytes === undefined ? {} : { headerTextBytes },
  })
  await reader.write(bytes)
  return reader.end()
}

const hostile = '"}]{[\\"\u001f\\\\ "00180081":{"vr":"DS"} ä 山 \u{1f600}'
const items = (count: number) =>
  Array.from({ length: count }, (_, n) => [
    el('00080100', 'SH', `C${n}`),
    el('00080104', 'LO', `Meaning ${n} ${hostile}`.slice(0, 64)),
    el('00080121', 'SQ', [[el('00080100', 'SH', 'inner')]]),
  ])
const file = (count: number): Buffer =>
  ctImage({
    with: [
      el('00081140', 'SQ', items(2)),
      el('00104000', 'LT', hostile),
      el('00180081', 'DS', '1.50\\\\2'),
      el('00190010', 'LO', 'ACME'),
      el('00191008', 'UN', Buffer.from('bytes')),
      el('00204000', 'LT', ''),
      el('00540220', 'SQ', items(count)),
    ],
  }).bytes

t.test('a stored header gives back what the parser kept', async t => {
  const whole = await parsed(file(3))
  const found = await headerAttributes(whole.header, whole.headerTextBytes, tags)
  t.strictSame(found, whole.attributes)
  for (const tag of [
    '00081140',
    '00104000',
    '00180081',
    '00190010',
    '00191008',
    '00204000',
    '00540220',
    '0020000D',
  ])
    t.ok(found[tag], tag)
  t.equal(found['00280010'] === undefined, !tags.has('00280010'))
  t.strictSame(await headerAttributes(whole.header, 2 ** 30, tags), found, 'also where it streams')
})

t.test('also where the header left in pieces, and a sequence that is kept among them', async t => {
  for (const headerTextBytes of [0, 100, 500, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000]) {
    const cut = await parsed(file(40), headerTextBytes)
    const found = await headerAttributes(cut.header, cut.headerTextBytes, tags)
    t.strictSame(found, cut.attributes, `pieces from ${headerTextBytes} on`)
    t.equal(found['00540220']?.Value?.length, 40)
  }
})

t.test('an element that no search would keep is not held in memory', async t => {
  const long = await parsed(file(12_000))
  t.ok(long.headerTextBytes > 1 << 20)
  const found = await headerAttributes(long.header, long.headerTextBytes, tags)
  t.strictSame(found, long.attributes)
  t.equal(found['00540220'], undefined)
  t.ok(found['00081140'])
})
