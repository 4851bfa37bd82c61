/** The whole program on PostgreSQL, alone and beside another. */
import path from 'node:path'
import t from 'tap'
import { askJson, askWhole, search, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { startPostgres } from '../postgres.js'
import { ctImage } from '../made-dicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { pathOf } from './paths.js'

const server = await startPostgres(t)
if (server !== undefined) {
  t.test('two programs on one PostgreSQL and one folder of blobs are one archive', async t => {
    const url = new URL(await server.database())
    url.password = 'top-secret'
    const blobs = `file:${path.join(temporaryFolder(t), 'blobs')}`
    const settings = {
      FILMROOM_INDEX: url.href,
      FILMROOM_BLOBS: blobs,
      FILMROOM_INDEX_POOL: '4',
      FILMROOM_PUBLIC_URL: 'http://archive.example.org',
      FILMROOM_LOG_LEVEL: 'trace',
    }
    const [one, other] = await Promise.all([startServer(t, settings), startServer(t, settings)])
    const image = ctImage({ frames: 2 })
    const answers = await Promise.all([store(one.url, [image.bytes]), store(other.url, [image.bytes])])
    const { SOPInstanceUID } = image
    t.match(answers, Array(2).fill({ stored: [SOPInstanceUID], failed: [] }))
    for (const { url: root } of [one, other]) {
      t.equal((await search(`${root}/instances`)).length, 1, 'stored once')
      const { bytes } = await askWhole(`${root}${pathOf(image)}`, { headers: { accept: STORED_SYNTAX } })
      t.ok(bytes.includes(image.bytes), 'byte for byte')
      t.equal((await askJson(`${root}${pathOf(image)}/metadata`)).status, 200)
      t.equal((await askWhole(`${root}${pathOf(image)}/frames/2`)).status, 200)
    }
    t.equal((await askWhole(`${other.url}${pathOf(image)}`, { method: 'DELETE' })).status, 204)
    t.equal((await askWhole(`${one.url}${pathOf(image)}`)).status, 404)
    const { json: changes } = await askJson(`${one.url}/changes`)
    t.equal(JSON.stringify(changes).match(/"(stored|deleted)"/g)?.length, 2)

    await t.test(
      'without PostgreSQL it says 503, and goes on by itself when that is there again',
      async t => {
        const next = ctImage()
        await server.stop('SIGKILL')
        t.equal((await askWhole(`${one.origin}/readyz`)).status, 503)
        t.equal((await askWhole(`${one.url}/studies`)).status, 503)
        t.equal((await askWhole(`${one.url}${pathOf(image)}`)).status, 503)
        t.match(await store(one.url, [next.bytes]), { stored: [], failed: [0x0110] })
        await server.start()
        t.equal((await askWhole(`${one.origin}/readyz`)).status, 200)
        t.match(await store(one.url, [next.bytes]), { stored: [next.SOPInstanceUID], failed: [] })
        t.equal((await search(`${other.url}/studies`)).length, 1)
      },
    )
    for (const program of [one, other]) {
      t.equal(await program.stop(), 0)
      t.notMatch(program.log.join('\n'), /top-secret/, 'the password is in no log')
    }
  })
}
