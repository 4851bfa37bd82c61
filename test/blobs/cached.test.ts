import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import type { BlobKey, BlobStore } from '../../src/blobs/blob-store.js'
import { cachedBlobs } from '../../src/blobs/cached.js'
import { derivedCache, type DerivedCache } from '../../src/blobs/derived-cache.js'
import { folderBlobStore } from '../../src/blobs/folder.js'
import type { ByteRange } from '../../src/dicom/frame-table.js'
import { problem } from '../problem.js'
import { mountSmallDisk, withoutMount } from '../small-disk.js'
import { blobStoreConformance, put } from './blob-store-conformance.js'
import { farStore, type FarStore } from './far-store.js'
import { isKept, keptBytes, until } from './kept.js'
import { openFilesUnder } from './open-files.js'

const KIB = 1024
const MIB = 1024 * KIB

t.test('the cached store keeps the contract', t => {
  blobStoreConformance(t, async t => (await openIn(t)).store)
  t.end()
})

t.test('it keeps the contract where all that is read was kept before', t => {
  blobStoreConformance(t, async t => {
    const { store, cache } = await openIn(t)
    const warm = async (key: BlobKey, range?: ByteRange): Promise<ByteRange | undefined> => {
      const sizeBytes = range?.start === range?.end && range ? 0 : ((await store.stat(key))?.sizeBytes ?? 0)
      if (sizeBytes === 0) return range
      await store.read(key, { start: 0, end: sizeBytes })
      await until(() => isKept(cache, key))
      const { start, end } = range ?? { start: 0, end: sizeBytes }
      return { start, end: end > sizeBytes ? Math.max(start, sizeBytes) : end }
    }
    return {
      create: key => store.create(key),
      read: async (key, range, signal) => store.read(key, (await warm(key, range)) ?? range, signal),
      open: async (key, range, signal) => store.open(key, await warm(key, range), signal),
      stat: key => store.stat(key),
      delete: key => store.delete(key),
      list: (prefix, after) => store.list(prefix, after),
      sweep: () => store.sweep(),
      close: () => store.close(),
    }
  })
  t.end()
})

t.test('what was read from near the beginning is not asked for again, whole or in ranges', async t => {
  const { store, far, cache } = await openIn(t)
  const bytes = randomBytes(3 * MIB)
  for (const how of ['read', 'open'] as const) {
    const key = `aa/${how}`
    await put(store, key, bytes, MIB)
    const frame = { start: 2000, end: 2 * MIB }
    t.ok((await bytesOf(store, how, key, frame)).equals(bytes.subarray(frame.start, frame.end)))
    t.strictSame(far.asked, [`${how} ${key} 0-${2 * MIB}`], 'one request, for no more than 64 KiB beyond')
    await until(() => isKept(cache, key))
    far.asked.length = 0
    for (const again of ['read', 'open'] as const)
      for (const [start, end] of [[2000, 2 * MIB] as const, [0, 1] as const, [MIB, 2 * MIB - 1] as const])
        t.ok(
          (await bytesOf(store, again, key, { start, end })).equals(bytes.subarray(start, end)),
          `${again} ${start}`,
        )
    t.strictSame(far.asked, [], 'all of it comes from near by')
    far.asked.length = 0
    // Where the keeping before it has hardly ended, a read is only a read.
    await until(async () => {
      await bytesOf(store, how, key, { start: 0, end: 3 * MIB })
      return (await keptBytes(cache, key)) === 3 * MIB
    })
    t.strictSame(
      [...new Set(far.asked)],
      [`${how} ${key} 0-${3 * MIB}`],
      'what goes beyond is read, and kept in its place',
    )
    far.asked.length = 0
  }
})

