/** 300 jobs that hang, one in three of them in WebAssembly: threads and memory are as before. */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { imagingPool } from '../../src/imaging/pool.js'
import { problem } from '../problem.js'
import { memoryOf } from '../server.js'
import { pixelFormat } from '../made-pixel-format.js'

const JOBS = 300
const AT_ONCE = 20
/** what the collector of garbage may not have given back yet */
const TOLERATED_BYTES = 64 << 20

t.setTimeout(0)

t.test('after 300 hanging jobs threads and memory are as before', async t => {
  const pool = imagingPool({
    threads: 2,
    jobMs: 100,
    idleMs: 200,
    worker: new URL('../imaging/hostile-worker.js', import.meta.url),
  })
  t.teardown(() => pool.close())
  const ask = (to: string): Promise<unknown> =>
    pool.run('transcode', {
      frame: Uint8Array.of(1),
      transferSyntax: '',
      format: pixelFormat({ rows: 1, columns: 1 }),
      to,
      options: { quality: undefined },
    })
  const hang = async (jobs: number): Promise<void> => {
    for (let n = 0; n < jobs; n += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, k) =>
          t.rejects(ask(k % 3 === 0 ? 'hang in WebAssembly' : 'hang'), problem('undecodable')),
        ),
      )
    await ask('count')
    await sleep(2000)
  }
  // What is compiled and opened at first is not counted.
  await hang(AT_ONCE)
  const threads = readdirSync('/proc/self/task').length
  const { now } = memoryOf(process.pid)
  await hang(JOBS)
  t.ok(readdirSync('/proc/self/task').length <= threads, `${threads} threads`)
  const grown = memoryOf(process.pid).now - now
  t.ok(grown < TOLERATED_BYTES, `${grown} bytes more resident memory`)
  t.comment(`${threads} threads before, ${readdirSync('/proc/self/task').length} after; ${grown} bytes more`)
})
