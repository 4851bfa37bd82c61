/** Copies between indexes of which a newer program has brought one further: this program, with a step planted after its own. */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { openDatabase, type IndexPlace } from '../../src/index/place.js'
import { pathOf } from '../conformance/paths.js'
import { askWhole, search, store } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { startPostgres } from '../postgres.js'
import { startServer, temporaryFolder } from '../server.js'
import { laterProgram } from '../suites/upgrade/programs.js'
import { runFilmroom, type CommandResult } from './run-filmroom.js'

const WIDENED = ['study', 'instance', 'change', 'change_head', 'search_state']
const STEP = {
  name: '9001-expand',
  up: `
    await db.schema.createTable('planted').addColumn('id', 'integer', column => column.primaryKey()).execute()
    for (const table of ${JSON.stringify(WIDENED)}) {
      await db.schema.alterTable(table).addColumn('planted', 'text').execute()
      await db.schema.alterTable(table).addColumn('planted_kind', 'text', c => c.notNull().defaultTo('none')).execute()
    }`,
}

/** @returns a data folder, and a place to copy to in it */
function elsewhere(t: Test): { folder: string; index: string; blobs: string; to: string } {
  const folder = temporaryFolder(t)
  const index = path.join(folder, 'data', 'index.sqlite')
  const blobs = path.join(folder, 'data', 'blobs')
  return { folder, index, blobs, to: `sqlite:${index},file:${blobs}` }
}

const instanceBlobs = (blobs: string): string[] =>
  readdirSync(blobs, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.dcm'))

async function plantedOf(place: IndexPlace): Promise<unknown[]> {
  const { db, close } = await openDatabase(place, 'read')
  const { rows } = await sql`select planted, planted_kind from study`.execute(db)
  await close()
  return rows
}

t.setTimeout(0)

t.test('an index that a newer program has brought further', async t => {
  const newer = laterProgram(t, [STEP])
  const server = await startServer(t)
  const images = [ctImage(), ctImage()]
  for (const { bytes } of images) await store(server.url, [bytes])
  const copy = (to: string, program?: string): Promise<CommandResult> =>
    runFilmroom(server.dataFolder, ['copy', '--to', to], {}, program)

  const postgres = await startPostgres(t)
  for (const kind of ['SQLite', 'PostgreSQL'] as const)
    await t.test(`is copied to, with ${kind}, and a server of the newer one goes on`, async t => {
      if (kind === 'PostgreSQL' && postgres === undefined) return
      const place = elsewhere(t)
      const index = kind === 'SQLite' ? `sqlite:${place.index}` : await postgres!.database()
      const settings = { FILMROOM_INDEX: index, FILMROOM_BLOBS: `file:${place.blobs}` }
      t.match(await runFilmroom(place.folder, ['migrate'], settings, newer), { status: 0 })
      const to = `${index},file:${place.blobs}`
      t.match(await copy(to), { status: 0, errors: '' })
      t.match(await copy(to), { status: 0, output: /^0 rows copied, 0 removed/m }, 'nothing is left to do')
      const extra = ctImage()
      await store(server.url, [extra.bytes])
      await askWhole(server.url + pathOf(extra), { method: 'DELETE' })
      t.match(await copy(to), { status: 0, output: /^\d+ rows copied/m }, 'it is brought up to date')
      const second = await startServer(t, settings, { dataFolder: place.folder, program: newer })
      t.equal((await search(`${second.url}/studies`)).length, images.length)
      for (const image of images)
        t.equal((await askWhole(second.url + pathOf(image), { headers: { accept: '*/*' } })).status, 200)
      t.equal((await store(second.url, [ctImage().bytes])).status, 200)
      await second.stop('SIGKILL')
    })

  await t.test('is not copied from: what the newer one keeps would be lost', async t => {
    t.match(await runFilmroom(server.dataFolder, ['migrate'], {}, newer), { status: 0 })
    const { to, blobs } = elsewhere(t)
    t.match(await copy(to), { status: 1, output: '', errors: /newer program .*\(9001-expand\)/ })
    t.throws(() => instanceBlobs(blobs), { code: 'ENOENT' }, 'nothing was begun')
  })

  await t.test('is copied from by the newer one, with all that it keeps', async t => {
    const file = path.join(server.dataFolder, 'data', 'index.sqlite')
    const { db, close } = await openDatabase({ kind: 'sqlite', path: file }, 'write')
    await sql`update study set planted = 'kept', planted_kind = 'some'`.execute(db)
    await close()
    const { to, index, blobs } = elsewhere(t)
    t.match(await copy(to, newer), { status: 0, errors: '' })
    t.equal(instanceBlobs(blobs).length, images.length + 2)
    t.strictSame(
      new Set((await plantedOf({ kind: 'sqlite', path: index })).map(row => JSON.stringify(row))),
      new Set(['{"planted":"kept","planted_kind":"some"}']),
    )
  })
})
