/** What each resource can give, from what is stored. PS3.18 8.7.3, 8.7.5, 10.4; tables of media types 8.7.3.
 *
 *  What an image is stored in goes out as it is where a client takes that; what loses is made only where it is named. */
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  EXPLICIT_VR_LITTLE_ENDIAN,
  RLE_LOSSLESS,
  transferSyntax as transferSyntaxOf,
} from '../dicom/transfer-syntaxes.js'
import { contentType } from './media-types.js'

/** `as-stored`: the bytes of the file (the codestream of the frame); `explicit-little-endian`: rewritten, without a codec;
 *  `transcoded`: frames are decoded, and encoded where the transfer syntax is compressed */
export type Content = 'as-stored' | 'explicit-little-endian' | 'transcoded'

/** One representation. */
export interface Offer {
  readonly form: 'multipart' | 'single'
  /** what it is labelled with */
  readonly mediaType: string
  /** the media type to ask for it by; another than the label where that is more exact */
  readonly askedAs: string
  /** of what is sent; undefined where there is none */
  readonly transferSyntax: string | undefined
  readonly content: Content
  /** whether it is what a range means that names no transfer syntax */
  readonly withoutSyntax: boolean
  /** whether it is what `transfer-syntax=*` means */
  readonly withAnySyntax: boolean
  /** it loses some of what is stored: of equals another one is chosen */
  readonly isLossy?: boolean
  /** takes long to make: of equals another one is chosen, whatever the order sent */
  readonly isSlow?: boolean
}

const DICOM = 'application/dicom'
export const ZIP = 'application/zip'
const OCTETS = 'application/octet-stream'

/** The Native DICOM Model. PS3.19 A.1 */
export const DICOM_XML = 'application/dicom+xml'

/** The DICOM JSON model, under the name of plain JSON where that is asked for. */
export function jsonOffers(): Offer[] {
  return ['application/dicom+json', 'application/json'].map(mediaType => document(mediaType))
}

/** Metadata: JSON of all instances, or XML, a part an instance. PS3.18 8.7.3.2, 10.4.4
 * @param one whether the resource is one instance: then its XML may go without multipart */
export function metadataOffers(one: boolean): Offer[] {
  return [...jsonOffers(), ...forms(one).map(form => ({ ...document(DICOM_XML), form }))]
}

/** Search answers: JSON of all results, or XML, a part a result. PS3.18 8.7.3.2, 10.6.4 */
export function resultOffers(): Offer[] {
  return metadataOffers(false)
}

/** What one dataset of ours says, as the response of a store: JSON or XML. PS3.18 10.5.4 */
export function datasetOffers(): Offer[] {
  return [...jsonOffers(), document(DICOM_XML)]
}

/** The Capabilities Description. PS3.18 Annex H */
export function capabilitiesOffers(): Offer[] {
  return ['application/vnd.sun.wadl+xml', 'application/json'].map(mediaType => document(mediaType))
}

/** A study, series or instance of this stored transfer syntax. Where instances differ, each is negotiated by itself.
 * @param one whether the resource is one instance: then it may go without multipart. PS3.18 10.4.4
 * @param possible transfer syntaxes that it can be transcoded to */
export function instanceOffers(stored: string, one: boolean, possible: readonly string[]): Offer[] {
  const contents = instanceContents(stored, possible)
  return forms(one).flatMap(form =>
    contents.map(content => ({ form, mediaType: DICOM, askedAs: DICOM, ...content })),
  )
}

/** The same in an archive, whose parameter transfer-syntax is that of the instances in it. PS3.18 8.6.1.3 */
export function zipOffers(stored: string, possible: readonly string[]): Offer[] {
  return instanceContents(stored, possible).map(content => ({
    form: 'single',
    mediaType: ZIP,
    askedAs: ZIP,
    ...content,
  }))
}

type InstanceContent = Pick<
  Offer,
  'content' | 'transferSyntax' | 'withoutSyntax' | 'withAnySyntax' | 'isLossy'
>

/** Where no syntax is named, Explicit VR Little Endian; as it is stored what cannot be decoded, and what is lossy: decoded it would
 *  be many times as large, and no better. PS3.18 8.7.3.4 */
