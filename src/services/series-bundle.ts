import { pipeline } from 'node:stream/promises'
import { constants, crc32, createDeflateRaw, createInflateRaw, inflateRawSync } from 'node:zlib'
import type { DerivedCache, DerivedFile, DerivedName, DerivedWriter } from '../blobs/derived-cache.js'
import type { InstanceUids } from '../dicom/instance-uids.js'
import { URL_MARK } from '../dicom/json-model.js'
import type { ArchiveIndex, SeriesVersion, StoredHeader } from '../index/archive-index.js'
import type { DeflateRun } from './gzip-splice.js'

/** The headers of a series as one deflate run with one window (a hundred CT headers are 22 KB so, 339 KB when each
 *  is compressed alone), ready to be spliced into a gzip answer. Made on first demand and kept in the derived cache. */

/** File: the run, then `FRB1`, CRC-32 (4 bytes) and length (8 bytes) of the inflated text. */
const MAGIC = Buffer.from('FRB1')
const FOOTER_BYTES = 16
const CHUNK_BYTES = 256 << 10
/** Above it a header is inflated in a stream, not in one piece on the event loop. */
const INFLATE_AT_ONCE_BYTES = 256 << 10

export interface BundleRequest {
  readonly StudyInstanceUID: string
  readonly series: SeriesVersion
  /** URL of the DICOMweb root that the answer is to name */
  readonly base: string
  /** whether the bundle may be kept: a base that any client can choose must not churn the cache */
  readonly keep: boolean
}

/** A bundle's bytes; `done` is told the run when they have all been given. */
export interface SeriesBundles {
  /** The raw deflate run of `header,header,…`. */
  compressed(request: BundleRequest, done: (run: DeflateRun) => void): AsyncIterable<Uint8Array>
  /** The same as plain text. */
  plain(request: BundleRequest): AsyncIterable<Uint8Array>
}

export function seriesBundles(index: ArchiveIndex, cache: DerivedCache): SeriesBundles {
  return { compressed, plain }

  async function* compressed(
    request: BundleRequest,
    done: (run: DeflateRun) => void,
  ): AsyncIterable<Uint8Array> {
    const kept = await openKept(request)
    if (kept !== undefined) {
      yield* kept.chunks()
      done(kept.run)
      return
    }
    const writer = await startKeeping(request)
    const run = { crc: 0, length: 0 }
    let finished = false
    try {
      for await (const chunk of deflateRun(measured(texts(request), run))) {
        await writer?.write(chunk)
        yield chunk
      }
      await finishKeeping(request, writer, run)
      finished = true
    } finally {
      // Also when the client goes away: then this generator is returned in mid-loop, and nothing is thrown.
      if (!finished) await writer?.abort()
    }
    done(run)
  }

  async function* plain(request: BundleRequest): AsyncIterable<Uint8Array> {
    const kept = await openKept(request)
    if (kept === undefined) yield* texts(request)
    else yield* inflateRun(kept.chunks())
  }

  async function* texts({ StudyInstanceUID, series, base }: BundleRequest): AsyncIterable<Uint8Array> {
    let first = true
    for await (const stored of index.headers({
      StudyInstanceUID,
      SeriesInstanceUID: series.SeriesInstanceUID,
    })) {
      if (!first) yield COMMA
      first = false
      yield* headerText(stored, base)
    }
  }

  async function openKept(request: BundleRequest): Promise<KeptBundle | undefined> {
    if (!request.keep) return undefined
    const file = await cache.get(bundleName(request))
    return file === undefined ? undefined : openBundle(file)
  }

  async function startKeeping(request: BundleRequest): Promise<DerivedWriter | undefined> {
    return request.keep ? cache.create(bundleName(request), 0) : undefined
  }

  /** A store may have come between the version and the headers: then what was made is right, but not of that version. */
  async function finishKeeping(
    request: BundleRequest,
    writer: DerivedWriter | undefined,
    run: DeflateRun,
  ): Promise<void> {
    if (writer === undefined) return
    const { StudyInstanceUID, series } = request
    const [now] = await index.seriesVersions(StudyInstanceUID, series.SeriesInstanceUID)
    if (now?.version !== series.version) return writer.abort()
    const footer = Buffer.alloc(FOOTER_BYTES)
    MAGIC.copy(footer)
    footer.writeUInt32LE(run.crc, 4)
    footer.writeBigUInt64LE(BigInt(run.length), 8)
    await writer.write(footer)
    await writer.commit()
  }
}

