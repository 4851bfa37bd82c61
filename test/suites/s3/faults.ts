/** Each fault alone, where its outcome is certain, and all of them at random. */
import { randomBytes } from 'node:crypto'
import type http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import type { Test } from 'tap'
import { keys, put, sha256 } from '../../blobs/blob-store-conformance.js'
import { problem } from '../../problem.js'
import { faultyLine, type Fault, type FaultyLine } from '../../s3-proxy.js'
import type { S3Server } from '../../s3-server.js'
import { seededBy } from '../random.js'
import { ledger } from './ledger.js'
import { leftUploads, openIn, withClient, type OpenOptions } from './stores.js'

const MIB = 1024 * 1024
const RANDOM_MS = Number(process.env['S3_FAULTS_SECONDS'] ?? 12) * 1000
const WORKERS = 6
/** S3 takes no smaller ones. */
const PARTS = { firstBytes: 5 * MIB, ofASize: 2500, largestBytes: 64 * MIB }
/** Silence ends soon enough for a test. */
const IMPATIENT = { idleMs: 1500, deadlineMs: 4000 }

export async function faults(t: Test, server: S3Server): Promise<void> {
  // Ceph makes what it needs for the first upload in parts, which takes longer than these stores wait.
  await put((await openIn(t, server)).store, 'aa/first', randomBytes(12 * MIB), MIB)
  t.jobs = 4
  t.test('500 and SlowDown are tried again', async t => {
    const { store, line } = await behindLine(t, server)
    const bytes = randomBytes(100_000)
    for (const [status, code] of [
      [500, 'InternalError'],
      [503, 'SlowDown'],
      [429, 'TooManyRequests'],
    ] as const) {
      let left = 2
      line.faultOf = () => (left-- > 0 ? { kind: 'answer', status, code } : undefined)
      await put(store, `aa/${status}`, bytes, 50_000)
      left = 2
      t.equal(sha256(await store.read(`aa/${status}`, { start: 0, end: 200_000 })), sha256(bytes), code)
    }
  })

  t.test(
    'a server that answers nothing but 503 is unavailable, and one without room is storage-full',
    async t => {
      const { store, line, bucket } = await behindLine(t, server)
      await put(store, 'aa/there', randomBytes(1000), 1000)
      line.faultOf = () => ({ kind: 'answer', status: 503, code: 'SlowDown' })
      await t.rejects(store.read('aa/there', { start: 0, end: 10 }), problem('unavailable'))
      await t.rejects(put(store, 'aa/new', randomBytes(1000), 1000), problem('unavailable'))
      line.faultOf = () => ({ kind: 'answer', status: 507, code: 'InsufficientStorage' })
      await t.rejects(put(store, 'aa/new', randomBytes(1000), 1000), problem('storage-full'))
      line.faultOf = request => (request.method === 'PUT' ? NO_QUOTA : undefined)
      await t.rejects(put(store, 'aa/new', randomBytes(12 * MIB), MIB), problem('storage-full'))
      line.faultOf = () => undefined
      t.strictSame(await keys(store, ''), ['aa/there'])
      t.strictSame(await leftUploads(server, bucket), [])
    },
  )

  t.test('silence is unavailable in bounded time, and frees its connections', async t => {
    const { store, line } = await behindLine(t, server)
    await put(store, 'aa/there', randomBytes(3 * MIB), MIB)
    line.faultOf = () => ({ kind: 'stall' })
    const started = performance.now()
    await Promise.all([
      t.rejects(store.read('aa/there', { start: 0, end: 10 }), problem('unavailable')),
      t.rejects(store.open('aa/there'), problem('unavailable')),
      t.rejects(store.stat('aa/there'), problem('unavailable')),
      t.rejects(store.delete('aa/there'), problem('unavailable')),
      t.rejects(put(store, 'aa/new', randomBytes(1000), 1000), problem('unavailable')),
      t.rejects(put(store, 'aa/parts', randomBytes(12 * MIB), MIB), problem('unavailable')),
      t.rejects(keys(store, ''), problem('unavailable')),
    ])
    t.ok(performance.now() - started < 5 * IMPATIENT.deadlineMs, 'within its deadlines')
    for (let i = 0; i < 100 && (await line.connections()) > 0; i++) await delay(20)
    t.equal(await line.connections(), 0)
    line.faultOf = () => undefined
    t.equal((await store.read('aa/there', { start: 0, end: 10 })).length, 10, 'and it goes on by itself')
  })

  t.test('what was stored is stored, though its answer was lost or never came', async t => {
    const { store, line, bucket } = await behindLine(t, server)
    const small = randomBytes(100_000)
    const large = randomBytes(11 * MIB)
    // No answer to a PUT or to a completion ever comes: only looking tells.
    line.faultOf = request =>
      isPutOfAll(request) || isCompletion(request)
        ? { kind: request.url?.includes('lost') === true ? 'lost-answer' : 'late-answer' }
        : undefined
    await Promise.all(
      ['lost', 'late'].flatMap(name => [
        put(store, `aa/${name}-small`, small, 50_000),
        put(store, `aa/${name}-large`, large, MIB),
      ]),
    )
    line.faultOf = () => undefined
    const whole = { start: 0, end: 20 * MIB }
    for (const name of ['lost', 'late']) {
      t.equal(sha256(await store.read(`aa/${name}-small`, whole)), sha256(small), name)
      t.equal(sha256(await store.read(`aa/${name}-large`, whole)), sha256(large), name)
    }
    t.strictSame(await leftUploads(server, bucket), [])
  })

  t.test('a completion that never reached the server is a failure, and its parts go', async t => {
    const { store, line, bucket } = await behindLine(t, server)
    line.faultOf = request => (isCompletion(request) ? { kind: 'cut' } : undefined)
    await t.rejects(put(store, 'aa/large', randomBytes(11 * MIB), MIB), problem('unavailable'))
    t.strictSame(await keys(store, ''), [])
    t.strictSame(await leftUploads(server, bucket), [])
  })

  t.test('a server that kept less than it was sent, and says that all is well, is not believed', async t => {
    const { store, line, bucket } = await behindLine(t, server)
    line.faultOf = request => {
      const writeId = String(request.headers['x-amz-meta-filmroom-write'])
      return isPutOfAll(request)
        ? { kind: 'lie', instead: () => keepLess(server, bucket, 'aa/cut', writeId) }
        : undefined
    }
    await t.rejects(put(store, 'aa/cut', randomBytes(100_000), 100_000), problem('unavailable'))
    line.faultOf = () => undefined
    t.strictSame(await keys(store, ''), [], 'and what it kept is not left to be seen')
  })

  t.test('a body that breaks is gone on with, byte for byte, a bounded number of times', async t => {
    const { store, line } = await behindLine(t, server)
    const bytes = randomBytes(6 * MIB + 77)
    await put(store, 'aa/long', bytes, MIB)
    for (const kind of ['half-body', 'stalled-body'] as const) {
      let broken = 0
      line.faultOf = request => (isRead(request) && broken++ < 3 ? { kind } : undefined)
      t.equal(sha256(Buffer.concat(await chunksOf(store.open('aa/long')))), sha256(bytes), kind)
      broken = 0
      t.equal(
        sha256(await store.read('aa/long', { start: 1000, end: 3 * MIB })),
        sha256(bytes.subarray(1000, 3 * MIB)),
        `${kind} of a range`,
      )
      t.ok(broken > 2)
    }
    await put(store, 'aa/short', randomBytes(1000), 1000)
    let asked = 0
    line.faultOf = request => (isRead(request) && ++asked > 0 ? { kind: 'half-body' } : undefined)
    await t.rejects(store.read('aa/short', { start: 0, end: 1000 }), problem('unavailable'))
    t.ok(asked < 20, `${asked} requests`)
  })

  t.test('a blob that is replaced while it is read is never mixed', async t => {
    const { store, line, bucket } = await behindLine(t, server)
    const first = Buffer.alloc(6 * MIB, 1)
    await put(store, 'aa/mixed', first, MIB)
    line.faultOf = request => (isRead(request) ? { kind: 'half-body' } : undefined)
    const reading = (await store.open('aa/mixed'))[Symbol.asyncIterator]()
    const seen = new Set<number>((await reading.next()).value as Uint8Array)
    await withClient(server, client =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: 'aa/mixed', Body: Buffer.alloc(6 * MIB, 2) })),
    )
    line.faultOf = () => undefined
    const all = async (): Promise<void> => {
      for (;;) for (const byte of (await reading.next()).value as Uint8Array) seen.add(byte)
    }
    await t.rejects(all(), problem('unavailable'))
    t.strictSame([...seen], [1])
  })

  t.test('all of it at random: nothing acknowledged is lost or altered, nothing is half there', async t => {
    const random = seededBy('S3_SEED')
    t.comment(`S3_SEED=${random.seed}`)
    const { store, line, bucket } = await behindLine(t, server)
    const book = ledger(t, store, random)
    line.faultOf = () => (random.below(100) < 12 ? FAULTS[random.below(FAULTS.length)] : undefined)
    const end = performance.now() + RANDOM_MS
    await Promise.all(Array.from({ length: WORKERS }, () => book.work(() => performance.now() > end)))
    line.faultOf = () => undefined
    t.comment(JSON.stringify({ ...book.counts, ...line.made }))
    await book.check(t)
    t.ok(book.counts.writes > 3)
    const sweeper = await openIn(t, server, { bucket, abandonedAfterMs: 0 })
    await sweeper.store.sweep()
    t.strictSame(await leftUploads(server, bucket), [], 'and the sweep leaves no parts')
  })
}

