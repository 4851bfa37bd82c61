import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Scope } from '../dicom/instance-uids.js'
import { nativeXml } from '../dicom/native-xml-writer.js'
import type { ArchiveIndex, FoundInstance, SeriesVersion, StoredHeader } from '../index/archive-index.js'
import { noSuchInstance, nothingThere } from './absent.js'
import type { Caller } from './caller.js'
import { versionOfInstance, versionOfSeries, type ContentVersion } from './content-version.js'
import { gzipSplicer } from './gzip-splice.js'
import { gzipStream } from './gzip-stream.js'
import { headerText, type BundleRequest, type SeriesBundles } from './series-bundle.js'

export interface MetadataRequest {
  readonly caller: Caller
  readonly scope: Scope
}

export interface JsonRequest {
  /** URL of the DICOMweb root for BulkDataURI */
  readonly base: string
  /** false where any client can choose the base (a Host header) */
  readonly keepBundles: boolean
  readonly encoding: 'gzip' | 'identity'
}

/** The headers of the instances in scope, in the order of the series; nothing of them is read yet.
 *  What was deleted meanwhile is not there; where it was the only instance, Problem `not-found` before the first byte. */
export interface Metadata {
  readonly version: ContentVersion
  /** One JSON array. PS3.18 Annex F */
  readonly json: (request: JsonRequest) => AsyncIterable<Uint8Array>
  /** One Native DICOM Model document an instance, each made as it is read. PS3.18 F.3, PS3.19 A.1 */
  readonly xml: (base: string) => AsyncIterable<AsyncIterable<Uint8Array>>
}

export interface MetadataService {
  /** PS3.18 10.4.1.1.2
   * @throws Problem `not-found` */
  find(request: MetadataRequest): Promise<Metadata>
}

const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']')

const gzipped = promisify(gzip)
/** Longer headers (an RT structure set's contours) are never in memory as a whole. */
const GZIP_AT_ONCE_BYTES = 256 << 10

export function metadataService(index: ArchiveIndex, bundles: SeriesBundles): MetadataService {
  return {
    async find({ scope }) {
      const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
      if (SeriesInstanceUID !== undefined && SOPInstanceUID !== undefined) {
        const instance = await index.find({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
        if (instance === undefined) throw noSuchInstance()
        return {
          version: versionOfInstance(instance),
          json: request => jsonOfInstance(instance, request),
          xml: base => documents([headerOf(instance)], base),
        }
      }
      const series = await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
      if (series.length === 0) throw nothingThere()
      return {
        version: versionOfSeries(series),
        json: request => jsonOfSeries(StudyInstanceUID, series, request),
        xml: base => documents(headersOf(StudyInstanceUID, series), base),
      }
    },
  }

  function* headersOf(
    StudyInstanceUID: string,
    series: readonly SeriesVersion[],
  ): Iterable<AsyncIterable<StoredHeader>> {
    for (const { SeriesInstanceUID } of series) yield index.headers({ StudyInstanceUID, SeriesInstanceUID })
  }

  async function* headerOf(instance: FoundInstance): AsyncIterable<StoredHeader> {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    yield stored
  }

  async function* jsonOfInstance(instance: FoundInstance, request: JsonRequest): AsyncIterable<Uint8Array> {
    for await (const stored of headerOf(instance)) {
      const text = bracketed(headerText(stored, request.base))
      if (request.encoding === 'identity') yield* text
      else if (stored.headerTextBytes > GZIP_AT_ONCE_BYTES) yield* gzipStream(text)
      else {
        const pieces: Uint8Array[] = []
        for await (const piece of text) pieces.push(piece)
        yield await gzipped(Buffer.concat(pieces))
      }
    }
  }

  function jsonOfSeries(
    StudyInstanceUID: string,
    series: readonly SeriesVersion[],
    { base, keepBundles, encoding }: JsonRequest,
  ): AsyncIterable<Uint8Array> {
    const requests = series.map((one): BundleRequest => ({
      StudyInstanceUID,
      series: one,
      base,
      keep: keepBundles,
    }))
    return encoding === 'gzip' ? spliced(requests) : joined(requests)
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
  series: Iterable<AsyncIterable<StoredHeader>>,
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
