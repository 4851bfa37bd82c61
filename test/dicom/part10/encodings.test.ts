/** How a dataset may be encoded, and how files get that wrong. PS3.5 6.2.2, 7, A; PS3.10 7. */
import t from 'tap'
import { deflateRawSync } from 'node:zlib'
import {
  dataset,
  DEFLATED_LE,
  dicomFile,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type MadeElement,
} from '../../made-dicom.js'
import { problem } from '../../problem.js'
import { parse } from './parsing.js'

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex')
const implicit = { explicit: false, bigEndian: false }

const SOME: readonly MadeElement[] = [
  el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
  el('00080018', 'UI', '1.2.3'),
  el('00081115', 'SQ', [
    [el('0020000E', 'UI', '1.2'), el('00081199', 'SQ', [[el('00081155', 'UI', '1.4')]], true)],
  ]),
  el('00100010', 'PN', 'A^B'),
  el('00280010', 'US', [3]),
  el('00280030', 'DS', '0.5\\0.5'),
]

t.test('the same dataset in every encoding reads the same', async t => {
  const expected = (await parse(dicomFile(SOME))).json
  for (const transferSyntax of [IMPLICIT_LE, EXPLICIT_BE, DEFLATED_LE]) {
    const bytes = dicomFile(SOME, { transferSyntax })
    for (const cut of [[], [1], [7, 131, 3]]) {
      const parsed = await parse(bytes, cut)
      t.same(
        { ...parsed.json, '00083002': 0 },
        { ...expected, '00083002': 0 },
        `${transferSyntax} ${cut.join()}`,
      )
      t.equal(parsed.TransferSyntaxUID, transferSyntax)
      t.equal(parsed.SOPInstanceUID, '1.2.3')
    }
  }
})

t.test('PS3.10 7.1 without preamble, without meta group, without both', async t => {
  const expected = (await parse(dicomFile(SOME))).json
  for (const preamble of [true, false])
    for (const meta of [true, false]) {
      const parsed = await parse(dicomFile(SOME, { preamble, meta }), [5])
      t.same(parsed.json, expected)
      t.equal(parsed.TransferSyntaxUID, EXPLICIT_LE)
      if (!meta) t.equal(parsed.datasetOffsetBytes, preamble ? 132 : 0)
    }
})

t.test('a dataset alone is known by its first element', async t => {
  for (const [transferSyntax, encoding] of [
    [IMPLICIT_LE, implicit],
    [EXPLICIT_BE, { explicit: true, bigEndian: true }],
  ] as const) {
    const parsed = await parse(dataset(SOME, encoding))
    t.equal(parsed.TransferSyntaxUID, transferSyntax)
    t.equal(parsed.SOPInstanceUID, '1.2.3')
  }
})

t.test('what is shorter than a preamble can still be a dataset', async t => {
  t.equal((await parse(dataset([el('00080018', 'UI', '1.2.3')]))).SOPInstanceUID, '1.2.3')
})

t.test('the meta group ends where the next group begins, whatever its length says', async t => {
  const meta = [el('00020003', 'UI', '1.2.3'), el('00020010', 'UI', IMPLICIT_LE)]
  const bytes = Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    dataset([el('00020000', 'UL', [4]), ...meta]),
    dataset(SOME, implicit),
  ])
  const parsed = await parse(bytes, [9])
  t.equal(parsed.TransferSyntaxUID, IMPLICIT_LE)
  t.equal(parsed.MediaStorageSOPInstanceUID, '1.2.3')
  t.equal(parsed.json['00100010']?.vr, 'PN')
})

t.test('a dataset that is not as its transfer syntax says is read as it is, with a remark', async t => {
  const meta = (transferSyntax: string): Buffer => dicomFile([], { transferSyntax })
  const expected = (await parse(dicomFile(SOME))).json['00280030']
  const explicitNamedImplicit = await parse(Buffer.concat([meta(IMPLICIT_LE), dataset(SOME)]))
  t.same(explicitNamedImplicit.json['00280030'], expected)
  t.match(explicitNamedImplicit.remarks, [/explicit VR, its transfer syntax says implicit/])
  const implicitNamedExplicit = await parse(Buffer.concat([meta(EXPLICIT_LE), dataset(SOME, implicit)]))
  t.same(implicitNamedExplicit.json['00280030'], expected)
})

