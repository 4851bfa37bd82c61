/** Writes multipart/related. PS3.18 8.6.1.2, RFC 2046 5.1, RFC 2387. No preamble and no epilogue, CRLF only, `Content-Type:`
 *  spelled so and first: viewers read it so and not otherwise. */
import { hash, randomBytes } from 'node:crypto'
import type { ByteRange } from '../../dicom/frame-table.js'

export interface PartHeaders {
  readonly contentType: string
  /** of bulk data and pixel data. PS3.18 8.6.1.2.2 */
  readonly contentLocation?: string
  /** of a part of multipart/byteranges. RFC 9110 14.6 */
  readonly contentRange?: string
  /** RFC 9530 2: `sha-256=:…:`, of the part's body */
  readonly contentDigest?: string
}

export interface OutgoingPart extends PartHeaders {
  readonly body: Uint8Array | AsyncIterable<Uint8Array>
}

export interface RangedPart extends PartHeaders {
  readonly lengthBytes: number
  /** @param range of the part's body */
  readonly read: (range: ByteRange) => Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/** A boundary that no data holds by chance (128 random bits), of characters that need no quotes. */
export function randomBoundary(): string {
  return randomBytes(16).toString('hex')
}

/** The same boundary for the same entity: what a Range and an If-Range after it count bytes of. Nobody can foretell it
 *  without the data's digest.
 * @param etag strong, quotes included; it must differ with the data and with the parts asked for */
export function boundaryOfEntity(etag: string): string {
  return hash('sha256', `multipart boundary ${etag}`, 'hex').slice(0, 32)
}

/** The Content-Type of the whole.
 * @param partType media type of the first part, without parameters. RFC 2387 3.1 */
export function multipartContentType(partType: string, boundary: string): string {
  return `multipart/related; type="${partType}"; boundary=${boundary}`
}

/** The body, part by part, each read only when the one before it has gone out. Leaving the loop returns the body that was
 *  being read and the iterable of parts; what a body throws passes, and nothing that looks like an end follows. */
export async function* multipartBody(
  parts: Iterable<OutgoingPart> | AsyncIterable<OutgoingPart>,
  boundary: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let first = true
  for await (const part of parts) {
    yield partHead(part, boundary, first)
    if (part.body instanceof Uint8Array) yield part.body
    else yield* part.body
    first = false
  }
  yield closing(boundary, first)
}

/** Length of what multipartBody writes, in bytes: for Content-Length and Content-Range.
 * @param parts with the length of each body in bytes */
export function multipartLengthBytes(
  parts: Iterable<PartHeaders & { readonly lengthBytes: number }>,
  boundary: string,
): number {
  let length = 0
  let first = true
  for (const part of parts) {
    length += partHead(part, boundary, first).length + part.lengthBytes
    first = false
  }
  return length + closing(boundary, first).length
}

/** A range of what multipartBody writes for the same parts; of a part that lies outside nothing is read. */
export async function* multipartRange(
  parts: Iterable<RangedPart> | AsyncIterable<RangedPart>,
  boundary: string,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0
  let first = true
  for await (const part of parts) {
    const head = partHead(part, boundary, first)
    const wanted = {
      start: Math.max(0, range.start - at - head.length),
      end: Math.min(part.lengthBytes, range.end - at - head.length),
    }
    // Before its head: what fails at once fails before the first byte.
    const body = wanted.start < wanted.end ? await part.read(wanted) : undefined
    yield* cut(head, at, range)
    if (body instanceof Uint8Array) yield body
    else if (body !== undefined) yield* body
    at += head.length + part.lengthBytes
    if (at >= range.end) return
    first = false
  }
  yield* cut(closing(boundary, first), at, range)
}

function* cut(bytes: Uint8Array, at: number, { start, end }: ByteRange): Generator<Uint8Array> {
  const wanted = bytes.subarray(Math.max(0, start - at), Math.max(0, end - at))
  if (wanted.length > 0) yield wanted
}

function partHead(part: PartHeaders, boundary: string, first: boolean): Buffer {
  const { contentType, contentLocation, contentRange, contentDigest } = part
  const lines = [`--${boundary}`, `Content-Type: ${contentType}`]
  if (contentLocation !== undefined) lines.push(`Content-Location: ${contentLocation}`)
  if (contentRange !== undefined) lines.push(`Content-Range: ${contentRange}`)
  if (contentDigest !== undefined) lines.push(`Content-Digest: ${contentDigest}`)
  if (lines.some(line => /[\r\n]/.test(line))) throw new RangeError('a header of a part holds a line end')
  return Buffer.from(`${first ? '' : '\r\n'}${lines.join('\r\n')}\r\n\r\n`)
}

/** RFC 2046 asks for one part at least; nobody else can be told of none. */
function closing(boundary: string, first: boolean): Buffer {
  return Buffer.from(`${first ? '' : '\r\n'}--${boundary}--\r\n`)
}
