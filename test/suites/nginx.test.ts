/** Debian's nginx by docker/nginx/nginx.conf, in front of two servers: bodies stream both ways, answers stay as they are, and a
 *  server that is lost costs no request but its own. */
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import t, { type Test } from 'tap'
import { withoutCommands } from '../commands.js'
import { pathOf } from '../conformance/paths.js'
import {
  ask,
  type Answer,
  askJson,
  askWhole,
  readStoreAnswer,
  store,
  storeRequest,
  STORED_SYNTAX,
} from '../dicomweb-client.js'
import { ctImage, newUid } from '../made-dicom.js'
import { startServer, type RunningServer } from '../server.js'
import { bytesIn, startNginx, type RunningNginx } from './deployment/nginx.js'

const LARGE_BYTES = 50 << 20
const CHUNK_BYTES = 1 << 20

interface Cluster {
  readonly nginx: RunningNginx
  readonly servers: readonly RunningServer[]
}

async function cluster(t: Test): Promise<Cluster> {
  const settings = { FILMROOM_TRUST_PROXY: 'loopback' }
  const servers = [await startServer(t, settings), await startServer(t, settings)]
  const nginx = await startNginx(
    t,
    servers.map(({ port }) => port),
  )
  return { nginx, servers }
}

/** The file in pieces; half of them, then the rest once `onHalf` is done. */
async function* inHalves(file: Uint8Array, onHalf: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += CHUNK_BYTES) {
    if (at >= file.length / 2 && at < file.length / 2 + CHUNK_BYTES) await onHalf()
    yield file.subarray(at, at + CHUNK_BYTES)
  }
}

/** Headers of a connection. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'date', 'server']

/** All of an answer that a proxy has to leave as it is; boundaries are new each time. */
function comparable({ status, headers, bytes }: Answer & { readonly bytes: Buffer }): object {
  const [, boundary = '\n'] = /boundary=([\w-]+)/.exec(headers['content-type'] ?? '') ?? []
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name))
  return {
    status,
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value).replace(boundary, '…')])),
    body: bytes.toString('latin1').replaceAll(boundary, '…'),
  }
}

const blobBytes = (server: RunningServer): number => bytesIn(path.join(server.dataFolder, 'data', 'blobs'))

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 200) throw new Error('it did not come about within 20 s')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

t.setTimeout(0)

