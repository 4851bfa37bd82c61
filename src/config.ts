import { isIP } from 'node:net'
import path from 'node:path'
import { s3Address } from './blobs/s3/address.js'
import { coercion } from './dicom/coercion.js'
import { bytes, duration, period } from './dicom/quantities.js'
import { searchAttributes } from './dicom/search-attributes.js'

/** The program's settings: one table, from which come the type, the defaults, the README's table and the messages.
 *  All come from the environment; an unknown `FILMROOM_*` or a bad value stops the start, all of them named at once. */

interface Setting<T, D extends string | undefined = string | undefined> {
  readonly name: string
  /** as a user would write it; undefined where being unset has a meaning of its own */
  readonly default: D
  readonly meaning: string
  /** @throws Error whose message says what was expected */
  readonly parse: (text: string) => T
}

const setting = <T, const D extends string | undefined>(
  name: string,
  fallback: D,
  meaning: string,
  parse: (text: string) => T,
): Setting<T, D> => ({ name, default: fallback, meaning, parse })

export const SETTINGS = {
  host: setting(
    'FILMROOM_HOST',
    '127.0.0.1',
    'address to listen on; one that is not loopback needs access control, or `FILMROOM_AUTH=off` in so many words',
    text,
  ),
  port: setting('FILMROOM_PORT', '8080', 'port to listen on; `0` picks a free one', integer(0, 65_535)),
  data: setting('FILMROOM_DATA', './data', 'folder of the embedded index, blobs and cache', resolvedPath),
  index: setting(
    'FILMROOM_INDEX',
    undefined,
    'the index: `sqlite:<path>`, by default `<data>/index.sqlite`, or `postgres://user:password@host:port/database`, PostgreSQL 15 or later (docs/deployment.md)',
    indexUrl,
  ),
  indexPool: setting(
    'FILMROOM_INDEX_POOL',
    '10',
    'connections of this process to PostgreSQL; one more for what only one process of all does at a time',
    integer(3, 1000),
  ),
  indexTimeout: setting(
    'FILMROOM_INDEX_TIMEOUT',
    '30s',
    'longest time of a PostgreSQL statement; one that takes longer fails with 503',
    duration,
  ),
  blobs: setting(
    'FILMROOM_BLOBS',
    undefined,
    'the blob store; by default `file:<data>/blobs`, or `s3://bucket/prefix?endpoint=…&region=…` (docs/deployment.md)',
    blobsUrl,
  ),
  basePath: setting('FILMROOM_BASE_PATH', '/dicomweb', 'path of the DICOMweb root', basePath),
  publicUrl: setting(
    'FILMROOM_PUBLIC_URL',
    undefined,
    'origin in RetrieveURL and BulkDataURI, such as `https://pacs.example.org`; by default that of the request',
    origin,
  ),
  trustProxy: setting(
    'FILMROOM_TRUST_PROXY',
    undefined,
    'proxies whose `Forwarded` and `X-Forwarded-*` count: addresses, networks such as `10.0.0.0/8`, or `loopback`, with commas',
    proxies,
  ),
  duplicates: setting(
    'FILMROOM_DUPLICATES',
    'reject',
    'an instance whose UID is stored with other bytes: `reject` it (0111H) or `replace` the stored one',
    oneOf('reject', 'replace'),
  ),
  coerce: setting(
    'FILMROOM_COERCE',
    undefined,
    'attributes that every instance bears once it is stored, such as `IssuerOfPatientID=HOSPITAL_A;InstitutionName=St. Mary`; by default nothing is altered (docs/operations.md)',
    coercion,
  ),
  deleteGrace: setting(
    'FILMROOM_DELETE_GRACE',
    '7d',
    'how long what was deleted or replaced can be restored; then its bytes go for good',
    period,
  ),
  verify: setting(
    'FILMROOM_VERIFY',
    '30d',
    'period in which every stored byte is compared with its SHA-256 once, in the background; `off`: only by `filmroom verify`',
    verifyPeriod,
  ),
  auth: setting(
    'FILMROOM_AUTH',
    undefined,
    '`off`: everybody may do everything; the default on a loopback address, and the only choice so far',
    authentication,
  ),
  corsOrigins: setting(
    'FILMROOM_CORS_ORIGINS',
    undefined,
    'origins of viewers that browsers may call from, with commas; `*` only without access control',
    corsOrigins,
  ),
  maxInstanceBytes: setting('FILMROOM_MAX_INSTANCE_BYTES', '16GiB', 'largest instance that is stored', bytes),
  maxRequestBytes: setting(
    'FILMROOM_MAX_REQUEST_BYTES',
    undefined,
    'largest upload request; no limit by default',
    bytes,
  ),
  maxInflatedBytes: setting(
    'FILMROOM_MAX_INFLATED_BYTES',
    '4GiB',
    'what a deflated instance may inflate to',
    bytes,
  ),
  uploadIdle: setting(
    'FILMROOM_UPLOAD_IDLE',
    '60s',
    'an upload without a byte for so long, or below 1 KiB/s over it, ends with 408; there is no total time limit',
    duration,
  ),
  stopDelay: setting(
    'FILMROOM_STOP_DELAY',
    '5s',
    'after SIGTERM, how long connections are still taken, while `/readyz` is 503, and then how long kept ones are kept: for proxies to learn of it (docs/deployment.md); `0s` = at once',
    delay,
  ),
  drain: setting('FILMROOM_DRAIN', '30s', 'how long a stop waits for running requests', duration),
  searchLimit: setting('FILMROOM_SEARCH_LIMIT', '1000', 'most results of one search', integer(1, 1_000_000)),
  searchAttributes: setting(
    'FILMROOM_SEARCH_ATTRIBUTES',
    undefined,
    'more attributes to search by, with commas: keywords, tags, or private ones as `00190008=CREATOR`; `@study`, `@series` or `@instance` says whose they are (docs/operations.md)',
    searchAttributes,
  ),
  processes: setting(
    'FILMROOM_PROCESSES',
    '1',
    'HTTP processes on this machine, all on the one port; about one a core',
    integer(1, 256),
  ),
  renderThreads: setting(
    'FILMROOM_RENDER_THREADS',
    undefined,
    'threads of each process that decode, draw and encode pixels; by default one a core, shared among the processes',
    integer(1, 256),
  ),
  cacheBytes: setting('FILMROOM_CACHE_BYTES', '1GiB', 'size of the cache of derived files; `0` = off', bytes),
  blobCache: setting(
    'FILMROOM_BLOB_CACHE',
    '0',
    'size of a cache of blobs in `<data>/blob-cache`, where they are in S3; `0` = off (docs/deployment.md)',
    bytes,
  ),
  logLevel: setting(
    'FILMROOM_LOG_LEVEL',
    'info',
    'JSON lines on standard output: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`; never patient data',
    oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  ),
} as const