t.test('a private transfer syntax is read as it looks, or refused as such', async t => {
  t.equal((await parse(dicomFile(SOME, { transferSyntax: '1.2.3.4' }))).SOPInstanceUID, '1.2.3')
  const bytes = Buffer.concat([dicomFile([], { transferSyntax: '1.2.3.4' }), Buffer.alloc(64, 0xa5)])
  await t.rejects(parse(bytes), problem('unsupported-transfer-syntax'))
})

t.test('6.2.2 UN of a known tag is what the dictionary says', async t => {
  const un = async (tag: string, bytes: Uint8Array): Promise<unknown> =>
    (await parse(dicomFile([el(tag, 'UN', bytes)]))).json[tag]
  t.same(await un('00280030', Buffer.from('0.5\\2 ')), { vr: 'DS', Value: [0.5, 2] })
  t.same(await un('00091001', Buffer.from('ab')), { vr: 'UN', InlineBinary: 'YWI=' }, 'private')
  t.same(await un('00090010', Buffer.from('ACME')), { vr: 'LO', Value: ['ACME'] }, 'private creator')
})

t.test('6.2.2 UN holds a sequence in implicit VR, of undefined and of defined length', async t => {
  const items = [[el('00081150', 'UI', '1.2'), el('00081199', 'SQ', [[el('00081155', 'UI', '1.4')]])]]
  const expected = {
    vr: 'SQ',
    Value: [
      {
        '00081150': { vr: 'UI', Value: ['1.2'] },
        '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.4'] } }] },
      },
    ],
  }
  const body = dataset([el('00081115', 'SQ', items)], implicit).subarray(8)
  for (const transferSyntax of [EXPLICIT_LE, EXPLICIT_BE]) {
    const bigEndian = transferSyntax === EXPLICIT_BE
    const open = bigEndian ? hex('0008 1115 554e 0000 ffffffff') : hex('0800 1511 554e 0000 ffffffff')
    const undefinedLength = Buffer.concat([dicomFile([], { transferSyntax }), open, body])
    t.same((await parse(undefinedLength)).json['00081115'], expected, `undefined length ${transferSyntax}`)
    const defined = dicomFile([el('00081115', 'UN', body)], { transferSyntax })
    t.same((await parse(defined, [3])).json['00081115'], expected, `defined length ${transferSyntax}`)
  }
  for (const [no, words] of [
    [Buffer.from('no items here.'), 'no item'],
    [hex('feff00e0 0a000000 0800 5011 ffffff7f 3132'), 'an element longer than its item'],
    [hex('feff00e0 ffffff0f 0800 5011 02000000 3132'), 'an item longer than its sequence'],
    [hex('feff00e0 ffffffff 0800 5011 02000000 3132'), 'an item without an end'],
  ] as const) {
    const bytes = dicomFile([el('00081115', 'UN', no), el('00100020', 'LO', 'x')])
    const { json } = await parse(bytes, [3])
    t.match(json['00081115'], { vr: 'UN', InlineBinary: /./ }, words)
    t.same(json['00100020'], { vr: 'LO', Value: ['x'] })
  }
})

t.test('implicit items inside an explicit dataset', async t => {
  const body = dataset([el('00081115', 'SQ', [[el('00081150', 'UI', '1.2')]])], implicit).subarray(8)
  const bytes = Buffer.concat([
    dicomFile([]),
    hex('0800 1511 5351 0000 ffffffff'),
    body,
    dataset([el('00100020', 'LO', 'x')]),
  ])
  const { json } = await parse(bytes, [11])
  t.same(json['00081115'], { vr: 'SQ', Value: [{ '00081150': { vr: 'UI', Value: ['1.2'] } }] })
  t.same(json['00100020'], { vr: 'LO', Value: ['x'] }, 'and after them it is explicit again')
})

t.test('7.1.2 a VR that nobody knows has a 32-bit length, or was given a 16-bit one', async t => {
  const long = Buffer.concat([
    dicomFile([]),
    hex('2000 0040 5a5a 0000 04000000 01020304'),
    dataset([el('00280010', 'US', [7])]),
  ])
  const short = Buffer.concat([
    dicomFile([]),
    hex('2000 0040 5a5a 0400 01020304'),
    dataset([el('00280010', 'US', [7])]),
  ])
  for (const bytes of [long, short]) {
    const { json } = await parse(bytes)
    t.same(json['00204000'], { vr: 'UN', InlineBinary: 'AQIDBA==' })
    t.same(json['00280010'], { vr: 'US', Value: [7] })
  }
})

