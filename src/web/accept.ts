/** Content negotiation. PS3.18 8.7.5 to 8.7.8; RFC 9110 12.5.1. What a resource can give is in offers.ts.
 *
 *  Nothing here is an error: entries that are malformed or unknown fit nothing, and where nothing fits the caller answers 406. */
import {
  EXPLICIT_VR_BIG_ENDIAN,
  EXPLICIT_VR_LITTLE_ENDIAN,
  IMPLICIT_VR_LITTLE_ENDIAN,
} from '../dicom/transfer-syntaxes.js'
import { parseMediaType, partTypeOf, splitOutsideQuotes, transferSyntaxOf } from './media-types.js'
import type { Content, Offer } from './offers.js'

/** One entry of Accept or of the `accept` query parameter. */
export interface AcceptRange {
  readonly from: 'parameter' | 'header'
  /** lower-case: `multipart/related`, `image/*`, … */
  readonly type: string
  /** the `type` parameter of `multipart/related`, lower-case */
  readonly partType: string | undefined
  /** a UID or `*` */
  readonly transferSyntax: string | undefined
  /** 0 to 1; 0 means not this */
  readonly q: number
}

/** Reads both lists in the order sent. A header without entries is absent, and so are both: everything is acceptable. A
 *  list that had entries and lost all of them accepts nothing.
 * @param header the Accept header
 * @param queryParameter the values of the query parameter `accept`, decoded (a plus sign may have become a blank) */
export function parseAccept(
  header: string | undefined,
  queryParameter: readonly string[] | undefined,
): AcceptRange[] {
  const inParameter = (queryParameter ?? []).flatMap(text =>
    entriesOf(text.replace(/(\S) (\S)/g, plusForBlank)),
  )
  const inHeader = entriesOf(header ?? '')
  if (inParameter.length === 0 && inHeader.length === 0) inHeader.push('*/*')
  return [
    ...inParameter.flatMap(entry => rangeOf(entry, 'parameter')),
    ...inHeader.flatMap(entry => rangeOf(entry, 'header')),
  ]
}

/** What is sent of a resource. */
export interface Choice {
  readonly form: 'multipart' | 'single'
  /** of each part or of the whole: an older name where that was asked for */
  readonly mediaType: string
  /** absent for what has none, as JSON */
  readonly transferSyntax: string | undefined
  readonly content: Content
  /** Nobody named the syntax that it is transcoded to: what cannot be decoded may go as it is stored. PS3.18 8.7.3.4 */
  readonly orAsStored?: boolean
}

/** The offer that the client likes best: of the `accept` parameter where any of its entries fits, else of the header. Each
 *  offer has the q of the most specific range that it fits; the highest wins, then what is nearest to what is stored, then
 *  the order sent, then the order of the offers.
 * @returns undefined where nothing on offer is acceptable */
export function choose(ranges: readonly AcceptRange[], offers: readonly Offer[]): Choice | undefined {
  const from = (source: AcceptRange['from']): AcceptRange[] => ranges.filter(range => range.from === source)
  return best(from('parameter'), offers) ?? best(from('header'), offers)
}

function best(ranges: readonly AcceptRange[], offers: readonly Offer[]): Choice | undefined {
  let chosen: (Fit & { offer: Offer }) | undefined
  for (const offer of offers) {
    const fit = mostSpecific(ranges, offer)
    if (fit === undefined || fit.q === 0) continue
    const better =
      chosen === undefined ||
      (fit.q - chosen.q || distance(chosen.offer) - distance(offer) || chosen.position - fit.position) > 0
    if (better) chosen = { ...fit, offer }
  }
  if (chosen === undefined) return undefined
  const { form, transferSyntax, content } = chosen.offer
  const orAsStored = content === 'transcoded' && !chosen.isSyntaxNamed
  return { form, mediaType: chosen.mediaType, transferSyntax, content, ...(orAsStored && { orAsStored }) }
}

/** From what is stored: a client that lists what it can read does not wish for loss, nor for what takes long to make. */
function distance({ content, isLossy, isSlow }: Offer): number {
  return isLossy === true || isSlow === true ? FURTHEST : DISTANCES[content]
}
const DISTANCES: Readonly<Record<Content, number>> = {
  'as-stored': 0,
  'explicit-little-endian': 1,
  transcoded: 2,
}
const FURTHEST = 3

interface Fit {
  readonly q: number
  /** of the range among those sent */
  readonly position: number
  readonly mediaType: string
  readonly isSyntaxNamed: boolean
}