const COMMA = Buffer.from(',')
const MARK = URL_MARK.charCodeAt(0)

/** The JSON text of one stored header with its URLs filled in. */
export async function* headerText(stored: StoredHeader, base: string): AsyncIterable<Uint8Array> {
  const url = Buffer.from(instanceUrl(stored.uids, base))
  if (stored.headerTextBytes <= INFLATE_AT_ONCE_BYTES) yield fillMarks(inflateRawSync(stored.header), url)
  else for await (const chunk of inflateRun([stored.header])) yield fillMarks(chunk, url)
}

/** `<base>/studies/…/series/…/instances/…` */
export function instanceUrl(uids: InstanceUids, base: string): string {
  return `${base}/studies/${uids.StudyInstanceUID}/series/${uids.SeriesInstanceUID}/instances/${uids.SOPInstanceUID}`
}

/** An index that was restored, or made anew from its blobs, gives the same versions once more; not at the same time. */
function bundleName({ StudyInstanceUID, series, base }: BundleRequest): DerivedName {
  const { SeriesInstanceUID, version, changedAt } = series
  return {
    of: bundleOrigin(StudyInstanceUID, SeriesInstanceUID),
    as: ['series-bundle 2', version, changedAt.getTime(), base].join('\n'),
  }
}

/** What the derived cache knows a series' bundles by. */
export function bundleOrigin(StudyInstanceUID: string, SeriesInstanceUID: string): string {
  return `series ${StudyInstanceUID} ${SeriesInstanceUID}`
}

/** The mark is one byte that JSON text cannot hold, so it can be found in any piece of it. */
function fillMarks(text: Buffer, url: Buffer): Buffer {
  let mark = text.indexOf(MARK)
  if (mark < 0) return text
  const pieces: Buffer[] = []
  let from = 0
  while (mark >= 0) {
    pieces.push(text.subarray(from, mark), url)
    from = mark + 1
    mark = text.indexOf(MARK, from)
  }
  pieces.push(text.subarray(from))
  return Buffer.concat(pieces)
}

async function* measured(
  texts: AsyncIterable<Uint8Array>,
  run: { crc: number; length: number },
): AsyncIterable<Uint8Array> {
  for await (const text of texts) {
    run.crc = crc32(text, run.crc)
    run.length += text.length
    yield text
  }
}

async function* deflateRun(texts: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // The sync flush in place of a final block leaves the run open, on a byte boundary.
  const deflater = createDeflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES })
  const feeding = pipeline(texts, deflater)
  feeding.catch(() => undefined)
  yield* deflater as AsyncIterable<Uint8Array>
  await feeding
}

async function* inflateRun(run: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  const inflater = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK_BYTES })
  const feeding = pipeline(run, inflater)
  feeding.catch(() => undefined)
  yield* inflater as AsyncIterable<Buffer>
  await feeding
}

interface KeptBundle {
  readonly run: DeflateRun
  /** reads the run and closes the file */
  chunks(): AsyncIterable<Uint8Array>
}

/** @returns undefined for a file that is not whole */
async function openBundle(file: DerivedFile): Promise<KeptBundle | undefined> {
  const end = file.sizeBytes - FOOTER_BYTES
  const pieces: Uint8Array[] = []
  if (end >= 0) for await (const piece of file.read({ start: end, end: file.sizeBytes })) pieces.push(piece)
  const footer = Buffer.concat(pieces)
  if (!footer.subarray(0, MAGIC.length).equals(MAGIC)) {
    await file.close()
    return undefined
  }
  return {
    run: { crc: footer.readUInt32LE(4), length: Number(footer.readBigUInt64LE(8)) },
    async *chunks() {
      try {
        yield* file.read({ start: 0, end })
      } finally {
        await file.close()
      }
    },
  }
}
