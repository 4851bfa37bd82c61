/** A newer program is put in the place of an older one, under load, and finds what that one stored. The next releases are this
 *  program with steps planted after its own; the releases before are commits, where the repository's history is at hand.
 *  UPGRADE_SEED says how it goes, UPGRADE_SECONDS how long each load takes (1). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import t, { type Test } from 'tap'
import { openDatabase } from '../../src/index/place.js'
import { PROGRAM, runFilmroom } from '../cli/run-filmroom.js'
import { pathOf } from '../conformance/paths.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../made-dicom.js'
import { ask, startPostgres, type PostgresServer } from '../postgres.js'
import { startS3, withoutS3 } from '../s3-server.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { seededBy } from './random.js'
import { checkAt, startClients } from './replicas/clients.js'
import { newBucket, urlOf } from './s3/stores.js'
import { laterProgram, programOf, type Step } from './upgrade/programs.js'

const LOAD_MS = Number(process.env['UPGRADE_SECONDS'] ?? 1) * 1000
/** How long a transaction under way keeps a step from its tables, at most. */
const HELD_MS = 30_000
/** More than there are clients: some of these were asked after the step gave way. */
const ANSWERED = 20

/** The newest that knew PostgreSQL and had a step less than the present one. */
const PREVIOUS = 'b18d24f1fedf'
/** And the first schema, on SQLite: what came between was changed before it was merged. */
const OLDER = ['06c6315e208f', PREVIOUS]

/** Tables that every program reads or writes under the load. */
const TABLES = ['study', 'series', 'attribute_set', 'instance', 'instance_header', 'frame_chunk', 'deletion']
const CHANGED = [...TABLES, 'change', 'change_head', 'search_state', 'verification']

const EXPAND: Step = {
  name: '9001-expand',
  up: `
    await db.schema.createIndex('planted_size').on('instance').column('size_bytes').execute()
    await db.schema.createTable('planted').addColumn('id', 'integer', column => column.primaryKey()).execute()
    for (const table of ${JSON.stringify(CHANGED)}) {
      await db.schema.alterTable(table).addColumn('planted', 'text').execute()
      await db.schema.alterTable(table).addColumn('planted_kind', 'text', c => c.notNull().defaultTo('none')).execute()
    }`,
}
/** Takes away what only the release before the last one knew. */
const CONTRACT: Step = {
  name: '9002-contract',
  up: `
    await db.schema.dropTable('planted').execute()
    await db.schema.dropIndex('planted_size').execute()
    for (const table of ${JSON.stringify(CHANGED)})
      for (const column of ['planted', 'planted_kind']) await db.schema.alterTable(table).dropColumn(column).execute()`,
}

const MISPLACED = `
  select owner_id, tag, moment, study_date, study_time from study_attribute join study on study.id = owner_id
  where moment is distinct from
    cast('0' || study_date as bigint) * 1000000 + cast('0' || substr(study_time, 1, 6) as bigint) limit 5`

/** An index that is built beside writers, between two steps that are not outside. */
const BUILT: readonly Step[] = [
  { name: '9001-before', up: `await db.schema.createTable('planted').addColumn('id', 'integer').execute()` },
  {
    name: '9002-build',
    outsideTransaction: true,
    up: `
      await sql\`drop index concurrently if exists planted_size\`.execute(db)
      await sql\`create index concurrently planted_size on instance (size_bytes)\`.execute(db)`,
  },
  { name: '9003-after', up: `await db.schema.alterTable('planted').addColumn('more', 'text').execute()` },
]

t.setTimeout(0)

const random = seededBy('UPGRADE_SEED')
t.comment(`UPGRADE_SEED=${random.seed}`)
const expanded = laterProgram(t, [EXPAND])
const contracted = laterProgram(t, [EXPAND, CONTRACT])
const older = OLDER.map(commit => ({ commit, program: programOf(t, commit) }))
const previous = older.find(({ commit }) => commit === PREVIOUS)?.program
const withoutHistory = (program: string | undefined, commit: string): { skip: false | string } => ({
  skip: program === undefined && `commit ${commit} is not in this clone: a shallow one, or without git`,
})