function instanceContents(stored: string, possible: readonly string[]): InstanceContent[] {
  const native = transferSyntaxOf(stored)?.encapsulated === false
  const asStored = { content: 'as-stored', transferSyntax: stored, withAnySyntax: true } as const
  const rewritten = {
    content: 'explicit-little-endian',
    transferSyntax: EXPLICIT_VR_LITTLE_ENDIAN,
    withAnySyntax: false,
  } as const
  const isDecoded = LOSSLESS.has(stored) && possible.includes(EXPLICIT_VR_LITTLE_ENDIAN)
  const transcoded = possible
    .filter(uid => uid !== stored && !(native && uid === EXPLICIT_VR_LITTLE_ENDIAN))
    .map((transferSyntax): InstanceContent => ({
      content: 'transcoded',
      transferSyntax,
      withoutSyntax: isDecoded && transferSyntax === EXPLICIT_VR_LITTLE_ENDIAN,
      withAnySyntax: false,
      isLossy: LOSSY.has(transferSyntax),
    }))
  return native && stored !== EXPLICIT_VR_LITTLE_ENDIAN
    ? [{ ...rewritten, withoutSyntax: true }, { ...asStored, withoutSyntax: false }, ...transcoded]
    : [{ ...asStored, withoutSyntax: !isDecoded }, ...transcoded]
}

/** Compressed without loss. */
const LOSSLESS: ReadonlySet<string> = new Set([
  ENCAPSULATED_UNCOMPRESSED,
  DEFLATED_IMAGE_FRAME,
  RLE_LOSSLESS,
  ...[57, 70, 80, 90, 110, 201, 202].map(jpegFamily),
])

/** Frames of an instance of this stored transfer syntax. PS3.18 8.7.3.3, 10.4.1.1.6. Video has none.
 * @param one whether one frame is asked for: then it may go without multipart
 * @param possible transfer syntaxes that its frames can be transcoded to */
export function frameOffers(stored: string, one: boolean, possible: readonly string[]): Offer[] {
  const syntax = transferSyntaxOf(stored)
  if (syntax?.video === true) return []
  const transcoded = forms(one).flatMap(form =>
    FRAME_SYNTAXES.filter(uid => uid !== stored && possible.includes(uid)).map(uid =>
      transcodedFrame(form, uid),
    ),
  )
  // It is native inside, and there is no media type for it: it goes out native alone.
  if (stored === DEFLATED_IMAGE_FRAME && possible.includes(EXPLICIT_VR_LITTLE_ENDIAN))
    return transcoded.map(offer => (offer.mediaType === OCTETS ? { ...offer, withAnySyntax: true } : offer))
  const isNative = syntax?.encapsulated === false || stored === ENCAPSULATED_UNCOMPRESSED
  if (isNative)
    return [...pixelOffers(stored, one), ...transcoded.filter(({ mediaType }) => mediaType !== OCTETS)]
  // Octets without a syntax are native pixels, wherever they can be made. PS3.18 8.7.3.3.1, 8.7.3.4
  const decodable = possible.includes(EXPLICIT_VR_LITTLE_ENDIAN)
  const asStored = pixelOffers(stored, one).map(offer =>
    offer.askedAs === OCTETS && decodable ? { ...offer, withoutSyntax: false } : offer,
  )
  return [...asStored, ...transcoded]
}

/** In the order of the table of 8.7.3.3; the first of a media type is its default, which loses nothing. */
const FRAME_SYNTAXES = [
  EXPLICIT_VR_LITTLE_ENDIAN,
  ...[70, 50, 57].map(jpegFamily),
  RLE_LOSSLESS,
  ...[80, 81, 90, 91, 201, 202, 203].map(jpegFamily),
]

const LOSSY: ReadonlySet<string> = new Set([50, 81, 91, 203].map(jpegFamily))

function jpegFamily(n: number): string {
  return `1.2.840.10008.1.2.4.${n}`
}

function transcodedFrame(form: Offer['form'], uid: string): Offer {
  const mediaType = transferSyntaxOf(uid)?.mediaType ?? OCTETS
  const isDefault = FRAME_SYNTAXES.find(one => transferSyntaxOf(one)?.mediaType === mediaType) === uid
  return {
    form,
    mediaType,
    askedAs: mediaType,
    transferSyntax: uid,
    content: 'transcoded',
    withoutSyntax: isDefault,
    withAnySyntax: false,
    isLossy: LOSSY.has(uid),
  }
}

/** Pixel Data of an instance: a part a frame where it is compressed, one part where it is native or video.
 * @param one whether the answer has one part: then it may go without multipart */
