/** What a display shows of stored values, on frames made in code; real files against DCMTK are in suites/rendered-*. */
import t from 'tap'
import type { FrameDescription, LookupTable, Window } from '../../src/imaging/frame-description.js'
import type { NativeFrame, PixelFormat } from '../../src/imaging/pixel-format.js'
import { renderFrame } from '../../src/imaging/render-frame.js'
import { problem } from '../problem.js'
import { pixelFormat } from '../made-pixel-format.js'

const GREY = pixelFormat({ rows: 1, columns: 1, bitsAllocated: 16 })

const bytesOf = (words: ArrayBufferView): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
const words = (...values: number[]): Uint8Array => bytesOf(Uint16Array.from(values))
const linear = (center: number, width: number): Window => ({ center, width, shape: 'LINEAR' })

function described(format: Partial<PixelFormat>, more: Partial<FrameDescription> = {}): FrameDescription {
  return {
    transferSyntax: '1.2.840.10008.1.2.1',
    format: { ...GREY, ...format },
    rescale: { slope: 1, intercept: 0 },
    window: undefined,
    ...more,
  }
}

/** One row of pixels as the display shows them. */
function shown(
  bytes: Uint8Array,
  columns: number,
  format: Partial<PixelFormat> = {},
  more: Partial<FrameDescription> = {},
  window?: Window,
): number[] {
  const description = described({ columns, ...format }, more)
  const native: NativeFrame = { format: description.format, bytes }
  return [...renderFrame(native, description, window).data]
}

t.test('PS3.3 C.11.2.1.2 windows', async t => {
  const bytes = words(0, 99, 100, 101, 150, 199, 200, 201)
  await t.test('C.11.2.1.2.1 LINEAR', async t => {
    t.same(shown(bytes, 8, {}, { window: linear(150.5, 101) }), [0, 0, 0, 2, 127, 252, 255, 255])
  })
  await t.test('LINEAR of width 1 is a threshold', async t => {
    t.same(shown(bytes, 8, {}, { window: linear(150.5, 1) }), [0, 0, 0, 0, 0, 255, 255, 255])
  })
  await t.test('C.11.2.1.3.2 LINEAR_EXACT', async t => {
    const window: Window = { center: 150, width: 100, shape: 'LINEAR_EXACT' }
    t.same(shown(bytes, 8, {}, { window }), [0, 0, 0, 2, 127, 252, 255, 255])
  })
  await t.test('C.11.2.1.3.1 SIGMOID', async t => {
    const window: Window = { center: 150, width: 100, shape: 'SIGMOID' }
    const wanted = [0, 99, 100, 101, 150, 199, 200, 201].map(x =>
      Math.trunc(255 / (1 + Math.exp((-4 * (x - 150)) / 100))),
    )
    t.same(shown(bytes, 8, {}, { window }), wanted)
  })
  await t.test('PS3.18 8.3.5.1.4 that of the client comes first, in rescaled units', async t => {
    const more = { window: linear(0, 1), rescale: { slope: 2, intercept: -100 } }
    t.same(shown(words(50, 100, 150), 3, {}, more, linear(100.5, 201)), [0, 127, 255])
  })
  await t.test('what differs from the frame that was drawn before counts, each alone', async t => {
    const window = linear(100.5, 201)
    const others: [Partial<PixelFormat>, Partial<FrameDescription>, number[]][] = [
      [{}, { window: linear(200.5, 401) }, [0, 63, 127, 255]],
      [{}, { rescale: { slope: 2, intercept: 0 } }, [0, 255, 255, 255]],
      [{}, { inverse: true }, [255, 127, 0, 0]],
      [{}, { padding: { low: 200, high: 200 } }, [0, 127, 0, 255]],
      [{ photometric: 'MONOCHROME1' }, {}, [255, 127, 0, 0]],
      [{ signed: true }, {}, [0, 127, 255, 0]],
      [{ bitsStored: 7, highBit: 6 }, {}, [0, 127, 91, 161]],
    ]
    for (const [format, more, wanted] of others) {
      t.same(shown(words(0, 100, 200, 65535), 4, {}, { window }), [0, 127, 255, 255])
      t.same(shown(words(0, 100, 200, 65535), 4, format, { window, ...more }), wanted)
    }
  })
  await t.test('without one: from the least to the most that is no padding', async t => {
    t.same(shown(words(1000, 1100, 1200, 63536), 4, {}, {}), [0, 0, 0, 255])
    t.same(
      shown(words(1000, 1100, 1200, 63536), 4, {}, { padding: { low: 63536, high: 65535 } }),
      [0, 127, 255, 0],
    )
  })
  await t.test('without one, 8-bit values that nothing rescales stay as they are', async t => {
    const format = { bitsAllocated: 8, bitsStored: 8, highBit: 7 }
    t.same(shown(Uint8Array.of(3, 7, 200), 3, format), [3, 7, 200])
    t.same(shown(Uint8Array.of(3, 7, 200), 3, { ...format, signed: true }), [238, 255, 0])
  })
})

