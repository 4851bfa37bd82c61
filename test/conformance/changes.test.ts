/** The change feed, Filmroom's own: docs/conformance.md. */
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { askJson, askWhole, store } from '../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, type RunningServer } from '../server.js'

interface Feed {
  readonly changes: readonly {
    readonly number: number
    readonly action: string
    readonly StudyInstanceUID: string
    readonly SeriesInstanceUID: string
    readonly SOPInstanceUID: string
    readonly time: string
  }[]
  readonly last: number
  readonly latest: number
}

async function feedOf(server: RunningServer, query = ''): Promise<Feed> {
  const { status, json } = await askJson(`${server.url}/changes${query}`)
  if (status !== 200) throw new Error(`answered ${status}`)
  return json as Feed
}

const remove = (server: RunningServer, { StudyInstanceUID }: MadeInstance): Promise<{ status: number }> =>
  askWhole(`${server.url}/studies/${StudyInstanceUID}`, { method: 'DELETE' })

t.test('the change feed', async t => {
  const server = await startServer(t, { FILMROOM_DUPLICATES: 'replace' })

  t.test('an empty archive has an empty feed', async t => {
    const { status, headers, bytes } = await askWhole(`${server.url}/changes`)
    t.equal(status, 200)
    t.match(headers['content-type'], /^application\/json/)
    t.equal(headers['cache-control'], 'no-store')
    t.same(JSON.parse(bytes.toString()), { changes: [], last: 0, latest: 0 })
    t.same(await feedOf(server, '?since=7'), { changes: [], last: 7, latest: 0 }, 'since is given back')
  })

  t.test('tells stores, replacements and deletions, and nothing for what changed nothing', async t => {
    const image = ctImage()
    const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = image
    const from = Date.now()
    await store(server.url, [image.bytes])
    await store(server.url, [image.bytes])
    await store(server.url, [ctImage({ study, series, instance }).bytes])
    await remove(server, image)
    await remove(server, image)
    const { changes, last, latest } = await feedOf(server)
    t.same(
      changes.map(({ number, action }) => [number, action]),
      [
        [1, 'stored'],
        [2, 'replaced'],
        [3, 'deleted'],
      ],
    )
    t.same([last, latest], [3, 3])
    for (const one of changes) {
      t.match(one, { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance })
      t.match(one.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      t.ok(Date.parse(one.time) >= from && Date.parse(one.time) <= Date.now())
    }
  })

  t.test('a deletion of many is a change an instance', async t => {
    const { latest: since } = await feedOf(server)
    const study = newUid()
    const images = Array.from({ length: 12 }, () => ctImage({ study }))
    await store(
      server.url,
      images.map(one => one.bytes),
    )
    await remove(server, images[0]!)
    const { changes } = await feedOf(server, `?since=${since}`)
    const uids = (action: string): string[] =>
      changes
        .filter(one => one.action === action)
        .map(one => one.SOPInstanceUID)
        .sort()
    t.same(uids('stored'), images.map(one => one.SOPInstanceUID).sort())
    t.same(uids('deleted'), uids('stored'))
  })

  t.test('pages follow each other by since and limit', async t => {
    const whole = await feedOf(server)
    const pages: Feed['changes'][number][] = []
    for (let since = 0; ;) {
      const { changes, last, latest } = await feedOf(server, `?since=${since}&limit=7`)
      t.ok(changes.length <= 7)
      t.equal(latest, whole.latest)
      if (changes.length === 0) break
      pages.push(...changes)
      t.equal(last, changes.at(-1)!.number)
      since = last
    }
    t.same(pages, whole.changes)
    t.same(
      pages.map(one => one.number),
      Array.from(pages, (_, n) => n + 1),
      'numbers have no gaps',
    )
  })

  t.test('values that are no such numbers are 400 and named; unknown parameters are ignored', async t => {
    for (const query of [
      'since=-1',
      'since=1.5',
      'since=1e3',
      'since=0x10',
      'since=9007199254740992',
      `since=${'9'.repeat(5_000)}`,
      'since=1&since=2',
      'since=%00',
      'limit=0',
      'limit=10001',
      'limit=ten',
      'limit=5;drop',
    ]) {
      const { status, json } = await askJson(`${server.url}/changes?${query}`)
      t.equal(status, 400, query.slice(0, 50))
      t.match(json, { type: 'urn:filmroom:problem:invalid-parameter', detail: query.slice(0, 5) })
    }
    t.equal((await feedOf(server, '?since=2&limit=1&until=5')).changes.length, 1)
    t.equal((await askWhole(`${server.url}/changes?since=%zz`)).status, 400)
  })

  t.test('HEAD answers as GET without the body, other methods 405', async t => {
    const [get, head] = [
      await askWhole(`${server.url}/changes`),
      await askWhole(`${server.url}/changes`, { method: 'HEAD' }),
    ]
    t.same([head.status, head.bytes.length], [200, 0])
    t.equal(head.headers['content-length'], get.headers['content-length'])
    const { status, headers } = await askWhole(`${server.url}/changes`, { method: 'POST' })
    t.equal(status, 405)
    t.match(headers['allow'], /GET, HEAD/)
  })

  t.test('a client that polls under concurrent writers sees every change once, in order', async t => {
    const { latest: begin } = await feedOf(server)
    let writing = true
    const polled: Feed['changes'][number][] = []
    const poll = async (): Promise<void> => {
      for (let since = begin; ;) {
        const done = !writing
        const { changes, last } = await feedOf(server, `?since=${since}&limit=20`)
        polled.push(...changes)
        since = last
        if (done && changes.length === 0) return
        await pause(2)
      }
    }
    const stored: string[] = []
    const writer = async (): Promise<void> => {
      for (let round = 0; round < 6; round++) {
        const study = newUid()
        const images = Array.from({ length: 4 }, () => ctImage({ study }))
        stored.push(
          ...(
            await store(
              server.url,
              images.map(one => one.bytes),
            )
          ).stored,
        )
        if (round % 2 === 0) t.equal((await remove(server, images[0]!)).status, 204)
      }
    }
    const polling = poll()
    await Promise.all(Array.from({ length: 5 }, writer))
    writing = false
    await polling
    t.same(
      polled.map(one => one.number),
      Array.from(polled, (_, n) => begin + 1 + n),
    )
    const told = (action: string): string[] =>
      polled
        .filter(one => one.action === action)
        .map(one => one.SOPInstanceUID)
        .sort()
    t.same(told('stored'), stored.sort())
    t.equal(told('deleted').length, stored.length / 2)
  })
})
