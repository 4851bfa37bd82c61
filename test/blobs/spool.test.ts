import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { spoolFolder } from '../../src/blobs/spool.js'
import { problem } from '../problem.js'
import { temporaryFolder } from '../server.js'
import { asSource } from '../web/multipart/collect-parts.js'

t.test('what is kept is read again, whole and by range, small or large, in any order', async t => {
  const folder = path.join(temporaryFolder(t), 'spool')
  const spool = spoolFolder(folder)()
  const values = [10, 0, 5000, 4096, 4097, 700_000, 3].map((length, n) => Buffer.alloc(length, n + 1))
  const kept = []
  for (const value of values)
    kept.push(await spool.keep(asSource([value.subarray(0, 7), value.subarray(7)]), 1 << 20))
  t.same(readdirSync(folder), [], 'its file has no name')
  for (const [index, value] of [...values.entries()].reverse()) {
    const source = kept[index]!
    t.equal(source.lengthBytes, value.length)
    t.ok((await buffer(source.chunks())).equals(value))
    t.ok((await source.read(2, 6000)).equals(value.subarray(2, 6000)), 'cut at its end')
  }
  await spool.close()
  await spool.close()
  await t.rejects(kept[5]!.read(0, 10), problem('unavailable'))
})

t.test('what is too large is passed over, and its room is used again', async t => {
  const spool = spoolFolder(path.join(temporaryFolder(t), 'spool'))()
  const large = Array.from({ length: 5 }, () => Buffer.alloc(10_000))
  t.equal(await spool.keep(asSource(large), 30_000), undefined)
  const after = await spool.keep(asSource([Buffer.alloc(9000, 9)]), 30_000)
  t.ok((await after!.read(0, 9000)).equals(Buffer.alloc(9000, 9)))
  await spool.close()
})

t.test('a folder that cannot be written is unavailable; what breaks the source passes as it is', async t => {
  const folder = temporaryFolder(t)
  writeFileSync(path.join(folder, 'file'), '')
  const spool = spoolFolder(path.join(folder, 'file', 'spool'))()
  await t.rejects(spool.keep(asSource([Buffer.alloc(5000)]), 1 << 20), problem('unavailable'))
  mkdirSync(path.join(folder, 'spool'))
  const broken = new Error('broken')
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.alloc(10))
    throw broken
  }
  await t.rejects(spoolFolder(path.join(folder, 'spool'))().keep(breaking(), 1 << 20), broken)
})
