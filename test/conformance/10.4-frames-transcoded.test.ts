import { randomBytes } from 'node:crypto'
import t from 'tap'
import { decodeFrame } from '../../src/imaging/codecs/decode.js'
import { encodeFrame } from '../../src/imaging/codecs/encode.js'
import { ask, askWhole, store } from '../dicomweb-client.js'
import {
  ctImage,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_LS,
  RLE,
  type MadeInstance,
} from '../made-dicom.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'
import { pixelFormat } from '../made-pixel-format.js'

const jpegFamily = (n: number): string => `1.2.840.10008.1.2.4.${n}`
const OCTETS = 'application/octet-stream'
const SIZE = 64
const FORMAT = pixelFormat({ rows: SIZE, columns: SIZE, bitsAllocated: 16 })

function slope(seed: number): Buffer {
  const words = Uint16Array.from(
    { length: SIZE * SIZE },
    (_, i) => (i * 9 + seed * 1000 + ((i * i) % 7)) & 0xffff,
  )
  return Buffer.from(words.buffer)
}

t.test('PS3.18 8.7.3 frames in another transfer syntax', async t => {
  const { url } = await startServer(t)
  const frames = [0, 1, 2].map(slope)
  const size = { rows: SIZE, columns: SIZE, frames: 3 }
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16()
  const jls = await Promise.all(
    frames.map(bytes => encodeFrame({ bytes, format: FORMAT }, JPEG_LS, { quality: undefined })),
  )
  const natives = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE].map(transferSyntax =>
    ctImage({
      ...size,
      transferSyntax,
      pixels: Buffer.concat(transferSyntax === EXPLICIT_BE ? frames.map(swapped) : frames),
    }),
  )
  const compressed = ctImage({
    ...size,
    transferSyntax: JPEG_LS,
    pixels: { fragments: jls.map(({ bytes }) => bytes) },
  })
  const images = [...natives, compressed]
  await store(
    url,
    images.map(image => image.bytes),
  )
  const get = (
    image: MadeInstance,
    list: string,
    headers: Record<string, string>,
  ): ReturnType<typeof askWhole> => askWhole(`${url}${pathOf(image)}/frames/${list}`, { headers })

  await t.test('8.7.3.3 each lossless syntax holds every bit, in one part and in several', async t => {
    for (const [type, syntax] of [
      ['image/dicom-rle', RLE],
      ['image/jpeg', jpegFamily(70)],
      ['image/jpeg', jpegFamily(57)],
      ['image/jls', jpegFamily(80)],
      ['image/jp2', jpegFamily(90)],
      ['image/jphc', jpegFamily(201)],
      ['image/jphc', jpegFamily(202)],
    ] as const)
      for (const image of images) {
        if (image === compressed && syntax === JPEG_LS) continue
        const accept = `multipart/related; type="${type}"; transfer-syntax=${syntax}`
        const { status, headers, bytes } = await get(image, '3,1', { accept })
        t.equal(status, 200)
        const { parts } = readMultipart(headers['content-type'], bytes)
        t.equal(parts.length, 2)
        for (const [n, part] of parts.entries()) {
          t.equal(part.contentType, `${type}; transfer-syntax=${syntax}`)
          const native = await decodeFrame(part.bytes, syntax, FORMAT)
          t.ok(frames[n === 0 ? 2 : 0]!.equals(native.bytes), syntax)
        }
        const single = await get(image, '2', { accept: `${type}; transfer-syntax=${syntax}` })
        t.equal(single.headers['content-type'], `${type}; transfer-syntax=${syntax}`)
        t.ok(frames[1]!.equals((await decodeFrame(single.bytes, syntax, FORMAT)).bytes))
      }
  })

  await t.test(
    '8.7.3.3.1 octets are Explicit VR Little Endian, whatever is stored; * is as it is stored',
    async t => {
      for (const accept of [OCTETS, `${OCTETS}; transfer-syntax=${EXPLICIT_LE}`]) {
        const { headers, bytes } = await get(compressed, '2', { accept })
        t.equal(headers['content-type'], `${OCTETS}; transfer-syntax=${EXPLICIT_LE}`)
        t.ok(frames[1]!.equals(bytes))
        const several = await get(compressed, '1,2,3', { accept: `multipart/related; type="${OCTETS}"` })
        const { parts } = readMultipart(several.headers['content-type'], several.bytes)
        t.ok(Buffer.concat(frames).equals(Buffer.concat(parts.map(part => part.bytes))))
      }
      const stored = await get(compressed, '2', {
        accept: `multipart/related; type=${OCTETS}; transfer-syntax=*`,
      })
      const [part] = readMultipart(stored.headers['content-type'], stored.bytes).parts
      t.equal(part!.contentType, `image/jls; transfer-syntax=${JPEG_LS}`)
      t.ok(part!.bytes.subarray(0, jls[1]!.bytes.length).equals(jls[1]!.bytes))
    },
  )

  await t.test('lossy syntaxes come by their names alone', async t => {
    const [native] = natives
    for (const [type, syntax] of [
      ['image/jls', jpegFamily(81)],
      ['image/jp2', jpegFamily(91)],
      ['image/jphc', jpegFamily(203)],
    ] as const) {
      const { headers, bytes } = await get(native!, '1', { accept: `${type}; transfer-syntax=${syntax}` })
      t.equal(headers['content-type'], `${type}; transfer-syntax=${syntax}`)
      t.equal((await decodeFrame(bytes, syntax, FORMAT)).bytes.length, frames[0]!.length)
      const unnamed = await get(native!, '1', { accept: type })
      t.not(unnamed.headers['content-type'], headers['content-type'])
    }
    const { status, bytes } = await get(native!, '1', {
      accept: `image/jpeg; transfer-syntax=${jpegFamily(50)}`,
    })
    t.equal(status, 406, '16 bits do not go into JPEG baseline')
    t.match(bytes.toString(), jpegFamily(70), 'what there is, is told')
  })

  await t.test('RFC 9110 14 image/jphc is made once: parts of it are parts of the same bytes', async t => {
    const [, native] = natives
    for (const accept of [
      'image/jphc',
      `image/jphc; transfer-syntax=${jpegFamily(202)}`,
      `multipart/related; type=image/jphc; transfer-syntax=${jpegFamily(202)}`,
    ]) {
      const whole = await get(native!, '1', { accept })
      const etag = whole.headers['etag'] ?? ''
      t.match(etag, /^"/, 'strong')
      t.equal(whole.headers['accept-ranges'], 'bytes')
      t.equal(Number(whole.headers['content-length']), whole.bytes.length)
      const pieces: Buffer[] = []
      const step = Math.ceil(whole.bytes.length / 5)
      for (let start = 0; start < whole.bytes.length; start += step) {
        const part = await get(native!, '1', {
          accept,
          range: `bytes=${start}-${start + step - 1}`,
          'if-range': etag,
        })
        t.equal(part.status, 206)
        t.equal(part.headers['etag'], etag)
        pieces.push(part.bytes)
      }
      t.ok(Buffer.concat(pieces).equals(whole.bytes))
      const other = await get(native!, '1', { accept, range: 'bytes=0-9', 'if-range': '"other"' })
      t.equal(other.status, 200, '13.1.5: another If-Range gets the whole')
      t.equal((await get(native!, '1', { accept, 'if-none-match': etag })).status, 304)
    }
  })

  await t.test('8.7.3 colour agrees with its description: YBR_FULL_422 has two samples a pixel', async t => {
    const color = {
      ...FORMAT,
      samples: 3,
      bitsAllocated: 8,
      bitsStored: 8,
      highBit: 7,
      photometric: 'YBR_FULL',
    }
    const bytes = Buffer.alloc(SIZE * SIZE * 3, 128)
    const { bytes: jpeg } = await encodeFrame({ bytes, format: color }, jpegFamily(50), {
      quality: undefined,
    })
    const of = (photometric: string): MadeInstance =>
      ctImage({
        rows: SIZE,
        columns: SIZE,
        transferSyntax: jpegFamily(50),
        pixels: { fragments: [jpeg] },
        with: [
          el('00280002', 'US', [3]),
          el('00280004', 'CS', photometric),
          el('00280006', 'US', [0]),
          el('00280100', 'US', [8]),
          el('00280101', 'US', [8]),
          el('00280102', 'US', [7]),
        ],
      })
    for (const [photometric, samples] of [
      ['YBR_FULL_422', 2],
      ['YBR_FULL', 3],
    ] as const) {
      const image = of(photometric)
      await store(url, [image.bytes])
      const native = await get(image, '1', { accept: OCTETS })
      t.equal(native.bytes.length, SIZE * SIZE * samples, photometric)
      t.ok(native.bytes.every(value => Math.abs(value - 128) <= 1))
      const lossless = await get(image, '1', { accept: 'image/jls' })
      t.equal(lossless.headers['content-type'], `image/jls; transfer-syntax=${JPEG_LS}`)
      t.equal((await get(image, '1', { accept: 'image/jphc' })).status, 406, 'YBR goes into no HTJ2K of ours')
    }
  })

  await t.test(
    '8.7.8 what cannot be decoded is 406 before the first byte, and goes out as it is stored',
    async t => {
      const broken = ctImage({
        ...size,
        frames: 1,
        transferSyntax: JPEG_LS,
        pixels: {
          fragments: [Buffer.concat([Buffer.of(0xff, 0xd8), Buffer.alloc(64, 7), Buffer.of(0xff, 0xd9)])],
        },
      })
      await store(url, [broken.bytes])
      for (const accept of [OCTETS, `multipart/related; type="${OCTETS}"`, 'image/jphc']) {
        const { status, headers, bytes } = await get(broken, '1', { accept })
        t.equal(status, 406, accept)
        t.match(headers['content-type'], /^application\/problem\+json/)
        t.match(bytes.toString(), /undecodable/)
      }
      t.equal((await get(broken, '1', { accept: '*/*' })).status, 200)
    },
  )

  await t.test('one frame named 5,000 times is made in a stream; who goes away ends it', async t => {
    const list = Array.from({ length: 5000 }, () => '1').join(',')
    const accept = `multipart/related; type="image/jls"`
    const { status, headers, bytes } = await get(natives[0]!, list, { accept })
    t.equal(status, 200)
    t.equal(readMultipart(headers['content-type'], bytes).parts.length, 5000)
    const noise = ctImage({ rows: 512, columns: 512, frames: 40, pixels: randomBytes(512 * 512 * 2 * 40) })
    await store(url, [noise.bytes])
    const all = Array.from({ length: 40 }, (_, n) => n + 1).join(',')
    const leaving = await ask(`${url}${pathOf(noise)}/frames/${all}`, {
      headers: { accept: 'multipart/related; type="image/jp2"' },
    })
    t.equal(leaving.status, 200)
    leaving.body.destroy()
    t.equal((await get(natives[0]!, '1', { accept: 'image/jls' })).status, 200, 'the pool is free again')
  })
})
