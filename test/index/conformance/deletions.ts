import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { NewInstance } from '../../../src/dicom/stored-instance.js'
import type { ArchiveIndex } from '../../../src/index/archive-index.js'
import { newUid } from '../../made-dicom.js'
import { json, madeInstance, name } from '../made-instance.js'
import { changesOf, everything, lastTombstone, remove, restoring, scopeOf } from './deleting.js'
import { column, find, type OpenIndex } from './open-index.js'

export function deletionConformance(t: Test, open: OpenIndex): void {
  t.test('what is deleted is found by nothing, at every level of scope', async t => {
    for (const level of ['study', 'series', 'instance'] as const) {
      const index = await open(t)
      const instance = madeInstance()
      const other = madeInstance()
      await index.commit([instance, other], 'reject')
      t.equal(await remove(index, scopeOf(instance, level)), 1)
      await isAbsent(t, index, instance)
      t.same(await studies(index), [other.uids.StudyInstanceUID])
      t.equal(await remove(index, scopeOf(instance, level)), 0, 'nothing is left to delete')
      t.ok(await index.find(other.uids))
    }
  })

  t.test('a scope that nothing is in deletes nothing and leaves no trace', async t => {
    const index = await open(t)
    const [a, b] = [madeInstance(), madeInstance()]
    await index.commit([a, b], 'reject')
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = a.uids
    for (const scope of [
      { StudyInstanceUID: newUid() },
      { StudyInstanceUID, SeriesInstanceUID: b.uids.SeriesInstanceUID },
      { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID: b.uids.SOPInstanceUID },
      { StudyInstanceUID: b.uids.StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID },
    ])
      t.equal(await remove(index, scope), 0)
    t.equal((await index.changes(0, 10)).latest, 2)
    t.same(await index.deletions.deleted(0), [])
    t.same(await index.deletions.stale(), [])
  })

  t.test('counts, modalities and values are those of what remains', async t => {
    const index = await open(t)
    const study = newUid()
    const first = madeInstance({
      study,
      elements: { '00100020': json('LO', 'FIRST'), '00080050': json('SH') },
    })
    const second = madeInstance({
      study,
      elements: {
        '00100020': json('LO', 'SECOND'),
        '00080050': json('SH', 'ACC2'),
        '00080060': json('CS', 'MR'),
        '00080016': json('UI', '1.2.3'),
      },
    })
    const third = madeInstance({ study, series: second.uids.SeriesInstanceUID })
    await index.commit([first, second, third], 'reject')
    await remove(index, scopeOf(first, 'series'))
    const [row] = (await find(index, 'study')).rows
    t.same(row?.['00080061']?.Value, ['MR'])
    t.same([row?.['00201206']?.Value, row?.['00201208']?.Value], [[1], [2]])
    t.same(row?.['00100020']?.Value, ['SECOND'])
    t.same(await byPatient(index, 'FIRST'), [], 'its search row has gone')
    t.same(await byPatient(index, 'SECOND'), [study])
    t.equal((await find(index, 'study', { limit: 1, offset: 1 })).remaining, 0)
    await remove(index, scopeOf(second, 'instance'))
    const [series] = (await find(index, 'series')).rows
    t.same(series?.['00201209']?.Value, [1])
    t.same(series?.['00080060']?.Value, ['CT'], 'the series is what its last instance says')
    t.same(await byPatient(index, 'SECOND'), [])
    await remove(index, { StudyInstanceUID: study })
    t.same(await studies(index), [])
    for (const level of ['study', 'series', 'instance'] as const)
      t.equal((await index.search({ level, matches: [], include: [], limit: 0, offset: 0 })).remaining, 0)
  })

  t.test(
    'trap 59: a deleted UID is stored anew, also in another study, and that it existed does not show',
    async t => {
      const index = await open(t)
      const instance = madeInstance()
      await index.commit([instance], 'reject')
      for (const again of [
        madeInstance({ study: instance.uids.StudyInstanceUID, sop: instance.uids.SOPInstanceUID }),
        madeInstance({ sop: instance.uids.SOPInstanceUID }),
        { ...instance, blobKey: 'aa/again.dcm' },
      ]) {
        const [live] = (await find(index, 'instance')).rows
        await remove(index, { StudyInstanceUID: live?.['0020000D']?.Value?.[0] as string })
        t.same(await index.commit([again], 'reject'), [{ kind: 'stored' }])
        t.equal((await index.find(again.uids))?.blobKey, again.blobKey)
        t.same(column((await find(index, 'study')).rows, '00201208'), [1])
      }
    },
  )

  t.test('restored is as it was, with its changes told', async t => {
    const index = await open(t)
    const [study, series] = [newUid(), newUid()]
    const made = [1, 2, 3].map(n =>
      madeInstance({ study, series, elements: { '00200013': json('IS', n), '00100010': name(`N^${n}`) } }),
    )
    await index.commit(made, 'reject')
    const before = await everything(index)
    for (const scope of [
      { StudyInstanceUID: study },
      scopeOf(made[1]!, 'series'),
      scopeOf(made[0]!, 'instance'),
    ]) {
      const removed = await remove(index, scope)
      const since = (await index.changes(0, 1)).latest
      const restored = await index.deletions.restore(restoring(scope))
      t.match(restored, { instances: removed, taken: [], tombstoneKeys: [lastTombstone()] })
      t.same(await everything(index), before)
      t.equal((await changesOf(index, since)).filter(one => one.includes('restored')).length, removed)
    }
    t.match(await index.deletions.restore(restoring({ StudyInstanceUID: study })), {
      instances: 0,
      taken: [],
    })
    t.same(await index.deletions.deleted(0), [])
  })

  t.test('restored into a taken UID is refused for that instance, the others are restored', async t => {
    const index = await open(t)
    const [study, series] = [newUid(), newUid()]
    const made = [1, 2, 3].map(() => madeInstance({ study, series }))
    await index.commit(made, 'reject')
    await remove(index, { StudyInstanceUID: study })
    const elsewhere = madeInstance({ sop: made[1]!.uids.SOPInstanceUID })
    await index.commit([elsewhere], 'reject')
    const restored = await index.deletions.restore(restoring({ StudyInstanceUID: study }))
    t.match(restored, { instances: 2, taken: [made[1]!.uids], tombstoneKeys: [] })
    t.same(column((await find(index, 'study', { StudyInstanceUID: study })).rows, '00201208'), [2])
    t.equal((await index.findBySopInstance(elsewhere.uids.SOPInstanceUID))?.blobKey, elsewhere.blobKey)
    const [stale] = await index.deletions.stale()
    t.match(stale, { action: 'delete', tombstoneKey: lastTombstone() }, 'its tombstone lists too much now')
    t.same(await keysOf(index, stale!.id), [made[1]!.blobKey])
    await remove(index, { StudyInstanceUID: elsewhere.uids.StudyInstanceUID })
    t.match(await index.deletions.restore(restoring({ StudyInstanceUID: study })), {
      instances: 1,
      taken: [],
    })
  })

  t.test('of several with one UID the one that was deleted last is restored', async t => {
    const index = await open(t)
    const first = madeInstance()
    const second = {
      ...first,
      sha256: randomBytes(32),
      datasetSha256: randomBytes(32),
      blobKey: 'aa/second.dcm',
    }
    for (const one of [first, second]) {
      await index.commit([one], 'reject')
      await remove(index, scopeOf(first, 'study'))
    }
    t.match(await index.deletions.restore(restoring(scopeOf(first, 'study'))), { instances: 1 })
    t.equal((await index.find(first.uids))?.blobKey, 'aa/second.dcm')
  })

  t.test('what was replaced is restored only where it is asked for, once its UID is free', async t => {
    const index = await open(t)
    const first = madeInstance()
    const second = {
      ...first,
      sha256: randomBytes(32),
      datasetSha256: randomBytes(32),
      blobKey: 'aa/second.dcm',
    }
    await index.commit([first], 'reject')
    await index.commit([second], 'replace', { key: 'tombstones/r', blobKey: first.blobKey })
    const scope = scopeOf(first, 'study')
    t.match(await index.deletions.restore(restoring(scope)), { instances: 0, taken: [] })
    t.match(await index.deletions.restore(restoring(scope, { replaced: true })), {
      instances: 0,
      taken: [first.uids],
    })
    await remove(index, scope)
    t.match(await index.deletions.restore(restoring(scope, { replaced: true })), {
      instances: 1,
      tombstoneKeys: ['tombstones/r'],
    })
    t.equal((await index.find(first.uids))?.blobKey, first.blobKey)
  })

  t.test('a replacement takes only what its tombstone lists', async t => {
    const index = await open(t)
    const first = madeInstance()
    const second = {
      ...first,
      sha256: randomBytes(32),
      datasetSha256: randomBytes(32),
      blobKey: 'aa/second.dcm',
    }
    await index.commit([first], 'reject')
    t.same(await index.commit([second], 'replace', { key: 'tombstones/x', blobKey: 'aa/another.dcm' }), [
      { kind: 'conflict', reason: 'other-content' },
    ])
    t.notOk(await index.deletions.knowsTombstone('tombstones/x'))
    t.same(await index.commit([second], 'replace', { key: 'tombstones/y', blobKey: first.blobKey }), [
      { kind: 'replaced', previousBlobKey: first.blobKey },
    ])
    t.ok(await index.deletions.knowsTombstone('tombstones/y'))
    t.same(await index.deletions.stale(), [])
  })

  t.test('a deletion is stale where the study changed after the list was begun', async t => {
    const index = await open(t)
    const instance = madeInstance()
    const { StudyInstanceUID } = instance.uids
    await index.commit([instance], 'reject')
    const version = (await index.deletions.studyVersion(StudyInstanceUID)) ?? 0
    const late = madeInstance({ study: StudyInstanceUID })
    await index.commit([late], 'reject')
    const removal = { scope: { StudyInstanceUID }, version, tombstoneKey: 'tombstones/late' }
    t.equal(await index.deletions.remove(removal), 2, 'all that is there at the commit goes')
    const [stale] = await index.deletions.stale()
    t.same(await keysOf(index, stale!.id), [instance.blobKey, late.blobKey])
    const renewal = { deletionId: stale!.id, stale: stale!.stale, tombstoneKey: 'tombstones/new' }
    t.notOk(await index.deletions.renewTombstone({ ...renewal, stale: renewal.stale + 1 }))
    t.ok(await index.deletions.renewTombstone(renewal))
    t.same(await index.deletions.stale(), [])
    t.same(
      [
        await index.deletions.knowsTombstone('tombstones/late'),
        await index.deletions.knowsTombstone('tombstones/new'),
      ],
      [false, true],
    )
  })
}

