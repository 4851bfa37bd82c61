import t from 'tap'
import { askJson, askWhole } from '../dicomweb-client.js'
import { el, JPEG_BASELINE, type MadeElement } from '../made-dicom.js'
import { startServer } from '../server.js'
import { jpegBaseline } from './codestreams.js'
import { fileOf, hexOf, instance, instancePathOf, sendMetadata, uidsOf } from './metadata-instances.js'

const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1'
const C000 = 0xc000

t.test('PS3.18 10.5.1 Store of metadata and bulk data in JSON', async t => {
  const { url } = await startServer(t)
  t.test('native pixels and a bulk value three sequences deep, parts in any order', async t => {
    const pixels = Buffer.from([1, 2, 3, 4, 5, 6])
    const deep = Buffer.alloc(3000, 7)
    const one = instance({
      '00089215': {
        vr: 'SQ',
        Value: [
          {},
          {
            '00081140': {
              vr: 'SQ',
              Value: [
                { '00082112': { vr: 'SQ', Value: [{ '00091001': { vr: 'UN', BulkDataURI: 'deep' } }] } },
              ],
            },
          },
        ],
      },
      '7FE00010': { vr: 'OW', BulkDataURI: `${url}/pixels` },
    })
    const answer = await sendMetadata(
      url,
      [one.json],
      [
        { location: 'deep', type: 'application/octet-stream', bytes: deep },
        { location: `${url}/pixels`, bytes: pixels },
      ],
    )
    t.equal(answer.status, 200)
    t.same(answer.stored, [one.SOPInstanceUID])
    const { body, syntax } = await fileOf(url, one)
    t.equal(syntax, '1.2.840.10008.1.2.1')
    t.equal(
      body,
      hexOf(
        ...uidsOf(one),
        el(
          '00089215',
          'SQ',
          [[], [el('00081140', 'SQ', [[el('00082112', 'SQ', [[el('00091001', 'UN', deep)]], true)]], true)]],
          true,
        ),
        el('7FE00010', 'OW', pixels),
      ),
    )
  })

  t.test(
    'RFC 2557 a Content-Location is compared as it is written, and resolved against the request',
    async t => {
      for (const [uri, location] of [
        ['/dicomweb/bulk/1', `${url}/bulk/1`],
        [`${url}/bulk/2`, 'bulk/2'],
        ['urn:uuid:0f3', 'urn:uuid:0f3'],
        ['no URI at all %%', 'no URI at all %%'],
      ] as const) {
        const one = instance({ '00091001': { vr: 'OB', BulkDataURI: uri } })
        t.match(
          await sendMetadata(url, [one.json], [{ location, bytes: Buffer.from([1]) }]),
          { status: 200 },
          uri,
        )
      }
    },
  )

  t.test('10.5.2 a JPEG photograph with the least of metadata', async t => {
    const jpeg = jpegBaseline({ rows: 12, columns: 34 })
    const one = instance({ '7FE00010': { vr: 'OB', BulkDataURI: 'photo' } })
    const answer = await sendMetadata(
      url,
      [one.json],
      [{ location: 'photo', type: 'image/jpeg', bytes: jpeg }],
    )
    t.equal(answer.status, 200)
    const { body, syntax } = await fileOf(url, one)
    t.equal(syntax, JPEG_BASELINE)
    const us = (tag: string, value: number): MadeElement => el(tag, 'US', [value])
    t.equal(
      body,
      hexOf(
        ...uidsOf(one),
        us('00280002', 3),
        el('00280004', 'CS', 'YBR_FULL_422'),
        us('00280006', 0),
        us('00280010', 12),
        us('00280011', 34),
        us('00280100', 8),
        us('00280101', 8),
        us('00280102', 7),
        us('00280103', 0),
        el('00282110', 'CS', '01'),
        el('7FE00010', 'OB', { fragments: [jpeg], offsets: [0] }),
      ),
    )
  })

  t.test('frames: parts of one Content-Location, or of /frames/1, /frames/2', async t => {
    const frames = [1, 2, 3].map(comment => jpegBaseline({ rows: 4, columns: 4, comment }))
    for (const locations of [
      ['p', 'p', 'p'],
      ['p/frames/1', 'p/frames/2', 'p/frames/3'],
    ]) {
      const one = instance({
        '00280008': { vr: 'IS', Value: [3] },
        '7FE00010': { vr: 'OB', BulkDataURI: 'p' },
      })
      const bulk = frames.map((bytes, index) => ({ location: locations[index]!, type: 'image/jpeg', bytes }))
      t.match(await sendMetadata(url, [one.json], bulk), { status: 200 })
      const got = await askWhole(`${url}${instancePathOf(one)}/frames/2`, {
        headers: { accept: 'image/jpeg' },
      })
      t.ok(got.bytes.equals(frames[1]!), 'each is found as a frame')
    }
    const gap = instance({ '7FE00010': { vr: 'OB', BulkDataURI: 'p' } })
    const parts = [1, 3].map(n => ({ location: `p/frames/${n}`, type: 'image/jpeg', bytes: frames[0]! }))
    t.same(
      (await sendMetadata(url, [gap.json], parts)).failed,
      [C000, C000, C000],
      'a number left out: no frames',
    )
    const few = instance({ '00280008': { vr: 'IS', Value: [5] }, '7FE00010': { vr: 'OB', BulkDataURI: 'p' } })
    t.same(
      (
        await sendMetadata(
          url,
          [few.json],
          parts.map(part => ({ ...part, location: 'p' })),
        )
      ).failed,
      [C000],
    )
  })

  t.test('10.5.1.4 a document: padded, its length set, its media type that of (0042,0012)', async t => {
    const pdf = Buffer.from('%PDF-1.4 odd')
    for (const [type, stated, status] of [
      ['application/pdf', undefined, 200],
      ['application/pdf', 'APPLICATION/PDF', 200],
      ['text/xml', 'text/XML', 200],
      ['model/stl', undefined, 200],
      ['model/obj', 'model/obj', 200],
      ['model/mtl', 'model/mtl', 200],
      ['application/octet-stream', 'application/pdf', 200],
      ['application/pdf', 'text/xml', 409],
    ] as const) {
      const one = instance(
        {
          ...(stated === undefined ? {} : { '00420012': { vr: 'LO', Value: [stated] } }),
          '00420011': { vr: 'OB', BulkDataURI: 'doc' },
        },
        ENCAPSULATED_PDF,
      )
      const document = Buffer.concat([pdf, Buffer.from('!')])
      const answer = await sendMetadata(url, [one.json], [{ location: 'doc', type, bytes: document }])
      t.equal(answer.status, status, `${type} as ${stated ?? 'not stated'}`)
      if (status !== 200) continue
      t.equal(
        (await fileOf(url, one)).body,
        hexOf(
          ...uidsOf(one, ENCAPSULATED_PDF),
          el('00420011', 'OB', document),
          el('00420012', 'LO', stated ?? type),
          el('00420015', 'UL', [document.length]),
        ),
      )
    }
  })

  t.test('trap 38: structured reports and presentation states come as JSON too', async t => {
    const code = (value: string): object => ({
      vr: 'SQ',
      Value: [
        {
          '00080100': { vr: 'SH', Value: [value] },
          '00080102': { vr: 'SH', Value: ['DCM'] },
          '00080104': { vr: 'LO', Value: [value] },
        },
      ],
    })
    const content = {
      '0040A040': { vr: 'CS', Value: ['CONTAINER'] },
      '0040A043': code('121060'),
      '0040A730': {
        vr: 'SQ',
        Value: [{ '0040A040': { vr: 'CS', Value: ['TEXT'] }, '0040A160': { vr: 'UT', Value: ['a\\b'] } }],
      },
    }
    const colors = { '00700251': { vr: 'US' }, '00700005': { vr: 'CS', Value: [null, 'LAYER'] } }
    for (const [SOPClassUID, more] of [
      ['1.2.840.10008.5.1.4.1.1.88.11', content],
      ['1.2.840.10008.5.1.4.1.1.11.1', { '00081115': { vr: 'SQ', Value: [] }, ...colors }],
    ] as const) {
      const one = instance(more, SOPClassUID)
      t.match(await sendMetadata(url, [one.json]), { status: 200, stored: [one.SOPInstanceUID] })
      const { json } = await askJson(`${url}${instancePathOf(one)}/metadata`)
      const [got] = json as [Readonly<Record<string, unknown>>]
      for (const [tag, element] of Object.entries(more)) {
        if (tag !== '00081115') t.same(got[tag], element, tag)
      }
    }
  })

  t.test('takes the array bare, and one object in place of an array (de facto)', async t => {
    const [first, second] = [instance({}), instance({})]
    for (const [type, body] of [
      ['application/dicom+json', JSON.stringify([first.json])],
      ['application/json; charset=utf-8', `\ufeff ${JSON.stringify(second.json)} \n`],
    ] as const) {
      const { status } = await askJson(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: Buffer.from(body),
      })
      t.equal(status, 200, type)
    }
    t.equal((await fileOf(url, second)).body, hexOf(...uidsOf(second)))
  })

  t.test('8.8 JSON is UTF-8 whatever Specific Character Set says; bulk text is what it says', async t => {
    const one = instance({
      '00080005': { vr: 'CS', Value: ['ISO_IR 100'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller' }] },
      '00104000': { vr: 'LT', BulkDataURI: 'text' },
    })
    const latin1 = Buffer.from('Größe ', 'latin1')
    t.equal((await sendMetadata(url, [one.json], [{ location: 'text', bytes: latin1 }])).status, 200)
    t.equal(
      (await fileOf(url, one)).body,
      hexOf(
        el('00080005', 'CS', 'ISO_IR 192'),
        ...uidsOf(one),
        el('00100010', 'PN', 'Müller'),
        el('00104000', 'LT', 'Größe'),
      ),
    )
  })

  t.test('numbers beyond 2^53, written bare as pydicom does or as text', async t => {
    const one = instance({})
    const inside = JSON.stringify(one.json).slice(0, -1)
    const text = `[${inside},"00091001":{"vr":"UV","Value":[18446744073709551615,"18446744073709551614"]}}]`
    t.equal((await sendMetadata(url, text)).status, 200)
    t.match((await fileOf(url, one)).body, /ffffffffffffffff0?feffffffffffffff/)
  })
})
