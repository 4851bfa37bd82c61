/** An archive is copied from SQLite and a folder to PostgreSQL and S3 and back, while its server goes on; old and new answer with
 *  equal bytes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { blobOf } from '../services/archive.js'
import { PROGRAM, runFilmroom, type CommandResult } from '../cli/run-filmroom.js'
import { pathOf } from '../conformance/paths.js'
import { askWhole, search, store, STORED_SYNTAX, textOf } from '../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../made-dicom.js'
import { startPostgres } from '../postgres.js'
import { startS3, withoutS3 } from '../s3-server.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { newBucket, urlOf } from './s3/stores.js'

t.setTimeout(0)

t.test('an archive moves', { skip: withoutS3() }, async t => {
  const postgres = await startPostgres(t)
  if (postgres === undefined) return
  const s3 = await startS3(t)
  const far = {
    ...s3.credentials,
    FILMROOM_INDEX: await postgres.database(),
    FILMROOM_BLOBS: urlOf(s3, await newBucket(s3)),
  }
  const origin = { FILMROOM_PUBLIC_URL: 'http://archive.example', FILMROOM_DUPLICATES: 'replace' }
  const first = await startServer(t, origin)
  const copy = (...args: readonly string[]): Promise<CommandResult> =>
    runFilmroom(first.dataFolder, ['copy', ...args], s3.credentials)
  const to = `${far.FILMROOM_INDEX},${far.FILMROOM_BLOBS}`
  const images = await filled(first)

  await t.test('an interrupted copy is gone on with', async t => {
    const child = spawn(process.execPath, [PROGRAM, 'copy', '--to', to], {
      env: {
        PATH: process.env['PATH'] ?? '',
        ...s3.credentials,
        FILMROOM_DATA: path.join(first.dataFolder, 'data'),
      },
      stdio: 'ignore',
    })
    await pause(2500)
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    const { status, output, errors } = await copy('--to', to)
    t.equal(status, 0, output + errors)
  })

  await t.test('while it is copied the archive goes on', async t => {
    const over = new AbortController()
    const load = (async () => {
      for (let n = 0; !over.signal.aborted; n++) {
        const image = ctImage({
          study: images[0]!.StudyInstanceUID,
          pixels: Buffer.alloc(50_000, n),
          rows: 1,
          columns: 1,
        })
        t.equal((await store(first.url, [image.bytes])).status, 200)
        if (n % 3 === 0) await askWhole(first.url + pathOf(image), { method: 'DELETE' })
        await pause(5)
      }
    })()
    const { status, output, errors } = await copy('--to', to)
    over.abort()
    await load
    t.equal(status, 0, output + errors)
    t.match(await copy('--to', to), { status: 0, output: /copied/ })
  })

  await t.test('both answer with equal bytes', async t => {
    const second = await startServer(t, { ...origin, ...far })
    await answersAlike(t, first, second)
    t.equal(await second.stop(), 0)
    const verified = await runFilmroom(second.dataFolder, ['verify'], far)
    t.equal(verified.status, 0, verified.output)
  })

  await t.test('and so does a copy of the copy, which then goes on by itself', async t => {
    const dataFolder = temporaryFolder(t)
    const data = path.join(dataFolder, 'data')
    const back = `sqlite:${path.join(data, 'index.sqlite')},file:${path.join(data, 'blobs')}`
    const { status, output, errors } = await runFilmroom(
      dataFolder,
      ['copy', '--from', to, '--to', back],
      s3.credentials,
    )
    t.equal(status, 0, output + errors)
    const third = await startServer(t, origin, { dataFolder })
    await answersAlike(t, first, third)
    const latest = await latestChange(third)
    t.equal((await store(third.url, [ctImage().bytes])).status, 200)
    t.equal(await latestChange(third), latest + 1)
    const restored = await runFilmroom(dataFolder, ['restore', '--study', images[3]!.StudyInstanceUID])
    t.match(restored, { status: 0 }, 'what was deleted can be restored')
    t.equal(await third.stop(), 0)

    const refused = await copy('--to', back)
    t.equal(refused.status, 1)
    t.match(refused.errors, /another archive, or a later state/)
  })

  await t.test('what is damaged where it comes from is not copied, and told', async t => {
    const file = blobOf(first, images.at(-1)!)
    const key = path.relative(path.join(first.dataFolder, 'data', 'blobs'), file)
    truncateSync(file, statSync(file).size - 1)
    const elsewhere = temporaryFolder(t)
    const { status, output } = await copy('--to', `sqlite:${elsewhere}/index.sqlite,file:${elsewhere}/blobs`)
    t.equal(status, 1)
    t.match(output, `damaged\t${key}`)
    t.equal(readdirSync(path.join(elsewhere, 'blobs', key.slice(0, 2))).includes(key.slice(3)), false)
  })

  for (const [args, message] of [
    [[], /--to is missing/],
    [['--to', 'sqlite:x'], /--to: expected an index and a blob store/],
    [['--to', 'sqlite:x,s3://'], /FILMROOM_BLOBS/],
    [['--speed', '9'], /--speed/],
  ] as const)
    await t.test(`refuses ${args.join(' ')}`, async t => {
      const { status, errors } = await copy(...args)
      t.not(status, 0)
      t.match(errors, message)
    })
})

/** Stores, replaces and deletes. */
async function filled(server: RunningServer): Promise<readonly MadeInstance[]> {
  const studies = Array.from({ length: 4 }, () => newUid())
  const images = Array.from({ length: 40 }, (_, n) =>
    ctImage({ study: studies[n % 4]!, pixels: Buffer.alloc(400_000, n), rows: 1, columns: 1 }),
  )
  for (const { bytes } of images) await store(server.url, [bytes])
  const large = ctImage({ study: studies[0]!, pixels: Buffer.alloc(11_000_000, 7), rows: 1, columns: 1 })
  await store(server.url, [large.bytes])
  const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = images[1]!
  await store(server.url, [
    ctImage({ study, series, instance, pixels: Buffer.alloc(10, 1), rows: 1, columns: 1 }).bytes,
  ])
  await askWhole(`${server.url}/studies/${studies[3]!}`, { method: 'DELETE' })
  await askWhole(server.url + pathOf(images[2]!), { method: 'DELETE' })
  return [...images, large]
}

