import type { Test } from 'tap'
import type { OpenIndex } from './open-index.js'

export function aloneConformance(t: Test, open: OpenIndex): void {
  t.test('a task is done by one at a time, and by the next once it has ended or failed', async t => {
    const index = await open(t)
    let end = (): void => undefined
    const first = index.alone('some-task', async lost => {
      await new Promise<void>(resolve => (end = resolve))
      return lost.aborted
    })
    // Whoever asks first has it, as soon as it is asked for.
    while ((await index.alone('some-task', async () => 'begun')) !== undefined);
    t.equal(await index.alone('some-task', async () => 'second'), undefined)
    t.equal(await index.alone('other-task', async () => 'other'), 'other')
    end()
    t.equal(await first, false)
    await t.rejects(
      index.alone('some-task', () => Promise.reject(new Error('this work fails'))),
      { message: 'this work fails' },
    )
    t.equal(await index.alone('some-task', async () => 'third'), 'third')
  })
}
