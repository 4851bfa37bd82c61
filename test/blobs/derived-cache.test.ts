import { readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import t from 'tap'
import {
  derivedCache,
  type DerivedCache,
  type DerivedFile,
  type DerivedName,
} from '../../src/blobs/derived-cache.js'

const named = (of: string, as = 'text'): DerivedName => ({ of, as })

async function put(cache: DerivedCache, name: string, bytes: Uint8Array): Promise<boolean> {
  const writer = await cache.create(named(name), bytes.length)
  await writer?.write(bytes)
  await writer?.commit()
  return writer !== undefined
}

async function content(file: DerivedFile | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined
  const pieces: Uint8Array[] = []
  for await (const piece of file.read({ start: 0, end: file.sizeBytes })) pieces.push(piece)
  await file.close()
  return Buffer.concat(pieces)
}

t.test('what was kept comes back, also after a restart', async t => {
  const root = path.join(t.testdir(), 'cache')
  const cache = await derivedCache(root, 1000)
  await put(cache, 'a\n../b', Buffer.from('text'))
  t.same(await content(await cache.get(named('a\n../b'))), Buffer.from('text'))
  t.same(await content(await (await derivedCache(root, 1000)).get(named('a\n../b'))), Buffer.from('text'))
  t.equal(await cache.get(named('other')), undefined)
})

t.test('the least recently used go when the size is reached', async t => {
  const root = t.testdir()
  const cache = await derivedCache(root, 100)
  for (const name of ['a', 'b', 'c']) await put(cache, name, Buffer.alloc(30, name))
  await content(await cache.get(named('a')))
  await put(cache, 'd', Buffer.alloc(30, 'd'))
  t.equal(await cache.get(named('b')), undefined, 'b was the least recently used')
  t.same(await content(await cache.get(named('a'))), Buffer.alloc(30, 'a'))
  t.equal((await readdir(root)).length, 3)
})

t.test('a file being read survives its own eviction', async t => {
  const cache = await derivedCache(t.testdir(), 100)
  await put(cache, 'a', Buffer.alloc(50, 'a'))
  const file = await cache.get(named('a'))
  for (const name of ['b', 'c', 'd']) await put(cache, name, Buffer.alloc(40, name))
  t.equal(await cache.get(named('a')), undefined)
  t.same(await content(file), Buffer.alloc(50, 'a'))
})

t.test('what could never fit is not started, and what outgrows its announcement is dropped', async t => {
  const root = t.testdir()
  const cache = await derivedCache(root, 100)
  t.notOk(await put(cache, 'large', Buffer.alloc(51)))
  const writer = await cache.create(named('liar'), 1)
  await writer?.write(Buffer.alloc(60))
  await writer?.commit()
  t.equal(await cache.get(named('liar')), undefined)
  t.same(await readdir(root), [])
})

t.test('size 0 switches the cache off', async t => {
  const cache = await derivedCache(path.join(t.testdir(), 'never-made'), 0)
  t.notOk(await put(cache, 'a', Buffer.from('x')))
  t.equal(await cache.get(named('a')), undefined)
})

t.test(
  'nothing is visible before commit or after abort, and the folder may be emptied at any time',
  async t => {
    const root = t.testdir()
    const cache = await derivedCache(root, 100)
    const writer = await cache.create(named('a'), 1)
    await writer?.write(Buffer.from('x'))
    t.equal(await cache.get(named('a')), undefined)
    await writer?.abort()
    t.same(await readdir(root), [])
    await put(cache, 'b', Buffer.from('b'))
    await rm(root, { recursive: true })
    t.equal(await cache.get(named('b')), undefined)
    t.notOk(await put(cache, 'c', Buffer.from('c')), 'without its folder it keeps nothing and fails nobody')
  },
)

t.test('files that an ended process left half written are removed once they are old', async t => {
  const root = t.testdir()
  await writeFile(path.join(root, 'x.123.part'), 'half')
  const { utimes } = await import('node:fs/promises')
  await utimes(path.join(root, 'x.123.part'), 0, 0)
  await writeFile(path.join(root, 'y.456.part'), 'half')
  await derivedCache(root, 100)
  t.same(await readdir(root), ['y.456.part'])
})

t.test('all that was made from something is removed together, also what another process keeps', async t => {
  const root = t.testdir()
  const [cache, other] = [await derivedCache(root, 1000), await derivedCache(root, 1000)]
  for (const [of, as] of [
    ['a', '1'],
    ['a', '2'],
    ['b', '1'],
  ] as const) {
    const writer = await other.create(named(of, as), 1)
    await writer?.write(Buffer.from(of))
    await writer?.commit()
  }
  await cache.remove(['a', 'c'])
  t.equal((await readdir(root)).length, 1)
  for (const one of [cache, other]) {
    t.equal(await one.get(named('a', '1')), undefined)
    t.same(await content(await one.get(named('b', '1'))), Buffer.from('b'))
  }
  await rm(root, { recursive: true })
  await cache.remove(['b'])
})

t.test('files of earlier versions are removed at the start', async t => {
  const root = t.testdir({ ['ab'.repeat(32)]: 'a bundle of 0.1.0' })
  await derivedCache(root, 100)
  t.same(await readdir(root), [])
})