t.test('PS3.5 8.1.1 stored bits', async t => {
  await t.test('signed values of 12 bits', async t => {
    const format = { bitsStored: 12, highBit: 11, signed: true }
    t.same(shown(words(0x800, 0xfff, 0, 0x7ff), 4, format, { window: linear(0, 4096) }), [0, 127, 127, 255])
  })
  await t.test('High Bit is not Bits Stored - 1; what is around the value does not count', async t => {
    const format = { bitsStored: 8, highBit: 11 }
    const bytes = words(0x0ff0, 0xf80f, 0x0000)
    t.same(shown(bytes, 3, format), [255, 128, 0])
  })
  await t.test('1 bit, from the least significant on', async t => {
    const format = { bitsAllocated: 1, bitsStored: 1, highBit: 0 }
    t.same(shown(Uint8Array.of(0b10010110, 1), 9, format), [0, 255, 255, 0, 255, 0, 0, 255, 255])
  })
  await t.test('12 bits without gaps', async t => {
    const format = { bitsAllocated: 12, bitsStored: 12, highBit: 11 }
    t.same(shown(Uint8Array.of(0xff, 0x0f, 0x80), 2, format, { window: linear(2048, 4096) }), [255, 127])
  })
  await t.test('32 bits, signed and not', async t => {
    const format = { bitsAllocated: 32, bitsStored: 32, highBit: 31 }
    t.same(shown(bytesOf(Uint32Array.of(0, 2 ** 31, 2 ** 32 - 1)), 3, format), [0, 127, 255])
    t.same(
      shown(bytesOf(Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1)), 3, { ...format, signed: true }),
      [0, 127, 255],
    )
  })
  await t.test('floating point; what is no number is black', async t => {
    const bytes = bytesOf(Float32Array.of(-0.5, 0, 0.5, NaN, Infinity))
    t.same(shown(bytes, 5, { bitsAllocated: 32, numbers: 'float' }), [0, 127, 255, 0, 255])
    const double = bytesOf(Float64Array.of(2 ** -40, 2 ** -39))
    t.same(shown(double, 2, { bitsAllocated: 64, numbers: 'double' }), [0, 255])
  })
})

t.test('PS3.3 C.11.1 Modality LUT, C.11.6 Presentation LUT', async t => {
  const table = (descriptor: number[], ...entries: number[]): LookupTable => ({
    descriptor,
    data: words(...entries),
    segmented: false,
  })
  await t.test('C.11.1.1.1 a Modality LUT clamps at both ends', async t => {
    const more = { modalityLut: table([3, 10, 16], 0, 100, 200), window: linear(100.5, 201) }
    t.same(shown(words(0, 10, 11, 12, 500), 5, {}, more), [0, 0, 127, 255, 255])
  })
  await t.test('C.11.2.1.1 a VOI LUT of signed values begins below zero', async t => {
    const more = { voiLut: table([3, 0xffff, 8], 0, 51, 255) }
    t.same(shown(bytesOf(Int16Array.of(-9, -1, 0, 1)), 4, { signed: true }, more), [0, 0, 51, 255])
  })
  await t.test('a descriptor of 0 entries means 65,536', async t => {
    const data = bytesOf(Uint16Array.from({ length: 65_536 }, (_, i) => i))
    const voiLut = { descriptor: [0, 0, 16], data, segmented: false }
    t.same(shown(words(0, 0x8000, 0xffff), 3, {}, { voiLut }), [0, 128, 255])
  })
  await t.test('C.11.6.1.2 inverse by shape, or MONOCHROME1 without one (trap 47)', async t => {
    const more = { window: linear(128, 256) }
    t.same(shown(words(0, 255), 2, { photometric: 'MONOCHROME1' }, more), [255, 0])
    t.same(shown(words(0, 255), 2, {}, { ...more, inverse: true }), [255, 0])
    t.same(shown(words(0, 255), 2, { photometric: 'MONOCHROME1' }, { ...more, inverse: true }), [255, 0])
  })
  await t.test('C.7.5.1.1.2 padding stays black in MONOCHROME1', async t => {
    const more = { window: linear(128, 256), padding: { low: 0, high: 0 } }
    t.same(shown(words(0, 255, 55), 3, { photometric: 'MONOCHROME1' }, more), [0, 0, 200])
  })
  await t.test('C.11.6.1.1 Presentation LUT Sequence', async t => {
    const presentationLut = table([4, 0, 8], 0, 10, 100, 255)
    t.same(
      shown(words(0, 85, 170, 255), 4, {}, { window: linear(128, 256), presentationLut }),
      [0, 10, 100, 255],
    )
  })
  await t.test('fewer entries than declared are undecodable', async t => {
    for (const more of [
      { modalityLut: table([9, 0, 16], 1, 2) },
      { voiLut: table([9, 0, 16], 1, 2) },
      { voiLut: table([9], 1, 2) },
    ])
      t.throws(() => shown(words(0), 1, {}, more), problem('undecodable'))
  })
})

