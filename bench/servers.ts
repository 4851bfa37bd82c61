/** Starts the servers to be measured, each with an empty archive of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from './load/messages.js'

/** `base`: Filmroom as it was before a change */
export type ServerName = 'filmroom' | 'orthanc' | 'base'

export interface Server extends Target {
  readonly name: ServerName
  readonly pid: number
  /** Ends it. Its archive stays until removeArchives: ext4 is slower at making files for minutes after many were removed. */
  stop(): Promise<void>
}

export interface ServerSettings {
  /** temporary archives and logs go here */
  readonly folder: string
  /** Filmroom listens on this port, what it is compared with on the next */
  readonly port: number
  /** Filmroom's compiled program */
  readonly main: string
  /** another build to compare with */
  readonly base: string
  /** shared/tools/orthanc/run.sh */
  readonly orthanc: string
  /** where a CPU profile of Filmroom is to be written */
  readonly profile?: string
  /** further settings of Filmroom */
  readonly environment?: Readonly<Record<string, string>>
}

const START_MS = 30_000
const POLL_MS = 50
const DICOMWEB_PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so'
const running = new Set<Server>()
const archives: string[] = []

/** Of all servers that were started. */
export function removeArchives(): void {
  for (const archive of archives) rmSync(archive, { recursive: true, force: true })
}

/** Stops what is still running. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(server => server.stop()))
}

export function startServer(name: ServerName, settings: ServerSettings): Promise<Server> {
  if (name === 'orthanc') return startOrthanc(settings)
  const { main, base, port } = settings
  return startFilmroom(settings, name, name === 'filmroom' ? { main, port } : { main: base, port: port + 1 })
}

async function startFilmroom(
  { folder, profile, environment }: ServerSettings,
  name: ServerName,
  { main, port }: { readonly main: string; readonly port: number },
): Promise<Server> {
  const data = mkdtempSync(path.join(folder, `${name}-`))
  archives.push(data)
  const log = path.join(data, 'log')
  // Settings of the shell are not measured, and a site behind a known name has its metadata bundles cached.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('FILMROOM_')))
  const output = openSync(log, 'w')
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const child = spawn(process.execPath, [...profiling, main], {
    env: {
      ...env,
      FILMROOM_PORT: String(port),
      FILMROOM_DATA: path.join(data, 'data'),
      FILMROOM_PUBLIC_URL: `http://127.0.0.1:${port}`,
      ...environment,
    },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const until = performance.now() + START_MS
  while (!(await answers(`http://127.0.0.1:${port}/readyz`))) {
    if (child.exitCode !== null || performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`Filmroom did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`)
    }
    await sleep(POLL_MS)
  }
  return server(name, '/dicomweb', port, child.pid ?? 0, child)
}

async function startOrthanc({ folder, port, orthanc }: ServerSettings): Promise<Server> {
  if (!existsSync(orthanc))
    throw new Error(`no ${orthanc}: give --orthanc, or --no-peer to measure without a peer`)
  const data = mkdtempSync(path.join(folder, 'orthanc-'))
  archives.push(data)
  const child = spawn(orthanc, ['--port', String(port + 1), '--storage', path.join(data, 'storage')], {
    // Without the GDCM plugin: it is the slower decoder, and ends Orthanc now and then.
    env: { ...process.env, ORTHANC_PLUGINS: DICOMWEB_PLUGIN, TMPDIR: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of child.stdout.setEncoding('utf8')) {
    const pid = /^READY \S+ pid=(\d+)/m.exec(String(line))?.[1]
    if (pid === undefined) continue
    return server('orthanc', '/dicom-web', port + 1, Number(pid), child)
  }
  throw new Error('Orthanc did not start')
}

function server(name: ServerName, root: string, port: number, pid: number, child: ChildProcess): Server {
  const started: Server = {
    name,
    root,
    port,
    pid,
    async stop() {
      running.delete(started)
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        // By SIGTERM Filmroom would give proxies time to learn of it.
        child.kill(name === 'orthanc' ? 'SIGTERM' : 'SIGINT')
        await ended
      }
    },
  }
  running.add(started)
  return started
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}