export function pixelOffers(stored: string, one: boolean): Offer[] {
  const syntax = transferSyntaxOf(stored)
  const native = syntax?.encapsulated === false || stored === ENCAPSULATED_UNCOMPRESSED
  const content: Content =
    native && stored !== EXPLICIT_VR_LITTLE_ENDIAN && stored !== ENCAPSULATED_UNCOMPRESSED
      ? 'explicit-little-endian'
      : 'as-stored'
  const mediaType = syntax?.mediaType ?? OCTETS
  // Octets are uncompressed by the text; cornerstone asks for `*` of them and reads the label of the part.
  const names = mediaType === OCTETS ? [OCTETS] : [mediaType, OCTETS]
  return forms(one).flatMap(form =>
    names.map(askedAs => ({
      form,
      mediaType,
      askedAs,
      transferSyntax: native ? EXPLICIT_VR_LITTLE_ENDIAN : stored,
      content,
      withoutSyntax: true,
      withAnySyntax: true,
    })),
  )
}

/** Bulk values other than Pixel Data; they are little-endian octets whatever is stored. A single value asked for by any type
 *  goes without multipart: that is how viewers fetch a BulkDataURI.
 * @param one whether it is one value
 * @param documentType its own media type, as of an Encapsulated Document: (0042,0012) */
export function bulkOffers(stored: string, one: boolean, documentType?: string): Offer[] {
  const content: Content =
    transferSyntaxOf(stored)?.encapsulated === false && stored !== EXPLICIT_VR_LITTLE_ENDIAN
      ? 'explicit-little-endian'
      : 'as-stored'
  const octets = {
    mediaType: OCTETS,
    askedAs: OCTETS,
    transferSyntax: EXPLICIT_VR_LITTLE_ENDIAN,
    content,
    withoutSyntax: true,
    withAnySyntax: true,
  }
  // What a dataset says of itself goes into a header: only what is plainly a media type.
  const documents =
    documentType === undefined || !/^[\w.+-]+\/[\w.+-]+$/.test(documentType)
      ? []
      : forms(one)
          .reverse()
          .map(form => ({ ...document(documentType.toLowerCase()), form }))
  return [
    ...documents,
    ...forms(one)
      .reverse()
      .map(form => ({ form, ...octets })),
  ]
}

/** Pictures, by how they are encoded. PS3.18 8.7.4. The first is the default. Browsers name all of them at once: WebP takes ten
 *  times as long as JPEG, AVIF longer still, so that they are made where they are liked better.
 * @param alone whether one picture can be given, without multipart: of one frame, one instance, or, as clients of the field
 *   want it, the one that stands for a study or a series
 * @param first which of the two forms is meant where both fit */
export function pictureOffers(alone: boolean, first: 'single' | 'multipart'): Offer[] {
  const single = alone ? PICTURES.map(picture) : []
  const multipart = PICTURES.map((type): Offer => ({ ...picture(type), form: 'multipart' }))
  return first === 'single' ? [...single, ...multipart] : [...multipart, ...single]
}
const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'] as const

function picture(mediaType: (typeof PICTURES)[number]): Offer {
  return { ...document(mediaType), isSlow: mediaType === 'image/webp' || mediaType === 'image/avif' }
}

export const VIDEO = 'video/mp4'

/** The frames of a multi-frame image as a video. PS3.18 8.7.4 */
export function videoOffers(): Offer[] {
  return [{ ...document(VIDEO), isSlow: true }]
}

/** One picture, which needs no multipart: a thumbnail. PS3.18 10.4.1.1.4 */
export function thumbnailOffers(): Offer[] {
  return PICTURES.map(picture)
}

/** A video, or an encapsulated document, that goes out as it is. PS3.18 8.7.4
 * @param names it can be asked for by; the first is its own */
export function fileOffers(names: readonly string[]): Offer[] {
  const [mediaType = OCTETS] = names
  return [...new Set(names)].map(askedAs => ({ ...document(mediaType), askedAs }))
}

/** What a person reads of a structured report. PS3.18 8.7.4 */
export function documentOffers(): Offer[] {
  return ['text/html', 'text/plain'].map(mediaType => document(mediaType))
}

/** What can be asked for, in words for a 406. */
export function describeOffers(offers: readonly Offer[]): string[] {
  const described = offers.map(({ form, mediaType, transferSyntax }) =>
    form === 'single'
      ? contentType(mediaType, transferSyntax)
      : contentType(`multipart/related; type="${mediaType}"`, transferSyntax),
  )
  return [...new Set(described)]
}

function forms(one: boolean): ('multipart' | 'single')[] {
  return one ? ['multipart', 'single'] : ['multipart']
}

function document(mediaType: string): Offer {
  return {
    form: 'single',
    mediaType,
    askedAs: mediaType,
    transferSyntax: undefined,
    content: 'as-stored',
    withoutSyntax: true,
    withAnySyntax: true,
  }
}