t.test('PS3.3 C.7.6.3.1.2 colour', async t => {
  const rgb = { samples: 3, bitsAllocated: 8, bitsStored: 8, highBit: 7, photometric: 'RGB' }
  await t.test('RGB pixel by pixel and plane by plane', async t => {
    t.same(shown(Uint8Array.of(1, 2, 3, 4, 5, 6), 2, rgb), [1, 2, 3, 4, 5, 6])
    t.same(shown(Uint8Array.of(1, 4, 2, 5, 3, 6), 2, { ...rgb, planar: true }), [1, 2, 3, 4, 5, 6])
  })
  await t.test('of 16 and 32 bits the highest 8', async t => {
    const deep = { ...rgb, bitsAllocated: 16, bitsStored: 16, highBit: 15 }
    t.same(shown(words(0xff00, 0x80ff, 0x00ff), 1, deep), [255, 128, 0])
    t.same(shown(words(0xff0, 0x80f, 0x00f), 1, { ...deep, bitsStored: 12, highBit: 11 }), [255, 128, 0])
    const deeper = { ...rgb, bitsAllocated: 32, bitsStored: 32, highBit: 31 }
    t.same(shown(bytesOf(Uint32Array.of(0xff000000, 0x80ffffff, 0xff)), 1, deeper), [255, 128, 0])
  })
  await t.test('YBR_FULL: white, black and the primaries', async t => {
    const bytes = Uint8Array.of(255, 128, 128, 0, 128, 128, 76, 85, 255, 150, 44, 21, 29, 255, 107)
    const drawn = shown(bytes, 5, { ...rgb, photometric: 'YBR_FULL' })
    const wanted = [255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255]
    t.ok(
      drawn.every((value, i) => Math.abs(value - (wanted[i] ?? 0)) <= 1),
      drawn.join(' '),
    )
  })
  await t.test('YBR_FULL_422: two pixels share their chrominance', async t => {
    const format = { ...rgb, photometric: 'YBR_FULL_422' }
    t.same(shown(Uint8Array.of(10, 20, 128, 128, 30, 40, 128, 128), 4, format), [
      ...[10, 10, 10, 20, 20, 20],
      ...[30, 30, 30, 40, 40, 40],
    ])
  })
  await t.test('YBR_PARTIAL: luminance from 16 to 235', async t => {
    const format = { ...rgb, photometric: 'YBR_PARTIAL_420' }
    t.same(shown(Uint8Array.of(16, 128, 128, 235, 128, 128), 2, format), [0, 0, 0, 255, 255, 255])
  })
  await t.test('retired kinds, and other counts of samples, are not drawn', async t => {
    for (const photometric of ['ARGB', 'CMYK', 'HSV', 'NONSENSE'])
      t.throws(
        () => shown(new Uint8Array(4), 1, { ...rgb, samples: 4, photometric }),
        problem('not-acceptable'),
      )
    t.throws(() => shown(new Uint8Array(2), 1, { ...rgb, samples: 2 }), problem('not-acceptable'))
  })
})

