/** Runs a command as an operator does: a process of its own, with the settings of a server that may be running. */
import { execFile } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface CommandResult {
  readonly status: number
  readonly output: string
  readonly errors: string
}

export const PROGRAM = fileURLToPath(new URL('../../src/main.cjs', import.meta.url))

/** @param dataFolder that of a RunningServer
 *  @param environment FILMROOM_* settings
 *  @param program another program's main.cjs */
export function runFilmroom(
  dataFolder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  program = PROGRAM,
): Promise<CommandResult> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: dataFolder,
    FILMROOM_DATA: path.join(dataFolder, 'data'),
    ...environment,
  }
  return new Promise(resolve => {
    execFile(process.execPath, [program, ...args], { env }, (error, output, errors) => {
      resolve({ status: error === null ? 0 : Number(error.code), output, errors })
    })
  })
}
