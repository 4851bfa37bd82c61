/** The program's memory over S3 does not grow with what is uploaded, nor with how many do so slowly. S3_MEMORY_BYTES says how
 *  large the one upload is (192 MiB), S3_SLOW_BYTES each of the 32 (12 MiB). */
import { writeFileSync } from 'node:fs'
import type { Test } from 'tap'
import { askWhole, askDigest, store, STORED_SYNTAX } from '../../dicomweb-client.js'
import { frame, FRAME_BYTES, largeInstance, pathOf, type LargeInstance } from '../../large-instance.js'
import { ctImage } from '../../made-dicom.js'
import { memoryOf, startServer } from '../../server.js'
import type { S3Server } from '../../s3-server.js'
import { leftUploads, newBucket, urlOf } from './stores.js'

const MIB = 1024 * 1024
const LARGE_FRAMES = Math.floor(Number(process.env['S3_MEMORY_BYTES'] ?? 192 * MIB) / FRAME_BYTES)
const SLOW_FRAMES = Math.floor(Number(process.env['S3_SLOW_BYTES'] ?? 12 * MIB) / FRAME_BYTES)
const SLOW_UPLOADS = 32
const MOST_GROWTH_BYTES = 150 * MIB

export function memory(t: Test, server: S3Server): void {
  t.test('uploads and downloads over S3 take bounded memory', async t => {
    const bucket = await newBucket(server)
    const filmroom = await startServer(t, { FILMROOM_BLOBS: urlOf(server, bucket), ...server.credentials })
    t.equal((await store(filmroom.url, [ctImage().bytes])).status, 200)
    const idle = memoryOf(filmroom.pid).now
    const bounded = async (when: string, work: () => Promise<void>): Promise<void> => {
      // proc(5): the peak is set back to what is used now
      writeFileSync(`/proc/${filmroom.pid}/clear_refs`, '5')
      const started = performance.now()
      await work()
      const over = memoryOf(filmroom.pid).peak - idle
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      t.ok(over <= MOST_GROWTH_BYTES, `${when}: ${Math.round(over / MIB)} MiB over idle, ${seconds} s`)
    }
    const large = largeInstance(LARGE_FRAMES)
    await bounded(`one upload of ${Math.round(large.length / MIB)} MiB`, async () => {
      t.equal((await store(filmroom.url, [large.chunks()])).status, 200)
    })
    await bounded('while it is read', async () => {
      const got = await askDigest(filmroom.url + pathOf(large.instance), STORED_SYNTAX)
      t.equal(got.bytes, large.length)
    })
    const path = `${filmroom.url}${pathOf(large.instance)}/frames/${LARGE_FRAMES}`
    const last = await askWhole(path, { headers: { accept: 'application/octet-stream' } })
    t.ok(last.bytes.equals(frame(LARGE_FRAMES)))

    const slow = Array.from({ length: SLOW_UPLOADS }, () => largeInstance(SLOW_FRAMES))
    await bounded(
      `${SLOW_UPLOADS} uploads of ${Math.round(slow[0]!.length / MIB)} MiB, in step`,
      async () => {
        const step = inStep(SLOW_UPLOADS)
        const answers = await Promise.all(slow.map(one => store(filmroom.url, [withEach(one, step)])))
        t.strictSame(new Set(answers.map(({ status }) => status)), new Set([200]))
      },
    )
    t.strictSame(await leftUploads(server, bucket), [])
    t.equal(await filmroom.stop(), 0)
  })
  t.end()
}

/** All uploads stand at the same place: each has gathered as much as the others when they go on. */
async function* withEach(one: LargeInstance, step: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of one.chunks()) {
    await step()
    yield chunk
  }
}

function inStep(count: number): () => Promise<void> {
  let arrived = 0
  let open: () => void
  let gate = new Promise<void>(resolve => (open = resolve))
  return () => {
    const waiting = gate
    if (++arrived === count) {
      arrived = 0
      open()
      gate = new Promise(resolve => (open = resolve))
    }
    return waiting
  }
}
