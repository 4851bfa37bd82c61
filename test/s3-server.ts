/** A real S3 server for tests: Ceph's radosgw with one monitor and one object server that keeps all in memory, on loopback. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import { withoutCommands } from './commands.js'

export interface S3Server {
  /** such as http://127.0.0.1:7480; it wants path-style addresses */
  readonly endpoint: string
  readonly port: number
  /** what the AWS SDK looks for */
  readonly credentials: Readonly<Record<'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY', string>>
  /** SIGKILL; what was acknowledged stays, since others hold it */
  killGateway(): Promise<void>
  /** Starts the gateway anew at the same port, and waits until it answers. */
  startGateway(): Promise<void>
  /** radosgw-admin, for what S3 has no words for. */
  admin(...args: readonly string[]): Promise<void>
}

const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin', 'setpriv']
const ACCESS_KEY = 'filmroomtest'
const SECRET_KEY = 'filmroomtestsecret'
/** Buckets are hosts below it for whoever finds its address. */
export const VIRTUAL_HOST = 's3.test'
const START_MS = 60_000
const run = promisify(execFile)

/** @returns false where Ceph is there (or must be: CI), else the words to skip with */
export function withoutS3(): string | false {
  return withoutCommands(...PROGRAMS)
}

/** Starts it in 15 s or so; it ends with the test, and with the process. Several may run at once. */
export async function startS3(t: Pick<Test, 'teardown'>): Promise<S3Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-ceph-'))
  const children: ChildProcess[] = []
  t.teardown(async () => {
    await Promise.all(children.map(kill))
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  for (const name of ['mon', 'osd', 'rgw', 'run', 'log']) mkdirSync(path.join(folder, name))
  const [port, monitorPort] = await freePorts(2)
  const fsid = randomUUID()
  const conf = path.join(folder, 'ceph.conf')
  const nothing = path.join(folder, 'none')
  writeFileSync(conf, configuration(folder, fsid, port!, monitorPort!))
  writeFileSync(nothing, '')

  function daemon(program: string, ...args: readonly string[]): ChildProcess {
    const log = openSync(path.join(folder, 'log', `${program}.out`), 'a')
    // It must not outlive this process, however that ends.
    const child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', program, ...args, '-f', '-c', conf, '--pid-file='],
      {
        stdio: ['ignore', log, log],
      },
    )
    closeSync(log)
    children.push(child)
    return child
  }

  async function startGateway(): Promise<void> {
    if (gateway === undefined || gateway.exitCode !== null || gateway.signalCode !== null)
      gateway = daemon('radosgw', '-n', 'client.rgw')
    await until(async () => (await fetch(endpoint)).ok)
  }

  const endpoint = `http://127.0.0.1:${port!}`
  let gateway: ChildProcess | undefined
  const monmap = path.join(folder, 'monmap')
  await run('monmaptool', [
    '--create',
    '--fsid',
    fsid,
    '--addv',
    'a',
    `[v2:127.0.0.1:${monitorPort!}]`,
    monmap,
  ])
  await run('ceph-mon', ['-c', conf, '--mkfs', '-i', 'a', '--monmap', monmap, '--keyring', nothing])
  daemon('ceph-mon', '-i', 'a')
  const ceph = (...args: readonly string[]): Promise<{ stdout: string }> =>
    run('ceph', ['-c', conf, '--connect-timeout', '5', ...args], { timeout: 10_000 })
  await until(async () => (await ceph('osd', 'create', fsid)).stdout !== '')
  await run('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', fsid])
  daemon('ceph-osd', '-i', '0')
  await until(async () => (await ceph('osd', 'stat')).stdout.includes('1 up'))
  await startGateway()
  const admin = async (...args: readonly string[]): Promise<void> => {
    await run('radosgw-admin', ['-c', conf, '-n', 'client.rgw', ...args])
  }
  const keys = [`--access-key=${ACCESS_KEY}`, `--secret-key=${SECRET_KEY}`]
  await admin('user', 'create', '--uid=test', '--display-name=test', ...keys)
  return {
    endpoint,
    port: port!,
    credentials: { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY },
    killGateway: () => kill(gateway),
    startGateway,
    admin,
  }
}

/** One copy of everything, in memory, without access control between the daemons; `tcp_nodelay`, since small answers take
 *  44 ms otherwise. The monitor and the gateway agree on `crc` only where there is no authentication. */
function configuration(folder: string, fsid: string, port: number, monitorPort: number): string {
  return `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
run dir = ${folder}/run
admin socket = ${folder}/run/$name.asok
log file = ${folder}/log/$name.log
debug ms = 0
[mon]
mon data = ${folder}/mon
mon data avail crit = 1
mon data avail warn = 2
[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd journal =
[client.rgw]
ms mon client mode = crc
admin socket =
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw dns name = ${VIRTUAL_HOST}
rgw enable usage log = false
rgw enable ops log = false
rgw dynamic resharding = false
rgw enable lc threads = false
rgw thread pool size = 64
rgw gc obj min wait = 5
rgw gc processor period = 5
rgw crypt require ssl = false
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = filmroom=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
`
}

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}

async function until(isReady: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + START_MS
  for (;;) {
    const ready = await isReady().catch((error: unknown) => {
      if (Date.now() > end) throw error
      return false
    })
    if (ready) return
    if (Date.now() > end) throw new Error(`not ready in ${START_MS} ms`)
    await delay(100)
  }
}