t.test('nginx in front of two servers', { skip: withoutCommands('nginx', 'setpriv') }, async t => {
  const { nginx, servers } = await cluster(t)
  const large = ctImage({ pixels: new Uint8Array(randomBytes(LARGE_BYTES)), rows: 5120, columns: 5120 })

  t.test('a store of 50 MB streams: its first half is with the server before the second is sent', async t => {
    const answer = await store(nginx.url, [
      inHalves(large.bytes, async () => {
        await until(() => servers.some(server => blobBytes(server) > LARGE_BYTES / 4))
        t.equal(nginx.bufferedBytes(), 0, 'nothing is buffered on disk')
      }),
    ])
    t.same(answer, { status: 200, stored: [large.SOPInstanceUID], failed: [] })
    t.equal(servers.filter(server => blobBytes(server) > LARGE_BYTES).length, 1, 'one server has it')
  })

  // From here on both have the same, so that it does not matter which one answers.
  const small = ctImage({ frames: 3 })
  for (const server of servers) await store(server.url, [large.bytes, small.bytes])

  t.test(
    'it comes back as it was, multipart too, however slowly it is read, without a buffer on disk',
    async t => {
      const accept = `multipart/related; type="application/dicom"; transfer-syntax=*`
      const { status, headers, body } = await ask(`${nginx.url}${pathOf(large)}`, { headers: { accept } })
      t.equal(status, 200)
      t.match(headers['content-type'], /^multipart\/related; type="application\/dicom"; boundary=/)
      const chunks: Buffer[] = []
      for await (const chunk of body as AsyncIterable<Buffer>) {
        if (chunks.length === 100) {
          await new Promise(resolve => setTimeout(resolve, 1000))
          t.equal(nginx.bufferedBytes(), 0)
        }
        chunks.push(chunk)
      }
      t.ok(Buffer.concat(chunks).includes(large.bytes), 'byte for byte')
    },
  )

  t.test('answers are what the server says, whatever is asked', async t => {
    // Two archives are no replicas of each other: this is about one.
    const one = await startNginx(t, [servers[0]!.port])
    const instance = `/dicomweb${pathOf(small)}`
    const many = Array.from({ length: 190 }, () => newUid()).join(',')
    for (const [where, method, headers] of [
      [instance, 'GET', { accept: STORED_SYNTAX, range: 'bytes=100-299' }],
      [instance, 'GET', { accept: STORED_SYNTAX, range: 'bytes=0-9,-10' }],
      [instance, 'GET', { accept: STORED_SYNTAX, range: 'bytes=99999999-' }],
      [instance, 'HEAD', { accept: STORED_SYNTAX }],
      [`${instance}/metadata`, 'GET', { 'accept-encoding': 'gzip' }],
      [`${instance}/frames/2`, 'GET', { accept: 'application/octet-stream' }],
      [`${instance}/frames/4`, 'GET', {}],
      [`${instance}/rendered`, 'GET', { accept: 'image/png' }],
      ['/dicomweb/studies?PatientName=M%C3%BCller%2A&limit=1', 'GET', { accept: 'application/dicom+json' }],
      [`/dicomweb/instances?SOPInstanceUID=${many}`, 'GET', { accept: 'application/dicom+json' }],
      ['/dicomweb/studies/%2E%2E%2F1.2', 'GET', {}],
      ['/dicomweb/studies//series', 'GET', {}],
      [`/wado?requestType=WADO&studyUID=1.2&seriesUID=1.3&objectUID=1.4`, 'GET', {}],
      ['/dicomweb/studies', 'OPTIONS', { accept: 'application/json' }],
      ['/dicomweb/studies', 'PUT', {}],
      ['/readyz', 'GET', {}],
    ] as const) {
      const [through, direct] = await Promise.all(
        [one.origin, servers[0]!.origin].map(async origin =>
          comparable(
            await askWhole(origin + where, { method, headers: { host: 'archive.example', ...headers } }),
          ),
        ),
      )
      t.same(through, direct, `${method} ${where.slice(0, 80)}`)
    }
  })

  t.test('URLs in answers are those of nginx, and what a client says of itself is not believed', async t => {
    const lies = {
      forwarded: 'host=evil.example;proto=https',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '8443',
      'x-forwarded-prefix': '/evil',
    }
    const where = `/dicomweb/studies?StudyInstanceUID=${small.StudyInstanceUID}`
    const urlOf = async (origin: string): Promise<string> =>
      /"00081190":\{"vr":"UR","Value":\["([^"]+)"/.exec(
        (await askWhole(origin + where, { headers: lies })).bytes.toString(),
      )?.[1] ?? ''
    t.equal(await urlOf(nginx.origin), `${nginx.url}/studies/${small.StudyInstanceUID}`)
    t.match(
      await urlOf(servers[0]!.origin),
      /^https:\/\/evil\.example/,
      'a server by itself would believe it',
    )
  })

  t.test('what is refused by its head is refused while its body is still under way', async t => {
    const body = inHalves(large.bytes, () => Promise.resolve())
    const { status, json } = await askJson(`${nginx.url}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    })
    t.equal(status, 415)
    t.match(json, { status: 415 })
  })

  t.test('the viewer: its page for every path of its own, its configuration always fresh', async t => {
    for (const where of ['/', '/viewer?StudyInstanceUIDs=1.2']) {
      const { status, headers, bytes } = await askWhole(nginx.origin + where)
      t.same([status, headers['content-type']], [200, 'text/html'])
      t.match(bytes.toString(), '<title>viewer</title>')
    }
    const { headers } = await askWhole(`${nginx.origin}/app-config.js`)
    t.match(headers, { 'content-type': 'application/javascript', 'cache-control': 'no-cache' })
  })
})

t.test('a server is lost', { skip: withoutCommands('nginx', 'setpriv') }, async t => {
  const { nginx, servers } = await cluster(t)

  t.test('an upload that it was taking fails, and is not sent to the other one', async t => {
    const image = ctImage({ pixels: new Uint8Array(randomBytes(8 << 20)), rows: 2048, columns: 2048 })
    let lost: RunningServer | undefined
    const request = storeRequest([
      inHalves(image.bytes, async () => {
        await until(() => servers.some(server => blobBytes(server) > 1 << 20))
        lost = servers.find(server => blobBytes(server) > 1 << 20)
        await lost?.stop('SIGKILL')
      }),
    ])
    const { status } = await askWhole(`${nginx.url}/studies`, { method: 'POST', ...request })
    t.equal(status, 502)
    const other = servers.find(server => server !== lost)!
    t.equal((await askWhole(`${other.url}${pathOf(image)}/metadata`)).status, 404)
  })

  t.test('every request after that is answered by the other one, stores too', async t => {
    for (let one = 0; one < 10; one++) {
      t.equal((await askWhole(`${nginx.url}/studies?limit=1`)).status < 300, true)
      const { status, json } = await askJson(`${nginx.url}/studies`, {
        method: 'POST',
        ...storeRequest([ctImage().bytes]),
      })
      t.same([status, readStoreAnswer(json).failed], [200, []])
    }
  })

  t.test('once both are, it is 502, and no log names the patient that was looked for', async t => {
    for (const server of servers) await server.stop('SIGKILL')
    t.equal((await askWhole(`${nginx.url}/studies?PatientName=Doe%5EJane`)).status, 502)
    await until(() => / GET HTTP\/1\.1 502 /.test(nginx.log()))
    t.notMatch(nginx.log(), /Doe|Jane|PatientName/)
  })
})
