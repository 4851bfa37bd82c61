import { randomBytes } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { contentCoding, decoded } from '../../src/web/content-coding.js'
import { problem } from '../problem.js'

const MIB = 1024 * 1024
const LIMITS = { bytes: undefined, expandedBytes: 4 * MIB }

async function* inChunks(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length)
    yield await Promise.resolve(bytes.subarray(at, at + length))
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces)
}

t.test('RFC 9110 8.4 the codings that a body may have', async t => {
  for (const header of [undefined, '', 'identity', ' Identity ']) t.equal(contentCoding(header), undefined)
  for (const header of ['gzip', 'GZIP', 'x-gzip']) t.equal(contentCoding(header), 'gzip')
  t.equal(contentCoding('deflate'), 'deflate')
  for (const header of ['br', 'gzip, gzip', 'gzip;q=1', 'compress', 'gzip,', 'identity, gzip'])
    t.throws(() => contentCoding(header), problem('unsupported-media-type'), header)
})

t.test('gives the bytes back, however they are cut', async t => {
  const bytes = Buffer.concat([randomBytes(300_000), Buffer.alloc(200_000, 'abc')])
  for (const length of [1000, 65_536, MIB]) {
    t.ok((await collect(decoded(inChunks(gzipSync(bytes), length), 'gzip', LIMITS))).equals(bytes))
    t.ok((await collect(decoded(inChunks(deflateSync(bytes), length), 'deflate', LIMITS))).equals(bytes))
  }
  const small = Buffer.from('hello')
  t.ok((await collect(decoded(inChunks(gzipSync(small), 1), 'gzip', LIMITS))).equals(small))
})

t.test('RFC 1952 2.2 reads several members one after the other', async t => {
  const body = Buffer.concat([gzipSync('one'), gzipSync('two')])
  for (const length of [1, 7, 1000])
    t.equal((await collect(decoded(inChunks(body, length), 'gzip', LIMITS))).toString(), 'onetwo')
})

t.test('reads zeros that follow the coded bytes and drops them', async t => {
  const body = Buffer.concat([gzipSync('one'), Buffer.alloc(3 * MIB)])
  let read = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of inChunks(body, 1000)) {
      read += chunk.length
      yield chunk
    }
  }
  t.equal((await collect(decoded(counted(), 'gzip', LIMITS))).toString(), 'one')
  t.equal(read, body.length)
})

t.test('fails where the coding is broken or ends early, after what came whole', async t => {
  const bytes = randomBytes(400_000)
  const coded = gzipSync(bytes)
  const damaged = Buffer.from(coded)
  damaged.fill(0xff, 200_000, 200_100)
  const wrongSum = Buffer.from(coded)
  wrongSum[coded.length - 8]! ^= 1
  for (const [name, body] of [
    ['cut', coded.subarray(0, 250_000)],
    ['without its last byte', coded.subarray(0, -1)],
    ['damaged', damaged],
    ['wrong checksum', wrongSum],
    ['no gzip at all', bytes],
    ['one byte', coded.subarray(0, 1)],
    ['with rubbish after it', Buffer.concat([coded, Buffer.alloc(3 * MIB, 'rubbish')])],
  ] as const) {
    let came = 0
    const reading = (async () => {
      for await (const piece of decoded(inChunks(body, 10_000), 'gzip', LIMITS)) came += piece.length
    })()
    await t.rejects(reading, problem('malformed-request'), name)
    if (name === 'cut') t.ok(came > 200_000, `${came} bytes came before`)
  }
})

t.test('a failure of the source stays what it is', async t => {
  async function* breaks(): AsyncGenerator<Uint8Array> {
    yield gzipSync(randomBytes(1000)).subarray(0, 500)
    await Promise.reject(Object.assign(new Error('away'), { code: 'ECONNRESET' }))
  }
  await t.rejects(collect(decoded(breaks(), 'gzip', LIMITS)), problem('malformed-request'))
})

t.test('a bomb ends at the bound, and what it expands to is never held', async t => {
  const bomb = gzipSync(Buffer.alloc(64 * MIB))
  const count = async (limits: typeof LIMITS | { bytes: number; expandedBytes: number }): Promise<number> => {
    let came = 0
    const reading = (async () => {
      for await (const piece of decoded(inChunks(bomb, 16_384), 'gzip', limits)) came += piece.length
    })()
    await t.rejects(reading, problem('payload-too-large'))
    return came
  }
  const expanded = await count(LIMITS)
  t.ok(expanded <= 4 * MIB + bomb.length * 100, `${expanded} bytes came`)
  t.ok((await count({ bytes: MIB, expandedBytes: 1024 * MIB })) <= MIB)
})

t.test('what shrinks less than a bomb may be as large as it likes', async t => {
  const piece = Buffer.concat([randomBytes(20_000), Buffer.alloc(1_000_000)])
  const bytes = Buffer.concat(Array.from({ length: 20 }, () => piece))
  const coded = gzipSync(bytes)
  t.ok(bytes.length / coded.length > 40)
  const got = await collect(
    decoded(inChunks(coded, 16_384), 'gzip', { bytes: undefined, expandedBytes: 1000 }),
  )
  t.ok(got.equals(bytes))
})

t.test('a slow reader holds the source back', async t => {
  const coded = gzipSync(randomBytes(8 * MIB))
  let asked = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of inChunks(coded, 65_536)) {
      asked += chunk.length
      yield chunk
    }
  }
  const reader = decoded(counted(), 'gzip', LIMITS)[Symbol.asyncIterator]()
  await reader.next()
  await new Promise(resolve => setTimeout(resolve, 200))
  t.ok(asked < MIB, `${asked} bytes were asked for`)
  await reader.return(undefined)
})
