/** Frames of an archive in S3 (Ceph's radosgw on this machine, in memory) with the cache of blobs off, cold and warm, beside a
 *  folder, in turn in each round: a frame of every CT slice once, and any frames of multi-frames. One form of S3 answers as
 *  soon as it can, the other some ms later, as one over a network does. Medians of the rounds, one JSON line.
 *  node dist/bench/blob-cache.js [slices] [rounds] [later by ms] */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { faultyLine } from '../test/s3-proxy.js'
import { startS3 } from '../test/s3-server.js'
import { startServer } from '../test/server.js'
import { newBucket, urlOf } from '../test/suites/s3/stores.js'
import { asATest } from './as-a-test.js'
import { drive, type Driven } from './load/drive.js'
import { FRAMES_AS_STORED, get, store, type Target } from './load/messages.js'
import { batch, ctSlices, multiFrame } from './made/series.js'
import { median, percentile } from './measure.js'

const [slices = 300, rounds = 3, laterMs = 15] = process.argv.slice(2).map(Number)
const CLIENTS = 8
const MULTI_FRAMES = 4
const FRAMES = 60

const { t, end } = asATest()

/** An archive that is read in several ways. */
interface Archive {
  readonly dataFolder: string
  readonly settings: Readonly<Record<string, string>>
  readonly places: readonly string[]
}

/** by scenario, form and state of the cache */
const taken = new Map<string, Driven[]>()
const files = batch(
  [...ctSlices(slices, 512), ...Array.from({ length: MULTI_FRAMES }, () => multiFrame(FRAMES))],
  1,
)
try {
  const s3 = await startS3(t)
  const line = await faultyLine(t, s3.port)
  line.faultOf = request => (request.method === 'GET' ? { kind: 'slow', ms: laterMs } : undefined)
  const bucket = await newBucket(s3)
  const inFolder = await stored({})
  const inS3 = await stored({ ...s3.credentials, FILMROOM_BLOBS: urlOf(s3, bucket) })
  const later = { FILMROOM_BLOBS: urlOf({ ...s3, endpoint: line.endpoint }, bucket) }
  for (let round = 0; round < rounds; round += 1) {
    await measured('folder', inFolder, {})
    for (const FILMROOM_BLOB_CACHE of ['0', '4GiB']) {
      const cache = FILMROOM_BLOB_CACHE === '0' ? 'off' : 'on'
      await measured(`S3, cache ${cache}`, inS3, { FILMROOM_BLOB_CACHE })
      await measured(`S3 ${laterMs} ms later, cache ${cache}`, inS3, { ...later, FILMROOM_BLOB_CACHE })
    }
  }
} finally {
  await end()
}
console.log(
  JSON.stringify({
    bench: 'cache of blobs',
    slices,
    rounds,
    clients: CLIENTS,
    ...Object.fromEntries([...taken].map(([name, all]) => [name, figures(all)])),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
  }),
)

async function stored(settings: Readonly<Record<string, string>>): Promise<Archive> {
  const dataFolder = mkdtempSync(path.join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'filmroom-bench-cache-'))
  t.teardown(() => {
    rmSync(dataFolder, { recursive: true })
  })
  const server = await startServer(t, { ...settings, FILMROOM_LOG_LEVEL: 'warn' }, { dataFolder })
  const target: Target = { port: server.port, root: '/dicomweb' }
  await drive(target.port, {
    clients: 4,
    request: n => store(target, files.bodies[n]?.bytes ?? Buffer.alloc(0)),
    until: { requests: files.bodies.length },
    leastBytes: 1,
  })
  await server.stop()
  const places = files.bodies
    .flatMap(body => body.uids)
    .map(({ study, series, instance }) => `/studies/${study}/series/${series}/instances/${instance}`)
  return { dataFolder, settings, places }
}

async function measured(
  form: string,
  { dataFolder, settings, places }: Archive,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  rmSync(path.join(dataFolder, 'data', 'blob-cache'), { recursive: true, force: true })
  const server = await startServer(t, { ...settings, ...more, FILMROOM_LOG_LEVEL: 'warn' }, { dataFolder })
  const target: Target = { port: server.port, root: '/dicomweb' }
  const read = async (name: string, requests: number, place: (n: number) => string): Promise<void> => {
    const driven = await drive(target.port, {
      clients: CLIENTS,
      request: n => get(target, place(n), FRAMES_AS_STORED),
      until: { requests },
      leastBytes: 100_000,
    })
    taken.set(name, [...(taken.get(name) ?? []), driven])
    console.error(name, JSON.stringify(figures([driven])))
  }
  for (const state of ['cold', 'warm']) {
    await read(`CT, ${form}, ${state}`, slices, n => `${places[n] ?? ''}/frames/1`)
    // One after the other, as a viewer's cine does.
    await read(`multi-frame, ${form}, ${state}`, MULTI_FRAMES * FRAMES, n => {
      const place = places[slices + Math.floor(n / FRAMES)] ?? ''
      return `${place}/frames/${(n % FRAMES) + 1}`
    })
  }
  await server.stop()
}

function figures(all: readonly Driven[]) {
  const latencies = all.flatMap(one => one.latenciesMs)
  const rounded = (value: number): number => Number(value.toFixed(1))
  return {
    a_second: Math.round(median(all.map(one => one.requests / one.seconds))),
    p50_ms: rounded(percentile(latencies, 0.5)),
    p95_ms: rounded(percentile(latencies, 0.95)),
  }
}
