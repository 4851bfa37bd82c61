import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import type { BlobStore } from '../../src/blobs/blob-store.js'
import { folderBlobStore, type FolderBlobStoreOptions } from '../../src/blobs/folder.js'
import { problem } from '../problem.js'
import { mountSmallDisk, withoutMount } from '../small-disk.js'
import { blobStoreConformance, keys, put, sha256 } from './blob-store-conformance.js'
import { openFilesUnder } from './open-files.js'

const MIB = 1024 * 1024

t.test('the folder store keeps the contract', t => {
  blobStoreConformance(t, async t => (await openIn(t)).store)
  t.end()
})

t.test('it keeps the contract with hardly any memory and files', t => {
  blobStoreConformance(t, async t => (await openIn(t, { writeBudgetBytes: 0, openFiles: 1 })).store)
  t.end()
})

t.test('another start finds what was committed, and makes nothing anew', async t => {
  const { store, root } = await openIn(t)
  const bytes = randomBytes(MIB + 3)
  await put(store, 'ab/kept', bytes, 70_000)
  await store.close()
  const again = await folderBlobStore(root)
  t.equal(sha256(await again.read('ab/kept', { start: 0, end: 2 * MIB })), sha256(bytes))
  t.strictSame(await keys(again, ''), ['ab/kept'])
  await again.close()
  t.strictSame(
    readdirSync(root).filter(name => !/^[0-9a-f]{2}$/.test(name)),
    ['.writing'],
  )
  t.strictSame(readdirSync(path.join(root, '.writing')), [], 'and takes its own folder away at the end')
})

t.test('a failed or aborted write leaves no temporary file', async t => {
  const { store, root } = await openIn(t)
  const writer = store.create('aa/aborted')
  await writer.write(randomBytes(5 * MIB))
  t.equal(temporaryFiles(root).length, 1, 'it streams into one')
  await writer.abort()
  t.strictSame(temporaryFiles(root), [])

  mkdirSync(path.join(root, 'aa', 'taken', 'by'), { recursive: true })
  const blocked = store.create('aa/taken')
  await blocked.write(randomBytes(10))
  await t.rejects(blocked.commit(), problem('unavailable'), 'where a folder has its name, the rename fails')
  t.strictSame(temporaryFiles(root), [])
  await blocked.abort()
})

t.test('temporary files of a process that was killed are swept; those of a running one are not', async t => {
  const { store, root } = await openIn(t)
  const running = startWriter(t, root)
  await running.wrote
  const killed = startWriter(t, root)
  await killed.wrote
  t.equal(temporaryFiles(root).length, 2)
  killed.child.kill('SIGKILL')
  await once(killed.child, 'exit')
  t.equal(await store.sweep(), 1)
  t.equal(temporaryFiles(root).length, 1)
  t.equal(await store.sweep(), 0)
  running.child.kill('SIGKILL')
  await once(running.child, 'exit')
  t.equal(await store.sweep(), 1)
  t.strictSame(temporaryFiles(root), [])
  t.strictSame(await keys(store, ''), [])
})

t.test('what a writer on another machine left is swept an hour after its last write', async t => {
  const { store, root } = await openIn(t)
  const folder = path.join(root, '.writing', 'elsewhere~boot~ns~7~77~abc')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'young'), 'x')
  writeFileSync(path.join(folder, 'old'), 'x')
  utimesSync(path.join(folder, 'old'), 1, 1)
  t.equal(await store.sweep(), 1)
  t.strictSame(readdirSync(folder), ['young'])
})

t.test('a store whose empty temporary folder was taken away goes on', async t => {
  const { store, root } = await openIn(t)
  rmSync(path.join(root, '.writing'), { recursive: true })
  await put(store, 'aa/again', randomBytes(10), 10)
  t.strictSame(await keys(store, ''), ['aa/again'])
})

