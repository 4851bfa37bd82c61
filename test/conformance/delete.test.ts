/** DELETE of study, series and instance. PS3.18 chapter 10 has none; this is what other servers do, and docs/conformance.md. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { askJson, askWhole, search, store, STORED_SYNTAX, valueOf } from '../dicomweb-client.js'
import { ctImage, DEFLATED_LE, el, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, type RunningServer } from '../server.js'
import { pathOf } from './paths.js'

t.test('delete', async t => {
  const server = await startServer(t, { FILMROOM_PUBLIC_URL: 'http://archive.example.org' })
  const remove = async (where: string): Promise<number> => {
    const { status, bytes } = await askWhole(server.url + where, { method: 'DELETE' })
    if (status === 204) t.equal(bytes.length, 0)
    return status
  }

  for (const level of ['study', 'series', 'instance'] as const) {
    t.test(`a deleted ${level} is not found by any request, also not what was cached`, async t => {
      const image = ctImage({ frames: 2, transferSyntax: DEFLATED_LE })
      await store(server.url, [image.bytes])
      const before = await answersAbout(server, image)
      t.same(new Set(before.values()), new Set([200]), 'all of it is there, and now in caches')
      t.equal(await remove(levelPath(image, level)), 204)
      for (const [url, status] of await answersAbout(server, image))
        t.equal(status, url.includes('?') ? 204 : 404, url)
    })
  }

  t.test('what is not there is 404, and what was deleted answers as if it had never been', async t => {
    const [image, other] = [ctImage(), ctImage()]
    await store(server.url, [image.bytes, other.bytes])
    const never = ctImage()
    for (const level of ['instance', 'series', 'study'] as const) {
      const { json: unknown, status } = await askJson(server.url + levelPath(never, level), {
        method: 'DELETE',
      })
      t.equal(status, 404)
      t.match(unknown, { type: 'urn:filmroom:problem:not-found' })
      if (level === 'instance') t.equal(await remove(levelPath(image, 'study')), 204)
      const again = await askJson(server.url + levelPath(image, level), { method: 'DELETE' })
      t.same(again, { status: 404, json: unknown })
    }
    const { StudyInstanceUID, SeriesInstanceUID } = other
    t.equal(await remove(`/studies/${StudyInstanceUID}/series/${newUid()}`), 404)
    t.equal(await remove(`/studies/${newUid()}/series/${SeriesInstanceUID}`), 404)
    t.equal(await remove(pathOf({ ...other, SOPInstanceUID: never.SOPInstanceUID })), 404)
    t.equal((await askWhole(server.url + pathOf(other))).status, 200, 'none of that touched it')
  })

  t.test('8.5 a UID that is none is 400, and a body is ignored', async t => {
    for (const where of [
      '/studies/x',
      '/studies/1.2/series/a',
      `/studies/1/series/2/instances/${'1'.repeat(65)}`,
    ])
      t.equal(await remove(where), 400, where)
    const image = ctImage()
    await store(server.url, [image.bytes])
    const { status } = await askWhole(`${server.url}/studies/${image.StudyInstanceUID}`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{"reason":"none"}'),
    })
    t.equal(status, 204)
  })

  t.test('trap 35: counts and modalities are those of what remains', async t => {
    const study = newUid()
    const ct = ctImage({ study })
    const mr = [1, 2].map(() => ctImage({ study, series: '2.25.77', with: [el('00080060', 'CS', 'MR')] }))
    await store(
      server.url,
      [ct, ...mr].map(one => one.bytes),
    )
    const told = async (): Promise<unknown[]> => {
      const [row] = await search(`${server.url}/studies?StudyInstanceUID=${study}`)
      return [row?.['00080061']?.Value, valueOf(row!, '00201206'), valueOf(row!, '00201208')]
    }
    t.same(await told(), [['CT', 'MR'], 2, 3])
    t.equal(await remove(pathOf(mr[0]!)), 204)
    t.same(await told(), [['CT', 'MR'], 2, 2])
    t.equal(await remove(levelPath(ct, 'series')), 204)
    t.same(await told(), [['MR'], 1, 1])
    t.same(await search(`${server.url}/studies?StudyInstanceUID=${study}&ModalitiesInStudy=CT`), [])
    const { status, json } = await askJson(`${server.url}/studies/${study}/metadata`)
    t.match({ status, json }, { status: 200, json: [{ '00080018': { Value: [mr[1]!.SOPInstanceUID] } }] })
  })

  t.test(
    'trap 59: DELETE, then STOW of the same UID again, with the same bytes, others, and in another study',
    async t => {
      const instance = newUid()
      const first = ctImage({ instance })
      const otherBytes = ctImage({
        instance,
        study: first.StudyInstanceUID,
        series: first.SeriesInstanceUID,
      })
      for (const image of [first, first, otherBytes, ctImage({ instance })]) {
        t.match(await store(server.url, [image.bytes]), { status: 200, stored: [instance], failed: [] })
        const { bytes } = await askWhole(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
        t.ok(bytes.equals(image.bytes))
        t.equal(await remove(levelPath(image, 'study')), 204)
        t.equal((await askWhole(server.url + pathOf(image))).status, 404)
      }
    },
  )

  t.test('of clients that delete the same at once one is told 204, the others 404', async t => {
    const image = ctImage()
    await store(server.url, [image.bytes])
    const statuses = await Promise.all(Array.from({ length: 8 }, () => remove(levelPath(image, 'study'))))
    t.same(statuses.sort(), [204, ...Array<number>(7).fill(404)])
  })

  t.test(
    'a store and a delete of a study at once leave it whole or without the instance, never between',
    async t => {
      const study = newUid()
      for (let round = 0; round < 5; round++) {
        const images = Array.from({ length: 4 }, () => ctImage({ study }))
        await Promise.all([
          store(
            server.url,
            images.map(one => one.bytes),
          ),
          remove(`/studies/${study}`),
          remove(`/studies/${study}`),
        ])
        const [row] = await search(`${server.url}/studies?StudyInstanceUID=${study}`)
        const rows = await search(`${server.url}/studies/${study}/instances`)
        t.equal(row === undefined ? 0 : valueOf(row, '00201208'), rows.length)
        for (const one of rows) t.equal((await askWhole(`${server.url}${pathOf(uidsOf(one))}`)).status, 200)
      }
    },
  )
})

t.test('a delete that was answered survives kill -9, and its tombstone lists the blobs', async t => {
  const server = await startServer(t)
  const image = ctImage()
  const kept = ctImage()
  await store(server.url, [image.bytes, kept.bytes])
  t.equal((await askWhole(server.url + levelPath(image, 'study'), { method: 'DELETE' })).status, 204)
  await server.stop('SIGKILL')
  const again = await startServer(t, {}, { dataFolder: server.dataFolder })
  t.equal((await askWhole(again.url + pathOf(image))).status, 404)
  t.equal((await askWhole(again.url + pathOf(kept))).status, 200)
  const blobs = path.join(server.dataFolder, 'data', 'blobs')
  const [name, ...others] = readdirSync(path.join(blobs, 'tombstones'))
  t.same(others, [])
  const [head, ...keys] = readFileSync(path.join(blobs, 'tombstones', name!), 'utf8')
    .trimEnd()
    .split('\n')
  t.match(JSON.parse(head!), { tombstone: 1, action: 'delete' })
  t.equal(keys.length, 1)
  t.ok(readFileSync(path.join(blobs, keys[0]!)).equals(image.bytes))
})

function levelPath(image: MadeInstance, level: 'study' | 'series' | 'instance'): string {
  const [, , study, , series] = pathOf(image).split('/')
  return {
    study: `/studies/${study}`,
    series: `/studies/${study}/series/${series}`,
    instance: pathOf(image),
  }[level]
}

function uidsOf(row: Parameters<typeof valueOf>[0]): MadeInstance {
  return {
    StudyInstanceUID: valueOf(row, '0020000D') as string,
    SeriesInstanceUID: valueOf(row, '0020000E') as string,
    SOPInstanceUID: valueOf(row, '00080018') as string,
    bytes: Buffer.alloc(0),
    pixels: Buffer.alloc(0),
  }
}

/** Status of every kind of request that could tell of the instance. */
async function answersAbout(server: RunningServer, image: MadeInstance): Promise<Map<string, number>> {
  const instance = pathOf(image)
  const [study, series] = [levelPath(image, 'study'), levelPath(image, 'series')]
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = image
  const urls = [
    ...[study, series, instance].flatMap(where => [where, `${where}/metadata`]),
    `${instance}/frames/1`,
    `${instance}/bulkdata/7FE00010`,
    `/studies?StudyInstanceUID=${StudyInstanceUID}`,
    `/series?SeriesInstanceUID=${SeriesInstanceUID}`,
    `/instances?SOPInstanceUID=${SOPInstanceUID}`,
    `${study}/series?`,
    `${study}/instances?`,
    `${series}/instances?`,
  ]
  const answers = new Map<string, number>()
  for (const url of urls) {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }])
      answers.set(url, (await askWhole(server.url + url, { headers })).status)
  }
  return answers
}
