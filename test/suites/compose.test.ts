/** docker/compose*.yaml as `docker-compose config` reads them, and what they have to agree upon with other files. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { withoutCommands } from '../commands.js'
import { temporaryFolder } from '../server.js'
import { directive } from './deployment/nginx.js'
import { seconds, settingFaults } from './deployment/settings.js'

interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile?: string }
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly (string | { readonly type: string; readonly target: string })[]
  readonly networks?: { readonly default?: { readonly ipv4_address: string } }
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly init?: boolean
  readonly stop_grace_period?: string
}

const run = promisify(execFile)
const SECRETS = { POSTGRES_PASSWORD: 'a1', S3_ACCESS_KEY: 'b2', S3_SECRET_KEY: 'c3' }
const FILES = ['docker/compose.yaml', 'docker/compose.cluster.yaml']
const REPLICAS = ['filmroom-1', 'filmroom-2', 'filmroom-3']
const skip = withoutCommands('docker-compose')

/** As `docker-compose config` writes them. */
async function services(
  t: Test,
  file: string,
  secrets: Readonly<Record<string, string>> = SECRETS,
): Promise<Readonly<Record<string, Service>>> {
  // In place of docker/.env, which somebody may have here.
  const settings = path.join(temporaryFolder(t), 'env')
  writeFileSync(
    settings,
    Object.entries(secrets)
      .map(pair => `${pair.join('=')}\n`)
      .join(''),
  )
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' }
  const { stdout } = await run('docker-compose', ['--env-file', settings, '--file', file, 'config'], { env })
  return (parse(stdout) as { readonly services: Readonly<Record<string, Service>> }).services
}

t.test('compose files are valid, and our services run with as few rights as they need', { skip }, async t => {
  for (const file of FILES) {
    const all = Object.entries(await services(t, file))
    const ours = all.filter(([, service]) => service.build !== undefined)
    t.not(ours.length, 0, file)
    for (const [name, service] of ours) {
      t.match(service, { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }, name)
      const { context = '', dockerfile = 'Dockerfile' } = service.build ?? {}
      t.ok(existsSync(path.join(context, dockerfile)), `${name} can be built`)
    }
    for (const [name, { image, build, ports = [] }] of all) {
      for (const port of ports)
        t.match(port, /^127\.0\.0\.1:/, `${name}: nothing but this machine reaches it`)
      if (build === undefined) t.match(image, /:v?\d+/, `${name}: an image with its version`)
    }
  }
})

t.test(
  'the settings are such as the program takes, and it has longer to stop than it drains',
  { skip },
  async t => {
    for (const file of FILES) {
      const programs = Object.entries(await services(t, file)).filter(([, { image }]) => image === 'filmroom')
      t.equal(programs.length, file.includes('cluster') ? 4 : 1)
      for (const [
        name,
        { environment = {}, init, stop_grace_period: grace = '', volumes = [] },
      ] of programs) {
        const given = Object.entries(environment).filter(([key]) => key.startsWith('FILMROOM_'))
        t.same(settingFaults(Object.fromEntries(given)), [], name)
        t.ok(init, name)
        const { FILMROOM_DRAIN: drain = '30s', FILMROOM_STOP_DELAY: delay = '5s' } = environment
        t.ok(seconds(grace) >= seconds(delay) + seconds(drain) + 10, name)
        t.equal(volumes.length, 1)
        t.match(JSON.stringify(volumes), /\/data\b/, `${name} can write to /data`)
      }
    }
  },
)

t.test('what is faulty is seen', async t => {
  t.match(settingFaults({ FILMROOM_AUTH: 'off', FILMROOM_PORT: 'tcp://10.0.0.1:80' }).join(), 'FILMROOM_PORT')
  t.match(settingFaults({ FILMROOM_AUTH: 'off', FILMROOM_POOL: '1' }).join(), 'no such setting')
  t.match(settingFaults({}).join(), 'FILMROOM_HOST')
  t.same([seconds('1m15s'), seconds('75s')], [75, 75])
})

t.test('the cluster does not start without secrets, and has none of its own', { skip }, async t => {
  const [, cluster = ''] = FILES
  for (const name of Object.keys(SECRETS)) {
    await t.rejects(services(t, cluster, { ...SECRETS, [name]: '' }), /set it in docker\/\.env/, name)
    t.match(readFileSync('docker/example.env', 'utf8'), new RegExp(`^${name}=$`, 'm'))
  }
  t.match(readFileSync('.gitignore', 'utf8'), /^docker\/\.env$/m)
})

t.test(
  'the cluster: replicas are alike, wait for the migration, and nginx and they know each other',
  { skip },
  async t => {
    const all = await services(t, FILES[1] ?? '')
    t.same(Object.keys(all).sort(), [...REPLICAS, 'migrate', 'nginx', 'postgres', 's3'].sort())
    const replicas = REPLICAS.map(name => all[name] ?? { image: '' })
    for (const { environment, depends_on: needs } of replicas) {
      t.same(environment, all['migrate']?.environment)
      t.match(needs, {
        migrate: { condition: 'service_completed_successfully' },
        postgres: { condition: 'service_healthy' },
        s3: { condition: 'service_healthy' },
      })
    }
    t.same(all['migrate']?.command, ['migrate'])
    t.equal(
      new Set(replicas.map(({ volumes }) => JSON.stringify(volumes))).size,
      REPLICAS.length,
      'a cache each',
    )
    const addresses = replicas.map(({ networks }) => networks?.default?.ipv4_address ?? '')
    const servers = directive('server').map(value => value.split(' ')[0])
    t.same(
      servers,
      addresses.map(address => `${address}:8080`),
    )
    t.equal(all['nginx']?.networks?.default?.ipv4_address, replicas[0]?.environment?.['FILMROOM_TRUST_PROXY'])
  },
)

t.test("the viewer's configuration is the README's, on its own origin", async t => {
  const readme = /^```js\n(dataSources: [^]*?)^```/m.exec(readFileSync('README.md', 'utf8'))?.[1] ?? ''
  const origin = 'http://127.0.0.1:8080'
  const wanted: unknown = runInNewContext(`({ ${readme} })`)
  const window: { location: { origin: string }; config?: object } = { location: { origin } }
  runInNewContext(readFileSync('docker/nginx/app-config.js', 'utf8'), { window })
  t.match(JSON.parse(JSON.stringify(window.config)), JSON.parse(JSON.stringify(wanted)))
  t.match(readFileSync('docker/nginx/Dockerfile', 'utf8'), /@ohif\/app@3\.13\.2 /)
  t.match(readFileSync('.ci/ohif', 'utf8'), /^ohif=3\.13\.2 /m, 'the version that the suites drive')
})
