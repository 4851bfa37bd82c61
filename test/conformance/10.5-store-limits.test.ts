import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { ctImage, type MadeInstance } from '../made-dicom.js'
import { askJson, askWhole, readStoreAnswer, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { partsBody } from './parts-body.js'
import { pathOf } from './paths.js'

const C000 = 0xc000

t.test('PS3.18 10.5 Store: limits and interruptions', async t => {
  const { url, port } = await startServer(t, {
    FILMROOM_MAX_INSTANCE_BYTES: '1MiB',
    FILMROOM_MAX_REQUEST_BYTES: '4MiB',
    FILMROOM_UPLOAD_IDLE: '400ms',
  })
  const post = (
    contentType: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ status: number; json: unknown }> =>
    askJson(`${url}/studies`, { method: 'POST', headers: { 'content-type': contentType }, body })
  const comesBack = async (instance: MadeInstance): Promise<boolean> => {
    const got = await askWhole(url + pathOf(instance), { headers: { accept: STORED_SYNTAX } })
    return got.status === 200 && got.bytes.equals(instance.bytes)
  }

  t.test('8.5 answers 413 to a request beyond the limit, with and without Content-Length', async t => {
    const files = Array.from({ length: 6 }, () => ctImage({ rows: 600, columns: 600 }).bytes)
    const body = partsBody('xyz', files)
    t.match(await post('multipart/related; boundary=xyz', body), {
      status: 413,
      json: { type: 'urn:filmroom:problem:payload-too-large' },
    })
    const { status, json } = await post('multipart/related; boundary=xyz', inChunks(body))
    t.equal(status, 202, 'the whole parts before the limit are stored and reported')
    t.match(readStoreAnswer(json), { stored: { length: 5 }, failed: [0xa700] })
  })

  t.test('RFC 9112 9.6: who sends all of a refused body before it listens finds the answer', async t => {
    // More than the buffers between the two hold, and less than is read of it.
    t.match(await answerAfterSending(port, 12 << 20), /^HTTP\/1\.1 413 /)
  })
  t.test('RFC 9112 9.6: of a longer one the rest is not read', async t => {
    await t.rejects(answerAfterSending(port, 64 << 20), { code: /^(EPIPE|ECONNRESET)$/ })
  })
  t.test('RFC 9112 9.6: who sends nothing of it has the answer all the same', async t => {
    t.match(await answerAfterSending(port, 12 << 20, 0), /^HTTP\/1\.1 413 /)
  })

  t.test(
    '8.5 answers 413 where an instance beyond the limit is alone, and stores its neighbours',
    async t => {
      const large = ctImage({ rows: 1024, columns: 1024 })
      const small = ctImage()
      t.match(await store(url, [large.bytes]), { status: 413, failed: [0xa700] })
      t.match(await store(url, [large.bytes, small.bytes]), {
        status: 202,
        failed: [0xa700],
        stored: [small.SOPInstanceUID],
      })
    },
  )

  t.test('8.5 answers 408 to an upload that stands still, and stored what was whole', async t => {
    const whole = ctImage()
    async function* stalls(first: Uint8Array): AsyncGenerator<Uint8Array> {
      yield first
      await new Promise(resolve => setTimeout(resolve, 5000).unref())
    }
    const none = await post('multipart/related; boundary=xyz', stalls(Buffer.from('--xyz')))
    t.match(none, { status: 408, json: { type: 'urn:filmroom:problem:upload-idle' } })
    const one = await post('multipart/related; boundary=xyz', stalls(partsBody('xyz', [whole.bytes], false)))
    t.equal(one.status, 408, 'a part without its end is not whole')
    const two = partsBody('xyz', [whole.bytes, ctImage().bytes], false).subarray(0, -200)
    const answer = await post('multipart/related; boundary=xyz', stalls(two))
    t.equal(answer.status, 202)
    t.same(readStoreAnswer(answer.json), { stored: [whole.SOPInstanceUID], failed: [C000] })
  })

  t.test('a client that goes away in mid-part leaves nothing visible and holds up nobody', async t => {
    const image = ctImage({ rows: 600, columns: 600 })
    for (let n = 0; n < 20; n++) {
      const controller = new AbortController()
      async function* aborts(): AsyncGenerator<Uint8Array> {
        yield partsBody('xyz', [image.bytes], false).subarray(0, 300_000 + n)
        setImmediate(() => controller.abort())
        await new Promise(resolve => setTimeout(resolve, 5000).unref())
      }
      const asked = askJson(`${url}/studies`, {
        method: 'POST',
        headers: { 'content-type': 'multipart/related; boundary=xyz' },
        body: aborts(),
        signal: controller.signal,
      })
      await t.rejects(asked, { name: 'AbortError' })
    }
    t.equal((await askWhole(url + pathOf(image))).status, 404)
    t.equal((await store(url, [image.bytes])).status, 200)
    t.ok(await comesBack(image))
  })
})

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536)
    yield await Promise.resolve(bytes.subarray(at, at + 65_536))
}

/** @param sentBytes of the body, which all leave before anything is read
 *  @throws Error of the socket, where it is closed first */
async function answerAfterSending(
  port: number,
  lengthBytes: number,
  sentBytes: number = lengthBytes,
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.pause()
  const head = `POST /dicomweb/studies HTTP/1.1\r\nHost: x\r\nContent-Type: application/dicom\r\nContent-Length: ${lengthBytes}\r\n\r\n`
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(sentBytes)]), error => {
        if (error) reject(error)
        else resolve()
      })
    })
    let answer = ''
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1'))).resume()
    await once(socket, 'end')
    return answer
  } finally {
    socket.destroy()
  }
}
