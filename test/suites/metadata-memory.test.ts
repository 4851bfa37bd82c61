/** Metadata of a series of 10,000 instances, JSON and XML, leaves in a few chunks of memory: at most 150 MiB over idle.
 *  METADATA_INSTANCES says how many. PS3.18 10.4.1.1.2. */
import { writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import t from 'tap'
import { ask, askWhole, store } from '../dicomweb-client.js'
import { ctImage, el, newUid } from '../made-dicom.js'
import { memoryOf, startServer, temporaryFolder } from '../server.js'

const MIB = 1024 * 1024
const INSTANCES = Number(process.env['METADATA_INSTANCES'] ?? 10_000)
const A_REQUEST = 1000
const MOST_GROWTH_BYTES = 150 * MIB
const READERS = 3

t.setTimeout(0)

t.test(`the metadata of ${INSTANCES} instances leaves in bounded memory`, async t => {
  const dataFolder = temporaryFolder(t)
  const filling = await startServer(t, {}, { dataFolder })
  const [study, series] = [newUid(), newUid()]
  const image = (number: number): Buffer =>
    ctImage({
      study,
      series,
      rows: 1,
      columns: 1,
      with: [el('00200013', 'IS', String(number)), el('00104000', 'LT', `${number} `.repeat(200))],
    }).bytes
  for (let from = 0; from < INSTANCES; from += A_REQUEST) {
    const files = Array.from({ length: Math.min(A_REQUEST, INSTANCES - from) }, (_, n) => image(from + n))
    t.equal((await store(filling.url, files)).status, 200)
  }
  t.equal(await filling.stop(), 0)
  const server = await startServer(t, {}, { dataFolder })
  t.equal((await askWhole(`${server.url}/instances?limit=1`)).status, 200)
  const where = `${server.url}/studies/${study}/series/${series}/metadata`
  const idle = memoryOf(server.pid).now
  const kinds = [
    { accept: 'application/dicom+json', encoding: 'identity', mark: '"00080018":{"vr":"UI","Value":["' },
    { accept: 'application/dicom+json', encoding: 'gzip', mark: '"00080018":{"vr":"UI","Value":["' },
    {
      accept: 'multipart/related; type="application/dicom+xml"',
      encoding: 'identity',
      mark: '<NativeDicomModel ',
    },
    {
      accept: 'multipart/related; type="application/dicom+xml"',
      encoding: 'gzip',
      mark: '<NativeDicomModel ',
    },
  ]
  for (const { accept, encoding, mark } of kinds) {
    // proc(5): the peak is set back to what is used now
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
    const headers = { accept, 'accept-encoding': encoding }
    const stalled = await Promise.all(Array.from({ length: READERS }, () => ask(where, { headers })))
    const { status, body, headers: answered } = await ask(where, { headers })
    t.equal(status, 200)
    t.equal(answered['content-encoding'] ?? 'identity', encoding)
    t.equal(await count(encoding === 'gzip' ? body.pipe(createGunzip()) : body, mark), INSTANCES)
    for (const one of stalled) one.body.destroy()
    const over = memoryOf(server.pid).peak - idle
    t.ok(
      over <= MOST_GROWTH_BYTES,
      `${accept}, ${encoding}: ${Math.round(over / MIB)} MiB over ${Math.round(idle / MIB)} MiB`,
    )
  }
  t.equal(await server.stop(), 0)
})

/** how often the text holds the mark; nothing of it is kept but what a chunk's end may have cut */
async function count(body: Readable, mark: string): Promise<number> {
  let found = 0
  let tail = ''
  for await (const chunk of body as AsyncIterable<Buffer>) {
    const text = tail + chunk.toString('latin1')
    found += text.split(mark).length - 1
    tail = text.slice(Math.max(0, text.length - mark.length + 1))
  }
  return found
}
