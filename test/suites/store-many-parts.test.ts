/** Store requests of more parts than are read, and of lengths that lie: told of, in bounded memory. */
import t from 'tap'
import { askJson, readStoreAnswer } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { memoryOf, startServer } from '../server.js'
import { exchange, storeHead } from './hostile/raw-socket.js'
import { partsBody } from '../conformance/parts-body.js'

const MIB = 1024 * 1024
const MOST_PARTS = 100_000
const C000 = 0xc000
const A700 = 0xa700

t.setTimeout(0)

t.test('PS3.18 10.5 Store: requests of very many parts, and lengths that lie', async t => {
  const server = await startServer(t, { FILMROOM_UPLOAD_IDLE: '1s' })
  const { port, url } = server
  const idle = memoryOf(server.pid).now

  async function* emptyParts(count: number, first: Buffer = Buffer.alloc(0)): AsyncGenerator<Buffer> {
    yield first
    const thousand = Buffer.from('--xyz\r\n\r\n\r\n'.repeat(1000))
    for (let n = 0; n < count; n += 1000) yield await Promise.resolve(thousand)
    yield Buffer.from('--xyz--\r\n')
  }
  const post = (body: AsyncIterable<Uint8Array>): Promise<{ status: number; json: unknown }> =>
    askJson(`${url}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/related; boundary=xyz' },
      body,
    })

  t.test(
    '8.5 beyond 100,000 parts the rest is not read: what came before is reported, in bounded memory',
    async t => {
      const image = ctImage()
      const { status, json } = await post(emptyParts(MOST_PARTS, partsBody('xyz', [image.bytes], false)))
      t.equal(status, 202)
      const { stored, failed } = readStoreAnswer(json)
      t.same(stored, [image.SOPInstanceUID])
      t.equal(failed.length, MOST_PARTS)
      t.equal(failed.filter(reason => reason === C000).length, MOST_PARTS - 1)
      t.equal(failed.at(-1), A700, 'for the parts that were not read')
      const { peak } = memoryOf(server.pid)
      t.ok(peak - idle < 200 * MIB, `${Math.round((peak - idle) / MIB)} MiB over idle at most`)
    },
  )

  t.test('8.5 answers 413 where none of the 100,000 was stored', async t => {
    t.equal((await post(emptyParts(MOST_PARTS + 1000))).status, 413)
  })

  t.test('a Content-Length beyond what comes is told of, and one short of it cuts the body', async t => {
    const [long, short] = [ctImage(), ctImage()]
    const bodyOf = (bytes: Uint8Array): Buffer => partsBody('b0undary', [bytes])
    const beyond = bodyOf(long.bytes)
    const waiting = await exchange(
      port,
      Buffer.concat([Buffer.from(storeHead(port, [`Content-Length: ${beyond.length + 5}`])), beyond]),
    )
    // The final boundary came, so that every part is whole; the epilogue is what is missing.
    t.equal(waiting.status, 202)
    t.match(waiting.text, long.SOPInstanceUID)
    const cut = bodyOf(short.bytes)
    const answer = await exchange(
      port,
      Buffer.concat([Buffer.from(storeHead(port, [`Content-Length: ${cut.length - 200}`])), cut]),
    )
    t.equal(answer.status, 400)
    const { status } = await exchange(port, storeHead(port, ['Content-Length: -5']))
    t.equal(status, 400)
  })
})
