import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import t from 'tap'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import type { Match, Query, QueryLevel } from '../../src/dicom/query.js'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import { instanceRows } from '../../src/index/instance-rows.js'
import { matching } from '../../src/index/matching.js'
import { migrate } from '../../src/index/migrate.js'
import { openIndex } from '../../src/index/open.js'
import { placedRows } from '../../src/index/placed-studies.js'
import { narrow } from '../../src/index/search.js'
import { liveCounts, pageRows } from '../../src/index/search-rows.js'
import { threadCaller } from '../../src/index/thread.js'
import type { CommitRequest } from '../../src/index/commit-batch.js'
import { indexWriter } from '../../src/index/writer.js'
import { problem } from '../problem.js'
import { aloneAcrossProcesses } from './alone-processes.js'
import { json, madeInstance } from './made-instance.js'
import { temporaryFile } from './temporary-index.js'

t.test('every connection commits with an fsync, also those that find the log already there', async t => {
  const file = temporaryFile(t)
  for (const role of ['write', 'write', 'read'] as const) {
    const database = openSqlite(file, role)
    t.teardown(() => database.close())
    const settings = await sql<Record<string, unknown>>`select
      (select synchronous from pragma_synchronous) as synchronous,
      (select journal_mode from pragma_journal_mode) as journal_mode,
      (select foreign_keys from pragma_foreign_keys) as foreign_keys`.execute(database.db)
    t.strictSame(settings.rows, [{ synchronous: 2, journal_mode: 'wal', foreign_keys: 1 }], role)
  }
})

t.test('what was stored is there when the index is opened again', async t => {
  const url = `sqlite:${temporaryFile(t)}`
  const instance = madeInstance()
  const first = await openIndex(url)
  await first.commit([instance], 'reject')
  await first.close()
  await t.rejects(
    first.commit([madeInstance()], 'reject'),
    problem('unavailable'),
    'a closed index stays closed',
  )
  const second = await openIndex(url)
  t.teardown(() => second.close())
  t.equal((await second.find(instance.uids))?.blobKey, instance.blobKey)
  t.strictSame(await second.commit([instance], 'reject'), [{ kind: 'identical' }])
  const { rows } = await second.search({ level: 'study', matches: [], include: [], limit: 2, offset: 0 })
  t.equal(rows.length, 1)
})

t.test('three starters at once: one makes the schema, none fails', async t => {
  const file = temporaryFile(t)
  const starter = fileURLToPath(new URL('./starter.js', import.meta.url))
  const starters = [1, 2, 3].map(() =>
    spawn(process.execPath, [starter, `sqlite:${file}`], { stdio: 'inherit' }),
  )
  const codes = await Promise.all(starters.map(async starter => (await once(starter, 'exit'))[0] as unknown))
  t.strictSame(codes, [0, 0, 0])
  const database = openSqlite(file, 'read')
  t.teardown(() => database.close())
  const done = await sql<{ name: string }>`select name from kysely_migration`.execute(database.db)
  t.strictSame(
    done.rows.map(row => row.name),
    readdirSync('migrations')
      .map(file => path.basename(file, '.ts'))
      .sort(),
  )
})

t.test('a task belongs to one process, until that is killed', t =>
  aloneAcrossProcesses(t, `sqlite:${temporaryFile(t)}`),
)

t.test('what is no index is refused', async t => {
  const file = temporaryFile(t)
  writeFileSync(file, 'this is no database, but long enough to be looked at. '.repeat(100))
  await t.rejects(openIndex(`sqlite:${file}`), problem('unavailable'))
  await t.rejects(openIndex('sqlite:/nowhere/at/all/index.sqlite'), problem('unavailable'))
  await t.rejects(openIndex('mysql://somewhere'), problem('invalid-parameter'))
})

