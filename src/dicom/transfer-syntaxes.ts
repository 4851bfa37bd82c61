/** The transfer syntaxes of PS3.5 chapter 10 and Annex A, and the media types of PS3.18 table 8.7.3. */

export interface TransferSyntax {
  readonly uid: string
  readonly explicit: boolean
  readonly bigEndian: boolean
  /** the dataset is a raw deflate stream. PS3.5 A.5 */
  readonly deflated: boolean
  /** Pixel Data is in fragments. PS3.5 A.4 */
  readonly encapsulated: boolean
  /** media type of the bare codestream of a frame or video */
  readonly mediaType: string
  /** one stream in all fragments, not a codestream a frame */
  readonly video: boolean
}

export const IMPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2'
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'
export const EXPLICIT_VR_BIG_ENDIAN = '1.2.840.10008.1.2.2'
export const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99'
export const ENCAPSULATED_UNCOMPRESSED = '1.2.840.10008.1.2.1.98'
export const DEFLATED_IMAGE_FRAME = '1.2.840.10008.1.2.8.1'
export const RLE_LOSSLESS = '1.2.840.10008.1.2.5'

const OCTETS = 'application/octet-stream'
const native = (uid: string, explicit: boolean, bigEndian = false, deflated = false): TransferSyntax => ({
  uid,
  explicit,
  bigEndian,
  deflated,
  encapsulated: false,
  mediaType: OCTETS,
  video: false,
})
const encapsulated = (uid: string, mediaType: string, video = false): TransferSyntax => ({
  uid,
  explicit: true,
  bigEndian: false,
  deflated: false,
  encapsulated: true,
  mediaType,
  video,
})
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
const jpegFamily = (numbers: readonly number[], mediaType: string, video = false): TransferSyntax[] =>
  numbers.map(n => encapsulated(`1.2.840.10008.1.2.4.${n}`, mediaType, video))

const KNOWN: ReadonlyMap<string, TransferSyntax> = new Map(
  [
    native(IMPLICIT_VR_LITTLE_ENDIAN, false),
    native(EXPLICIT_VR_LITTLE_ENDIAN, true),
    native(EXPLICIT_VR_BIG_ENDIAN, true, true),
    native(DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, true, false, true),
    encapsulated(ENCAPSULATED_UNCOMPRESSED, OCTETS),
    encapsulated(DEFLATED_IMAGE_FRAME, OCTETS),
    encapsulated(RLE_LOSSLESS, 'image/dicom-rle'),
    // .52, .54, .56 and .58 to .66 are retired JPEG processes
    ...jpegFamily([...range(50, 66), 70], 'image/jpeg'),
    ...jpegFamily([80, 81], 'image/jls'),
    ...jpegFamily([90, 91], 'image/jp2'),
    ...jpegFamily([92, 93], 'image/jpx'),
    ...jpegFamily([100, 101], 'video/mpeg2', true),
    ...jpegFamily(range(102, 106), 'video/mp4', true),
    ...jpegFamily([107, 108], 'video/H265', true),
    // the fragmentable forms of the same (Sup 210)
    ...['100.1', '101.1'].map(n => encapsulated(`1.2.840.10008.1.2.4.${n}`, 'video/mpeg2', true)),
    ...['102.1', '103.1', '104.1', '105.1', '106.1'].map(n =>
      encapsulated(`1.2.840.10008.1.2.4.${n}`, 'video/mp4', true),
    ),
    ...jpegFamily(range(110, 112), 'image/jxl'),
    ...jpegFamily(range(201, 203), 'image/jphc'),
  ].map(syntax => [syntax.uid, syntax]),
)

/** @returns undefined for a UID that is not a transfer syntax of PS3.5 */
export function transferSyntax(uid: string): TransferSyntax | undefined {
  return KNOWN.get(uid)
}