t.test('PS3.3 C.7.9 palettes', async t => {
  const indexed = { bitsAllocated: 8, bitsStored: 8, highBit: 7, photometric: 'PALETTE COLOR' }
  const channel = (descriptor: number[], data: Uint8Array, segmented = false): LookupTable => ({
    descriptor,
    data,
    segmented,
  })
  const same = (one: LookupTable) => ({ palette: { red: one, green: one, blue: one } })
  const grey = (...values: number[]): number[] => values.flatMap(value => [value, value, value])

  await t.test('entries of 16 bits', async t => {
    const one = channel([3, 1, 16], words(0x1234, 0x8000, 0xffff))
    t.same(shown(Uint8Array.of(0, 1, 2, 3, 9), 5, indexed, same(one)), grey(0x12, 0x12, 0x80, 255, 255))
  })
  await t.test('entries of 8 bits, packed, and in words of 16', async t => {
    t.same(
      shown(Uint8Array.of(0, 1), 2, indexed, same(channel([2, 0, 8], Uint8Array.of(7, 200)))),
      grey(7, 200),
    )
    t.same(shown(Uint8Array.of(0, 1), 2, indexed, same(channel([2, 0, 8], words(7, 200)))), grey(7, 200))
    t.same(shown(Uint8Array.of(0, 1), 2, indexed, same(channel([2, 0, 16], words(7, 200)))), grey(7, 200))
  })
  await t.test('C.7.9.2 segments: discrete, linear, indirect', async t => {
    const data = words(0, 2, 0, 0x1000, 1, 2, 0x3000, 2, 1, 0, 0)
    const one = channel([6, 0, 16], data, true)
    t.same(shown(Uint8Array.of(0, 1, 2, 3, 4, 5), 6, indexed, same(one)), grey(0, 0x10, 0x20, 0x30, 0, 0x10))
  })
  await t.test('one that is too short, or whose segments make no sense, is undecodable', async t => {
    for (const one of [
      channel([256, 0, 8], Uint8Array.of(1, 2, 3)),
      channel([0, 0, 16], words(1, 2, 3)),
      channel([9, 0, 16], words(0, 2, 1, 1), true),
      channel([9, 0, 16], words(1, 2, 9), true),
      channel([9, 0, 16], words(7, 2, 9), true),
      channel([9, 0, 16], words(0, 1, 5, 2, 9, 6, 0), true),
      channel([], words(1)),
      // segments of no entries, each of which names 65,535 of them
      channel([9, 0, 16], words(...Array.from({ length: 400 }, () => [0, 0, 2, 65_535, 0, 0]).flat()), true),
    ])
      t.throws(() => shown(Uint8Array.of(0), 1, indexed, same(one)), problem('undecodable'))
    t.throws(() => shown(Uint8Array.of(0), 1, indexed), problem('undecodable'))
  })
  await t.test('C.7.6.19 a supplement: greys below its first value', async t => {
    const one = channel([2, 200, 8], Uint8Array.of(1, 2))
    t.same(shown(Uint8Array.of(10, 200, 201), 3, { ...indexed, photometric: 'MONOCHROME2' }, same(one)), [
      ...grey(10, 1, 2),
    ])
  })
})

t.test('PS3.3 C.9.2 overlays', async t => {
  const format = { rows: 2, bitsAllocated: 8, bitsStored: 8, highBit: 7 }
  const pixels = new Uint8Array(8).fill(9)
  await t.test('its own plane, at its origin, cut at the edge', async t => {
    // bits 3 to 6, so pixels: set, set, not set, set
    const plane = { bits: Uint8Array.of(0b11011111), skipBits: 3 }
    const right = [{ rows: 2, columns: 2, top: 0, left: 3, plane }]
    t.same(shown(pixels, 4, format, { overlays: right }), [9, 9, 9, 255, 9, 9, 9, 9])
    const above = [{ rows: 2, columns: 2, top: -1, left: 0, plane }]
    t.same(shown(pixels, 4, format, { overlays: above }), [9, 255, 9, 9, 9, 9, 9, 9])
  })
  await t.test('in unused bits of the pixels; white over MONOCHROME1 too', async t => {
    const embedded = { bitsStored: 12, highBit: 11, photometric: 'MONOCHROME1' }
    const overlays = [{ rows: 1, columns: 2, top: 0, left: 0, plane: { bit: 12 } }]
    const more = { overlays, window: linear(2048, 4096) }
    t.same(shown(words(0x1fff, 0x0fff), 2, embedded, more), [255, 0])
  })
  await t.test('one that is too short is drawn as far as it goes', async t => {
    const overlays = [
      { rows: 2, columns: 4, top: 0, left: 0, plane: { bits: Uint8Array.of(1), skipBits: 0 } },
    ]
    t.same(shown(pixels, 4, format, { overlays }), [255, 9, 9, 9, 9, 9, 9, 9])
  })
})

t.test('the ICC profile goes with colours, the aspect with all', async t => {
  const iccProfile = Uint8Array.of(1)
  const description = described({ columns: 2 }, { iccProfile, pixelAspect: 2 })
  const raster = renderFrame({ format: description.format, bytes: words(1, 2) }, description, undefined)
  t.same([raster.iccProfile, raster.pixelAspect], [undefined, 2])
  const color = described(
    { samples: 3, bitsAllocated: 8, bitsStored: 8, highBit: 7, photometric: 'RGB' },
    { iccProfile },
  )
  const drawn = renderFrame({ format: color.format, bytes: new Uint8Array(3) }, color, undefined)
  t.same([drawn.iccProfile, drawn.pixelAspect, drawn.channels], [iccProfile, 1, 3])
})

t.test('no pixels, and fewer bytes than pixels, are undecodable; too many are a limit', async t => {
  t.throws(() => shown(words(1), 0), problem('undecodable'))
  t.throws(() => shown(words(1), 2), problem('undecodable'))
  const tooLarge = { rows: 65_535, bitsAllocated: 1, bitsStored: 1, highBit: 0 }
  t.throws(() => shown(words(1), 65_535, tooLarge), problem('limit-exceeded'))
})