t.test('a full disk fails what does not fit as storage-full, and nothing later', async t => {
  const database = openSqlite(temporaryFile(t), 'write')
  t.teardown(() => database.close())
  await migrate(database)
  const writer = indexWriter(database)
  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(database.db)
  await sql`pragma max_page_count = ${sql.lit((pages.rows[0]?.page_count ?? 0) + 4)}`.execute(database.db)
  const requests = Array.from({ length: 100 }, () => request())
  const outcomes = await writer.commit(requests)
  t.match(outcomes, Array<unknown>(100).fill({ name: 'Problem', kind: 'storage-full' }))
  await sql`pragma max_page_count = 1000000`.execute(database.db)
  t.match(await writer.commit(requests), Array<unknown>(100).fill({ kind: 'stored' }))
})

t.test('a thread that ends fails the calls it has, and is started anew', async t => {
  const caller = threadCaller<string, string>(new URL('./dying-thread.js', import.meta.url), undefined)
  t.teardown(() => caller.close())
  t.equal(await caller.call('first'), 'first')
  const waiting = caller.call('wait')
  await Promise.all([
    t.rejects(waiting, problem('unavailable')),
    t.rejects(caller.call('end'), problem('unavailable')),
  ])
  t.equal(await caller.call('again'), 'again')
  await t.rejects(caller.call('fail'), { kind: 'unavailable', message: 'a thread of the index failed' })
})