const postgres = await startPostgres(t)
if (postgres !== undefined) {
  await t.test('servers are replaced by those of the next release, and of the one after it', async t => {
    const without = withoutS3()
    if (without !== false) t.comment(`blobs are in a folder: ${without}`)
    const blobs = without === false ? await blobsInS3(t) : blobsInFolder(t)
    await replaced(t, postgres, blobs, [PROGRAM, expanded, contracted])
  })
  await t.test(
    'a step outside of any transaction lets writers go on, and is begun anew where it was ended',
    t => builtBeside(t, postgres),
  )
  await t.test('servers of the release before are replaced', withoutHistory(previous, PREVIOUS), t =>
    replaced(t, postgres, blobsInFolder(t), [previous ?? '', PROGRAM]),
  )
}

await t.test('an archive on SQLite answers the same after the steps of the next releases', t =>
  answersAsBefore(t, [PROGRAM, expanded, contracted]),
)
for (const { commit, program } of older)
  await t.test(`an archive that ${commit} made on SQLite`, withoutHistory(program, commit), async t => {
    const file = await answersAsBefore(t, [program ?? '', PROGRAM])
    const database = await openDatabase({ kind: 'sqlite', path: file }, 'read')
    t.teardown(() => database.close())
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_master where name not like 'sqlite_%' and name not like 'kysely_%'
      order by type desc, name`.execute(database.db)
    const schema = rows.map(row => `${row.sql};\n`).join('')
    t.equal(
      schema,
      readFileSync('test/index/sqlite-schema.sql', 'utf8'),
      'and its schema is that of a new one',
    )
  })

type Settings = Readonly<Record<string, string>>

async function blobsInS3(t: Test): Promise<Settings> {
  const s3 = await startS3(t)
  return { ...s3.credentials, FILMROOM_BLOBS: urlOf(s3, await newBucket(s3)) }
}

function blobsInFolder(t: Test): Settings {
  return { FILMROOM_BLOBS: `file:${path.join(temporaryFolder(t), 'blobs')}` }
}

/** It stops at once, as an older program does. */
function startProgram(
  t: Test,
  settings: Settings,
  program: string,
  dataFolder = temporaryFolder(t),
): Promise<RunningServer> {
  const isOlder = older.some(one => one.program === program)
  return startServer(t, isOlder ? settings : { ...settings, FILMROOM_STOP_DELAY: '0s' }, {
    dataFolder,
    program,
  })
}

/** Each program takes the place of the one before it, as docs/deployment.md says: `migrate`, then a server beside the old one, then
 *  the old one is taken out and stopped. No request fails. */
async function replaced(
  t: Test,
  postgres: PostgresServer,
  blobs: Settings,
  [first = '', ...later]: readonly string[],
): Promise<void> {
  const settings = { ...blobs, FILMROOM_INDEX: await postgres.database(), FILMROOM_LOG_LEVEL: 'warn' }
  let old = await startProgram(t, settings, first)
  const roots = [old.url]
  const clients = startClients(roots, random)
  const feed = followChanges(roots)
  await pause(LOAD_MS)
  for (const program of later) {
    const held = await holdTables(t, settings.FILMROOM_INDEX)
    const migrations = [1, 2, 3].map(() => runFilmroom(old.dataFolder, ['migrate'], settings, program))
    t.ok(
      await givesWay(settings.FILMROOM_INDEX, () => clients.done()),
      'a step gives way to a transaction under way, and to those who wait behind it',
    )
    await held()
    const results = await Promise.all(migrations)
    t.same(
      results
        .map(({ status, output, errors }) => [status, /brought from|nothing to do/.exec(output)?.[0], errors])
        .sort(),
      [
        [0, 'brought from', ''],
        [0, 'nothing to do', ''],
        [0, 'nothing to do', ''],
      ],
      'of three starters at once one migrates',
    )
    t.same(clients.failures(), [], 'while it migrated')
    await pause(LOAD_MS)
    const next = await startProgram(t, settings, program)
    roots.push(next.url)
    await pause(LOAD_MS)
    t.same(clients.failures(), [], 'side by side')
    roots.shift()
    // What was about to be asked of it.
    await pause(200)
    t.equal(await old.stop('SIGTERM'), 0)
    old = next
    await pause(LOAD_MS / 2)
  }
  await clients.end()
  t.same(clients.failures(), [])
  t.same(await feed(), [], 'the change feed')
  const misplaced = await ask(settings.FILMROOM_INDEX, MISPLACED)
  t.same(misplaced, [], 'whichever program wrote it, a value says where its study stands')
  t.comment(`${clients.done()} requests, ${clients.stored.size} instances, ${clients.deleted.size} deleted`)
  t.ok(clients.stored.size > 0 && clients.deleted.size > 0)
  t.same(
    await checkAt(old.url, clients),
    [],
    'all that was acknowledged is there, and nothing that was deleted',
  )

  const fresh = await postgres.database()
  const newest = later.at(-1) ?? ''
  await runFilmroom(old.dataFolder, ['migrate'], { FILMROOM_INDEX: fresh }, newest)
  t.match(schemaOf(postgres, fresh), /CREATE TABLE public.instance \(/)
  t.equal(
    schemaOf(postgres, settings.FILMROOM_INDEX),
    schemaOf(postgres, fresh),
    'the schema is that of a new one',
  )
  const verified = await runFilmroom(old.dataFolder, ['verify'], settings, newest)
  t.equal(verified.status, 0, verified.output + verified.errors)
}

/** Sees an index wait for a writer that was there before, which others do not wait for. */
async function builtBeside(t: Test, postgres: PostgresServer): Promise<void> {
  const url = await postgres.database()
  const settings = { FILMROOM_INDEX: url }
  const program = laterProgram(t, BUILT)
  const server = await startProgram(t, settings, PROGRAM)
  t.equal((await store(server.url, [ctImage().bytes])).status, 200)
  const validity = (): ReturnType<typeof ask> =>
    ask(url, `select indisvalid from pg_index where indexrelid = to_regclass('planted_size')`)
  // What an earlier attempt left is dropped beside writers too, and waits as well.
  const building = `from pg_stat_activity where query ~ '^(create|drop) index concurrently' and state = 'active'`
  const isBuilding = async (): Promise<void> => {
    const end = performance.now() + HELD_MS
    while ((await ask(url, `select 1 ${building} and wait_event_type = 'Lock'`)).length === 0) {
      if (performance.now() > end) throw new Error('no index is being built')
      await pause(20)
    }
  }
  const migrated = (): ReturnType<typeof runFilmroom> =>
    runFilmroom(server.dataFolder, ['migrate'], settings, program)
  const writer = new pg.Client({ connectionString: url })
  writer.on('error', () => undefined)
  await writer.connect()
  await writer.query('begin')
  await writer.query('lock table instance in row exclusive mode')

  const ended = migrated()
  await isBuilding()
  t.equal((await store(server.url, [ctImage().bytes])).status, 200, 'a store meanwhile')
  await ask(url, `select pg_terminate_backend(pid) ${building}`)
  t.match(await ended, { status: 1 })
  t.match(await validity(), [{ indisvalid: false }], 'a part of it is left')

  const all = Promise.all([migrated(), migrated(), migrated()])
  await isBuilding()
  t.equal((await store(server.url, [ctImage().bytes])).status, 200, 'a store meanwhile')
  await pause(2 * LOAD_MS)
  await writer.query('commit')
  await writer.end()
  for (const { status, output, errors } of await all) t.equal(status, 0, output + errors)
  t.match(await validity(), [{ indisvalid: true }])
  t.same(await ask(url, 'select id, more from planted'), [])
  t.equal((await store(server.url, [ctImage().bytes])).status, 200)
  await server.stop('SIGKILL')
}

/** A transaction that has read the tables and does not end.
 * @returns ends it */
async function holdTables(t: Test, url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let isOver = false
  const end = async (): Promise<void> => {
    if (!isOver) await client.end()
    isOver = true
  }
  t.teardown(end)
  await client.query('begin')
  for (const table of TABLES) await client.query(`select 1 from ${table} limit 1`)
  return end
}

/** Sees a step wait for a table that is held, and give way to those who wait behind it.
 * @returns whether it did, and requests were answered since, before the table was let go */
async function givesWay(url: string, done: () => number): Promise<boolean> {
  const end = performance.now() + HELD_MS
  const waiting = `select 1 from pg_locks where not granted and mode = 'AccessExclusiveLock' and relation is not null`
  const until = async (isSo: () => Promise<boolean> | boolean): Promise<boolean> => {
    while (!(await isSo())) {
      if (performance.now() > end) return false
      await pause(20)
    }
    return true
  }
  const waits = async (): Promise<boolean> => (await ask(url, waiting)).length > 0
  if (!(await until(waits)) || !(await until(async () => !(await waits())))) return false
  const before = done()
  return until(() => done() > before + ANSWERED)
}

/** Asks each server for the change feed, again and again.
 * @returns ends it; what was not answered well */
function followChanges(roots: readonly string[]): () => Promise<string[]> {
  const wrong: string[] = []
  const over = new AbortController()
  const following = (async () => {
    for (let n = 0; !over.signal.aborted; n++) {
      const root = roots[n % roots.length] ?? ''
      const { status, bytes } = await askWhole(`${root}/changes?since=0&limit=10`)
      if (status !== 200) wrong.push(`${status} ${bytes.toString()}`)
      await pause(20)
    }
  })()
  return async () => {
    over.abort()
    await following
    return wrong
  }
}

function schemaOf(postgres: PostgresServer, url: string): string {
  return postgres.run('pg_dump', ['-s', '-d', url]).replaceAll(/^\\(un)?restrict .*$/gm, '')
}

/** Fills an archive by the first program; those after it, on the same folder, answer what that one did.
 * @returns the file of the index */
async function answersAsBefore(t: Test, [first = '', ...later]: readonly string[]): Promise<string> {
  const dataFolder = temporaryFolder(t)
  const settings = { FILMROOM_PUBLIC_URL: 'http://archive.example', FILMROOM_DUPLICATES: 'replace' }
  const start = (program: string): Promise<RunningServer> => startProgram(t, settings, program, dataFolder)
  const made = await start(first)
  const images = await filled(t, made)
  const before = await answersOf(made, images)
  t.equal(await made.stop(), 0)
  for (const program of later) {
    const server = await start(program)
    const after = await answersOf(server, images)
    for (const [what, answer] of before) t.same(after.get(what), answer, what)
    t.equal((await store(server.url, [ctImage().bytes])).status, 200, 'and it goes on')
    t.equal(await server.stop(), 0)
  }
  return path.join(dataFolder, 'data', 'index.sqlite')
}

/** Stores, replaces. */
async function filled(t: Test, server: RunningServer): Promise<readonly MadeInstance[]> {
  const studies = [newUid(), newUid()]
  const images = Array.from({ length: 12 }, (_, n) => ctImage({ study: studies[n % 2]! }))
  for (const { bytes } of images) t.equal((await store(server.url, [bytes])).status, 200)
  const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = images[0]!
  const again = ctImage({ study, series, instance, pixels: Buffer.alloc(10, 1), rows: 1, columns: 5 })
  t.equal((await store(server.url, [again.bytes])).status, 200)
  return images
}

async function answersOf(
  { url }: RunningServer,
  images: readonly MadeInstance[],
): Promise<Map<string, unknown>> {
  const answers = new Map<string, unknown>()
  for (const study of new Set(images.map(({ StudyInstanceUID }) => StudyInstanceUID)))
    for (const where of [
      `/studies?StudyInstanceUID=${study}`,
      `/studies/${study}/series`,
      `/studies/${study}/instances`,
      `/studies/${study}/metadata`,
    ]) {
      const { status, bytes } = await askWhole(url + where, { headers: { accept: 'application/dicom+json' } })
      answers.set(where, { status, json: JSON.parse(bytes.toString()) as unknown })
    }
  for (const image of images)
    for (const [where, accept] of [
      [pathOf(image), STORED_SYNTAX],
      [`${pathOf(image)}/frames/1`, 'application/octet-stream'],
    ] as const) {
      const { status, bytes } = await askWhole(url + where, { headers: { accept } })
      answers.set(where, { status, bytes: bytes.toString('hex') })
    }
  return answers
}
