import { readdirSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { ctImage, dicomFile, el, newUid, type MadeInstance } from '../made-dicom.js'
import { askJson, askWhole, search, store, STORED_SYNTAX, valueOf } from '../dicomweb-client.js'
import { startServer, type RunningServer } from '../server.js'
import { pathOf } from './paths.js'

const TAKEN = 0x0111

async function bytesOf(server: RunningServer, image: MadeInstance): Promise<Buffer> {
  const { status, bytes } = await askWhole(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
  if (status !== 200) throw new Error(`answered ${status}`)
  return bytes
}

async function countOf(server: RunningServer, study: string): Promise<unknown> {
  const [row] = await search(`${server.url}/studies?StudyInstanceUID=${study}`)
  return row === undefined ? 0 : valueOf(row, '00201208')
}

/** Files that the blob store holds. */
function blobCount(server: RunningServer): number {
  const root = path.join(server.dataFolder, 'data', 'blobs')
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.dcm')).length
}

/** The same data set in a file whose meta group differs. */
function rewrapped(image: MadeInstance): Buffer {
  const meta = 144 + image.bytes.readUInt32LE(140)
  const head = dicomFile([], {
    metaElements: [
      el('00020001', 'OB', Uint8Array.of(0, 1)),
      el('00020002', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
      el('00020003', 'UI', image.SOPInstanceUID),
      el('00020010', 'UI', '1.2.840.10008.1.2.1'),
      el('00020012', 'UI', '2.25.99'),
      el('00020013', 'SH', 'ANOTHER_MAKER'),
    ],
  })
  return Buffer.concat([head, image.bytes.subarray(meta)])
}

/** What holds whatever the policy is. */
async function commonDuplicates(t: Test, server: RunningServer): Promise<void> {
  t.test('an identical instance again is success, and nothing is stored twice', async t => {
    for (const size of [8, 1024]) {
      const image = ctImage({ rows: size, columns: size })
      t.match(await store(server.url, [image.bytes]), { status: 200, stored: [image.SOPInstanceUID] })
      const before = blobCount(server)
      t.match(await store(server.url, [image.bytes]), { status: 200, stored: [image.SOPInstanceUID] })
      t.match(await store(server.url, [image.bytes, image.bytes]), { status: 200, stored: { length: 2 } })
      t.equal(blobCount(server), before)
      t.equal(await countOf(server, image.StudyInstanceUID), 1)
      t.ok((await bytesOf(server, image)).equals(image.bytes))
    }
  })

  t.test('the same data set in another wrapping is identical, and what was stored first stays', async t => {
    const image = ctImage()
    await store(server.url, [image.bytes])
    const again = rewrapped(image)
    t.notOk(again.equals(image.bytes))
    t.match(await store(server.url, [again]), { status: 200, stored: [image.SOPInstanceUID] })
    t.ok((await bytesOf(server, image)).equals(image.bytes))
  })

  t.test('an instance twice in one request is stored once and reported twice', async t => {
    const image = ctImage()
    t.match(await store(server.url, [image.bytes, image.bytes]), {
      status: 200,
      stored: [image.SOPInstanceUID, image.SOPInstanceUID],
    })
    t.equal(await countOf(server, image.StudyInstanceUID), 1)
  })

  t.test('a UID that is stored in another study or series fails with 0111H', async t => {
    const image = ctImage()
    await store(server.url, [image.bytes])
    const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = image
    for (const other of [
      ctImage({ instance }),
      ctImage({ instance, study }),
      ctImage({ instance, series }),
    ]) {
      t.match(await store(server.url, [other.bytes]), { status: 409, failed: [TAKEN], stored: [] })
      t.equal((await askWhole(server.url + pathOf(other))).status, 404)
    }
    t.ok((await bytesOf(server, image)).equals(image.bytes))
    t.equal(await countOf(server, study), 1)
  })

  t.test(
    'clients that send the same new instance at once are all told that it is stored; it is once',
    async t => {
      for (const size of [8, 900]) {
        const image = ctImage({ rows: size, columns: size })
        const before = blobCount(server)
        const answers = await Promise.all(Array.from({ length: 8 }, () => store(server.url, [image.bytes])))
        for (const answer of answers)
          t.match(answer, { status: 200, stored: [image.SOPInstanceUID], failed: [] })
        t.equal(await countOf(server, image.StudyInstanceUID), 1)
        t.equal(blobCount(server), before + 1, 'the losers’ files are gone')
        t.ok((await bytesOf(server, image)).equals(image.bytes))
      }
    },
  )
}

t.test('PS3.18 10.5 Store: duplicates under FILMROOM_DUPLICATES=reject', async t => {
  const server = await startServer(t)
  await commonDuplicates(t, server)

  t.test('I.2.2 the same UID with other bytes fails with 0111H, and what was stored stays', async t => {
    for (const size of [8, 1024]) {
      const image = ctImage({ rows: size, columns: size })
      const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = image
      const other = ctImage({ study, series, instance, rows: size, columns: size })
      await store(server.url, [image.bytes])
      const before = blobCount(server)
      t.match(await store(server.url, [other.bytes]), { status: 409, failed: [TAKEN], stored: [] })
      t.ok((await bytesOf(server, image)).equals(image.bytes))
      t.equal(blobCount(server), before, 'nothing of it stays')
    }
  })

  t.test('of two with one UID in one request the first is stored', async t => {
    const image = ctImage()
    const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = image
    const other = ctImage({ study, series, instance })
    const answer = await store(server.url, [image.bytes, other.bytes])
    t.match(answer, { status: 202, failed: [TAKEN], stored: [instance] })
    t.ok((await bytesOf(server, image)).equals(image.bytes))
  })

  t.test(
    'of clients that send one UID with other bytes at once, one wins and the others are told',
    async t => {
      const ids = { study: newUid(), series: newUid(), instance: newUid() }
      const images = Array.from({ length: 6 }, () => ctImage(ids))
      const answers = await Promise.all(images.map(image => store(server.url, [image.bytes])))
      const winners = images.filter((_, n) => answers[n]!.status === 200)
      t.equal(winners.length, 1)
      t.equal(answers.filter(({ status, failed }) => status === 409 && failed[0] === TAKEN).length, 5)
      t.ok((await bytesOf(server, winners[0]!)).equals(winners[0]!.bytes))
    },
  )
})

t.test('PS3.18 10.5 Store: duplicates under FILMROOM_DUPLICATES=replace', async t => {
  const server = await startServer(t, { FILMROOM_DUPLICATES: 'replace' })
  await commonDuplicates(t, server)

  t.test('the same UID with other bytes takes the place of what was stored, everywhere', async t => {
    const ids = { study: newUid(), series: newUid(), instance: newUid() }
    const name = (text: string): { with: ReturnType<typeof el>[] } => ({
      with: [el('00104000', 'LT', text), el('00080060', 'CS', text)],
    })
    const first = ctImage({ ...ids, rows: 10, ...name('CT') })
    const second = ctImage({ ...ids, rows: 12, ...name('MR') })
    await store(server.url, [first.bytes])
    const metadata = async (where: string): Promise<unknown> => {
      const { json } = await askJson(`${server.url}${where}/metadata`, {})
      return (json as Record<string, { Value: unknown[] }>[]).map(dataset => dataset['00104000']!.Value[0])
    }
    t.same(await metadata(`/studies/${ids.study}`), ['CT'])
    t.match(await store(server.url, [second.bytes]), { status: 200, stored: [ids.instance] })
    t.ok((await bytesOf(server, second)).equals(second.bytes))
    for (const where of [
      `/studies/${ids.study}`,
      `/studies/${ids.study}/series/${ids.series}`,
      pathOf(second),
    ])
      t.same(await metadata(where), ['MR'], where)
    const { bytes } = await askWhole(`${server.url}${pathOf(second)}/frames/1`, {
      headers: { accept: 'application/octet-stream' },
    })
    t.ok(bytes.equals(second.pixels as Uint8Array), 'frames')
    const [row] = await search(`${server.url}/studies?StudyInstanceUID=${ids.study}`)
    t.equal(valueOf(row!, '00201208'), 1)
    t.same(row!['00080061']!.Value, ['MR'], 'trap 35: modalities are those of what remains')
  })

  t.test('clients that replace one UID at once leave one of theirs, whole', async t => {
    const ids = { study: newUid(), series: newUid(), instance: newUid() }
    const images = Array.from({ length: 6 }, () => ctImage(ids))
    const answers = await Promise.all(images.map(image => store(server.url, [image.bytes])))
    for (const answer of answers) t.match(answer, { status: 200, stored: [ids.instance] })
    const left = await bytesOf(server, images[0]!)
    t.equal(images.filter(image => image.bytes.equals(left)).length, 1)
    t.equal(await countOf(server, ids.study), 1)
  })
})
