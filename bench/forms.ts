/** The forms of an archive beside each other in one run: SQLite and a folder, PostgreSQL and a folder, PostgreSQL and S3 (Ceph's
 *  radosgw, in memory), each by one process and by several. PostgreSQL commits to disk. All share this machine's cores: the load too.
 *  One JSON line a form. node dist/bench/forms.js [slices] [processes] */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { startPostgres } from '../test/postgres.js'
import { startS3 } from '../test/s3-server.js'
import { startServer } from '../test/server.js'
import { newBucket, urlOf } from '../test/suites/s3/stores.js'
import { asATest } from './as-a-test.js'
import { drive, type Driven, type Load } from './load/drive.js'
import { DICOM_JSON, FRAMES_AS_STORED, get, store, type Target } from './load/messages.js'
import { batch, ctSlices } from './made/series.js'
import { percentile } from './measure.js'

const [slices = 400, processes = 3] = process.argv.slice(2).map(Number)
const CLIENTS = 8
const READ_MS = 5_000

const { t, end } = asATest()
try {
  const postgres = await startPostgres(t, { fsync: 'on' })
  if (postgres === undefined) throw new Error('PostgreSQL is not installed')
  const s3 = await startS3(t)
  const form = async (index: string, blobs: string): Promise<Record<string, string>> => ({
    ...s3.credentials,
    FILMROOM_LOG_LEVEL: 'warn',
    ...(index === 'PostgreSQL' && { FILMROOM_INDEX: await postgres.database() }),
    ...(blobs === 'S3' && { FILMROOM_BLOBS: urlOf(s3, await newBucket(s3)) }),
  })
  for (const [index, blobs] of [
    ['SQLite', 'folder'],
    ['PostgreSQL', 'folder'],
    ['PostgreSQL', 'S3'],
  ] as const)
    for (const count of [1, processes]) await measured(index, blobs, count, await form(index, blobs))
} finally {
  await end()
}

async function measured(
  index: string,
  blobs: string,
  count: number,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const dataFolder = mkdtempSync(path.join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'filmroom-bench-forms-'))
  const server = await startServer(t, { ...settings, FILMROOM_PROCESSES: String(count) }, { dataFolder })
  const target: Target = { port: server.port, root: '/dicomweb' }
  const driven = (load: Pick<Load, 'request' | 'until' | 'leastBytes'>): Promise<Driven> =>
    drive(target.port, { clients: CLIENTS, ...load })
  const made = batch(ctSlices(slices, 512), 1)
  const uids = made.bodies.flatMap(body => body.uids)
  const stored = await driven({
    request: n => store(target, made.bodies[n]?.bytes ?? Buffer.alloc(0)),
    until: { requests: made.bodies.length },
    leastBytes: 1,
  })
  const place = (n: number): string => {
    const { study, series, instance } = uids[(n * 7919) % uids.length]!
    return `/studies/${study}/series/${series}/instances/${instance}`
  }
  const frames = await driven({
    request: n => get(target, `${place(n)}/frames/1`, FRAMES_AS_STORED),
    until: { ms: READ_MS },
    leastBytes: 512 * 512 * 2,
  })
  const metadata = await driven({
    request: n => get(target, `${place(n)}/metadata`, DICOM_JSON),
    until: { ms: READ_MS },
    leastBytes: 1000,
  })
  const searches = await driven({
    request: () => get(target, '/studies?limit=25', DICOM_JSON),
    until: { ms: READ_MS },
    leastBytes: 100,
  })
  console.log(
    JSON.stringify({
      bench: 'form',
      index,
      blobs,
      processes: count,
      ...rates({ stored, frames, metadata, searches }),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    }),
  )
  await server.stop()
  rmSync(dataFolder, { recursive: true })
}

/** Requests a second, and the latency that 95 of 100 stay below. */
function rates(all: Readonly<Record<string, Driven>>): Record<string, { a_second: number; p95_ms: number }> {
  return Object.fromEntries(
    Object.entries(all).map(([name, { requests, seconds, latenciesMs }]) => [
      name,
      { a_second: Math.round(requests / seconds), p95_ms: Math.round(percentile(latenciesMs, 0.95)) },
    ]),
  )
}
