import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { newUid } from '../../made-dicom.js'
import { madeInstance, name } from '../made-instance.js'
import { changesOf, everything, lastTombstone, purgeAll, remove, restoring, scopeOf } from './deleting.js'
import { column, find, type OpenIndex } from './open-index.js'

/** What is past its time, and the change feed, which outlasts it. */
export function purgeConformance(t: Test, open: OpenIndex): void {
  t.test('what is past its time cannot be restored, whatever the clock says', async t => {
    const index = await open(t)
    const [a, b] = [madeInstance(), madeInstance()]
    await index.commit([a, b], 'reject')
    await remove(index, scopeOf(a, 'study'))
    const [one] = await index.deletions.deleted(0)
    t.match(one, { action: 'delete', instances: 1, StudyInstanceUID: a.uids.StudyInstanceUID })
    const scope = scopeOf(a, 'study')
    const deletedAfter = one!.deletedAt
    t.match(await index.deletions.restore(restoring(scope, { deletedAfter })), { instances: 0 })
    t.same(await index.deletions.deleted(deletedAfter), [])
    await index.deletions.expire(deletedAfter - 1)
    t.same(await index.deletions.expired(10), [])
    await index.deletions.expire(deletedAfter)
    t.match(await index.deletions.expired(10), [{ blobKey: a.blobKey }])
    t.match(await index.deletions.restore(restoring(scope)), { instances: 0 })
  })

  t.test('purged: nothing is left of it but its changes', async t => {
    const index = await open(t)
    const [study, series] = [newUid(), newUid()]
    const kept = madeInstance({ study, elements: { '00100010': name('Kept') } })
    const gone = Array.from({ length: 20 }, (_, n) =>
      madeInstance({ study, series, elements: { '00100010': name(`Gone^${n}`) } }),
    )
    const alone = madeInstance()
    await index.commit([kept, ...gone, alone], 'reject')
    await remove(index, scopeOf(gone[0]!, 'series'))
    await remove(index, scopeOf(alone, 'study'))
    const before = await changesOf(index)
    const all = await everything(index)
    const ids = (await index.deletions.expired(100)).map(one => one.id)
    t.same(ids, [], 'nothing has expired yet')
    t.same(await purgeAll(index), [...gone, alone].map(one => one.blobKey).sort())
    t.same(await changesOf(index), before)
    t.same(await everything(index), all)
    t.same(await index.deletions.emptied(), [])
    t.same(await index.deletions.deleted(0), [])
    t.same(await index.commit([...gone, alone], 'reject'), Array(21).fill({ kind: 'stored' }))
    t.same(column((await find(index, 'study', { StudyInstanceUID: study })).rows, '00201208'), [21])
  })

  t.test('a purge leaves alone what is live or not expired, and may be repeated', async t => {
    const index = await open(t)
    const instance = madeInstance()
    const other = madeInstance()
    await index.commit([instance, other], 'reject')
    const id = (await index.find(instance.uids))!.id
    const otherId = (await index.find(other.uids))!.id
    await index.deletions.purge([id, 4_711])
    t.ok(await index.find(instance.uids))
    await remove(index, scopeOf(instance, 'study'))
    await index.deletions.purge([id])
    t.match(await index.deletions.restore(restoring(scopeOf(instance, 'study'))), { instances: 1 })
    await remove(index, scopeOf(instance, 'study'))
    await index.deletions.expire(Date.now())
    await Promise.all([1, 2, 3].map(() => index.deletions.purge([otherId, id])))
    await index.deletions.purge([])
    t.ok(await index.find(other.uids))
    const [emptied] = await index.deletions.emptied()
    t.match(emptied, { tombstoneKey: lastTombstone() })
    await index.deletions.forget(emptied!.id)
    await index.deletions.forget(emptied!.id)
    t.same(await index.deletions.emptied(), [])
  })

  t.test('a deletion with rows left is not forgotten', async t => {
    const index = await open(t)
    const made = [madeInstance(), madeInstance()]
    await index.commit(made, 'reject')
    for (const one of made) await remove(index, scopeOf(one, 'study'))
    await index.deletions.expire(Date.now())
    const expired = await index.deletions.expired(1)
    await index.deletions.purge(expired.map(one => one.id))
    const emptied = await index.deletions.emptied()
    t.equal(emptied.length, 1)
    for (let id = 1; id < 10; id++) await index.deletions.forget(id)
    t.equal((await index.deletions.expired(10)).length, 1)
  })

  t.test('the change feed tells every kind of change, page by page', async t => {
    const index = await open(t)
    const instance = madeInstance()
    const replacing = { ...instance, sha256: randomBytes(32), datasetSha256: randomBytes(32) }
    const uid = instance.uids.SOPInstanceUID
    const from = Date.now()
    t.same(await index.changes(0, 10), { changes: [], latest: 0 })
    await index.commit([instance], 'reject')
    await index.commit([instance], 'reject')
    await index.commit([replacing], 'replace')
    await remove(index, scopeOf(instance, 'study'))
    await index.deletions.restore(restoring(scopeOf(instance, 'study')))
    t.same(await changesOf(index), [
      `1 stored ${uid}`,
      `2 replaced ${uid}`,
      `3 deleted ${uid}`,
      `4 restored ${uid}`,
    ])
    t.same(await changesOf(index, 3), [`4 restored ${uid}`])
    t.same(await changesOf(index, 4), [])
    t.match(await index.changes(1, 2), { changes: [{ number: 2 }, { number: 3 }], latest: 4 })
    const [first] = (await index.changes(0, 1)).changes
    t.same(first?.uids, instance.uids)
    t.ok(first !== undefined && first.time.getTime() >= from && first.time.getTime() <= Date.now())
  })
}
