/** Archives are backed up under load and restored, by the commands of docs/operations.md: what was acknowledged before the backup is
 *  there byte for byte, nothing is there by half, and what the document says of purges and of older indexes is so. BACKUP_SEED. */
import { rmSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import type { VerifyCounts } from '../../src/services/verify-report.js'
import { runFilmroom } from '../cli/run-filmroom.js'
import { withoutCommands } from '../commands.js'
import { pathOf } from '../conformance/paths.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../made-dicom.js'
import { ask, startPostgres } from '../postgres.js'
import { startS3, withoutS3, type S3Server } from '../s3-server.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { blobOf } from '../services/archive.js'
import { documentedForms, runSteps, type Environment } from './backup/commands.js'
import { backUpUnderLoad, type Ledger } from './backup/under-load.js'
import { checkAt } from './replicas/clients.js'
import { newBucket, urlOf } from './s3/stores.js'

const { embedded, servers } = documentedForms()
/** As the document has a restored archive started. */
const RESTORED = { FILMROOM_VERIFY: 'off' }
const NOTHING = { missing: 0, damaged: 0, unread: 0, foreign: 0, tombstone: 0 }

t.setTimeout(0)

t.test('SQLite and a folder', { skip: withoutCommands('sqlite3', 'rsync') }, async t => {
  const server = await startServer(t)
  const environment = foldersOf(server.dataFolder, temporaryFolder(t))
  const backup = await backUpUnderLoad(t, server.url, embedded, environment)
  t.equal(await server.stop(), 0)

  await t.test('both copies are the archive of when the index was copied', async t => {
    const dataFolder = temporaryFolder(t)
    await runSteps(embedded.restore, foldersOf(dataFolder, environment.BACKUP))
    await isRestored(t, dataFolder, {}, backup.both)
  })

  await t.test('the blobs alone are the archive of when they were copied', async t => {
    const dataFolder = temporaryFolder(t)
    await restoreBlobs(dataFolder, environment.BACKUP)
    const { status, output } = await runFilmroom(dataFolder, ['reindex', '--from-blobs'])
    t.equal(status, 0, output)
    const restored = await startServer(t, RESTORED, { dataFolder })
    t.same(await checkAt(restored.url, backup.blobs), [])
    t.equal(await restored.stop(), 0)
    t.match(await verified(dataFolder), { status: 0, counts: { found: { ...NOTHING, orphan: 0 } } })
  })

  await t.test('an index that was copied after the blobs names what they lack, and that is told', async t => {
    const dataFolder = temporaryFolder(t)
    const later = temporaryFolder(t)
    await runSteps(embedded.backup.slice(0, 1), foldersOf(server.dataFolder, later))
    await restoreBlobs(dataFolder, environment.BACKUP)
    await runSteps(indexSteps(embedded.restore), foldersOf(dataFolder, later))
    const { status, counts } = await verified(dataFolder, {}, '--report-only')
    t.equal(status, 1)
    t.ok(counts.found.missing > 0, `${counts.found.missing} missing`)
  })
})

t.test(
  'a grace that ends before the blobs are copied',
  { skip: withoutCommands('sqlite3', 'rsync') },
  async t => {
    const server = await startServer(t)
    const environment = foldersOf(server.dataFolder, temporaryFolder(t))
    const [stays, first, second] = [ctImage({ rows: 8 }), ctImage({ rows: 16 }), ctImage({ rows: 24 })]
    for (const { bytes } of [stays, first, second]) await store(server.url, [bytes])
    await remove(server, first)
    const [index = '', ...blobs] = embedded.backup
    await runSteps([index], environment)
    await remove(server, second)
    const atOnce = { FILMROOM_DELETE_GRACE: '0s' }
    t.match(await runFilmroom(server.dataFolder, ['purge'], atOnce), { status: 0 })
    await runSteps(blobs, environment)

    const dataFolder = temporaryFolder(t)
    await runSteps(embedded.restore, foldersOf(dataFolder, environment.BACKUP))
    const restored = await startServer(t, { ...RESTORED, ...atOnce }, { dataFolder })
    const { status, counts } = await verified(dataFolder)
    t.equal(status, 1)
    t.same(
      counts.found,
      { ...NOTHING, missing: 1, orphan: 0 },
      'what was deleted before is purged, and not missing',
    )
    t.equal(await statusOf(restored, stays), 200)
    t.equal(await statusOf(restored, first), 404)
    t.equal(await statusOf(restored, second), 500)
    await remove(restored, second)
    t.match(await runFilmroom(dataFolder, ['purge'], atOnce), { status: 0 })
    t.match(await verified(dataFolder), { status: 0 })
  },
)

t.test('an older index beside newer blobs', { skip: withoutCommands('sqlite3', 'rsync') }, async t => {
  const server = await startServer(t)
  const { dataFolder } = server
  const environment = foldersOf(dataFolder, temporaryFolder(t))
  const old = Array.from({ length: 8 }, (_, n) => ctImage({ rows: n + 1 }))
  const [gone, series] = old as [MadeInstance, MadeInstance]
  const ids = { study: series.StudyInstanceUID, series: series.SeriesInstanceUID }
  const since = ctImage({ ...ids, rows: 100 })
  const anew = ctImage({ ...ids, rows: 101 })
  for (const { bytes } of old) await store(server.url, [bytes])
  await runSteps(embedded.backup.slice(0, 1), environment)
  await store(server.url, [since.bytes])
  await remove(server, gone)
  const latest = await latestChange(server)
  t.equal(await server.stop(), 0)
  removeIndex(environment)
  await runSteps(indexSteps(embedded.restore), environment)

  const restored = await startServer(t, RESTORED, { dataFolder })
  t.equal(await statusOf(restored, since), 404, 'what was stored since is not visible')
  t.equal(await statusOf(restored, gone), 200, 'what was deleted since is')
  await store(restored.url, [anew.bytes])
  t.equal(await latestChange(restored), latest - 1, 'a number is given again')
  for (const pass of ['first', 'second'])
    t.match(
      await verified(dataFolder),
      { status: 0, counts: { found: { ...NOTHING, orphan: 1 }, orphansRemoved: 0 } },
      `the ${pass} pass removes nothing`,
    )
  t.ok(blobOf(server, since))
  t.equal(await restored.stop(), 0)

  removeIndex(environment)
  t.match(await runFilmroom(dataFolder, ['reindex', '--from-blobs']), { status: 0 })
  const rebuilt = await startServer(t, RESTORED, { dataFolder })
  for (const image of [...old.slice(1), since, anew]) t.equal(await statusOf(rebuilt, image), 200)
  t.equal(await statusOf(rebuilt, gone), 404, 'the tombstone tells')
})

t.test('PostgreSQL and S3', { skip: withoutS3() || withoutCommands('rclone') }, async t => {
  const postgres = await startPostgres(t)
  if (postgres === undefined) return
  const s3 = await startS3(t)
  const [first, copy, second] = [await newBucket(s3), await newBucket(s3), await newBucket(s3)]
  const at = async (bucket: string): Promise<Environment> => ({
    ...s3.credentials,
    FILMROOM_INDEX: await postgres.database(),
    FILMROOM_BLOBS: urlOf(s3, bucket, { prefix: 'films' }),
  })
  const backups = { ...remoteOf(s3), BACKUP: temporaryFolder(t), BACKUP_BLOBS: `films:${copy}/films` }
  const archive = await at(first)
  const server = await startServer(t, archive)
  const remote = { ...backups, ARCHIVE_BLOBS: `films:${first}/films` }
  const backup = await backUpUnderLoad(t, server.url, servers, { ...archive, ...remote })
  t.equal(await server.stop(), 0)

  const restored = await at(second)
  await runSteps(servers.restore, { ...restored, ...backups, ARCHIVE_BLOBS: `films:${second}/films` })
  t.match(await runFilmroom(server.dataFolder, ['migrate'], restored), { status: 0, output: /nothing to do/ })
  const indexes = async (url = ''): Promise<unknown> =>
    ask(url, `select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1`)
  t.same(await indexes(restored['FILMROOM_INDEX']), await indexes(archive['FILMROOM_INDEX']), 'pg_trgm too')
  await isRestored(t, temporaryFolder(t), restored, backup.both)
})

/** Starts a server on a restored archive: it is as the ledger says, goes on, and has nothing wrong but orphans, which stay. */
async function isRestored(
  t: Test,
  dataFolder: string,
  environment: Environment,
  ledger: Ledger,
): Promise<void> {
  const server = await startServer(t, { ...environment, ...RESTORED }, { dataFolder })
  t.comment(`${ledger.stored.size} to be there, ${ledger.deleted.size} not`)
  t.same(await checkAt(server.url, ledger), [])
  const latest = await latestChange(server)
  const image = ctImage({ study: [...ledger.stored.values()][0]?.study ?? newUid() })
  t.equal((await store(server.url, [image.bytes])).status, 200)
  t.equal(await latestChange(server), latest + 1)
  t.equal(await statusOf(server, image), 200)
  const { status, counts } = await verified(dataFolder, environment)
  t.match({ status, counts }, { status: 0, counts: { found: NOTHING, orphansRemoved: 0 } })
  t.ok(counts.found.orphan > 0, `${counts.found.orphan} orphans, stored between the copies`)
  t.equal(await server.stop(), 0)
}

async function verified(
  dataFolder: string,
  environment: Environment = {},
  ...args: readonly string[]
): Promise<{ readonly status: number; readonly counts: VerifyCounts }> {
  const { status, output, errors } = await runFilmroom(dataFolder, ['verify', '--json', ...args], environment)
  if (output === '') throw new Error(`filmroom verify: ${errors}`)
  return { status, counts: (JSON.parse(output) as { readonly counts: VerifyCounts }).counts }
}

interface Folders extends Environment {
  readonly FILMROOM_DATA: string
  readonly BACKUP: string
}

function foldersOf(dataFolder: string, BACKUP: string): Folders {
  return { FILMROOM_DATA: path.join(dataFolder, 'data'), BACKUP }
}

/** All but the index. */
async function restoreBlobs(dataFolder: string, backup: string): Promise<void> {
  const isIndex = indexSteps(embedded.restore)
  await runSteps(
    embedded.restore.filter(step => !isIndex.includes(step)),
    foldersOf(dataFolder, backup),
  )
}

function indexSteps(steps: readonly string[]): readonly string[] {
  return steps.filter(step => step.includes('index.sqlite'))
}

function removeIndex({ FILMROOM_DATA }: Folders): void {
  for (const end of ['', '-wal', '-shm'])
    rmSync(path.join(FILMROOM_DATA, `index.sqlite${end}`), { force: true })
}

/** A remote of rclone named `films`. */
function remoteOf({ endpoint, credentials }: S3Server): Environment {
  return {
    RCLONE_CONFIG_FILMS_TYPE: 's3',
    RCLONE_CONFIG_FILMS_PROVIDER: 'Ceph',
    RCLONE_CONFIG_FILMS_ENDPOINT: endpoint,
    RCLONE_CONFIG_FILMS_ACCESS_KEY_ID: credentials.AWS_ACCESS_KEY_ID,
    RCLONE_CONFIG_FILMS_SECRET_ACCESS_KEY: credentials.AWS_SECRET_ACCESS_KEY,
  }
}

async function remove({ url }: RunningServer, image: MadeInstance): Promise<void> {
  const { status } = await askWhole(url + pathOf(image), { method: 'DELETE' })
  if (status !== 204) throw new Error(`it is not deleted: ${status}`)
}

async function statusOf({ url }: RunningServer, image: MadeInstance): Promise<number> {
  const { status, bytes } = await askWhole(url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
  return status === 200 && !bytes.equals(image.bytes) ? Number.NaN : status
}

async function latestChange({ url }: RunningServer): Promise<number> {
  const { bytes } = await askWhole(`${url}/changes?since=0&limit=1`)
  return (JSON.parse(bytes.toString()) as { latest: number }).latest
}
