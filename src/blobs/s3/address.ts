/** Where the blobs are: `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true&sse=…&kmsKey=…`. */
export interface S3Address {
  readonly bucket: string
  /** stands before every key: empty, or ends with a slash */
  readonly prefix: string
  /** of a server that is not Amazon's */
  readonly endpoint: string | undefined
  /** by default what the environment says, and `us-east-1` for an endpoint of one's own */
  readonly region: string | undefined
  /** `endpoint/bucket/key` rather than `bucket.endpoint/key` */
  readonly forcePathStyle: boolean
  readonly encryption: Encryption | undefined
}

/** Server-side encryption that every object asks for; without it the bucket's own default holds. */
export interface Encryption {
  readonly algorithm: (typeof ALGORITHMS)[number]
  readonly kmsKey: string | undefined
}

const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'] as const
const PARAMETERS = ['endpoint', 'region', 'forcePathStyle', 'sse', 'kmsKey']
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const PREFIX = /^(?:[A-Za-z0-9][A-Za-z0-9!_.*'()-]*\/)*$/
const REGION = /^[a-z0-9-]{1,64}$/

/** @throws Error whose message says what was expected; it repeats no value, which may be a secret */
export function s3Address(url: string): S3Address {
  const parsed = urlOf(url)
  if (parsed?.protocol !== 's3:') throw new Error('expected s3://bucket/prefix?endpoint=…&region=…')
  if (parsed.username !== '' || parsed.password !== '' || url.includes('@'))
    throw new Error(
      'credentials do not belong in the URL: they come from where the AWS SDK looks, such as AWS_ACCESS_KEY_ID',
    )
  if (!BUCKET.test(parsed.host)) throw new Error('expected the name of a bucket behind s3://')
  if (parsed.hash !== '') throw new Error('expected no # in the URL')
  const named = parsed.pathname.replace(/^\/|\/$/g, '')
  const prefix = named === '' ? '' : `${named}/`
  if (!PREFIX.test(prefix))
    throw new Error("expected a prefix of A-Z a-z 0-9 ! _ . * ' ( ) - between slashes")
  const parameters = parametersOf(parsed.searchParams)
  const endpoint = parameters.get('endpoint')
  const region = parameters.get('region')
  if (region !== undefined && !REGION.test(region))
    throw new Error('region: expected one such as eu-central-1')
  return {
    bucket: parsed.host,
    prefix,
    endpoint: endpoint === undefined ? undefined : endpointOf(endpoint),
    region: region ?? (endpoint === undefined ? undefined : 'us-east-1'),
    forcePathStyle: flag('forcePathStyle', parameters.get('forcePathStyle')),
    encryption: encryptionOf(parameters.get('sse'), parameters.get('kmsKey')),
  }
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function parametersOf(given: URLSearchParams): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of given) {
    if (!PARAMETERS.includes(name))
      throw new Error(`unknown parameter ${name.slice(0, 40)}: expected ${PARAMETERS.join(', ')}`)
    if (parameters.has(name)) throw new Error(`${name}: given twice`)
    if (value === '') throw new Error(`${name}: given without a value`)
    parameters.set(name, value)
  }
  return parameters
}

function endpointOf(text: string): string {
  const url = urlOf(text)
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== ''
  )
    throw new Error('endpoint: expected scheme, host and port only, such as https://s3.example.org')
  return url.origin
}

function flag(name: string, text = 'false'): boolean {
  if (text !== 'true' && text !== 'false') throw new Error(`${name}: expected true or false`)
  return text === 'true'
}

function encryptionOf(sse: string | undefined, kmsKey: string | undefined): Encryption | undefined {
  const algorithm = ALGORITHMS.find(each => each === sse)
  if (sse !== undefined && algorithm === undefined)
    throw new Error(`sse: expected one of ${ALGORITHMS.join(', ')}`)
  if (kmsKey !== undefined && algorithm?.startsWith('aws:kms') !== true)
    throw new Error('kmsKey: needs sse=aws:kms or sse=aws:kms:dsse')
  return algorithm === undefined ? undefined : { algorithm, kmsKey }
}
