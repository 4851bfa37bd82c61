import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { promises as fs, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileMigrationProvider, Migrator, sql } from 'kysely'
import t from 'tap'
import type { Problem } from '../../src/dicom/problem.js'
import { instanceRows } from '../../src/index/instance-rows.js'
import { openIndex } from '../../src/index/open.js'
import { indexPlace, openDatabase } from '../../src/index/place.js'
import { indexWriter } from '../../src/index/writer.js'
import { ask, startPostgres } from '../postgres.js'
import { problem } from '../problem.js'
import { aloneAcrossProcesses } from './alone-processes.js'
import { madeInstance } from './made-instance.js'
import { temporaryFile } from './temporary-index.js'

const MIGRATIONS = readdirSync('migrations')
  .map(file => path.basename(file, '.ts'))
  .sort()
const SETTINGS = { connections: 3, timeoutMs: 30_000 }

t.setTimeout(0)

t.test('the schema of SQLite is the one that archives have', async t => {
  const file = temporaryFile(t)
  await (await openIndex(`sqlite:${file}`)).close()
  const database = await openDatabase({ kind: 'sqlite', path: file }, 'read')
  t.teardown(() => database.close())
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master where name not like 'sqlite_%' and name not like 'kysely_%'
    order by type desc, name`.execute(database.db)
  t.equal(rows.map(row => `${row.sql};\n`).join(''), readFileSync('test/index/sqlite-schema.sql', 'utf8'))
})

const server = await startPostgres(t)
if (server !== undefined) {
  t.test('three starters at once: one makes the schema, none fails', async t => {
    const url = await server.database()
    const starter = fileURLToPath(new URL('./starter.js', import.meta.url))
    const starters = [1, 2, 3].map(() => spawn(process.execPath, [starter, url], { stdio: 'inherit' }))
    const codes = await Promise.all(
      starters.map(async starter => (await once(starter, 'exit'))[0] as unknown),
    )
    t.strictSame(codes, [0, 0, 0])
    const done = await ask(url, 'select name from kysely_migration order by name')
    t.strictSame(
      done.map(row => row['name']),
      MIGRATIONS,
    )
  })

  t.test('a schema that was made step by step is the one that is made at once', async t => {
    const [fresh, upgraded] = [await server.database(), await server.database()]
    await (await openIndex(fresh, undefined, SETTINGS)).close()
    for (const step of MIGRATIONS) {
      const database = await openDatabase(indexPlace(upgraded, SETTINGS), 'migrate')
      const migrationFolder = fileURLToPath(new URL('../../migrations/', import.meta.url))
      const provider = new FileMigrationProvider({ fs, path, migrationFolder })
      const { error } = await new Migrator({ db: database.db, provider }).migrateTo(step)
      await database.close()
      t.equal(error, undefined, step)
    }
    await (await openIndex(upgraded, undefined, SETTINGS)).close()
    const schemaOf = (url: string): string =>
      server.run('pg_dump', ['-s', '-d', url]).replaceAll(/^\\(un)?restrict .*$/gm, '')
    t.match(schemaOf(fresh), /CREATE TABLE public.instance \(/)
    t.equal(schemaOf(upgraded), schemaOf(fresh))
  })

  t.test('text is compared byte by byte in a database of another locale', async t => {
    const url = await server.database()
    const columns = await (async () => {
      await (await openIndex(url, undefined, SETTINGS)).close()
      return ask(
        url,
        `select distinct a.attrelid::regclass::text || '.' || a.attname as name
         from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
         where a.atttypid = 'text'::regtype and a.attcollation <> '"C"'::regcollation
           and i.indrelid::regclass::text not like 'kysely%' and i.indrelid::regclass::text not like 'pg_%'`,
      )
    })()
    t.strictSame(columns, [], 'columns of an index, with a collation other than C')
  })

  t.test(
    'a commit waits for the disk, and a random page is cheap, whatever the database is set to',
    async t => {
      const url = await server.database()
      const name = new URL(url).pathname.slice(1)
      await ask(url, `alter database ${name} set synchronous_commit = off`)
      await ask(url, `alter database ${name} set random_page_cost = 4`)
      await ask(url, `alter database ${name} set default_transaction_isolation = 'serializable'`)
      await ask(url, `alter database ${name} set default_transaction_read_only = on`)
      const database = await openDatabase(indexPlace(url, SETTINGS), 'write')
      t.teardown(() => database.close())
      const [row] = await database.db.transaction().execute(async transaction => {
        const { rows } = await sql<Record<string, string>>`
        select current_setting('synchronous_commit') as synchronous, current_setting('transaction_isolation') as level,
          current_setting('transaction_read_only') as read_only, current_setting('random_page_cost') as random_page`.execute(
          transaction,
        )
        return rows
      })
      t.strictSame(row, {
        synchronous: 'on',
        level: 'read committed',
        read_only: 'off',
        random_page: '1.1',
      })
    },
  )

  t.test('what cannot be used is refused, and no password is told', async t => {
    const url = new URL(await server.database())
    url.password = 'top-secret'
    const refusals = [
      Object.assign(new URL(url), { pathname: '/no-such-database' }),
      Object.assign(new URL(url), { port: '1' }),
      Object.assign(new URL(url), { search: '?sslmode=verify-full' }),
    ]
    await ask(url.href, `create database latin template template0 encoding 'LATIN1' locale 'C'`)
    refusals.push(Object.assign(new URL(url), { pathname: '/latin' }))
    for (const refused of refusals) {
      const error = (await openIndex(refused.href, undefined, SETTINGS).catch(
        (error: unknown) => error,
      )) as Problem
      t.match(error, problem('unavailable'), refused.pathname)
      const told = [error.message, error.stack, String(error.cause), JSON.stringify(error)].join()
      t.notMatch(told, /top-secret/)
    }
  })

  t.test('a task belongs to one process, until that is killed', async t =>
    aloneAcrossProcesses(t, await server.database()),
  )

  t.test('a task whose connection is cut is told that it is lost', async t => {
    const url = await server.database()
    const index = await openIndex(url, undefined, SETTINGS)
    t.teardown(() => index.close())
    const lost = await index.alone('some-task', async lost => {
      const aborted = once(lost, 'abort')
      await ask(
        url,
        `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objsubid = 2`,
      )
      await aborted
      return lost.reason as unknown
    })
    t.match(lost, problem('unavailable'))
    t.equal(await index.alone('some-task', async () => 'again'), 'again')
  })

  t.test('a bad row fails by itself; a full disk fails all that it meets, and nothing later', async t => {
    const url = await server.database()
    await (await openIndex(url, undefined, SETTINGS)).close()
    const database = await openDatabase(indexPlace(url, SETTINGS), 'write')
    t.teardown(() => database.close())
    const writer = indexWriter(database)
    const requests = Array.from({ length: 9 }, (_, n) => {
      const over = { sizeBytes: n === 4 ? -1 : 1 }
      const [rows] = instanceRows([madeInstance({ over })]).rows
      return { rows: rows!, policy: 'reject' as const }
    })
    await ask(url, 'alter table instance add constraint sized check (size_bytes > 0)')
    const outcomes = await writer.commit(requests)
    t.match(outcomes[4], { name: 'Problem', kind: 'unavailable' })
    t.notMatch(String((outcomes[4] as Problem).cause), /Failing row|\d\.\d/, 'and its values are not told')
    t.same(outcomes.toSpliced(4, 1), Array(8).fill({ kind: 'stored' }))

    await ask(
      url,
      `create function full_disk() returns trigger language plpgsql as
         $$ begin raise exception 'no space' using errcode = '53100'; end $$;
       create trigger full_disk before insert on instance_header execute function full_disk()`,
    )
    const more = requests.map(() => {
      const [rows] = instanceRows([madeInstance()]).rows
      return { rows: rows!, policy: 'reject' as const }
    })
    t.match(await writer.commit(more), Array<unknown>(9).fill({ name: 'Problem', kind: 'storage-full' }))
    await ask(url, 'drop trigger full_disk on instance_header')
    t.same(await writer.commit(more), Array(9).fill({ kind: 'stored' }))
  })
}