t.test('a range from further behind has all of the blob fetched, once, and waits for nothing', async t => {
  const { store, far, cache } = await openIn(t)
  const bytes = randomBytes(3 * MIB)
  await put(store, 'aa/frames', bytes, MIB)
  const frame = { start: MIB, end: MIB + 100 * KIB }
  far.holdOpen()
  const expected = bytes.subarray(frame.start, frame.end)
  for (let i = 0; i < 3; i++) t.ok((await bytesOf(store, 'read', 'aa/frames', frame)).equals(expected))
  t.equal(await isKept(cache, 'aa/frames'), false)
  far.letOpen()
  await until(() => isKept(cache, 'aa/frames'))
  t.equal(far.asked.filter(one => one === `open aa/frames 0-${3 * MIB}`).length, 1)
  far.asked.length = 0
  for (let at = 0; at < 3 * MIB; at += 512 * KIB)
    await bytesOf(store, 'read', 'aa/frames', { start: at, end: at + 512 * KIB })
  t.strictSame(far.asked, [])
})

t.test('what is too large is read through, and its size asked for once', async t => {
  const { store, far, root } = await openIn(t, { largestBytes: MIB })
  const bytes = randomBytes(2 * MIB)
  await put(store, 'aa/large', bytes, MIB)
  for (let i = 0; i < 5; i++) {
    const range = { start: 100 * KIB, end: 200 * KIB }
    t.ok((await bytesOf(store, 'read', 'aa/large', range)).equals(bytes.subarray(range.start, range.end)))
    await until(() => far.asked.includes('stat aa/large'))
    t.ok((await bytesOf(store, 'open', 'aa/large', { start: 0, end: 2 * MIB })).equals(bytes))
  }
  t.equal(far.asked.filter(one => one.startsWith('stat')).length, 1)
  t.strictSame(await readdir(root), [])
})

t.test('what is kept and was damaged comes from the store, from that byte on', async t => {
  const { store, far, cache, root } = await openIn(t)
  const bytes = randomBytes(2 * MIB)
  await put(store, 'aa/damaged', bytes, MIB)
  const whole = { start: 0, end: bytes.length }
  for (const [what, damage] of [
    ['altered', (file: string) => flip(file, MIB + 5)],
    ['altered in its first byte', (file: string) => flip(file, 0)],
    ['cut', (file: string) => truncate(file, 100_000)],
  ] as const)
    for (const how of ['read', 'open'] as const) {
      await until(async () => {
        await bytesOf(store, 'read', 'aa/damaged', whole)
        return isKept(cache, 'aa/damaged')
      })
      await damage(path.join(root, (await readdir(root))[0]!))
      far.asked.length = 0
      t.ok((await bytesOf(store, how, 'aa/damaged', whole)).equals(bytes), `${what}, ${how}`)
      t.equal(far.asked.length, 1)
      if (what === 'altered' && how === 'open')
        t.match(
          far.asked[0],
          /^open aa\/damaged 7\d{5}-|^open aa\/damaged 1\d{6}-/,
          'not all of it once more',
        )
      await until(async () => (await readdir(root)).every(name => !name.endsWith('.part')))
    }
})

t.test('reads go on where the cache has no room, no folder, or is emptied', async t => {
  const { store, cache, root } = await openIn(t)
  const bytes = randomBytes(2 * MIB)
  await put(store, 'aa/steady', bytes, MIB)
  const whole = { start: 0, end: bytes.length }
  const good = async (how: 'read' | 'open', words: string): Promise<void> => {
    t.ok((await bytesOf(store, how, 'aa/steady', whole)).equals(bytes), `${words}, ${how}`)
  }
  const untilKept = (how: 'read' | 'open'): Promise<void> =>
    until(async () => {
      await bytesOf(store, how, 'aa/steady', whole)
      return isKept(cache, 'aa/steady')
    })
  for (const how of ['read', 'open'] as const) {
    await good(how, 'at first')
    await untilKept(how)
    await rm(root, { recursive: true })
    await good(how, 'the folder was deleted')
    await untilKept(how)
    await rm(root, { recursive: true })
    await writeFile(root, 'a file in place of the folder')
    await good(how, 'there can be no folder')
    await rm(root)
  }
})

