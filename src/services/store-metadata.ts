import type { Spool } from '../blobs/spool.js'
import { jsonDatasets, parseJsonDataset } from '../dicom/json-datasets.js'
import { readNativeXml } from '../dicom/native-xml-reader.js'
import type { ByteSource } from '../dicom/part10/byte-source.js'
import { part10File, uidOf, type UncheckedDataset } from '../dicom/part10/writer.js'
import { Problem } from '../dicom/problem.js'
import * as reason from '../dicom/store-reasons.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { IncomingInstance } from './incoming-instance.js'
import { failureOf, type Failure } from './store-failure.js'
import { bulkParts, type BulkPart, type BulkParts } from './store-metadata-parts.js'
import { resolveBulkValues } from './store-metadata-values.js'

/** STOW-RS of metadata and bulk data: puts instances together as Part 10 files, which then go the way of those that came as
 *  such. PS3.18 10.5.1, 8.7.3. Metadata and bulk parts wait on disk, since a bulk part may come at the very end. */

export interface MetadataPart {
  /** lower-case, by its usual name; empty where the part does not say */
  readonly mediaType: string
  readonly transferSyntax: string | undefined
  readonly contentLocation: string | undefined
  readonly body: AsyncIterable<Uint8Array>
  /** once the body is read to its end: why its bytes are not those that were sent */
  readonly damage?: () => Problem | undefined
}

export interface MetadataRequest {
  readonly form: MetadataForm
  /** the first is metadata, and so is each that says so; the others are bulk values */
  readonly parts: AsyncIterable<MetadataPart>
  /** against which relative locations are resolved */
  readonly url: string
}

/** `json`: one array for all instances. `xml`: a document an instance. */
export type MetadataForm = 'json' | 'xml'

export interface InstanceAssembly {
  /** Every instance, in the order of the metadata; refused ones as such, and so is each bulk part that is to no use.
   * @throws Problem `malformed-request`: the envelope or the JSON is broken, and nothing is stored; `storage-full`,
   *   `unavailable`, `payload-too-large` */
  instances(request: MetadataRequest): AsyncGenerator<IncomingInstance, void, undefined>
}

/** Of one XML document; JSON has its own limits. */
const XML_BYTES = 64 << 20
/** A frame of a slide may be a part; what is kept of a part in memory is small, but there must be an end. */
const MOST_PARTS = 250_000
const METADATA_TYPES: Readonly<Record<MetadataForm, string>> = {
  json: 'application/dicom+json',
  xml: 'application/dicom+xml',
}

/** Reads the metadata of one instance, again where it must. */
type Metadata = () => Promise<UncheckedDataset>

/** @param limits of a bulk part
 *  @param pool decodes what no transfer syntax holds */
export function instanceAssembly(
  openSpool: () => Spool,
  limits: { readonly instanceBytes: number },
  pool: ImagingPool,
): InstanceAssembly {
  return { instances }

  async function* instances(request: MetadataRequest): AsyncGenerator<IncomingInstance, void, undefined> {
    const spool = openSpool()
    try {
      const { metadata, bulk } = await gather(request, spool)
      for (const read of metadata) yield await assembled(read, bulk, pool)
      for (const part of bulk.unnamed()) yield refused(uselessPart(part))
    } finally {
      await spool.close()
    }
  }

  async function gather(
    request: MetadataRequest,
    spool: Spool,
  ): Promise<{ metadata: Metadata[]; bulk: BulkParts }> {
    const metadata: Metadata[] = []
    const bulk: BulkPart[] = []
    let count = 0
    for await (const { body, damage, ...part } of request.parts) {
      if (++count > MOST_PARTS)
        throw new Problem('payload-too-large', `the request has more than ${MOST_PARTS} parts`)
      const isMetadata = part.mediaType === METADATA_TYPES[request.form] || count === 1
      if (!isMetadata) {
        const source = await spool.keep(body, limits.instanceBytes)
        bulk.push({ ...part, source: unlessDamaged(source, damage) })
      } else if (request.form === 'xml') {
        metadata.push(xmlMetadata(unlessDamaged(await spool.keep(body, XML_BYTES), damage)))
      } else {
        for await (const dataset of jsonMetadata(body, spool)) metadata.push(dataset)
        const problem = damage?.()
        if (problem !== undefined) throw problem
      }
    }
    return { metadata, bulk: bulkParts(bulk, request.url) }
  }
}

async function* jsonMetadata(body: AsyncIterable<Uint8Array>, spool: Spool): AsyncGenerator<Metadata> {
  for await (const dataset of jsonDatasets(body)) {
    if ('problem' in dataset) {
      yield () => Promise.reject(dataset.problem)
    } else {
      const { members, bytes } = dataset
      const kept = await spool.keep(once(bytes), bytes.length)
      yield async () => parseJsonDataset(await wholeOf(kept), members)
    }
  }
}

/** The instance fails that needs these bytes; that they differ is nothing that its metadata could be blamed for. */
function unlessDamaged(
  kept: ByteSource | undefined,
  damage: MetadataPart['damage'],
): ByteSource | Problem | undefined {
  const problem = damage?.()
  return problem === undefined ? kept : new Problem('bad-dicom', problem.message)
}

function xmlMetadata(kept: ByteSource | Problem | undefined): Metadata {
  return async () => {
    if (kept === undefined) throw new Problem('limit-exceeded', 'the metadata of an instance is too large')
    if (kept instanceof Problem) throw kept
    try {
      return await readNativeXml(kept.chunks(), { maxBytes: XML_BYTES })
    } catch (error) {
      // Each document is one instance: a broken one harms no other.
      if (!(error instanceof Problem) || error.kind !== 'malformed-request') throw error
      throw new Problem('bad-dicom', error.message, { cause: error })
    }
  }
}

async function assembled(read: Metadata, bulk: BulkParts, pool: ImagingPool): Promise<IncomingInstance> {
  let uids: Pick<Failure, 'SOPClassUID' | 'SOPInstanceUID'> = {}
  try {
    const dataset = await read()
    uids = { SOPClassUID: uidOf(dataset, '00080016'), SOPInstanceUID: uidOf(dataset, '00080018') }
    const resolved = await resolveBulkValues(dataset, bulk, pool)
    return { bytes: part10File(resolved.dataset, resolved).chunks() }
  } catch (error) {
    return refused({ ...failureOf(error), ...uids })
  }
}

function refused(failure: Failure): IncomingInstance {
  return { bytes: nothing(), refused: failure }
}

function uselessPart({ contentLocation }: BulkPart): Failure {
  const detail =
    contentLocation === undefined
      ? 'a bulk part has no Content-Location'
      : 'no metadata names the Content-Location of a bulk part'
  return { reason: reason.CANNOT_UNDERSTAND, detail }
}

async function wholeOf(kept: ByteSource | undefined): Promise<Buffer> {
  return kept === undefined ? Buffer.alloc(0) : kept.read(0, kept.lengthBytes)
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // what could not be put together has no bytes
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
