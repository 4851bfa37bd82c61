import { randomBytes } from 'node:crypto'
import t from 'tap'
import { ask, askJson, askWhole, store } from '../dicomweb-client.js'
import { ctImage, el, EXPLICIT_BE, JPEG_BASELINE, newUid, type MadeInstance } from '../made-dicom.js'
import { readMultipart, type AnswerPart } from '../multipart-answer.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const OCTETS = 'multipart/related; type="application/octet-stream"'
const VIDEO = '1.2.840.10008.1.2.4.102'

t.test('PS3.18 10.4.1.1.3 Retrieve: the bulkdata and pixeldata resources', async t => {
  const server = await startServer(t)
  const { url } = server
  const stored = async (...images: MadeInstance[]): Promise<void> => {
    t.equal(
      (
        await store(
          url,
          images.map(({ bytes }) => bytes),
        )
      ).status,
      200,
    )
  }
  const parts = async (from: string, accept?: string, status = 200): Promise<readonly AnswerPart[]> => {
    const answer = await askWhole(from, { headers: accept === undefined ? {} : { accept } })
    t.equal(answer.status, status, from)
    return readMultipart(answer.headers['content-type'], answer.bytes).parts
  }
  const jpeg = (byte: number): Uint8Array => Uint8Array.of(0xff, 0xd8, byte, byte, 0xff, 0xd9)

  const study = newUid()
  const series = newUid()
  const table = randomBytes(3000)
  const nested = randomBytes(2000)
  const native = ctImage({
    study,
    series,
    transferSyntax: EXPLICIT_BE,
    frames: 2,
    with: [
      el('00200013', 'IS', '1'),
      el('00281201', 'OW', Buffer.from(table).swap16()),
      el('54000100', 'SQ', [[el('54001010', 'OB', nested)]]),
    ],
  })
  const compressed = ctImage({
    study,
    series,
    transferSyntax: JPEG_BASELINE,
    frames: 2,
    with: [el('00200013', 'IS', '2')],
    pixels: { fragments: [jpeg(1), jpeg(2)] },
  })
  const report = ctImage({
    study,
    series: newUid(),
    with: [el('00200013', 'IS', '1')],
    without: ['7FE00010'],
  })
  await stored(native, compressed, report)
  const seriesUrl = `${url}/studies/${study}/series/${series}`

  t.test(
    '10.4.3.3.5 bulkdata: every bulk value a part, which is what its Content-Location gives',
    async t => {
      for (const where of [`${url}/studies/${study}`, seriesUrl]) {
        const all = await parts(`${where}/bulkdata`)
        t.same(
          all.map(({ contentLocation }) => contentLocation),
          [
            `${url}${pathOf(native)}/bulkdata/00281201`,
            `${url}${pathOf(native)}/bulkdata/54000100.1.54001010`,
            `${url}${pathOf(native)}/bulkdata/7FE00010`,
            `${url}${pathOf(compressed)}/frames/1`,
            `${url}${pathOf(compressed)}/frames/2`,
          ],
          where,
        )
        t.ok(all[0]?.bytes.equals(table), 'little endian')
        t.ok(all[1]?.bytes.equals(nested))
        t.equal(all[3]?.contentType, `image/jpeg; transfer-syntax=${JPEG_BASELINE}`)
        t.ok(all[4]?.bytes.equals(jpeg(2)))
        for (const { contentLocation = '', bytes } of all)
          t.ok(
            (
              await askWhole(contentLocation, { headers: { accept: 'application/octet-stream, image/*' } })
            ).bytes.equals(bytes),
            contentLocation,
          )
      }
      const { json } = await askJson(`${seriesUrl}/metadata`)
      const uris = new Set(JSON.stringify(json).match(/(?<="BulkDataURI":")[^"]+/g))
      const of = (await parts(`${url}${pathOf(native)}/bulkdata`)).map(
        ({ contentLocation }) => contentLocation,
      )
      t.equal(of.length, 3)
      t.ok(
        of.every(location => uris.has(location ?? '')),
        'each is a BulkDataURI of the metadata',
      )
    },
  )

  t.test('10.4.3.3.6 pixeldata: top-level Pixel Data alone', async t => {
    const all = await parts(`${url}/studies/${study}/pixeldata`)
    t.same(
      all.map(({ contentLocation }) => contentLocation),
      [
        `${url}${pathOf(native)}/bulkdata/7FE00010`,
        ...[1, 2].map(n => `${url}${pathOf(compressed)}/frames/${n}`),
      ],
    )
    t.same((await parts(`${url}${pathOf(compressed)}/pixeldata`)).length, 2)
  })

  t.test('Float and Double Float Pixel Data are pixel data', async t => {
    const float = ctImage({ without: ['7FE00010'], with: [el('7FE00008', 'OF', randomBytes(2048))] })
    await stored(float)
    const { status, headers, bytes } = await askWhole(`${url}${pathOf(float)}/pixeldata`, {
      headers: { accept: 'application/octet-stream' },
    })
    t.equal(status, 200)
    t.equal(headers['content-location'], `${url}${pathOf(float)}/bulkdata/7FE00008`)
    t.equal(bytes.length, 2048)
  })

  t.test('8.7.8 206 with those that can be given, 406 with a list where none can', async t => {
    const some = await parts(`${seriesUrl}/pixeldata`, 'multipart/related; type="image/jpeg"', 206)
    t.equal(some.length, 2)
    t.match(
      (await ask(`${seriesUrl}/pixeldata`, { headers: { accept: 'multipart/related; type="image/jpeg"' } }))
        .headers['warning'],
      /^299 /,
    )
    const { status, json } = await askJson(`${seriesUrl}/bulkdata`, {
      headers: { accept: 'application/dicom+json' },
    })
    t.equal(status, 406)
    t.match(
      (json as { detail: string }).detail,
      /what there is: .*type="application\/octet-stream".*type="image\/jpeg"/,
    )
    t.equal((await parts(`${seriesUrl}/pixeldata`, OCTETS)).length, 3)
  })

  t.test(
    '10.4.4 a single part only where the resource is one value: then as its own URI is answered, ranges too',
    async t => {
      const video = ctImage({ transferSyntax: VIDEO, frames: 10, pixels: { fragments: [randomBytes(5000)] } })
      await stored(video)
      const where = `${url}${pathOf(video)}/pixeldata`
      const whole = await askWhole(`${where}?accept=video/mp4`)
      t.equal(whole.status, 200)
      t.equal(whole.headers['content-type'], `video/mp4; transfer-syntax=${VIDEO}`)
      t.equal(whole.headers['accept-ranges'], 'bytes')
      const range = await askWhole(where, { headers: { accept: 'video/mp4', range: 'bytes=100-199' } })
      t.equal(range.status, 206)
      t.ok(range.bytes.equals(whole.bytes.subarray(100, 200)))
      t.equal(
        (await ask(`${seriesUrl}/pixeldata`, { headers: { accept: 'application/octet-stream' } })).status,
        406,
      )
    },
  )

  t.test('compressed pixels of an icon are its own, not the first frame of the image', async t => {
    const image = ctImage({
      transferSyntax: JPEG_BASELINE,
      with: [el('00880200', 'SQ', [[el('7FE00010', 'OB', { fragments: [jpeg(8), jpeg(9)] })]])],
      pixels: { fragments: [jpeg(7)] },
    })
    await stored(image)
    const all = await parts(`${url}${pathOf(image)}/bulkdata`)
    t.same(
      all.map(({ contentLocation }) => contentLocation),
      [`${url}${pathOf(image)}/bulkdata/00880200.1.7FE00010`, `${url}${pathOf(image)}/frames/1`],
    )
    t.ok(all[0]?.bytes.equals(Buffer.concat([jpeg(8), jpeg(9)])))
    t.ok(all[1]?.bytes.equals(jpeg(7)))
    const alone = await askWhole(all[0]?.contentLocation ?? '', { headers: { accept: 'image/jpeg' } })
    t.ok(alone.bytes.equals(Buffer.concat([jpeg(8), jpeg(9)])))
    t.equal(alone.headers['content-location'], all[0]?.contentLocation)
    t.equal((await parts(`${url}${pathOf(image)}/pixeldata`)).length, 1)
  })

  t.test('404 without the instance, or where nothing has such a value; HEAD; 304', async t => {
    t.equal((await ask(`${url}/studies/2.25.9/bulkdata`)).status, 404)
    t.equal((await ask(`${url}/studies/${study}/series/2.25.9/pixeldata`)).status, 404)
    const none = await askJson(`${url}${pathOf(report)}/bulkdata`)
    t.equal(none.status, 404)
    t.match((none.json as { type: string }).type, /bulkdata-not-found$/)
    const head = await askWhole(`${seriesUrl}/bulkdata`, { method: 'HEAD' })
    t.equal(head.status, 200)
    t.equal(head.bytes.length, 0)
    const { etag = '' } = head.headers
    t.equal((await ask(`${seriesUrl}/bulkdata`, { headers: { 'if-none-match': etag } })).status, 304)
    t.not((await ask(`${seriesUrl}/pixeldata`)).headers.etag, etag)
  })

  t.test('an encapsulated document comes under its own type where that is asked for', async t => {
    const document = randomBytes(3000)
    const pdf = ctImage({
      without: ['7FE00010'],
      with: [el('00420011', 'OB', document), el('00420012', 'LO', 'application/pdf')],
    })
    await stored(pdf)
    const { headers, bytes } = await askWhole(`${url}${pathOf(pdf)}/bulkdata`, {
      headers: { accept: 'application/pdf' },
    })
    t.equal(headers['content-type'], 'application/pdf')
    t.ok(bytes.equals(document))
    t.equal((await ask(`${url}${pathOf(pdf)}/pixeldata`)).status, 404)
  })
})
