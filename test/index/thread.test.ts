import t from 'tap'
import { threadCaller } from '../../src/index/thread.js'

t.test('a worn thread is followed by a new one, and still answers what it was asked', async t => {
  const caller = threadCaller<number, number>(new URL('worn-thread.js', import.meta.url), undefined)
  t.teardown(() => caller.close())
  const slow = caller.call(300)
  const first = await caller.call(0)
  const second = await caller.call(0)
  t.not(second, first, 'the call after the answer goes to another thread')
  t.equal(await slow, first, 'what the worn thread was asked before it answers all the same')
})
