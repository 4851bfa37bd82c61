import t from 'tap'
import { Problem } from '../../../src/dicom/problem.js'
import { encodable } from '../../../src/imaging/codecs/encodable.js'
import { encodeFrame } from '../../../src/imaging/codecs/encode.js'
import { frameBytes, type NativeFrame, type PixelFormat } from '../../../src/imaging/pixel-format.js'
import { decodedElsewhere, withoutFrameDecoders } from '../../oracles/frame-decoders.js'
import { pixelFormat } from '../../made-pixel-format.js'
import { temporaryFolder } from '../../server.js'

const jpegFamily = (n: number): string => `1.2.840.10008.1.2.4.${n}`
const RLE = '1.2.840.10008.1.2.5'
const LOSSLESS = [RLE, ...[57, 70, 80, 90, 201, 202].map(jpegFamily)]
const LOSSY = [50, 81, 91, 203].map(jpegFamily)
const USUAL = { quality: undefined }

const grey = (bitsStored: number, more: Partial<PixelFormat> = {}): PixelFormat =>
  pixelFormat({ rows: 37, columns: 51, bitsAllocated: bitsStored > 8 ? 16 : 8, bitsStored, ...more })
const color = (photometric: string, bits: number): PixelFormat => grey(bits, { samples: 3, photometric })

/** A slope with some noise on it, over all values that the format has. */
function made(format: PixelFormat, beyondStored = 0): NativeFrame {
  const { rows, columns, samples, bitsStored, bitsAllocated, signed } = format
  const bytes = Buffer.alloc(frameBytes(format))
  const range = 2 ** bitsStored
  const count = rows * columns * samples
  let noise = 7
  for (let i = 0; i < count; i++) {
    noise = (noise * 1103515245 + 12345) % 2147483648
    const value = (Math.floor((i / count) * range) + (noise % 5)) % range
    const sample = (signed ? value - range / 2 : value) + (i % 3 === 0 ? beyondStored : 0)
    if (bitsAllocated === 8) bytes.writeUInt8(sample & 0xff, i)
    else bytes.writeUInt16LE(sample & 0xffff, i * 2)
  }
  return { format, bytes }
}

const FRAMES: readonly (readonly [name: string, NativeFrame])[] = [
  ['8 bits', made(grey(8))],
  ['8 bits signed', made(grey(8, { signed: true }))],
  ['6 of 8 bits', made(grey(6))],
  ['12 bits', made(grey(12))],
  ['12 bits signed', made(grey(12, { signed: true }))],
  ['12 bits below an overlay', made(grey(12), 0x8000)],
  ['16 bits', made(grey(16))],
  ['16 bits signed', made(grey(16, { signed: true }))],
  ['8 of 16 bits', made(grey(8, { bitsAllocated: 16 }))],
  ['MONOCHROME1', made(grey(10, { photometric: 'MONOCHROME1' }))],
  ['PALETTE COLOR', made(grey(8, { photometric: 'PALETTE COLOR' }))],
  ['one pixel', made(grey(8, { rows: 1, columns: 1 }))],
  ['one row', made(grey(16, { rows: 1, columns: 300 }))],
  ['one column', made(grey(16, { rows: 300, columns: 1 }))],
  ['all alike', { format: grey(16), bytes: Buffer.alloc(frameBytes(grey(16)), 1) }],
  ['RGB', made(color('RGB', 8))],
  ['YBR_FULL', made(color('YBR_FULL', 8))],
  ['RGB of 16 bits', made(color('RGB', 16))],
]

/** The kind of problem that it is. */
async function refusal(frame: NativeFrame, syntax: string): Promise<string | undefined> {
  return encodeFrame(frame, syntax, USUAL).then(
    () => undefined,
    (error: unknown) => (error instanceof Problem ? error.kind : String(error)),
  )
}

/** As planes where the encoded frame is described so. */
function laidOut({ bytes, format }: NativeFrame, planar: boolean): Buffer {
  if (!planar) return Buffer.from(bytes)
  const out = Buffer.alloc(bytes.length)
  const pixels = format.rows * format.columns
  const size = format.bitsAllocated / 8
  for (let sample = 0; sample < 3; sample++)
    for (let at = 0; at < pixels; at++)
      for (let byte = 0; byte < size; byte++)
        out[(sample * pixels + at) * size + byte] = bytes[(at * 3 + sample) * size + byte] ?? 0
  return out
}

