/** The index by itself: commits, point reads, searches. One JSON line an operation.
 *  node dist/bench/index.js [studies]; BENCH_FOLDER says on which disk. BENCH_INDEX is the URL of an index that is kept
 *  (`sqlite:<file>`, `postgres://…`): what an earlier run has filled is not filled again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import type { Match, Query } from '../src/dicom/query.js'
import type { ArchiveIndex } from '../src/index/archive-index.js'
import { openIndex } from '../src/index/open.js'
import { json, madeInstance, name } from '../test/index/made-instance.js'
import { newUid } from '../test/made-dicom.js'
import { median, percentile } from './measure.js'

const [studies = 5_000] = process.argv.slice(2).map(Number)
const MODALITIES = ['CT', 'MR', 'US', 'CR']
const MACHINE = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`

const root = mkdtempSync(path.join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'filmroom-bench-index-'))
const URL = process.env['BENCH_INDEX'] ?? `sqlite:${path.join(root, 'index.sqlite')}`
try {
  const index = await openIndex(URL)
  if ((await index.findBySopInstance(`2.25.3.${studies - 1}`)) === undefined) {
    await commits(index)
    await filled(index)
  }
  await pointReads(index)
  await searches(index)
  await index.close()
} finally {
  rmSync(root, { recursive: true })
}

/** One study of one series, as an upload of slices is. */
async function commits(index: ArchiveIndex): Promise<void> {
  for (const { batch, atOnce, count } of [
    { batch: 1, atOnce: 1, count: 500 },
    { batch: 1, atOnce: 32, count: 2_000 },
    { batch: 50, atOnce: 1, count: 4_000 },
  ]) {
    const study = newUid()
    const series = newUid()
    const batches = Array.from({ length: count / batch }, () =>
      Array.from({ length: batch }, () => madeInstance({ study, series })),
    )
    const started = performance.now()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let next = batches.pop(); next !== undefined; next = batches.pop())
          await index.commit(next, 'reject')
      }),
    )
    report(`commit of ${batch}, ${atOnce} at once`, {
      instancesPerSecond: Math.round(count / ((performance.now() - started) / 1000)),
    })
  }
}

async function filled(index: ArchiveIndex): Promise<void> {
  const started = performance.now()
  for (let from = 0; from < studies; from += 500) {
    const batch = Array.from({ length: Math.min(500, studies - from) }, (_, i) => studyNumber(from + i))
    await index.commit(batch, 'reject')
  }
  report(`fill with ${studies} studies, 500 a commit`, {
    instancesPerSecond: Math.round(studies / ((performance.now() - started) / 1000)),
  })
}

/** Study n of an archive of ten years, in no order of dates; four of a patient, four modalities. */
function studyNumber(n: number): ReturnType<typeof madeInstance> {
  const day = new Date(Date.UTC(2010, 0, 1) + ((n * 7919) % 3650) * 86_400_000)
  return madeInstance({
    study: `2.25.1.${n}`,
    series: `2.25.2.${n}`,
    sop: `2.25.3.${n}`,
    elements: {
      '00080020': json('DA', day.toISOString().slice(0, 10).replaceAll('-', '')),
      '00080050': json('SH', `ACC${n}`),
      '00080060': json('CS', MODALITIES[n % MODALITIES.length] ?? ''),
      '00100010': name(`Family${n % 997}^Given${n % 31}`),
      '00100020': json('LO', `PID${Math.floor(n / 4)}`),
    },
  })
}

async function pointReads(index: ArchiveIndex): Promise<void> {
  const count = 20_000
  await timed('find', count, async i => {
    const n = (i * 7919) % studies
    await index.find({
      StudyInstanceUID: `2.25.1.${n}`,
      SeriesInstanceUID: `2.25.2.${n}`,
      SOPInstanceUID: `2.25.3.${n}`,
    })
  })
  const found = await index.findBySopInstance('2.25.3.0')
  await timed('header', count, async () => {
    await index.header(found?.id ?? 0)
  })
}

async function searches(index: ArchiveIndex): Promise<void> {
  const n = (i: number): number => (i * 7919) % studies
  const text = (tag: string, vr: string, value: string): Match => ({
    kind: 'values',
    path: [tag],
    vr,
    values: [value],
  })
  const kinds: Record<string, (i: number) => Partial<Query>> = {
    'worklist, limit 25': () => ({}),
    'worklist, limit 101': () => ({ limit: 101 }),
    'worklist, offset 2,000': () => ({ offset: 2_000 }),
    'by accession number': i => ({ matches: [text('00080050', 'SH', `ACC${n(i)}`)] }),
    'by PatientID': i => ({ matches: [text('00100020', 'LO', `PID${n(i) >> 2}`)] }),
    'by a week of dates': () => ({
      matches: [{ kind: 'range', path: ['00080020'], vr: 'DA', from: '20120301', to: '20120307' }],
    }),
    'by name prefix': i => ({
      matches: [{ kind: 'person-name', path: ['00100010'], pattern: `family${n(i) % 997}^*`, group: 'any' }],
    }),
    'by name part': i => ({
      matches: [{ kind: 'person-name', path: ['00100010'], pattern: `*ly${n(i) % 997}^*`, group: 'any' }],
    }),
    'by modality': () => ({ matches: [text('00080061', 'CS', 'CT')] }),
    'by modality and a day': () => ({
      matches: [
        text('00080061', 'CS', 'CT'),
        { kind: 'range', path: ['00080020'], vr: 'DA', from: '20120301', to: '20120301' },
      ],
    }),
    'by an attribute without index': i => ({ matches: [text('00081010', 'SH', `X${i}`)] }),
  }
  for (const [kind, query] of Object.entries(kinds)) {
    const count = kind.includes('without') ? 10 : 300
    await timed(`search ${kind}`, count, async i => {
      await index.search({ level: 'study', matches: [], include: [], limit: 25, offset: 0, ...query(i) })
    })
  }
}

async function timed(operation: string, count: number, run: (i: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < count / 10; i++) await run(i)
  const microseconds: number[] = []
  for (let i = 0; i < count; i++) {
    const started = performance.now()
    await run(i)
    microseconds.push((performance.now() - started) * 1000)
  }
  report(operation, {
    medianMicroseconds: Math.round(median(microseconds)),
    p95Microseconds: Math.round(percentile(microseconds, 0.95)),
  })
}

function report(operation: string, figures: Record<string, number>): void {
  const maxRssBytes = process.resourceUsage().maxRSS * 1024
  console.log(
    JSON.stringify({
      bench: `index: ${operation}`,
      on: URL.replace(/:.*/, ''),
      studies,
      ...figures,
      maxRssBytes,
      machine: MACHINE,
    }),
  )
}
