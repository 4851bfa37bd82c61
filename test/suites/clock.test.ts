/** The machine's clock jumps while the archive is used: a day back, then two days ahead. Nothing that was acknowledged is lost, the
 *  changes keep their order, and what is deleted can be restored by the clock that there is then. */
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { runFilmroom } from '../cli/run-filmroom.js'
import { withoutCommands } from '../commands.js'
import { askJson } from '../dicomweb-client.js'
import { startServer, temporaryFolder } from '../server.js'
import { seededBy } from './random.js'
import { checkAt, startClients } from './replicas/clients.js'

const LIBRARY = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`
const DAY_S = 86_400
const LOAD_MS = 2_000

t.setTimeout(0)

t.test('the clock jumps under load', { skip: withoutCommands('faketime') || withoutLibrary() }, async t => {
  const random = seededBy('CLOCK_SEED')
  t.comment(`CLOCK_SEED=${random.seed}`)
  const clock = path.join(temporaryFolder(t), 'clock')
  const setTo = (seconds: number): void => {
    writeFileSync(clock, `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`)
  }
  setTo(0)
  const faked = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    // Timers and timeouts do not go by the time of day.
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  const server = await startServer(t, { ...faked, FILMROOM_VERIFY: '1s' })
  const clients = startClients([server.url], random)
  const timesSeen: number[] = []
  for (const seconds of [0, -DAY_S, DAY_S, -3 * DAY_S]) {
    setTo(seconds)
    await pause(LOAD_MS)
    t.same(clients.failures(), [], `at ${seconds} s`)
    const { json } = await askJson(`${server.url}/changes?since=0&limit=10000`)
    const { changes } = json as { changes: { number: number; time: string }[] }
    t.same(
      changes.map(({ number }) => number),
      Array.from(changes, (_, n) => n + 1),
      'numbers have no gap',
    )
    timesSeen.push(Date.parse(changes.at(-1)?.time ?? ''))
  }
  await clients.end()
  const offsets = timesSeen.map(time => Math.round((time - Date.now()) / 1000 / DAY_S))
  t.same(offsets, [0, -1, 1, -3], 'the server has seen the jumps')
  t.same(await checkAt(server.url, clients), [])
  t.equal(await server.stop(), 0)

  const again = await startServer(t, {}, { dataFolder: server.dataFolder })
  t.same(await checkAt(again.url, clients), [], 'by the right clock too')
  const { status, output } = await runFilmroom(server.dataFolder, ['verify'])
  t.equal(status, 0, output)
})

function withoutLibrary(): string | false {
  if (existsSync(LIBRARY)) return false
  if (process.env['CI'] === 'true') throw new Error(`no ${LIBRARY}: in CI this suite may not be skipped`)
  return 'libfaketime is not installed (Debian: apt-get install faketime)'
}
