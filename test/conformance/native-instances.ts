/** The same images in every native transfer syntax, with what must survive a rewrite. PS3.5 A.1 to A.5, 8.1.1. */
import { randomBytes } from 'node:crypto'
import {
  ctImage,
  DEFLATED_LE,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  newUid,
  type CtOptions,
  type MadeElement,
  type MadeInstance,
} from '../made-dicom.js'

export const NATIVE_SYNTAXES: readonly (readonly [name: string, uid: string])[] = [
  ['Explicit VR Little Endian', EXPLICIT_LE],
  ['Implicit VR Little Endian', IMPLICIT_LE],
  ['Explicit VR Big Endian', EXPLICIT_BE],
  ['Deflated Explicit VR Little Endian', DEFLATED_LE],
]

export interface NativeInstance {
  readonly name: string
  readonly instance: MadeInstance
  /** the same data set, made in Explicit VR Little Endian */
  readonly asExplicitLittleEndian: Buffer
  /** each frame as Explicit VR Little Endian has it */
  readonly frames: readonly Buffer[]
}

/** One bit a pixel: 15 bits a frame, so that all but the first begin inside a byte. */
export const ONE_BIT = { rows: 3, columns: 5, frames: 5 }

/** Rich elements of nearly every VR, nested. */
const RICH: readonly MadeElement[] = [
  el('00081140', 'SQ', [
    [el('00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2'), el('00081155', 'UI', newUid('a'))],
    [el('00081155', 'UI', newUid('b')), el('0040A170', 'SQ', [[el('00080100', 'SH', 'code')], []])],
    [],
  ]),
  el('00180050', 'DS', '0.625\\1'),
  el('00189073', 'FD', [0.1, -1e300]),
  el('00200032', 'DS', '1\\2\\3'),
  el('00189087', 'FD', [1000]),
  el('00280009', 'AT', Uint8Array.of()),
  el('00281052', 'DS', '-1024'),
]

export function nativeInstances(options: CtOptions = {}): NativeInstance[] {
  return NATIVE_SYNTAXES.flatMap(([name, transferSyntax]) => [
    words(`${name}, 16 bits, 3 frames`, transferSyntax, options),
    oneBit(`${name}, 1 bit, ${ONE_BIT.frames} frames`, transferSyntax, options),
  ])
}

function words(name: string, transferSyntax: string, options: CtOptions): NativeInstance {
  const rows = 6
  const columns = 7
  const frames = 3
  const little = randomBytes(rows * columns * 2 * frames)
  const frameBytes = rows * columns * 2
  return {
    ...made(name, transferSyntax, little, { rows, columns, frames, with: RICH, ...options }),
    frames: Array.from({ length: frames }, (_, n) => little.subarray(n * frameBytes, (n + 1) * frameBytes)),
  }
}

function oneBit(name: string, transferSyntax: string, options: CtOptions): NativeInstance {
  const { rows, columns, frames } = ONE_BIT
  const frameBits = rows * columns
  const pixels = Array.from({ length: frames }, () => [...randomBytes(frameBits)].map(byte => byte & 1))
  const little = packBits(pixels.flat())
  const even = Buffer.concat([little, Buffer.alloc(little.length % 2)])
  const bits = [
    el('00280100', 'US', [1]),
    el('00280101', 'US', [1]),
    el('00280102', 'US', [0]),
    el('00280103', 'US', [0]),
  ]
  return {
    ...made(name, transferSyntax, even, { rows, columns, frames, with: bits, ...options }),
    frames: pixels.map(packBits),
  }
}

function made(
  name: string,
  transferSyntax: string,
  little: Buffer,
  options: CtOptions,
): Omit<NativeInstance, 'frames'> {
  const pixels = transferSyntax === EXPLICIT_BE ? Buffer.from(little).swap16() : little
  const uids = {
    study: options.study ?? newUid(),
    series: options.series ?? newUid(),
    instance: newUid(),
  }
  return {
    name,
    instance: ctImage({ ...options, ...uids, transferSyntax, pixels }),
    asExplicitLittleEndian: ctImage({ ...options, ...uids, pixels: little }).bytes,
  }
}

/** The first pixel in the least significant bit. PS3.5 8.1.1 */
function packBits(bits: readonly number[]): Buffer {
  const out = Buffer.alloc(Math.ceil(bits.length / 8))
  bits.forEach((bit, at) => {
    out[at >> 3] = (out[at >> 3] ?? 0) | (bit << (at & 7))
  })
  return out
}
