import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, unlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { ctImage, IMPLICIT_LE, JPEG_BASELINE, newUid } from '../made-dicom.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const OCTETS = 'application/octet-stream'
/** until dates count: their second, and that of what is being committed */
const SETTLED_MS = 2100

type Headers = Readonly<Record<string, string>>

t.test('PS3.18 10.4, RFC 9110 13: conditional retrieval', async t => {
  const server = await startServer(t, { FILMROOM_DUPLICATES: 'replace', FILMROOM_CORS_ORIGINS: '*' })
  const { url } = server
  const ids = { study: newUid(), series: newUid() }
  const native = ctImage({ ...ids, frames: 3, transferSyntax: IMPLICIT_LE, pixels: randomBytes(384) })
  const jpeg = ctImage({
    ...ids,
    transferSyntax: JPEG_BASELINE,
    frames: 2,
    pixels: { fragments: [1, 2].map(n => Uint8Array.of(0xff, 0xd8, n, n, 0xff, 0xd9)) },
  })
  await store(url, [native.bytes, jpeg.bytes])
  await setTimeout(SETTLED_MS)
  const get = (where: string, headers: Headers = {}, method = 'GET'): ReturnType<typeof askWhole> =>
    askWhole(url + where, { method, headers })
  const study = `/studies/${ids.study}`
  const series = `${study}/series/${ids.series}`
  const resources: readonly (readonly [where: string, headers?: Headers])[] = [
    [study],
    [study, { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' }],
    [series],
    [pathOf(native)],
    [pathOf(native), { accept: 'application/dicom' }],
    [pathOf(native), { accept: STORED_SYNTAX }],
    [pathOf(jpeg), { accept: STORED_SYNTAX }],
    [`${study}/metadata`],
    [`${series}/metadata`],
    [`${series}/metadata`, { 'accept-encoding': 'gzip' }],
    [`${series}/metadata`, { accept: 'application/json' }],
    [`${series}/metadata`, { accept: 'multipart/related; type="application/dicom+xml"' }],
    [`${pathOf(native)}/metadata`],
    [`${pathOf(native)}/metadata`, { accept: 'application/dicom+xml' }],
    [
      `${pathOf(native)}/metadata`,
      { accept: 'multipart/related; type="application/dicom+xml"', 'accept-encoding': 'gzip' },
    ],
    [`${pathOf(native)}/metadata`, { 'accept-encoding': 'gzip' }],
    [`${pathOf(native)}/frames/1`],
    [`${pathOf(native)}/frames/2`],
    [`${pathOf(native)}/frames/1,2`],
    [`${pathOf(native)}/frames/2,1`],
    [`${pathOf(native)}/frames/1`, { accept: OCTETS }],
    [`${pathOf(jpeg)}/frames/1`],
    [`${pathOf(jpeg)}/frames/1`, { accept: 'image/jpeg' }],
    [`${pathOf(native)}/bulkdata/7FE00010`],
    [`${pathOf(native)}/bulkdata/7FE00010`, { accept: `multipart/related; type="${OCTETS}"` }],
    [`${pathOf(jpeg)}/bulkdata/7FE00010`],
  ]
  const named = (where: string, headers: Headers = {}): string =>
    `${where.slice(-30)} ${Object.values(headers).join()}`

  t.test(
    'RFC 9110 8.8.3: everything retrieved bears a strong ETag; the same tag is the same bytes',
    async t => {
      const byTag = new Map<string, Buffer>()
      for (const [where, headers] of [...resources, ...resources]) {
        const { status, headers: answered, bytes } = await get(where, headers)
        t.equal(status, 200)
        t.match(answered.etag, /^"[\x21\x23-\x7e]+"$/, named(where, headers))
        const before = byTag.get(answered.etag!)
        if (before !== undefined) t.ok(before.equals(bytes), named(where, headers))
        byTag.set(answered.etag!, bytes)
      }
      t.equal(byTag.size, resources.length, 'and each representation has its own, gzip and identity too')
    },
  )

  t.test('RFC 9110 8.8.3: a tag is of the base URL too where the bytes hold it', async t => {
    for (const where of [`${series}/metadata`, series, `${pathOf(native)}/frames/1`]) {
      const here = await get(where)
      const there = await get(where, { host: 'pacs.example' })
      t.not(here.headers.etag, there.headers.etag, where)
      t.notOk(here.bytes.equals(there.bytes))
    }
  })

  t.test('RFC 9110 15.4.5: If-None-Match is answered 304, GET and HEAD, with what a 304 needs', async t => {
    for (const [where, headers = {}] of resources) {
      const whole = await get(where, headers)
      const etag = whole.headers.etag!
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*'])
        for (const method of ['GET', 'HEAD']) {
          const answer = await get(where, { ...headers, 'if-none-match': tags }, method)
          t.equal(answer.status, 304, `${named(where, headers)} ${tags}`)
          t.equal(answer.bytes.length, 0)
          for (const name of ['etag', 'vary', 'cache-control', 'content-location', 'last-modified'])
            t.equal(answer.headers[name], whole.headers[name], name)
          t.equal(answer.headers['content-type'], undefined)
          t.equal(answer.headers['x-content-type-options'], 'nosniff')
        }
      for (const tags of [
        '"other"',
        etag.slice(1, -1),
        etag.toUpperCase(),
        `${etag.slice(0, -1)}x"`,
        '',
        '"',
      ])
        t.equal((await get(where, { ...headers, 'if-none-match': tags })).status, 200, tags)
    }
  })

  t.test('RFC 9110 13.2.1: what fails without a condition fails with it', async t => {
    const star = { 'if-none-match': '*', 'if-match': '"x"' }
    t.equal((await get(`/studies/${newUid()}`, star)).status, 404)
    t.equal((await get(`${pathOf(native)}/frames/9`, star)).status, 404)
    t.equal((await get(pathOf(native), { ...star, accept: 'text/html' })).status, 406)
    t.equal((await get(`${pathOf(native)}/bulkdata/zz`, star)).status, 400)
  })

  t.test('RFC 9110 15.5.13: a condition that does not hold is 412', async t => {
    for (const [where, headers = {}] of resources) {
      const { headers: answered } = await get(where, headers)
      const etag = answered.etag!
      for (const failing of [
        { 'if-match': '"other"' },
        { 'if-match': `W/${etag}` },
        { 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' },
        { 'if-match': '"other"', 'if-none-match': etag },
      ]) {
        const { status, bytes, headers: refused } = await get(where, { ...headers, ...failing })
        t.equal(status, 412, named(where, failing))
        t.match(JSON.parse(bytes.toString()), { type: 'urn:filmroom:problem:precondition-failed' })
        t.equal(refused.etag, undefined, 'the tag is not that of the problem document')
      }
      for (const holding of [
        { 'if-match': etag },
        { 'if-match': '*' },
        { 'if-unmodified-since': new Date().toUTCString() },
        { 'if-match': etag, 'if-unmodified-since': 'Sun, 06 Nov 1994 08:49:37 GMT' },
        { 'if-unmodified-since': 'no date' },
      ])
        t.equal((await get(where, { ...headers, ...holding })).status, 200, named(where, holding))
    }
  })

  t.test('RFC 9110 13.1.3: If-Modified-Since counts where it is the date that was sent', async t => {
    for (const [where, headers = {}] of resources) {
      const { headers: answered } = await get(where, headers)
      const since = answered['last-modified']!
      t.equal(new Date(since).toUTCString(), since)
      t.ok(Date.now() - Date.parse(since) < 600_000, 'when it was stored')
      const seconds = (n: number): string => new Date(Date.parse(since) + 1000 * n).toUTCString()
      const statuses = [since, seconds(-1), seconds(1), 'no date'].map(
        async date => (await get(where, { ...headers, 'if-modified-since': date })).status,
      )
      t.same(await Promise.all(statuses), [304, 200, 200, 200], named(where, headers))
      const other = { 'if-none-match': '"other"', 'if-modified-since': since }
      t.equal((await get(where, { ...headers, ...other })).status, 200, 'If-None-Match counts alone')
    }
  })

  t.test('RFC 9110 8.8.2.2: a date never hides a change within the same second', async t => {
    for (let n = 0; n < 4; n++) {
      const image = ctImage({ ...ids, instance: jpeg.SOPInstanceUID })
      const dates = new Set<string | undefined>()
      const ask = async (): Promise<void> => {
        for (const where of [series, `${series}/metadata`]) {
          const { headers } = await get(where)
          dates.add(headers['last-modified'])
        }
      }
      await ask()
      t.equal((await store(url, [image.bytes])).status, 200)
      await setTimeout(n * 300)
      for (const where of [series, `${series}/metadata`])
        for (const date of dates)
          t.equal((await get(where, { 'if-modified-since': date! })).status, 200, `${where} ${date}`)
    }
  })

  t.test('a store and a replacement change the tags of what holds them, and no others', async t => {
    const there = ctImage(ids)
    const elsewhere = ctImage({ study: ids.study })
    t.equal((await store(url, [there.bytes, elsewhere.bytes])).status, 200)
    const at = [study, series, `${study}/metadata`, `${series}/metadata`, pathOf(there), pathOf(elsewhere)]
    const tags = async (): Promise<(string | undefined)[]> =>
      Promise.all(at.map(async where => (await get(where)).headers.etag))
    const before = await tags()
    const changed = async (): Promise<boolean[]> =>
      (await tags()).map((tag, n) => tag !== undefined && tag !== before[n])
    t.same(await changed(), [false, false, false, false, false, false])
    await store(url, [ctImage({ ...ids, instance: there.SOPInstanceUID }).bytes])
    t.same(await changed(), [true, true, true, true, true, false])
    await store(url, [there.bytes])
    t.same(
      await changed(),
      [true, true, true, true, true, false],
      'the earlier bytes again are a new version',
    )
  })

  t.test('RFC 9111 5.2.2: an answer is kept by the client alone, and asked for again each time', async t => {
    for (const where of [study, `${pathOf(native)}/frames/1`, '/studies', '/studies/2.25.9', '/nothing'])
      t.equal((await get(where)).headers['cache-control'], 'private, no-cache', where)
  })

  t.test('RFC 9530: an instance as it is stored bears the SHA-256 of its file', async t => {
    const digest = (bytes: Uint8Array): string =>
      `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
    for (const image of [native, ctImage(ids)]) {
      await store(url, [image.bytes])
      for (const method of ['GET', 'HEAD'])
        t.equal(
          (await get(pathOf(image), { accept: STORED_SYNTAX }, method)).headers['repr-digest'],
          digest(image.bytes),
        )
      const part = await get(pathOf(image), { accept: STORED_SYNTAX, range: 'bytes=5-9' })
      t.equal(part.status, 206)
      t.equal(part.headers['repr-digest'], digest(image.bytes), 'of the whole, beside a range too')
    }
    const rewritten = await get(pathOf(native), { accept: 'application/dicom' })
    t.equal(rewritten.headers['repr-digest'], undefined, 'of what is rewritten no digest is known')
    const { headers, bytes } = await get(series, {
      accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
    })
    for (const part of readMultipart(headers['content-type'], bytes).parts)
      t.equal(part.header('Content-Digest'), digest(part.bytes))
    const mixed = await get(series)
    const parts = readMultipart(mixed.headers['content-type'], mixed.bytes).parts
    t.same(
      parts.map(part => part.header('Content-Digest')).filter(each => each !== undefined),
      parts.filter(part => part.header('Content-Digest') !== undefined).map(part => digest(part.bytes)),
    )
    t.ok(parts.some(part => part.header('Content-Digest') === undefined))
  })

  t.test('a deletion changes the ETags of what remains, and what is gone has none', async t => {
    const here = { study: newUid(), series: newUid() }
    const [kept, gone] = [ctImage(here), ctImage(here)]
    await store(url, [kept.bytes, gone.bytes])
    const levels = [`/studies/${here.study}`, `/studies/${here.study}/series/${here.series}`]
    const wheres = levels.flatMap(level => [level, `${level}/metadata`])
    const before = await Promise.all(wheres.map(async where => (await get(where)).headers.etag ?? ''))
    const tagOfGone = (await get(pathOf(gone))).headers.etag ?? ''
    t.equal((await get(pathOf(gone), {}, 'DELETE')).status, 204)
    for (const [n, where] of wheres.entries())
      t.equal((await get(where, { 'if-none-match': before[n]! })).status, 200, where.slice(-30))
    t.equal((await get(pathOf(gone), { 'if-none-match': tagOfGone })).status, 404)
  })

  t.test('hostile conditions: a 4xx or the answer without them, at once', async t => {
    const where = `${pathOf(native)}/frames/1`
    for (const [headers, wanted] of [
      [{ 'if-none-match': 'x'.repeat(65536) }, 431],
      [{ 'if-none-match': '"'.repeat(12_000) }, 200],
      [{ 'if-none-match': '"a",'.repeat(3000) }, 200],
      [{ 'if-none-match': 'W/'.repeat(6000) }, 200],
      [{ 'if-none-match': '\\"*\\"' }, 200],
      [{ 'if-match': '"'.repeat(12_000) }, 412],
      [{ 'if-modified-since': '9'.repeat(12_000) }, 200],
      [{ 'if-range': '"'.repeat(12_000), range: 'bytes=0-1' }, 200],
    ] as const)
      t.equal((await get(where, headers)).status, wanted, JSON.stringify(headers).slice(0, 40))
  })

  t.test('a 304 reads no blob: it is given though the files are gone', async t => {
    await server.stop()
    // A new one: it holds no file open.
    const again = await startServer(t, {}, { dataFolder: server.dataFolder })
    const ask = (where: string, headers: Headers, method: string): ReturnType<typeof askWhole> =>
      askWhole(again.url + where, { method, headers })
    const tags: (string | undefined)[] = []
    for (const [where, headers = {}] of resources) tags.push((await ask(where, headers, 'HEAD')).headers.etag)
    const root = path.join(server.dataFolder, 'data', 'blobs')
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('.dcm')) unlinkSync(path.join(root, name))
    let given = 0
    for (const [n, [where, headers = {}]] of resources.entries()) {
      const tag = tags[n]
      if (tag === undefined) continue
      given++
      t.equal(
        (await ask(where, { ...headers, 'if-none-match': tag }, 'GET')).status,
        304,
        named(where, headers),
      )
    }
    t.ok(given > 15, `${given} resources are still there`)
    t.equal((await ask(`${pathOf(native)}/frames/1`, {}, 'GET')).status, 500, 'and the files are gone')
  })
})
