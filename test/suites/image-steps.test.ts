/** docker/Dockerfile without Docker: its own steps in clean folders, and what they make, run as the image runs it: by a user
 *  without rights, who can write nowhere but in the data folder. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { withoutCommands } from '../commands.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { ctImage } from '../made-dicom.js'
import { freePort } from '../ohif/viewer.js'
import { temporaryFolder } from '../server.js'
import { pathOf } from '../conformance/paths.js'
import { readDockerfile } from './deployment/dockerfile.js'
import { buildImage, bytesIn, inside, prebuiltSqlite, type Image } from './deployment/image.js'

const DOCKERFILE = readFileSync('docker/Dockerfile', 'utf8')
const PACKAGE = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: { readonly start: string }
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}
const START_MS = 60_000
/** of packages and program, without Node: 101 MB when this was written */
const LARGEST_BYTES = 130e6
const DEVELOPMENT_PACKAGES = 'npm ci --ignore-scripts --no-audit --no-fund'
const PATH = `${path.dirname(process.execPath)}:/usr/bin:/bin`
const run = promisify(execFile)

t.setTimeout(0)

t.test('the image', { skip: withoutCommands('npm', 'tar', 'setpriv', 'du') }, async t => {
  const folder = temporaryFolder(t)
  chmodSync(folder, 0o711)
  const build = {
    stages: readDockerfile(DOCKERFILE),
    context: process.cwd(),
    ignored: readFileSync('.dockerignore', 'utf8'),
    folder: path.join(folder, 'stages'),
    // What compiles is what this project was installed with, by the same lock: half a thousand packages less to unpack.
    replaced: { [DEVELOPMENT_PACKAGES]: `ln -s '${path.resolve('node_modules')}' node_modules` },
    environment: {
      PATH,
      HOME: process.env['HOME'] ?? folder,
      npm_config_better_sqlite3_local_prebuilds: await prebuiltSqlite(path.join(folder, 'prebuilt')),
      // The base image has no compiler.
      CC: '/bin/false',
      CXX: '/bin/false',
    },
  }
  const image = await buildImage(build)
  await run('chmod', ['-R', 'a-w', inside(image, '.')])
  t.teardown(() => run('chmod', ['-R', 'u+w', inside(image, '.')]))

  t.ok(
    build.stages.some(({ instructions }) => instructions.some(({ text }) => text === DEVELOPMENT_PACKAGES)),
  )

  t.test('holds the program and its packages, and nothing of what made them', async t => {
    for (const name of Object.keys(PACKAGE.dependencies))
      t.ok(existsSync(inside(image, `node_modules/${name}/package.json`)), name)
    for (const name of Object.keys(PACKAGE.devDependencies))
      t.notOk(existsSync(inside(image, `node_modules/${name}`)), name)
    for (const name of ['src', 'test', 'migrations', 'dist/test', 'dist/bench', '.git', 'data'])
      t.notOk(existsSync(inside(image, name)), name)
    t.ok(existsSync(inside(image, 'dist/migrations/0001-archive.js')))
    const bytes = await bytesIn(inside(image, '.'))
    t.comment(`IMAGE_BYTES=${bytes} of them packages: ${await bytesIn(inside(image, 'node_modules'))}`)
    t.ok(bytes < LARGEST_BYTES, `${bytes} bytes`)
  })

  t.test('starts what package.json starts, as nobody, and ends it by the signal that drains', async t => {
    t.same(image.entrypoint, PACKAGE.scripts.start.split(' '))
    t.match(image.user, /^[1-9]\d*:[1-9]\d*$/)
    t.equal(image.stopSignal, 'SIGTERM')
    t.same(image.volumes, [image.environment['FILMROOM_DATA']])
    t.match(image.labels, { 'org.opencontainers.image.licenses': 'Apache-2.0' })
    for (const { from } of build.stages)
      t.ok(/^node:\d+-bookworm-slim$/.test(from) || build.stages.some(({ name }) => name === from), from)
  })

  t.test('does not open the archive to everybody by itself', async t => {
    const { child, output } = start(t, image, [], {})
    t.equal(await endOf(child), 1)
    t.match(output.join(''), /FILMROOM_AUTH=off/)
  })

  t.test('makes its schema, starts, is healthy, stores, gives back, draws and ends', async t => {
    t.equal(
      await status(image, ['sh', '-c', 'exec 2>&-; ! touch dist/written && touch /data/written']),
      0,
      'read-only',
    )
    const migration = start(t, image, ['migrate'], { FILMROOM_AUTH: 'off' })
    t.equal(await endOf(migration.child), 0, migration.output.join(''))
    t.match(migration.output.join(''), /^the schema is \S+, made anew/)

    const port = await freePort()
    const settings = { FILMROOM_AUTH: 'off', FILMROOM_PORT: String(port) }
    t.equal(await status(image, image.healthCheck, settings), 1, 'not healthy before it runs')
    const { child, output } = start(t, image, [], settings)
    const began = performance.now()
    while ((await status(image, image.healthCheck, settings)) !== 0)
      if (child.exitCode !== null || performance.now() - began > START_MS) throw new Error(output.join(''))

    const one = ctImage()
    const origin = `http://127.0.0.1:${port}`
    await store(`${origin}/dicomweb`, [one.bytes])
    const instance = `${origin}/dicomweb${pathOf(one)}`
    const back = await askWhole(instance, { headers: { Accept: STORED_SYNTAX } })
    t.same([back.status, back.bytes.equals(one.bytes)], [200, true])
    const picture = await askWhole(`${instance}/rendered?annotation=patient`, {
      headers: { Accept: 'image/png' },
    })
    t.same([picture.status, picture.headers['content-type']], [200, 'image/png'])

    child.kill(image.stopSignal as NodeJS.Signals)
    t.equal(await endOf(child), 0)
    t.notMatch(output.join(''), /EACCES|EROFS|Fontconfig|"level":[56]0/)
    t.equal(statSync(inside(image, '/data/index.sqlite')).isFile(), true)
  })
})

