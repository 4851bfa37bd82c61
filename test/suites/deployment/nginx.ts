/** docker/nginx/nginx.conf: what it says, and Debian's nginx run by it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import { freePort } from '../../ohif/viewer.js'
import { temporaryFolder } from '../../server.js'

const NGINX_CONF = readFileSync('docker/nginx/nginx.conf', 'utf8')
const REPLICA = /172\.30\.87\.(\d+):8080/
const START_MS = 10_000
/** Who nginx runs as, where the test is root: a user that owns nothing. */
const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

export interface RunningNginx {
  readonly origin: string
  readonly url: string
  /** bytes in the files that it buffers bodies in */
  bufferedBytes(): number
  /** all that it logged */
  log(): string
}

/** The values of a directive, each time that it stands there. */
export function directive(name: string): string[] {
  return [...NGINX_CONF.matchAll(new RegExp(`^\\s*${name}\\s+([^;{]+);`, 'gm'))].map(
    ([, value = '']) => value,
  )
}

/** The file as it is, but for addresses and folders.
 * @param ports of replicas; those that the file names beyond them are left out */
export async function startNginx(t: Test, ports: readonly number[]): Promise<RunningNginx> {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o777)
  const viewer = path.join(folder, 'ohif')
  mkdirSync(viewer)
  writeFileSync(path.join(viewer, 'index.html'), '<!doctype html><title>viewer</title>')
  writeFileSync(path.join(viewer, 'app-config.js'), readFileSync('docker/nginx/app-config.js'))
  const port = await freePort()
  const conf = NGINX_CONF.split('\n')
    .flatMap(line => {
      const [address, last] = REPLICA.exec(line) ?? []
      if (address === undefined) return [line]
      const replica = ports[Number(last) - 11]
      return replica === undefined ? [] : [line.replace(address, `127.0.0.1:${replica}`)]
    })
    .join('\n')
    .replace(/listen 8080;/, `listen 127.0.0.1:${port};`)
    .replaceAll('/tmp/', `${folder}/`)
    .replaceAll('/usr/share/nginx/ohif', viewer)
    .replace('/dev/stdout', `${folder}/access.log`)
  const file = path.join(folder, 'nginx.conf')
  writeFileSync(file, conf)
  const under = process.getuid?.() === 0 ? NOBODY : []
  const [program, ...rest] = [...under, 'nginx', '-p', folder, '-e', 'stderr', '-c', file]
  const { status, stderr } = spawnSync(program, [...rest, '-t'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`nginx -t: ${stderr}`)
  const child = spawn(program, [...rest, '-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const errors: string[] = []
  child.stderr.on('data', (text: Buffer) => errors.push(text.toString()))
  // SIGTERM: the master ends its workers. By SIGKILL they would outlive it.
  t.teardown(() => ended(child))
  const origin = `http://127.0.0.1:${port}`
  await answers(`${origin}/index.html`, child, errors)
  return {
    origin,
    url: `${origin}/dicomweb`,
    bufferedBytes: () => bytesIn(path.join(folder, 'client_body')) + bytesIn(path.join(folder, 'proxy')),
    log: () => readFileSync(path.join(folder, 'access.log'), 'utf8') + errors.join(''),
  }
}

/** Bytes of the files in a folder and those in it. */
export function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(path.join(parentPath, name)).size, 0)
}

async function answers(url: string, child: ChildProcess, errors: readonly string[]): Promise<void> {
  const began = performance.now()
  for (;;) {
    if (child.exitCode !== null || performance.now() - began > START_MS)
      throw new Error(`nginx: ${errors.join('')}`)
    try {
      await fetch(url)
      return
    } catch {
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
