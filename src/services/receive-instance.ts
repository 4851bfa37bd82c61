import type { BlobStore, BlobWriter } from '../blobs/blob-store.js'
import { FileCoercer, type CoercerOptions } from '../dicom/part10/coercer.js'
import { part10Reader } from '../dicom/part10/reader.js'
import { Problem } from '../dicom/problem.js'
import type { NewInstance } from '../dicom/stored-instance.js'
import { newBlobKey } from './blob-names.js'
import type { IncomingInstance } from './incoming-instance.js'
import { checkDigests, knownUids, oddities, Unfit } from './instance-checks.js'
import { instanceHashes } from './instance-hashes.js'
import { parsedInstance } from './parsed-instance.js'
import { asProblem, brokenBy, failureOf, type Failure } from './store-failure.js'

export interface ReceiveLimits {
  readonly instanceBytes: number
  readonly inflatedBytes: number
}

export interface ReceiveOptions {
  readonly blobs: BlobStore
  readonly limits: ReceiveLimits
  /** attributes that the index wants */
  readonly keep: ReadonlySet<string>
  /** instances of other studies fail. PS3.18 10.5.1 */
  readonly StudyInstanceUID: string | undefined
  /** Asked once for a large instance, when its UID is known: true to go on hashing without writing. */
  readonly isDuplicate: (SOPInstanceUID: string) => Promise<boolean>
  /** undefined: what comes is stored as it is */
  readonly coercion: Omit<CoercerOptions, 'inflatedBytes'> | undefined
}

/** A whole and fit instance, its blob still to be committed or aborted. */
export interface ReceivedInstance {
  readonly kind: 'received'
  readonly instance: NewInstance
  readonly writer: BlobWriter
  /** the writer is aborted already: isDuplicate said so */
  readonly unwritten: boolean
  /** what does not fit, though it is usable: B007 */
  readonly oddities: readonly string[]
  /** tags of what is not stored as it came: B000 */
  readonly coerced: readonly number[]
}

export type Received =
  | ReceivedInstance
  /** `broken`: the body itself failed (not the instance in it), so nothing after it can be read */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly broken?: Problem }

/** Below it an instance waits in memory anyway, so an early look for a duplicate would save no write. */
const EARLY_DUPLICATE_CHECK_BYTES = 1 << 20

/** Reads one instance to its end: each chunk goes through the parser, the hashes and the blob store, and is not kept.
 *  Nothing is visible until the writer of a received instance is committed; a failed one is cleaned up. */
export async function receiveInstance(
  incoming: IncomingInstance,
  options: ReceiveOptions,
): Promise<Received> {
  const { digests: expected } = incoming
  const blobKey = newBlobKey()
  const writer = options.blobs.create(blobKey)
  const reader = part10Reader({ keep: options.keep, limits: { inflatedBytes: options.limits.inflatedBytes } })
  const withSha512 = typeof expected === 'object' && expected.sha512 !== undefined
  const hashes = instanceHashes(withSha512)
  const coercer =
    options.coercion === undefined
      ? undefined
      : new FileCoercer({ ...options.coercion, inflatedBytes: options.limits.inflatedBytes }, take)
  // The sender's digest is of what came, not of what that becomes.
  const hashesOfCome =
    coercer === undefined || expected === undefined ? undefined : instanceHashes(withSha512)
  let sizeBytes = 0
  let unwritten = false
  let duplicateChecked = false
  let failure = incoming.refused

  async function take(chunk: Uint8Array): Promise<void> {
    sizeBytes += chunk.length
    if (sizeBytes > options.limits.instanceBytes) {
      throw new Problem('limit-exceeded', `the instance is larger than ${options.limits.instanceBytes} bytes`)
    }
    const parsing = reader.write(chunk)
    if (parsing !== undefined) await parsing
    hashes.update(chunk, reader.datasetOffsetBytes)
    if (unwritten) return
    const writing = writer.write(chunk)
    if (writing !== undefined) await writing
    if (!duplicateChecked && sizeBytes > EARLY_DUPLICATE_CHECK_BYTES && reader.SOPInstanceUID !== undefined) {
      duplicateChecked = true
      unwritten = await options.isDuplicate(reader.SOPInstanceUID)
      if (unwritten) await writer.abort()
    }
  }

  async function abandon(): Promise<void> {
    reader.destroy()
    coercer?.destroy()
    await writer.abort()
  }

  try {
    for await (const chunk of incoming.bytes) {
      // A part that cannot be stored is still read to its end, so that the parts after it can be.
      if (failure !== undefined) continue
      try {
        hashesOfCome?.update(chunk, 0)
        await (coercer === undefined ? take(chunk) : coercer.write(chunk))
      } catch (error) {
        failure = { ...failureOf(error), ...knownUids(reader) }
        await abandon()
      }
    }
  } catch (error) {
    await abandon()
    const broken = asProblem(error)
    return {
      kind: 'failed',
      failure: { ...brokenBy(broken), ...knownUids(reader) },
      broken,
    }
  }
  if (failure !== undefined) {
    await abandon()
    return { kind: 'failed', failure }
  }
  try {
    await coercer?.end()
    const parsed = await reader.end()
    const digests = hashes.digests()
    const instance = parsedInstance(parsed, digests, { blobKey, sizeBytes }, options.StudyInstanceUID)
    if (coercer?.isUnrecorded === true)
      throw new Problem('bad-dicom', 'cannot be coerced: not all before (0400,0561) can be read')
    if (expected !== undefined) checkDigests(hashesOfCome?.digests() ?? digests, expected)
    const coerced = coercer?.coerced ?? []
    return { kind: 'received', instance, writer, unwritten, oddities: oddities(parsed), coerced }
  } catch (error) {
    await abandon()
    const failed = error instanceof Unfit ? error.failure : failureOf(error)
    return { kind: 'failed', failure: { ...knownUids(reader), ...failed } }
  }
}
