/** Starts the whole program as a stranger would: a process of its own, a temporary folder, nothing shared with the test. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

export interface RunningServer {
  /** the DICOMweb root, such as http://127.0.0.1:40123/dicomweb */
  readonly url: string
  readonly origin: string
  readonly port: number
  readonly pid: number
  readonly dataFolder: string
  /** what it wrote to standard output and error, the last 2,000 lines */
  readonly log: readonly string[]
  /** Ends it and waits for its end; SIGTERM drains, SIGKILL does not. Once it has ended this does nothing.
   * @returns exit code, or the signal that ended it */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>
}

export interface StartOptions {
  /** a folder to go on with; by default a new one, removed at the end of the test */
  readonly dataFolder?: string
  /** a command that the program is run under, with its arguments; it must end up as the parent of nothing (strace -D) */
  readonly under?: readonly string[]
  /** another program's main.cjs */
  readonly program?: string
}

const PROGRAM = fileURLToPath(new URL('../src/main.cjs', import.meta.url))
const READY = /^Filmroom listens on (http:\/\/127\.0\.0\.1:(\d+)\/\S*)$/
const START_MS = 30_000
const KEPT_LINES = 2000

/** @param environment FILMROOM_* settings over those of the test (a free port, a folder of its own, a stop at once) */
export async function startServer(
  t: Pick<Test, 'teardown'>,
  environment: Readonly<Record<string, string>> = {},
  options: StartOptions = {},
): Promise<RunningServer> {
  const dataFolder = options.dataFolder ?? temporaryFolder(t)
  const [command, ...rest] = [...(options.under ?? []), process.execPath, options.program ?? PROGRAM]
  const child = spawn(command, rest, {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: dataFolder,
      FILMROOM_PORT: '0',
      // An older one would not know it.
      ...(options.program === undefined ? { FILMROOM_STOP_DELAY: '0s' } : {}),
      FILMROOM_DATA: path.join(dataFolder, 'data'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = endOf(child)
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    return ended
  }
  t.teardown(() => stop('SIGKILL'))
  const log: string[] = []
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not ready in ${START_MS} ms: ${log.join('\n')}`)),
      START_MS,
    )
    const seen = (line: string): void => {
      log.push(line)
      if (log.length > KEPT_LINES) log.shift()
      const ready = READY.exec(line)
      if (ready?.[1] !== undefined) resolve(ready[1])
    }
    void Promise.all([eachLine(child.stdout, seen), eachLine(child.stderr, seen), ended]).then(([, , code]) =>
      reject(new Error(`ended at start with ${code}: ${log.join('\n')}`)),
    )
    void ended.finally(() => clearTimeout(timer))
    timer.unref()
  })
  const { origin, port } = new URL(url)
  if (child.pid === undefined) throw new Error('the server has no process')
  return { url, origin, port: Number(port), pid: child.pid, dataFolder, log, stop }
}

/** A folder that goes with the test. TMPDIR says where. */
export function temporaryFolder(t: Pick<Test, 'teardown'>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Memory of a process in bytes: now, and at its peak since the start or the last resetPeak. proc(5). */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024
  return { now: field('VmRSS'), peak: field('VmHWM') }
}

export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}/status`)
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? signal ?? -1
}

async function eachLine(stream: NodeJS.ReadableStream, seen: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) seen(line)
}
