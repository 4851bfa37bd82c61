/** Frames of an archive in S3 (Ceph's radosgw on this machine, in memory) with the cache of blobs off, cold and warm, beside a
 *  folder, in turn in each round: a frame of every CT slice once, and any frames of multi-frames. One form of S3 answers as
 *  soon as it can, the other some ms later, as one over a network does. Medians of the rounds, one JSON line.
 *  node dist/bench/blob-cache.js [slices] [rounds] [later by ms] */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'
import { faultyLine } from '../test/s3-proxy.js'
import { startS3 } from '../test/s3-server.js'
import { startServer } from '../test/server.js'
import { newBucket, urlOf } from '../test/suites/s3/stores.js'
import { drive, type Driven } from './load/drive.js'
import { FRAMES_AS_STORED, get, store, type Target } from './load/messages.js'
import { batch, ctSlices, multiFrame } from './made/series.js'
import { median, percentile } from './measure.js'

const [slices = 300, rounds = 3, laterMs = 15] = process.argv.slice(2).map(Number)
const CLIENTS = 8
const MULTI_FRAMES = 4
const FRAMES = 60

const ends: (() => unknown)[] = []
const t = {
  teardown: (end: () => unknown) => void ends.push(end),
  pass: () => true,
  fail: (message: unknown) => {
    throw new Error(String(message))
  },
} as unknown as Test

/** by form, scenario and state of the cache */
const taken = new Map<string, Driven[]>()
try {
  const s3 = await startS3(t)
  const line = await faultyLine(t, s3.port)
  line.faultOf = request => (request.method === 'GET' ? { kind: 'slow', ms: laterMs } : undefined)
  const far = { ...s3, endpoint: line.endpoint }
  for (let round = 0; round < rounds; round += 1) {
    await measured('folder', {})
    for (const [form, server] of [
      ['S3', s3],
      [`S3, ${laterMs} ms later`, far],
    ] as const)
      for (const cache of ['0', '4GiB'])
        await measured(`${form}, cache ${cache === '0' ? 'off' : 'on'}`, {
          ...s3.credentials,
          FILMROOM_BLOBS: urlOf(server, await newBucket(s3)),
          FILMROOM_BLOB_CACHE: cache,
        })
  }
} finally {
  for (const end of ends.reverse()) await end()
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

async function measured(form: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const dataFolder = mkdtempSync(path.join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'filmroom-bench-cache-'))
  const server = await startServer(t, { ...settings, FILMROOM_LOG_LEVEL: 'warn' }, { dataFolder })
  const target: Target = { port: server.port, root: '/dicomweb' }
  const made = batch(
    [...ctSlices(slices, 512), ...Array.from({ length: MULTI_FRAMES }, () => multiFrame(FRAMES))],
    1,
  )
  await drive(target.port, {
    clients: 4,
    request: n => store(target, made.bodies[n]?.bytes ?? Buffer.alloc(0)),
    until: { requests: made.bodies.length },
    leastBytes: 1,
  })
  const places = made.bodies
    .flatMap(body => body.uids)
    .map(({ study, series, instance }) => `/studies/${study}/series/${series}/instances/${instance}`)
  const read = async (name: string, requests: number, place: (n: number) => string): Promise<void> => {
    const driven = await drive(target.port, {
      clients: CLIENTS,
      request: n => get(target, place(n), FRAMES_AS_STORED),
      until: { requests },
      leastBytes: 100_000,
    })
    taken.set(name, [...(taken.get(name) ?? []), driven])
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
  rmSync(dataFolder, { recursive: true })
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
