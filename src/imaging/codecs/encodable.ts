import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  EXPLICIT_VR_LITTLE_ENDIAN,
  RLE_LOSSLESS,
} from '../../dicom/transfer-syntaxes.js'
import type { PixelFormat } from '../pixel-format.js'

/** Which samples a transfer syntax can hold, and how an encoder wants them. PS3.5 8.2 */

export const JPEG_BASELINE = '1.2.840.10008.1.2.4.50'
export const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.57'
export const JPEG_LOSSLESS_SV1 = '1.2.840.10008.1.2.4.70'
export const JPEG_LS_LOSSLESS = '1.2.840.10008.1.2.4.80'
export const JPEG_LS_NEAR_LOSSLESS = '1.2.840.10008.1.2.4.81'
export const JPEG_2000_LOSSLESS = '1.2.840.10008.1.2.4.90'
export const JPEG_2000 = '1.2.840.10008.1.2.4.91'
export const HTJ2K_LOSSLESS = '1.2.840.10008.1.2.4.201'
export const HTJ2K_LOSSLESS_RPCL = '1.2.840.10008.1.2.4.202'
export const HTJ2K = '1.2.840.10008.1.2.4.203'

type Holds = (format: PixelFormat) => boolean

const anything: Holds = () => true
const integers: Holds = ({ numbers }) => numbers === 'integer'
/** Codecs undo their own colour transforms: what is described as one of these is decoded to RGB. PS3.5 8.2.4, 8.2.16 */
const RGB = ['RGB', 'YBR_RCT', 'YBR_ICT', 'XYB']
const YBR = ['YBR_FULL', 'YBR_FULL_422']
const isPalette: Holds = ({ photometric }) => photometric === 'PALETTE COLOR'
/** What every image codec takes: one channel, or three that belong together, of 8 or 16 bits. */
const image: Holds = ({ numbers, samples, bitsAllocated, bitsStored, photometric }) =>
  numbers === 'integer' &&
  (bitsAllocated === 8 || bitsAllocated === 16) &&
  bitsStored >= 1 &&
  bitsStored <= bitsAllocated &&
  (samples === 1
    ? ['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'].includes(photometric)
    : samples === 3 && [...RGB, ...YBR].includes(photometric))
/** Of 8 bits the encoders of both JPEG 2000 lose the sign. OpenJPEG's traps on colour of more than 8 bits, and OpenJPH's mixes
 *  up its bytes; the one transforms colour always, the other mixes up the lines of what it does not transform. */
const wavelets: Holds = format =>
  image(format) &&
  (format.bitsAllocated === 8
    ? !format.signed && (format.samples === 1 || RGB.includes(format.photometric))
    : format.samples === 1)
/** Of an index into a palette nothing may be lost. */
const lossy =
  (holds: Holds): Holds =>
  format =>
    holds(format) && !isPalette(format)
const baseline: Holds = format =>
  image(format) && format.bitsAllocated === 8 && format.bitsStored === 8 && !format.signed

const HOLDS: ReadonlyMap<string, Holds> = new Map([
  [EXPLICIT_VR_LITTLE_ENDIAN, anything],
  [ENCAPSULATED_UNCOMPRESSED, integers],
  [DEFLATED_IMAGE_FRAME, integers],
  [RLE_LOSSLESS, image],
  [JPEG_BASELINE, lossy(baseline)],
  [JPEG_LOSSLESS, image],
  [JPEG_LOSSLESS_SV1, image],
  [JPEG_LS_LOSSLESS, image],
  [JPEG_LS_NEAR_LOSSLESS, lossy(image)],
  [JPEG_2000_LOSSLESS, wavelets],
  [JPEG_2000, lossy(wavelets)],
  [HTJ2K_LOSSLESS, wavelets],
  [HTJ2K_LOSSLESS_RPCL, wavelets],
  [HTJ2K, lossy(wavelets)],
])

/** Transfer syntaxes that there is an encoder for. */
export const ENCODED_SYNTAXES: readonly string[] = [...HOLDS.keys()]

/** Whether there is an encoder for a transfer syntax, and such samples go into it.
 * @param format as a dataset describes them, or decoded */
export function encodable(transferSyntax: string, format: PixelFormat): boolean {
  const { rows, columns } = format
  return rows > 0 && columns > 0 && HOLDS.get(transferSyntax)?.(format) === true
}
