/** `filmroom deleted`, `restore` and `purge`, beside a server that runs on the same data. */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { pathOf } from '../conformance/paths.js'
import { askWhole, search, store, STORED_SYNTAX, valueOf } from '../dicomweb-client.js'
import { ctImage, DEFLATED_LE, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, type RunningServer } from '../server.js'
import { runFilmroom, type CommandResult } from './run-filmroom.js'

/** Files of the data folder below a folder of it. */
function filesIn(server: RunningServer, folder: string): string[] {
  const entries = readdirSync(path.join(server.dataFolder, 'data', folder), {
    recursive: true,
    withFileTypes: true,
  })
  return entries.filter(entry => entry.isFile()).map(entry => entry.name)
}

async function remove(server: RunningServer, where: string): Promise<void> {
  const { status } = await askWhole(server.url + where, { method: 'DELETE' })
  if (status !== 204) throw new Error(`answered ${status}`)
}

async function isWhole(t: Test, server: RunningServer, image: MadeInstance): Promise<void> {
  const { bytes } = await askWhole(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
  t.ok(bytes.equals(image.bytes))
}

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

  t.test('a command line that is wrong ends with 2 and says how it is used', async t => {
    for (const [args, message] of [
      [['restore'], '--study is needed'],
      [['restore', '--study', 'x'], '--study is not a UID'],
      [['restore', '--study', '1.2', '--instance', '1.3'], '--instance needs --series'],
      [['restore', '--study', '1.2', '--all'], "Unknown option '--all'"],
      [['restore', '1.2'], 'Unexpected argument'],
      [['purge', '--now'], 'there is no option "--now"'],
      [['deleted', 'x'], 'there is no option "x"'],
    ] as const) {
      const { status, output, errors } = await filmroom(...args)
      t.same([status, output], [2, ''], args.join(' '))
      t.ok(errors.includes(message), errors)
      t.match(errors, `usage: filmroom ${args[0]}`)
    }
    t.match(await filmroom('restore', '--help'), { status: 0, output: /^usage: filmroom restore/ })
    t.match(await filmroom('help', 'purge'), { status: 0, output: /^usage: filmroom purge/ })
  })

  t.test('a configuration that is wrong ends with 1 and is named', async t => {
    const { status, errors } = await runFilmroom(server.dataFolder, ['deleted'], { FILMROOM_PROT: '1' })
    t.equal(status, 1)
    t.match(errors, 'FILMROOM_PROT: no such setting')
  })
})

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
