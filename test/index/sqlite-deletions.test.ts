/** Deletion on SQLite: what the suite for every index cannot see. */
import { promises as fs } from 'node:fs'
import path from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { FileMigrationProvider, Migrator, sql } from 'kysely'
import t, { type Test } from 'tap'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import { openIndex } from '../../src/index/open.js'
import { problem } from '../problem.js'
import { newUid } from '../made-dicom.js'
import { changesOf, purgeAll, remove, restoring } from './conformance/deleting.js'
import { madeInstance, name } from './made-instance.js'
import { temporaryFile } from './temporary-index.js'

/** Rows by table, of a database that may be in use. */
async function rowCounts(file: string, tables: readonly string[]): Promise<Record<string, number>> {
  const database = openSqlite(file, 'read')
  const counts: Record<string, number> = {}
  for (const table of tables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
      database.db,
    )
    counts[table] = rows[0]?.n ?? NaN
  }
  const { rows: dangling } = await sql`pragma foreign_key_check`.execute(database.db)
  await database.close()
  return { ...counts, dangling: dangling.length }
}

const TABLES = [
  'study',
  'series',
  'instance',
  'instance_header',
  'frame_chunk',
  'attribute_set',
  'study_attribute',
  'series_attribute',
  'study_term',
  'deletion',
]

t.test('a purge leaves no row of what it purged, in any table, and no reference to one', async t => {
  const file = temporaryFile(t)
  const index = await openIndex(`sqlite:${file}`)
  t.teardown(() => index.close())
  const kept = madeInstance()
  await index.commit([kept], 'reject')
  const before = await rowCounts(file, TABLES)
  const frames = { kind: 'encapsulated', count: 1, chunks: [new Uint8Array(8)] } as never
  const { StudyInstanceUID: study, SeriesInstanceUID: series } = kept.uids
  const gone = [
    madeInstance({ frames }),
    madeInstance({ study, elements: { '00100010': name('Other^Name') } }),
    madeInstance({ study, series, frames, elements: { '0008103E': { vr: 'LO', Value: ['Other'] } } }),
  ]
  await index.commit(gone, 'reject')
  for (const one of gone) await remove(index, one.uids)
  t.not((await rowCounts(file, TABLES))['attribute_set'], before['attribute_set'])
  await purgeAll(index)
  t.same(await rowCounts(file, TABLES), before)
  t.equal(before['dangling'], 0)
  const database = openSqlite(file, 'read')
  t.teardown(() => database.close())
  const free = await sql`select * from instance where deleted_at is null and deletion_id is not null`.execute(
    database.db,
  )
  t.same(free.rows, [])
})

t.test(
  'a filled index of the first release keeps its changes; what it had replaced can be purged',
  async t => {
    const file = temporaryFile(t)
    await firstRelease(t, file)
    const index = await openIndex(`sqlite:${file}`)
    t.teardown(() => index.close())
    t.same(await changesOf(index), ['1 stored 2.3', '2 replaced 2.3'])
    t.match(await index.find({ StudyInstanceUID: '2.1', SeriesInstanceUID: '2.2', SOPInstanceUID: '2.3' }), {
      blobKey: 'aa/new.dcm',
    })
    t.match(await index.deletions.deleted(0), [{ action: 'replace', deletedAt: 20, instances: 1 }])
    const [stale] = await index.deletions.stale()
    t.match(stale, { action: 'replace', tombstoneKey: undefined }, 'it has no tombstone yet')
    t.equal(await remove(index, { StudyInstanceUID: '2.1' }), 1)
    const restoration = restoring({ StudyInstanceUID: '2.1' }, { replaced: true })
    t.match(await index.deletions.restore(restoration), { instances: 1, taken: [] })
    t.same(await purgeAll(index), ['aa/new.dcm'])
    t.same((await changesOf(index)).slice(2), ['3 deleted 2.3', '4 restored 2.3'])
    t.equal((await rowCounts(file, [])).dangling, 0)
  },
)

t.test('a fresh index and one of the first release have the same schema once they are open', async t => {
  const schemaOf = async (file: string): Promise<unknown> => {
    await (await openIndex(`sqlite:${file}`)).close()
    const database = openSqlite(file, 'read')
    const { rows } = await sql`
      select type, name, tbl_name from sqlite_master where name not like 'sqlite_%' order by 1, 2`.execute(
      database.db,
    )
    await database.close()
    return rows
  }
  const [fresh, old] = [temporaryFile(t), temporaryFile(t)]
  await firstRelease(t, old)
  t.same(await schemaOf(old), await schemaOf(fresh))
})