const NO_QUOTA: Fault = { kind: 'answer', status: 403, code: 'QuotaExceeded' }
const FAULTS: readonly Fault[] = [
  { kind: 'answer', status: 500, code: 'InternalError' },
  { kind: 'answer', status: 503, code: 'SlowDown' },
  { kind: 'cut' },
  { kind: 'stall' },
  { kind: 'half-request' },
  { kind: 'lost-answer' },
  { kind: 'late-answer' },
  { kind: 'half-body' },
  { kind: 'stalled-body' },
  { kind: 'slow', ms: 300 },
]

async function behindLine(t: Test, server: S3Server, options: OpenOptions = {}) {
  const line: FaultyLine = await faultyLine(t, server.port)
  const opened = await openIn(t, server, {
    endpoint: line.endpoint,
    parts: PARTS,
    ...IMPATIENT,
    ...options,
  })
  return { ...opened, line }
}

function isPutOfAll({ method, url }: http.IncomingMessage): boolean {
  return method === 'PUT' && url?.includes('uploadId=') === false
}

function isCompletion({ method, url }: http.IncomingMessage): boolean {
  return method === 'POST' && url?.includes('uploadId=') === true
}

function isRead({ method, url }: http.IncomingMessage): boolean {
  return method === 'GET' && url?.includes('list-type') === false
}

async function keepLess(server: S3Server, bucket: string, key: string, writeId: string): Promise<void> {
  const Metadata = { 'filmroom-write': writeId }
  await withClient(server, client =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.alloc(50_000), Metadata })),
  )
}

async function chunksOf(opening: Promise<AsyncIterable<Uint8Array>>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await opening) chunks.push(chunk)
  return chunks
}
