/** Three servers behind nginx on one PostgreSQL and one S3: everything at once, and one part after the other is killed under it.
 *  REPLICAS_SEED says how it goes, REPLICAS_SECONDS how long each load takes (6). */
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { runFilmroom } from '../cli/run-filmroom.js'
import { withoutCommands } from '../commands.js'
import { askJson, store } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { freePort } from '../ohif/viewer.js'
import { startPostgres } from '../postgres.js'
import { startS3, withoutS3 } from '../s3-server.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { startNginx } from './deployment/nginx.js'
import { seededBy, type Random } from './random.js'
import { checkAt, startClients, type Clients, type Failure } from './replicas/clients.js'
import { newBucket, urlOf } from './s3/stores.js'

const SERVERS = 3
const LOAD_MS = Number(process.env['REPLICAS_SECONDS'] ?? 6) * 1000
const RECOVERED_MS = 60_000
/** Of 200 ms, in which requests went well and none failed. */
const QUIET_TURNS = 8

t.setTimeout(0)

t.test('one archive on three servers', { skip: withoutS3() || withoutCommands('nginx') }, async t => {
  const random = seededBy('REPLICAS_SEED')
  t.comment(`REPLICAS_SEED=${random.seed}`)
  const postgres = await startPostgres(t)
  if (postgres === undefined) return
  const s3 = await startS3(t)
  const settings = {
    ...s3.credentials,
    FILMROOM_INDEX: await postgres.database(),
    FILMROOM_BLOBS: urlOf(s3, await newBucket(s3)),
    FILMROOM_LOG_LEVEL: 'warn',
    // nginx lets go of a connection that it has not used for a second less.
    FILMROOM_STOP_DELAY: '5s',
  }
  const places = await Promise.all(
    Array.from({ length: SERVERS }, async () => ({ port: await freePort(), dataFolder: temporaryFolder(t) })),
  )
  const start = ({ port, dataFolder }: (typeof places)[number]): Promise<RunningServer> =>
    startServer(t, { ...settings, FILMROOM_PORT: String(port) }, { dataFolder })
  // At once: one makes the schema, the others wait for it.
  const servers = await Promise.all(places.map(start))
  const nginx = await startNginx(
    t,
    places.map(({ port }) => port),
  )

  await t.test('they answer as one', async t => {
    const clients = startClients(
      servers.map(({ url }) => url),
      random,
    )
    await pause(LOAD_MS)
    await clients.end()
    t.same(clients.failures(), [], 'whichever is asked')
    await isWhole(t, servers, clients)
    await changesHaveNoGap(t, servers)
  })

  await t.test('the same instance sent to all of them at the same moment is stored once', async t => {
    const before = await changeNumbers(servers[0]!)
    for (let round = 1; round <= 10; round++) {
      const image = ctImage()
      const answers = await Promise.all(servers.map(({ url }) => store(url, [image.bytes])))
      t.ok(
        answers.every(({ status, stored }) => status === 200 && stored.length === 1),
        `round ${round}`,
      )
    }
    t.equal((await changeNumbers(servers[1]!)).length, before.length + 10)
  })

  await t.test('one is killed: no request but its own fails', async t => {
    const clients = startClients([nginx.url], random)
    await pause(LOAD_MS / 2)
    t.same(clients.failures(), [])
    await servers[0]!.stop('SIGKILL')
    await pause(LOAD_MS / 2)
    servers[0] = await start(places[0]!)
    await pause(LOAD_MS / 2)
    await clients.end()
    const failures = clients.failures()
    // Four clients store; reads and deletions are asked of another server.
    t.ok(failures.length <= 5, JSON.stringify(failures))
    t.ok(
      failures.every(({ asked, status }) => asked === 'store' || (asked === 'delete' && status === 404)),
      'those that were being stored there',
    )
    await isWhole(t, servers, clients)
  })

  await t.test('all are restarted, one after the other: no request fails', async t => {
    const clients = startClients([nginx.url], random)
    for (const [n, place] of places.entries()) {
      await pause(LOAD_MS / 4)
      t.equal(await servers[n]!.stop('SIGTERM'), 0)
      servers[n] = await start(place)
    }
    await pause(LOAD_MS / 4)
    await clients.end()
    t.same(clients.failures(), [])
    await isWhole(t, servers, clients)
  })

  await t.test('PostgreSQL is killed: 503 meanwhile, and all goes on by itself', t =>
    survives(t, [nginx.url], servers, random, async () => {
      await postgres.stop('SIGKILL')
      await pause(LOAD_MS / 3)
      await postgres.start()
    }),
  )

  await t.test('S3 is killed: 503 meanwhile, and all goes on by itself', t =>
    survives(t, [nginx.url], servers, random, async () => {
      await s3.killGateway()
      await pause(LOAD_MS / 3)
      await s3.startGateway()
    }),
  )

  await t.test('verify finds nothing wrong', async t => {
    const { status, output, errors } = await runFilmroom(
      places[0]!.dataFolder,
      ['verify', '--json'],
      settings,
    )
    const report = JSON.parse(output) as { counts: { found: Record<string, number>; instances: number } }
    t.equal(status, 0, errors)
    const { orphan, ...found } = report.counts.found
    t.same(found, { missing: 0, damaged: 0, unread: 0, foreign: 0, tombstone: 0 })
    t.comment(`${report.counts.instances} instances, ${orphan} orphans`)
  })
})

