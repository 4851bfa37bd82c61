import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import {
  ctImage,
  el,
  EXPLICIT_BE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  newUid,
  type MadeInstance,
} from '../made-dicom.js'
import { ask, askJson, askWhole, store, textOf, type JsonObject } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

type Element = Record<string, unknown> & { vr: string }
type Dataset = Record<string, Element | undefined>

t.test('PS3.18 10.4.1.1.2 Retrieve: metadata', async t => {
  const server = await startServer(t)
  const { url } = server
  const metadata = async (where: string): Promise<Dataset[]> => {
    const { status, json } = await askJson(`${url}${where}/metadata`)
    t.equal(status, 200, where)
    return json as Dataset[]
  }
  const storeOne = async (...options: Parameters<typeof ctImage>): Promise<Dataset> => {
    const image = ctImage(...options)
    t.equal((await store(url, [image.bytes])).status, 200)
    return (await metadata(pathOf(image)))[0]!
  }

  t.test('F.2.2 names are eight upper-case hex digits, ascending, at every level', async t => {
    const dataset = await storeOne({
      with: [
        el('00081140', 'SQ', [
          [el('00081155', 'UI', '1.2'), el('0040A170', 'SQ', [[el('00080100', 'SH', 'a')]])],
        ]),
        el('00091001', 'LO', 'private'),
        el('00090010', 'LO', 'CREATOR'),
      ],
    })
    const check = (one: Dataset): void => {
      const names = Object.keys(one)
      t.same(names, [...names].sort())
      t.ok(names.every(name => /^[0-9A-F]{8}$/.test(name)))
      for (const element of Object.values(one))
        if (element?.vr === 'SQ') ((element['Value'] ?? []) as Dataset[]).forEach(check)
    }
    check(dataset)
    t.same(dataset['00090010'], { vr: 'LO', Value: ['CREATOR'] })
    t.same(dataset['00091001'], { vr: 'LO', Value: ['private'] })
  })

  t.test('F.2 leaves out group 0002 and group lengths, and adds the stored syntax (0008,3002)', async t => {
    const dataset = await storeOne({ transferSyntax: IMPLICIT_LE, with: [el('00080000', 'UL', [0])] })
    t.same(
      Object.keys(dataset).filter(tag => tag.startsWith('0002') || tag.endsWith('0000')),
      [],
    )
    t.same(dataset['00083002'], { vr: 'UI', Value: [IMPLICIT_LE] })
  })

  t.test('trap 22, trap 24: F.2.3 numbers are numbers, in every transfer syntax', async t => {
    for (const transferSyntax of [undefined, IMPLICIT_LE, EXPLICIT_BE]) {
      const dataset = await storeOne({
        ...(transferSyntax === undefined ? {} : { transferSyntax }),
        with: [
          el('00200013', 'IS', '+007'),
          el('00180050', 'DS', '0.625\\1e2'),
          el('00189073', 'FD', [-1.5]),
          el(
            '00280009',
            'AT',
            transferSyntax === EXPLICIT_BE
              ? Uint8Array.of(0, 0x18, 0x10, 0x63)
              : Uint8Array.of(0x18, 0, 0x63, 0x10),
          ),
        ],
      })
      t.same(dataset['00200013'], { vr: 'IS', Value: [7] })
      t.same(dataset['00180050'], { vr: 'DS', Value: [0.625, 100] })
      t.same(dataset['00189073'], { vr: 'FD', Value: [-1.5] })
      t.same(dataset['00280010'], { vr: 'US', Value: [8] })
      t.same(dataset['00280009'], { vr: 'AT', Value: ['00181063'] })
    }
  })

  t.test('trap 23, trap 28: F.2.5 an empty value has no Value, an empty item is {}', async t => {
    const dataset = await storeOne({
      with: [
        el('00100020', 'LO', ''),
        el('00080050', 'SH', '  '),
        el('00100010', 'PN', ''),
        el('00081140', 'SQ', [[], [el('00081155', 'UI', '1.2')]]),
        el('00081115', 'SQ', []),
        el('00200032', 'DS', ''),
      ],
    })
    t.same(dataset['00100020'], { vr: 'LO' })
    t.same(dataset['00080050'], { vr: 'SH' })
    t.same(dataset['00100010'], { vr: 'PN' })
    t.same(dataset['00081140'], { vr: 'SQ', Value: [{}, { '00081155': { vr: 'UI', Value: ['1.2'] } }] })
    t.same(dataset['00081115'], { vr: 'SQ' })
    t.same(dataset['00200032'], { vr: 'DS' })
  })

  t.test('F.2.5 a hole in a list is null', async t => {
    const dataset = await storeOne({ with: [el('00200032', 'DS', '1\\\\3'), el('00080008', 'CS', 'A\\\\C')] })
    t.same(dataset['00200032'], { vr: 'DS', Value: [1, null, 3] })
    t.same(dataset['00080008'], { vr: 'CS', Value: ['A', null, 'C'] })
  })

  t.test('trap 25: F.2.2 a person name is an object of its groups', async t => {
    const name = 'Yamada^Tarou=山田^太郎=やまだ^たろう'
    const dataset = await storeOne({ with: [el('00100010', 'PN', name), el('00080090', 'PN', '=李')] })
    t.same(dataset['00100010'], {
      vr: 'PN',
      Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    })
    t.same(dataset['00080090'], { vr: 'PN', Value: [{ Ideographic: '李' }] })
  })

  t.test('trap 27: names in other character sets come as UTF-8, also in items', async t => {
    const greek = Uint8Array.from([0xc4, 0xe9, 0xef, 0xed, 0xf5, 0xf3, 0xe9, 0xef, 0xf2])
    const latin1 = Uint8Array.from([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72])
    const dataset = await storeOne({
      with: [
        el('00080005', 'CS', 'ISO_IR 126'),
        el('00100010', 'PN', greek),
        el('00081140', 'SQ', [
          [el('00100010', 'PN', greek)],
          [el('00080005', 'CS', 'ISO_IR 100'), el('00100010', 'PN', latin1)],
        ]),
      ],
    })
    t.same(dataset['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Διονυσιος' }] })
    const items = dataset['00081140']!['Value'] as Dataset[]
    t.same(items[0]!['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Διονυσιος' }] }, 'inherited')
    t.same(items[1]!['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Müller' }] }, 'of its own')
  })

  t.test('F.2.4 a backslash splits SH and LO, never LT and ST', async t => {
    const dataset = await storeOne({
      with: [el('00081030', 'LO', 'a\\b'), el('00104000', 'LT', 'a\\b '), el('00080081', 'ST', '  a\\b')],
    })
    t.same(dataset['00081030'], { vr: 'LO', Value: ['a', 'b'] })
    t.same(dataset['00104000'], { vr: 'LT', Value: ['a\\b'] })
    t.same(dataset['00080081'], { vr: 'ST', Value: ['  a\\b'] })
  })

  t.test('trap 26: F.2.7 binary is base64 of little endian bytes or a URI, never an array', async t => {
    for (const transferSyntax of [undefined, IMPLICIT_LE, EXPLICIT_BE]) {
      const short = el('00283006', 'OW', [1, 2, 65535])
      const dataset = await storeOne({
        ...(transferSyntax === undefined ? {} : { transferSyntax }),
        with: [el('00283010', 'SQ', [[short]])],
      })
      const item = (dataset['00283010']!['Value'] as Dataset[])[0]!
      t.same(item['00283006'], {
        vr: 'OW',
        InlineBinary: Buffer.from([1, 0, 2, 0, 255, 255]).toString('base64'),
      })
    }
  })

  t.test('US or SS is by Pixel Representation', async t => {
    for (const [representation, vr, value] of [
      [0, 'US', 65000],
      [1, 'SS', -536],
    ] as const) {
      const dataset = await storeOne({
        transferSyntax: IMPLICIT_LE,
        with: [el('00280103', 'US', [representation]), el('00280106', 'US', [65000])],
      })
      t.same(dataset['00280106'], { vr, Value: [value] })
    }
  })

  t.test(
    'trap 14: 8.7.3.2 is labelled application/dicom+json, and application/json only where asked',
    async t => {
      const image = ctImage()
      await store(url, [image.bytes])
      const typeFor = async (headers: Record<string, string>): Promise<string | undefined> =>
        (await askWhole(`${url}${pathOf(image)}/metadata`, { headers })).headers['content-type']
      t.match(await typeFor({}), /^application\/dicom\+json/)
      t.match(await typeFor({ accept: '*/*' }), /^application\/dicom\+json/)
      t.match(await typeFor({ accept: 'application/json' }), /^application\/json/)
      t.match(
        await typeFor({ accept: 'application/dicom+json, application/json' }),
        /^application\/dicom\+json/,
      )
    },
  )

  t.test('gzip answers equal identity answers, and both tell all instances in order', async t => {
    const study = newUid()
    const make = (series: string, seriesNumber: number, n: number): MadeInstance =>
      ctImage({
        study,
        series,
        with: [
          el('00200011', 'IS', String(seriesNumber)),
          el('00200013', 'IS', String(n)),
          el('00104000', 'LT', `filler ${n} `.repeat(50)),
        ],
      })
    const first = [5, 1, 30, 2].map(n => make('2.25.1001', 2, n))
    const second = Array.from({ length: 120 }, (_, n) => make('2.25.1002', 1, 120 - n))
    await store(
      url,
      [...first, ...second].map(image => image.bytes),
    )
    const both = async (where: string): Promise<Dataset[]> => {
      const ask = (encoding: string): ReturnType<typeof askWhole> =>
        askWhole(`${url}${where}/metadata`, { headers: { 'accept-encoding': encoding } })
      const [gzip, identity] = [await ask('gzip'), await ask('identity')]
      t.equal(gzip.headers['content-encoding'], 'gzip', where)
      t.equal(identity.headers['content-encoding'], undefined, where)
      t.match(gzip.headers.vary, /Accept-Encoding/i)
      t.match(identity.headers.vary, /Accept-Encoding/i)
      t.ok(gunzipSync(gzip.bytes).equals(identity.bytes), where)
      return JSON.parse(identity.bytes.toString()) as Dataset[]
    }
    const numbers = (datasets: Dataset[]): unknown[] =>
      datasets.map(dataset => (dataset['00200013']!['Value'] as unknown[])[0])
    const upTo120 = Array.from({ length: 120 }, (_, n) => n + 1)
    const levels = [`/studies/${study}`, `/studies/${study}/series/2.25.1001`, pathOf(first[0]!)] as const
    for (const round of ['before the bundle is kept', 'after it is kept']) {
      const [all, series, instance] = [await both(levels[0]), await both(levels[1]), await both(levels[2])]
      t.same(numbers(all), [...upTo120, 1, 2, 5, 30], `study, ${round}`)
      t.same(numbers(series), [1, 2, 5, 30], `series, ${round}`)
      t.same(numbers(instance), [5], `instance, ${round}`)
      t.same(all.slice(120), series, `the study holds the series, ${round}`)
      t.same(series[2], instance[0], `the series holds the instance, ${round}`)
    }
    await store(url, [make('2.25.1001', 2, 3).bytes])
    for (const round of ['after another store', 'and again']) {
      t.same(numbers(await both(levels[1])), [1, 2, 3, 5, 30], `series, ${round}`)
      t.same(numbers(await both(levels[0])), [...upTo120, 1, 2, 3, 5, 30], `study, ${round}`)
    }
  })

  t.test('a series that is read while it is stored into is told whole after each store', async t => {
    const ids = { study: newUid(), series: newUid() }
    const where = `${url}/studies/${ids.study}/series/${ids.series}/metadata`
    for (let n = 1; n <= 15; n++) {
      const image = ctImage({ ...ids, with: [el('00200013', 'IS', String(n))] })
      const [, reading] = await Promise.all([
        store(url, [image.bytes]),
        askWhole(where, { headers: { 'accept-encoding': 'gzip' } }),
      ])
      t.ok(reading.status === 200 || (n === 1 && reading.status === 404))
      const { bytes } = await askWhole(where, { headers: { 'accept-encoding': 'gzip' } })
      t.equal((JSON.parse(gunzipSync(bytes).toString()) as unknown[]).length, n)
    }
  })

  t.test('trap 53: a client that goes away while a bundle is made leaves no half of one behind', async t => {
    const ids = { study: newUid(), series: newUid() }
    const texts = (): string[] => Array.from({ length: 20 }, () => randomBytes(3000).toString('base64'))
    const images = Array.from({ length: 60 }, () =>
      ctImage({ ...ids, with: texts().map((text, n) => el(`0009${String(1000 + n)}`, 'LT', text)) }),
    )
    await store(
      url,
      images.map(image => image.bytes),
    )
    const where = `${url}/studies/${ids.study}/series/${ids.series}/metadata`
    const files = (): string[] => readdirSync(path.join(server.dataFolder, 'data', 'cache'))
    const openFiles = (): number => readdirSync(`/proc/${server.pid}/fd`).length
    const before = { open: openFiles() }
    for (let n = 0; n < 10; n++) {
      const { body } = await ask(where, { headers: { 'accept-encoding': 'gzip' } })
      body.once('error', () => undefined)
      await new Promise(resolve => body.once('readable', resolve))
      body.destroy()
    }
    const halves = (): string[] => files().filter(name => name.endsWith('.part'))
    const settled = (): boolean => halves().length === 0 && openFiles() <= before.open + 2
    for (let tries = 0; tries < 200 && !settled(); tries++)
      await new Promise(resolve => setTimeout(resolve, 50))
    t.same(halves(), [])
    t.ok(openFiles() <= before.open + 2, `${openFiles()} files are open, ${before.open} were`)
    const { bytes } = await askWhole(where, { headers: { 'accept-encoding': 'gzip' } })
    t.ok(bytes.length > 2 << 20, 'longer than what sockets hold')
    t.equal((JSON.parse(gunzipSync(bytes).toString()) as unknown[]).length, images.length)
  })

  t.test('an instance of a long header comes whole, gzip and identity', async t => {
    const items = Array.from({ length: 4000 }, (_, n) => [
      el('00080100', 'SH', `code ${n}`),
      el('00080104', 'LO', randomBytes(24).toString('base64')),
    ])
    const image = ctImage({ with: [el('0040A730', 'SQ', items)] })
    await store(url, [image.bytes])
    const [gzip, identity] = await Promise.all(
      ['gzip', 'identity'].map(encoding =>
        askWhole(`${url}${pathOf(image)}/metadata`, { headers: { 'accept-encoding': encoding } }),
      ),
    )
    t.ok(gunzipSync(gzip!.bytes).equals(identity!.bytes))
    const [dataset] = JSON.parse(identity!.bytes.toString()) as [Dataset]
    t.same(
      (dataset['0040A730']!['Value'] as Dataset[]).map(item => (item['00080100']!['Value'] as string[])[0]),
      items.map((_, n) => `code ${n}`),
    )
  })

  t.test(
    'trap 18, trap 19, trap 20: BulkDataURI is absolute, without query, and where there are bytes',
    async t => {
      const pixels = { fragments: [Uint8Array.of(0xff, 0xd8, 1, 2, 0xff, 0xd9)] }
      const image = ctImage({
        transferSyntax: JPEG_BASELINE,
        pixels,
        with: [
          el('00420011', 'OB', ''),
          el('00091010', 'OB', new Uint8Array(5000)),
          el('00090010', 'LO', 'C'),
        ],
      })
      await store(url, [image.bytes])
      const [dataset] = await metadata(pathOf(image))
      t.same(dataset!['7FE00010'], { vr: 'OB', BulkDataURI: `${url}${pathOf(image)}/bulkdata/7FE00010` })
      t.same(dataset!['00091010'], { vr: 'OB', BulkDataURI: `${url}${pathOf(image)}/bulkdata/00091010` })
      t.same(dataset!['00420011'], { vr: 'OB' }, 'none for an empty value')
    },
  )

  t.test('pixels of native images are told by URI too, with their own VR', async t => {
    const image = ctImage()
    await store(url, [image.bytes])
    t.same((await metadata(pathOf(image)))[0]!['7FE00010'], {
      vr: 'OW',
      BulkDataURI: `${url}${pathOf(image)}/bulkdata/7FE00010`,
    })
  })

  t.test('all that was stored is there, no more and no less', async t => {
    const image = ctImage()
    await store(url, [image.bytes])
    const [dataset] = (await metadata(pathOf(image))) as unknown as JsonObject[]
    t.equal(Object.keys(dataset!).length, 27 + 1, 'the elements that made-dicom wrote, and (0008,3002)')
    t.equal(textOf(dataset!, '00080018'), image.SOPInstanceUID)
    t.equal(textOf(dataset!, '0020000D'), image.StudyInstanceUID)
    t.equal(textOf(dataset!, '0020000E'), image.SeriesInstanceUID)
    t.equal(textOf(dataset!, '00080005'), 'ISO_IR 192')
  })
})