t.test('what performs the steps', async t => {
  t.test('refuses what it does not know, and what a build would refuse', async t => {
    const folder = temporaryFolder(t)
    mkdirSync(path.join(folder, 'context'))
    for (const name of ['one', 'two']) writeFileSync(path.join(folder, 'context', name), name)
    const build = (text: string): Promise<Image> =>
      buildImage({
        stages: readDockerfile(text),
        context: path.join(folder, 'context'),
        ignored: '*\n!one\n!absent\n',
        folder: path.join(folder, 'stages'),
        environment: { PATH },
      })
    for (const [text, message] of [
      ['FROM a\nADD one .', 'not known here'],
      ['COPY one .', 'before the first FROM'],
      ['FROM a\nCOPY two .', '.dockerignore leaves out two'],
      ['FROM a\nCOPY absent .', 'what is not there'],
      ['FROM a\nRUN touch /tmp/x', 'path from the root on'],
      ['FROM a\nRUN exit 3', 'Command failed'],
      ['FROM a\nENTRYPOINT node main', 'JSON'],
    ] as const)
      await t.rejects(async () => build(text), new RegExp(message.replace('.', '\\.')), text)
    const image = await build(
      'FROM a AS x\nWORKDIR /y\nCOPY one ./\nRUN cat one one \\\n  > two\nFROM b\nCOPY --from=x /y /z',
    )
    t.equal(readFileSync(inside(image, '/z/two'), 'utf8'), 'oneone')
  })
})

/** As the image's user, with its environment and nothing else. */
function command(
  image: Image,
  settings: Readonly<Record<string, string>>,
): { readonly under: string[]; readonly env: NodeJS.ProcessEnv } {
  const [user = '', group = ''] = image.user.split(':')
  const rights = ['--clear-groups', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
  const under = process.getuid?.() === 0 ? ['setpriv', `--reuid=${user}`, `--regid=${group}`, ...rights] : []
  // Where the image has /data the machine has a folder; nowhere else can be written, not even for a moment.
  const data = inside(image, image.environment['FILMROOM_DATA'] ?? '')
  const nowhere = { HOME: '/nonexistent', TMPDIR: '/nonexistent' }
  return { under, env: { PATH, ...nowhere, ...image.environment, FILMROOM_DATA: data, ...settings } }
}

function start(
  t: Test,
  image: Image,
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
): { readonly child: ChildProcess; readonly output: string[] } {
  const { under, env } = command(image, settings)
  const [program = '', ...rest] = [...under, ...image.entrypoint, ...words]
  const child = spawn(program, rest, { cwd: inside(image, '.'), env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => output.push(text.toString()))
  t.teardown(() => child.kill('SIGKILL'))
  return { child, output }
}

async function status(
  image: Image,
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { under, env } = command(image, settings)
  const [program = '', ...rest] = [
    ...under,
    ...words.map(word => word.replaceAll(' /data/', ` ${inside(image, '/data')}/`)),
  ]
  const child = spawn(program, rest, { cwd: inside(image, '.'), env, stdio: 'ignore' })
  return endOf(child)
}

async function endOf(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return child.exitCode ?? -1
}
