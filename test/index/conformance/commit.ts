import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import type { NewInstance } from '../../../src/dicom/stored-instance.js'
import { newUid } from '../../made-dicom.js'
import { problem } from '../../problem.js'
import { json, madeInstance, name } from '../made-instance.js'
import { column, find, type OpenIndex } from './open-index.js'

const IMPLICIT = '1.2.840.10008.1.2'
const STORED = { kind: 'stored' }

export function commitConformance(t: Test, open: OpenIndex): void {
  t.test('an instance that comes again with the same file is identical, and one row', async t => {
    const index = await open(t)
    const instance = madeInstance()
    t.strictSame(await index.commit([instance], 'reject'), [STORED])
    const again = { ...instance, blobKey: 'aa/other.dcm', datasetSha256: randomBytes(32) }
    t.strictSame(await index.commit([again], 'reject'), [{ kind: 'identical' }])
    t.strictSame(await index.commit([again], 'replace'), [{ kind: 'identical' }])
    t.equal((await index.find(instance.uids))?.blobKey, instance.blobKey, 'the first blob stays')
    t.strictSame(column((await find(index, 'study')).rows, '00201208'), [1])
  })

  t.test('an equal dataset is identical in the same transfer syntax only', async t => {
    const index = await open(t)
    const instance = madeInstance()
    await index.commit([instance], 'reject')
    const otherMeta = { ...instance, sha256: randomBytes(32) }
    t.strictSame(await index.commit([otherMeta], 'reject'), [{ kind: 'identical' }])
    const otherSyntax = { ...otherMeta, TransferSyntaxUID: IMPLICIT }
    t.strictSame(await index.commit([otherSyntax], 'reject'), [{ kind: 'conflict', reason: 'other-content' }])
  })

  t.test('the same instance from two callers at once is stored once, and both are told so', async t => {
    const index = await open(t)
    for (let round = 0; round < 20; round++) {
      const instance = madeInstance()
      const outcomes = await Promise.all([
        index.commit([instance], 'reject'),
        index.commit([{ ...instance, blobKey: 'aa/second.dcm' }], 'reject'),
      ])
      t.strictSame(
        outcomes
          .flat()
          .map(outcome => outcome.kind)
          .sort(),
        ['identical', 'stored'],
      )
    }
    t.equal((await find(index, 'instance')).rows.length, 20)
  })

  t.test('twice in one call: the second is judged by the first', async t => {
    const index = await open(t)
    const instance = madeInstance()
    const changed = { ...instance, sha256: randomBytes(32), datasetSha256: randomBytes(32) }
    t.strictSame(await index.commit([instance, instance, changed], 'reject'), [
      STORED,
      { kind: 'identical' },
      { kind: 'conflict', reason: 'other-content' },
    ])
  })

  t.test(
    'a SOP Instance UID that is live in another study or series is refused under any policy',
    async t => {
      const index = await open(t)
      const instance = madeInstance()
      await index.commit([instance], 'reject')
      const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: sop } = instance.uids
      const elsewhere = [madeInstance({ study, sop }), madeInstance({ series, sop }), madeInstance({ sop })]
      const sameBytes = elsewhere.map(other => ({ ...other, sha256: instance.sha256 }))
      for (const policy of ['reject', 'replace'] as const)
        t.strictSame(
          await index.commit([...elsewhere, ...sameBytes], policy),
          Array(6).fill({ kind: 'conflict', reason: 'other-series' }),
        )
      t.equal((await find(index, 'study')).rows.length, 1, 'no study was made for those refused')
    },
  )

  t.test('a series UID in two studies is two series (dicomweb.md trap 52)', async t => {
    const index = await open(t)
    const series = newUid()
    const [a, b] = [madeInstance({ series }), madeInstance({ series })]
    t.strictSame(await index.commit([a, b], 'reject'), [STORED, STORED])
    for (const one of [a, b]) {
      const { StudyInstanceUID } = one.uids
      t.strictSame(
        await index.seriesVersions(StudyInstanceUID).then(all => all.map(each => each.instances)),
        [1],
      )
      const { rows } = await find(index, 'instance', { StudyInstanceUID, SeriesInstanceUID: series })
      t.strictSame(column(rows, '00080018'), [one.uids.SOPInstanceUID])
    }
    t.equal(await index.find({ ...a.uids, StudyInstanceUID: b.uids.StudyInstanceUID }), undefined)
  })

  t.test('policy replace: the new one is found, the old blob is named, counts stay', async t => {
    const index = await open(t)
    const old = madeInstance()
    const other = madeInstance({ study: old.uids.StudyInstanceUID, series: old.uids.SeriesInstanceUID })
    await index.commit([old, other], 'reject')
    const before = await index.seriesVersions(old.uids.StudyInstanceUID)
    const replacing = { ...madeInstance(spread(old)), TransferSyntaxUID: IMPLICIT }
    t.strictSame(await index.commit([replacing], 'replace'), [
      { kind: 'replaced', previousBlobKey: old.blobKey },
    ])
    const found = await index.find(old.uids)
    t.equal(found?.blobKey, replacing.blobKey)
    t.strictSame(
      Buffer.from((await index.header(found?.id ?? 0))?.header ?? []),
      Buffer.from(replacing.header),
    )
    const { rows } = await find(index, 'study')
    t.strictSame([column(rows, '00201206'), column(rows, '00201208')], [[1], [2]])
    const after = await index.seriesVersions(old.uids.StudyInstanceUID)
    t.ok((after[0]?.version ?? 0) > (before[0]?.version ?? 0), 'the version changes')
    t.equal(after[0]?.instances, 2)
    t.strictSame(await index.commit([{ ...replacing }], 'replace'), [{ kind: 'identical' }])
    const third = await index.commit([madeInstance(spread(old))], 'replace')
    t.match(third, [{ kind: 'replaced', previousBlobKey: replacing.blobKey }])
  })

  t.test('values: the first instance stored wins, later ones fill what is empty', async t => {
    const index = await open(t)
    const study = newUid()
    const series = newUid()
    const first = madeInstance({
      study,
      series,
      elements: {
        '00080050': json('SH'),
        '00080030': undefined,
        '00100020': json('LO', 'FIRST'),
        '0008103E': undefined,
      },
    })
    const second = madeInstance({
      study,
      series,
      elements: {
        '00080050': json('SH', 'FILLED'),
        '00100020': json('LO', 'SECOND'),
        '0008103E': json('LO', 'Late'),
      },
    })
    await index.commit([first], 'reject')
    await index.commit([second], 'reject')
    const { rows } = await find(index, 'series')
    t.strictSame(
      ['00080050', '00080030', '00100020', '0008103E'].map(tag => column(rows, tag)[0]),
      ['FILLED', '101112', 'FIRST', 'Late'],
    )
    const found = async (value: string): Promise<number> =>
      (
        await find(index, 'study', {
          matches: [{ kind: 'values', path: ['00100020'], vr: 'LO', values: [value] }],
        })
      ).rows.length
    t.strictSame([await found('FIRST'), await found('SECOND')], [1, 0], 'search agrees with the answers')

    t.test('and when the first is replaced, what remains decides anew', async t => {
      const replacing = madeInstance({ ...spread(first), elements: { '00100020': json('LO', 'THIRD') } })
      await index.commit([replacing], 'replace')
      const { rows } = await find(index, 'study')
      t.strictSame(column(rows, '00100020'), ['SECOND'], 'the second is now the earliest')
      t.strictSame([await found('FIRST'), await found('SECOND'), await found('THIRD')], [0, 1, 0])
    })
  })

  t.test('counts and ModalitiesInStudy are right after every commit', async t => {
    const index = await open(t)
    const study = newUid()
    const uids = [newUid(), newUid(), newUid()]
    const modalities = ['CT', 'SR', 'CT']
    const stored: NewInstance[] = []
    for (let n = 0; n < 9; n++) {
      const at = n % 3
      const instance = madeInstance({
        study,
        series: uids[at] ?? '',
        elements: { '00080060': json('CS', modalities[at] ?? '') },
      })
      stored.push(instance)
      await index.commit([instance], 'reject')
      const { rows } = await find(index, 'series')
      const series = Math.min(n + 1, 3)
      t.equal(rows.length, series)
      t.strictSame(new Set(column(rows, '00201206')), new Set([series]))
      t.strictSame(new Set(column(rows, '00201208')), new Set([n + 1]))
      t.strictSame(rows[0]?.['00080061']?.Value, n === 0 ? ['CT'] : ['CT', 'SR'])
      const counts = column(rows, '00201209') as number[]
      t.equal(
        counts.reduce((sum, count) => sum + count, 0),
        n + 1,
      )
    }
    const [, report] = stored
    if (report === undefined) throw new Error('nothing was stored')
    for (const sr of [stored[1], stored[4], stored[7]]) {
      if (sr === undefined) continue
      await index.commit(
        [madeInstance({ ...spread(sr), elements: { '00080060': json('CS', 'PR') } })],
        'replace',
      )
    }
    const { rows } = await find(index, 'study')
    t.strictSame(rows[0]?.['00080061']?.Value, ['CT', 'PR'], 'a modality that is gone is not told')
  })

  t.test('a thousand instances in one call, outcomes in order', async t => {
    const index = await open(t)
    const studies = Array.from({ length: 10 }, () => newUid())
    const instances = Array.from({ length: 1_000 }, (_, n) => madeInstance({ study: studies[n % 10] ?? '' }))
    instances[500] = { ...(instances[3] ?? madeInstance()) }
    const outcomes = await index.commit(instances, 'reject')
    t.equal(outcomes.length, 1_000)
    t.strictSame(
      outcomes.flatMap((outcome, n) => (outcome.kind === 'stored' ? [] : [[n, outcome.kind]])),
      [[500, 'identical']],
    )
    const { rows, remaining } = await find(index, 'instance', { limit: 0 })
    t.strictSame([rows.length, remaining], [0, 999])
  })

  t.test('a row that the database refuses fails its own call, and no neighbour', async t => {
    const index = await open(t)
    const good = Array.from({ length: 40 }, () => madeInstance())
    const bad = madeInstance({ over: { blobKey: undefined as unknown as string } })
    const calls = [...good.slice(0, 20), bad, ...good.slice(20)]
    const results = await Promise.allSettled(calls.map(instance => index.commit([instance], 'reject')))
    t.strictSame(
      results.flatMap((result, n) => (result.status === 'rejected' ? [n] : [])),
      [20],
    )
    await t.rejects(index.commit([good[0] ?? bad, madeInstance(), bad], 'reject'), problem('unavailable'))
    t.equal((await find(index, 'instance', { limit: 0 })).remaining, 41, 'the others of the call stand too')
    t.equal(await index.find(bad.uids), undefined)
  })

  t.test('the bytes given stay the caller’s', async t => {
    const index = await open(t)
    const pool = Buffer.concat([randomBytes(8), madeInstance().header, randomBytes(8)])
    const instance = madeInstance({ over: { header: pool.subarray(8, pool.length - 8) } })
    await index.commit([instance], 'reject')
    t.equal(instance.header.length, pool.length - 16)
    pool.fill(0)
    const found = await index.find(instance.uids)
    t.not((await index.header(found?.id ?? 0))?.header[0], 0)
  })

  t.test('names with letters of every kind come back as they were', async t => {
    const index = await open(t)
    const PatientName = 'Ünïcode^"quoted\\^\u2028\u0001日本'
    await index.commit([madeInstance({ elements: { '00100010': name(PatientName) } })], 'reject')
    const { rows } = await find(index, 'study')
    t.strictSame(rows[0]?.['00100010'], name(PatientName))
  })

  t.test('an empty call is no error', async t => {
    t.strictSame(await (await open(t)).commit([], 'reject'), [])
  })
}

function spread({ uids }: NewInstance): { study: string; series: string; sop: string } {
  return { study: uids.StudyInstanceUID, series: uids.SeriesInstanceUID, sop: uids.SOPInstanceUID }
}
