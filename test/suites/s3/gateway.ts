/** radosgw is killed in the midst of uploads and reads, and comes back. S3_KILLS says how often (2). */
import type { Test } from 'tap'
import { setTimeout as delay } from 'node:timers/promises'
import { randomBytes } from 'node:crypto'
import { problem } from '../../problem.js'
import { put, sha256 } from '../../blobs/blob-store-conformance.js'
import type { S3Server } from '../../s3-server.js'
import { seededBy } from '../random.js'
import { ledger } from './ledger.js'
import { leftUploads, openIn } from './stores.js'

const KILLS = Number(process.env['S3_KILLS'] ?? 2)
const WORKERS = 6
const MIB = 1024 * 1024
const PARTS = { firstBytes: 5 * MIB }
/** Long enough that the gateway, back after some seconds, finds the upload waiting. */
const BACK_SOON_MS = 300

export function gateway(t: Test, server: S3Server): void {
  t.test(
    `${KILLS} kills of the gateway under load lose nothing, and the store goes on by itself`,
    async t => {
      const random = seededBy('S3_SEED')
      t.comment(`S3_SEED=${random.seed}`)
      const { store, bucket } = await openIn(t, server, { parts: PARTS, idleMs: 3000, deadlineMs: 6000 })
      const book = ledger(t, store, random)
      let killed = 0
      const working = Array.from({ length: WORKERS }, () => book.work(() => killed > KILLS))
      for (; killed < KILLS; killed++) {
        await delay(1000 + random.below(1500))
        await server.killGateway()
        await delay(random.below(4000))
        await server.startGateway()
      }
      const before = { ...book.counts }
      await delay(1500)
      killed++
      await Promise.all(working)
      t.comment(JSON.stringify(book.counts))
      t.ok(
        book.counts.writes + book.counts.reads > before.writes + before.reads,
        'it works once the gateway is back',
      )
      await book.check(t)
      const sweeper = await openIn(t, server, { bucket, abandonedAfterMs: 0 })
      await sweeper.store.sweep()
      t.strictSame(await leftUploads(server, bucket), [])
    },
  )

  t.test('an upload in parts and a read outlive a gateway that is back soon', async t => {
    const { store } = await openIn(t, server, { parts: PARTS })
    const bytes = randomBytes(23 * MIB)
    await put(store, 'aa/read', bytes, MIB)
    const writer = store.create('aa/written')
    const half = bytes.length >> 1
    for (let at = 0; at < half; at += MIB) await writer.write(bytes.subarray(at, Math.min(half, at + MIB)))
    const chunks: Uint8Array[] = []
    let restarting: Promise<void> | undefined
    for await (const chunk of await store.open('aa/read')) {
      chunks.push(chunk)
      restarting ??= (async () => {
        await server.killGateway()
        await delay(BACK_SOON_MS)
        await server.startGateway()
      })()
    }
    t.equal(sha256(Buffer.concat(chunks)), sha256(bytes))
    for (let at = half; at < bytes.length; at += MIB) await writer.write(bytes.subarray(at, at + MIB))
    await restarting
    await writer.commit()
    t.equal(sha256(await store.read('aa/written', { start: 0, end: 99 * MIB })), sha256(bytes))
  })

  t.test('without a gateway everything is unavailable, soon', async t => {
    const { store } = await openIn(t, server)
    await put(store, 'aa/there', randomBytes(1000), 1000)
    await server.killGateway()
    const started = performance.now()
    await Promise.all([
      t.rejects(store.read('aa/there', { start: 0, end: 10 }), problem('unavailable')),
      t.rejects(store.stat('aa/there'), problem('unavailable')),
    ])
    t.ok(performance.now() - started < 10_000)
    await t.rejects(openIn(t, server, { bucket: 'any-bucket' }), problem('unavailable'))
    await server.startGateway()
    t.equal((await store.read('aa/there', { start: 0, end: 10 })).length, 10)
  })
  t.end()
}
