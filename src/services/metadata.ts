import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip, gzip } from 'node:zlib'
import type { InstanceUids, Scope } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, SeriesVersion } from '../index/archive-index.js'
import type { Caller } from './caller.js'
import { gzipSplicer } from './gzip-splice.js'
import { headerText, type BundleRequest, type SeriesBundles } from './series-bundle.js'

export interface MetadataRequest {
  readonly caller: Caller
  readonly scope: Scope
  /** URL of the DICOMweb root for BulkDataURI */
  readonly base: string
  /** false where any client can choose the base (a Host header) */
  readonly keepBundles: boolean
  readonly encoding: 'gzip' | 'identity'
}

export interface MetadataService {
  /** One JSON array of the instances' headers, in the order of the series. PS3.18 10.4.1.1.2, Annex F.
   * @throws Problem `not-found` before the first byte */
  open(request: MetadataRequest): Promise<AsyncIterable<Uint8Array>>
}

const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']')

const gzipped = promisify(gzip)
/** Longer headers (an RT structure set's contours) are never in memory as a whole. */
const GZIP_AT_ONCE_BYTES = 256 << 10

export function metadataService(index: ArchiveIndex, bundles: SeriesBundles): MetadataService {
  return { open }

  async function open(request: MetadataRequest): Promise<AsyncIterable<Uint8Array>> {
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = request.scope
    if (SeriesInstanceUID !== undefined && SOPInstanceUID !== undefined) {
      return ofInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, request)
    }
    const series = await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
    if (series.length === 0) throw new Problem('not-found', 'no instance is stored there')
    const requests = series.map((one: SeriesVersion): BundleRequest => ({
      StudyInstanceUID,
      series: one,
      base: request.base,
      keep: request.keepBundles,
    }))
    return request.encoding === 'gzip' ? spliced(requests) : joined(requests)
  }

  async function ofInstance(
    uids: InstanceUids,
    request: MetadataRequest,
  ): Promise<AsyncIterable<Uint8Array>> {
    const instance = await index.find(uids)
    const stored = instance === undefined ? undefined : await index.header(instance.id)
    if (stored === undefined) throw new Problem('not-found', 'no such instance is stored')
    const text = bracketed(headerText(stored, request.base))
    if (request.encoding === 'identity') return text
    if (stored.headerTextBytes > GZIP_AT_ONCE_BYTES) return gzippedInStream(text)
    const pieces: Uint8Array[] = []
    for await (const piece of text) pieces.push(piece)
    return inOnePiece(await gzipped(Buffer.concat(pieces)))
  }

  async function* spliced(requests: readonly BundleRequest[]): AsyncIterable<Uint8Array> {
    const splicer = gzipSplicer()
    yield Buffer.concat([splicer.header, splicer.stored(OPEN)])
    for (const [position, request] of requests.entries()) {
      if (position > 0) yield splicer.stored(COMMA)
      yield* bundles.compressed(request, run => splicer.run(run))
    }
    yield Buffer.concat([splicer.stored(CLOSE), splicer.trailer()])
  }

  async function* joined(requests: readonly BundleRequest[]): AsyncIterable<Uint8Array> {
    yield OPEN
    for (const [position, request] of requests.entries()) {
      if (position > 0) yield COMMA
      yield* bundles.plain(request)
    }
    yield CLOSE
  }
}

async function* bracketed(text: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield OPEN
  yield* text
  yield CLOSE
}

async function* gzippedInStream(text: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gzipper = createGzip()
  const feeding = pipeline(text, gzipper)
  // The loop below meets the same error; without this it would count as unhandled.
  feeding.catch(() => undefined)
  yield* gzipper as AsyncIterable<Uint8Array>
  await feeding
}

async function* inOnePiece(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}
