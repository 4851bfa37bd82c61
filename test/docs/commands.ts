import { spawnSync } from 'node:child_process'

/** @returns false where bash and the commands are there (or must be: CI), else the words to skip with */
export function withoutCommands(...names: readonly string[]): string | false {
  const missing = names.filter(name => spawnSync('bash', ['-c', `command -v ${name}`]).status !== 0)
  if (missing.length === 0) return false
  if (process.env['CI'] === 'true') throw new Error(`no ${missing.join(', ')}: in CI this may not be skipped`)
  return `no ${missing.join(', ')} on this machine`
}