t.test('reads go on where the disk of the cache is full', { skip: withoutMount() }, async t => {
  const small = mkdtempSync(path.join(tmpdir(), 'filmroom-small-disk-'))
  t.teardown(() => rmSync(small, { recursive: true }))
  mountSmallDisk(t, small, 4)
  const { store, cache, root } = await openIn(t, { root: path.join(small, 'cache') })
  const bytes = randomBytes(3 * MIB)
  for (let i = 0; i < 4; i++) await put(store, `aa/${i}`, bytes, MIB)
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 4; i++)
      for (const how of ['read', 'open'] as const)
        t.ok((await bytesOf(store, how, `aa/${i}`, { start: 0, end: bytes.length })).equals(bytes))
  await until(() => isKept(cache, 'aa/0'))
  await until(async () => (await readdir(root)).length === 1)
  t.equal(await isKept(cache, 'aa/3'), false, 'nothing half-written is left')
})

t.test('a refused beginning does not become one of what comes after it', async t => {
  const { far } = await openIn(t)
  const cache = await derivedCache(path.join(temporaryFolder(t), 'cache'), 64 * MIB)
  let refusals = 0
  const store = cachedBlobs(
    far.store,
    {
      ...cache,
      create: (...args) => (refusals++ === 0 ? Promise.resolve(undefined) : cache.create(...args)),
    },
    16 * MIB,
  )
  const bytes = randomBytes(3 * MIB)
  await put(store, 'aa/refused', bytes, MIB)
  const whole = { start: 0, end: bytes.length }
  t.ok((await bytesOf(store, 'open', 'aa/refused', whole)).equals(bytes))
  t.equal(refusals, 1)
  t.equal(await isKept(cache, 'aa/refused'), false)
  await until(async () => {
    await bytesOf(store, 'open', 'aa/refused', whole)
    return isKept(cache, 'aa/refused')
  })
  t.ok((await bytesOf(store, 'open', 'aa/refused', whole)).equals(bytes))
})

t.test('who is given bytes may do with them what it likes', async t => {
  const { store, cache } = await openIn(t)
  const bytes = randomBytes(600 * KIB)
  await put(store, 'aa/given', bytes, MIB)
  const whole = { start: 0, end: bytes.length }
  const given = await store.read('aa/given', whole)
  structuredClone(given, { transfer: [given.buffer as ArrayBuffer] })
  await until(() => isKept(cache, 'aa/given'))
  const again = await bytesOf(store, 'read', 'aa/given', whole)
  t.ok(again.equals(bytes))
})

t.test('what is deleted is forgotten, also what is read or fetched meanwhile', async t => {
  const { store, far, cache, root } = await openIn(t)
  const bytes = randomBytes(3 * MIB)
  const whole = { start: 0, end: bytes.length }
  await put(store, 'aa/kept', bytes, MIB)
  await bytesOf(store, 'read', 'aa/kept', whole)
  await until(() => isKept(cache, 'aa/kept'))
  await store.delete('aa/kept')
  t.strictSame(await readdir(root), [])
  await t.rejects(store.read('aa/kept', whole), problem('blob-missing'))

  await put(store, 'aa/passing', bytes, MIB)
  const pieces: Uint8Array[] = []
  for await (const chunk of await store.open('aa/passing', whole)) {
    if (pieces.push(chunk) === 2) await store.delete('aa/passing')
  }
  t.ok(Buffer.concat(pieces).equals(bytes), 'its reader gets all of it')
  t.strictSame(await readdir(root), [])

  await put(store, 'aa/fetched', bytes, MIB)
  far.holdOpen()
  await store.read('aa/fetched', { start: 2 * MIB, end: 3 * MIB })
  await store.delete('aa/fetched')
  far.letOpen()
  await delay(100)
  t.strictSame(await readdir(root), [])
})