function mostSpecific(ranges: readonly AcceptRange[], offer: Offer): Fit | undefined {
  let found: Fit | undefined
  let foundSpecificity = 0
  ranges.forEach((range, position) => {
    const specificity = specificityOf(range, offer)
    if (specificity <= foundSpecificity) return
    foundSpecificity = specificity
    found = {
      q: range.q,
      position,
      mediaType: labelFor(range.partType ?? range.type, offer),
      isSyntaxNamed: range.transferSyntax !== undefined,
    }
  })
  return found
}

/** @returns 0 where the offer is not in the range; the higher, the more the range says */
function specificityOf(range: AcceptRange, offer: Offer): number {
  const byType = typeSpecificity(range, offer)
  if (byType === 0) return 0
  if (range.transferSyntax === undefined) return offer.withoutSyntax ? byType : 0
  if (range.transferSyntax === '*') return offer.withAnySyntax ? byType + 1 : 0
  if (offer.transferSyntax === undefined) return byType
  // Neither is ever sent: who asks for them is given what all must read. PS3.18 8.7.3.
  const uid =
    range.transferSyntax === IMPLICIT_VR_LITTLE_ENDIAN || range.transferSyntax === EXPLICIT_VR_BIG_ENDIAN
      ? EXPLICIT_VR_LITTLE_ENDIAN
      : range.transferSyntax
  return uid === offer.transferSyntax ? byType + 2 : 0
}

function typeSpecificity({ type, partType }: AcceptRange, offer: Offer): number {
  if (type === '*/*') return 1
  if (offer.form === 'single') return nameSpecificity(type, offer.askedAs)
  if (type === 'multipart/*') return 4
  if (type !== 'multipart/related') return 0
  return partType === undefined || partType === '*/*' ? 7 : nameSpecificity(partType, offer.askedAs)
}

function nameSpecificity(range: string, name: string): number {
  if (range.endsWith('/*')) return name.startsWith(range.slice(0, -1)) ? 10 : 0
  return range === name.toLowerCase() || OLDER_NAMES.get(range) === name ? 13 : 0
}

/** Older and other names that clients ask for; they are answered under the name they asked for. */
const OLDER_NAMES: ReadonlyMap<string, string> = new Map([
  ['image/x-dicom-rle', 'image/dicom-rle'],
  ['image/dicom+rle', 'image/dicom-rle'],
  ['image/dicom+jpeg', 'image/jpeg'],
  ['image/x-jls', 'image/jls'],
  ['image/dicom+jpeg-ls', 'image/jls'],
  ['image/j2c', 'image/jp2'],
  ['image/dicom+jp2', 'image/jp2'],
  ['image/dicom+jpx', 'image/jpx'],
  ['image/jhc', 'image/jphc'],
  ['image/jph', 'image/jphc'],
  ['video/mpeg', 'video/mpeg2'],
])

/** The name of PS3.18 8.7.3 for a media type that has another one too. */
export function usualMediaType(type: string): string {
  return OLDER_NAMES.get(type) ?? type
}

function labelFor(asked: string, offer: Offer): string {
  return OLDER_NAMES.get(asked) === offer.mediaType ? asked : offer.mediaType
}

function entriesOf(text: string): string[] {
  return splitOutsideQuotes(text.replaceAll('%22', '"'), ',').filter(entry => entry.trim() !== '')
}

/** `application/dicom+json` in a query arrives with a blank where the plus sign was not encoded. A blank before `;` or after
 *  `,` and `;` is one. */
function plusForBlank(both: string, before: string, after: string): string {
  return /[\w*]/.test(before) && /\w/.test(after) ? `${before}+${after}` : both
}

function rangeOf(entry: string, from: AcceptRange['from']): AcceptRange[] {
  // Java's HttpURLConnection sends a bare star, dicomweb-client `image/`.
  const mediaType = parseMediaType(
    entry.replace(/^\s*\*\s*(?=;|$)/, '*/*').replace(/\/(?="?\s*(?:;|$))/g, '/*'),
  )
  const q = qOf(mediaType?.parameters.get('q'))
  if (mediaType === undefined || q === undefined) return []
  const related = mediaType.type === 'multipart/related'
  const partType = related ? partTypeOf(mediaType) : undefined
  return [{ from, type: mediaType.type, partType, transferSyntax: transferSyntaxOf(mediaType), q }]
}

function qOf(text: string | undefined): number | undefined {
  if (text === undefined) return 1
  return /^(?:0?\.\d{1,6}|[01]\.?0*)$/.test(text) ? Number(text) : undefined
}
