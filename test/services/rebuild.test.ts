/** The index made anew from the blobs alone: on real archives, in this process. */
import { cpSync, mkdirSync, readdirSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { Scope } from '../../src/dicom/instance-uids.js'
import type { ArchiveIndex } from '../../src/index/archive-index.js'
import {
  knownGap,
  rebuildService,
  type RebuildCounts,
  type RebuildFinding,
} from '../../src/services/rebuild.js'
import { tombstones } from '../../src/services/tombstones.js'
import { dumpIndex } from '../index/index-dump.js'
import { ctImage, DEFLATED_LE, el, EXPLICIT_LE, RLE, type MadeInstance } from '../made-dicom.js'
import { problem } from '../problem.js'
import { temporaryFolder } from '../server.js'
import { blobOf, blobsOf, openArchive, type Archive } from './archive.js'

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 6)
const NOTHING = { spare: 0, conflict: 0, unreadable: 0, foreign: 0 }

t.setTimeout(0)

async function rebuilt(
  { parts: { index, blobs } }: Archive,
  signal?: AbortSignal,
  onProgress: (done: number) => void = () => undefined,
): Promise<RebuildCounts & { readonly findings: readonly RebuildFinding[] }> {
  const findings: RebuildFinding[] = []
  const service = rebuildService(index, blobs, tombstones(index, blobs), { inflatedBytes: 2 ** 30 })
  const listener = { found: (one: RebuildFinding) => findings.push(one), progress: onProgress }
  return { ...(await service.rebuild(listener, signal)), findings }
}

/** The same blobs, and no index. */
async function withoutIndex(t: Test, archive: Archive): Promise<Archive> {
  const folder = temporaryFolder(t)
  mkdirSync(path.join(folder, 'data'))
  cpSync(blobsOf(archive), path.join(folder, 'data', 'blobs'), { recursive: true, preserveTimestamps: true })
  return openArchive(t, folder)
}

const indexFile = ({ dataFolder }: Archive): string => path.join(dataFolder, 'data', 'index.sqlite')

/** All that an archive answers, but for versions, times and numbers of changes. */
async function answers(archive: Archive): Promise<unknown> {
  const { index, blobs } = archive.parts
  const search = async (level: 'study' | 'series' | 'instance'): Promise<readonly string[]> =>
    (await index.search({ level, matches: [], include: 'all', limit: 1000, offset: 0 })).rows
  const studies = await search('study')
  const instances: unknown[] = []
  for (const row of studies) {
    const { '0020000D': uid } = JSON.parse(row.replaceAll('\x1f', '')) as Record<string, { Value: [string] }>
    const scope = { StudyInstanceUID: uid?.Value[0] ?? '' }
    for await (const header of index.headers(scope))
      instances.push([header.uids, Buffer.from(header.header).toString('base64')])
    for await (const { id, storedAt, ...instance } of index.instances(scope)) {
      const bytes = await blobs.read(instance.blobKey, { start: 0, end: instance.sizeBytes })
      const bulk = await index.bulkTable(id)
      const chunk = await index.frameChunk(id, 0)
      instances.push([instance, Buffer.from(bytes).toString('base64'), bulk, chunk, storedAt instanceof Date])
    }
  }
  const dump = await dumpIndex(indexFile(archive))
  return {
    studies,
    series: await search('series'),
    instances: await search('instance'),
    files: instances,
    counts: dump.counts,
    rows: dump.instances,
    levels: [dump.studies, dump.series].map(rows => rows.filter(row => (row as { live: boolean }).live)),
    deleted: (await index.deletions.deleted(0))
      .map(({ deletedAt, ...one }) => JSON.stringify({ ...one, recent: Date.now() - deletedAt < 3_600_000 }))
      .sort(),
    filled: await index.isFilled(),
  }
}

interface Step {
  readonly kind: 'store' | 'replace' | 'delete' | 'restore' | 'restore replaced' | 'purge'
  readonly study: number
  readonly series: number
  readonly instance: number
  readonly level: 'study' | 'series' | 'instance'
  readonly syntax: string
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('store' as const) },
    { weight: 4, arbitrary: fc.constant('replace' as const) },
    { weight: 4, arbitrary: fc.constant('delete' as const) },
    { weight: 3, arbitrary: fc.constant('restore' as const) },
    { weight: 1, arbitrary: fc.constant('restore replaced' as const) },
    { weight: 1, arbitrary: fc.constant('purge' as const) },
  ),
  study: fc.nat(1),
  series: fc.nat(1),
  instance: fc.nat(3),
  level: fc.constantFrom('study', 'series', 'instance'),
  syntax: fc.constantFrom(EXPLICIT_LE, DEFLATED_LE, RLE),
})

