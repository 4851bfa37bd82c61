/** Several processes that write at once. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import t from 'tap'
import { openIndex } from '../../src/index/open.js'
import { ask, startPostgres } from '../postgres.js'
import { madeInstance } from './made-instance.js'
import type { WritingReport } from './writing-process.js'

const PROCESSES = ['a', 'b', 'c']

/** Rows that refer to none, and numbers that are not those of what they count. */
const WRONG = `
  select 'series' as what, count(*) as n from series where study_id not in (select id from study)
  union all select 'instance', count(*) from instance where series_id not in (select id from series)
  union all select 'study set', count(*) from instance where study_set_id not in (select id from attribute_set)
  union all select 'series set', count(*) from instance where series_set_id not in (select id from attribute_set)
  union all select 'set', count(*) from attribute_set where study_id not in (select id from study)
  union all select 'header', count(*) from instance_header where instance_id not in (select id from instance)
  union all select 'no header', count(*) from instance where id not in (select instance_id from instance_header)
  union all select 'chunk', count(*) from frame_chunk where instance_id not in (select id from instance)
  union all select 'study key', count(*) from study_attribute where owner_id not in (select id from study)
  union all select 'series key', count(*) from series_attribute where owner_id not in (select id from series)
  union all select 'deletion', count(*) from instance where deletion_id not in (select id from deletion)
  union all select 'deleted', count(*) from instance where (deleted_at is null) <> (deletion_id is null)
  union all select 'series instances', count(*) from series where instance_count <>
    (select count(*) from instance where series_id = series.id and deleted_at is null)
  union all select 'study instances', count(*) from study where instance_count <>
    (select coalesce(sum(instance_count), 0) from series where study_id = study.id)
  union all select 'study series', count(*) from study where series_count <>
    (select count(*) from series where study_id = study.id and deleted_at is null)
  union all select 'live series', count(*) from series where (deleted_at is null) <> (instance_count > 0)
  union all select 'live study', count(*) from study where (deleted_at is null) <> (instance_count > 0)
  union all select 'empty study', count(*) from study where id not in (select study_id from series)
  union all select 'head', count(*) from change_head where
    studies <> (select count(*) from study where deleted_at is null) or
    series <> (select count(*) from series where deleted_at is null) or
    instances <> (select count(*) from instance where deleted_at is null) or
    number <> (select count(*) from change)`

const server = await startPostgres(t)
if (server !== undefined) {
  t.test(
    'three processes on the same studies: each instance once, the feed without gap, all in order',
    async t => {
      const url = await server.database()
      const index = await openIndex(url, undefined, { connections: 3, timeoutMs: 60_000 })
      t.teardown(() => index.close())
      const program = fileURLToPath(new URL('./writing-process.js', import.meta.url))
      let running = PROCESSES.length
      const reports = PROCESSES.map(async name => {
        const child = spawn(process.execPath, [program, url, name], { stdio: ['ignore', 'pipe', 'inherit'] })
        t.teardown(() => child.kill('SIGKILL'))
        const [told] = await Promise.all([text(child.stdout), once(child, 'exit')])
        running--
        return JSON.parse(told) as WritingReport
      })
      const feed: string[] = []
      let seen = 0
      for (let isLast = false; !isLast;) {
        isLast = running === 0
        for (;;) {
          const { changes } = await index.changes(seen, 50)
          for (const change of changes) {
            if (change.number !== seen + 1) t.fail(`${change.number} came after ${seen}`)
            seen = change.number
            feed.push(`${change.action} ${change.uids.SOPInstanceUID}`)
          }
          if (changes.length < 50) break
        }
        await setTimeout(5)
      }
      const all = await Promise.all(reports)
      t.same(
        all.flatMap(one => one.failures),
        [],
      )
      const shared = (kind: string): string[] =>
        all.flatMap(one => one.outcomes[kind] ?? []).filter(uid => uid.startsWith('1.2.3.'))
      const uids = Array.from({ length: 60 }, (_, n) => `1.2.3.${n}`)
      t.same(shared('stored').sort(), [...uids].sort(), 'one of the processes stored it')
      const twice = (parity: number): string[] =>
        uids.flatMap((uid, n) => (n % 2 === parity ? [uid, uid] : [])).sort()
      t.same(shared('identical').sort(), twice(0), 'the others had the same')
      t.same(shared('conflict').sort(), twice(1), 'or something else')
      t.equal(all.flatMap(one => one.outcomes['stored'] ?? []).length, 60 + 3 * 60)
      for (const uid of uids) t.equal(feed.filter(line => line === `stored ${uid}`).length, 1)
      t.ok(feed.some(line => line.startsWith('deleted')))
      t.equal((await index.changes(seen, 1)).latest, seen)
      const wrong = await ask(url, WRONG)
      t.same(
        wrong.filter(row => row['n'] !== '0'),
        [],
      )
    },
  )

  t.test('a writer that is undone by a deadlock tries again', async t => {
    const url = await server.database()
    const index = await openIndex(url, undefined, { connections: 3, timeoutMs: 30_000 })
    t.teardown(() => index.close())
    const [a, b] = ['1.2.1', '1.2.2']
    await index.commit([madeInstance({ study: a }), madeInstance({ study: b })], 'reject')
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    t.teardown(() => other.end())
    const lock = (uid: string): Promise<unknown> =>
      other.query('select id from study where study_instance_uid = $1 for update', [uid])
    // The first to notice is undone: that shall be the archive.
    await other.query(`begin; set local deadlock_timeout = '30s'`)
    await lock(b)
    const commit = index.commit([madeInstance({ study: a }), madeInstance({ study: b })], 'reject')
    while ((await ask(url, `select 1 from pg_stat_activity where wait_event_type = 'Lock'`)).length === 0)
      await setTimeout(5)
    await lock(a)
    await other.query('commit')
    t.same(await commit, [{ kind: 'stored' }, { kind: 'stored' }])
    // It is counted a while after.
    const counted = `select 1 from pg_stat_database where datname = current_database() and deadlocks > 0`
    let rows = await ask(url, counted)
    for (let n = 0; n < 100 && rows.length === 0; n++) {
      await setTimeout(100)
      rows = await ask(url, counted)
    }
    t.equal(rows.length, 1, 'there was one')
  })
}
