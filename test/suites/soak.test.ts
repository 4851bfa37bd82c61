/** Everybody at once, for long: clients that store, search and retrieve, a large upload among them, and now and then a kill.
 *  SOAK_SECONDS says how long (3,600), SOAK_SEED how it goes. Memory must not grow, nothing may be lost. */
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { askWhole, instancePath, search, STORED_SYNTAX } from '../dicomweb-client.js'
import { memoryOf, startServer, temporaryFolder, type RunningServer } from '../server.js'
import { checkArchive } from './crash/check.js'
import { Ledger } from './crash/ledger.js'
import { startLoad } from './crash/load.js'
import { seededBy, type Random } from './random.js'

const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 3600)
const READERS = 4
const MOST_GROWTH_BYTES = 300 * 1024 * 1024
/** One archive is loaded for so long at most, or it outgrows the disk. */
const LONGEST_RUN_MS = 45_000

t.setTimeout(0)

t.test(`${SECONDS} seconds of everything`, async t => {
  const random = seededBy('SOAK_SEED')
  t.comment(`SOAK_SEED=${random.seed}`)
  const ends = Date.now() + SECONDS * 1000
  for (let run = 1; Date.now() < ends; run++) {
    const dataFolder = temporaryFolder(t)
    const ledger = new Ledger()
    const server = await startServer(t, {}, { dataFolder })
    const idle = memoryOf(server.pid).now
    const load = startLoad(server.url, ledger, random, false)
    const runEnds = Math.min(ends, Date.now() + 5000 + random.below(LONGEST_RUN_MS - 5000))
    const reading = Promise.all(Array.from({ length: READERS }, () => readUntil(server, random, runEnds)))
    const reads = (await reading).reduce((sum, one) => sum + one, 0)
    const growth = memoryOf(server.pid).peak - idle
    t.ok(growth < MOST_GROWTH_BYTES, `run ${run}: ${reads} reads, ${growth >> 20} MiB over idle`)
    const killed = random.below(2) === 0
    const [ended] = await Promise.all([server.stop(killed ? 'SIGKILL' : 'SIGTERM'), load.end()])
    t.equal(ended, killed ? 'SIGKILL' : 0, killed ? 'killed' : 'stopped in the midst of it, gracefully')
    const again = await startServer(t, {}, { dataFolder })
    const found = await checkArchive(again, ledger)
    t.strictSame(found.faults, [], JSON.stringify({ ...found, faults: undefined }))
    await again.stop()
  }
})

/** Searches, and reads metadata and instances that the search has found. Every answer must be whole. */
async function readUntil(server: RunningServer, random: Random, ends: number): Promise<number> {
  let reads = 0
  while (Date.now() < ends) {
    const rows = await search(`${server.url}/instances?Modality=CT&includefield=all`, 1000)
    const row = rows[random.below(rows.length)]
    if (row === undefined) {
      await pause(50)
      continue
    }
    const instance = server.url + instancePath(row)
    const requests = [
      { url: instance, accept: STORED_SYNTAX },
      { url: `${instance}/metadata`, accept: 'application/dicom+json' },
      { url: `${instance}/frames/1`, accept: 'multipart/related; type="application/octet-stream"' },
      { url: instance.replace(/\/instances\/.*/, '/metadata'), accept: 'application/dicom+json' },
    ]
    for (const { url, accept } of requests) {
      const { status } = await askWhole(url, { headers: { accept } })
      if (status !== 200) throw new Error(`a read beside the load was answered ${status}`)
      reads++
    }
  }
  return reads
}