t.test('a reader that leaves, by loop, signal or unread, leaves no file behind', async t => {
  const { store, cache, root } = await openIn(t)
  const bytes = randomBytes(5 * MIB)
  const whole = { start: 0, end: bytes.length }
  await put(store, 'aa/left', bytes, MIB)
  const leave = async (words: string): Promise<void> => {
    for await (const _ of await store.open('aa/left', whole)) break
    await (await store.open('aa/left', whole))[Symbol.asyncIterator]().return?.()
    const control = new AbortController()
    await store.open('aa/left', whole, control.signal)
    control.abort()
    const during = new AbortController()
    const reading = async (): Promise<void> => {
      for await (const _ of await store.open('aa/left', whole, during.signal)) during.abort()
    }
    await t.rejects(reading(), { name: 'AbortError' }, `${words}: told apart from the end`)
    await until(() => openFilesUnder(root) === 0)
    t.equal(openFilesUnder(root), 0, words)
  }
  await leave('not kept')
  await until(async () => (await readdir(root)).length === 0)
  t.strictSame(await readdir(root), [])
  await until(async () => {
    await bytesOf(store, 'open', 'aa/left', whole)
    return isKept(cache, 'aa/left')
  })
  await leave('kept')
  t.ok((await bytesOf(store, 'open', 'aa/left', whole)).equals(bytes))
})

t.test('close waits for what is written, and leaves nothing half', async t => {
  const { store, far, root } = await openIn(t)
  const bytes = randomBytes(3 * MIB)
  await put(store, 'aa/first', bytes, MIB)
  await put(store, 'aa/second', bytes, MIB)
  const reading = (await store.open('aa/first', { start: 0, end: bytes.length }))[Symbol.asyncIterator]()
  await reading.next()
  far.holdOpen()
  await store.read('aa/second', { start: 2 * MIB, end: 3 * MIB })
  await store.close()
  t.strictSame(await readdir(root), [])
  far.letOpen()
  await reading.return?.()
  await delay(50)
  t.strictSame(await readdir(root), [])
})

t.test(
  'several processes share a folder, each finds what the others kept, and none goes beyond its size',
  async t => {
    const blobs = temporaryFolder(t)
    const root = path.join(temporaryFolder(t), 'cache')
    const capacityBytes = 8 * MIB
    const store = await folderBlobStore(blobs)
    for (let n = 0; n < 60; n++)
      await put(store, `aa/${n}`, Buffer.alloc(100_000 + n * 5000, `blob ${n} `), MIB)
    await store.close()
    const users = ['1', '7', '11'].map(seed =>
      promisify(execFile)(process.execPath, [USER, blobs, root, String(capacityBytes), seed]),
    )
    const running = { still: true }
    const all = Promise.all(users).finally(() => (running.still = false))
    let most = 0
    while (running.still) {
      await delay(10)
      most = Math.max(most, folderBytes(root))
    }
    for (const { stdout } of await all) {
      const { wrong, read, asked } = JSON.parse(stdout) as Record<string, number>
      t.equal(wrong, 0)
      t.ok(asked! < read! * 0.9, `${asked} of ${read} reads went to the store`)
    }
    t.ok(
      most > capacityBytes / 2 && most < capacityBytes * (1 + 3 / 16) + 3 * 400_000,
      `at most ${most} bytes`,
    )
  },
)

const USER = fileURLToPath(new URL('cached-user.js', import.meta.url))

async function openIn(
  t: Test,
  { root = path.join(temporaryFolder(t), 'cache'), largestBytes = 16 * MIB } = {},
): Promise<{ store: BlobStore; far: FarStore; cache: DerivedCache; root: string }> {
  const far = farStore(await folderBlobStore(temporaryFolder(t)))
  const cache = await derivedCache(root, 64 * MIB)
  const store = cachedBlobs(far.store, cache, largestBytes)
  t.teardown(() => store.close())
  return { store, far, cache, root }
}

function temporaryFolder(t: Test): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-cached-'))
  t.teardown(() => rmSync(folder, { recursive: true, maxRetries: 3 }))
  return folder
}

async function bytesOf(
  store: BlobStore,
  how: 'read' | 'open',
  key: BlobKey,
  range: ByteRange,
): Promise<Buffer> {
  if (how === 'read') return Buffer.from(await store.read(key, range))
  const chunks: Uint8Array[] = []
  for await (const chunk of await store.open(key, range)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(file, bytes)
}

function folderBytes(root: string): number {
  try {
    return readdirSync(root).reduce(
      (sum, name) => sum + (statSync(path.join(root, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    )
  } catch {
    return 0
  }
}