t.test('foreign files in the folder are not blobs', async t => {
  const { store, root } = await openIn(t)
  mkdirSync(path.join(root, 'lost+found'))
  writeFileSync(path.join(root, 'lost+found', 'x'), 'x')
  writeFileSync(path.join(root, 'aa', 'UPPER'), 'x')
  mkdirSync(path.join(root, 'aa', 'folder'))
  t.strictSame(await keys(store, ''), [])
  t.equal(await store.stat('aa/folder'), undefined)
  await t.rejects(store.read('aa/folder', { start: 0, end: 1 }), problem('blob-missing'))
})

const withoutProc = existsSync('/proc/self/fd') ? false : 'no /proc to count open files in'
t.test('it keeps no more files open than it may, and none after close', { skip: withoutProc }, async t => {
  const { store, root } = await openIn(t, { openFiles: 5 })
  for (let i = 0; i < 30; i++) {
    await put(store, `aa/${i}`, randomBytes(600_000), 600_000)
    await store.read(`aa/${i}`, { start: 0, end: 10 })
    for await (const _ of await store.open(`aa/${i}`)) break
  }
  const inFolder = (): number => openFilesUnder(path.join(root, 'aa') + path.sep)
  await settled(() => inFolder() <= 5)
  t.equal(inFolder(), 5)
  await store.delete('aa/29')
  await settled(() => inFolder() === 4)
  t.equal(inFolder(), 4, 'a deleted blob is let go at once')
  await store.close()
  await settled(() => openFilesUnder(root) === 0)
  t.equal(openFilesUnder(root), 0)
})

t.test('a full disk is storage-full, and room lets it go on', { skip: withoutMount() }, async t => {
  const root = mkdtempSync(path.join(tmpdir(), 'filmroom-small-disk-'))
  t.teardown(() => rmSync(root, { recursive: true }))
  mountSmallDisk(t, root, 8)
  const store = await folderBlobStore(root)
  t.teardown(() => store.close())
  await put(store, 'aa/first', randomBytes(MIB), MIB)
  await t.rejects(put(store, 'aa/streamed', randomBytes(12 * MIB), 100_000), problem('storage-full'))
  t.strictSame(temporaryFiles(root), [])
  let stored = 0
  const fill = async (): Promise<void> => {
    for (; stored < 100; stored++) await put(store, `bb/${stored}`, randomBytes(500_000), 500_000)
  }
  await t.rejects(fill(), problem('storage-full'))
  t.strictSame(temporaryFiles(root), [])
  t.equal((await keys(store, '')).length, stored + 1)
  await store.delete('aa/first')
  await put(store, 'aa/second', randomBytes(500_000), 500_000)
})

async function openIn(
  t: Test,
  options?: FolderBlobStoreOptions,
): Promise<{ store: BlobStore; root: string }> {
  const root = mkdtempSync(path.join(tmpdir(), 'filmroom-blobs-'))
  const store = await folderBlobStore(path.join(root, 'blobs'), options)
  t.teardown(async () => {
    await store.close()
    rmSync(root, { recursive: true })
  })
  return { store, root: path.join(root, 'blobs') }
}

/** Another process that has 3 MiB of a blob written and waits. */
function startWriter(t: Test, root: string) {
  const program = `
    import { folderBlobStore } from ${JSON.stringify(new URL('../../src/blobs/folder.js', import.meta.url).href)}
    const store = await folderBlobStore(${JSON.stringify(root)})
    await store.create('cc/never').write(Buffer.alloc(3 * 1024 * 1024))
    console.log('wrote')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  return { child, wrote: once(createInterface(child.stdout), 'line') }
}

function temporaryFiles(root: string): string[] {
  const writing = path.join(root, '.writing')
  return readdirSync(writing).flatMap(owner => readdirSync(path.join(writing, owner)))
}

/** Files are closed without being waited for. */
async function settled(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise(resolve => setTimeout(resolve, 10))
}
