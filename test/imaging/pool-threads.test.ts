/** What a pool does about threads that hang, end, grow or lie; the threads run hostile-worker.ts. */
import { readdirSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { JobInput } from '../../src/imaging/jobs.js'
import { imagingPool, type ImagingPool, type PoolSettings } from '../../src/imaging/pool.js'
import { problem } from '../problem.js'
import { temporaryFolder } from '../server.js'
import { pixelFormat } from '../made-pixel-format.js'

const HOSTILE = new URL('hostile-worker.js', import.meta.url)

function job(to: string, byte = 1): JobInput<'transcode'> {
  return {
    frame: Uint8Array.of(byte),
    transferSyntax: '',
    format: pixelFormat({ rows: 1, columns: 1 }),
    to,
    options: { quality: undefined },
  }
}

/** @returns the first byte of the answer */
async function ask(pool: ImagingPool, to: string, byte?: number): Promise<number> {
  return (await pool.run('transcode', job(to, byte))).bytes[0] ?? -1
}

function poolOf(t: Test, settings: PoolSettings): ImagingPool {
  const pool = imagingPool({ threads: 1, worker: HOSTILE, jobMs: 60_000, ...settings })
  t.teardown(() => pool.close())
  return pool
}

/** Of this process, as the kernel counts them. */
const threadsNow = (): number => readdirSync('/proc/self/task').length

/** Whether they become so few; those that another test used may be ending. */
async function threadsBecome(most: number): Promise<boolean> {
  for (let waited = 0; threadsNow() > most && waited < 10_000; waited += 20) await sleep(20)
  return threadsNow() <= most
}

t.test('imaging pool: threads', async t => {
  // Node's own threads are there from the first file operation on.
  await stat('.')
  for (const to of ['exit', 'throw a number', 'fill the heap', 'answer another job'])
    t.test(
      `a job that makes its thread ${to} is told as undecodable, and the next has another thread`,
      async t => {
        const pool = poolOf(t, {})
        t.equal(await ask(pool, 'count'), 1)
        const [broken, after] = [ask(pool, to), ask(pool, 'count')]
        await t.rejects(broken, problem('undecodable'))
        t.equal(await after, 1)
      },
    )

  for (const to of ['hang', 'hang in WebAssembly', 'say nothing'])
    t.test(`a job that makes its thread ${to} is ended when its time is over`, async t => {
      const pool = poolOf(t, { jobMs: 200 })
      const [broken, after] = [ask(pool, to), ask(pool, 'count')]
      await t.rejects(broken, problem('undecodable'))
      t.equal(await after, 1)
    })

  t.test('a second answer is nobody else’s', async t => {
    const pool = poolOf(t, {})
    const answers = [ask(pool, 'answer twice', 7), ask(pool, 'wait', 50), ask(pool, 'wait', 60)]
    const told = await Promise.allSettled(answers)
    t.same(told[0], { status: 'fulfilled', value: 7 })
    for (const [n, wanted] of [
      [1, 50],
      [2, 60],
    ] as const) {
      const one = told[n]
      t.ok(one?.status === 'rejected' || one?.value === wanted, 'its own answer or none', { one })
    }
    t.equal(await ask(pool, 'count'), await ask(pool, 'count').then(count => count - 1), 'it works on')
  })

  for (const what of ['exit', 'throw'])
    t.test(`a thread that ${what}s while it is idle is replaced`, async t => {
      const pool = poolOf(t, {})
      await ask(pool, 'count')
      const before = threadsNow()
      t.equal(await ask(pool, `answer, and ${what} when idle`, 9), 9)
      t.ok(await threadsBecome(before - 1))
      // Its end is told a moment later.
      await sleep(300)
      t.equal(await ask(pool, 'count'), 1)
    })

  t.test('a thread that has grown is replaced after its answer', async t => {
    const pool = poolOf(t, {})
    t.equal(await ask(pool, 'count'), 1)
    t.equal(await ask(pool, 'count'), 2)
    t.equal(await ask(pool, 'grow', 7), 7)
    t.equal(await ask(pool, 'count'), 1)
  })

  t.test('threads that do not start fail those who ask, one each', async t => {
    const pool = poolOf(t, { worker: new URL('no-such-file.js', import.meta.url) })
    for (const asked of Array.from({ length: 5 }, () => ask(pool, 'count')))
      await t.rejects(asked, problem('unavailable'))
  })

  t.test('a thread that did not start is started again, and nobody hears of it', async t => {
    const folder = temporaryFolder(t)
    const file = path.join(folder, 'worker.mjs')
    writeFileSync(
      file,
      `import { mkdtempSync, readdirSync } from 'node:fs'
       mkdtempSync(${JSON.stringify(path.join(folder, 'try-'))})
       if (readdirSync(${JSON.stringify(folder)}).length < 4) throw new Error('only at the third try')
       await import(${JSON.stringify(HOSTILE.href)})`,
    )
    const pool = poolOf(t, { worker: pathToFileURL(file) })
    t.equal(await ask(pool, 'count'), 1)
  })

  t.test('only the time that a job runs counts', async t => {
    const pool = poolOf(t, { jobMs: 1000 })
    const asked = Array.from({ length: 15 }, () => ask(pool, 'wait', 100))
    t.same(await Promise.all(asked), Array<number>(15).fill(100))
  })

  t.test('who asks for one thing does not wait for another one’s hundred', async t => {
    const pool = poolOf(t, {})
    const order: string[] = []
    const run = async (of: string): Promise<void> => {
      await pool.run('transcode', job('wait', 2), undefined, of)
      order.push(of)
    }
    const hundred = Array.from({ length: 100 }, () => run('study of a hundred'))
    await Promise.all([run('small study'), run('other study')])
    t.ok(order.length <= 8, `done before: ${order.length}`)
    await Promise.all(hundred)
    t.equal(order.length, 102)
  })

  t.test('what gets the input is called only when its turn has almost come', async t => {
    const pool = poolOf(t, { threads: 2 })
    let [held, most] = [0, 0]
    const asked = Array.from({ length: 30 }, async () => {
      await pool.run('transcode', async () => {
        held += 1
        most = Math.max(most, held)
        await sleep(1)
        return job('wait', 2)
      })
      held -= 1
    })
    await Promise.all(asked)
    t.ok(most <= 5, `at most ${most} at once`)
    const failing = pool.run('transcode', () => Promise.reject(new Error('no frame')))
    await t.rejects(failing, { message: 'no frame' })
    t.equal(await ask(pool, 'wait', 3), 3)
  })

  t.test(
    'a job whose client went away may end by itself; then its thread is kept, else it is not',
    async t => {
      const pool = poolOf(t, {})
      t.equal(await ask(pool, 'count'), 1)
      for (const [to, byte, counted] of [
        ['wait', 100, 3],
        ['hang', 0, 1],
      ] as const) {
        const client = new AbortController()
        const asked = pool.run('transcode', job(to, byte), client.signal)
        await sleep(30)
        client.abort()
        await t.rejects(asked, problem('client-gone'))
        t.equal(await ask(pool, 'count'), counted)
      }
    },
  )

  t.test('threads are started when there is work for them, and ended when they have none', async t => {
    const pool = poolOf(t, { threads: 4, idleMs: 200 })
    await ask(pool, 'count')
    const one = threadsNow()
    await Promise.all(Array.from({ length: 12 }, () => ask(pool, 'wait', 200)))
    t.ok(threadsNow() > one, 'more for many jobs')
    t.ok(await threadsBecome(one), 'those beyond the first are ended')
    await pool.close()
    t.ok(await threadsBecome(one - 1))
  })

  t.test('after many hanging jobs there are as many threads as before', async t => {
    const pool = poolOf(t, { threads: 2, jobMs: 20, idleMs: 100 })
    await ask(pool, 'count')
    const before = threadsNow()
    const asked = Array.from({ length: 20 }, (_, n) =>
      ask(pool, n % 2 === 0 ? 'hang' : 'hang in WebAssembly'),
    )
    for (const one of asked) await t.rejects(one, problem('undecodable'))
    await ask(pool, 'count')
    t.ok(await threadsBecome(before))
  })
})
