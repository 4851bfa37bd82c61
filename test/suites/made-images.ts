/** Images made in code for features that no file of the corpus has. */
import { ctImage, el, EXPLICIT_BE, IMPLICIT_LE, type CtOptions, type MadeElement } from '../made-dicom.js'

const [ROWS, COLUMNS] = [48, 64]

/** Values in all the range of 12 bits, in a pattern that no transposition leaves as it is. */
const ramp = (frames = 1): Uint16Array =>
  Uint16Array.from(
    { length: ROWS * COLUMNS * frames },
    (_, i) => (i * 37 + Math.floor(i / COLUMNS) * 11) % 4096,
  )
const bytes = (words: ArrayBufferView): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength)

function made(
  elements: readonly MadeElement[],
  options: CtOptions & { readonly highBit?: number } = {},
): Buffer {
  return ctImage({
    rows: ROWS,
    columns: COLUMNS,
    pixels: bytes(ramp(options.frames)),
    ...options,
    with: [el('00280101', 'US', [12]), el('00280102', 'US', [options.highBit ?? 11]), ...elements],
  }).bytes
}

const window = (center: string, width: string): MadeElement[] => [
  el('00281050', 'DS', center),
  el('00281051', 'DS', width),
]
const rescale = (slope: string, intercept: string): MadeElement[] => [
  el('00281052', 'DS', intercept),
  el('00281053', 'DS', slope),
]
/** A table that falls, then rises: neither a window nor an inversion. */
const table = (first: number, vr = 'US'): MadeElement[] => [
  el('00283002', vr, [1000, first, 12]),
  el('00283003', 'LO', 'made'),
  el(
    '00283006',
    'US',
    Array.from({ length: 1000 }, (_, i) => Math.abs(i - 500) * 8),
  ),
]
const voiLut: MadeElement[] = [...rescale('1', '-1024'), el('00283010', 'SQ', [table(-200, 'SS')])]

/** Overlay bits: every third pixel. */
const everyThird = (count: number): Uint8Array => {
  const plane = new Uint8Array(2 * Math.ceil(count / 16))
  for (let i = 0; i < count; i += 3) plane[i >> 3] = (plane[i >> 3] ?? 0) | (1 << (i & 7))
  return plane
}
const overlay = (rows: number, columns: number, origin: readonly number[], frames = 1): MadeElement[] => [
  el('60000010', 'US', [rows]),
  el('60000011', 'US', [columns]),
  el('60000040', 'CS', 'G'),
  el('60000050', 'SS', origin),
  el('60000100', 'US', [1]),
  el('60000102', 'US', [0]),
  el('60003000', 'OW', everyThird(rows * columns * frames)),
]

/** One of the standard's well known palettes, which are segmented, on indexes of 8 bits. */
function segmentedPalette(): Buffer {
  const data = (segments: readonly number[]): Uint8Array => bytes(Uint16Array.from(segments))
  return ctImage({
    rows: ROWS,
    columns: COLUMNS,
    pixels: Uint8Array.from(ramp(), value => value & 0xff),
    with: [
      el('00280004', 'CS', 'PALETTE COLOR'),
      ...[el('00280100', 'US', [8]), el('00280101', 'US', [8]), el('00280102', 'US', [7])],
      ...['00281101', '00281102', '00281103'].map(tag => el(tag, 'US', [256, 0, 16])),
      el('00281221', 'OW', data([0, 1, 0, 1, 255, 0xffff])),
      el('00281222', 'OW', data([0, 2, 0xffff, 0x8000, 1, 100, 0x1000, 1, 154, 0xf000])),
      el('00281223', 'OW', data([0, 3, 1000, 30_000, 60_000, 1, 153, 0, 1, 100, 0xffff])),
    ],
  }).bytes
}

function groups(): Buffer {
  const voi = (center: string, width: string): MadeElement[] => [
    el('00289132', 'SQ', [window(center, width)]),
    el('00289145', 'SQ', [rescale('2', String(-Number(center)))]),
  ]
  return made(
    [
      ...window('1', '2'),
      el('52009229', 'SQ', [voi('7', '9')]),
      el('52009230', 'SQ', [voi('100', '3000'), voi('200', '2000'), voi('300', '6000')]),
    ],
    { frames: 3 },
  )
}

export const MADE_IMAGES: Readonly<Record<string, () => Buffer>> = {
  sigmoid: () => made([...window('2000', '1000'), el('00281056', 'CS', 'SIGMOID')]),
  'linear-exact': () => made([...window('2000', '1000'), el('00281056', 'CS', 'LINEAR_EXACT')]),
  'bad-windows': () => made(window('40\\50\\2048', '0\\-100\\4096')),
  'voi-lut': () => made(voiLut),
  'voi-lut-implicit': () => made(voiLut, { transferSyntax: IMPLICIT_LE }),
  'voi-lut-big-endian': () => made(voiLut, { transferSyntax: EXPLICIT_BE }),
  'modality-lut': () =>
    made([...window('1500', '2000'), el('00283000', 'SQ', [[...table(700), el('00283004', 'LO', 'US')]])]),
  inverse: () => made([...window('2000', '3000'), el('20500020', 'CS', 'INVERSE')]),
  padding: () =>
    made([...window('2000', '3000'), el('00280004', 'CS', 'MONOCHROME1'), el('00280120', 'US', [37])]),
  'padding-range': () => made([el('00280120', 'US', [4095]), el('00280121', 'US', [3000])]),
  'high-bit': () =>
    made(window('2048', '4096'), {
      highBit: 13,
      pixels: bytes(ramp().map(value => value << 2)),
    }),
  groups,
  'segmented-palette': segmentedPalette,
  'embedded-overlay': () =>
    made(
      [
        ...window('2048', '4096'),
        ...[el('60000010', 'US', [ROWS]), el('60000011', 'US', [COLUMNS]), el('60000040', 'CS', 'G')],
        ...[el('60000050', 'SS', [1, 1]), el('60000100', 'US', [16]), el('60000102', 'US', [14])],
      ],
      { pixels: bytes(ramp().map((value, i) => value | (i % 5 === 0 ? 0x4000 : 0))) },
    ),
  'overlay-origin': () => made([...window('2048', '4096'), ...overlay(30, 40, [-9, 50])]),
  'overlay-frames': () =>
    made(
      [
        ...window('2048', '4096'),
        ...overlay(7, 9, [3, 5], 2),
        el('60000015', 'IS', '2'),
        el('60000051', 'US', [2]),
      ].sort((a, b) => (a.tag < b.tag ? -1 : 1)),
      { frames: 3 },
    ),
}
