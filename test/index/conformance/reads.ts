import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { packFrameChunk, unpackFrame } from '../../../src/dicom/frame-table.js'
import { newUid } from '../../made-dicom.js'
import { json, madeInstance } from '../made-instance.js'
import { find, type OpenIndex } from './open-index.js'

export function readsConformance(t: Test, open: OpenIndex): void {
  t.test('every field of a record comes back', async t => {
    const index = await open(t)
    const instance = madeInstance({
      frames: {
        kind: 'native',
        tag: '7FE00010',
        vr: 'OW',
        offsetBytes: 2 ** 33,
        lengthBytes: 2 ** 34 + 1,
        frameBits: 13,
        count: 1_000_000,
        wordBytes: 2,
      },
      over: { inflatedBytes: 2 ** 35, sizeBytes: 2 ** 34, TransferSyntaxUID: '1.2.840.10008.1.2.1.99' },
    })
    const started = Date.now()
    await index.commit([instance], 'reject')
    for (const found of [
      await index.find(instance.uids),
      await index.findBySopInstance(instance.uids.SOPInstanceUID),
    ]) {
      if (found === undefined) return t.fail('not found')
      const { id, storedAt, sha256, datasetSha256, ...rest } = found
      const {
        sha256: given,
        datasetSha256: givenDataset,
        header,
        headerTextBytes,
        bulk,
        attributes,
        ...record
      } = instance
      t.strictSame(rest, record)
      t.strictSame([Buffer.from(sha256), Buffer.from(datasetSha256)], [given, givenDataset])
      t.ok(storedAt.getTime() >= started && storedAt.getTime() <= Date.now())
      const stored = await index.header(id)
      t.strictSame(stored?.uids, instance.uids)
      t.strictSame([Buffer.from(stored?.header ?? []), stored?.headerTextBytes], [header, headerTextBytes])
      t.strictSame(Buffer.from(await index.bulkTable(id)), bulk)
      t.ok(attributes)
    }
  })

  t.test('an instance is found at exactly its UIDs', async t => {
    const index = await open(t)
    const { uids } = madeInstance()
    const [a, b] = [madeInstance(), madeInstance()]
    await index.commit([a, b], 'reject')
    t.equal(await index.find(uids), undefined)
    t.equal(await index.findBySopInstance(uids.SOPInstanceUID), undefined)
    t.equal(await index.find({ ...a.uids, SeriesInstanceUID: b.uids.SeriesInstanceUID }), undefined)
    t.equal(await index.find({ ...a.uids, StudyInstanceUID: b.uids.StudyInstanceUID }), undefined)
    t.ok(await index.find(a.uids))
  })

  t.test('chunks of encapsulated frames are read apart, the table itself has none', async t => {
    const index = await open(t)
    const frames = Array.from({ length: 2_500 }, (_, n) => [{ start: n * 100, end: n * 100 + 90 }])
    const chunks = [0, 1024, 2048].map(from => packFrameChunk(frames.slice(from, from + 1024)))
    const instance = madeInstance({ frames: { kind: 'encapsulated', count: 2_500, chunks } })
    await index.commit([instance], 'reject')
    const found = await index.find(instance.uids)
    t.strictSame(found?.frames, { kind: 'encapsulated', count: 2_500, chunks: [] })
    const id = found?.id ?? 0
    t.strictSame(
      unpackFrame((await index.frameChunk(id, 2)) ?? new Uint8Array(), 2_499 - 2_048),
      frames[2_499],
    )
    t.strictSame(unpackFrame((await index.frameChunk(id, 0)) ?? new Uint8Array(), 0), frames[0])
    t.equal(await index.frameChunk(id, 3), undefined)
    t.equal(await index.frameChunk(id + 1, 0), undefined)
    t.equal(chunks[0]?.length !== 0, true, 'the caller keeps its chunks')
  })

  t.test('an instance without bulk values has an empty bulk table', async t => {
    const index = await open(t)
    const instance = madeInstance({ over: { bulk: new Uint8Array(0) } })
    await index.commit([instance], 'reject')
    const found = await index.find(instance.uids)
    t.equal((await index.bulkTable(found?.id ?? 0)).length, 0)
    t.equal((await index.bulkTable(999_999)).length, 0)
    t.equal(await index.header(999_999), undefined)
  })

  t.test('instances and headers: by SeriesNumber, series, InstanceNumber, SOP Instance UID', async t => {
    const index = await open(t)
    const study = newUid()
    const series = [
      { uid: '1.5', number: json('IS', 10) },
      { uid: '1.4', number: json('IS', 2) },
      { uid: '1.3', number: json('IS', 2) },
      { uid: '1.2', number: undefined },
      { uid: '1.1', number: json('IS', -1) },
    ]
    const numbers = [json('IS', 300), json('IS', 20), json('IS', 20), undefined, json('IS'), json('IS', 'x')]
    const made = series.flatMap(({ uid, number }) =>
      numbers.map((InstanceNumber, n) =>
        madeInstance({
          study,
          series: uid,
          sop: `${uid}.${9 - n}`,
          elements: { '00200011': number, '00200013': InstanceNumber },
        }),
      ),
    )
    await index.commit([...made].reverse(), 'reject')
    await index.commit([madeInstance()], 'reject')
    // Numbers first; those without come last, by UID.
    const inSeries = (uid: string): string[] => ['7', '8', '9', '4', '5', '6'].map(last => `${uid}.${last}`)
    const expected = ['1.1', '1.3', '1.4', '1.5', '1.2'].flatMap(inSeries)
    const scope = { StudyInstanceUID: study }
    t.strictSame(await uidsOf(index.instances(scope)), expected)
    t.strictSame(await uidsOf(index.headers(scope)), expected)
    t.strictSame(await uidsOf(index.headers({ ...scope, SeriesInstanceUID: '1.3' })), inSeries('1.3'))
    const one = { ...scope, SeriesInstanceUID: '1.3', SOPInstanceUID: '1.3.8' }
    t.strictSame(await uidsOf(index.instances(one)), ['1.3.8'])
    t.strictSame(await uidsOf(index.instances({ ...one, SeriesInstanceUID: '1.4' })), [])
    t.strictSame(await uidsOf(index.headers({ StudyInstanceUID: newUid() })), [])
    t.strictSame(
      (await index.seriesVersions(study)).map(({ SeriesInstanceUID, instances }) => [
        SeriesInstanceUID,
        instances,
      ]),
      ['1.1', '1.3', '1.4', '1.5', '1.2'].map(uid => [uid, 6]),
    )
    const { rows } = await find(index, 'instance', { StudyInstanceUID: study })
    t.strictSame(
      rows.map(row => row['00080018']?.Value?.[0]),
      expected,
      'search keeps the same order',
    )
  })

  t.test('a series larger than a page is complete, with headers of every size', async t => {
    const index = await open(t)
    const [study, series] = [newUid(), newUid()]
    const made = Array.from({ length: 600 }, (_, n) =>
      madeInstance({
        study,
        series,
        elements: { '00200013': json('IS', n) },
        over: { header: randomBytes(n % 100 === 7 ? 700_000 : 50 + n) },
      }),
    )
    await index.commit(made, 'reject')
    let n = 0
    for await (const { header, uids } of index.headers({ StudyInstanceUID: study })) {
      const expected = made[n++]
      if (
        uids.SOPInstanceUID !== expected?.uids.SOPInstanceUID ||
        Buffer.compare(header, expected.header) !== 0
      )
        return t.fail(`header ${n - 1} is another`)
    }
    t.equal(n, 600)
    for await (const _ of index.instances({ StudyInstanceUID: study })) break
    t.strictSame(
      (await index.seriesVersions(study, series))[0]?.instances,
      600,
      'leaving a loop frees what it held',
    )
  })

  t.test('the version of a series changes with what is stored in it, and with nothing else', async t => {
    const index = await open(t)
    const [a, b] = [madeInstance(), madeInstance()]
    const versions = async (): Promise<(number | undefined)[]> => [
      (await index.seriesVersions(a.uids.StudyInstanceUID))[0]?.version,
      (await index.seriesVersions(b.uids.StudyInstanceUID))[0]?.version,
    ]
    await index.commit([a, b], 'reject')
    const before = await versions()
    await index.commit([a], 'reject')
    t.strictSame(await versions(), before, 'an identical instance changes nothing')
    const { StudyInstanceUID: study, SeriesInstanceUID: series } = a.uids
    await index.commit([madeInstance({ study, series })], 'reject')
    const after = await versions()
    t.not(after[0], before[0])
    t.equal(after[1], before[1])
    t.strictSame(await index.seriesVersions(newUid()), [])
    t.strictSame(await index.seriesVersions(study, newUid()), [])
  })

  t.test('ready answers, close may be called twice', async t => {
    const index = await open(t)
    await index.ready()
    await index.close()
    await index.close()
  })
}

async function uidsOf(
  found: AsyncIterable<{ readonly uids: { readonly SOPInstanceUID: string } }>,
): Promise<string[]> {
  const uids: string[] = []
  for await (const one of found) uids.push(one.uids.SOPInstanceUID)
  return uids
}
