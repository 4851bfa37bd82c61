/** Performs a Dockerfile's steps in folders, one a stage, without Docker: what the steps of a build do is seen, not what a
 *  base image holds or a kernel isolates. */
import { execFile } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { assignments, words, type Instruction, type Stage } from './dockerfile.js'

export interface Image {
  /** the folder that is the image's file system, without its base */
  readonly root: string
  readonly workdir: string
  readonly environment: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly user: string
  readonly volumes: readonly string[]
  readonly stopSignal: string
  readonly healthCheck: readonly string[]
  readonly entrypoint: readonly string[]
}

export interface Build {
  readonly stages: readonly Stage[]
  /** folder of the files that COPY takes, and the text of its .dockerignore */
  readonly context: string
  readonly ignored: string
  /** where the stages' folders are made */
  readonly folder: string
  /** commands of RUN, and what is done in their place */
  readonly replaced?: Readonly<Record<string, string>>
  /** of RUN, beside what the Dockerfile sets */
  readonly environment: Readonly<Record<string, string>>
}

const run = promisify(execFile)
const NOTHING = {
  workdir: '/',
  environment: {},
  labels: {},
  user: '0:0',
  volumes: [],
  stopSignal: 'SIGTERM',
  healthCheck: [],
  entrypoint: [],
}

/** Builds the last stage, and those that it needs. */
export async function buildImage(build: Build): Promise<Image> {
  const last = build.stages.at(-1)
  if (last === undefined) throw new Error('a Dockerfile without a stage')
  const images = new Map<string, Image>()
  const imageOf = async (stage: Stage): Promise<Image> => {
    const before = build.stages.find(one => one.name === stage.from)
    const from = before === undefined ? undefined : await imageOf(before)
    for (const instruction of stage.instructions) {
      const [, other] = /^--from=(\S+)/.exec(instruction.text) ?? []
      const source = build.stages.find(one => one.name === other)
      if (source !== undefined && !images.has(source.name)) await imageOf(source)
    }
    const root = from?.root ?? path.join(build.folder, stage.name)
    mkdirSync(root, { recursive: true })
    let image: Image = { ...(from ?? NOTHING), root }
    for (const instruction of stage.instructions) image = await perform(build, images, image, instruction)
    images.set(stage.name, image)
    return image
  }
  return imageOf(last)
}

async function perform(
  build: Build,
  images: ReadonlyMap<string, Image>,
  image: Image,
  { name, text }: Instruction,
): Promise<Image> {
  switch (name) {
    case 'WORKDIR':
      mkdirSync(inside(image, text), { recursive: true })
      return { ...image, workdir: path.posix.resolve(image.workdir, text) }
    case 'COPY':
      copy(build, images, image, text)
      return image
    case 'RUN':
      // Within no container a path from the root on would be this machine's.
      if (/(^|[\s=])\//.test(text)) throw new Error(`RUN with a path from the root on: ${text}`)
      await run('/bin/sh', ['-ec', build.replaced?.[text] ?? text], {
        cwd: inside(image, '.'),
        env: { ...build.environment, ...image.environment },
        maxBuffer: 64 << 20,
      })
      return image
    case 'ENV':
      return { ...image, environment: { ...image.environment, ...assignments(text) } }
    case 'LABEL':
      return { ...image, labels: { ...image.labels, ...assignments(text) } }
    case 'USER':
      return { ...image, user: text }
    case 'VOLUME':
      return { ...image, volumes: words(text) }
    case 'STOPSIGNAL':
      return { ...image, stopSignal: text }
    case 'HEALTHCHECK':
      return { ...image, healthCheck: words(text.replace(/^.*?\sCMD\s+/, '')) }
    case 'ENTRYPOINT':
      return { ...image, entrypoint: words(text) }
    case 'EXPOSE':
      return image
    default:
      throw new Error(`${name} is not performed here`)
  }
}

/** Where a path of the image is on this machine. */
export function inside(image: Image, file: string): string {
  return path.join(image.root, path.posix.resolve(image.workdir, file))
}

function copy(build: Build, images: ReadonlyMap<string, Image>, image: Image, text: string): void {
  const given = text.split(/\s+/)
  const options = new Map(
    given.filter(word => word.startsWith('--')).map(word => word.split('=') as [string, string]),
  )
  const sources = given.filter(word => !word.startsWith('--'))
  const target = sources.pop() ?? ''
  const other = images.get(options.get('--from') ?? '')
  for (const source of sources) {
    if (other === undefined && isIgnored(build.ignored, source))
      throw new Error(`.dockerignore leaves out ${source}`)
    const from = other === undefined ? path.join(build.context, source) : inside(other, source)
    if (!existsSync(from)) throw new Error(`COPY of what is not there: ${source}`)
    // Of a folder its content is copied; a file goes into a folder where the target ends with a slash.
    const into =
      statSync(from).isDirectory() || !/(^|\/)\.?\/?$/.test(target)
        ? target
        : path.posix.join(target, path.basename(source))
    cpSync(from, inside(image, into), { recursive: true, verbatimSymlinks: true })
    const [user, group] = (options.get('--chown') ?? '').split(':').map(Number)
    // Others than root can give nothing away; what they build is their own.
    if (user !== undefined && group !== undefined && process.getuid?.() === 0)
      own(inside(image, into), user, group)
  }
}

function own(file: string, user: number, group: number): void {
  chownSync(file, user, group)
  if (statSync(file).isDirectory())
    for (const name of readdirSync(file)) own(path.join(file, name), user, group)
}

/** Of a .dockerignore that leaves out everything but what it names at the top level. */
function isIgnored(ignored: string, source: string): boolean {
  const lines = ignored.split('\n').filter(line => !/^\s*(#|$)/.test(line))
  const [first, ...rest] = lines
  if (first !== '*' || rest.some(line => !/^![\w.-]+$/.test(line)))
    throw new Error('.dockerignore has another form')
  return !rest.includes(`!${source.replace(/\/$/, '').split('/')[0] ?? ''}`)
}

/** What `du` says that a folder takes, in bytes. */
export async function bytesIn(folder: string): Promise<number> {
  const { stdout } = await run('du', ['--summarize', '--block-size=1', folder])
  return Number(/^\d+/.exec(stdout)?.[0])
}

/** A better-sqlite3 as its authors publish it for this Node and machine, made of the one that this project has: the build of an
 *  image fetches such, and has no compiler.
 * @returns the folder that npm's installer looks into */
export async function prebuiltSqlite(folder: string): Promise<string> {
  const at = path.resolve('node_modules/better-sqlite3')
  const { version } = JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8')) as { version: string }
  const { modules } = process.versions
  const name = `better-sqlite3-v${version}-node-v${modules}-${process.platform}-${process.arch}.tar.gz`
  mkdirSync(folder, { recursive: true })
  await run('tar', ['-czf', path.join(folder, name), '-C', at, 'build/Release/better_sqlite3.node'])
  return folder
}
