import { spawnSync } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import t from 'tap'

const SAYS = 'process.env.NODE_OPTIONS'

t.test('what a test starts loads nothing of the test runner', async t => {
  const { stdout } = spawnSync(process.execPath, ['-p', SAYS], { encoding: 'utf8' })
  t.equal(stdout.trim(), 'undefined', 'a process')
  const worker = new Worker(`require('node:worker_threads').parentPort.postMessage(String(${SAYS}))`, {
    eval: true,
    execArgv: [],
  })
  t.same(await once(worker, 'message'), ['undefined'], 'a thread')
  await worker.terminate()
})
