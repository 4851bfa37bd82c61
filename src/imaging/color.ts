import { Problem } from '../dicom/problem.js'
import type { NativeFrame } from './pixel-format.js'
import { rawWords, storedBits, storedValues } from './stored-values.js'

/** How a Photometric Interpretation becomes RGB. What a codec undid (RCT, ICT, XYB) is RGB already, and native pixels that
 *  are labelled so cannot be anything else. PS3.3 C.7.6.3.1.2 */
const CONVERSIONS: ReadonlyMap<string, 'none' | Chrominance> = new Map<string, 'none' | Chrominance>([
  ['RGB', 'none'],
  ['YBR_RCT', 'none'],
  ['YBR_ICT', 'none'],
  ['XYB', 'none'],
  ['YBR_FULL', { range: 'full', halved: false }],
  ['YBR_FULL_422', { range: 'full', halved: true }],
  ['YBR_PARTIAL_422', { range: 'partial', halved: true }],
  ['YBR_PARTIAL_420', { range: 'partial', halved: false }],
])

const RETIRED = new Set(['HSV', 'ARGB', 'CMYK'])

interface Chrominance {
  /** partial: luminance from 16 to 235, as in video */
  readonly range: 'full' | 'partial'
  /** natively, two pixels share their chrominance: Y Y Cb Cr */
  readonly halved: boolean
}

/** A colour frame of three samples as RGB, 8 bits a sample, pixel by pixel. Of more than 8 bits the highest are taken.
 * @throws Problem `not-acceptable`: ARGB, HSV, CMYK (retired), or no kind of colour; `undecodable` */
export function rgbOf(native: NativeFrame): Uint8Array {
  const { rows, columns, samples, photometric, planar } = native.format
  // What is named grey but has three samples has no other reading.
  const conversion = CONVERSIONS.get(photometric.startsWith('MONOCHROME') ? 'RGB' : photometric)
  if (samples !== 3 || conversion === undefined)
    throw new Problem(
      'not-acceptable',
      `${samples} samples of ${RETIRED.has(photometric) ? photometric : 'such a photometric interpretation'} are not drawn`,
    )
  const count = rows * columns
  const bytes = eightBits(native)
  if (conversion === 'none') return planar ? interleaved(bytes, count) : bytes.subarray(0, 3 * count)
  if (conversion.halved && bytes.length < 3 * count) return rgbFromYbr(fromHalved(bytes, count), conversion)
  return rgbFromYbr(planar ? interleaved(bytes, count) : bytes, conversion, count)
}

/** Samples of any width as bytes, in the order they have. */
function eightBits(native: NativeFrame): Uint8Array {
  const { format } = native
  const { bits, shift } = storedBits(format)
  if (format.bitsAllocated === 8 && bits === 8) return native.bytes
  if (format.numbers !== 'integer' || format.signed)
    throw new Problem('not-acceptable', 'colour of signed or floating point samples is not drawn')
  if (format.bitsAllocated <= 16) return narrowed(rawWords(native), bits, shift)
  const values = storedValues(native)
  const out = new Uint8Array(values.length)
  const divisor = 2 ** (bits - 8)
  for (let i = 0; i < out.length; i++) out[i] = (values[i] ?? 0) / divisor
  return out
}

function narrowed(words: Uint8Array | Uint16Array, bits: number, shift: number): Uint8Array {
  const out = new Uint8Array(words.length)
  const most = 2 ** bits - 1
  if (bits >= 8) {
    const down = shift + bits - 8
    for (let i = 0; i < out.length; i++) out[i] = (words[i] ?? 0) >>> down
  } else {
    for (let i = 0; i < out.length; i++) out[i] = ((((words[i] ?? 0) >>> shift) & most) * 255) / most
  }
  return out
}

function interleaved(planes: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(3 * count)
  for (let i = 0, at = 0; i < count; i++) {
    out[at++] = planes[i] ?? 0
    out[at++] = planes[count + i] ?? 0
    out[at++] = planes[2 * count + i] ?? 0
  }
  return out
}

/** Y Y Cb Cr for two pixels to Y Cb Cr for each. PS3.3 C.7.6.3.1.2 */
function fromHalved(bytes: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(3 * count)
  for (let i = 0; i < count; i++) {
    const pair = (i >> 1) * 4
    out[3 * i] = bytes[pair + (i & 1)] ?? 0
    out[3 * i + 1] = bytes[pair + 2] ?? 0
    out[3 * i + 2] = bytes[pair + 3] ?? 0
  }
  return out
}

const FRACTION_BITS = 16
const HALF = 1 << (FRACTION_BITS - 1)

/** In fixed point; what leaves 0…255 is clamped. PS3.3 C.7.6.3.1.2 */
function rgbFromYbr(ybr: Uint8Array, { range }: Chrominance, count = ybr.length / 3): Uint8Array {
  const isFull = range === 'full'
  const fixed = (factor: number): number => Math.round(factor * (1 << FRACTION_BITS))
  const black = isFull ? 0 : 16
  const [luminance, redOfCr, greenOfCb, greenOfCr, blueOfCb] = isFull
    ? [fixed(1), fixed(1.402), fixed(0.344136), fixed(0.714136), fixed(1.772)]
    : [fixed(1.1644), fixed(1.596), fixed(0.3917), fixed(0.8129), fixed(2.0173)]
  const out = new Uint8ClampedArray(3 * count)
  for (let at = 0; at < out.length; at += 3) {
    const y = ((ybr[at] ?? 0) - black) * luminance + HALF
    const cb = (ybr[at + 1] ?? 0) - 128
    const cr = (ybr[at + 2] ?? 0) - 128
    out[at] = (y + redOfCr * cr) >> FRACTION_BITS
    out[at + 1] = (y - greenOfCb * cb - greenOfCr * cr) >> FRACTION_BITS
    out[at + 2] = (y + blueOfCb * cb) >> FRACTION_BITS
  }
  return new Uint8Array(out.buffer)
}
