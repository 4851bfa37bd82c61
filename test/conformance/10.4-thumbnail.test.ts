import t from 'tap'
import { askWhole, store, type Answer } from '../dicomweb-client.js'
import { ctImage, el, JPEG_BASELINE, newUid, type CtOptions, type MadeInstance } from '../made-dicom.js'
import { flatImage, greyImage, shown } from '../made-pictures.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const SR = '1.2.840.10008.5.1.4.1.1.88.11'
const SEG = '1.2.840.10008.5.1.4.1.1.66.4'

t.test('PS3.18 10.4.1.1.4 Thumbnails', async t => {
  const { url } = await startServer(t)
  const get = (path: string, accept = 'image/png', more = {}): Promise<Answer & { bytes: Buffer }> =>
    askWhole(`${url}${path}`, { headers: { accept, ...more } })
  const greyOf = async (path: string): Promise<number> => (await shown((await get(path)).bytes)).grey

  const study = newUid()
  const of = (
    series: string,
    modality: string,
    seriesNumber: number,
    instanceNumber: number,
    more: CtOptions = {},
  ): CtOptions => ({
    ...more,
    study,
    series,
    with: [
      el('00080060', 'CS', modality),
      el('00200011', 'IS', String(seriesNumber)),
      el('00200013', 'IS', String(instanceNumber)),
      ...(more.with ?? []),
    ],
  })
  const [reports, segments, slices, late] = [newUid(), newUid(), newUid(), newUid()]
  const document = (series: string, modality: string, number: number): MadeInstance =>
    ctImage(of(series, modality, number, 1, { without: ['7FE00010'], with: [el('00080016', 'UI', SR)] }))
  const report = document(reports, 'SR', 1)
  const segment = flatImage([5], of(segments, 'SEG', 2, 1, { with: [el('00080016', 'UI', SEG)] }))
  const images = [11, 12, 13, 14, 15].map((grey, n) => flatImage([grey], of(slices, 'CT', 3, n + 1)))
  const last = flatImage([90], of(late, 'CT', 4, 1))
  await store(
    url,
    [report, segment, ...images, last].map(one => one.bytes),
  )
  const seriesPath = (series: string): string => `/studies/${study}/series/${series}`

  await t.test('a study is the middle instance of its first series of images', async t => {
    t.equal(await greyOf(`/studies/${study}/thumbnail`), 13)
    const { headers } = await get(`/studies/${study}/thumbnail`)
    t.match(headers['content-location'], `${url}${pathOf(images[2]!)}/thumbnail`)
  })

  await t.test('a series is its middle instance, whatever order it came in', async t => {
    t.equal(await greyOf(`${seriesPath(slices)}/thumbnail`), 13)
    t.equal(await greyOf(`${seriesPath(late)}/thumbnail`), 90)
    const mixed = newUid()
    await store(url, [
      flatImage([33], of(mixed, 'CT', 5, 1)).bytes,
      ...[2, 3, 4].map(
        n =>
          ctImage(of(mixed, 'CT', 5, n, { without: ['7FE00010'], with: [el('00080016', 'UI', SR)] })).bytes,
      ),
    ])
    t.equal(await greyOf(`${seriesPath(mixed)}/thumbnail`), 33, 'an image before what is none')
  })

  await t.test('an instance is its middle frame, a list of frames the middle one listed', async t => {
    const multi = flatImage([10, 20, 30, 40, 50])
    await store(url, [multi.bytes])
    t.equal(await greyOf(`${pathOf(multi)}/thumbnail`), 30)
    t.equal(await greyOf(`${pathOf(multi)}/frames/2/thumbnail`), 20)
    t.equal(await greyOf(`${pathOf(multi)}/frames/1,5,2/thumbnail`), 50)
    t.equal((await get(`${pathOf(multi)}/frames/6/thumbnail`)).status, 404)
    t.equal((await get(`${pathOf(multi)}/frames/0/thumbnail`)).status, 400)
  })

  await t.test('8.7.4 it is a JPEG, or another type that is asked for', async t => {
    const path = `/studies/${study}/thumbnail`
    t.equal((await get(path, '*/*')).headers['content-type'], 'image/jpeg')
    for (const type of ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'])
      t.equal((await get(path, type)).headers['content-type'], type)
    for (const type of ['text/html', 'image/jp2', 'multipart/related; type="image/jpeg"'])
      t.equal((await get(path, type)).status, 406, type)
  })

  await t.test(
    '8.3.5.1.3 it fits into 256 × 256 or the viewport, is no larger than there is, and is not cut',
    async t => {
      const wide = greyImage(
        Array.from({ length: 1000 * 300 }, (_, i) => i % 256),
        1000,
        300,
      )
      await store(url, [wide.bytes])
      const size = async (query: string): Promise<number[]> => {
        const { width, height } = await shown((await get(`${pathOf(wide)}/thumbnail${query}`)).bytes)
        return [width, height]
      }
      t.same(await size(''), [256, 77])
      t.same(await size('?viewport=100,100'), [100, 30])
      t.same(await size('?viewport=100,15'), [50, 15])
      t.same(await size('?viewport=5000,5000'), [1000, 300])
      const small = await shown((await get(`${pathOf(images[0]!)}/thumbnail`)).bytes)
      t.same([small.width, small.height], [8, 8])
      for (const viewport of ['100,100,0,0,10,10', '100,100,,,,', '0,0', 'a', '1', '20000,1'])
        t.equal((await get(`${pathOf(wide)}/thumbnail?viewport=${viewport}`)).status, 400, viewport)
    },
  )

  await t.test('what has no picture is an icon of its kind, with 200', async t => {
    const other = ctImage({
      without: ['7FE00010'],
      with: [el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.104.1'), el('00080060', 'CS', 'DOC')],
    })
    await store(url, [other.bytes])
    const icons: Buffer[] = []
    for (const path of [
      `${pathOf(report)}/thumbnail`,
      `${seriesPath(reports)}/thumbnail`,
      `${pathOf(other)}/thumbnail`,
      `/studies/${other.StudyInstanceUID}/thumbnail`,
    ]) {
      const answer = await get(path)
      t.equal(answer.status, 200)
      icons.push(answer.bytes)
      const { width, height, greys } = await shown(answer.bytes)
      t.ok(width <= 256 && height <= 256)
      t.ok(new Set(greys).size > 1, 'it shows something')
    }
    t.ok(icons[0]?.equals(icons[1]!))
    t.notOk(icons[0]?.equals(icons[2]!), 'a report and a PDF look different')
    const sized = await shown((await get(`${pathOf(report)}/thumbnail?viewport=64,32`)).bytes)
    t.same([sized.width, sized.height], [32, 32])
  })

  await t.test('8.5 what cannot be decoded is 406, what is not there 404', async t => {
    const broken = ctImage({
      pixels: { fragments: [Buffer.from('no such codestream')] },
      transferSyntax: JPEG_BASELINE,
    })
    await store(url, [broken.bytes])
    t.equal((await get(`${pathOf(broken)}/thumbnail`)).status, 406)
    t.equal((await get(`/studies/${newUid()}/thumbnail`)).status, 404)
    t.equal((await get(`${seriesPath(newUid())}/thumbnail`)).status, 404)
    t.equal((await get(`${pathOf({ ...broken, StudyInstanceUID: study })}/thumbnail`)).status, 404)
  })

  await t.test('RFC 9110 13, 14: conditions and ranges', async t => {
    const path = `${seriesPath(late)}/thumbnail`
    const whole = await get(path)
    const etag = whole.headers.etag ?? ''
    t.equal((await get(path, 'image/png', { 'if-none-match': etag })).status, 304)
    t.equal((await get(path, 'image/png', { 'if-match': '"other"' })).status, 412)
    t.equal((await get(path, 'image/png', { range: 'bytes=0-0' })).status, 206)
    t.equal((await get(path, 'image/png', { range: 'bytes=999999-' })).status, 416)
    await store(url, [flatImage([91], of(late, 'CT', 4, 2)).bytes])
    const later = await get(path, 'image/png', { 'if-none-match': etag })
    t.equal(later.status, 200, 'a store in the series is another version')
    t.equal((await shown(later.bytes)).grey, 91)
  })
})
