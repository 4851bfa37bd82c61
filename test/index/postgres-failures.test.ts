/** PostgreSQL that stops, dies, or cannot be reached for a while. */
import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Problem } from '../../src/dicom/problem.js'
import type { NewInstance } from '../../src/dicom/stored-instance.js'
import type { ArchiveIndex } from '../../src/index/archive-index.js'
import { openIndex } from '../../src/index/open.js'
import { ask, startPostgres } from '../postgres.js'
import { problem } from '../problem.js'
import { startProxy } from '../tcp-proxy.js'
import { find } from './conformance/open-index.js'
import { madeInstance } from './made-instance.js'

const SETTINGS = { connections: 4, timeoutMs: 1_000 }

const server = await startPostgres(t)
if (server !== undefined) {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    t.test(
      `PostgreSQL ended by ${signal} under load and started again: nothing acknowledged is lost`,
      async t => {
        const index = await opened(t, await server.database())
        const load = storing(index)
        await load.reaches(20)
        await server.stop(signal)
        await t.rejects(index.ready(), problem('unavailable'))
        await t.rejects(find(index, 'study'), problem('unavailable'))
        await t.rejects(index.find(madeInstance().uids), problem('unavailable'))
        await t.rejects(index.changes(0, 1), problem('unavailable'))
        await t.rejects(
          index.alone('some-task', () => Promise.resolve(1)),
          problem('unavailable'),
        )
        await load.fails()
        await server.start()
        const before = load.stored.length
        await load.reaches(before + 20)
        await load.end()
        t.equal((await find(index, 'study')).rows.length > 0, true)
        for (const one of load.stored) t.ok(await index.find(one.uids))
        for (const one of load.failed) {
          const [outcome] = await index.commit([one], 'reject')
          t.match(outcome?.kind, /^(stored|identical)$/)
        }
        t.same(load.kinds(), ['unavailable'])
        const { changes, latest } = await index.changes(0, 100_000)
        t.same(
          changes.map(change => change.number),
          Array.from({ length: latest }, (_, n) => n + 1),
        )
        t.equal(latest, load.stored.length + load.failed.length)
      },
    )
  }

  t.test('a line that falls silent fails what waits for it in time, and is replaced', async t => {
    const { index, proxy } = await behindProxy(t)
    await index.commit([madeInstance()], 'reject')
    await find(index, 'study')
    proxy.stall()
    const started = Date.now()
    await Promise.all([
      t.rejects(index.commit([madeInstance()], 'reject'), problem('unavailable')),
      t.rejects(index.find(madeInstance().uids), problem('unavailable')),
      t.rejects(find(index, 'study'), problem('unavailable')),
    ])
    t.ok(Date.now() - started < 20_000, `after ${Date.now() - started} ms`)
    proxy.resume()
    await eventually(() => index.ready())
    t.same(await index.commit([madeInstance()], 'reject'), [{ kind: 'stored' }])
    t.equal((await find(index, 'study')).rows.length, 2)
  })

  t.test('connections that are cut, in use or not, end neither the program nor the next request', async t => {
    const { index, proxy } = await behindProxy(t)
    for (let round = 0; round < 5; round++) {
      const under = Array.from({ length: 20 }, () => index.commit([madeInstance()], 'reject'))
      await setTimeout(Math.random() * 30)
      proxy.cut()
      const outcomes = await Promise.allSettled(under)
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') t.match(outcome.reason, problem('unavailable'))
      await eventually(() => index.ready())
    }
    t.same(await index.commit([madeInstance()], 'reject'), [{ kind: 'stored' }])
  })

  t.test(
    'a commit whose answer is lost is no success, and the next attempt tells what became of it',
    async t => {
      const { index, proxy } = await behindProxy(t)
      const instance = madeInstance()
      // Not the `read committed` of a begin.
      proxy.loseAnswerTo('commit\0')
      await t.rejects(index.commit([instance], 'reject'), problem('unavailable'))
      await eventually(() => index.ready())
      t.same(await index.commit([instance], 'reject'), [{ kind: 'identical' }])
      t.equal((await index.changes(0, 10)).latest, 1)
    },
  )

  t.test('who is connected and forgotten does not stop the archive', async t => {
    const url = await server.database()
    const index = await opened(t, url)
    const instance = madeInstance()
    await index.commit([instance], 'reject')
    const { index: other, proxy } = await behindProxy(t, url)
    const { StudyInstanceUID: study } = instance.uids
    // Its line goes silent in the middle of a transaction that has the study.
    await ask(
      url,
      `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.5); return new; end $$;
       create trigger slow before insert on instance for each row execute function slow()`,
    )
    const stalled = other.commit([madeInstance({ study })], 'reject')
    await setTimeout(250)
    proxy.stall()
    await t.rejects(stalled, problem('unavailable'))
    await ask(url, 'drop trigger slow on instance')
    await eventually(() => index.commit([madeInstance({ study })], 'reject'))
  })

  async function behindProxy(t: Test, given?: string) {
    const url = new URL(given ?? (await server!.database()))
    const proxy = await startProxy(t, Number(url.port))
    url.port = String(proxy.port)
    return { proxy, index: await opened(t, url.href) }
  }
}

async function opened(t: Test, url: string): Promise<ArchiveIndex> {
  const index = await openIndex(url, undefined, SETTINGS)
  t.teardown(() => index.close())
  return index
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 100) throw error
      await setTimeout(200)
    }
  }
}

/** Four callers that store one instance after the other. */
function storing(index: ArchiveIndex) {
  const stored: NewInstance[] = []
  const failed: NewInstance[] = []
  const kinds = new Set<string>()
  let isEnding = false
  const caller = async (): Promise<void> => {
    while (!isEnding) {
      const instance = madeInstance()
      try {
        const [outcome] = await index.commit([instance], 'reject')
        if (outcome?.kind === 'stored') stored.push(instance)
      } catch (error) {
        failed.push(instance)
        kinds.add(error instanceof Problem ? error.kind : String(error))
        await setTimeout(50)
      }
    }
  }
  const callers = Promise.all([1, 2, 3, 4].map(caller))
  const until = async (isDone: () => boolean): Promise<void> => {
    const deadline = Date.now() + 60_000
    while (!isDone()) {
      if (Date.now() > deadline) throw new Error('the load does not get there')
      await setTimeout(20)
    }
  }
  return {
    stored,
    failed,
    kinds: () => [...kinds],
    reaches: (count: number) => until(() => stored.length >= count),
    fails: () => until(() => failed.length >= 8),
    async end() {
      isEnding = true
      await callers
    },
  }
}
