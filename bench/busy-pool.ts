/** Small requests, and the event loop, while more pictures are asked for than the imaging threads can make: node
 *  dist/bench/busy-pool.js. One JSON line a kind of picture; the derived cache is off. */
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpus, loadavg } from 'node:os'
import { drive, type Driven, type Load } from './load/drive.js'
import { get } from './load/messages.js'
import { batch, headSlices } from './made/series.js'
import { percentile } from './measure.js'
import { instancePath } from './scenarios/retrieved.js'
import { storeAll } from './scenarios/suite.js'
import { removeArchives, startServer, type Server } from './servers.js'

const MACHINE = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
const FOLDER = '/tmp/filmroom-bench'
const SLICES = 200
const SIZE = 512
const MEASURED_MS = 10_000
/** More than the threads, fewer than are refused. */
const ASKING = 64
const PICTURES = {
  'none: the server is idle': undefined,
  'CT slices as JPEG': ['/rendered', 'image/jpeg'],
  'CT slices as PNG': ['/rendered', 'image/png'],
  'CT slices as GIF': ['/rendered', 'image/gif'],
  'CT slices in HTJ2K': [
    '/frames/1',
    'multipart/related; type="image/jphc"; transfer-syntax=1.2.840.10008.1.2.4.202',
  ],
} as const

mkdirSync(FOLDER, { recursive: true })
const delays = path.join(FOLDER, `loop-delay-${process.pid}`)
const slices = headSlices(SLICES, SIZE)
const server = await startServer('filmroom', {
  folder: FOLDER,
  port: 18_420,
  main: 'dist/src/main.cjs',
  base: '',
  orthanc: '',
  environment: {
    FILMROOM_CACHE_BYTES: '0',
    NODE_OPTIONS: `--import=${new URL('./load/loop-delay.js', import.meta.url).href}`,
    LOOP_DELAY_FILE: delays,
  },
})
try {
  await storeAll(server, batch(slices, 10))
  for (const [pictures, asked] of Object.entries(PICTURES))
    console.log(JSON.stringify(await under(pictures, asked)))
} finally {
  await server.stop()
  removeArchives()
}

async function under(
  pictures: string,
  asked: readonly [string, string] | undefined,
): Promise<Record<string, unknown>> {
  const until = { ms: MEASURED_MS }
  const busy =
    asked === undefined
      ? undefined
      : drive(server.port, {
          clients: ASKING,
          request: n => get(server, instanceAt(n * 7) + asked[0], asked[1]),
          until: { ms: MEASURED_MS + 2000 },
          leastBytes: 1000,
        })
  await sleep(1000)
  await loopDelay()
  const small = await drive(server.port, smallRequests(server, until))
  const loop = await loopDelay()
  const made = await busy
  return {
    bench: 'busy pool',
    pictures,
    ...(made === undefined ? {} : { picturesASecond: round(made.requests / made.seconds) }),
    small: latencies(small),
    eventLoop: loop,
    load: round(loadavg()[0] ?? 0),
    machine: MACHINE,
  }
}

/** One of each kind in turn, by one who waits for each. */
function smallRequests(of: Server, until: Load['until']): Load {
  return {
    clients: 1,
    request: n =>
      n % 2 === 0
        ? get(of, `${instanceAt(n)}/metadata`, 'application/dicom+json')
        : get(of, '/studies?limit=25', 'application/dicom+json'),
    until,
    leastBytes: 100,
  }
}

function instanceAt(n: number): string {
  const slice = slices[n % SLICES]
  if (slice === undefined) throw new Error('there are no slices')
  return instancePath(slice.uids)
}

async function loopDelay(): Promise<unknown> {
  process.kill(server.pid, 'SIGUSR2')
  await sleep(200)
  return JSON.parse(readFileSync(delays, 'utf8').trim().split('\n').at(-1) ?? '{}')
}

function latencies({ requests, latenciesMs }: Driven): Record<string, number> {
  const of = (share: number): number => round(percentile(latenciesMs, share))
  return { requests, p50Ms: of(0.5), p99Ms: of(0.99), mostMs: round(Math.max(...latenciesMs)) }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
