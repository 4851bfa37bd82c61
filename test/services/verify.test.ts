/** Comparing index and blobs, and what is repaired: on a real index and a real folder, in this process. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { isWrong } from '../../src/services/verify-report.js'
import { ctImage, DEFLATED_LE, type MadeInstance } from '../made-dicom.js'
import { problem } from '../problem.js'
import { temporaryFolder } from '../server.js'
import { blobOf, blobsOf, openArchive, type Archive } from './archive.js'

const NOTHING = { missing: 0, damaged: 0, unread: 0, orphan: 0, foreign: 0, tombstone: 0 }
const HOURS_AGO = new Date(Date.now() - 2 * 3_600_000)
const NOW = { orphanAgeMs: 0 }
let rows = 8

/** Each of another size. */
function image(options: Parameters<typeof ctImage>[0] = {}): MadeInstance {
  return ctImage({ rows: ++rows, columns: 16, ...options })
}

const some = (count: number): MadeInstance[] => Array.from({ length: count }, () => image())

t.test('an archive with nothing wrong is told so', async t => {
  const archive = await openArchive(t)
  const [kept, gone, old] = [image(), image({ transferSyntax: DEFLATED_LE }), image()]
  await archive.store('reject', kept, gone, old)
  await archive.store('replace', ctImage({ ...idsOf(old), rows: 7, columns: 16 }))
  await archive.remove(gone)
  const { findings, ...counts } = await archive.verify()
  t.match(counts, { instances: 2, deleted: 2, tombstones: 2, hashed: 4, found: NOTHING, marked: 0 })
  t.strictSame(findings, [])
  t.match(await archive.verify({ hash: false }), { instances: 2, hashed: 0, hashedBytes: 0 })
  await archive.purge()
  t.match(await archive.verify(), { instances: 2, deleted: 0, tombstones: 0, found: NOTHING })
})

t.test('what is damaged or missing', async t => {
  const archive = await openArchive(t)
  const [whole, flipped, short, long, missing, deleted] = some(6) as [
    MadeInstance,
    MadeInstance,
    MadeInstance,
    MadeInstance,
    MadeInstance,
    MadeInstance,
  ]
  const all = [whole, flipped, short, long, missing, deleted]
  await archive.store('reject', ...all)
  await archive.remove(deleted)
  const copies = temporaryFolder(t)
  const files = new Map(all.map(one => [one, blobOf(archive, one)]))
  const fileOf = (one: MadeInstance): string => files.get(one) ?? ''
  for (const one of all) copyFileSync(fileOf(one), path.join(copies, one.SOPInstanceUID))
  flip(fileOf(flipped))
  flip(fileOf(deleted))
  truncateSync(fileOf(short), short.bytes.length - 10)
  appendFileSync(fileOf(long), 'x')
  unlinkSync(fileOf(missing))
  const wrong = [flipped, short, long, missing, deleted]

  t.test('is told with its UIDs; nothing is changed where only a report is asked for', async t => {
    const { findings, ...counts } = await archive.verify({ repair: false })
    t.ok(isWrong(counts))
    t.match(counts, { instances: 5, deleted: 1, found: { ...NOTHING, damaged: 4, missing: 1 }, marked: 0 })
    t.strictSame(
      findings.map(one => `${one.kind} ${one.uids?.SOPInstanceUID} ${one.deleted}`).sort(),
      wrong
        .map(one => `${one === missing ? 'missing' : 'damaged'} ${one.SOPInstanceUID} ${one === deleted}`)
        .sort(),
    )
    t.equal((await archive.read(flipped)).length, flipped.bytes.length, 'it is still given')
  })

  t.test('is told by sizes alone where it is longer or shorter', async t => {
    const { found } = await archive.verify({ repair: false, hash: false })
    t.strictSame(found, { ...NOTHING, damaged: 2, missing: 1 })
  })

  t.test('is marked once, and refused', async t => {
    t.equal((await archive.verify()).marked, 5)
    t.match(await archive.verify(), { marked: 0, found: { damaged: 4, missing: 1 } })
    for (const one of [flipped, short, long]) await t.rejects(archive.read(one), problem('blob-damaged'))
    await t.rejects(archive.read(missing), problem('blob-missing'))
    t.ok((await archive.read(whole)).equals(whole.bytes))
  })

  t.test('stays marked when it is restored, until it is whole', async t => {
    await archive.restore(deleted)
    await t.rejects(archive.read(deleted), problem('blob-damaged'))
  })

  t.test('is healed by the same bytes, though duplicates are rejected, and without a change', async t => {
    const before = await archive.parts.index.changes(0, 100)
    const row = await archive.parts.index.find(missing)
    for (const one of [missing, short, deleted]) {
      t.strictSame(await archive.store('reject', one), ['stored'])
      t.ok((await archive.read(one)).equals(one.bytes))
    }
    t.strictSame(await archive.parts.index.changes(0, 100), before)
    t.match(await archive.parts.index.find(missing), { id: row?.id, storedAt: row?.storedAt })
    t.notOk(existsSync(fileOf(short)), 'the damaged file is gone')
    t.match(await archive.verify(), { found: { ...NOTHING, damaged: 2 } })
  })

  t.test('is not healed by other bytes', async t => {
    const other = ctImage({ ...idsOf(long), rows: 6, columns: 16 })
    t.match(await archive.store('reject', other), [/stored with other bytes/])
    await t.rejects(archive.read(long), problem('blob-damaged'))
  })

  t.test('is healed by its file from a backup at the next pass, also where sizes are compared', async t => {
    copyFileSync(path.join(copies, long.SOPInstanceUID), fileOf(long))
    t.match(await archive.verify({ hash: false }), { found: { damaged: 1 }, healed: 1, hashed: 1 })
    t.ok((await archive.read(long)).equals(long.bytes))
  })

  t.test('is replaced by the same dataset in another file', async t => {
    const wrapped = Buffer.concat([Buffer.alloc(128, 1), flipped.bytes.subarray(128)])
    t.strictSame(await archive.store('reject', { bytes: wrapped }), ['stored'])
    t.ok((await archive.read(flipped)).equals(wrapped))
    t.match(await archive.verify(), { instances: 6, deleted: 1, found: { damaged: 1 }, tombstones: 1 })
    await archive.purge()
    t.match(await archive.verify(), { instances: 6, deleted: 0, found: NOTHING })
  })

  t.test('is healed by a large upload that comes again: it is written, and not only hashed', async t => {
    const large = ctImage({ rows: 1200, columns: 1024 })
    await archive.store('reject', large)
    flip(blobOf(archive, large))
    t.equal((await archive.verify()).marked, 1)
    t.strictSame(await archive.store('reject', large), ['stored'])
    t.ok((await archive.read(large)).equals(large.bytes))
  })

  t.test('is healed once by several uploads at the same moment, and nothing is left over', async t => {
    flip(blobOf(archive, whole))
    t.equal((await archive.verify()).marked, 1)
    await Promise.all([1, 2, 3].map(() => archive.store('reject', whole)))
    t.ok((await archive.read(whole)).equals(whole.bytes))
    t.match(await archive.verify(), { instances: 7, found: NOTHING, tombstones: 0 })
  })
})