async function answersAlike(t: Test, one: RunningServer, other: RunningServer): Promise<void> {
  const paths = [
    '/studies',
    '/series',
    '/instances?includefield=all',
    '/studies?PatientName=*',
    '/changes?since=0&limit=1000',
  ]
  for (const study of await search(`${one.url}/studies`)) {
    const uid = textOf(study, '0020000D')
    paths.push(`/studies/${uid}/metadata`, `/studies/${uid}/series`, `/studies/${uid}/instances?limit=1000`)
  }
  for (const where of paths) {
    const [a, b] = await Promise.all(
      [one, other].map(({ url }) => askWhole(url + where, { headers: { accept: 'application/json' } })),
    )
    t.equal(a!.status, 200, where)
    t.equal(b!.status, a!.status, where)
    t.ok(b!.bytes.equals(a!.bytes), `${where}: ${a!.bytes.length} equal bytes`)
    t.equal(b!.headers.etag, a!.headers.etag, where)
  }
  const rows = await search(`${one.url}/instances`)
  let equal = 0
  for (const row of rows) {
    const uids = ['0020000D', '0020000E', '00080018'].map(tag => textOf(row, tag))
    const where = `/studies/${uids[0]}/series/${uids[1]}/instances/${uids[2]}`
    const [a, b] = await Promise.all(
      [one, other].map(({ url }) => askWhole(url + where, { headers: { accept: STORED_SYNTAX } })),
    )
    if (a!.status === 200 && b!.status === 200 && a!.bytes.equals(b!.bytes)) equal++
  }
  t.equal(equal, rows.length, 'every instance')
}

async function latestChange({ url }: RunningServer): Promise<number> {
  const { bytes } = await askWhole(`${url}/changes?since=0&limit=1`)
  return (JSON.parse(bytes.toString()) as { latest: number }).latest
}
