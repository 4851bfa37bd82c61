/** Programs other than this one, each whole and in a folder of its own: what a commit was, and what later releases will be. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Test } from 'tap'
import { temporaryFolder } from '../../server.js'

const HERE = path.resolve('.')
const SOURCES = ['src', 'migrations', 'package.json', 'tsconfig.json', 'tsconfig.build.json']

/** Builds what a commit was, with the packages that are installed now.
 * @returns its main.cjs; undefined where there is no git, no repository, or a shallow clone
 * @throws Error where the whole history is at hand and has no such commit, or it cannot be built */
export function programOf(t: Pick<Test, 'teardown'>, commit: string): string | undefined {
  const folder = temporaryFolder(t)
  const archive = path.join(folder, 'sources.tar')
  const git = spawnSync('git', ['archive', '--output', archive, commit, ...SOURCES], { cwd: HERE })
  if (git.status !== 0) {
    const whole = spawnSync('git', ['rev-parse', '--is-shallow-repository'], { cwd: HERE, encoding: 'utf8' })
    if (whole.status !== 0 || whole.stdout.trim() === 'true') return undefined
    throw new Error(`${commit} is not in this repository's history: ${git.stderr.toString()}`)
  }
  run('tar', ['-x', '-C', folder, '-f', archive], folder)
  linkPackages(folder)
  // Its types were checked when it was made.
  const options = ['-p', 'tsconfig.build.json', '--noCheck', '--sourceMap', 'false']
  run(process.execPath, ['node_modules/typescript/bin/tsc', ...options], folder)
  return mainOf(folder)
}

export interface Step {
  /** of its file, such as 9001-expand */
  readonly name: string
  /** the statements of its `up`, in JavaScript, with `db` and `sql` */
  readonly up: string
  readonly outsideTransaction?: boolean
}

/** This program, with steps after its own.
 * @returns its main.cjs */
export function laterProgram(t: Pick<Test, 'teardown'>, steps: readonly Step[]): string {
  const folder = temporaryFolder(t)
  mkdirSync(path.join(folder, 'dist'))
  for (const part of ['src', 'migrations'])
    cpSync(path.join(HERE, 'dist', part), path.join(folder, 'dist', part), { recursive: true })
  const migrations = path.join(folder, 'dist', 'migrations')
  // Of a step that was renamed since, dist/ keeps the old name.
  for (const file of readdirSync(migrations))
    if (!existsSync(path.join(HERE, 'migrations', `${path.parse(file).name}.ts`)))
      rmSync(path.join(migrations, file))
  cpSync(path.join(HERE, 'package.json'), path.join(folder, 'package.json'))
  linkPackages(folder)
  for (const { name, up, outsideTransaction = false } of steps)
    writeFileSync(
      path.join(migrations, `${name}.js`),
      `import { sql } from 'kysely'
       export const outsideTransaction = ${outsideTransaction}
       export async function up(db) {\n${up}\n}\n`,
    )
  return mainOf(folder)
}

function linkPackages(folder: string): void {
  symlinkSync(path.join(HERE, 'node_modules'), path.join(folder, 'node_modules'))
}

function mainOf(folder: string): string {
  return path.join(folder, 'dist', 'src', 'main.cjs')
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`)
}