t.test('blobs that no row names go when two passes have seen them', async t => {
  const archive = await openArchive(t)
  await archive.store('reject', ...some(12))
  const [orphan, young] = [lost(archive, HOURS_AGO), lost(archive, new Date())]
  const foreign = path.join(blobsOf(archive), 'notes', 'readme.txt')
  mkdirSync(path.dirname(foreign))
  writeFileSync(foreign, 'not ours')
  utimesSync(foreign, HOURS_AGO, HOURS_AGO)

  t.test('the first pass notes them, and removes none', async t => {
    const { findings, ...counts } = await archive.verify(NOW)
    t.match(counts, { found: { ...NOTHING, orphan: 2, foreign: 1 }, orphansRemoved: 0 })
    t.ok(isWrong(counts), 'a foreign file is for a person to look at')
    t.equal(findings.find(one => one.kind === 'foreign')?.blobKey, 'notes/readme.txt')
    unlinkSync(foreign)
    t.notOk(isWrong(await archive.verify({ ...NOW, repair: false })), 'orphans go by themselves')
  })

  t.test('a second pass too early removes none', async t => {
    t.match(await archive.verify(), { found: { orphan: 2 }, orphansRemoved: 0 })
  })

  t.test('a later pass removes what is no longer young', async t => {
    t.match(await archive.verify(NOW), { found: { orphan: 2 }, orphansRemoved: 1 })
    t.notOk(existsSync(orphan))
    t.ok(existsSync(young), 'a running upload could still make a row for it')
  })

  t.test('what was gone in between is seen for the first time again', async t => {
    utimesSync(young, HOURS_AGO, HOURS_AGO)
    const elsewhere = path.join(temporaryFolder(t), 'blob')
    renameSync(young, elsewhere)
    t.equal((await archive.verify()).found.orphan, 0)
    renameSync(elsewhere, young)
    t.match(await archive.verify(NOW), { orphansRemoved: 0 })
    t.match(await archive.verify(NOW), { orphansRemoved: 1 })
  })

  t.test('as many as no crash leaves are of another index: they stay', async t => {
    const many = Array.from({ length: 4 }, () => lost(archive, HOURS_AGO))
    for (let pass = 0; pass < 2; pass++)
      t.match(await archive.verify(NOW), { found: { orphan: 4 }, orphansRemoved: 0 })
    t.ok(many.every(existsSync))
  })
})

t.test('an upload whose row comes late is no orphan any more', async t => {
  const archive = await openArchive(t)
  const late = image()
  await archive.store('reject', ...some(8), late)
  const file = blobOf(archive, late)
  const key = path.relative(blobsOf(archive), file)
  const { index } = archive.parts
  await index.verification.seeOrphans({ blobKeys: [key], now: HOURS_AGO.getTime() })
  t.strictSame(
    await index.verification.orphans({ firstSeenUntil: Date.now(), lastSeenFrom: 0, after: '', limit: 9 }),
    [],
    'a blob that is named is not noted',
  )
  // Seen by one pass between blob and row, and by the end of the next still noted.
  const elsewhere = path.join(path.dirname(file), `${'0'.repeat(26)}.dcm`)
  renameSync(file, elsewhere)
  utimesSync(elsewhere, HOURS_AGO, HOURS_AGO)
  t.match(await archive.verify(NOW), { found: { orphan: 1, missing: 1 }, orphansRemoved: 0 })
  renameSync(elsewhere, file)
  t.match(await archive.verify(NOW), { found: NOTHING, orphansRemoved: 0, healed: 1 })
  t.ok((await archive.read(late)).equals(late.bytes))
})

