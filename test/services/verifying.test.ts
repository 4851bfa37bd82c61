/** The verification in the background. */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { tombstones } from '../../src/services/tombstones.js'
import { verifyService } from '../../src/services/verify.js'
import type { ArchiveIndex } from '../../src/index/archive-index.js'
import { startVerifying } from '../../src/services/verifying.js'
import { NOTHING_YET, type VerifyCounts } from '../../src/services/verify-report.js'
import { pathOf } from '../conformance/paths.js'
import { askWhole, store } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { problem } from '../problem.js'
import { startServer } from '../server.js'
import { blobFiles, blobOf, blobsOf, openArchive, type Archive } from './archive.js'

type Alone = ArchiveIndex['alone']

interface Background {
  readonly passes: VerifyCounts[]
  readonly failures: unknown[]
  /** Waits for so many passes, then ends it. */
  ended(passes: number): Promise<void>
}

function inBackground(t: Test, { parts }: Archive, periodMs: number, alone?: Alone): Background {
  const { index, blobs } = parts
  const passes: VerifyCounts[] = []
  const failures: unknown[] = []
  const service = verifyService(index, blobs, tombstones(index, blobs))
  const verifying = startVerifying({ ...index, ...(alone && { alone }) }, service, periodMs, {
    done: counts => passes.push(counts),
    failed: error => failures.push(error),
  })
  t.teardown(() => verifying.stop())
  return {
    passes,
    failures,
    async ended(count) {
      for (let tries = 0; passes.length < count && tries < 300; tries++) await pause(50)
      await verifying.stop()
    },
  }
}

t.test('one pass a period, which marks what is damaged', async t => {
  const archive = await openArchive(t)
  const images = Array.from({ length: 5 }, (_, n) => ctImage({ rows: 8 + n }))
  await archive.store('reject', ...images)
  flip(blobOf(archive, images[0]!))
  const first = inBackground(t, archive, 1_000)
  await first.ended(2)
  t.match(first.passes, [
    { instances: 5, found: { damaged: 1 }, marked: 1 },
    { instances: 5, found: { damaged: 1 }, marked: 0 },
  ])
  await t.rejects(archive.read(images[0]!), problem('blob-damaged'))

  const later = inBackground(t, archive, 3_000)
  await pause(1_500)
  await later.ended(0)
  t.strictSame(later.passes, [], 'the last pass is not a period ago')
})

t.test('a pass goes on where an earlier process left it', async t => {
  const archive = await openArchive(t)
  await archive.store('reject', ...Array.from({ length: 9 }, () => ctImage()))
  const keys = blobFiles(archive).map(file => path.relative(blobsOf(archive), file))
  const startedAt = Date.now() - 5_000
  await archive.parts.index.verification.saveProgress({
    startedAt,
    finishedAt: undefined,
    after: keys[5]!,
    counts: JSON.stringify({ ...NOTHING_YET, instances: 6, hashed: 6 }),
  })
  const background = inBackground(t, archive, 2_000)
  await background.ended(1)
  t.match(background.passes[0], { instances: 9, hashed: 9 })
  t.match(await archive.parts.index.verification.progress(), { startedAt, finishedAt: Number })
})

t.test('where another process verifies nothing is done', async t => {
  const archive = await openArchive(t)
  await archive.store('reject', ctImage())
  const tasks: string[] = []
  const taken: Alone = task => {
    tasks.push(task)
    return Promise.resolve(undefined)
  }
  const { passes, failures, ...background } = inBackground(t, archive, 1_000, taken)
  for (let tries = 0; tasks.length < 2 && tries < 100; tries++) await pause(50)
  await background.ended(0)
  t.strictSame([passes, failures], [[], []])
  t.strictSame([...new Set(tasks)], ['verify'])
  t.equal(await archive.parts.index.verification.progress(), undefined)
})

t.test('a server does so, and says counts alone in its log', async t => {
  const server = await startServer(t, { FILMROOM_VERIFY: '1s' })
  const [whole, damaged] = [ctImage({ rows: 8 }), ctImage({ rows: 16 })]
  await store(server.url, [whole.bytes, damaged.bytes])
  flip(blobOf(server, damaged))
  const statusOf = async (): Promise<number> =>
    (await askWhole(`${server.url}${pathOf(damaged)}/frames/1`)).status
  for (let tries = 0; (await statusOf()) === 200 && tries < 100; tries++) await pause(100)
  t.equal(await statusOf(), 500)
  t.equal((await askWhole(`${server.url}${pathOf(whole)}/frames/1`)).status, 200)
  const said = (): string | undefined => server.log.find(one => one.includes('verified: something is wrong'))
  for (let tries = 0; said() === undefined && tries < 100; tries++) await pause(100)
  const line = said()
  t.match(JSON.parse(line ?? '{}'), { level: 40, verified: { instances: 2, found: { damaged: 1 } } })
  t.notMatch(server.log.join('\n').replaceAll(/"url":"[^"]*"/g, ''), damaged.SOPInstanceUID)
  t.equal(await server.stop(), 0)
})

/** Of its last byte one bit. */
function flip(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
}
