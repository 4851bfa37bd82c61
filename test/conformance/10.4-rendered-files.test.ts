import { randomBytes } from 'node:crypto'
import t from 'tap'
import { ask, askWhole, store, type Answer } from '../dicomweb-client.js'
import { ctImage, el, type MadeInstance } from '../made-dicom.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'
const MP4 = Buffer.concat([Buffer.from('0000001c667479706d703432', 'hex'), randomBytes(200_000)])
const MPEG = Buffer.concat([Buffer.from('000001ba', 'hex'), randomBytes(5_000)])
const TRANSPORT = Buffer.concat([Buffer.from([0x47]), randomBytes(187)])

function video(transferSyntax: string, stream: Buffer): MadeInstance {
  const half = Math.floor(stream.length / 4) * 2
  return ctImage({
    transferSyntax,
    frames: 100,
    pixels: { fragments: [stream.subarray(0, half), stream.subarray(half)] },
  })
}

function document(type: string, bytes: Buffer, sopClass = '104.1', withLength = false): MadeInstance {
  return ctImage({
    without: ['7FE00010'],
    with: [
      el('00080016', 'UI', `1.2.840.10008.5.1.4.1.1.${sopClass}`),
      el('00420011', 'OB', bytes),
      el('00420012', 'LO', type),
      ...(withLength ? [el('00420015', 'UL', [bytes.length])] : []),
    ],
  })
}

t.test('PS3.18 8.7.4 videos and documents as rendered resources', async t => {
  const { url } = await startServer(t)
  const get = (
    image: MadeInstance,
    accept: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer & { bytes: Buffer }> =>
    askWhole(`${url}${pathOf(image)}/rendered`, { headers: { accept, ...more } })

  await t.test('trap 50: a video goes out as it is, under the type of its container', async t => {
    for (const [syntax, stream, type, others] of [
      ['102', MP4, 'video/mp4', []],
      ['107', MP4, 'video/mp4', ['video/H265']],
      ['100', MPEG, 'video/mpeg', ['video/mpeg2']],
      ['102', TRANSPORT, 'video/mp2t', ['video/mp4']],
    ] as const) {
      const image = video(`1.2.840.10008.1.2.4.${syntax}`, stream)
      await store(url, [image.bytes])
      for (const accept of ['*/*', BROWSER, 'video/*', type, ...others]) {
        const answer = await get(image, accept)
        t.equal(answer.status, 200, `${syntax} ${accept}`)
        t.equal(answer.headers['content-type'], type)
        t.ok(answer.bytes.equals(stream))
        t.equal(answer.headers['content-length'], String(stream.length))
      }
      for (const accept of ['image/jpeg', 'application/dicom', 'video/x-matroska'])
        t.equal((await get(image, accept)).status, 406, accept)
      t.equal((await askWhole(`${url}${pathOf(image)}/frames/1/rendered`)).status, 406, 'no frames of it')
    }
  })

  await t.test('RFC 9110 14: a video is sought in by ranges, as browsers do', async t => {
    const image = video('1.2.840.10008.1.2.4.103', MP4)
    await store(url, [image.bytes])
    const first = await get(image, '*/*', { range: 'bytes=0-' })
    t.equal(first.status, 206)
    t.equal(first.headers['accept-ranges'], 'bytes')
    t.equal(first.headers['content-range'], `bytes 0-${MP4.length - 1}/${MP4.length}`)
    t.equal(first.headers['content-type'], 'video/mp4')
    // Over the border of its fragments.
    const part = await get(image, '*/*', { range: 'bytes=99000-101999' })
    t.ok(part.bytes.equals(MP4.subarray(99_000, 102_000)))
    t.ok((await get(image, '*/*', { range: 'bytes=-5' })).bytes.equals(MP4.subarray(-5)))
    t.equal((await get(image, '*/*', { range: `bytes=${MP4.length}-` })).status, 416)
    const etag = first.headers.etag ?? ''
    t.equal((await get(image, '*/*', { 'if-none-match': etag })).status, 304)
    const head = await ask(`${url}${pathOf(image)}/rendered`, { method: 'HEAD' })
    t.equal(head.headers['content-length'], String(MP4.length))
  })

  await t.test('trap 50: a document goes out as it is, under its type', async t => {
    for (const [type, sopClass] of [
      ['application/pdf', '104.1'],
      ['text/xml', '104.2'],
      ['model/stl', '104.3'],
      ['model/obj', '104.4'],
      ['model/mtl', '104.5'],
    ] as const) {
      const bytes = randomBytes(3001)
      const image = document(type, bytes, sopClass, true)
      await store(url, [image.bytes])
      for (const accept of sopClass === '104.2' ? [type] : ['*/*', BROWSER, type]) {
        const answer = await get(image, accept)
        t.equal(answer.status, 200, `${type} ${accept}`)
        t.equal(answer.headers['content-type'], type)
        t.ok(answer.bytes.equals(bytes), 'without the pad byte, which is none of it')
        t.equal(answer.headers['x-content-type-options'], 'nosniff')
      }
      t.equal((await get(image, 'image/png')).status, 406)
      const part = await get(image, type, { range: 'bytes=3000-' })
      t.equal(part.status, 206)
      t.ok(part.bytes.equals(bytes.subarray(3000)))
    }
  })

  await t.test(
    'a document that a browser could run is sandboxed; a type that is none is no document',
    async t => {
      for (const type of ['text/xml', 'text/html', 'image/svg+xml', 'application/xhtml+xml']) {
        const image = document(type, Buffer.from('<script>alert(1)</script>'))
        await store(url, [image.bytes])
        const answer = await get(image, type)
        t.equal(answer.status, 200)
        t.match(answer.headers['content-security-policy'], /^sandbox/)
      }
      for (const type of ['', 'pdf', 'text/html\r\nX: y', 'a/b; charset=c', 'x'.repeat(60)]) {
        const image = document(type, Buffer.from('%PDF-1.4'))
        await store(url, [image.bytes])
        t.equal((await get(image, '*/*')).status, 406)
      }
    },
  )
})
