/** A large multi-frame is stored and read in a few chunks of memory: at most 150 MiB over idle. MEMORY_BYTES says how large
 *  (512 MiB; `npm run soak` takes 2 GiB). */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { ask, askDigest, askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { frame, FRAME_BYTES, largeInstance, pathOf } from '../large-instance.js'
import { ctImage } from '../made-dicom.js'
import { memoryOf, startServer, type RunningServer } from '../server.js'

const MIB = 1024 * 1024
const FRAMES = Math.floor((Number(process.env['MEMORY_BYTES'] ?? 512 * MIB) - MIB) / FRAME_BYTES)
const MOST_GROWTH_BYTES = 150 * MIB
const READERS = 3

t.setTimeout(0)

t.test(`${FRAMES} frames of 512 KiB, one instance`, async t => {
  const server = await startServer(t)
  const warm = ctImage()
  t.equal((await store(server.url, [warm.bytes])).status, 200)
  t.equal((await askWhole(server.url + pathOf(warm), { headers: { accept: STORED_SYNTAX } })).status, 200)
  const idle = memoryOf(server.pid).now
  const { instance, length, chunks } = largeInstance(FRAMES)
  const path = pathOf(instance)
  const sent = createHash('sha256')
  async function* file(): AsyncGenerator<Uint8Array> {
    for await (const bytes of chunks()) {
      sent.update(bytes)
      yield bytes
    }
  }

  await boundedMemory(t, server, idle, 'while it is stored', async () => {
    t.equal((await store(server.url, [file()])).status, 200)
  })
  const expected = { status: 200, sha256: sent.digest('hex'), bytes: length }
  await boundedMemory(t, server, idle, `while ${READERS} read it`, async () => {
    const readers = Array.from({ length: READERS }, () => askDigest(server.url + path, STORED_SYNTAX))
    for (const got of await Promise.all(readers)) t.strictSame(got, expected, 'byte for byte')
  })
  await boundedMemory(t, server, idle, 'while readers stand still in the midst of it', async () => {
    const stalled = await Promise.all(
      Array.from({ length: READERS }, () => ask(server.url + path, { headers: { accept: STORED_SYNTAX } })),
    )
    t.strictSame(await askFrame(server, path, 2), frame(2), 'and others read frames meanwhile')
    for (const { body } of stalled) body.destroy()
  })
  for (const number of [1, Math.ceil(FRAMES / 2), FRAMES])
    t.ok(
      (await askFrame(server, path, number)).equals(frame(number)),
      `frame ${number} is the one that was sent`,
    )
  t.equal(await server.stop(), 0)
})

async function boundedMemory(
  t: Test,
  server: RunningServer,
  idle: number,
  when: string,
  work: () => Promise<void>,
): Promise<void> {
  // proc(5): the peak is set back to what is used now
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5')
  await work()
  const over = memoryOf(server.pid).peak - idle
  t.ok(
    over <= MOST_GROWTH_BYTES,
    `${when}: ${Math.round(over / MIB)} MiB over an idle ${Math.round(idle / MIB)} MiB`,
  )
}

async function askFrame(server: RunningServer, path: string, number: number): Promise<Buffer> {
  const { bytes } = await askWhole(`${server.url}${path}/frames/${number}`, {
    headers: { accept: 'application/octet-stream' },
  })
  return bytes
}
