/** A PostgreSQL of the test's own: a new cluster in a temporary folder, on a free port of the loopback. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import type { Test } from 'tap'

export interface PostgresServer {
  /** An empty database, named at random.
   * @returns its URL */
  database(): Promise<string>
  /** Ends it: SIGINT disconnects everybody, SIGKILL of the first process leaves the others to find out. */
  stop(signal: 'SIGINT' | 'SIGKILL'): Promise<void>
  /** Starts it again, with what it had. */
  start(): Promise<void>
  /** Runs one of PostgreSQL's own programs on a database, such as pg_dump.
   * @returns what it wrote */
  run(program: string, args: readonly string[]): string
}

const FOLDERS = '/usr/lib/postgresql'
const START_MS = 30_000

/** Starts one that goes with the test.
 * @param settings of postgresql.conf
 * @returns undefined where PostgreSQL is not installed; the test is then skipped, or failed in CI */
export async function startPostgres(
  t: Pick<Test, 'teardown' | 'fail' | 'pass'>,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer | undefined> {
  const programs = installed()
  if (programs === undefined) {
    const message = 'PostgreSQL 15 or later is not installed (Debian: apt-get install postgresql)'
    if (process.env['CI'] === 'true') t.fail(message)
    else t.pass(message, { skip: message })
    return undefined
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-postgres-'))
  // PostgreSQL does not run as root.
  const isRoot = process.getuid?.() === 0
  if (isRoot) chownSync(folder, id('-u'), id('-g'))
  const as = isRoot
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', 'env', `HOME=${folder}`]
    : ['env']
  const data = path.join(folder, 'data')
  const run = (program: string, args: readonly string[]): string => {
    const [command = '', ...rest] = [...as, path.join(programs, program), ...args]
    return execFileSync(command, rest, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  run('initdb', ['-D', data, '-U', 'filmroom', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'])
  const port = await freePort()
  const url = (database: string): string => `postgres://filmroom@127.0.0.1:${port}/${database}`
  let child: ChildProcess | undefined

  const server: PostgresServer = {
    run,
    async database() {
      const name = `test_${randomBytes(6).toString('hex')}`
      await ask(url('postgres'), `create database ${name}`)
      return url(name)
    },
    async stop(signal) {
      const running = child
      child = undefined
      if (running === undefined) return
      const ended = once(running, 'exit')
      running.kill(signal)
      await ended
    },
    async start() {
      const deadline = Date.now() + START_MS
      for (;;) {
        const started = startProcess()
        if (await answers(started, url('postgres'), deadline)) return
        // After a kill its children may hold the memory for a moment.
        if (Date.now() > deadline) throw new Error('PostgreSQL does not start')
        await setTimeout(100)
      }
    },
  }
  t.teardown(async () => {
    await server.stop('SIGINT')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  await server.start()
  return server

  function startProcess(): ChildProcess {
    const given = {
      port: String(port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: folder,
      fsync: 'off',
      max_connections: '60',
      ...settings,
    }
    const options = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const [command = '', ...rest] = [...as, path.join(programs ?? '', 'postgres'), '-D', data, ...options]
    child = spawn(command, rest, { cwd: folder, stdio: 'ignore' })
    return child
  }
}

/** One statement over a connection of its own. */
export async function ask(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

function installed(): string | undefined {
  if (!existsSync(FOLDERS)) return undefined
  const versions = readdirSync(FOLDERS)
    .map(Number)
    .filter(version => version >= 15 && existsSync(path.join(FOLDERS, String(version), 'bin', 'postgres')))
  return versions.length === 0 ? undefined : path.join(FOLDERS, String(Math.max(...versions)), 'bin')
}

function id(which: '-u' | '-g'): number {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

async function answers(started: ChildProcess, url: string, deadline: number): Promise<boolean> {
  while (started.exitCode === null && started.signalCode === null && Date.now() < deadline) {
    try {
      await ask(url, 'select 1')
      return true
    } catch {
      await setTimeout(50)
    }
  }
  return false
}
