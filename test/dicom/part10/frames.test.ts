/** Where the frames are. PS3.5 8, A.4; PS3.3 C.7.6.3.1.8. */
import t from 'tap'
import { bulkValues, findBulkValue } from '../../../src/dicom/bulk-table.js'
import { FRAMES_PER_CHUNK, unpackFrame, type ByteRange } from '../../../src/dicom/frame-table.js'
import {
  ctImage,
  dicomFile,
  el,
  EXPLICIT_BE,
  JPEG_BASELINE,
  RLE,
  type CtOptions,
  type MadeElement,
} from '../../made-dicom.js'
import { parse, type Parsed } from './parsing.js'

const hex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(' ', ''), 'hex')

function rangesOf({ frames }: Parsed): readonly (readonly ByteRange[])[] {
  if (frames.kind !== 'encapsulated') throw new Error(`frames are ${frames.kind}`)
  return Array.from({ length: frames.count }, (_, frame) => {
    const chunk = frames.chunks[Math.floor(frame / FRAMES_PER_CHUNK)]
    const ranges = chunk === undefined ? undefined : unpackFrame(chunk, frame % FRAMES_PER_CHUNK)
    if (ranges === undefined) throw new Error(`no frame ${frame}`)
    return ranges
  })
}

/** the fragments of each frame as hex */
function framesOf(bytes: Buffer, parsed: Parsed): string[][] {
  return rangesOf(parsed).map(ranges => ranges.map(({ start, end }) => bytes.toString('hex', start, end)))
}

async function frames(options: CtOptions): Promise<string[][]> {
  const { bytes } = ctImage({ transferSyntax: JPEG_BASELINE, ...options })
  const parsed = await parse(bytes)
  t.same((await parse(bytes, [1])).frames, parsed.frames, 'byte by byte the same')
  return framesOf(bytes, parsed)
}

const numberOfFrames = (text: string): { with: MadeElement[] } => ({ with: [el('00280008', 'IS', text)] })

t.test('8.1.1 native frames are arithmetic', async t => {
  const ct = ctImage({ frames: 3, rows: 5, columns: 7 })
  const { frames, bulk } = await parse(ct.bytes)
  const offsetBytes = ct.bytes.length - 3 * 70
  t.same(frames, {
    kind: 'native',
    tag: '7FE00010',
    vr: 'OW',
    offsetBytes,
    lengthBytes: 210,
    frameBits: 560,
    count: 3,
    wordBytes: 2,
  })
  t.same(findBulkValue(bulk, '7FE00010'), {
    path: '7FE00010',
    vr: 'OW',
    offsetBytes,
    lengthBytes: 210,
    wordBytes: 2,
    kind: 'value',
  })
})

t.test('a pad byte belongs to no frame', async t => {
  const { frames } = await parse(
    ctImage({ rows: 3, columns: 3, pixels: new Uint8Array(9), with: [el('00280100', 'US', [8])] }).bytes,
  )
  t.match(frames, { lengthBytes: 10, frameBits: 72, count: 1 })
})

t.test('8.1.1 frames of one bit a pixel do not begin on bytes', async t => {
  const { frames } = await parse(
    ctImage({ frames: 3, rows: 3, columns: 3, pixels: new Uint8Array(4), with: [el('00280100', 'US', [1])] })
      .bytes,
  )
  t.match(frames, { frameBits: 9, count: 3 })
})

t.test('8.2 YBR_FULL_422 has two samples a pixel', async t => {
  const { frames } = await parse(
    ctImage({
      pixels: new Uint8Array(128),
      with: [el('00280002', 'US', [3]), el('00280004', 'CS', 'YBR_FULL_422'), el('00280100', 'US', [8])],
    }).bytes,
  )
  t.match(frames, { frameBits: 8 * 8 * 16, count: 1 })
})

t.test('float and double pixels', async t => {
  const float = await parse(
    ctImage({ without: ['7FE00010', '00280100'], with: [el('7FE00008', 'OF', new Uint8Array(256))] }).bytes,
  )
  t.match(float.frames, { tag: '7FE00008', vr: 'OF', frameBits: 2048, count: 1, wordBytes: 4 })
  t.same(float.json['7FE00008'], { vr: 'OF', BulkDataURI: '/bulkdata/7FE00008' })
  const double = await parse(
    ctImage({ without: ['7FE00010', '00280100'], with: [el('7FE00009', 'OD', new Uint8Array(512))] }).bytes,
  )
  t.match(double.frames, { tag: '7FE00009', vr: 'OD', frameBits: 4096, count: 1, wordBytes: 8 })
})

t.test('32-bit samples are swapped whole', async t => {
  const { frames } = await parse(
    ctImage({
      transferSyntax: EXPLICIT_BE,
      pixels: new Uint8Array(256),
      with: [el('00280100', 'US', [32])],
    }).bytes,
  )
  t.match(frames, { wordBytes: 4, count: 1 })
})

