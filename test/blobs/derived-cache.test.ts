import { execFile } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
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

/** As if all that was done so far had been done a minute ago. */
async function aMinuteLater(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const file = path.join(root, name)
    const { mtimeMs } = await stat(file)
    await utimes(file, mtimeMs / 1000 - 60, mtimeMs / 1000 - 60)
  }
}

t.test(
  'the least recently used go when the size is reached, whichever process made or used them',
  async t => {
    const root = t.testdir()
    const [cache, other] = [await derivedCache(root, 1000), await derivedCache(root, 1000)]
    for (const name of ['a', 'b', 'c']) {
      await put(other, name, Buffer.alloc(280, name))
      await aMinuteLater(root)
    }
    await content(await other.get(named('a')))
    await put(cache, 'd', Buffer.alloc(280, 'd'))
    t.equal(await cache.get(named('b')), undefined, 'b was the least recently used')
    t.same(await content(await cache.get(named('a'))), Buffer.alloc(280, 'a'))
    t.equal((await readdir(root)).length, 3)
  },
)

t.test('files that were cut, made longer or altered are not served, and made anew', async t => {
  const root = t.testdir()
  const cache = await derivedCache(root, 10_000_000)
  const bytes = Buffer.alloc(200_000, 'text of a picture')
  const file = path.join(root, await onlyName(root, () => put(cache, 'a', bytes)))
  const whole = await readFile(file)
  const damages: Record<string, () => Promise<void>> = {
    'cut to nothing': () => truncate(file, 0),
    'cut by one byte': () => truncate(file, whole.length - 1),
    'cut in the data': () => truncate(file, 100_000),
    'longer by one byte': () => writeFile(file, Buffer.concat([whole, Buffer.alloc(1)])),
    'of an earlier version': () => writeFile(file, bytes),
    'with another length in it': () => writeFile(file, altered(whole, whole.length - 10)),
  }
  for (const [what, damage] of Object.entries(damages)) {
    await damage()
    t.equal(await cache.get(named('a')), undefined, what)
    t.same(await readdir(root), [], 'it is removed')
    await put(cache, 'a', bytes)
    t.same(await content(await cache.get(named('a'))), bytes)
  }
  for (const at of [0, 65_535, 65_536, 131_072, 199_999, 200_001]) {
    await writeFile(file, altered(whole, at))
    const opened = await cache.get(named('a'))
    await t.rejects(content(opened), `byte ${at} altered`)
    await opened?.close()
    t.same(await readdir(root), [], 'it is removed')
    await put(cache, 'a', bytes)
  }
})

t.test('any range of a file can be read', async t => {
  const cache = await derivedCache(t.testdir(), 10_000_000)
  const bytes = Buffer.from(Uint8Array.from({ length: 400_000 }, (_, n) => (n * 7919) >> 8))
  await put(cache, 'a', bytes)
  const file = await cache.get(named('a'))
  t.equal(file?.sizeBytes, bytes.length)
  for (const start of [0, 1, 65_535, 65_536, 262_143, 262_144, 399_999, 400_000])
    for (const end of [0, 1, 65_536, 65_537, 262_144, 262_145, 399_999, 400_000].filter(
      end => end >= start,
    )) {
      const pieces: Uint8Array[] = []
      for await (const piece of file?.read({ start, end }) ?? []) pieces.push(piece)
      t.ok(Buffer.concat(pieces).equals(bytes.subarray(start, end)), `${start} to ${end}`)
    }
  await t.rejects(async () => {
    for await (const _ of file?.read({ start: 0, end: 400_001 }) ?? []) continue
  })
  await file?.close()
})

/** The name of the one file that was made. */
async function onlyName(root: string, make: () => Promise<unknown>): Promise<string> {
  await make()
  return (await readdir(root))[0] ?? ''
}

function altered(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

t.test('a file being read survives its own eviction', async t => {
  const root = t.testdir()
  const cache = await derivedCache(root, 1000)
  await put(cache, 'a', Buffer.alloc(500, 'a'))
  const file = await cache.get(named('a'))
  await aMinuteLater(root)
  for (const name of ['b', 'c', 'd']) await put(cache, name, Buffer.alloc(400, name))
  t.equal(await cache.get(named('a')), undefined)
  t.same(await content(file), Buffer.alloc(500, 'a'))
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
    await put(cache, 'c', Buffer.from('c'))
    t.same(await content(await cache.get(named('c'))), Buffer.from('c'), 'the folder is made again')
    await rm(root, { recursive: true })
    await writeFile(root, 'no folder')
    t.notOk(await put(cache, 'd', Buffer.from('d')), 'where it cannot be, nothing is kept, and nobody fails')
    t.equal(await cache.get(named('c')), undefined)
  },
)

t.test('files that an ended process left half written are removed once they are old', async t => {
  const root = t.testdir()
  await writeFile(path.join(root, 'x.123.part'), 'half')
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

t.test('several processes share a folder that is emptied and damaged meanwhile', async t => {
  const root = t.testdir()
  const capacityBytes = 2_000_000
  const processes = ['1', '2', '3'].map(seed =>
    promisify(execFile)(process.execPath, [USER, root, String(capacityBytes), seed]),
  )
  const running = { still: true }
  const all = Promise.all(processes).finally(() => (running.still = false))
  let most = 0
  for (let round = 1; running.still; round += 1) {
    await sleep(10)
    most = Math.max(most, folderBytes(root))
    if (round % 50 === 0) await rm(root, { recursive: true, force: true }).catch(ignore)
    const [victim] = await readdir(root).catch(() => [])
    if (victim === undefined) continue
    const file = path.join(root, victim)
    if (round % 2 === 0) await truncate(file, 5000).catch(() => undefined)
    else
      await readFile(file)
        .then(bytes => writeFile(file, altered(bytes, 100), { flag: 'r+' }), ignore)
        .catch(ignore)
  }
  const counts = (await all).map(({ stdout }) => JSON.parse(stdout) as Record<string, number>)
  for (const { wrong, found, othersFound, kept } of counts) {
    t.equal(wrong, 0, 'what is found is what was written')
    t.ok((found ?? 0) > 20 && (othersFound ?? 0) > 5 && (kept ?? 0) > 20, 'each finds files of the others', {
      counts,
    })
  }
  // What each wrote since it last looked, and the files that are being written.
  const limit = capacityBytes * (1 + 3 / 16) + 3 * 60_000
  t.ok(most > capacityBytes / 2 && most < limit, `at most ${most} bytes at once`)
  await derivedCache(root, 100_000)
  t.ok(folderBytes(root) <= 100_000, 'one that is given less room makes room')
})

const USER = fileURLToPath(new URL('derived-cache-user.js', import.meta.url))

function folderBytes(root: string): number {
  let bytes = 0
  try {
    for (const name of readdirSync(root))
      bytes += statSync(path.join(root, name), { throwIfNoEntry: false })?.size ?? 0
  } catch {
    // It was just emptied.
  }
  return bytes
}

function ignore(): void {
  // The file is gone meanwhile.
}
