/** What pydicom reads from files: a foreign tool to compare with. Debian: python3-pydicom. */
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { withoutPython } from '../commands.js'

const PYTHON = '/usr/bin/python3'

/** false where pydicom is there (or must be: CI), else the words to skip with. */
export function withoutPydicom(): string | false {
  return withoutPython('pydicom')
}

export interface ReadAlike {
  readonly equal: boolean
  /** the first element that differs */
  readonly difference: string
  /** of all elements that differ */
  readonly tags: readonly string[]
  /** of the answered file */
  readonly transferSyntax: string
  /** SHA-256 of each frame of the stored file, native, in Explicit VR Little Endian */
  readonly frames: readonly string[]
}

/** Whether two Part 10 files hold the same data set, pair by pair. */
export function readAlike(pairs: readonly { stored: string; answered: string }[]): ReadAlike[] {
  const script = path.resolve('test/oracles/pydicom_equal.py')
  const input = pairs.map(({ stored, answered }) => `${stored}\t${answered}\n`).join('')
  const output = execFileSync(PYTHON, [script], { input, encoding: 'utf8', maxBuffer: 64 << 20 })
  return output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as ReadAlike)
}