t.test('Number of Frames that is nonsense does no harm', async t => {
  const count = async (text: string): Promise<unknown> => {
    const { frames } = await parse(ctImage({ pixels: new Uint8Array(256), ...numberOfFrames(text) }).bytes)
    return frames.kind === 'native' ? frames.count : frames.kind
  }
  t.equal(await count('2147483647'), 2, 'as many as are there')
  t.equal(await count('2'), 2)
  t.equal(await count('1A'), 1)
  t.equal(await count('-1'), 1)
  t.equal(await count('0'), 1)
  t.equal(await count(''), 1)
})

t.test('no pixels, no rows', async t => {
  t.same((await parse(dicomFile([el('00080060', 'CS', 'SR')]))).frames, { kind: 'none' })
  t.same((await parse(ctImage({ pixels: new Uint8Array(0) }).bytes)).frames, { kind: 'none' })
  t.match((await parse(ctImage({ with: [el('00280010', 'US', [0])] }).bytes)).frames, { count: 0 })
})

t.test('pixels of an icon are no frames, but a bulk value', async t => {
  const icon = [el('00280010', 'US', [1]), el('7FE00010', 'OB', { fragments: [hex('ffd8 ffd9')] })]
  const { frames, json, bulk } = await parse(dicomFile([el('00880200', 'SQ', [icon])]))
  t.same(frames, { kind: 'none' })
  t.same(json['00880200']?.Value, [
    {
      '00280010': { vr: 'US', Value: [1] },
      '7FE00010': { vr: 'OB', BulkDataURI: '/bulkdata/00880200.1.7FE00010' },
    },
  ])
  t.match(findBulkValue(bulk, '00880200.1.7FE00010'), { kind: 'encapsulated', lengthBytes: 20 })
})

const JPEGS = ['ffd8 0101 ffd9', 'ffd8 0202 0202 ffd9', 'ffd8 0303 ffd9'].map(hex)
const [A = '', B = '', C = ''] = JPEGS.map(bytes => Buffer.from(bytes).toString('hex'))

t.test('A.4 the Basic Offset Table', async t => {
  const fragments = [hex('ffd8 0101'), hex('0404 ffd9'), ...JPEGS.slice(1)]
  t.same(await frames({ frames: 3, pixels: { fragments, offsets: [0, 24, 40] } }), [
    ['ffd80101', '0404ffd9'],
    [B],
    [C],
  ])
  t.same(
    await frames({ frames: 3, pixels: { fragments: JPEGS, offsets: [0, 15, 40] } }),
    [[A], [B], [C]],
    'is not used where it misses the items',
  )
  t.same(
    await frames({ frames: 3, pixels: { fragments: JPEGS, offsets: [0, 14, 4294967280] } }),
    [[A], [B], [C]],
    'nor where it points outside',
  )
})

t.test('C.7.6.3.1.8 the Extended Offset Table gives lengths without padding', async t => {
  const table = (values: readonly number[]): MadeElement['value'] => values
  const withTable = (offsets: readonly number[], lengths: readonly number[]): CtOptions => ({
    frames: 3,
    pixels: { fragments: [hex('ffd8 01 ffd9'), ...JPEGS.slice(1)] },
    with: [el('7FE00001', 'OV', table(offsets)), el('7FE00002', 'OV', table(lengths))],
  })
  t.same(await frames(withTable([0, 14, 30], [5, 8, 6])), [['ffd801ffd9'], [B], [C]])
  t.same(
    await frames(withTable([0, 13, 30], [5, 8, 6])),
    [['ffd801ffd900'], [B], [C]],
    'not used where it misses',
  )
  t.same(
    await frames(withTable([0, 14, 30], [5, 800, 6])),
    [['ffd801ffd900'], [B], [C]],
    'nor where it is too long',
  )
})

t.test('A.4 without a table: by counts, then by codestreams', async t => {
  t.same(await frames({ frames: 3, pixels: { fragments: JPEGS } }), [[A], [B], [C]], 'fragments = frames')
  t.same(await frames({ pixels: { fragments: JPEGS } }), [[A, B, C]], 'one frame has all fragments')
  const cut = [
    hex('ffd8 0101'),
    hex('ffd8 ffd9'),
    hex('ffd8 0202 ffd9 0000'),
    hex('ffd8 03'),
    hex('ff d9'),
    hex(''),
  ]
  t.same(
    await frames({ frames: 3, pixels: { fragments: cut } }),
    [['ffd80101', 'ffd8ffd9'], ['ffd80202ffd90000'], ['ffd80300', 'ffd9']],
    'a start inside a codestream is none; padding after the end and empty fragments at the tail do not matter',
  )
  t.same(await frames({ pixels: { fragments: JPEGS }, ...numberOfFrames('many') }), [[A], [B], [C]])
  t.same(await frames({ pixels: { fragments: JPEGS }, ...numberOfFrames('2147483647') }), [[A], [B], [C]])
})

