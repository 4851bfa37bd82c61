/** `filmroom reindex --from-blobs` where the index is lost. */
import { readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { pathOf } from '../conformance/paths.js'
import { askJson, askWhole, search, store, textOf, type JsonObject } from '../dicomweb-client.js'
import { ctImage, DEFLATED_LE, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { blobOf } from '../services/archive.js'
import { isWhole, remove } from './beside-server.js'
import { runFilmroom } from './run-filmroom.js'

t.test('an archive whose index is lost answers as before', async t => {
  const dataFolder = temporaryFolder(t)
  const settings = { FILMROOM_DUPLICATES: 'replace', FILMROOM_PUBLIC_URL: 'http://archive.example.org' }
  const study = newUid()
  const images = [ctImage({ study, rows: 8 }), ctImage({ study, rows: 16, transferSyntax: DEFLATED_LE })]
  const [first, second] = images as [MadeInstance, MadeInstance]
  const gone = ctImage({ rows: 24 })
  const anew = ctImage({
    study,
    series: first.SeriesInstanceUID,
    instance: first.SOPInstanceUID,
    rows: 32,
  })
  const server = await startServer(t, settings, { dataFolder })
  for (const one of [...images, gone, anew]) await store(server.url, [one.bytes])
  await remove(server, pathOf(gone))
  const before = await answers(server, [anew, second])
  await server.stop()

  t.match(await runFilmroom(dataFolder, ['reindex', '--from-blobs'], settings), {
    status: 1,
    output: '',
    errors: /the index is not empty/,
  })
  const data = path.join(dataFolder, 'data')
  for (const name of readdirSync(data)) if (name.startsWith('index.sqlite')) rmSync(path.join(data, name))

  const bare = await startServer(t, settings, { dataFolder })
  t.match(bare.log.join('\n'), /"level":40.*run `filmroom reindex --from-blobs`/)
  await bare.stop()
  const { status, output, errors } = await runFilmroom(dataFolder, ['reindex', '--from-blobs'], settings)
  t.same([status, errors], [0, ''])
  t.match(output, /^rebuilt 2 instances and 2 deleted ones in [\d.]+ s\n$/)

  const again = await startServer(t, settings, { dataFolder })
  t.notMatch(again.log.join('\n'), /"level":40/)
  t.strictSame(await answers(again, [anew, second]), before)
  await isWhole(t, again, anew)
  await isWhole(t, again, second)
  t.equal((await askWhole(again.url + pathOf(gone))).status, 404)
  const restored = await runFilmroom(dataFolder, ['restore', '--study', gone.StudyInstanceUID], settings)
  t.equal(restored.output, '1 instances restored, 0 not\n')
  await isWhole(t, again, gone)
  await again.stop()
})

t.test('what cannot be read is listed, with exit status 1', async t => {
  const server = await startServer(t)
  const [whole, cut] = [ctImage({ rows: 8 }), ctImage({ rows: 16 })]
  await store(server.url, [whole.bytes, cut.bytes])
  await server.stop()
  const file = blobOf(server, cut)
  truncateSync(file, statSync(file).size - 100)
  const data = path.join(server.dataFolder, 'data')
  for (const name of readdirSync(data)) if (name.startsWith('index.sqlite')) rmSync(path.join(data, name))
  const { status, output } = await runFilmroom(server.dataFolder, ['reindex', '--from-blobs'])
  t.equal(status, 1)
  t.match(output, /^unreadable\t[0-9a-f]{2}\/[0-9a-v]{26}\.dcm\tthe instance is cut short\n/)
  t.match(output, /^rebuilt 1 instances and 0 deleted ones/m)
  t.match(output, /^without a place: 0 spare, 0 in conflict, 1 unreadable, 0 foreign$/m)
})

t.test('numbers that come again take no answer of before out of the cache', async t => {
  const dataFolder = temporaryFolder(t)
  const settings = { FILMROOM_PUBLIC_URL: 'http://archive.example.org' }
  const ids = { study: newUid(), series: newUid() }
  const [first, gone, later] = Array.from({ length: 3 }, () => ctImage(ids)) as [
    MadeInstance,
    MadeInstance,
    MadeInstance,
  ]
  const told = async ({ url }: RunningServer): Promise<string[]> => {
    const { json } = await askJson(`${url}/studies/${ids.study}/metadata`, {
      headers: { 'accept-encoding': 'identity' },
    })
    return (json as JsonObject[]).map(one => textOf(one, '00080018')).sort()
  }
  const uids = (...images: readonly MadeInstance[]): string[] => images.map(one => one.SOPInstanceUID).sort()

  const server = await startServer(t, settings, { dataFolder })
  for (const one of [first, gone]) await store(server.url, [one.bytes])
  t.same(await told(server), uids(first, gone))
  await remove(server, pathOf(gone))
  await server.stop()
  const data = path.join(dataFolder, 'data')
  for (const name of readdirSync(data)) if (name.startsWith('index.sqlite')) rmSync(path.join(data, name))
  t.match(await runFilmroom(dataFolder, ['reindex', '--from-blobs'], settings), { status: 0 })
  const again = await startServer(t, settings, { dataFolder })
  await store(again.url, [later.bytes])
  t.same(await told(again), uids(first, later))
})

async function answers(server: RunningServer, images: readonly MadeInstance[]): Promise<unknown> {
  return {
    studies: await search(`${server.url}/studies?includefield=all`),
    series: await search(`${server.url}/series?includefield=all`),
    instances: await search(`${server.url}/instances?includefield=all`),
    metadata: await Promise.all(images.map(one => askJson(`${server.url}${pathOf(one)}/metadata`))),
    frames: await Promise.all(
      images.map(async one => (await askWhole(`${server.url}${pathOf(one)}/frames/1`)).status),
    ),
  }
}