t.test('US or SS goes by the Pixel Representation of the nearest dataset that has one', async t => {
  const smallest = hex('fbff')
  const { json } = await parse(
    dicomFile(
      [
        el('00280103', 'US', [1]),
        el('00280106', 'US', smallest),
        el('00281101', 'US', hex('fbff 0000 1000')),
        el('00409096', 'SQ', [
          [el('00409211', 'US', smallest)],
          [el('00280103', 'US', [0]), el('00409211', 'US', smallest)],
        ]),
      ],
      { transferSyntax: IMPLICIT_LE },
    ),
  )
  t.same(json['00280106'], { vr: 'SS', Value: [-5] })
  t.same(json['00281101'], { vr: 'SS', Value: [65531, 0, 16] }, 'C.7.6.3.1.5: the first value counts entries')
  t.same(json['00409096']?.Value, [
    { '00409211': { vr: 'SS', Value: [-5] } },
    { '00280103': { vr: 'US', Value: [0] }, '00409211': { vr: 'US', Value: [65531] } },
  ])
})

t.test(
  'private elements in implicit VR: creators are LO, the rest is UN, undefined length is a sequence',
  async t => {
    const { json } = await parse(
      dicomFile(
        [
          el('00090010', 'LO', 'ACME'),
          el('00091001', 'LO', 'ab'),
          el('00091002', 'SQ', [[el('00091003', 'LO', 'cd')]]),
        ],
        { transferSyntax: IMPLICIT_LE },
      ),
    )
    t.same(json['00090010'], { vr: 'LO', Value: ['ACME'] })
    t.same(json['00091001'], { vr: 'UN', InlineBinary: 'YWI=' })
    t.same(json['00091002'], { vr: 'SQ', Value: [{ '00091003': { vr: 'UN', InlineBinary: 'Y2Q=' } }] })
  },
)

t.test('an OB that holds the bytes of a delimiter is whole, in an item of undefined length too', async t => {
  const treacherous = hex('0102 feff0de0 00000000 feffdde0 00000000 0304')
  const { json } = await parse(dicomFile([el('00091002', 'SQ', [[el('00091003', 'OB', treacherous)]])]), [1])
  t.same(json['00091002']?.Value, [
    { '00091003': { vr: 'OB', InlineBinary: Buffer.from(treacherous).toString('base64') } },
  ])
})

t.test('6.1 character sets: items inherit, and may have their own', async t => {
  const latin2 = hex('4f64647a6961b3') // Oddział
  const greek = hex('c4e9ef6e')
  const { json } = await parse(
    dicomFile([
      el('00080005', 'CS', 'ISO_IR 101'),
      el('00100010', 'PN', latin2),
      el('00400275', 'SQ', [
        [el('00400007', 'LO', latin2), el('00400008', 'SQ', [[el('00080104', 'LO', latin2)]])],
        [el('00080005', 'CS', 'ISO_IR 126'), el('00400007', 'LO', greek)],
        [el('00400007', 'LO', latin2)],
      ]),
    ]),
  )
  t.same(json['00080005'], { vr: 'CS', Value: ['ISO_IR 101'] }, 'stays as it is stored')
  t.same(json['00100010']?.Value, [{ Alphabetic: 'Oddział' }])
  t.same(json['00400275']?.Value, [
    {
      '00400007': { vr: 'LO', Value: ['Oddział'] },
      '00400008': { vr: 'SQ', Value: [{ '00080104': { vr: 'LO', Value: ['Oddział'] } }] },
    },
    { '00080005': { vr: 'CS', Value: ['ISO_IR 126'] }, '00400007': { vr: 'LO', Value: ['Διοn'] } },
    { '00400007': { vr: 'LO', Value: ['Oddział'] } },
  ])
})

t.test('a deflated dataset may be followed by a pad byte, and must be whole', async t => {
  const bytes = dicomFile(SOME, { transferSyntax: DEFLATED_LE })
  const meta = dicomFile([], { transferSyntax: DEFLATED_LE }).subarray(0, -2)
  const parsed = await parse(Buffer.concat([bytes, Buffer.alloc(1)]), [bytes.length, 1])
  t.equal(parsed.SOPInstanceUID, '1.2.3')
  t.equal(parsed.inflatedBytes, parsed.datasetOffsetBytes + dataset(SOME).length)
  const deflated = deflateRawSync(dataset(SOME))
  await t.rejects(parse(Buffer.concat([meta, deflated.subarray(0, -5)])), problem('bad-dicom'))
  await t.rejects(parse(Buffer.concat([meta, Buffer.alloc(40, 0xff)])), problem('bad-dicom'))
})
