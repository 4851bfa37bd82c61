/** A native CT over a slow line: its frame as HTJ2K, whose first bytes are a picture and whose rest makes it lossless. PS3.18 8.7.3,
 *  10.4; PS3.5 A.4.11; RFC 9110 13, 14. The codestreams are read by OpenJPH alone, as cornerstone3D does. */
import { readFileSync } from 'node:fs'
import loadOpenJph from '@cornerstonejs/codec-openjph/wasmjs'
import t from 'tap'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { askWhole, store, type Answer } from '../dicomweb-client.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer, temporaryFolder } from '../server.js'

const SLICE = 'series/ct-head-philips/S2020/I350'
const SIZE = 512
const HTJ2K_RPCL = '1.2.840.10008.1.2.4.202'
const NATIVE = 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1'
const SINGLE = 'image/jphc'
const MULTIPART = `multipart/related; type="image/jphc"; transfer-syntax=${HTJ2K_RPCL}`
/** What of the bytes is asked for first; how often the picture made of it is halved; its mean absolute difference, at most, to the
 *  original downscaled by means, in standard deviations of the slice. Of the slice upside down it is 0.6, of plain grey 0.7. */
const FIRST = [
  { portion: 0.1, level: 3, most: 0.22 },
  { portion: 0.2, level: 2, most: 0.11 },
] as const

t.setTimeout(0)

t.test('slow line: image/jphc by byte range', { skip: withoutCorpus() }, async t => {
  const slice = corpusFiles().find(file => file.path === SLICE)
  if (slice === undefined) throw new Error(`${SLICE} is not in the corpus`)
  const { study_uid: study, series_uid: series, sop_instance_uid: instance } = slice.columns
  const path = `/studies/${study}/series/${series}/instances/${instance}/frames/1`
  const dataFolder = temporaryFolder(t)
  const server = await startServer(t, {}, { dataFolder })
  await store(server.url, [readFileSync(slice.file)])
  const get = (accept: string, headers: Record<string, string> = {}): Promise<Whole> =>
    askWhole(`${server.url}${path}`, { headers: { accept, ...headers } })
  const native = words((await get(NATIVE)).bytes)
  const whole = { [SINGLE]: await get(SINGLE), [MULTIPART]: await get(MULTIPART) } as const

  for (const accept of [SINGLE, MULTIPART] as const) {
    await t.test(
      `PS3.18 10.4 the first bytes are a picture, the rest makes it lossless: ${accept}`,
      async t => {
        const { status, headers, bytes } = whole[accept]
        t.equal(status, 200)
        const codestream = codestreamOf(accept, headers['content-type'], bytes)
        t.ok(
          codestream.length < native.byteLength * 0.7,
          `${codestream.length} of ${native.byteLength} bytes`,
        )
        for (const { portion, level, most } of FIRST) {
          const end = Math.ceil(bytes.length * portion)
          const first = await get(accept, { range: `bytes=0-${end - 1}` })
          t.equal(first.status, 206)
          t.equal(first.headers['content-range'], `bytes 0-${end - 1}/${bytes.length}`)
          t.equal(first.bytes.length, end)
          const picture = await decoded(begunCodestream(accept, first.bytes), level)
          t.equal(picture.length, (SIZE >> level) ** 2)
          t.same(picture, await decoded(codestream, level), 'all of this resolution is there')
          const difference = meanDifference(picture, downscaled(native, level)) / deviation(native)
          t.comment(
            `${portion * 100} %, ${end} bytes: ${SIZE >> level}², difference ${difference.toFixed(4)}`,
          )
          t.ok(difference < most, `${difference}`)

          const etag = first.headers['etag'] ?? ''
          const rest = await get(accept, { range: `bytes=${end}-`, 'if-range': etag })
          t.equal(rest.status, 206)
          const joined = Buffer.concat([first.bytes, rest.bytes])
          t.ok(joined.equals(bytes), 'the same bytes, joined')
          const lossless = await decoded(codestreamOf(accept, headers['content-type'], joined), 0)
          t.ok(Buffer.from(lossless.buffer).equals(Buffer.from(native.buffer)), 'the same samples')
        }
      },
    )
  }

  await t.test('RFC 9110 8.8.3 the ETag outlives the server, and so do the bytes that it names', async t => {
    t.equal(await server.stop(), 0)
    // Without what is kept they are made anew, and are to be the same all the same.
    for (const environment of [{}, { FILMROOM_CACHE_BYTES: '0' }]) {
      // Its URL is in the answer, and so in the ETag.
      const again = await startServer(
        t,
        { FILMROOM_PORT: String(server.port), ...environment },
        { dataFolder },
      )
      for (const accept of [SINGLE, MULTIPART] as const) {
        const before = whole[accept]
        const etag = before.headers['etag'] ?? ''
        t.match(etag, /^"/, 'strong')
        const from = Math.ceil(before.bytes.length / 5)
        const ask = (headers: Record<string, string>): Promise<Whole> =>
          askWhole(`${again.url}${path}`, { headers: { accept, ...headers } })
        const rest = await ask({ range: `bytes=${from}-`, 'if-range': etag })
        t.equal(rest.status, 206)
        t.equal(rest.headers['etag'], etag)
        t.ok(rest.bytes.equals(before.bytes.subarray(from)))
        const other = await ask({ range: `bytes=${from}-`, 'if-range': '"of another"' })
        t.equal(other.status, 200, '13.1.5: what is another now comes whole')
        t.ok(other.bytes.equals(before.bytes))
        t.equal((await ask({ 'if-none-match': etag })).status, 304)
      }
      t.equal(await again.stop(), 0)
    }
  })
})

type Whole = Answer & { readonly bytes: Buffer }

function codestreamOf(accept: string, contentType: string | undefined, bytes: Buffer): Buffer {
  if (accept === SINGLE) return bytes
  const [part] = readMultipart(contentType, bytes).parts
  if (part === undefined) throw new Error('no part')
  return part.bytes
}

/** What a viewer has of the codestream after the first range. */
function begunCodestream(accept: string, bytes: Buffer): Buffer {
  return accept === SINGLE ? bytes : bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
}

/** @param level how often it is halved */
async function decoded(codestream: Buffer, level: number): Promise<Uint16Array> {
  const quiet = (): void => undefined
  const { HTJ2KDecoder } = await loadOpenJph({ print: quiet, printErr: quiet })
  const decoder = new HTJ2KDecoder()
  try {
    decoder.getEncodedBuffer(codestream.length).set(codestream)
    decoder.decodeSubResolution(level)
    return words(decoder.getDecodedBuffer())
  } finally {
    decoder.delete()
  }
}

function words(bytes: ArrayLike<number>): Uint16Array {
  return new Uint16Array(Uint8Array.from(bytes).buffer)
}

/** Means of squares of 2^level pixels. */
function downscaled(pixels: Uint16Array, level: number): Float64Array {
  const [step, size] = [1 << level, SIZE >> level]
  const means = new Float64Array(size * size)
  for (const [at, value] of pixels.entries()) {
    const to = Math.floor(at / SIZE / step) * size + Math.floor((at % SIZE) / step)
    means[to] = (means[to] ?? 0) + value / step ** 2
  }
  return means
}

function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0))
  return sum / a.length
}

function deviation(pixels: Uint16Array): number {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length
  return Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length)
}