t.test('the searches that worklists send use an index and sort no more than what matches', async t => {
  const database = openSqlite(temporaryFile(t), 'write')
  t.teardown(() => database.close())
  await migrate(database)
  // More than FEW_ROWS with AccessionNumber A1 and modality CT.
  const requests = Array.from({ length: 1_100 }, (_, n) =>
    request({ '00080020': json('DA', '20240101'), '00100020': json('LO', `P${n}`) }),
  )
  await indexWriter(database).commit(requests)

  const text = (tag: string, value: string): Match => ({
    kind: 'values',
    path: [tag],
    vr: 'LO',
    values: [value],
  })
  const name = (pattern: string): Match => ({
    kind: 'person-name',
    path: ['00100010'],
    pattern,
    group: 'any',
  })
  const dates: Match = { kind: 'range', path: ['00080020'], vr: 'DA', from: '20240101', to: '20240131' }
  const walks: [string, QueryLevel, Match[]][] = [
    ['no key', 'study', []],
    ['all series', 'series', []],
    ['all instances', 'instance', []],
    ['a frequent accession number', 'study', [text('00080050', 'A1')]],
    ['a frequent modality', 'study', [text('00080061', 'CT')]],
    ['series of a frequent modality', 'series', [text('00080060', 'CT')]],
    ['instances of a frequent class', 'instance', [text('00080016', '1.2.840.10008.5.1.4.1.1.2')]],
    ['a frequent name', 'study', [name('muller*')]],
    ['dates', 'study', [dates]],
    ['series of dates', 'series', [dates]],
  ]
  for (const [title, level, matches] of walks) {
    const plan = await planOf({ level, matches })
    t.match(plan[0], /USING INDEX study_order/, `${title}: in order`)
    t.notMatch(
      plan.slice(1).join('\n'),
      /SCAN|TEMP B-TREE/,
      `${title}: nothing else is read through or sorted`,
    )
  }
  const finds: [string, Partial<Query> & { level: QueryLevel }, RegExp][] = [
    [
      'PatientID',
      { level: 'study', matches: [text('00100020', 'P7')] },
      /COVERING INDEX study_rank .* COVERING INDEX study_value_order \(tag=\? AND value=\?\)/s,
    ],
    [
      'a rare name',
      { level: 'study', matches: [name('meier*')] },
      /study_value_order \(tag=\? AND value>\? AND value<\?\)/,
    ],
    [
      'a study',
      { level: 'study', matches: [text('0020000D', '1.2')] },
      /study_uid \(study_instance_uid=\?\)/,
    ],
    [
      'series of a study',
      { level: 'series', StudyInstanceUID: '1.2' },
      /study_uid .*series_order \(study_id=\?\)/s,
    ],
    [
      'a series',
      { level: 'series', matches: [text('0020000E', '1.2')] },
      /series_uid \(series_instance_uid=\?\)/,
    ],
    [
      'an instance',
      { level: 'instance', matches: [text('00080018', '1.2')] },
      /instance_live_uid \(sop_instance_uid=\?\)/,
    ],
    [
      'instances of a series',
      { level: 'instance', StudyInstanceUID: '1.2', SeriesInstanceUID: '1.3' },
      /study_uid .*series_uid .*instance_order \(series_id=\?\)/s,
    ],
  ]
  for (const [title, query, index] of finds) {
    const plan = (await planOf(query)).join('\n')
    t.match(plan, index, `${title}: found by its index`)
    t.notMatch(plan, /SCAN (?!json_each)/, `${title}: nothing is read through`)
  }

  for (const [title, matches, range] of [
    ['a frequent modality', [text('00080061', 'CT')], 'value=? AND moment>? AND moment<?'],
    ['a modality of dates', [text('00080061', 'CT'), dates], 'value=? AND moment>? AND moment<?'],
    ['a name', [name('muller*')], 'value>? AND value<?'],
  ] as const) {
    const query: Query = { level: 'study', matches, include: [], limit: 25, offset: 0 }
    const { searched, ...matched } = matching(query, database, USUAL_ATTRIBUTES)
    const [key] = searched
    if (key === undefined) throw new Error('no key')
    const compiled = placedRows(database, query, { ...matched, key }, 1_000).compile()
    const { rows } = await database.db.executeQuery<{ detail: string }>({
      ...compiled,
      sql: `explain query plan ${compiled.sql}`,
    })
    const plan = rows.map(row => row.detail).join('\n')
    t.ok(plan.includes(`COVERING INDEX study_value_order (tag=? AND ${range})`), `${title}: in order`)
    t.match(plan, /SEARCH study USING INTEGER PRIMARY KEY/, `${title}: what is answered is read`)
    t.notMatch(plan, /SCAN (?!found|placed)/, `${title}: nothing else is read through`)
  }

  t.test('and how many there are is told without reading them', async t => {
    t.match(await liveCounts(database), { study: 1_100, instance: 1_100 })
  })

  await t.test(
    'of a large archive as many are fetched and sorted as a walk would pass for a page',
    async t => {
      const query: Partial<Query> & { level: QueryLevel } = {
        level: 'study',
        matches: [text('00080061', 'CT')],
      }
      t.match((await planOf(query))[0], /USING INDEX study_order/, '1,100 of 1,100 are frequent')
      await database.db.updateTable('change_head').set({ studies: 1_000_000 }).execute()
      t.match((await planOf(query)).join('\n'), /COVERING INDEX study_rank/, '1,100 of a million are few')
    },
  )

  async function planOf(query: Partial<Query> & { level: QueryLevel }): Promise<string[]> {
    const whole: Query = { matches: [], include: [], limit: 25, offset: 0, ...query }
    const matched = matching(whole, database, USUAL_ATTRIBUTES)
    const page = pageRows(database, query.level, await narrow(database, whole, matched), 26)
    const plans: string[] = []
    for (const { sql, ...compiled } of [page, ...matched.searched.map(key => key.owners)].map(asked =>
      asked.compile(),
    )) {
      const plan = await database.db.executeQuery<{ detail: string }>({
        ...compiled,
        sql: `explain query plan ${sql}`,
      })
      plans.push(...plan.rows.map(row => row.detail))
    }
    return plans
  }
})

function request(elements: NonNullable<Parameters<typeof madeInstance>[0]>['elements'] = {}): CommitRequest {
  const { rows } = instanceRows([madeInstance({ elements })])
  const [only] = rows
  if (only === undefined) throw new Error('no rows')
  return { rows: only, policy: 'reject' }
}
