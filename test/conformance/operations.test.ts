import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { buffer } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { ctImage, type MadeInstance } from '../made-dicom.js'
import {
  ask,
  askWhole,
  readStoreAnswer,
  store,
  storeRequest,
  STORED_SYNTAX,
  askJson,
} from '../dicomweb-client.js'
import { isAlive, startServer, temporaryFolder, type RunningServer } from '../server.js'
import { pathOf } from './paths.js'

/** Larger than what socket buffers of both ends take. */
function large(): MadeInstance {
  return ctImage({ rows: 2048, columns: 2048, frames: 2, pixels: randomBytes(2048 * 2048 * 2 * 2) })
}

/** A download that has begun and goes on when its body is read. */
async function beginDownload(server: RunningServer, image: MadeInstance): Promise<http.IncomingMessage> {
  const { status, body } = await ask(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
  if (status !== 200) throw new Error(`answered ${status}`)
  await once(body, 'readable')
  return body
}

/** An upload of two instances, the first of which has arrived; the second goes on when it is told. */
async function beginUpload(
  server: RunningServer,
  [first, second]: readonly [MadeInstance, MadeInstance],
  goOn: Promise<void>,
): Promise<{ readonly answer: ReturnType<typeof askJson> }> {
  const request = storeRequest([first.bytes, slowly(second.bytes, goOn)])
  const answer = askJson(`${server.url}/studies`, { method: 'POST', ...request })
  answer.catch(() => undefined)
  while ((await askWhole(server.url + pathOf(first), { method: 'HEAD' })).status !== 200)
    await new Promise(resolve => setTimeout(resolve, 20))
  return { answer }
}

async function refusesConnections(server: RunningServer): Promise<boolean> {
  const socket = net.connect({ port: server.port, host: '127.0.0.1' })
  const refused = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true)
  socket.destroy()
  return refused
}

/** Sends the signal and waits until the server takes no new connection.
 * @returns what the server's end will be */
async function beginStop(
  t: Test,
  server: RunningServer,
): Promise<{ readonly end: Promise<number | NodeJS.Signals> }> {
  const end = server.stop('SIGTERM')
  for (let tries = 0; tries < 200 && !(await refusesConnections(server)); tries++)
    await new Promise(resolve => setTimeout(resolve, 25))
  t.ok(await refusesConnections(server), 'new connections are refused')
  t.ok(isAlive(server.pid), 'and it runs on')
  return { end }
}

