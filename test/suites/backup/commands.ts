/** The commands of docs/operations.md, run as they stand there. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type Environment = Readonly<Record<string, string>>

/** A step is a command. */
export interface Form {
  /** the index's, then the blobs' */
  readonly backup: readonly string[]
  readonly restore: readonly string[]
}

const DOCUMENT = new URL('../../../../docs/operations.md', import.meta.url)

/** Where the blocks are: of SQLite and a folder, of PostgreSQL and S3.
 * @throws Error where a block is missing: the document cannot lose its test unseen */
export function documentedForms(): { readonly embedded: Form; readonly servers: Form } {
  const text = readFileSync(DOCUMENT, 'utf8')
  const [backup, restore] = ['backup', 'restore'].map(mark =>
    [...text.matchAll(new RegExp(`<!-- ${mark} -->\\n\`\`\`bash\\n([^]*?)\`\`\``, 'g'))].map(
      ([, commands = '']) => commands.trimEnd().split('\n'),
    ),
  )
  if (backup?.length !== 2 || restore?.length !== 2) throw new Error('expected two blocks of each')
  return {
    embedded: { backup: backup[0]!, restore: restore[0]! },
    servers: { backup: backup[1]!, restore: restore[1]! },
  }
}

/** @throws Error where one ends with another status than 0 */
export async function runSteps(steps: readonly string[], environment: Environment): Promise<void> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment }
  for (const step of steps)
    await new Promise<void>((resolve, reject) => {
      execFile('bash', ['--norc', '-euo', 'pipefail', '-c', step], { env }, (error, _, errors) => {
        if (error === null) resolve()
        else reject(new Error(`${step}\nended with ${String(error.code)}: ${errors}`))
      })
    })
}