async function studies(index: ArchiveIndex): Promise<unknown[]> {
  return column((await find(index, 'study')).rows, '0020000D')
}

async function byPatient(index: ArchiveIndex, PatientID: string): Promise<unknown[]> {
  const matches = [{ kind: 'values', path: ['00100020'], vr: 'LO', values: [PatientID] }] as const
  return column((await find(index, 'study', { matches })).rows, '0020000D')
}

async function keysOf(index: ArchiveIndex, deletion: number): Promise<string[]> {
  const keys: string[] = []
  for await (const key of index.deletions.blobKeys(deletion)) keys.push(key)
  return keys
}

async function isAbsent(t: Test, index: ArchiveIndex, { uids }: NewInstance): Promise<void> {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = uids
  t.equal(await index.find(uids), undefined)
  t.equal(await index.findBySopInstance(SOPInstanceUID), undefined)
  t.same(await index.seriesVersions(StudyInstanceUID), [])
  t.equal(await index.deletions.studyVersion(StudyInstanceUID), undefined)
  for (const scope of [{ StudyInstanceUID }, { StudyInstanceUID, SeriesInstanceUID }, uids]) {
    for await (const one of index.instances(scope)) t.fail(`instances() gives ${one.id}`)
    for await (const one of index.headers(scope)) t.fail(`headers() gives ${one.headerTextBytes} bytes`)
  }
  for (const level of ['study', 'series', 'instance'] as const)
    t.same((await find(index, level, { StudyInstanceUID })).rows, [])
}