/** Names that belong to the contract, but whose feature does not exist yet: refused by name, never ignored. */
const NOT_BUILT_YET = ['FILMROOM_TLS_CERT', 'FILMROOM_TLS_KEY']

type Settings = typeof SETTINGS
type ValueOf<K extends keyof Settings> = ReturnType<Settings[K]['parse']>
type OptionalKey = {
  [K in keyof Settings]: Settings[K]['default'] extends string ? never : K
}[keyof Settings]

type Values = { readonly [K in keyof Settings]: ValueOf<K> | (K extends OptionalKey ? undefined : never) }

export type Config = Omit<Values, 'index' | 'blobs' | 'auth'> & {
  readonly index: string
  readonly blobs: string
  readonly auth: 'off'
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly faults: readonly string[]) {
    super(`cannot start:\n${faults.map(fault => `  ${fault}`).join('\n')}`)
  }
}

/** Reads the configuration.
 * @throws ConfigError naming every unknown name and bad value at once */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const known = new Set<string>(Object.values(SETTINGS).map(one => one.name))
  for (const name of Object.keys(environment).filter(each => each.startsWith('FILMROOM_'))) {
    if (NOT_BUILT_YET.includes(name)) faults.push(`${name}: this version does not have that feature yet`)
    else if (!known.has(name)) faults.push(`${name}: no such setting`)
  }
  const values = Object.fromEntries(
    Object.entries(SETTINGS).map(([key, one]: [string, Setting<unknown>]) => {
      // An empty variable counts as unset, as container environments write it.
      const given = environment[one.name] === '' ? undefined : environment[one.name]
      const written = given ?? one.default
      if (written === undefined) return [key, undefined]
      try {
        return [key, one.parse(written)]
      } catch (error) {
        faults.push(`${one.name}: ${(error as Error).message}`)
        return [key, undefined]
      }
    }),
  ) as unknown as Values
  if (faults.length === 0) faults.push(...contradictions(values))
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    ...values,
    index: values.index ?? `sqlite:${path.join(values.data, 'index.sqlite')}`,
    blobs: values.blobs ?? `file:${path.join(values.data, 'blobs')}`,
    auth: 'off',
  }
}

