import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, readlink, rmdir, stat, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import path from 'node:path'
import { isMissing } from './failures.js'

/** Stands beside the blobs, in the same file system. No blob key starts with a dot. */
export const WRITING = '.writing'

/** From another machine or container nothing tells a dead writer from a live one but the age of its last write. To be
 *  wrong is safe: the live one's rename fails, and with it its upload. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000

const SEPARATOR = '~'

/** Makes this store's own folder for what is being written. Its name tells which process on which machine owns it. */
export async function makeTemporaryFolder(root: string): Promise<string> {
  const owner = [
    ...(await machine()),
    process.pid,
    await startOf(process.pid),
    randomBytes(6).toString('hex'),
  ]
  const folder = path.join(root, WRITING, owner.join(SEPARATOR))
  await mkdir(folder, { recursive: true })
  return folder
}

/** Removes what writers left behind whose process has ended; those that may still run keep theirs.
 * @returns how many files */
export async function sweepTemporaryFolders(root: string): Promise<number> {
  const here = await machine()
  let removed = 0
  for (const owner of await readdir(path.join(root, WRITING))) {
    const folder = path.join(root, WRITING, owner)
    const fate = await fateOf(owner.split(SEPARATOR), here)
    if (fate === 'alive') continue
    removed += await removeOld(folder, fate === 'dead' ? 0 : ABANDONED_AFTER_MS)
  }
  return removed
}

async function fateOf(
  owner: readonly string[],
  here: readonly string[],
): Promise<'alive' | 'dead' | 'unknown'> {
  const [host, boot, namespace, pid, start] = owner
  if (start === undefined || host !== here[0]) return 'unknown'
  if (boot !== here[1]) return 'dead'
  if (namespace !== here[2]) return 'unknown'
  return (await startOf(Number(pid))) === start ? 'alive' : 'dead'
}

/** Host, boot and process number space: the same process number means the same process only within all three. */
async function machine(): Promise<readonly [string, string, string]> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => 'unknown')
  return [inName(hostname()), inName(boot.trim()), inName(namespace)]
}

/** When a process started, in the kernel's words; `running` where it does not say; `none` where there is no process. */
async function startOf(pid: number): Promise<string> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8')
    // proc(5): field 22, counted behind the program's name, which may itself hold blanks and parentheses
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? 'running'
  } catch {
    return isRunning(pid) ? 'running' : 'none'
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

async function removeOld(folder: string, olderThanMs: number): Promise<number> {
  const isOld = async (name: string): Promise<boolean> =>
    olderThanMs === 0 || Date.now() - (await stat(name)).mtimeMs > olderThanMs
  let removed = 0
  try {
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name)
      if (!(await isOld(file))) continue
      await unlink(file)
      removed++
    }
    if (removed > 0 || (await isOld(folder))) await rmdir(folder)
  } catch (error) {
    // Another process sweeps too, or the owner went on writing.
    if (!isMissing(error) && !isNotEmpty(error)) throw error
  }
  return removed
}

function isNotEmpty(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY'
}

function inName(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/g, '_')
}
