/** `npm run bench`: Filmroom beside Debian's Orthanc, in one run. One JSON line a result on stdout, progress on stderr.
 *
 *    --only store-ct,frame-native   these scenarios, or all that begin so
 *    --rounds 5                     rounds a scenario (3)
 *    --quick                        one short round: to see that all works, not to measure
 *    --no-peer                      Filmroom alone; --no-filmroom: the peer alone
 *    --write                        put the tables into docs/performance.md
 *    --folder /tmp/filmroom-bench   temporary archives, some 12 GB in a whole run
 *    --port 18420                   Filmroom's port; the peer has the next
 *    --main dist/src/main.cjs       another build of Filmroom
 *    --against OTHER                beside that build of Filmroom in place of Orthanc: for a change and its base
 *    --orthanc run.sh               what starts the peer (ORTHANC_RUN, ../shared/tools/orthanc/run.sh)
 *    --profile DIR                  write CPU profiles of Filmroom there (node --cpu-prof) */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { measure, type Rounds } from './measure.js'
import { jsonLine, tables, type Result } from './results.js'
import { largeSuites, measureLarge } from './scenarios/large.js'
import { retrieveCt, retrieveMultiFrame } from './scenarios/retrieve.js'
import { renderCt, transcodeCt } from './scenarios/pictures.js'
import { search } from './scenarios/search.js'
import { storeCt, storeMultiFrame, storeSmall } from './scenarios/store.js'
import {
  removeArchives,
  startServer,
  stopAll,
  type Server,
  type ServerName,
  type ServerSettings,
} from './servers.js'

const SUITES = [
  storeCt,
  storeMultiFrame,
  storeSmall,
  search,
  retrieveCt,
  retrieveMultiFrame,
  renderCt,
  transcodeCt,
]
const TABLE_BEGIN = '<!-- bench: begin -->'
const TABLE_END = '<!-- bench: end -->'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '3' },
    quick: { type: 'boolean', default: false },
    'no-peer': { type: 'boolean', default: false },
    'no-filmroom': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    folder: { type: 'string', default: '/tmp/filmroom-bench' },
    port: { type: 'string', default: '18420' },
    main: { type: 'string', default: 'dist/src/main.cjs' },
    against: { type: 'string' },
    orthanc: { type: 'string', default: process.env['ORTHANC_RUN'] ?? '../shared/tools/orthanc/run.sh' },
    profile: { type: 'string' },
  },
})

const settings: ServerSettings = {
  folder: options.folder,
  port: Number(options.port),
  main: options.main,
  base: options.against ?? '',
  orthanc: path.resolve(options.orthanc),
  ...(options.profile === undefined ? {} : { profile: path.resolve(options.profile) }),
}
const rounds: Rounds = options.quick
  ? { rounds: 1, readMs: 500 }
  : { rounds: Number(options.rounds), readMs: 2000 }
const peer = options.against === undefined ? 'orthanc' : 'base'
const serverNames: readonly ServerName[] = [
  ...(options['no-filmroom'] ? [] : (['filmroom'] as const)),
  ...(options['no-peer'] ? [] : ([peer] as const)),
]

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void stopAll().finally(() => {
      removeArchives()
      process.exit(1)
    })
  })

const chosen = (name: string): boolean =>
  options.only === '' || options.only.split(',').some(begin => name.startsWith(begin))

async function* results(): AsyncGenerator<Result> {
  for (const suite of SUITES.filter(({ names }) => names.some(chosen))) {
    const { prepare, scenarios } = suite.build(rounds)
    const of = { ...settings, environment: suite.environment ?? {} }
    yield* withServers(serverNames, of, async function* (servers) {
      for (const server of servers) await prepare?.(server)
      for (const scenario of scenarios.filter(({ name }) => chosen(name)))
        yield await measure(scenario, servers, rounds)
    })
  }
  for (const suite of largeSuites.filter(({ name }) => chosen(name))) {
    const large = suite.build()
    for (const name of serverNames.filter(name => suite.peer || name !== 'orthanc'))
      yield* withServers([name], settings, async function* ([server]) {
        if (server !== undefined) yield* measureLarge(suite, large, server)
      })
  }
}

async function* withServers(
  names: readonly ServerName[],
  settings: ServerSettings,
  work: (servers: readonly Server[]) => AsyncGenerator<Result>,
): AsyncGenerator<Result> {
  const servers: Server[] = []
  try {
    for (const name of names) servers.push(await startServer(name, settings))
    yield* work(servers)
  } finally {
    for (const server of servers) await server.stop()
  }
}

function writeTables(results: readonly Result[]): void {
  const file = 'docs/performance.md'
  const text = readFileSync(file, 'utf8')
  const begin = text.indexOf(TABLE_BEGIN)
  const end = text.indexOf(TABLE_END)
  if (begin < 0 || end < begin)
    throw new Error(`${file} has no place for the tables: ${TABLE_BEGIN} … ${TABLE_END}`)
  const how = `${rounds.rounds} rounds, in turn; reads ${rounds.readMs / 1000} s a round`
  const made = `\n\n${tables(results, machine, how)}\n\n`
  writeFileSync(file, text.slice(0, begin + TABLE_BEGIN.length) + made + text.slice(end))
}

mkdirSync(settings.folder, { recursive: true })
const cores = cpus()
const machine = `${cores.length} × ${cores[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.version}`
const all: Result[] = []
try {
  for await (const result of results()) {
    all.push(result)
    process.stdout.write(`${jsonLine(result, machine)}\n`)
  }
} finally {
  removeArchives()
}
if (options.write) writeTables(all)
else process.stderr.write(`${tables(all, machine, `${rounds.rounds} rounds`)}\n`)
