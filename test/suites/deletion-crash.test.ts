/** Kills the server amid deletes, and purges amid their work. What was answered stays so, nothing is half done, and in the end
 *  the disk has what is live and nothing else. DELETION_KILLS says how often (3), CRASH_SEED when. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, utimesSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { runFilmroom } from '../cli/run-filmroom.js'
import { askWhole, search, store, valueOf } from '../dicomweb-client.js'
import { ctImage, newUid } from '../made-dicom.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { seededBy, type Random } from './random.js'

const KILLS = Number(process.env['DELETION_KILLS'] ?? 3)
const STUDIES = 6
const INSTANCES = 60
/** A purge is killed when it has removed so many blobs at most. */
const MOST_PURGED = INSTANCES
const PROGRAM = fileURLToPath(new URL('../../src/main.cjs', import.meta.url))
const AT_ONCE = { FILMROOM_DELETE_GRACE: '0s' }

t.setTimeout(0)

t.test(`${KILLS} kills amid deletes and as many amid purges leave nothing half done`, async t => {
  const random = seededBy('CRASH_SEED')
  t.comment(`CRASH_SEED=${random.seed}`)
  const dataFolder = temporaryFolder(t)
  let gone = 0
  let purgesKilled = 0
  for (let kill = 0; kill < KILLS; kill++) {
    const studies = Array.from({ length: STUDIES }, () => newUid())
    const server = await startServer(t, {}, { dataFolder })
    for (const study of studies) await fill(server, study)
    const answered = await deleteAndKill(server, studies, random)
    const again = await startServer(t, {}, { dataFolder })
    for (const study of studies) {
      const left = await wholeOrGone(t, again, study)
      if (left) t.notOk(answered.has(study), `${study} was answered for and is gone`)
      else gone += 1
    }
    if (await purgeAndKill(dataFolder, random)) purgesKilled++
    for (const study of studies) await wholeOrGone(t, again, study)
    t.equal(await again.stop(), 0)
  }
  t.comment(`${gone} of ${KILLS * STUDIES} studies deleted, ${purgesKilled} purges killed`)
  t.ok(gone > 0)
  // Old enough that no deletion of theirs can be under way.
  for (const tombstone of blobNames(dataFolder).filter(one => one.startsWith('tombstones/')))
    utimesSync(path.join(dataFolder, 'data', 'blobs', tombstone), 0, 0)
  const { status, output } = await runFilmroom(dataFolder, ['purge'], AT_ONCE)
  t.equal(status, 0, output)
  t.equal(blobNames(dataFolder).length, (KILLS * STUDIES - gone) * INSTANCES, 'a blob for each live instance')
  t.same((await runFilmroom(dataFolder, ['deleted'], {})).output, '', 'nothing is left to restore')
})

async function fill(server: RunningServer, study: string): Promise<void> {
  const images = Array.from({ length: INSTANCES }, (_, n) => ctImage({ study, series: `${study}.${n % 3}` }))
  const { status } = await store(
    server.url,
    images.map(one => one.bytes),
  )
  if (status !== 200) throw new Error(`answered ${status}`)
}

/** @returns studies whose deletion was answered before the server was killed */
async function deleteAndKill(
  server: RunningServer,
  studies: readonly string[],
  random: Random,
): Promise<ReadonlySet<string>> {
  const answered = new Set<string>()
  const target = 1 + random.below(studies.length - 1)
  let underWay = studies.length
  const deleting = studies.map(async study => {
    const url = `${server.url}/studies/${study}`
    const status = await fetch(url, { method: 'DELETE' }).then(
      answer => answer.status,
      () => undefined,
    )
    underWay -= 1
    if (status === 204) answered.add(study)
  })
  while (answered.size < target && underWay > 0) await pause(1)
  await server.stop('SIGKILL')
  await Promise.all(deleting)
  return answered
}

/** @returns whether it was killed before it was done */
async function purgeAndKill(dataFolder: string, random: Random): Promise<boolean> {
  const child = spawn(process.execPath, [PROGRAM, 'purge'], {
    env: { PATH: process.env['PATH'] ?? '', FILMROOM_DATA: path.join(dataFolder, 'data'), ...AT_ONCE },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const blobsLeft = blobNames(dataFolder).length - random.below(MOST_PURGED)
  while (child.exitCode === null && blobNames(dataFolder).length >= blobsLeft) await pause(1)
  child.kill('SIGKILL')
  const [, signal] = (await ended) as [number | null, string | null]
  return signal === 'SIGKILL'
}

/** @returns whether the study is there; then all of it is */
async function wholeOrGone(t: Test, server: RunningServer, study: string): Promise<boolean> {
  const [row] = await search(`${server.url}/studies?StudyInstanceUID=${study}`)
  const retrieved = await askWhole(`${server.url}/studies/${study}`)
  if (row === undefined) {
    t.equal(retrieved.status, 404)
    return false
  }
  t.equal(valueOf(row, '00201208'), INSTANCES)
  t.equal(retrieved.status, 200)
  t.equal(retrieved.bytes.toString('latin1').split('Content-Type: application/dicom').length - 1, INSTANCES)
  return true
}

function blobNames(dataFolder: string): string[] {
  const root = path.join(dataFolder, 'data', 'blobs')
  // Not `.writing`, which processes make and remove.
  const folders = readdirSync(root).filter(name => !name.startsWith('.'))
  return folders.flatMap(folder => readdirSync(path.join(root, folder)).map(name => `${folder}/${name}`))
}