/** Takes a part away under load, and brings it back. */
async function survives(
  t: Test,
  roots: readonly string[],
  servers: readonly RunningServer[],
  random: Random,
  fault: () => Promise<void>,
): Promise<void> {
  const clients = startClients(roots, random)
  await pause(LOAD_MS / 3)
  t.same(clients.failures(), [])
  await fault()
  const end = performance.now() + RECOVERED_MS
  const meanwhile: Failure[] = []
  let done = clients.done()
  for (let quiet = 0; quiet < QUIET_TURNS;) {
    if (performance.now() > end)
      throw new Error(`it does not recover: ${JSON.stringify(meanwhile.slice(-5))}`)
    await pause(200)
    const failures = clients.failures()
    meanwhile.push(...failures)
    quiet = failures.length === 0 && clients.done() > done ? quiet + 1 : 0
    done = clients.done()
  }
  t.comment(JSON.stringify(counted(meanwhile)))
  t.ok(
    meanwhile.every(({ status, retryAfter }) => status === 503 && retryAfter !== undefined),
    'all that failed was 503 with Retry-After',
  )
  const before = clients.done()
  await pause(LOAD_MS / 3)
  await clients.end()
  t.same(clients.failures(), [], 'it goes on')
  t.ok(clients.done() > before)
  await isWhole(t, servers, clients)
}

function counted(failures: readonly Failure[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { asked, status, retryAfter } of failures) {
    const name = `${asked} ${status}${retryAfter === undefined ? ', no Retry-After' : ''}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

async function isWhole(t: Test, servers: readonly RunningServer[], clients: Clients): Promise<void> {
  t.comment(`${clients.done()} requests, ${clients.stored.size} instances, ${clients.deleted.size} deleted`)
  const wrong = await Promise.all(servers.map(({ url }) => checkAt(url, clients)))
  t.same(wrong.flat(), [], 'each has what was acknowledged, and nothing that was deleted')
}

async function changesHaveNoGap(t: Test, servers: readonly RunningServer[]): Promise<void> {
  for (const server of servers) {
    const numbers = await changeNumbers(server)
    t.same(
      numbers,
      Array.from(numbers, (_, n) => n + 1),
    )
  }
}

async function changeNumbers({ url }: RunningServer): Promise<number[]> {
  const numbers: number[] = []
  for (;;) {
    const { json } = await askJson(`${url}/changes?since=${numbers.at(-1) ?? 0}&limit=1000`)
    const { changes } = json as { changes: { number: number }[] }
    if (changes.length === 0) return numbers
    numbers.push(...changes.map(({ number }) => number))
  }
}