t.test('operations (issue 3, 9)', async t => {
  const dataFolder = temporaryFolder(t)
  const image = large()

  t.test('a stop lets running requests end whole, and refuses new ones', async t => {
    // So long that the test would never end if the stop waited for anything but the requests.
    const server = await startServer(t, { FILMROOM_DRAIN: '12h' }, { dataFolder })
    t.match(await askJson(`${server.origin}/healthz`), { status: 200, json: { status: 'ok' } })
    t.match(await askJson(`${server.origin}/readyz`), { status: 200, json: { status: 'ready' } })
    t.equal((await store(server.url, [image.bytes])).status, 200)

    const download = await beginDownload(server, image)
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    t.teardown(() => agent.destroy())
    const kept = http.get(server.url + pathOf(image), { agent, headers: { accept: STORED_SYNTAX } })
    const [keptAlive] = (await once(kept, 'response')) as [http.IncomingMessage]
    await once(keptAlive, 'readable')

    const uploaded = [ctImage(), ctImage()] as const
    let goOn: () => void = () => undefined
    const stopped = new Promise<void>(resolve => (goOn = resolve))
    const upload = await beginUpload(server, uploaded, stopped)

    const { end } = await beginStop(t, server)
    goOn()
    const { status, json } = await upload.answer
    t.equal(status, 200, 'the upload is answered')
    t.equal(readStoreAnswer(json).stored.length, 2)
    t.ok((await buffer(download)).equals(image.bytes), 'the download ends whole')
    t.ok((await buffer(keptAlive)).equals(image.bytes), 'also one on a connection that would be kept')
    t.equal(await end, 0, 'exit code 0')

    const again = await startServer(t, {}, { dataFolder })
    for (const one of [...uploaded, image]) {
      const { bytes } = await askWhole(again.url + pathOf(one), { headers: { accept: STORED_SYNTAX } })
      t.ok(bytes.equals(one.bytes), 'what was stored is there after a restart')
    }
    t.equal(await again.stop('SIGINT'), 0, 'SIGINT too; idle connections hold nothing up')
  })

  t.test('a stop ends after FILMROOM_DRAIN, and a cut download does not look whole', async t => {
    const server = await startServer(t, { FILMROOM_DRAIN: '400ms' }, { dataFolder })
    const download = await beginDownload(server, image)
    const upload = await beginUpload(server, [ctImage(), ctImage()], new Promise(() => undefined))
    t.equal(await server.stop(), 0, 'exit code 0')
    await t.rejects(buffer(download))
    await t.rejects(upload.answer)
  })

  t.test('a request on a connection that is open already is told that the server stops', async t => {
    const server = await startServer(t, { FILMROOM_DRAIN: '12h' }, { dataFolder })
    const socket = net.connect({ port: server.port, host: '127.0.0.1' })
    const head = `HTTP/1.1\r\nHost: a\r\nAccept: application/dicom\r\n\r\n`
    socket.write(`GET /dicomweb${pathOf(image)} ${head}`)
    await once(socket, 'readable')
    const { end } = await beginStop(t, server)
    socket.write(`GET /readyz ${head}`)
    const received = await buffer(socket)
    const second = received.subarray(received.lastIndexOf('HTTP/1.1 ')).toString()
    t.match(second, /^HTTP\/1.1 503 /)
    t.match(second, /^content-type: application\/problem\+json/im)
    t.match(second, /^retry-after: \d+/im)
    t.match(second, /"type":"urn:filmroom:problem:unavailable"/)
    t.equal(await end, 0)
  })

  t.test(
    'a stop gives proxies time to learn of it, and is told on every connection that is kept',
    async t => {
      const settings = { FILMROOM_STOP_DELAY: '1s', FILMROOM_DRAIN: '12h' }
      const server = await startServer(t, settings, { dataFolder })
      const [used, idle, dropped] = [
        await keptConnection(server),
        await keptConnection(server),
        await keptConnection(server),
      ]
      const end = server.stop('SIGTERM')
      const isStopping = async (): Promise<boolean> =>
        (await askWhole(`${server.origin}/readyz`).catch(() => undefined))?.status === 503
      while (!(await isStopping())) if (!isAlive(server.pid)) return t.fail('it takes no connection any more')
      t.equal(
        (await store(server.url, [ctImage().bytes])).status,
        200,
        'a new connection is taken, and served',
      )
      t.notMatch(await used.ask(), /^connection: close/im, 'a kept one is kept: else it would be made anew')
      for (let tries = 0; tries < 200 && !(await refusesConnections(server)); tries++)
        await new Promise(resolve => setTimeout(resolve, 10))
      const last = await Promise.all([used.ask(), idle.ask()])
      for (const answer of last) t.match(answer, /^HTTP\/1\.1 200 [^]*^connection: close/im, 'the last on it')
      await Promise.all([used.closed, idle.closed])
      t.ok(isAlive(server.pid), 'one that nobody used holds it up')
      await dropped.closed
      t.equal(await end, 0, 'for as long again, and no longer')
    },
  )

  t.test('a second signal does not wait for the drain', async t => {
    const server = await startServer(t, { FILMROOM_DRAIN: '12h' }, { dataFolder })
    const download = await beginDownload(server, image)
    const { end } = await beginStop(t, server)
    process.kill(server.pid, 'SIGTERM')
    t.equal(await end, 1, 'exit code 1: it did not end as it should')
    await t.rejects(buffer(download))
  })
})

/** Half of the bytes, and the rest when told. */
async function* slowly(bytes: Buffer, goOn: Promise<void>): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, bytes.length / 2)
  await goOn
  yield bytes.subarray(bytes.length / 2)
}

interface Kept {
  /** @returns the answer's head */
  ask(): Promise<string>
  readonly closed: Promise<unknown>
}

/** A connection that has had an answer, and waits for its next request. */
async function keptConnection(server: RunningServer): Promise<Kept> {
  const socket = net.connect({ port: server.port, host: '127.0.0.1' })
  const closed = once(socket, 'close')
  const ask = async (): Promise<string> => {
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString()
  }
  await ask()
  return { ask, closed }
}
