/** A file system of a few megabytes, for tests that fill it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'

/** false where a file system can be mounted (or must be: CI), else the words to skip with. */
export function withoutMount(): string | false {
  const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-mount-'))
  try {
    mount(folder, 1)
    execFileSync('umount', ['-l', folder])
    return false
  } catch {
    if (process.env['CI'] === 'true') throw new Error('no right to mount: in CI this test may not be skipped')
    return 'no right to mount a small file system'
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A small disk at that folder, which goes with the test. */
export function mountSmallDisk(t: Test, folder: string, mebibytes: number): void {
  mkdirSync(folder, { recursive: true })
  mount(folder, mebibytes)
  t.teardown(() => execFileSync('umount', ['-l', folder]))
}

function mount(folder: string, mebibytes: number): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
}
