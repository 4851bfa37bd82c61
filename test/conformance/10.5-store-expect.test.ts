import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { search } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { startServer } from '../server.js'
import { connect } from '../suites/hostile/raw-socket.js'
import { partsBody } from './parts-body.js'

const MULTIPART = 'Content-Type: multipart/related; type="application/dicom"; boundary=xyz'
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const WAIT_MS = 300

t.test('RFC 9110 10.1.1 Store: Expect: 100-continue', async t => {
  const server = await startServer(t, { FILMROOM_MAX_REQUEST_BYTES: '1MiB' })

  /** Sends a head, and what comes back of itself within a while; then the body where it is asked for. */
  async function expecting(
    request: string,
    headers: readonly string[],
    body: Uint8Array,
  ): Promise<{ first: string; last: string; closed: boolean }> {
    const socket = await connect(server.port)
    let came = ''
    socket.on('data', (chunk: Buffer) => (came += chunk.toString('latin1')))
    const closed = once(socket, 'close').then(() => true)
    const lines = [request, 'Host: x', `Content-Length: ${body.length}`, 'Expect: 100-continue', ...headers]
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    for (let waited = 0; came === '' && waited < 5000; waited += 20) await pause(20)
    const first = came
    if (first === CONTINUE) {
      came = ''
      socket.write(body)
      for (let waited = 0; !came.includes('\r\n\r\n') && waited < 5000; waited += 20) await pause(20)
    }
    const ended = await Promise.race([closed, pause(WAIT_MS).then(() => false)])
    socket.destroy()
    return { first, last: came, closed: ended }
  }

  t.test('asks for the body where the head is good, once, and keeps the connection', async t => {
    const image = ctImage()
    const { first, last, closed } = await expecting(
      'POST /dicomweb/studies HTTP/1.1',
      [MULTIPART],
      partsBody('xyz', [image.bytes]),
    )
    t.equal(first, CONTINUE)
    t.match(last, /^HTTP\/1\.1 200 OK\r\n/)
    t.notMatch(last, /\r\nconnection: close/i)
    t.notOk(closed)
    t.equal((await search(`${server.url}/instances?SOPInstanceUID=${image.SOPInstanceUID}`)).length, 1)
  })

  t.test('refuses by the head alone, without asking for the body, and closes', async t => {
    const body = partsBody('xyz', [ctImage({ rows: 800, columns: 800 }).bytes])
    const small = partsBody('xyz', [ctImage().bytes])
    for (const [status, request, headers, bytes] of [
      [400, 'POST /dicomweb/studies/no-uid HTTP/1.1', [MULTIPART], small],
      [400, 'POST /dicomweb/studies HTTP/1.1', ['Content-Type: multipart/related'], small],
      [400, 'POST /dicomweb/studies HTTP/1.1', [MULTIPART, 'Content-Digest: nonsense'], small],
      [404, 'POST /dicomweb/nothing HTTP/1.1', [MULTIPART], small],
      [405, 'POST /dicomweb/series HTTP/1.1', [MULTIPART], small],
      [406, 'POST /dicomweb/studies HTTP/1.1', [MULTIPART, 'Accept: image/png'], small],
      [413, 'POST /dicomweb/studies HTTP/1.1', [MULTIPART], body],
      [415, 'POST /dicomweb/studies HTTP/1.1', ['Content-Type: text/plain'], small],
      [415, 'POST /dicomweb/studies HTTP/1.1', [], small],
      [415, 'POST /dicomweb/studies HTTP/1.1', [MULTIPART, 'Content-Encoding: br'], small],
    ] as const) {
      const { first, closed } = await expecting(request, headers, bytes)
      t.match(first, new RegExp(`^HTTP/1\\.1 ${status} `), `${status}: ${request} ${headers.join(', ')}`)
      t.match(first, /\r\nconnection: close\r\n/i)
      t.ok(closed)
    }
  })

  t.test('answers what it does not know to be expected with 417', async t => {
    const socket = await connect(server.port)
    let came = ''
    socket.on('data', (chunk: Buffer) => (came += chunk.toString('latin1')))
    socket.write(
      'POST /dicomweb/studies HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: miracles\r\n\r\n',
    )
    for (let waited = 0; came === '' && waited < 5000; waited += 20) await pause(20)
    t.match(came, /^HTTP\/1\.1 417 /)
    socket.destroy()
  })

  t.test('curl, which expects it for larger bodies, stores and is refused', async t => {
    const image = ctImage({ rows: 400, columns: 600 })
    const file = path.join(server.dataFolder, 'body')
    writeFileSync(file, partsBody('xyz', [image.bytes]))
    const curl = async (...more: string[]): Promise<string> => {
      const { stderr } = await promisify(execFile)('curl', [
        ...['-sv', '-o', '/dev/null', '-H', 'Expect: 100-continue', '--expect100-timeout', '10'],
        ...['--data-binary', `@${file}`, ...more, `${server.url}/studies`],
      ])
      return stderr
    }
    const stored = await curl('-H', MULTIPART)
    t.match(stored, /< HTTP\/1\.1 100 Continue\r?\n[^]*< HTTP\/1\.1 200 OK/)
    const refused = await curl('-H', 'Content-Type: text/plain')
    t.notMatch(refused, '100 Continue')
    t.match(refused, '< HTTP/1.1 415')
    t.notMatch(refused, /uploaded and sent off/)
  })
})

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