/** Whether an address is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function contradictions(values: Values): string[] {
  const faults: string[] = []
  if (!isLoopback(values.host) && values.auth === undefined) {
    faults.push(
      'FILMROOM_HOST: an address that is not loopback needs access control, or FILMROOM_AUTH=off to open the archive to whoever reaches it',
    )
  }
  return faults
}

function text(value: string): string {
  return value
}

function resolvedPath(value: string): string {
  return path.resolve(value)
}

function integer(least: number, most: number): (value: string) => number {
  return value => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new Error(`expected a whole number from ${least} to ${most}`)
    }
    return number
  }
}

function oneOf<const T extends string>(...choices: readonly T[]): (value: string) => T {
  return value => {
    const found = choices.find(choice => choice === value)
    if (found === undefined) throw new Error(`expected one of ${choices.join(', ')}`)
    return found
  }
}

/** @returns milliseconds; undefined where it is off */
function verifyPeriod(value: string): number | undefined {
  if (value === 'off') return undefined
  const length = period(value)
  if (length < 1000) throw new Error('expected off, or a time from 1s on, such as 30d')
  return length
}

/** @returns milliseconds */
function delay(value: string): number {
  const length = period(value)
  if (length > 3_600_000) throw new Error('expected a time such as 0s or 5s, at most 1h')
  return length
}

function indexUrl(value: string): string {
  if (!/^(sqlite:.|postgres(ql)?:\/\/)/.test(value))
    throw new Error('expected sqlite:<path> or postgres://user:password@host:port/database')
  return value
}

function blobsUrl(value: string): string {
  if (value.startsWith('s3:')) s3Address(value)
  else if (!/^file:./.test(value)) throw new Error('expected file:<folder> or s3://<bucket>/<prefix>')
  return value
}

function basePath(value: string): string {
  if (!/^(\/[A-Za-z0-9._~-]+)+$/.test(value)) throw new Error('expected a path such as /dicomweb')
  return value
}

function origin(value: string): string {
  let url: URL
  try {
    url = new URL(value)
  } catch {
    throw new Error('expected an origin such as https://pacs.example.org')
  }
  if (
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    throw new Error('expected scheme, host and port only, such as https://pacs.example.org')
  }
  return url.origin
}

function list(value: string): string[] {
  return value
    .split(',')
    .map(one => one.trim())
    .filter(one => one !== '')
}

function proxies(value: string): readonly string[] {
  for (const one of list(value)) {
    const [address = '', bits, ...rest] = one.split('/')
    const family = isIP(address)
    const bitsAreGood =
      bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
    if (one !== 'loopback' && (family === 0 || !bitsAreGood || rest.length > 0)) {
      throw new Error('expected IP addresses, networks such as 10.0.0.0/8, or loopback')
    }
  }
  return list(value)
}

function authentication(value: string): 'off' {
  if (value === 'tokens' || value === 'oidc')
    throw new Error(`this version has no access control by ${value} yet`)
  if (value !== 'off') throw new Error('expected off')
  return value
}

function corsOrigins(value: string): readonly string[] {
  const origins = list(value)
  if (origins.includes('*')) {
    if (origins.length > 1) throw new Error('expected either * or a list of origins')
    return origins
  }
  return origins.map(origin)
}
