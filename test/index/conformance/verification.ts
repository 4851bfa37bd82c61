import type { Test } from 'tap'
import type { NewInstance } from '../../../src/dicom/stored-instance.js'
import type { ArchiveIndex } from '../../../src/index/archive-index.js'
import { madeInstance, name } from '../made-instance.js'
import { changesOf, everything, lastTombstone, remove, restoring, scopeOf } from './deleting.js'
import type { OpenIndex } from './open-index.js'

/** What is known of blobs, and making the index anew from them. */
export function verificationConformance(t: Test, open: OpenIndex): void {
  t.test('instances are listed by the keys of their blobs, deleted ones too', async t => {
    const index = await open(t)
    const keys = ['ab/c.dcm', 'ab/c-1.dcm', 'AB/c.dcm', 'ab/c.dcm2', '00/z.dcm', 'ff/a.dcm']
    const made = keys.map(blobKey => madeInstance({ over: { blobKey } }))
    await index.commit(made, 'reject')
    const [live, deleted, purging] = made as [NewInstance, NewInstance, NewInstance]
    await remove(index, scopeOf(purging, 'instance'))
    await index.deletions.expire(Date.now())
    await remove(index, scopeOf(deleted, 'instance'))
    const listed = await pages(index, 4)
    t.strictSame(
      listed.map(one => one.blobKey),
      [...keys].sort(),
    )
    const stateOf = ({ blobKey }: NewInstance): unknown => listed.find(one => one.blobKey === blobKey)?.state
    t.strictSame([live, deleted, purging].map(stateOf), ['live', 'deleted', 'purging'])
    const [first] = listed
    t.match(first, { sizeBytes: 1234, damage: undefined })
    t.strictSame(await index.verification.instance(first!.id), first)
    t.equal(await index.verification.instance(4_711), undefined)
    t.equal(await index.verification.isNamed('ab/c.dcm'), true)
    t.equal(await index.verification.isNamed('ab/c'), false)
  })

  t.test('a mark goes with its blob alone, and goes when the same bytes are stored', async t => {
    const index = await open(t)
    const instance = madeInstance()
    await index.commit([instance], 'reject')
    const { id, storedAt } = (await index.find(instance.uids))!
    const before = [await changesOf(index), await everything(index)]
    await index.verification.mark({ instanceId: id, blobKey: 'ab/other.dcm', damage: 'missing' })
    t.equal((await index.find(instance.uids))?.damage, undefined)
    await index.verification.mark({ instanceId: id, blobKey: instance.blobKey, damage: 'damaged' })
    t.equal((await index.find(instance.uids))?.damage, 'damaged')
    t.strictSame(await index.verification.uids(id), instance.uids)
    const again = { ...instance, blobKey: 'ab/again.dcm' }
    t.strictSame(await index.commit([again, { ...again, blobKey: 'ab/more.dcm' }], 'reject'), [
      { kind: 'healed', previousBlobKey: instance.blobKey },
      { kind: 'identical' },
    ])
    const healed = await index.find(instance.uids)
    t.match(healed, { id, storedAt, blobKey: 'ab/again.dcm' })
    t.equal(healed?.damage, undefined)
    t.strictSame([await changesOf(index), await everything(index)], before)
    await index.verification.mark({ instanceId: id, blobKey: 'ab/again.dcm', damage: 'missing' })
    await index.verification.mark({ instanceId: id, blobKey: 'ab/again.dcm', damage: undefined })
    t.equal((await index.find(instance.uids))?.damage, undefined)
  })

  t.test('what is marked is replaced by the same dataset in another file, and by no other', async t => {
    const index = await open(t)
    const instance = madeInstance()
    await index.commit([instance], 'reject')
    const { id } = (await index.find(instance.uids))!
    await index.verification.mark({ instanceId: id, blobKey: instance.blobKey, damage: 'damaged' })
    const other = madeInstance({ over: { uids: instance.uids } })
    t.match(await index.commit([other], 'reject'), [{ kind: 'conflict', reason: 'other-content' }])
    const wrapped = { ...other, datasetSha256: instance.datasetSha256 }
    const tombstone = { key: 'tombstones/wrapped', blobKey: instance.blobKey }
    t.match(await index.commit([wrapped], 'replace', tombstone), [{ kind: 'replaced' }])
    t.match(await index.find(instance.uids), { blobKey: wrapped.blobKey, sha256: wrapped.sha256 })
  })

  t.test('orphans are noted since the first sighting, and forgotten', async t => {
    const index = await open(t)
    const instance = madeInstance()
    await index.commit([instance], 'reject')
    const see = (now: number, ...blobKeys: string[]): Promise<unknown> =>
      index.verification.seeOrphans({ blobKeys, now })
    t.strictSame(await see(1000, 'cd/b.dcm', instance.blobKey, 'cd/a.dcm'), [
      { blobKey: 'cd/b.dcm', firstSeen: 1000 },
      { blobKey: 'cd/a.dcm', firstSeen: 1000 },
    ])
    t.strictSame(await see(2000, 'cd/b.dcm', 'cd/c.dcm'), [
      { blobKey: 'cd/b.dcm', firstSeen: 1000 },
      { blobKey: 'cd/c.dcm', firstSeen: 2000 },
    ])
    const orphans = (firstSeenUntil: number, lastSeenFrom: number, after = '', limit = 9): Promise<unknown> =>
      index.verification.orphans({ firstSeenUntil, lastSeenFrom, after, limit })
    t.match(await orphans(1999, 1500), [{ blobKey: 'cd/b.dcm' }])
    t.match(await orphans(2000, 0, '', 2), [{ blobKey: 'cd/a.dcm' }, { blobKey: 'cd/b.dcm' }])
    t.match(await orphans(2000, 0, 'cd/b.dcm'), [{ blobKey: 'cd/c.dcm' }])
    await index.verification.forgetOrphans({ blobKeys: ['cd/b.dcm'], lastSeenBefore: 1500 })
    t.match(await orphans(9999, 0), [{ blobKey: 'cd/c.dcm' }])
    // Named meanwhile: no orphan any more.
    await index.commit([madeInstance({ over: { blobKey: 'cd/c.dcm' } })], 'reject')
    t.strictSame(await see(3000, 'cd/c.dcm'), [])
    t.strictSame(await orphans(9999, 0), [])
  })

  t.test('deletions are listed with their tombstones, and one that is not trusted is stale', async t => {
    const index = await open(t)
    const [a, b] = [madeInstance(), madeInstance()]
    await index.commit([a, b], 'reject')
    await remove(index, scopeOf(a, 'study'))
    const first = lastTombstone()
    await remove(index, scopeOf(b, 'study'))
    const listed = await index.verification.deletions(0, 10)
    t.match(listed, [
      { tombstoneKey: first, stale: false },
      { tombstoneKey: lastTombstone(), stale: false },
    ])
    await index.verification.distrustTombstone(listed[0]!.id)
    t.match(await index.deletions.stale(), [{ id: listed[0]!.id, action: 'delete' }])
    t.match(await index.verification.deletions(0, 1), [{ stale: true }])
    t.match(await index.verification.deletions(listed[0]!.id, 9), [{ id: listed[1]!.id }])
  })

  t.test('remembers where a pass is', async t => {
    const index = await open(t)
    t.equal(await index.verification.progress(), undefined)
    for (const progress of [
      { startedAt: 1, finishedAt: undefined, after: 'ab/c.dcm', counts: '{}' },
      { startedAt: 1, finishedAt: 2 ** 41, after: '', counts: '{"instances":1}' },
    ]) {
      await index.verification.saveProgress(progress)
      t.strictSame(await index.verification.progress(), progress)
    }
  })

  t.test('a rebuild begins in an empty index, goes on, and ends', async t => {
    const index = await open(t)
    const { rebuilding } = index
    t.equal(await rebuilding.progress(), undefined)
    t.strictSame(await rebuilding.begin(), { phase: 'tombstones', after: '' })
    const deletion = { action: 'delete', deletedAt: Date.now(), tombstoneKey: 'tombstones/1' } as const
    const deletionId = await rebuilding.deletion(deletion)
    t.equal(await rebuilding.deletion(deletion), deletionId, 'once')
    const blob = (folder: string, name: string): { name: string; blobKey: string } => ({
      name,
      blobKey: `${folder}/${name}`,
    })
    const at = { phase: 'blobs', after: 'ab/2.dcm' } as const
    await rebuilding.note({ blobs: [{ ...blob('ff', '1.dcm'), deletionId }], at })
    await rebuilding.note({ blobs: [blob('ab', '2.dcm'), blob('ff', '1.dcm'), blob('00', '3.dcm')], at })
    t.strictSame(await rebuilding.begin(), at)
    t.strictSame(await rebuilding.progress(), at)
    t.equal(await rebuilding.count(''), 3)
    t.equal(await rebuilding.count('1.dcm'), 2)
    const { deletedAt } = deletion
    t.strictSame(await rebuilding.blobs('', 2), [
      { ...blob('ff', '1.dcm'), deletionId, deletedAt },
      blob('ab', '2.dcm'),
    ])
    t.strictSame(await rebuilding.blobs('2.dcm', 9), [blob('00', '3.dcm')])

    const storedAt = Date.now() - 1_000_000
    const live = { ...madeInstance(), rebuilt: { storedAt } }
    const deleted = {
      ...madeInstance({ study: live.uids.StudyInstanceUID, elements: { '00100010': name('Gone') } }),
      rebuilt: { storedAt, deletion: { id: deletionId, deletedAt } },
    }
    const alone = { ...madeInstance(), rebuilt: deleted.rebuilt }
    t.match(await index.commit([deleted, live, alone], 'reject'), Array(3).fill({ kind: 'stored' }))
    t.strictSame((await index.find(live.uids))?.storedAt, new Date(storedAt))
    t.equal(await index.find(deleted.uids), undefined)
    t.strictSame(await changesOf(index), [`1 stored ${live.uids.SOPInstanceUID}`])
    await rebuilding.end()
    t.equal(await rebuilding.progress(), undefined)
    t.equal(await rebuilding.begin(), undefined, 'the index is not empty')
    t.equal(await rebuilding.count(''), 0)

    const plain = await open(t)
    await plain.commit(
      [live, deleted, alone].map(({ rebuilt: _, ...one }) => one),
      'reject',
    )
    for (const one of [deleted, alone]) await remove(plain, scopeOf(one, 'instance'))
    t.strictSame(await everything(index), await everything(plain))
    for (const one of [deleted, alone]) {
      t.match(await index.deletions.restore(restoring(scopeOf(one, 'study'))), { instances: 1 })
      await plain.deletions.restore(restoring(scopeOf(one, 'study')))
    }
    t.equal((await index.find(deleted.uids))?.blobKey, deleted.blobKey)
  })

  t.test('an index with nothing but deleted instances is not empty', async t => {
    const index = await open(t)
    const instance = madeInstance()
    await index.commit([instance], 'reject')
    await remove(index, scopeOf(instance, 'study'))
    t.equal(await index.rebuilding.begin(), undefined)
  })
}

async function pages(
  { verification }: ArchiveIndex,
  limit: number,
): Promise<Awaited<ReturnType<typeof verification.instances>>[number][]> {
  const all = []
  for (let after = ''; ;) {
    const page = await verification.instances(after, limit)
    all.push(...page)
    const last = page.at(-1)
    if (last === undefined) return all
    after = last.blobKey
  }
}
