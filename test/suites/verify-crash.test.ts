/** `filmroom verify` and `filmroom reindex --from-blobs`, killed again and again: what is done stays done, nothing of the archive is
 *  lost, and the last run ends as one that was never killed. VERIFY_CRASH_SEED says when. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import type { VerifyCounts } from '../../src/services/verify-report.js'
import { PROGRAM, runFilmroom } from '../cli/run-filmroom.js'
import { dumpIndex } from '../index/index-dump.js'
import { ctImage, el, type MadeInstance } from '../made-dicom.js'
import { blobFiles, openArchive } from '../services/archive.js'
import { seededBy } from './random.js'

const INSTANCES = 1_500
const DELETED_STUDY = '1.3'
const DAMAGED = 20
const KILLS = 4

t.setTimeout(0)

t.test('verify and rebuild survive kill -9', async t => {
  const random = seededBy('VERIFY_CRASH_SEED')
  t.comment(`VERIFY_CRASH_SEED=${random.seed}`)
  const archive = await openArchive(t)
  const { dataFolder } = archive
  const indexFile = path.join(dataFolder, 'data', 'index.sqlite')
  await archive.store('reject', ...Array.from({ length: INSTANCES }, (_, n) => image(n)))
  await archive.remove({ StudyInstanceUID: DELETED_STUDY })
  await archive.parts.close()
  const before = await dumpIndex(indexFile)

  /** Runs a command and kills it once it is under way. @returns whether it was killed before its end */
  async function killed(args: readonly string[], isUnderWay: () => Promise<boolean>): Promise<boolean> {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: dataFolder,
        FILMROOM_DATA: path.join(dataFolder, 'data'),
      },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    while (child.exitCode === null && !(await isUnderWay().catch(() => false))) await pause(10)
    await pause(random.below(100))
    child.kill('SIGKILL')
    await ended
    return child.signalCode === 'SIGKILL'
  }

  t.test('verify', async t => {
    const files = blobFiles(archive)
    const damaged = Array.from({ length: DAMAGED }, (_, n) => files[n * 70] ?? '')
    damaged.forEach(flip)
    let kills = 0
    for (let n = 0; n < KILLS; n++)
      kills += Number(await killed(['verify', '--rate', '300KiB'], async () => (await marked(indexFile)) > n))
    t.equal(kills, KILLS)
    const partly = await marked(indexFile)
    t.ok(partly > 0 && partly < DAMAGED, `${partly} of ${DAMAGED} marked`)
    const { status, output } = await runFilmroom(dataFolder, ['verify', '--json'])
    const { counts } = JSON.parse(output) as { readonly counts: VerifyCounts }
    t.equal(status, 1)
    t.match(counts.found, { damaged: DAMAGED, missing: 0, orphan: 0, foreign: 0, tombstone: 0, unread: 0 })
    t.equal(counts.instances + counts.deleted, INSTANCES)
    t.equal(await marked(indexFile), DAMAGED)
    damaged.forEach(flip)
    t.match(await runFilmroom(dataFolder, ['verify']), { status: 0, output: /^healed +20$/m })
  })

  t.test('reindex --from-blobs', async t => {
    for (const name of readdirSync(path.dirname(indexFile)))
      if (name.startsWith('index.sqlite')) rmSync(path.join(path.dirname(indexFile), name))
    let kills = 0
    for (let n = 0; n < KILLS; n++)
      kills += Number(
        await killed(['reindex', '--from-blobs'], async () => (await rows(indexFile)) > n * 250),
      )
    t.equal(kills, KILLS)
    const partly = await rows(indexFile)
    t.ok(partly > 0 && partly < INSTANCES, `${partly} of ${INSTANCES} rebuilt`)
    const { status, output } = await runFilmroom(dataFolder, ['reindex', '--from-blobs'])
    t.equal(status, 0)
    t.match(output, /^rebuilt \d+ instances and \d+ deleted ones in [\d.]+ s\n$/)
    const after = await dumpIndex(indexFile)
    const live = (all: readonly unknown[]): unknown[] => all.filter(one => (one as { live: boolean }).live)
    t.strictSame(after.instances, before.instances)
    t.strictSame(after.counts, before.counts)
    t.strictSame(live(after.studies), live(before.studies))
    t.strictSame(live(after.series), live(before.series))
    t.match(await runFilmroom(dataFolder, ['verify']), { status: 0, output: /^instances +\d+\n/ })
  })
})

function image(n: number): MadeInstance {
  const study = `1.${n % 5}`
  return ctImage({
    study,
    series: `${study}.${n % 3}`,
    instance: `2.${n}`,
    rows: 16,
    columns: 16,
    with: [el('00200013', 'IS', String(n))],
  })
}

/** Of its last byte one bit. */
function flip(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
}

async function marked(file: string): Promise<number> {
  return countOf(file, true)
}

async function rows(file: string): Promise<number> {
  return countOf(file, false)
}

async function countOf(file: string, onlyMarked: boolean): Promise<number> {
  const database = openSqlite(file, 'read')
  try {
    let query = database.db.selectFrom('instance').select(eb => eb.fn.countAll<number>().as('count'))
    if (onlyMarked) query = query.where('damage', 'is not', null)
    return (await query.executeTakeFirstOrThrow()).count
  } finally {
    await database.close()
  }
}