t.test('while instances are stored, deleted, restored and purged nothing counts as wrong', async t => {
  const archive = await openArchive(t)
  await archive.store('reject', ...some(20))
  let done = false
  const work = (async () => {
    for (let turn = 0; turn < 12; turn++) {
      const images = some(6)
      await archive.store('reject', ...images)
      for (const one of images.slice(0, 4)) await archive.remove(one)
      await archive.restore(images[0]!)
      await archive.purge()
    }
    done = true
  })()
  let passes = 0
  const isDone = (): boolean => done
  while (!isDone()) {
    const { findings, ...counts } = await archive.verify(NOW)
    t.notOk(isWrong(counts), JSON.stringify(findings))
    t.equal(counts.orphansRemoved, 0)
    passes++
  }
  await work
  t.ok(passes > 1, `${passes} passes`)
  t.match(await archive.verify(), { instances: 20 + 12 * 3, deleted: 0, found: NOTHING })
})

t.test('lists of deleted blobs', async t => {
  const archive = await openArchive(t)
  const images = some(2)
  await archive.store('reject', ...images)
  for (const one of images) await archive.remove(one)
  const folder = path.join(blobsOf(archive), 'tombstones')

  t.test('that are gone or not true are written anew', async t => {
    const [first, second] = readdirSync(folder).map(name => path.join(folder, name))
    unlinkSync(first!)
    writeFileSync(second!, readFileSync(second!, 'utf8').replace(/\n[0-9a-f]{2}\//, '\nzz/'))
    const told = await archive.verify({ repair: false })
    t.equal(told.found.tombstone, 2)
    t.ok(isWrong(told))
    const renewed = await archive.verify()
    t.match(renewed, { found: { tombstone: 2 }, tombstonesRenewed: 2 })
    t.notOk(isWrong(renewed))
    t.match(await archive.verify(), { found: NOTHING, tombstones: 2 })
    t.equal(readdirSync(folder).length, 2)
  })

  t.test('of which the index knows nothing stay where they tell of blobs that it does not know', async t => {
    const other = await openArchive(t)
    const theirs = path.join(blobsOf(other), 'tombstones')
    mkdirSync(theirs, { recursive: true })
    for (const name of readdirSync(folder)) copyFileSync(path.join(folder, name), path.join(theirs, name))
    for (const name of readdirSync(theirs)) utimesSync(path.join(theirs, name), HOURS_AGO, HOURS_AGO)
    const [file] = images.map(one => blobOf(archive, one))
    const there = path.join(blobsOf(other), path.relative(blobsOf(archive), file!))
    copyFileSync(file!, there)
    await other.purge()
    t.equal(readdirSync(theirs).length, 1, 'that of a blob that is there')
  })
})

t.test('a store that is empty, or another one, marks nothing', async t => {
  const archive = await openArchive(t)
  await archive.store('reject', ...Array.from({ length: 120 }, () => ctImage()))
  const home = blobsOf(archive)
  renameSync(home, `${home}.away`)
  mkdirSync(home)
  await t.rejects(archive.verify(), { kind: 'unavailable', message: /is empty, but the index is not/ })
  mkdirSync(path.join(home, 'ab'))
  writeFileSync(path.join(home, 'ab', 'notes.txt'), '')
  await t.rejects(archive.verify(), { kind: 'unavailable', message: /blobs are missing/ })
})

t.test('the rate holds, and a pass can be ended', async t => {
  const archive = await openArchive(t)
  await archive.store('reject', ...Array.from({ length: 6 }, () => ctImage({ rows: 512, columns: 512 })))
  const started = performance.now()
  t.equal((await archive.verify({ rateBytes: 2 << 20 })).hashed, 6)
  const tookMs = performance.now() - started
  t.ok(tookMs > 1_450, `3 MiB at 2 MiB/s in ${tookMs} ms`)
})

/** A file as a store writes it whose row was never committed. */
function lost(archive: Archive, modified: Date): string {
  const file = path.join(blobsOf(archive), 'ab', `${String(++rows).padStart(26, '0')}.dcm`)
  writeFileSync(file, image().bytes)
  utimesSync(file, modified, modified)
  return file
}

/** Of its last byte one bit. */
function flip(file: string): void {
  const bytes = readFileSync(file)
  bytes[bytes.length - 1]! ^= 1
  writeFileSync(file, bytes)
}

function idsOf(one: MadeInstance): { study: string; series: string; instance: string } {
  return { study: one.StudyInstanceUID, series: one.SeriesInstanceUID, instance: one.SOPInstanceUID }
}
