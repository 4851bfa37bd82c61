import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { askWhole, readStoreAnswer, storeRequest, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage, type MadeInstance } from '../made-dicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { mountSmallDisk, withoutMount } from '../small-disk.js'
import { pathOf } from './paths.js'

const A700 = 0xa700

t.test('PS3.18 10.5 Store: a full disk', { skip: withoutMount() }, async t => {
  const disk = path.join(temporaryFolder(t), 'blobs')
  mountSmallDisk(t, disk, 8)
  const server = await startServer(t, { FILMROOM_BLOBS: `file:${disk}` })
  const post = async (
    images: readonly MadeInstance[],
  ): Promise<{
    status: number
    retryAfter: string | undefined
    stored: readonly string[]
    failed: readonly number[]
  }> => {
    const answer = await askWhole(`${server.url}/studies`, {
      method: 'POST',
      ...storeRequest(images.map(image => image.bytes)),
    })
    const retryAfter = answer.headers['retry-after']
    return { status: answer.status, retryAfter, ...readStoreAnswer(JSON.parse(answer.bytes.toString())) }
  }
  const bytesOf = async (image: MadeInstance): Promise<Buffer | undefined> => {
    const got = await askWhole(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
    return got.status === 200 ? got.bytes : undefined
  }
  const large = (): MadeInstance => ctImage({ rows: 1024, columns: 1024 })

  t.test('trap 43: what no longer fits fails with A700H, what fitted is stored, 202', async t => {
    const images = Array.from({ length: 8 }, large)
    const { status, stored, failed } = await post(images)
    t.equal(status, 202)
    t.ok(stored.length >= 1 && stored.length <= 3, `${stored.length} of 2 MiB are stored on 8 MiB`)
    t.equal(failed.length, images.length - stored.length)
    t.ok(failed.every(reason => reason === A700))
    for (const image of images) {
      const isStored = stored.includes(image.SOPInstanceUID)
      t.equal((await bytesOf(image))?.equals(image.bytes), isStored ? true : undefined)
    }
  })

  t.test('trap 43: where nothing fits the answer is 503 with Retry-After and A700H of each', async t => {
    const room = path.join(disk, 'filler')
    try {
      for (let n = 0; ; n++) writeFileSync(`${room}${n}`, Buffer.alloc(4096))
    } catch {
      // full
    }
    const images = [ctImage({ rows: 200, columns: 200 }), large()]
    t.match(await post(images), { status: 503, retryAfter: /^\d+$/, stored: [], failed: [A700, A700] })
    for (const image of images) t.equal(await bytesOf(image), undefined)
    for (const name of readdirSync(disk)) if (name.startsWith('filler')) rmSync(path.join(disk, name))
    t.match(await post([images[0]!]), { status: 200 }, 'and with room again it is stored')
    t.ok((await bytesOf(images[0]!))?.equals(images[0]!.bytes))
  })
})
