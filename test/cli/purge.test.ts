/** `filmroom purge` beside a server that runs on the same data, and the server's own purge. */
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { pathOf } from '../conformance/paths.js'
import { askWhole, store } from '../dicomweb-client.js'
import { ctImage, DEFLATED_LE, newUid } from '../made-dicom.js'
import { startServer } from '../server.js'
import { filesIn, isWhole, remove } from './beside-server.js'
import { runFilmroom } from './run-filmroom.js'

t.test('purge', async t => {
  const server = await startServer(t, { FILMROOM_PUBLIC_URL: 'http://archive.example.org' })

  t.test('purged by hand: bytes, derived files and tombstones are gone, the rest is as it was', async t => {
    const study = newUid()
    const [gone, kept] = [ctImage({ study, transferSyntax: DEFLATED_LE }), ctImage({ study })]
    await store(server.url, [gone.bytes, kept.bytes])
    for (const where of [`/studies/${study}/metadata`, `${pathOf(gone)}/frames/1`])
      t.equal((await askWhole(server.url + where, { headers: { 'accept-encoding': 'gzip' } })).status, 200)
    t.equal(filesIn(server, 'cache').length, 3, 'two bundles and an inflated instance')
    await remove(server, pathOf(gone))
    t.match(await runFilmroom(server.dataFolder, ['purge']), { status: 0, output: '0 instances purged\n' })
    await isWhole(t, server, kept)
    t.equal(filesIn(server, 'blobs').length, 3, 'two instances and a tombstone')
    const now = { FILMROOM_DELETE_GRACE: '0s' }
    t.match(await runFilmroom(server.dataFolder, ['purge'], now), {
      status: 0,
      output: '1 instances purged\n',
    })
    t.equal(filesIn(server, 'blobs').length, 1)
    t.equal(filesIn(server, 'cache').length, 1, 'the bundle of the other series')
    await isWhole(t, server, kept)
    t.match(await runFilmroom(server.dataFolder, ['restore', '--study', study]), { status: 1 })
    t.match(await runFilmroom(server.dataFolder, ['deleted']), { status: 0, output: '' })
    t.match(await store(server.url, [gone.bytes]), { status: 200 })
    await isWhole(t, server, gone)
  })

  t.test('several purges at once, beside the server, purge each instance once between them', async t => {
    const study = newUid()
    const images = Array.from({ length: 40 }, () => ctImage({ study }))
    const before = filesIn(server, 'blobs').length
    await store(
      server.url,
      images.map(one => one.bytes),
    )
    await remove(server, `/studies/${study}`)
    const purges = await Promise.all(
      [1, 2, 3].map(() => runFilmroom(server.dataFolder, ['purge'], { FILMROOM_DELETE_GRACE: '0s' })),
    )
    for (const { status, errors } of purges) t.same([status, errors], [0, ''])
    t.equal(filesIn(server, 'blobs').length, before)
  })

  t.test('the server purges by itself what is past FILMROOM_DELETE_GRACE', async t => {
    const brief = await startServer(t, { FILMROOM_DELETE_GRACE: '1s' })
    const images = [ctImage(), ctImage()]
    await store(
      brief.url,
      images.map(one => one.bytes),
    )
    await remove(brief, `/studies/${images[0]!.StudyInstanceUID}`)
    for (let tries = 0; filesIn(brief, 'blobs').length > 1 && tries < 300; tries++) await pause(100)
    t.equal(filesIn(brief, 'blobs').length, 1)
    await isWhole(t, brief, images[1]!)
    t.equal(await brief.stop(), 0)
  })
})
