/** `filmroom restore` and `deleted`, beside a server that runs on the same data. */
import t from 'tap'
import { pathOf } from '../conformance/paths.js'
import { search, store, valueOf } from '../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer } from '../server.js'
import { filesIn, isWhole, remove } from './beside-server.js'
import { runFilmroom, type CommandResult } from './run-filmroom.js'

t.test('restore and deleted beside a running server', async t => {
  const server = await startServer(t, { FILMROOM_DUPLICATES: 'replace' })
  const filmroom = (...args: string[]): Promise<CommandResult> => runFilmroom(server.dataFolder, args)

  t.test('a study, a series and an instance come back, at once and byte for byte', async t => {
    const study = newUid()
    const images = [1, 2, 3].map(() => ctImage({ study }))
    const [first, second] = images as [MadeInstance, MadeInstance]
    await store(
      server.url,
      images.map(one => one.bytes),
    )
    const series = `/studies/${study}/series/${first.SeriesInstanceUID}`
    for (const [where, args, count] of [
      [`/studies/${study}`, [], 3],
      [series, ['--series', first.SeriesInstanceUID], 1],
      [pathOf(second), ['--series', second.SeriesInstanceUID, '--instance', second.SOPInstanceUID], 1],
    ] as const) {
      await remove(server, where)
      const { status, output, errors } = await filmroom('restore', '--study', study, ...args)
      t.same([status, output, errors], [0, `${count} instances restored, 0 not\n`, ''])
      for (const image of images) await isWhole(t, server, image)
      const [row] = await search(`${server.url}/studies?StudyInstanceUID=${study}`)
      t.equal(valueOf(row!, '00201208'), 3)
      t.same(filesIn(server, 'blobs/tombstones'), [], 'its tombstone has gone')
    }
    const { status, output } = await filmroom('restore', '--study', study)
    t.same([status, output], [1, 'nothing there can be restored\n'])
  })

  t.test('an instance whose UID was stored anew is not restored, the others are, and it is told', async t => {
    const study = newUid()
    const images = [1, 2, 3].map(() => ctImage({ study }))
    await store(
      server.url,
      images.map(one => one.bytes),
    )
    await remove(server, `/studies/${study}`)
    const anew = ctImage({ instance: images[1]!.SOPInstanceUID })
    await store(server.url, [anew.bytes])
    const { status, output } = await filmroom('restore', '--study', study)
    t.equal(status, 1)
    const { SeriesInstanceUID, SOPInstanceUID } = images[1]!
    t.equal(
      output,
      `not restored, its UID is stored anew: ${study} ${SeriesInstanceUID} ${SOPInstanceUID}\n2 instances restored, 1 not\n`,
    )
    await isWhole(t, server, anew)
    await isWhole(t, server, images[0]!)
    t.equal(filesIn(server, 'blobs/tombstones').length, 1, 'a tombstone lists the one that stays deleted')
  })

  t.test('what was replaced comes back where it is asked for', async t => {
    const image = ctImage()
    const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = image
    await store(server.url, [image.bytes])
    await store(server.url, [ctImage({ study, series, instance }).bytes])
    t.match(await filmroom('restore', '--study', study), { status: 1 })
    t.match(await filmroom('restore', '--study', study, '--replaced'), { status: 1, output: /0 .* 1 not/ })
    await remove(server, `/studies/${study}`)
    t.match(await filmroom('restore', '--study', study, '--replaced'), { status: 0 })
    await isWhole(t, server, image)
  })

  t.test('deleted lists what can be restored, by UIDs and counts only', async t => {
    const study = newUid()
    const images = [1, 2].map(() => ctImage({ study, series: '2.25.5' }))
    await store(
      server.url,
      images.map(one => one.bytes),
    )
    await remove(server, `/studies/${study}`)
    const { status, output } = await filmroom('deleted')
    t.equal(status, 0)
    const line = output.split('\n').find(one => one.includes(study))
    const [until, ...rest] = line!.split('\t')
    t.same(rest, ['deleted', study, '2.25.5', '2'])
    const days = (Date.parse(until!) - Date.now()) / 86_400_000
    t.ok(days > 6.9 && days <= 7)
    t.notMatch(output, /P1|ller/)
  })
})
