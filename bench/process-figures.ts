/** What the kernel says of a server's processes: CPU time and memory of a process and all its descendants. proc(5). */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const TICKS_A_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const PARENT = 1
const USER_TICKS = 11
const SYSTEM_TICKS = 12
const WAITED_USER_TICKS = 13
const WAITED_SYSTEM_TICKS = 14

/** CPU time, user and system, of all threads, ended ones and waited-for children included; in ms. */
export function cpuMs(pid: number): number {
  const fields = [USER_TICKS, SYSTEM_TICKS, WAITED_USER_TICKS, WAITED_SYSTEM_TICKS]
  const ticks = family(pid).flatMap(each => {
    const stat = statFields(each)
    return fields.map(field => Number(stat[field] ?? 0))
  })
  return (ticks.reduce((sum, n) => sum + n, 0) * 1000) / TICKS_A_SECOND
}

/** Resident memory now, in bytes. */
export function residentBytes(pid: number): number {
  return status(pid, 'VmRSS')
}

/** The most resident memory since the process began or since forgetPeak, in bytes. */
export function peakResidentBytes(pid: number): number {
  return status(pid, 'VmHWM')
}

/** Begins a new count of the peak. */
export function forgetPeak(pid: number): void {
  for (const each of family(pid)) writeFileSync(`/proc/${each}/clear_refs`, '5')
}

function status(pid: number, name: string): number {
  const pattern = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm')
  return family(pid)
    .map(each => Number(pattern.exec(readFileSync(`/proc/${each}/status`, 'utf8'))?.[1] ?? 0) * 1024)
    .reduce((sum, bytes) => sum + bytes, 0)
}

/** The process and its living descendants. */
function family(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const parent = statFields(Number(name))[PARENT]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const found = [pid]
  for (const each of found) for (const [child, parent] of parents) if (parent === each) found.push(child)
  return found
}

/** Fields of /proc/PID/stat behind the command's name, which may hold blanks; empty for a process that is gone. */
function statFields(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
