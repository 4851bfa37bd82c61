/** What every blob store does, whatever it keeps its bytes in (src/blobs/blob-store.ts). */
import { createHash, randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { BlobStore, BlobWriter } from '../../src/blobs/blob-store.js'
import { problem } from '../problem.js'

const KIB = 1024
const MIB = 1024 * KIB
const SIZES = [
  0,
  1,
  2,
  127,
  64 * KIB,
  128 * KIB - 1,
  128 * KIB,
  256 * KIB + 1,
  MIB,
  MIB + 1,
  3 * MIB + 7,
  9 * MIB + 13,
]

const HOSTILE_KEYS = [
  '',
  '.',
  '..',
  '../x',
  'aa/../../x',
  'aa/..',
  'a..b',
  '/etc/passwd',
  'aa//x',
  'aa/',
  'aa/./x',
  '.hidden',
  '-x',
  'AA/x',
  'aa/X.dcm',
  'aa/x\0',
  'aa/x\n',
  'aa\\x',
  'aa/ü',
  'aa/x y',
  'aa/%2e%2e/x',
  `aa/${'x'.repeat(198)}`,
]

/** @param open makes an empty store that ends with the test given to it */
export function blobStoreConformance(t: Test, open: (t: Test) => Promise<BlobStore>): void {
  t.test('gives back blobs of every size, however they were cut into chunks', async t => {
    const store = await open(t)
    for (const size of SIZES) {
      const bytes = randomBytes(size)
      for (const pieceBytes of [size, 4099, 300 * KIB]) {
        if (size / Math.max(1, pieceBytes) > 600) continue
        const key = newKey()
        await put(store, key, bytes, pieceBytes)
        t.equal(await digestOf(store, key), sha256(bytes), `${size} bytes in pieces of ${pieceBytes}`)
        t.match(await store.stat(key), { sizeBytes: size }, 'stat says its size')
      }
    }
  })

  t.test('lets the caller reuse a chunk as soon as it was taken', async t => {
    const store = await open(t)
    const digest = createHash('sha256')
    const chunk = Buffer.alloc(70_001)
    const writer = store.create('aa/reused')
    for (let i = 0; i < 60; i++) {
      chunk.fill(i)
      digest.update(chunk)
      await writer.write(chunk)
      chunk.fill(255)
    }
    await writer.commit()
    t.equal(await digestOf(store, 'aa/reused'), digest.digest('hex'))
  })

  t.test('asks its writer to wait before it holds more than a few MiB of a blob', async t => {
    const store = await open(t)
    const writer = store.create('aa/eager')
    let takenAtOnce = 0
    let wait: Promise<void> | undefined
    while (wait === undefined && takenAtOnce < 64 * MIB) {
      wait = writer.write(Buffer.alloc(256 * KIB))
      takenAtOnce += 256 * KIB
    }
    t.not(wait, undefined)
    t.ok(takenAtOnce <= 9 * MIB, `${takenAtOnce} bytes`)
    await wait
    await writer.abort()
  })

  t.test('reads exactly the range asked for, cut at the end of the blob', async t => {
    const store = await open(t)
    const bytes = randomBytes(2 * MIB + 5)
    await put(store, 'aa/ranges', bytes, bytes.length)
    const end = bytes.length
    const ranges = [
      [0, 1],
      [7, 7],
      [1000, 300_000],
      [0, end],
      [end - 1, end],
      [end - 3, end + 100],
      [end, end + 1],
      [end + 10, end + 20],
      [5, Number.MAX_SAFE_INTEGER],
    ] as const
    for (const [from, to] of ranges) {
      const range = { start: from, end: to }
      const expected = sha256(bytes.subarray(from, to))
      t.equal(sha256(await store.read('aa/ranges', range)), expected, `read ${from}–${to}`)
      t.equal(await digestOf(store, 'aa/ranges', range), expected, `open ${from}–${to}`)
    }
    await t.rejects(store.read('aa/ranges', { start: -1, end: 2 }), RangeError)
    await t.rejects(store.read('aa/ranges', { start: 3, end: 2 }), RangeError)
  })

  t.test('answers blob-missing for what is not there, before the first byte', async t => {
    const store = await open(t)
    await t.rejects(store.read('aa/none', { start: 0, end: 1 }), problem('blob-missing'))
    await t.rejects(store.open('aa/none'), problem('blob-missing'))
    t.equal(await store.stat('aa/none'), undefined)
  })

  t.test('shows nothing of a blob before its commit', async t => {
    const store = await open(t)
    const writer = store.create('aa/later')
    await writer.write(randomBytes(3 * MIB))
    t.equal(await store.stat('aa/later'), undefined)
    await t.rejects(store.open('aa/later'), problem('blob-missing'))
    t.strictSame(await keys(store, ''), [])
    await writer.commit()
    t.match(await store.stat('aa/later'), { sizeBytes: 3 * MIB })
    t.strictSame(await keys(store, ''), ['aa/later'])
  })

  t.test('shows nothing of an aborted blob, whenever it was aborted', async t => {
    const store = await open(t)
    const none = store.create('aa/0')
    await none.abort()
    await none.abort()
    for (const size of [10, 600 * KIB, 5 * MIB]) {
      const writer = store.create(`aa/${size}`)
      await writer.write(randomBytes(size))
      await writer.abort()
      await writer.abort()
      await t.rejects(writer.commit(), 'a commit after it rejects')
    }
    const during = store.create('aa/during')
    const writing = Promise.resolve(during.write(randomBytes(6 * MIB))).catch(() => undefined)
    await during.abort()
    await writing
    t.strictSame(await keys(store, ''), [])
  })

  t.test('changes nothing by an abort after the commit was begun', async t => {
    const store = await open(t)
    const bytes = randomBytes(200 * KIB)
    const writer = store.create('aa/kept')
    await writer.write(bytes)
    const committing = writer.commit()
    await writer.abort()
    await committing
    await writer.abort()
    t.equal(await digestOf(store, 'aa/kept'), sha256(bytes))
  })

  t.test('commits once, however often it is asked to', async t => {
    const store = await open(t)
    const writer = store.create('aa/once')
    await writer.write(Buffer.from('once'))
    await Promise.all([writer.commit(), writer.commit()])
    await writer.commit()
    t.equal(await digestOf(store, 'aa/once'), sha256(Buffer.from('once')))
    t.throws(() => writer.write(Buffer.from('more')), 'and takes no bytes after that')
  })

  t.test('leaves nothing behind when the source fails midway', async t => {
    const store = await open(t)
    async function* source(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 20; i++) yield await Promise.resolve(randomBytes(100 * KIB))
      throw new Error('the line broke')
    }
    await t.rejects(putFrom(store, 'aa/cut', source()), new Error('the line broke'))
    t.strictSame(await keys(store, ''), [])
  })

  t.test('keeps the last commit of two writers of one key, whole', async t => {
    const store = await open(t)
    const first = randomBytes(2 * MIB)
    const second = randomBytes(300)
    const [a, b] = [store.create('aa/two'), store.create('aa/two')]
    await a.write(first.subarray(0, MIB))
    await b.write(second)
    await a.write(first.subarray(MIB))
    await a.commit()
    t.equal(await digestOf(store, 'aa/two'), sha256(first))
    await b.commit()
    t.equal(await digestOf(store, 'aa/two'), sha256(second))
    t.strictSame(await keys(store, ''), ['aa/two'])
  })

  t.test('refuses hostile keys with a RangeError, everywhere', async t => {
    const store = await open(t)
    for (const key of HOSTILE_KEYS) {
      const words = JSON.stringify(key).slice(0, 40)
      t.throws(() => store.create(key), RangeError, `create ${words}`)
      await t.rejects(store.read(key, { start: 0, end: 1 }), RangeError, `read ${words}`)
      await t.rejects(store.open(key), RangeError, `open ${words}`)
      await t.rejects(store.stat(key), RangeError, `stat ${words}`)
      await t.rejects(store.delete(key), RangeError, `delete ${words}`)
    }
  })

  t.test('lists the keys under a prefix in ascending order', async t => {
    const store = await open(t)
    const made = '0a/x aa/b aa/b-1 aa/b.dcm aa/b0 ab/c b deep/er/one deep/er/two deep-1'.split(' ')
    for (let i = 0; i < 60; i++) made.push(`c${i % 7}/${randomBytes(8).toString('hex')}.dcm`)
    await Promise.all(made.map(key => put(store, key, Buffer.from(key), 1000)))
    const sorted = [...made].sort()
    t.strictSame(await keys(store, ''), sorted)
    for (const prefix of ['a', 'aa/', 'aa/b', 'c3', 'c3/', 'deep', 'deep/er/t', 'zz', '../', '/', 'C3'])
      t.strictSame(
        await keys(store, prefix),
        sorted.filter(key => key.startsWith(prefix)),
        `prefix ${prefix}`,
      )
    for (const prefix of ['', 'c3/'])
      for (const after of ['aa/b-1', 'aa/b-2', 'c3/', 'c3/7', 'deep/er/one', 'zz'])
        t.strictSame(
          await keys(store, prefix, after),
          sorted.filter(key => key.startsWith(prefix) && key > after),
          `prefix ${prefix} after ${after}`,
        )
    for await (const key of store.list('c')) {
      t.ok(key.startsWith('c'), 'and may be left early')
      break
    }
  })

  t.test('deletes what is there, and what is not', async t => {
    const store = await open(t)
    await put(store, 'aa/gone', randomBytes(10), 10)
    await store.read('aa/gone', { start: 0, end: 4 })
    await store.delete('aa/gone')
    await store.delete('aa/gone')
    await store.delete('aa/never')
    await store.delete('no-such-folder/never')
    await t.rejects(store.read('aa/gone', { start: 0, end: 4 }), problem('blob-missing'))
    t.equal(await store.stat('aa/gone'), undefined)
    t.strictSame(await keys(store, ''), [])
    const again = randomBytes(20)
    await put(store, 'aa/gone', again, 20)
    t.equal(
      sha256(await store.read('aa/gone', { start: 0, end: 99 })),
      sha256(again),
      'a key may be written anew',
    )
  })

  t.test('reads one blob while many others are written', async t => {
    const store = await open(t)
    const bytes = randomBytes(5 * MIB)
    await put(store, 'aa/read', bytes, MIB)
    const written = Array.from({ length: 24 }, (_, i) => ({ key: `bb/${i}`, bytes: randomBytes(i * 90_001) }))
    const [digests] = await Promise.all([
      Promise.all(Array.from({ length: 6 }, () => digestOf(store, 'aa/read'))),
      ...written.map(({ key, bytes }) => put(store, key, bytes, 65_536)),
    ])
    t.strictSame(new Set(digests), new Set([sha256(bytes)]))
    for (const { key, bytes } of written) t.equal(await digestOf(store, key), sha256(bytes), key)
  })

  t.test('lets writers that never end not hold up the others', async t => {
    const store = await open(t)
    const idle: BlobWriter[] = []
    for (let i = 0; i < 80; i++) {
      const writer = store.create(`aa/${i}`)
      await writer.write(randomBytes(900 * KIB))
      idle.push(writer)
    }
    const bytes = randomBytes(700 * KIB)
    await put(store, 'bb/through', bytes, 65_536)
    t.equal(await digestOf(store, 'bb/through'), sha256(bytes))
    await Promise.all(idle.map(writer => writer.abort()))
    t.strictSame(await keys(store, ''), ['bb/through'])
  })

  t.test('reads a blob that was opened to its end, though it is deleted meanwhile', async t => {
    const store = await open(t)
    const bytes = randomBytes(4 * MIB)
    await put(store, 'aa/leaving', bytes, MIB)
    const reading = await store.open('aa/leaving')
    await store.delete('aa/leaving')
    t.equal(await digestOfChunks(reading), sha256(bytes))
  })

  t.test('ends a read by its signal with the reason of the signal', async t => {
    const store = await open(t)
    await put(store, 'aa/long', randomBytes(6 * MIB), MIB)
    const reason = new Error('the client went away')
    const before = AbortSignal.abort(reason)
    await t.rejects(store.read('aa/long', { start: 0, end: 1 }, before), reason)
    await t.rejects(store.open('aa/long', undefined, before), reason)

    const control = new AbortController()
    let chunks = 0
    const reading = async (): Promise<void> => {
      for await (const _ of await store.open('aa/long', undefined, control.signal))
        if (++chunks === 2) control.abort(reason)
    }
    await t.rejects(reading(), reason)
    t.equal(chunks, 2)
    await store.delete('aa/long')
  })

  t.test('frees what it holds when the loop is left, and after close', async t => {
    const store = await open(t)
    await put(store, 'aa/left', randomBytes(4 * MIB), MIB)
    for (let i = 0; i < 50; i++) for await (const _ of await store.open('aa/left')) break
    const thrown = async (): Promise<void> => {
      for await (const _ of await store.open('aa/left')) throw new Error('the consumer broke')
    }
    await t.rejects(thrown(), new Error('the consumer broke'))
    t.equal((await store.read('aa/left', { start: 0, end: 9 })).length, 9, 'and goes on working')
    await store.close()
    await store.close()
    await t.rejects(store.read('aa/left', { start: 0, end: 9 }), problem('unavailable'))
  })

  t.test('sweeps nothing that is being written', async t => {
    const store = await open(t)
    const bytes = randomBytes(3 * MIB)
    const writer = store.create('aa/under-way')
    await writer.write(bytes)
    t.equal(await store.sweep(), 0)
    await writer.commit()
    t.equal(await digestOf(store, 'aa/under-way'), sha256(bytes))
  })
}

export async function put(
  store: BlobStore,
  key: string,
  bytes: Uint8Array,
  pieceBytes: number,
): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield await Promise.resolve(bytes.subarray(at, at + pieceBytes))
  }
  await putFrom(store, key, pieces())
}

async function putFrom(store: BlobStore, key: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const writer = store.create(key)
  try {
    for await (const chunk of source) await writer.write(chunk)
    await writer.commit()
  } catch (error) {
    await writer.abort()
    throw error
  }
}

export async function keys(store: BlobStore, prefix: string, after?: string): Promise<string[]> {
  const found: string[] = []
  for await (const key of store.list(prefix, after)) found.push(key)
  return found
}

async function digestOf(
  store: BlobStore,
  key: string,
  range?: { start: number; end: number },
): Promise<string> {
  return digestOfChunks(await store.open(key, range))
}

async function digestOfChunks(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of chunks) digest.update(chunk)
  return digest.digest('hex')
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function newKey(): string {
  const hex = randomBytes(10).toString('hex')
  return `${hex.slice(0, 2)}/${hex}.dcm`
}
