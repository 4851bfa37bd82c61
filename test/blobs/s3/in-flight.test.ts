import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { inFlight } from '../../../src/blobs/s3/in-flight.js'
import { problem } from '../../problem.js'

const never = new AbortController().signal

t.test('who does not fit waits, in the order of coming, and nobody passes by', async t => {
  const budget = inFlight(10, 60_000)
  const order: string[] = []
  const enter = async (name: string, bytes: number): Promise<(arrived: boolean) => void> => {
    const leave = await budget.enter(bytes, never)
    order.push(name)
    return leave
  }
  const leaveFirst = await enter('first', 6)
  const second = enter('second', 6)
  const third = enter('third', 1)
  await delay(5)
  t.strictSame(order, ['first'], 'the third would fit, but would keep the second waiting for ever')
  leaveFirst(true)
  await Promise.all([second, third])
  t.strictSame(order, ['first', 'second', 'third'])
})

t.test('what is larger than the whole budget goes alone', async t => {
  const budget = inFlight(10, 60_000)
  const leave = await budget.enter(6, never)
  let entered = false
  const large = budget.enter(99, never).then(leave => {
    entered = true
    return leave
  })
  await delay(5)
  t.notOk(entered)
  leave(true)
  ;(await large)(true)
  await budget.enter(10, never)
})

t.test('who goes away gives the place to the next', async t => {
  const budget = inFlight(10, 60_000)
  const leave = await budget.enter(8, never)
  const control = new AbortController()
  const reason = new Error('gone')
  const gone = t.rejects(budget.enter(8, control.signal), reason)
  const next = budget.enter(2, never)
  control.abort(reason)
  await gone
  await next
  leave(true)
  await t.rejects(budget.enter(1, control.signal), reason)
})

t.test('a queue fails as a whole where nothing arrives, and waits on where something does', async t => {
  const budget = inFlight(10, 200)
  await budget.enter(10, never)
  const started = performance.now()
  await Promise.all(
    Array.from({ length: 5 }, () => t.rejects(budget.enter(10, never), problem('unavailable'))),
  )
  t.ok(performance.now() - started < 2000, 'not one after the other')

  const moving = inFlight(10, 400)
  const leaves = await Promise.all(Array.from({ length: 5 }, () => moving.enter(2, never)))
  const waiting = moving.enter(10, never)
  for (const leave of leaves) {
    await delay(200)
    leave(true)
  }
  const leave = await waiting
  leave(true)
})