let stored = 0

/** Each says something else of its study and series: so the order in which they came shows. */
function imageOf({ study, series, instance, syntax }: Step): MadeInstance {
  const n = ++stored
  return ctImage({
    study: `1.${study + 1}`,
    series: `1.${study + 1}.${series + 1}`,
    instance: `2.${study}.${series}.${instance}`,
    transferSyntax: syntax,
    ...(syntax === RLE ? { pixels: { fragments: [Buffer.alloc(70 + n, n)] } } : {}),
    with: [
      el('00100010', 'PN', `NAME^${n}`),
      el('00081030', 'LO', n % 2 === 0 ? `STUDY ${n}` : ''),
      el('0008103E', 'LO', `SERIES ${n}`),
      el('00200013', 'IS', String(instance)),
    ],
  })
}

function scopeOf({ study, series, instance, level }: Step): Scope {
  const StudyInstanceUID = `1.${study + 1}`
  const SeriesInstanceUID = `${StudyInstanceUID}.${series + 1}`
  if (level === 'study') return { StudyInstanceUID }
  if (level === 'series') return { StudyInstanceUID, SeriesInstanceUID }
  return { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID: `2.${study}.${series}.${instance}` }
}

async function play(archive: Archive, one: Step): Promise<void> {
  const notThere = (error: unknown): void => {
    if ((error as { kind?: string }).kind !== 'not-found') throw error
  }
  if (one.kind === 'store') await archive.store('reject', imageOf(one))
  else if (one.kind === 'replace') await archive.store('replace', imageOf(one))
  else if (one.kind === 'delete') await archive.remove(scopeOf(one)).catch(notThere)
  else if (one.kind === 'purge') await archive.purge()
  else await archive.restore(scopeOf(one), one.kind === 'restore replaced')
}

t.test(
  'after any stores, replacements, deletions, restorations and purges all answers are as they were',
  async t => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async steps => {
        await t.test('a run', async t => {
          const archive = await openArchive(t)
          for (const one of steps) await play(archive, one)
          const again = await withoutIndex(t, archive)
          t.match(await rebuilt(again), { findings: [], found: NOTHING })
          t.strictSame(await answers(again), await answers(archive))
          t.notOk((await again.verify()).findings.length)
          // What was deleted can be restored, and is the same then.
          for (const study of [0, 1])
            for (const replaced of [false, true]) {
              const scope = { StudyInstanceUID: `1.${study + 1}` }
              const [ours, theirs] = [
                await again.restore(scope, replaced),
                await archive.restore(scope, replaced),
              ]
              t.strictSame(ours, theirs)
            }
          t.strictSame(await answers(again), await answers(archive))
        })
      }),
      { numRuns: RUNS },
    )
  },
)

t.test('what came first counts as the first, whatever folder it is in', async t => {
  const archive = await openArchive(t)
  const ids = { study: '1.9', series: '1.9.1' }
  const images = [1, 2, 3].map(n =>
    ctImage({ ...ids, rows: 8 * n, with: [el('00100010', 'PN', `NAME^${n}`)] }),
  )
  for (const one of images) await archive.store('reject', one)
  const lost = await withoutIndex(t, archive)
  for (const [n, one] of images.entries()) {
    const file = blobOf(lost, one)
    renameSync(file, path.join(blobsOf(lost), ['ff', '80', '00'][n] ?? '', path.basename(file)))
  }
  t.match(await rebuilt(lost), { instances: 3, found: NOTHING })
  const studies = async ({ parts: { index } }: Archive): Promise<readonly string[]> =>
    (await index.search({ level: 'study', matches: [], include: 'all', limit: 9, offset: 0 })).rows
  t.match((await studies(lost)).join(), 'NAME^1')
  t.strictSame(await studies(lost), await studies(archive))
})