t.test(
  'PS3.5 8.2 lossless syntaxes give back every bit to other decoders',
  { skip: withoutFrameDecoders() },
  async t => {
    const folder = temporaryFolder(t)
    const refused: string[] = []
    for (const syntax of LOSSLESS) {
      await Promise.all(
        FRAMES.map(async ([name, frame]) => {
          if (!encodable(syntax, frame.format)) {
            refused.push(`${syntax.split('.').at(-1)}: ${name}`)
            t.equal(await refusal(frame, syntax), 'not-acceptable', `${syntax}: ${name}`)
            return
          }
          const { bytes, format } = await encodeFrame(frame, syntax, USUAL)
          const decoded = await decodedElsewhere(bytes, syntax, format, folder)
          const expected = laidOut(frame, format.planar)
          t.ok(decoded.subarray(0, expected.length).equals(expected), `${syntax}: ${name}`)
        }),
      )
    }
    t.same(refused, [
      '90: 8 bits signed',
      '90: YBR_FULL',
      '90: RGB of 16 bits',
      '201: 8 bits signed',
      '201: YBR_FULL',
      '201: RGB of 16 bits',
      '202: 8 bits signed',
      '202: YBR_FULL',
      '202: RGB of 16 bits',
    ])
  },
)

t.test('lossy syntaxes stay near, and are smaller', { skip: withoutFrameDecoders() }, async t => {
  const folder = temporaryFolder(t)
  for (const syntax of LOSSY) {
    await Promise.all(
      FRAMES.map(async ([name, frame]) => {
        if (!encodable(syntax, frame.format) || frame.format.rows * frame.format.columns < 1000) return
        // What lies above Bits Stored would be lost first.
        if (name.includes('overlay')) return
        const { bytes, format } = await encodeFrame(frame, syntax, USUAL)
        // Its slopes are of no colour that RGB has; and RGB comes as YBR_FULL.
        if (format.photometric === 'YBR_FULL' && syntax === jpegFamily(50)) return
        const decoded = await decodedElsewhere(bytes, syntax, format, folder)
        const error = meanError(decoded, frame)
        t.ok(error / 2 ** frame.format.bitsStored < 0.06, `${syntax}: ${name}: ${error}`)
      }),
    )
  }
})

function meanError(decoded: Buffer, { bytes, format }: NativeFrame): number {
  const expected = Buffer.from(bytes)
  const wide = format.bitsAllocated === 16
  const count = expected.length / (wide ? 2 : 1)
  let sum = 0
  for (let i = 0; i < count; i++) {
    const read = (from: Buffer): number =>
      wide
        ? format.signed
          ? from.readInt16LE(i * 2)
          : from.readUInt16LE(i * 2)
        : format.signed
          ? from.readInt8(i)
          : from.readUInt8(i)
    sum += Math.abs(read(decoded) - read(expected))
  }
  return sum / count
}

t.test('what a syntax cannot hold is not-acceptable', async t => {
  const oneBit = made(grey(8))
  for (const format of [
    grey(1, { bitsAllocated: 1 }),
    grey(32, { bitsAllocated: 32 }),
    grey(32, { bitsAllocated: 32, numbers: 'float' }),
    color('HSV', 8),
  ])
    for (const syntax of [...LOSSLESS, ...LOSSY])
      t.equal(await refusal({ ...oneBit, format }, syntax), 'not-acceptable')
  for (const syntax of LOSSY) t.notOk(encodable(syntax, grey(8, { photometric: 'PALETTE COLOR' })), syntax)
  t.notOk(encodable(jpegFamily(50), grey(12)))
  t.notOk(encodable(jpegFamily(110), grey(8)), 'JPEG XL is not made')
})

t.test('PS3.5 8.2 the description follows the codestream', async t => {
  const [rgb] = FRAMES.filter(([name]) => name === 'RGB').map(([, frame]) => frame)
  for (const [syntax, photometric, planar] of [
    [RLE, 'RGB', true],
    [jpegFamily(50), 'YBR_FULL', false],
    [jpegFamily(70), 'RGB', false],
    [jpegFamily(80), 'RGB', false],
    [jpegFamily(90), 'YBR_RCT', false],
    [jpegFamily(91), 'YBR_ICT', false],
    [jpegFamily(202), 'YBR_RCT', false],
    [jpegFamily(203), 'YBR_ICT', false],
  ] as const)
    t.match((await encodeFrame(rgb!, syntax, USUAL)).format, { photometric, planar }, syntax)
})

t.test('PS3.5 A.4.11 .202 has a TLM marker, and a tile part a resolution in RPCL order', async t => {
  const { bytes } = await encodeFrame(made(grey(12, { rows: 256, columns: 256 })), jpegFamily(202), USUAL)
  const stream = Buffer.from(bytes)
  const markers = new Map<number, Buffer>()
  for (let at = 2; stream.readUInt16BE(at) !== 0xff90; at += 2 + stream.readUInt16BE(at + 2))
    markers.set(stream.readUInt16BE(at), stream.subarray(at + 4))
  t.ok(markers.has(0xff55), 'TLM')
  t.equal(markers.get(0xff52)![1], 2, 'RPCL')
  let parts = 0
  for (let at = stream.indexOf(Buffer.of(0xff, 0x90)); stream.readUInt16BE(at) === 0xff90; parts++)
    at += stream.readUInt32BE(at + 6)
  t.equal(parts, 6, 'five decompositions')
})
