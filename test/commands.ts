import { spawnSync } from 'node:child_process'

/** Debian's, whatever Python comes first in PATH: pydicom is there. */
const PYTHON = '/usr/bin/python3'

/** @returns false where bash and the commands are there (or must be: CI), else the words to skip with */
export function withoutCommands(...names: readonly string[]): string | false {
  return without(names.filter(name => spawnSync('bash', ['-c', `command -v ${name}`]).status !== 0))
}

/** @param modules of Python, such as `pydicom`
 *  @returns false where they are there (or must be: CI), else the words to skip with */
export function withoutPython(...modules: readonly string[]): string | false {
  return without(modules.filter(module => spawnSync(PYTHON, ['-c', `import ${module}`]).status !== 0))
}

function without(missing: readonly string[]): string | false {
  if (missing.length === 0) return false
  if (process.env['CI'] === 'true') throw new Error(`no ${missing.join(', ')}: in CI this may not be skipped`)
  return `no ${missing.join(', ')} on this machine`
}
