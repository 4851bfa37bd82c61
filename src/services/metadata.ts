import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { InstanceUids, Scope } from '../dicom/instance-uids.js'
import { nativeXml } from '../dicom/native-xml-writer.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, SeriesVersion, StoredHeader } from '../index/archive-index.js'
import type { Caller } from './caller.js'
import { gzipSplicer } from './gzip-splice.js'
import { gzipStream } from './gzip-stream.js'
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
  /** One Native DICOM Model document an instance, in the same order, each made as it is read. PS3.18 F.3, PS3.19 A.1
   * @throws Problem `not-found` before the first document */
  openXml(
    request: Pick<MetadataRequest, 'caller' | 'scope' | 'base'>,
  ): Promise<AsyncIterable<AsyncIterable<Uint8Array>>>
}

const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']')

const gzipped = promisify(gzip)
/** Longer headers (an RT structure set's contours) are never in memory as a whole. */
const GZIP_AT_ONCE_BYTES = 256 << 10

export function metadataService(index: ArchiveIndex, bundles: SeriesBundles): MetadataService {
  return { open, openXml }

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

  async function openXml({
    scope,
    base,
  }: Pick<MetadataRequest, 'scope' | 'base'>): Promise<AsyncIterable<AsyncIterable<Uint8Array>>> {
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
    if (SeriesInstanceUID !== undefined && SOPInstanceUID !== undefined) {
      const stored = await headerOf({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
      return documents([[stored]], base)
    }
    const series = await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
    if (series.length === 0) throw new Problem('not-found', 'no instance is stored there')
    const headers = series.map(one =>
      index.headers({ StudyInstanceUID, SeriesInstanceUID: one.SeriesInstanceUID }),
    )
    return documents(headers, base)
  }

  async function headerOf(uids: InstanceUids): Promise<StoredHeader> {
    const instance = await index.find(uids)
    const stored = instance === undefined ? undefined : await index.header(instance.id)
    if (stored === undefined) throw new Problem('not-found', 'no such instance is stored')
    return stored
  }

  async function ofInstance(
    uids: InstanceUids,
    request: MetadataRequest,
  ): Promise<AsyncIterable<Uint8Array>> {
    const stored = await headerOf(uids)
    const text = bracketed(headerText(stored, request.base))
    if (request.encoding === 'identity') return text
    if (stored.headerTextBytes > GZIP_AT_ONCE_BYTES) return gzipStream(text)
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

async function* documents(
  series: readonly (Iterable<StoredHeader> | AsyncIterable<StoredHeader>)[],
  base: string,
): AsyncIterable<AsyncIterable<Uint8Array>> {
  for (const headers of series) {
    for await (const stored of headers) yield nativeXml(headerText(stored, base))
  }
}

async function* bracketed(text: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield OPEN
  yield* text
  yield CLOSE
}

async function* inOnePiece(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes)
}
