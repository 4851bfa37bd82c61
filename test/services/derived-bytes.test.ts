import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { derivedCache, type DerivedCache } from '../../src/blobs/derived-cache.js'
import { Problem } from '../../src/dicom/problem.js'
import { derivedBytes } from '../../src/services/derived-bytes.js'
import { problem } from '../problem.js'

const NAME = { of: 'instance', as: 'picture' }
const BYTES = Buffer.from('picture')

/** Work that ends when it is told to, or when its signal stops it. */
function work(): {
  make: (signal: AbortSignal) => Promise<Uint8Array>
  end: (error?: Error) => void
  signals: AbortSignal[]
} {
  const signals: AbortSignal[] = []
  const ends: ((error?: Error) => void)[] = []
  return {
    signals,
    end: error => {
      for (const end of ends.splice(0)) end(error)
    },
    make: signal => {
      signals.push(signal)
      return new Promise((resolve, reject) => {
        ends.push(error => {
          if (error === undefined) resolve(BYTES)
          else reject(error)
        })
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error)
        })
      })
    },
  }
}

const started = async (signals: readonly AbortSignal[]): Promise<void> => {
  while (signals.length === 0) await turn()
}

const cacheOf = (root: string, capacityBytes = 10_000): Promise<DerivedCache> =>
  derivedCache(path.join(root, 'cache'), capacityBytes)

t.test('derived bytes', t => {
  for (const capacityBytes of [10_000, 0])
    t.test(
      `what is asked for twice at once is made once, with a cache of ${capacityBytes} bytes`,
      async t => {
        const derived = derivedBytes(await cacheOf(t.testdir(), capacityBytes))
        const { make, end, signals } = work()
        const asked = [derived.get(NAME, make), derived.get(NAME, make), derived.get(NAME, make)]
        const other = derived.get({ ...NAME, as: 'another picture' }, make)
        while (signals.length < 2) await turn()
        end()
        t.same(await Promise.all([...asked, other]), [BYTES, BYTES, BYTES, BYTES])
        t.equal(signals.length, 2)
      },
    )

  t.test('what was made is kept, and made again where the cache is off', async t => {
    for (const [capacityBytes, made] of [
      [10_000, 1],
      [0, 2],
    ] as const) {
      const derived = derivedBytes(await cacheOf(t.testdir(), capacityBytes))
      let count = 0
      const make = (): Promise<Uint8Array> => {
        count += 1
        return Promise.resolve(BYTES)
      }
      t.same(await derived.get(NAME, make), BYTES)
      // Keeping goes on after the answer.
      for (let n = 0; n < 50; n += 1) await new Promise(resolve => setTimeout(resolve, 1))
      t.same(await derived.get(NAME, make), BYTES)
      t.equal(count, made)
    }
  })

  t.test('one client that goes away fails no other', async t => {
    const derived = derivedBytes(await cacheOf(t.testdir()))
    const { make, end, signals } = work()
    const [first, second] = [new AbortController(), new AbortController()]
    const leaves = derived.get(NAME, make, first.signal)
    const stays = derived.get(NAME, make, second.signal)
    await started(signals)
    first.abort()
    await t.rejects(leaves, problem('client-gone'), 'at once, while the work goes on')
    t.equal(signals[0]?.aborted, false)
    end()
    t.same(await stays, BYTES)
  })

  t.test('when all went away the work is stopped, and who asks then has it made anew', async t => {
    const derived = derivedBytes(await cacheOf(t.testdir()))
    const { make, end, signals } = work()
    const clients = [new AbortController(), new AbortController()]
    const asked = clients.map(({ signal }) => derived.get(NAME, make, signal))
    await started(signals)
    for (const client of clients) client.abort()
    const next = derived.get(NAME, make, new AbortController().signal)
    for (const one of asked) await t.rejects(one, problem('client-gone'))
    t.equal(signals[0]?.aborted, true)
    while (signals.length < 2) await turn()
    end()
    t.same(await next, BYTES)
    t.equal(signals[1]?.aborted, false)
    const gone = new AbortController()
    gone.abort()
    await t.rejects(derived.get(NAME, make, gone.signal), problem('client-gone'), 'gone before it asked')
  })

  t.test('a problem is told to all who wait, and not kept', async t => {
    const derived = derivedBytes(await cacheOf(t.testdir()))
    const { make, end, signals } = work()
    const asked = [derived.get(NAME, make), derived.get(NAME, make, new AbortController().signal)]
    await started(signals)
    end(new Problem('undecodable', 'no'))
    for (const one of asked) await t.rejects(one, problem('undecodable'))
    await turn()
    t.same(await derived.get(NAME, () => Promise.resolve(BYTES)), BYTES)
  })

  t.test('a file that is damaged is made again', async t => {
    const cache = await cacheOf(t.testdir())
    const damaged: DerivedCache = {
      ...cache,
      get: () =>
        Promise.resolve({
          sizeBytes: 1,

          async *read() {
            await turn()
            throw new Error('damaged')
          },
          close: () => Promise.resolve(),
        }),
    }
    t.same(await derivedBytes(damaged).get(NAME, () => Promise.resolve(BYTES)), BYTES)
  })

  t.test('what cannot be kept is still answered', async t => {
    const cache = await cacheOf(t.testdir())
    const full: DerivedCache = { ...cache, create: () => Promise.reject(new Error('ENOSPC')) }
    t.same(await derivedBytes(full).get(NAME, () => Promise.resolve(BYTES)), BYTES)
  })
  t.end()
})