t.test('while another process writes, writes wait and reads do not', async t => {
  const file = temporaryFile(t)
  const index = await openIndex(`sqlite:${file}`)
  t.teardown(() => index.close())
  const [a, b] = [madeInstance(), madeInstance()]
  await index.commit([a], 'reject')
  const other = new SqliteDatabase(file)
  t.teardown(() => other.close())
  other.exec('begin immediate')
  let settled = 0
  const writes = [index.commit([b], 'reject'), remove(index, { StudyInstanceUID: a.uids.StudyInstanceUID })]
  for (const one of writes) void (one as Promise<unknown>).then(() => settled++)
  await new Promise(resolve => setTimeout(resolve, 700))
  t.ok(await index.find(a.uids))
  t.equal(settled, 0)
  other.exec('rollback')
  t.same(await Promise.all(writes), [[{ kind: 'stored' }], 1])
})

t.test('two processes that write and delete at once number their changes without a gap', async t => {
  const file = temporaryFile(t)
  const both = [await openIndex(`sqlite:${file}`), await openIndex(`sqlite:${file}`)]
  for (const one of both) t.teardown(() => one.close())
  const study = newUid()
  await Promise.all(
    both.flatMap(index =>
      Array.from({ length: 30 }, async (_, n) => {
        await index.commit([madeInstance({ study })], 'reject')
        if (n % 7 === 0) await remove(index, { StudyInstanceUID: study })
      }),
    ),
  )
  const numbers = (await changesOf(both[0]!)).map(change => Number(change.split(' ')[0]))
  t.same(
    numbers,
    Array.from(numbers, (_, n) => n + 1),
  )
  t.equal(numbers.length >= 60, true)
})

t.test('a deletion that does not fit on the disk is told, and has done nothing', async t => {
  const file = temporaryFile(t)
  const index = await openIndex(`sqlite:${file}`)
  t.teardown(() => index.close())
  const study = newUid()
  await index.commit(
    Array.from({ length: 50 }, () => madeInstance({ study })),
    'reject',
  )
  const other = new SqliteDatabase(file)
  t.teardown(() => other.close())
  // A row that no change may have: the deletion fails at its last step.
  other.exec(`create trigger full before insert on change when new.action = 'deleted' and new.number > 60
    begin select raise(abort, 'no'); end`)
  await t.rejects(remove(index, { StudyInstanceUID: study }), problem('unavailable'))
  other.exec('drop trigger full')
  t.equal((await index.changes(0, 1)).latest, 50)
  t.same(await index.deletions.deleted(0), [])
  t.equal(await remove(index, { StudyInstanceUID: study }), 50)
})

/** An index as 0.1.0 left it, with one instance that was stored and then replaced. */
async function firstRelease(t: Test, file: string): Promise<void> {
  const database = openSqlite(file, 'write')
  const { db } = database
  const migrationFolder = path.resolve('dist/migrations')
  const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder }) })
  t.equal((await migrator.migrateTo('0001-archive')).error, undefined)
  const statements = `
    insert into study values (1, '2.1', '', '', '', '["CT"]', 1, 1, 2, 10, 20, null);
    insert into series values (1, 1, '2.2', 1, 'CT', '', 1, 2, 10, 20, null);
    insert into attribute_set values (1, 1, x'00', '');
    insert into instance values (1, 1, '2.3', '1', 1, 1, 1, '1.2', 'aa/old.dcm', 1, x'01', x'01', 0, null, '{"kind":"none"}', 1, 10, 20, '');
    insert into instance values (2, 1, '2.3', '1', 1, 1, 1, '1.2', 'aa/new.dcm', 1, x'02', x'02', 0, null, '{"kind":"none"}', 1, 20, null, '');
    insert into instance_header values (1, 1, x'', x''), (2, 1, x'', x'');
    insert into change values (1, 'stored', '2.1', '2.2', '2.3', 1, 10), (2, 'replaced', '2.1', '2.2', '2.3', 2, 20);
    update change_head set number = 2, studies = 1, series = 1, instances = 1`
  for (const statement of statements.split(';')) await sql.raw(statement).execute(db)
  await database.close()
}
