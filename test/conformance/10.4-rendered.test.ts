import { unlinkSync } from 'node:fs'
import t from 'tap'
import { runFilmroom } from '../cli/run-filmroom.js'
import { ask, askWhole, store, type Answer } from '../dicomweb-client.js'
import { ctImage, el, JPEG_BASELINE, newUid, type MadeInstance } from '../made-dicom.js'
import { flatImage, greyImage, shown } from '../made-pictures.js'
import { readMultipart } from '../multipart-answer.js'
import { blobOf } from '../services/archive.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']
const CHROME_IMAGE = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'
const multipart = (type: string): string => `multipart/related; type="${type}"`

/** Of pictures that may lose: as near as JPEG keeps a flat grey. */
const NEAR = 2

t.test('PS3.18 10.4.1.1.3 Rendered resources', async t => {
  const server = await startServer(t)
  const { url } = server
  const columns = 256
  const ramp = Array.from({ length: 16 * columns }, (_, i) => i % columns)
  const made = greyImage(ramp, columns, 16)
  const multi = flatImage([10, 20, 30, 40, 50])
  await store(url, [made.bytes, multi.bytes])
  const get = (
    path: string,
    accept?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer & { bytes: Buffer }> =>
    askWhole(url + path, { headers: { ...(accept === undefined ? {} : { accept }), ...more } })
  const rendered = `${pathOf(made)}/rendered`
  const greyOf = async (answer: { bytes: Buffer }): Promise<number> => (await shown(answer.bytes)).grey

  await t.test('8.7.4 a grey instance is a JPEG, or a PNG, GIF, WebP or AVIF', async t => {
    for (const type of PICTURES) {
      const answer = await get(rendered, type)
      t.equal(answer.status, 200, type)
      t.equal(answer.headers['content-type'], type)
      const { width, height, greys } = await shown(answer.bytes)
      t.same([width, height], [columns, 16])
      const worst = Math.max(...greys.map((grey, i) => Math.abs(grey - (ramp[i] ?? 0))))
      t.ok(worst <= (type === 'image/png' ? 0 : 10), `${type}: ${worst} grey levels off`)
    }
    t.equal((await get(rendered)).headers['content-type'], 'image/jpeg', 'by default')
  })

  await t.test('8.7.5 a browser that takes everything gets JPEG; what it likes better it gets', async t => {
    for (const [accept, type] of [
      [CHROME_IMAGE, 'image/jpeg'],
      ['image/avif, image/webp, image/jpeg', 'image/jpeg'],
      ['image/png, image/jpeg', 'image/png'],
      ['image/webp, image/jpeg;q=0.9', 'image/webp'],
      ['image/*', 'image/jpeg'],
      ['image/jp2, image/gif', 'image/gif'],
    ] as const)
      t.equal((await get(rendered, accept)).headers['content-type'], type, accept)
    t.equal((await get(`${rendered}?accept=image/png`, 'image/jpeg')).headers['content-type'], 'image/png')
    t.equal((await get(rendered, 'image/jp2')).status, 406)
    t.equal((await get(rendered, 'text/html')).status, 406)
  })

  await t.test('a multi-frame instance is its middle frame, as multipart all of them in order', async t => {
    const one = await get(`${pathOf(multi)}/rendered`, 'image/png')
    t.equal(await greyOf(one), 30)
    t.equal(one.headers['content-location'], `${url}${pathOf(multi)}/rendered`)
    const all = await get(`${pathOf(multi)}/rendered`, multipart('image/png'))
    t.equal(all.status, 200)
    const { type, parts } = readMultipart(all.headers['content-type'], all.bytes)
    t.equal(type, 'image/png')
    t.same(await Promise.all(parts.map(greyOf)), [10, 20, 30, 40, 50])
    t.ok(parts.every(part => part.contentType === 'image/png'))
    t.match(parts[4]?.contentLocation, `${url}${pathOf(multi)}/frames/5/rendered`)
  })

  await t.test('10.4.1.1.5 frames: one bare, several as multipart in the order asked for', async t => {
    const frames = `${pathOf(multi)}/frames`
    const one = await get(`${frames}/4/rendered`)
    t.equal(one.headers['content-type'], 'image/jpeg')
    t.ok(Math.abs((await greyOf(one)) - 40) <= NEAR)
    const several = await get(`${frames}/5,1,2/rendered`)
    const { type, parts } = readMultipart(several.headers['content-type'], several.bytes)
    t.equal(type, 'image/jpeg')
    const greys = await Promise.all(parts.map(greyOf))
    t.ok(
      greys.every((grey, n) => Math.abs(grey - [50, 10, 20][n]!) <= NEAR),
      greys.join(),
    )
    t.equal((await get(`${frames}/1/rendered`, multipart('image/gif'))).status, 200)
    t.equal((await get(`${frames}/1,2/rendered`, 'image/jpeg')).status, 406, 'several are not one picture')
  })

  await t.test('8.5 frames that are not there, or asked for again and again', async t => {
    const frames = `${pathOf(multi)}/frames`
    for (const [list, status, words] of [
      ['6', 404, /has 5/],
      ['1000000', 404, /has 5/],
      ['1,2,6', 404, /frame 6/],
      ['0', 400, /list of frame numbers/],
      ['1,1', 400, /more than once/],
      [Array.from({ length: 7_000 }, () => '1').join(), 400, /more than once/],
      [Array.from({ length: 2_500 }, (_, n) => n + 1).join(), 404, /has 5/],
    ] as const) {
      const answer = await get(`${frames}/${list}/rendered`)
      t.equal(answer.status, status, list.slice(0, 20))
      t.match((JSON.parse(answer.bytes.toString()) as { detail: string }).detail, words)
    }
    // Beyond what a request head may hold.
    t.equal((await get(`${frames}/${'1,'.repeat(100_000)}1/rendered`)).status, 431)
    t.equal((await get(rendered)).status, 200)
  })

  const study = newUid()
  const series = (number: string): { study: string; series: string; with: ReturnType<typeof el>[] } => ({
    study,
    series: newUid(),
    with: [el('00200011', 'IS', number)],
  })
  const [scout, slices, report] = [series('1'), series('2'), series('3')]
  const inSeries = (of: typeof scout, grey: number, instanceNumber: number): MadeInstance =>
    flatImage([grey], { ...of, with: [...of.with, el('00200013', 'IS', String(instanceNumber))] })
  const images = [
    inSeries(slices, 60, 3),
    inSeries(slices, 40, 1),
    inSeries(slices, 50, 2),
    inSeries(scout, 200, 1),
  ]
  const text = ctImage({
    ...report,
    without: ['7FE00010'],
    with: [...report.with, el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.481.3')],
  })
  await store(url, [...images.map(image => image.bytes), text.bytes])
  const paths = {
    study: `/studies/${study}/rendered`,
    slices: `/studies/${study}/series/${slices.series}/rendered`,
    report: `/studies/${study}/series/${report.series}/rendered`,
  }

  await t.test(
    'trap 49: a series and a study are a part an instance, in order; what has no picture is passed over',
    async t => {
      for (const [path, greys] of [
        [paths.slices, [40, 50, 60]],
        [paths.study, [200, 40, 50, 60]],
      ] as const) {
        const answer = await get(path, multipart('image/png'))
        t.equal(answer.status, 200)
        const { parts } = readMultipart(answer.headers['content-type'], answer.bytes)
        t.same(await Promise.all(parts.map(greyOf)), greys)
        t.match(parts[0]?.contentLocation, /\/instances\/[\d.]+\/rendered$/)
        const plain = await get(path)
        t.equal(readMultipart(plain.headers['content-type'], plain.bytes).type, 'image/jpeg', 'by default')
      }
    },
  )

  await t.test('a series or study asked for as one picture is the one that stands for it', async t => {
    for (const accept of ['image/jpeg', CHROME_IMAGE]) {
      const answer = await get(paths.slices, accept)
      t.equal(answer.headers['content-type'], 'image/jpeg')
      t.ok(Math.abs((await greyOf(answer)) - 50) <= NEAR)
      t.match(answer.headers['content-location'], `${url}${pathOf(images[2]!)}/rendered`)
    }
    t.ok(Math.abs((await greyOf(await get(paths.study, 'image/jpeg'))) - 200) <= NEAR)
  })

  await t.test('8.5 what has no picture is 406, and what is not there 404', async t => {
    for (const accept of ['*/*', 'image/jpeg', multipart('image/jpeg')]) {
      t.equal((await get(paths.report, accept)).status, 406, accept)
      t.equal((await get(`${pathOf(text)}/rendered`, accept)).status, 406, accept)
    }
    t.equal((await get(`/studies/${newUid()}/rendered`)).status, 404)
    t.equal((await get(`/studies/${study}/series/${newUid()}/rendered`, 'image/jpeg')).status, 404)
    t.equal((await get(`${pathOf(text)}/frames/1/rendered`)).status, 404)
  })

  await t.test('RFC 9110 13: conditions', async t => {
    for (const [path, accept] of [
      [rendered, 'image/png'],
      [`${pathOf(multi)}/frames/1,2/rendered`, '*/*'],
      [paths.study, '*/*'],
      [paths.slices, 'image/jpeg'],
    ] as const) {
      const { headers } = await get(path, accept)
      const etag = headers.etag ?? ''
      t.equal((await get(path, accept, { 'if-none-match': etag })).status, 304)
      t.equal((await get(path, accept, { 'if-match': '"other"' })).status, 412)
      t.match(headers.vary, /Accept/)
      const others = [`${path}?quality=50`, `${path}?window=1,2`, `${path}?viewport=5,5`]
      for (const other of others) t.not((await get(other, accept)).headers.etag, etag, other.slice(-12))
      const head = await ask(url + path, { method: 'HEAD', headers: { accept } })
      t.equal(head.headers.etag, etag)
      t.equal(head.headers['content-type'], headers['content-type'])
    }
    t.not((await get(rendered, 'image/gif')).headers.etag, (await get(rendered, 'image/png')).headers.etag)
  })

  await t.test('RFC 9110 14: ranges of one picture', async t => {
    const whole = await get(rendered, 'image/png')
    t.equal(whole.headers['accept-ranges'], 'bytes')
    t.equal(whole.headers['content-length'], String(whole.bytes.length))
    const part = await get(rendered, 'image/png', {
      range: 'bytes=1-3',
      'if-range': whole.headers.etag ?? '',
    })
    t.equal(part.status, 206)
    t.equal(part.bytes.toString(), 'PNG')
    t.equal((await get(rendered, 'image/png', { range: 'bytes=99999999-' })).status, 416)
  })

  const jpegOf = (size: number, more: { study?: string; series?: string } = {}): MadeInstance =>
    ctImage({
      ...more,
      rows: size,
      columns: size,
      pixels: { fragments: [Buffer.from('no such codestream')] },
      transferSyntax: JPEG_BASELINE,
    })

  await t.test('8.7.8 what cannot be decoded is 406, and the next is drawn', async t => {
    const broken = jpegOf(16)
    await store(url, [broken.bytes])
    for (let n = 0; n < 4; n++) t.equal((await get(`${pathOf(broken)}/rendered`)).status, 406)
    t.equal((await get(rendered)).status, 200)
  })

  await t.test('of a series, what cannot be drawn is told in its place', async t => {
    const of = { study: newUid(), series: newUid() }
    const [good, broken] = [flatImage([77], of), jpegOf(16, of)]
    await store(url, [good.bytes, broken.bytes])
    const path = `/studies/${of.study}/rendered`
    const answer = await get(path, multipart('image/png'))
    t.equal(answer.status, 200)
    const { parts } = readMultipart(answer.headers['content-type'], answer.bytes)
    t.same(parts.map(part => part.contentType).sort(), ['application/problem+json', 'image/png'])
    const told = parts.find(part => part.contentType === 'application/problem+json')
    t.match(told?.contentLocation, `${pathOf(broken)}/rendered`)
    t.match(JSON.parse(String(told?.bytes)), { type: /urn:filmroom:problem:/, status: 406 })
    const alone = { study: newUid(), series: newUid() }
    await store(url, [jpegOf(16, alone).bytes, jpegOf(16, alone).bytes])
    t.equal((await get(`/studies/${alone.study}/rendered`)).status, 406, 'where nothing can be drawn')
  })

  await t.test('of a study, what is damaged is told in its place', async t => {
    const study = newUid()
    const [good, broken] = [flatImage([77], { study }), greyImage([5, 6, 7], 3, 1, { study })]
    await store(url, [good.bytes, broken.bytes])
    const path = `/studies/${study}/rendered`
    const whole = await get(path, multipart('image/png'))
    t.match([whole.status, whole.headers.warning], [200, undefined])
    unlinkSync(blobOf(server, broken))
    await runFilmroom(server.dataFolder, ['verify'])
    const answer = await get(`${path}?annotation=nothing`, multipart('image/png'))
    t.equal(answer.status, 200)
    t.match(
      answer.headers.warning,
      /^299 [^,]*annotation[^,]*, 299 \S+: Some instances are missing or damaged/,
    )
    const { parts } = readMultipart(answer.headers['content-type'], answer.bytes)
    t.same(parts.map(part => part.contentType).sort(), ['application/problem+json', 'image/png'])
    const told = parts.find(part => part.contentType === 'application/problem+json')
    t.match(told?.contentLocation, `${pathOf(broken)}/rendered`)
    t.match(JSON.parse(String(told?.bytes)), { type: 'urn:filmroom:problem:blob-missing', status: 500 })
    const { etag = '' } = whole.headers
    t.equal((await get(path, multipart('image/png'), { 'if-none-match': etag })).status, 200, 'is another')
    const alone = `/studies/${study}/series/${broken.SeriesInstanceUID}/rendered`
    t.match(await get(alone, multipart('image/png')), { status: 500 }, 'where nothing can be drawn')
  })

  await t.test('a frame of 65,535² pixels is 413', async t => {
    const huge = jpegOf(65_535)
    await store(url, [huge.bytes])
    t.equal((await get(`${pathOf(huge)}/rendered`)).status, 413)
    t.equal((await get(rendered)).status, 200)
  })

  await t.test('a client that leaves in the middle of many pictures holds nobody up', async t => {
    const of = { study: newUid(), series: newUid() }
    const noise = Array.from({ length: 256 * 256 }, (_, n) => (n * 7919) % 256)
    for (let n = 0; n < 30; n++) await store(url, [greyImage(noise, 256, 256, of).bytes])
    for (let n = 0; n < 5; n++) {
      const answer = await ask(`${url}/studies/${of.study}/rendered`, {
        headers: { accept: multipart('image/png') },
      })
      t.equal(answer.status, 200)
      answer.body.destroy()
    }
    const started = Date.now()
    t.equal((await get(rendered)).status, 200)
    t.ok(Date.now() - started < 5_000)
  })
})
