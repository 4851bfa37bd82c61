import path from 'node:path'
import t from 'tap'
import { ConfigError, readConfig } from '../src/config.js'

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

t.test('without any setting the server is embedded, on loopback and without access control', async t => {
  const config = readConfig({ PATH: '/bin' })
  t.equal(config.host, '127.0.0.1')
  t.equal(config.port, 8080)
  t.equal(config.index, `sqlite:${path.resolve('data/index.sqlite')}`)
  t.equal(config.blobs, `file:${path.resolve('data/blobs')}`)
  t.equal(config.basePath, '/dicomweb')
  t.equal(config.duplicates, 'reject')
  t.equal(config.maxInstanceBytes, 16 * 2 ** 30)
  t.equal(config.maxRequestBytes, undefined)
  t.equal(config.uploadIdle, 60_000)
})

t.test('sizes, times and lists are read with their units', async t => {
  const config = readConfig({
    FILMROOM_MAX_INSTANCE_BYTES: '512MiB',
    FILMROOM_DRAIN: '1500ms',
    FILMROOM_DELETE_GRACE: '40d',
    FILMROOM_CORS_ORIGINS: 'http://localhost:3000, https://viewer.example.org/',
    FILMROOM_TRUST_PROXY: 'loopback,10.0.0.0/8',
    FILMROOM_PUBLIC_URL: 'https://pacs.example.org/',
  })
  t.equal(config.maxInstanceBytes, 512 * 2 ** 20)
  t.equal(config.drain, 1500)
  t.equal(config.deleteGrace, 40 * 86_400_000, 'no timer, so it may be longer than 24 days')
  t.equal(readConfig({ FILMROOM_DELETE_GRACE: '0s' }).deleteGrace, 0)
  t.same(config.corsOrigins, ['http://localhost:3000', 'https://viewer.example.org'])
  t.same(config.trustProxy, ['loopback', '10.0.0.0/8'])
  t.equal(config.publicUrl, 'https://pacs.example.org')
})

t.test('every unknown name and every bad value is named at once', async t => {
  const faults = faultsOf({
    FILMROOM_PROT: '1',
    FILMROOM_PORT: '80a',
    FILMROOM_DUPLICATES: 'keep',
    FILMROOM_DRAIN: '30',
  })
  t.match(
    faults.map(fault => fault.split(':')[0]),
    ['FILMROOM_PROT', 'FILMROOM_PORT', 'FILMROOM_DUPLICATES', 'FILMROOM_DRAIN'],
  )
  t.equal(faults.length, 4)
})

t.test('by default nothing is coerced; what is, is read once', t => {
  t.equal(readConfig({}).coerce, undefined)
  t.match(readConfig({ FILMROOM_COERCE: 'PatientID=P1' }).coerce, [{ tag: 0x00100020 }])
  t.match(faultsOf({ FILMROOM_COERCE: 'StudyDate=20250101' }), [/^FILMROOM_COERCE: StudyDate has VR DA/])
  t.end()
})

t.test('a PostgreSQL index, its connections and its time limit', async t => {
  const url = 'postgres://filmroom:secret@db.example.org/filmroom?sslmode=verify-full'
  t.equal(readConfig({ FILMROOM_INDEX: url }).index, url)
  t.match(readConfig({ FILMROOM_INDEX_POOL: '3', FILMROOM_INDEX_TIMEOUT: '5s' }), {
    indexPool: 3,
    indexTimeout: 5_000,
  })
  t.match(faultsOf({ FILMROOM_INDEX_POOL: '2' }), [/FILMROOM_INDEX_POOL: .*from 3/])
  t.same(faultsOf({ FILMROOM_INDEX: 'mysql://filmroom:secret@db' }), [
    'FILMROOM_INDEX: expected sqlite:<path> or postgres://user:password@host:port/database',
  ])
})

t.test('a setting whose feature does not exist yet is refused by name', async t => {
  t.match(faultsOf({ FILMROOM_TLS_CERT: 'a.pem' }), [/FILMROOM_TLS_CERT: this version does not have/])
  t.match(faultsOf({ FILMROOM_AUTH: 'oidc' }), [/FILMROOM_AUTH: .*oidc/])
})

t.test('blobs are in a folder or in S3, and a bad URL of either is named', async t => {
  const url = 's3://bucket/prefix?endpoint=http://127.0.0.1:7480&forcePathStyle=true'
  t.equal(readConfig({ FILMROOM_BLOBS: url }).blobs, url)
  t.match(faultsOf({ FILMROOM_BLOBS: `${url}&colour=red` }), [/^FILMROOM_BLOBS: unknown parameter colour/])
  t.match(faultsOf({ FILMROOM_BLOBS: '/var/blobs' }), [/^FILMROOM_BLOBS: expected file:/])
})

t.test('an address that others can reach needs FILMROOM_AUTH=off in so many words', async t => {
  t.match(faultsOf({ FILMROOM_HOST: '0.0.0.0' }), [/FILMROOM_HOST: .*FILMROOM_AUTH=off/])
  t.equal(readConfig({ FILMROOM_HOST: '0.0.0.0', FILMROOM_AUTH: 'off' }).host, '0.0.0.0')
  t.equal(readConfig({ FILMROOM_HOST: '127.0.0.9' }).host, '127.0.0.9')
})

t.test('values that would only fail later are refused at the start', async t => {
  for (const [name, value] of [
    ['FILMROOM_PORT', '65536'],
    ['FILMROOM_PUBLIC_URL', 'https://a.example/path'],
    ['FILMROOM_TRUST_PROXY', '10.0.0.0/33'],
    ['FILMROOM_CORS_ORIGINS', '*,http://a.example'],
    ['FILMROOM_BASE_PATH', '/dicomweb/'],
    ['FILMROOM_UPLOAD_IDLE', '25d'],
    ['FILMROOM_DRAIN', '0s'],
    ['FILMROOM_STOP_DELAY', '2h'],
    ['FILMROOM_DELETE_GRACE', '7'],
    ['FILMROOM_DELETE_GRACE', '40000d'],
    ['FILMROOM_CACHE_BYTES', '-1'],
  ] as const) {
    t.match(faultsOf({ [name]: value }), [new RegExp(`^${name}: expected`)], `${name}=${value}`)
  }
})
