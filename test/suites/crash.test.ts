/** Kills the server at random moments of a heavy upload. What it has answered for has to come back, whole.
 *  CRASH_KILLS says how often (5), CRASH_SEED when. */
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { isAlive, startServer, temporaryFolder, type RunningServer } from '../server.js'
import { checkArchive } from './crash/check.js'
import { Ledger } from './crash/ledger.js'
import { startLoad } from './crash/load.js'
import { seededBy, type Random } from './random.js'

const KILLS = Number(process.env['CRASH_KILLS'] ?? 5)
/** Then all is checked once more and the archive begun anew, so that the checks do not grow with the kills. */
const KILLS_AN_ARCHIVE = 10
/** A kill comes after so many acknowledgements at most, and so much later. */
const MOST_ACKNOWLEDGED = 60
const LATEST_KILL_MS = 500
const LEAST_IN_FLIGHT = 4
const SELF_CHECK_KILLS = 5

t.setTimeout(0)

t.test(`${KILLS} kills lose nothing that was acknowledged and show nothing half-stored`, async t => {
  const random = seededBy('CRASH_SEED')
  t.comment(`CRASH_SEED=${random.seed}`)
  let kills = 0
  const totals = { acknowledged: 0, visible: 0, orphans: 0 }
  while (kills < KILLS) {
    const dataFolder = temporaryFolder(t)
    const ledger = new Ledger()
    for (let i = 0; i < KILLS_AN_ARCHIVE && kills < KILLS; i++) {
      await loadAndKill(t, dataFolder, ledger, random, false)
      kills++
      const server = await startServer(t, {}, { dataFolder })
      const found = await checkArchive(server, ledger)
      if (
        !t.strictSame(found.faults, [], `kill ${kills}: ${JSON.stringify({ ...found, faults: undefined })}`)
      )
        return
      if (i === KILLS_AN_ARCHIVE - 1 || kills === KILLS) {
        totals.acknowledged += found.acknowledged
        totals.visible += found.visible
        totals.orphans += found.orphans
      }
      t.equal(await server.stop(), 0, 'and it stops when it is told to')
    }
    rmSync(dataFolder, { recursive: true })
  }
  t.ok(totals.acknowledged > 0)
  t.comment(`${kills} kills: ${JSON.stringify(totals)}`)
})

t.test('an answer before the instance is durable would be seen', async t => {
  const random = seededBy('CRASH_SEED')
  const dataFolder = temporaryFolder(t)
  const ledger = new Ledger()
  let faults: readonly string[] = []
  for (let i = 0; i < SELF_CHECK_KILLS && faults.length === 0; i++) {
    await loadAndKill(t, dataFolder, ledger, random, true)
    const server = await startServer(t, {}, { dataFolder })
    faults = (await checkArchive(server, ledger)).faults
    await server.stop()
  }
  t.ok(
    faults.some(fault => fault.startsWith('missing: ')),
    faults.join('\n').slice(0, 500),
  )
})

/** Starts the server, loads it, and kills it in the midst of at least four uploads, one of them over 50 MB. */
async function loadAndKill(
  t: Test,
  dataFolder: string,
  ledger: Ledger,
  random: Random,
  premature: boolean,
): Promise<void> {
  const server = await startServer(t, {}, { dataFolder })
  const load = startLoad(server.url, ledger, random, premature)
  const target = ledger.acknowledged().size + random.below(MOST_ACKNOWLEDGED)
  await until(server, () => premature || ledger.acknowledged().size >= target)
  await pause(random.below(LATEST_KILL_MS))
  await until(server, () => load.inFlight().all >= LEAST_IN_FLIGHT && load.inFlight().large >= 1)
  const { all, large } = load.inFlight()
  const ended = server.stop('SIGKILL')
  t.ok(
    all >= LEAST_IN_FLIGHT && large >= 1,
    `killed with ${all} uploads in flight, ${large} of them over 50 MB`,
  )
  t.equal(await ended, 'SIGKILL')
  await load.end()
}

async function until(server: RunningServer, condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (!isAlive(server.pid))
      throw new Error(`the server ended by itself: ${server.log.slice(-5).join('\n')}`)
    await new Promise(resolve => setImmediate(resolve))
  }
}
