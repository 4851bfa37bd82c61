import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { askWhole, readStoreAnswer, storeRequest } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

t.test('PS3.18 10.5 Store: a storage that does not answer', async t => {
  const server = await startServer(t)
  const images = [ctImage(), ctImage()]
  const post = async (): Promise<{
    status: number
    retryAfter: string | undefined
    failed: readonly number[]
  }> => {
    const request = storeRequest(images.map(image => image.bytes))
    const answer = await askWhole(`${server.url}/studies`, { method: 'POST', ...request })
    const { failed } = readStoreAnswer(JSON.parse(answer.bytes.toString()))
    return { status: answer.status, retryAfter: answer.headers['retry-after'], failed }
  }
  const blobs = path.join(server.dataFolder, 'data', 'blobs')

  t.test('I.2.2 every instance fails with 0110H and 503, nothing is stored, and later ones are', async t => {
    renameSync(blobs, `${blobs}-away`)
    writeFileSync(blobs, 'a file where the folder was')
    t.match(await post(), { status: 503, retryAfter: /^\d+$/, failed: [0x0110, 0x0110] })
    renameSync(`${blobs}-away`, `${blobs}-back`)
    renameSync(blobs, `${blobs}-file`)
    renameSync(`${blobs}-back`, blobs)
    for (const image of images) t.equal((await askWhole(server.url + pathOf(image))).status, 404)
    t.match(await post(), { status: 200, failed: [] })
  })
})