t.test('JPEG 2000 and JPEG XL codestreams and boxes', async t => {
  const j2k = ['ff4f ff51 01', 'ff4f ff52 ffd9', '0000000c 6a502020 01 ffd9', '02 ffd9'].map(hex)
  t.same(
    (await frames({ pixels: { fragments: j2k }, ...numberOfFrames('2') })).map(fragments => fragments.length),
    [2, 2],
  )
  const jxl = ['ff0a 01', '02', '0000000c 4a584c20 03'].map(hex)
  t.same(
    (await frames({ pixels: { fragments: jxl }, ...numberOfFrames('2') })).map(fragments => fragments.length),
    [2, 1],
  )
})

t.test('G.2 RLE has one fragment a frame', async t => {
  const fragments = [hex('0101'), hex('0202'), hex('0303')]
  t.same(await frames({ transferSyntax: RLE, pixels: { fragments }, ...numberOfFrames('2') }), [
    ['0101'],
    ['0202'],
  ])
})

t.test('a video is one frame of all fragments', async t => {
  const fragments = [hex('0101'), hex('0202')]
  t.same(
    await frames({
      transferSyntax: '1.2.840.10008.1.2.4.102',
      pixels: { fragments },
      ...numberOfFrames('90'),
    }),
    [['0101', '0202']],
  )
})

t.test('a long fragment is looked at at both ends, however it is cut', async t => {
  const long = Buffer.concat([hex('ffd8'), Buffer.alloc(5000, 1), hex('ffd9')])
  const { bytes } = ctImage({
    transferSyntax: JPEG_BASELINE,
    pixels: { fragments: [long.subarray(0, 3000), long.subarray(3000), long] },
    ...numberOfFrames('2'),
  })
  for (const cut of [[], [1], [13], [1000]])
    t.same(
      rangesOf(await parse(bytes, cut)).map(ranges => ranges.length),
      [2, 1],
    )
})

t.test('frames beyond one chunk of 1,024', async t => {
  const fragments = Array.from({ length: 2500 }, (_, i) => Uint8Array.of(i & 255, i >> 8))
  const made = await frames({ frames: 2500, pixels: { fragments } })
  t.equal(made.length, 2500)
  t.same(made[2049], [Buffer.from([2049 & 255, 2049 >> 8]).toString('hex')])
})

t.test('cut short: what is wholly there counts, and `truncated` says so', async t => {
  const native = ctImage({ frames: 3 })
  const cut = await parse(native.bytes.subarray(0, -10))
  t.equal(cut.truncated, true)
  t.match(cut.frames, { count: 2, lengthBytes: 374 })
  t.equal(findBulkValue(cut.bulk, '7FE00010')?.lengthBytes, 374)
  const whole = await parse(native.bytes)
  t.equal(whole.truncated, false)
  const jpeg = (options: Partial<CtOptions>): Buffer =>
    ctImage({ transferSyntax: JPEG_BASELINE, ...options }).bytes
  const unterminated = await parse(jpeg({ frames: 3, pixels: { fragments: JPEGS, unterminated: true } }))
  t.equal(unterminated.truncated, true)
  t.equal(rangesOf(unterminated).length, 3)
  const inFragment = await parse(jpeg({ frames: 3, pixels: { fragments: JPEGS } }).subarray(0, -10))
  t.equal(inFragment.truncated, true)
  t.equal(rangesOf(inFragment).length, 2)
  const oneFrame = await parse(
    jpeg({ pixels: { fragments: [hex('ffd8 0101'), hex('0202 ffd9')] } }).subarray(0, -10),
  )
  t.equal(rangesOf(oneFrame).length, 0)
  t.equal(findBulkValue(inFragment.bulk, '7FE00010')?.lengthBytes, 8 + 14 + 16, 'whole items only')
  const inTable = jpeg({ frames: 3, pixels: { fragments: JPEGS, offsets: [0, 14, 30] } })
  inTable.writeUInt32LE(44_975, inTable.length - 8 - 44 - 12 - 4)
  const cutTable = await parse(inTable)
  t.equal(cutTable.truncated, true)
  t.equal(
    findBulkValue(cutTable.bulk, '7FE00010'),
    undefined,
    'found by the fuzzer: a table that is cut has no item',
  )
  const table = jpeg({ frames: 3, pixels: { fragments: JPEGS, offsets: [0, 14, 30] } }).subarray(0, -10)
  t.equal(rangesOf(await parse(table)).length, 2)
})

t.test('every bulk value is listed, in file order', async t => {
  const big = new Uint8Array(2000)
  const { bulk } = await parse(
    dicomFile([
      el('00091002', 'SQ', [[el('00091003', 'OB', big)], [el('00091003', 'OW', big)]]),
      el('00420011', 'OB', big),
    ]),
  )
  t.same(
    [...bulkValues(bulk)].map(({ path, vr, lengthBytes }) => [path, vr, lengthBytes]),
    [
      ['00091002.1.00091003', 'OB', 2000],
      ['00091002.2.00091003', 'OW', 2000],
      ['00420011', 'OB', 2000],
    ],
  )
  t.equal(findBulkValue(bulk, '00091002.3.00091003'), undefined)
})
