import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { watchedUpload } from '../../src/http/upload-watch.js'
import { problem } from '../problem.js'

async function* sender(chunkBytes: number, pauseMs: number, chunks: number): AsyncIterable<Uint8Array> {
  for (let i = 0; i < chunks; i++) {
    await sleep(pauseMs)
    yield Buffer.alloc(chunkBytes)
  }
}

async function received(source: AsyncIterable<Uint8Array>, restMs = 0): Promise<number> {
  let bytes = 0
  for await (const chunk of source) {
    bytes += chunk.length
    if (restMs > 0) await sleep(restMs)
  }
  return bytes
}

t.test('an upload that goes on passes, however long the storage takes', async t => {
  t.equal(await received(watchedUpload(sender(2000, 1, 5), 40, undefined), 60), 10_000)
})

t.test('an upload without a byte for the idle time ends', async t => {
  await t.rejects(received(watchedUpload(sender(2000, 10_000, 1), 30, undefined)), problem('upload-idle'))
})

t.test('an upload of a byte now and then ends too', async t => {
  await t.rejects(received(watchedUpload(sender(1, 10, 100), 100, undefined)), problem('upload-idle'))
})

t.test('more bytes than allowed end the upload', async t => {
  await t.rejects(received(watchedUpload(sender(600, 0, 2), 1000, 1000)), problem('payload-too-large'))
  t.equal(await received(watchedUpload(sender(500, 0, 2), 1000, 1000)), 1000)
})

t.test('a connection that breaks is a request cut short', async t => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.alloc(1)
    await Promise.reject(new Error('aborted'))
  }
  await t.rejects(received(watchedUpload(broken(), 1000, undefined)), problem('malformed-request'))
})