t.test('what the blobs do not tell', async t => {
  const archive = await openArchive(t)
  const [one, cut, kept] = [ctImage({ rows: 8 }), ctImage({ rows: 16 }), ctImage({ rows: 24 })]
  await archive.store('reject', one)
  await archive.store('reject', cut)
  await archive.store('reject', kept)
  const lost = await withoutIndex(t, archive)
  // Within its pixels: what is cut between two elements cannot be told from what was whole.
  truncateSync(blobOf(lost, cut), cut.bytes.length - 10)
  const put = (name: string, bytes: Uint8Array): string => {
    const key = `ab/${name.padEnd(26, '0')}.dcm`
    writeFileSync(path.join(blobsOf(lost), key), bytes)
    return key
  }
  const spare = put('v1', kept.bytes)
  const other = put(
    'v2',
    ctImage({
      rows: 9,
      study: one.StudyInstanceUID,
      series: one.SeriesInstanceUID,
      instance: one.SOPInstanceUID,
    }).bytes,
  )
  const elsewhere = put('v3', ctImage({ rows: 10, instance: one.SOPInstanceUID }).bytes)
  mkdirSync(path.join(blobsOf(lost), 'tombstones'))
  writeFileSync(path.join(blobsOf(lost), 'tombstones', 'broken'), 'no list')
  writeFileSync(path.join(blobsOf(lost), 'notes.txt'), 'not ours')

  t.test('is listed, and what came first is live', async t => {
    const { findings, ...counts } = await rebuilt(lost)
    t.strictSame(counts, {
      instances: 2,
      deleted: 0,
      found: { spare: 1, conflict: 2, unreadable: 2, foreign: 1 },
    })
    const key = path.relative(blobsOf(lost), blobOf(lost, one))
    t.match(
      [...findings].sort((a, b) => (a.blobKey < b.blobKey ? -1 : 1)),
      [
        { kind: 'unreadable', blobKey: path.relative(blobsOf(archive), blobOf(archive, cut)) },
        { kind: 'spare', blobKey: spare },
        { kind: 'conflict', blobKey: other, detail: `${key} has the same SOP Instance UID` },
        {
          kind: 'conflict',
          blobKey: elsewhere,
          detail: `${key} has the same SOP Instance UID, in another series`,
        },
        { kind: 'foreign', blobKey: 'notes.txt' },
        { kind: 'unreadable', blobKey: 'tombstones/broken' },
      ].sort((a, b) => (a.blobKey < b.blobKey ? -1 : 1)),
    )
    t.ok((await lost.read(one)).equals(one.bytes))
    t.ok((await lost.read(kept)).equals(kept.bytes))
  })

  t.test('is no orphan for a while', async t => {
    for (let pass = 0; pass < 2; pass++)
      t.match(await lost.verify({ orphanAgeMs: 0 }), { found: { orphan: 4 }, orphansRemoved: 0 })
    const { findings } = await lost.verify()
    t.equal(findings.filter(one => one.detail.includes('kept until')).length, 3)
  })
})

t.test('a rebuild that was ended goes on', async t => {
  const archive = await openArchive(t)
  const images = Array.from({ length: 250 }, (_, n) => ctImage({ study: `1.${n % 7}`, rows: 4, columns: 4 }))
  for (const one of images) await archive.store('reject', one)
  await archive.remove({ StudyInstanceUID: '1.3' })
  const lost = await withoutIndex(t, archive)
  const ending = new AbortController()
  await t.rejects(
    rebuilt(lost, ending.signal, done => {
      if (done >= 100 && done < 250) ending.abort(new Error('enough'))
    }),
    { message: 'enough' },
  )
  const { instances } = await count(lost.parts.index)
  t.ok(instances > 0 && instances < 214, `${instances} live`)
  t.match(await knownGap(lost.parts.index, lost.parts.blobs), /being made anew/)
  await t.rejects(lost.verify(), problem('unavailable'))
  await rebuilt(lost)
  t.strictSame(await answers(lost), await answers(archive))
  t.equal(await knownGap(lost.parts.index, lost.parts.blobs), undefined)
})

t.test('an index that holds something is refused, and one that is empty beside blobs is told of', async t => {
  const archive = await openArchive(t)
  t.equal(await knownGap(archive.parts.index, archive.parts.blobs), undefined)
  await archive.store('reject', ctImage())
  await t.rejects(rebuilt(archive), problem('invalid-parameter'))
  t.equal(await knownGap(archive.parts.index, archive.parts.blobs), undefined)
  const lost = await withoutIndex(t, archive)
  t.match(await knownGap(lost.parts.index, lost.parts.blobs), /the index is empty/)
})

t.test('a purge beside an empty index leaves the tombstones for the rebuild', async t => {
  const archive = await openArchive(t)
  const [kept, gone] = [ctImage({ rows: 8 }), ctImage({ rows: 16 })]
  await archive.store('reject', kept, gone)
  await archive.remove(gone)
  const lost = await withoutIndex(t, archive)
  const hoursAgo = new Date(Date.now() - 2 * 3_600_000)
  const folder = path.join(blobsOf(lost), 'tombstones')
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), hoursAgo, hoursAgo)
  await lost.purge()
  t.match(await rebuilt(lost), { instances: 1, deleted: 1, found: NOTHING })
  await t.rejects(lost.read(gone))
})

async function count(index: ArchiveIndex): Promise<{ instances: number }> {
  const { remaining } = await index.search({
    level: 'instance',
    matches: [],
    include: [],
    limit: 0,
    offset: 0,
  })
  return { instances: remaining }
}
