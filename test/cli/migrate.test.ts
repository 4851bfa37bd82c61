import { promises as fs, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileMigrationProvider, Migrator } from 'kysely'
import t, { type Test } from 'tap'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import { search, store } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { runFilmroom } from './run-filmroom.js'

const VERSIONS = readdirSync('migrations')
  .map(name => path.basename(name, '.ts'))
  .sort()
const [FIRST = ''] = VERSIONS
const NEWEST = VERSIONS.at(-1) ?? ''

/** A data folder whose index is as the first release made it. */
async function oldArchive(t: Test): Promise<string> {
  const folder = temporaryFolder(t)
  mkdirSync(path.join(folder, 'data'))
  const { db, close } = openSqlite(path.join(folder, 'data', 'index.sqlite'), 'write')
  const migrationFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
  const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) })
  t.equal((await migrator.migrateTo(FIRST)).error, undefined)
  await close()
  return folder
}

t.test('migrate makes an index where there is none, and does nothing where it is done', async t => {
  const folder = temporaryFolder(t)
  t.same(await runFilmroom(folder, ['migrate']), {
    status: 0,
    output: `the schema is ${NEWEST}, made anew\n`,
    errors: '',
  })
  t.match(await runFilmroom(folder, ['migrate']), {
    status: 0,
    output: `the schema is ${NEWEST}: nothing to do\n`,
  })
})

t.test('migrate brings an old index up to date; of three at once one does', async t => {
  const folder = await oldArchive(t)
  const results = await Promise.all([1, 2, 3].map(() => runFilmroom(folder, ['migrate'])))
  t.same(
    results.map(({ status, errors }) => [status, errors]),
    [1, 2, 3].map(() => [0, '']),
  )
  t.same(results.map(({ output }) => output).sort(), [
    `the schema is ${NEWEST}, brought from ${FIRST}\n`,
    `the schema is ${NEWEST}: nothing to do\n`,
    `the schema is ${NEWEST}: nothing to do\n`,
  ])
  const server = await startServer(t, {}, { dataFolder: folder })
  await store(server.url, [ctImage().bytes])
  t.equal((await search(`${server.url}/studies`)).length, 1)
})

t.test('an index that a newer program has brought further is served', async t => {
  const folder = temporaryFolder(t)
  await runFilmroom(folder, ['migrate'])
  const { db, close } = openSqlite(path.join(folder, 'data', 'index.sqlite'), 'write')
  const later = { name: '9999-later', timestamp: new Date().toISOString() }
  await db
    .withTables<{ kysely_migration: typeof later }>()
    .insertInto('kysely_migration')
    .values(later)
    .execute()
  await close()
  const server = await startServer(t, {}, { dataFolder: folder })
  t.equal((await store(server.url, [ctImage().bytes])).status, 200)
  t.match(await runFilmroom(folder, ['migrate']), { status: 0, output: /nothing to do/ })
})

t.test('migrate beside a running server', async t => {
  const server = await startServer(t)
  t.match(await runFilmroom(server.dataFolder, ['migrate']), { status: 0, output: /nothing to do/ })
  t.equal((await fetch(`${server.origin}/readyz`)).status, 200)
})

t.test('migrate ends with 1 where the index is none, and with 2 where it is given words', async t => {
  const folder = temporaryFolder(t)
  mkdirSync(path.join(folder, 'data'))
  writeFileSync(
    path.join(folder, 'data', 'index.sqlite'),
    'no database, but long enough to be looked at '.repeat(99),
  )
  const { status, output, errors } = await runFilmroom(folder, ['migrate'])
  t.same([status, output], [1, ''])
  t.match(errors, /^filmroom migrate: the index failed/)
  t.match(await runFilmroom(folder, ['migrate', '--down']), {
    status: 2,
    errors: /there is no option "--down"/,
  })
})
