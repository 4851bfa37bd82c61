import { createHash, randomBytes } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { askJson, askWhole, readStoreAnswer, search, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../made-dicom.js'
import { memoryOf, startServer } from '../server.js'
import { partsBody } from './parts-body.js'
import { pathOf } from './paths.js'

const C000 = 0xc000
const A700 = 0xa700
const MIB = 1024 * 1024
const MULTIPART = 'multipart/related; type="application/dicom"; boundary=xyz'

t.test('PS3.18 10.5 Store: Content-Encoding, RFC 9110 8.4', async t => {
  const server = await startServer(t, {
    FILMROOM_MAX_REQUEST_BYTES: '64MiB',
    FILMROOM_MAX_INFLATED_BYTES: '8MiB',
    FILMROOM_UPLOAD_IDLE: '500ms',
  })
  const { url } = server
  const post = (
    coding: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; json: unknown }> =>
    askJson(`${url}/studies`, {
      method: 'POST',
      headers: { 'content-type': MULTIPART, 'content-encoding': coding, ...headers },
      body,
    })
  const comesBack = async (instance: MadeInstance): Promise<boolean> => {
    const got = await askWhole(url + pathOf(instance), { headers: { accept: STORED_SYNTAX } })
    return got.status === 200 && got.bytes.equals(instance.bytes)
  }

  t.test('a body in gzip or deflate is stored as it was before', async t => {
    for (const [coding, coded] of [
      ['gzip', gzipSync],
      ['GZIP', gzipSync],
      ['x-gzip', gzipSync],
      ['deflate', deflateSync],
      ['identity', (body: Uint8Array) => body],
      ['', (body: Uint8Array) => body],
    ] as const) {
      const images = [ctImage(), ctImage({ rows: 400, columns: 400 })]
      const body = coded(
        partsBody(
          'xyz',
          images.map(image => image.bytes),
        ),
      )
      t.equal((await post(coding, body)).status, 200, coding)
      for (const image of images) t.ok(await comesBack(image), coding)
      const bare = ctImage()
      const answer = await post(coding, coded(bare.bytes), { 'content-type': 'application/dicom' })
      t.equal(answer.status, 200, `bare, ${coding}`)
      t.ok(await comesBack(bare), `bare, ${coding}`)
    }
  })

  t.test('a coding that is not known is answered 415 with those that are', async t => {
    for (const coding of ['br', 'zstd', 'compress', 'gzip, gzip', 'nonsense;q=1']) {
      const answer = await askWhole(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': MULTIPART, 'content-encoding': coding },
        body: partsBody('xyz', [ctImage().bytes]),
      })
      t.equal(answer.status, 415, coding)
      t.equal(answer.headers['accept-encoding'], 'gzip, deflate, identity')
    }
  })

  t.test('where the coding breaks, what came whole before it is stored and reported', async t => {
    const [whole, cut] = [ctImage(), ctImage({ rows: 400, columns: 400 })]
    const coded = gzipSync(partsBody('xyz', [whole.bytes, cut.bytes]))
    const damaged = Buffer.from(coded)
    damaged.fill(0xff, 100_000, 100_100)
    for (const [name, body] of [
      ['cut', coded.subarray(0, 100_000)],
      ['damaged', damaged],
    ] as const) {
      const { status, json } = await post('gzip', body)
      t.equal(status, 202, name)
      t.same(readStoreAnswer(json), { stored: [whole.SOPInstanceUID], failed: [C000] }, name)
      t.equal((await askWhole(url + pathOf(cut))).status, 404)
    }
  })

  t.test('a body that is not in its coding is answered 400', async t => {
    const image = ctImage()
    const body = partsBody('xyz', [image.bytes])
    for (const [coding, bytes] of [
      ['gzip', body],
      ['deflate', body],
      ['deflate', gzipSync(body)],
      ['gzip', gzipSync(body).subarray(0, 30)],
      ['gzip', gzipSync(gzipSync(body))],
    ] as const)
      t.match(
        await post(coding, bytes),
        { status: 400, json: { type: 'urn:filmroom:problem:malformed-request' } },
        coding,
      )
    t.equal((await askWhole(url + pathOf(image))).status, 404)
  })

  t.test('a bomb is answered 413 and takes neither memory nor disk', async t => {
    const before = memoryOf(server.pid).now
    const bomb = gzipSync(Buffer.alloc(48 * MIB))
    t.match(await post('gzip', bomb, { 'content-type': 'application/dicom' }), {
      status: 413,
      json: { type: 'urn:filmroom:problem:payload-too-large' },
    })
    const image = ctImage({ pixels: Buffer.alloc(40 * MIB), rows: 4096, columns: 5120 })
    const whole = ctImage()
    const { status, json } = await post('gzip', gzipSync(partsBody('xyz', [whole.bytes, image.bytes])))
    t.equal(status, 202)
    t.same(readStoreAnswer(json), { stored: [whole.SOPInstanceUID], failed: [A700] })
    t.equal((await askWhole(url + pathOf(image))).status, 404)
    const grown = memoryOf(server.pid).peak - before
    t.ok(grown < 150 * MIB, `${Math.round(grown / MIB)} MiB more at most`)
  })

  t.test('the limit of a request counts what it decodes to', async t => {
    const piece = Buffer.concat([randomBytes(100_000), Buffer.alloc(2_000_000)])
    const files = Array.from({ length: 40 }, () => ctImage({ pixels: piece, rows: 1050, columns: 1000 }))
    const body = gzipSync(
      partsBody(
        'xyz',
        files.map(file => file.bytes),
      ),
    )
    t.ok(body.length < 8 * MIB)
    const { status, json } = await post('gzip', body)
    t.equal(status, 202, 'the whole parts before the limit are stored and reported')
    t.match(readStoreAnswer(json), { stored: { length: 31 }, failed: [A700] })
  })

  t.test('8.5 answers 408 where the coded bytes stand still', async t => {
    const coded = gzipSync(partsBody('xyz', [ctImage({ rows: 300, columns: 300 }).bytes]))
    async function* stalls(): AsyncGenerator<Uint8Array> {
      yield coded.subarray(0, 50_000)
      await new Promise(resolve => setTimeout(resolve, 5000).unref())
    }
    t.equal((await post('gzip', stalls())).status, 408)
  })

  t.test('RFC 9530 2 the request’s Content-Digest is that of the coded bytes', async t => {
    const sha256 = (bytes: Uint8Array): string =>
      `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
    const study = newUid()
    const image = ctImage({ study })
    const coded = gzipSync(image.bytes)
    const bare = (digest: string): ReturnType<typeof post> =>
      post('gzip', coded, { 'content-type': 'application/dicom', 'content-digest': digest })
    t.equal((await bare(sha256(image.bytes))).status, 400)
    t.same(await search(`${url}/studies?StudyInstanceUID=${study}`), [])
    t.equal((await bare(sha256(coded))).status, 200)
    t.ok(await comesBack(image))
  })
})
