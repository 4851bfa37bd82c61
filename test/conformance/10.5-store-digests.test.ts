import { createHash } from 'node:crypto'
import t from 'tap'
import {
  askJson,
  askWhole,
  store,
  STORED_SYNTAX,
  textOf,
  valueOf,
  type JsonObject,
} from '../dicomweb-client.js'
import { ctImage, newUid } from '../made-dicom.js'
import { startServer } from '../server.js'
import { partsBody } from './parts-body.js'
import { pathOf } from './paths.js'

const C000 = 0xc000
const FAILED = '00081198'
const REFERENCED = '00081199'
const CRLF = '\r\n'

const sha256 = (bytes: Uint8Array): string => named('sha-256', bytes)
const sha512 = (bytes: Uint8Array): string => named('sha-512', bytes)

function named(name: string, bytes: Uint8Array): string {
  return `${name}=:${createHash(name.replace('-', '')).update(bytes).digest('base64')}:`
}

function itemsOf(answer: unknown, tag: string): readonly JsonObject[] {
  return ((answer as JsonObject)[tag]?.Value ?? []) as readonly JsonObject[]
}

t.test('PS3.18 10.5 Store: Content-Digest, RFC 9530', async t => {
  const { url } = await startServer(t)
  const post = (
    parts: readonly { readonly bytes: Uint8Array; readonly digest?: string }[],
  ): Promise<{ status: number; json: unknown }> =>
    askJson(`${url}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=xyz' },
      body: Buffer.concat([
        ...parts.flatMap(({ bytes, digest }) => [
          Buffer.from(`--xyz${CRLF}Content-Type: application/dicom${CRLF}`),
          Buffer.from(digest === undefined ? CRLF : `Content-Digest: ${digest}${CRLF}${CRLF}`),
          bytes,
          Buffer.from(CRLF),
        ]),
        Buffer.from(`--xyz--${CRLF}`),
      ]),
    })

  t.test('a part whose digest agrees is stored', async t => {
    for (const digestOf of [
      sha256,
      sha512,
      (bytes: Uint8Array) => `${sha512(bytes)}, ${sha256(bytes)}`,
      (bytes: Uint8Array) => `md5=:AAAA:, ${sha256(bytes)}`,
      () => 'crc32c=:AAAA:',
    ]) {
      const { bytes } = ctImage()
      t.equal((await post([{ bytes, digest: digestOf(bytes) }])).status, 200, digestOf(bytes))
    }
  })

  t.test('a part whose digest differs fails with C000H and its UIDs; its neighbours are stored', async t => {
    const other = Buffer.from('other')
    for (const digestOf of [
      () => sha256(other),
      () => sha512(other),
      (bytes: Uint8Array) => `${sha256(bytes)}, ${sha512(other)}`,
      () => 'sha-256=:AAAA:',
    ]) {
      const [bad, good] = [ctImage(), ctImage()]
      const { status, json } = await post([
        { bytes: bad.bytes, digest: digestOf(bad.bytes) },
        { bytes: good.bytes, digest: sha256(good.bytes) },
      ])
      t.equal(status, 202)
      const [failed, ...more] = itemsOf(json, FAILED)
      t.equal(more.length, 0)
      t.equal(valueOf(failed!, '00081197'), C000)
      t.equal(textOf(failed!, '00081155'), bad.SOPInstanceUID)
      t.match(textOf(failed!, '00000902'), /Content-Digest/)
      t.same(
        itemsOf(json, REFERENCED).map(item => textOf(item, '00081155')),
        [good.SOPInstanceUID],
      )
      t.equal((await askWhole(url + pathOf(bad))).status, 404)
    }
  })

  t.test('a byte that was lost on the way is found, whatever it does to the instance', async t => {
    const { bytes, SOPInstanceUID } = ctImage()
    const digest = sha256(bytes)
    const changed = Buffer.from(bytes)
    changed[changed.length - 5]! ^= 1
    t.equal((await post([{ bytes: changed, digest }])).status, 409)
    t.match(await store(url, [bytes]), { status: 200, stored: [SOPInstanceUID] }, 'nothing of it stayed')
  })

  t.test('a digest that cannot be read refuses its part: its sender wanted it checked', async t => {
    for (const digest of ['sha-256', 'sha-256=abc', `${sha256(Buffer.alloc(0))},`]) {
      const [bad, good] = [ctImage(), ctImage()]
      const { status, json } = await post([{ bytes: bad.bytes, digest }, { bytes: good.bytes }])
      t.equal(status, 202, digest)
      t.match(textOf(itemsOf(json, FAILED)[0]!, '00000902'), /RFC 9530/)
      t.equal(textOf(itemsOf(json, REFERENCED)[0]!, '00081155'), good.SOPInstanceUID)
    }
  })

  t.test('the request’s own digest counts for a bare application/dicom body', async t => {
    const image = ctImage()
    const bare = (digest: string): Promise<{ status: number; json: unknown }> =>
      askJson(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom', 'content-digest': digest },
        body: image.bytes,
      })
    t.equal((await bare(sha256(Buffer.from('other')))).status, 409)
    t.equal((await askWhole(url + pathOf(image))).status, 404)
    t.equal((await bare(sha256(image.bytes))).status, 200)
    const got = await askWhole(url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
    t.ok(got.bytes.equals(image.bytes))
  })

  t.test(
    'the request’s own digest of a multipart body is verified when its instances are stored',
    async t => {
      const image = ctImage()
      const body = partsBody('xyz', [image.bytes])
      const whole = (digest: string): Promise<{ status: number; json: unknown }> =>
        askJson(`${url}/studies`, {
          method: 'POST',
          headers: { 'content-type': 'multipart/related; boundary=xyz', 'content-digest': digest },
          body,
        })
      const { status, json } = await whole(sha512(image.bytes))
      t.equal(status, 202)
      t.equal(textOf(itemsOf(json, REFERENCED)[0]!, '00081155'), image.SOPInstanceUID)
      t.match(textOf(itemsOf(json, '0008119A')[0]!, '00000902'), /Content-Digest/)
      t.equal((await whole(`${sha512(body)}, ${sha256(body)}`)).status, 200)
      t.equal((await whole('nonsense')).status, 400)
    },
  )

  t.test('a bulk part of metadata is verified too; only what names one that differs fails', async t => {
    const uid = (value: string): object => ({ vr: 'UI', Value: [value] })
    const dataset = (rest: object): Record<string, object> => ({
      '00080016': uid('1.2.840.10008.5.1.4.1.1.66'),
      '00080018': uid(newUid()),
      '0020000D': uid(newUid()),
      '0020000E': uid(newUid()),
      ...rest,
    })
    const value = Buffer.from('twelve bytes')
    const named = dataset({ '00420011': { vr: 'OB', BulkDataURI: 'value' } })
    const other = dataset({})
    const metadata = JSON.stringify([named, other])
    const send = (digest: string, metadataDigest?: string): Promise<{ status: number; json: unknown }> =>
      askJson(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/related; type="application/dicom+json"; boundary=xyz' },
        body: Buffer.from(
          [
            ...['--xyz', 'Content-Type: application/dicom+json'],
            ...(metadataDigest === undefined ? [] : [`Content-Digest: ${metadataDigest}`]),
            ...['', metadata],
            ...['--xyz', 'Content-Type: application/octet-stream', 'Content-Location: value'],
            ...[`Content-Digest: ${digest}`, '', value.toString(), '--xyz--', ''],
          ].join(CRLF),
        ),
      })
    for (const digest of [sha256(Buffer.from('other')), 'nonsense']) {
      const { status, json } = await send(digest)
      t.equal(status, 202, digest)
      const [failed, ...more] = itemsOf(json, FAILED)
      t.equal(more.length, 0)
      t.equal(valueOf(failed!, '00081197'), C000)
      t.match(textOf(failed!, '00000902'), /Content-Digest/)
      t.same(named['00080018'], uid(textOf(failed!, '00081155')))
    }
    const wrong = sha256(Buffer.from('other'))
    t.equal((await send(sha256(value), wrong)).status, 400, 'metadata that differs is that of every instance')
    t.equal((await send(sha256(value), sha256(Buffer.from(metadata)))).status, 200)
  })
})
