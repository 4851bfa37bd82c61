import { createHash, randomBytes, type Hash } from 'node:crypto'
import type { BlobStore, BlobWriter } from '../blobs/blob-store.js'
import { INDEXED_TAGS } from '../dicom/indexed-attributes.js'
import type { ParsedFile } from '../dicom/part10/parsed-dataset.js'
import { part10Reader } from '../dicom/part10/reader.js'
import { Problem, type ProblemKind } from '../dicom/problem.js'
import * as reason from '../dicom/store-reasons.js'
import type { NewInstance } from '../dicom/stored-instance.js'
import { isUid } from '../dicom/uid.js'

export interface ReceiveLimits {
  readonly instanceBytes: number
  readonly inflatedBytes: number
}

export interface ReceiveOptions {
  readonly blobs: BlobStore
  readonly limits: ReceiveLimits
  /** instances of other studies fail. PS3.18 10.5.1 */
  readonly StudyInstanceUID: string | undefined
  /** Asked once for a large instance, when its UID is known: true to go on hashing without writing. */
  readonly isDuplicate: (SOPInstanceUID: string) => Promise<boolean>
}

/** Why an instance is not stored. */
export interface Failure {
  readonly reason: number
  /** what was wrong and where, without values */
  readonly detail: string
  /** where a limit or the storage is to blame, not the instance */
  readonly problem?: ProblemKind
  /** for the log, never for the answer */
  readonly cause?: unknown
  readonly SOPClassUID?: string | undefined
  readonly SOPInstanceUID?: string | undefined
}

/** A whole and fit instance, its blob still to be committed or aborted. */
export interface ReceivedInstance {
  readonly kind: 'received'
  readonly instance: NewInstance
  readonly writer: BlobWriter
  /** the writer is aborted already: isDuplicate said so */
  readonly unwritten: boolean
  /** something does not fit, though it is usable: B007 */
  readonly odd: boolean
}

export type Received =
  | ReceivedInstance
  /** `broken`: the body itself failed (not the instance in it), so nothing after it can be read */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly broken?: Problem }

/** Below it an instance waits in memory anyway, so an early look for a duplicate would save no write. */
const EARLY_DUPLICATE_CHECK_BYTES = 1 << 20
/** PS3.10 7.1 has some 200 bytes; what grows beyond this is no meta group. */
const META_GROUP_BYTES = 1 << 20

/** Reads one instance to its end: each chunk goes through the parser, the hashes and the blob store, and is not kept.
 *  Nothing is visible until the writer of a received instance is committed; a failed one is cleaned up. */
export async function receiveInstance(
  body: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<Received> {
  const blobKey = newBlobKey()
  const writer = options.blobs.create(blobKey)
  const reader = part10Reader({ keep: INDEXED_TAGS, limits: { inflatedBytes: options.limits.inflatedBytes } })
  const hashes = instanceHashes()
  let sizeBytes = 0
  let unwritten = false
  let duplicateChecked = false
  let failure: Failure | undefined

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

  try {
    for await (const chunk of body) {
      // A part that cannot be stored is still read to its end, so that the parts after it can be.
      if (failure !== undefined) continue
      try {
        await take(chunk)
      } catch (error) {
        failure = failureOf(error)
        reader.destroy()
        await writer.abort()
      }
    }
  } catch (error) {
    reader.destroy()
    await writer.abort()
    const broken = asProblem(error)
    const SOPInstanceUID = reader.SOPInstanceUID
    return {
      kind: 'failed',
      failure: { reason: reason.CANNOT_UNDERSTAND, detail: broken.message, SOPInstanceUID },
      broken,
    }
  }
  if (failure !== undefined) return { kind: 'failed', failure }
  try {
    const parsed = await reader.end()
    const { uids, SOPClassUID } = requiredUids(parsed, options.StudyInstanceUID)
    const instance: NewInstance = {
      uids,
      SOPClassUID,
      TransferSyntaxUID: parsed.TransferSyntaxUID,
      blobKey,
      sizeBytes,
      ...hashes.digests(),
      datasetOffsetBytes: parsed.datasetOffsetBytes,
      ...(parsed.inflatedBytes === undefined ? {} : { inflatedBytes: parsed.inflatedBytes }),
      header: parsed.header,
      headerTextBytes: parsed.headerTextBytes,
      bulk: parsed.bulk,
      frames: parsed.frames,
      attributes: parsed.attributes,
    }
    return { kind: 'received', instance, writer, unwritten, odd: isOdd(parsed) }
  } catch (error) {
    reader.destroy()
    await writer.abort()
    return { kind: 'failed', failure: error instanceof Unfit ? error.failure : failureOf(error) }
  }
}

/** The STOW failure reason of whatever went wrong with one instance. PS3.18 table I.2-2. */
export function failureOf(error: unknown): Failure {
  const problem = asProblem(error)
  const failure = { detail: problem.message, problem: problem.kind, cause: problem.cause }
  switch (problem.kind) {
    case 'bad-dicom':
      return { ...failure, reason: reason.CANNOT_UNDERSTAND }
    case 'unsupported-transfer-syntax':
      return { ...failure, reason: reason.TRANSFER_SYNTAX_NOT_SUPPORTED }
    case 'limit-exceeded':
    case 'storage-full':
      return { ...failure, reason: reason.OUT_OF_RESOURCES }
    default:
      return { ...failure, reason: reason.PROCESSING_FAILURE }
  }
}

/** An unexpected error becomes a Problem that keeps it as cause and tells the caller nothing. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem('unavailable', 'the instance could not be stored', { cause: error })
}

class Unfit extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail)
  }
}

const REQUIRED_UIDS = {
  SOPClassUID: '(0008,0016)',
  SOPInstanceUID: '(0008,0018)',
  StudyInstanceUID: '(0020,000D)',
  SeriesInstanceUID: '(0020,000E)',
} as const

/** Only a missing or invalid one of the four UIDs refuses an instance, or a cut one. PS3.18 10.5.1. */
function requiredUids(
  parsed: ParsedFile,
  study: string | undefined,
): Pick<NewInstance, 'uids' | 'SOPClassUID'> {
  const { SOPClassUID = '', SOPInstanceUID = '', StudyInstanceUID = '', SeriesInstanceUID = '' } = parsed
  const found = { SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID }
  const known = {
    ...(isUid(SOPClassUID) ? { SOPClassUID } : {}),
    ...(isUid(SOPInstanceUID) ? { SOPInstanceUID } : {}),
  }
  for (const [keyword, tag] of Object.entries(REQUIRED_UIDS)) {
    const value = found[keyword as keyof typeof REQUIRED_UIDS]
    if (isUid(value)) continue
    const detail = `${keyword} ${tag} is ${value === '' ? 'missing' : 'not a UID'}`
    throw new Unfit({ reason: reason.CANNOT_UNDERSTAND, detail, ...known })
  }
  if (parsed.truncated)
    throw new Unfit({ reason: reason.CANNOT_UNDERSTAND, detail: 'the instance is cut short', ...known })
  if (study !== undefined && study !== StudyInstanceUID) {
    const detail = 'StudyInstanceUID (0020,000D) is not that of the request'
    throw new Unfit({ reason: reason.DATA_SET_DOES_NOT_MATCH_SOP_CLASS, detail, ...known })
  }
  return { uids: { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, SOPClassUID }
}

/** The data set wins over the meta group, and a UID component may have leading zeros; both are worth a warning. */
function isOdd(parsed: ParsedFile): boolean {
  const differs = (meta: string | undefined, dataset: string | undefined): boolean =>
    meta !== undefined && meta !== dataset
  const uids = [parsed.SOPClassUID, parsed.SOPInstanceUID, parsed.StudyInstanceUID, parsed.SeriesInstanceUID]
  return (
    differs(parsed.MediaStorageSOPClassUID, parsed.SOPClassUID) ||
    differs(parsed.MediaStorageSOPInstanceUID, parsed.SOPInstanceUID) ||
    uids.some(uid => uid !== undefined && /(^|\.)0\d/.test(uid))
  )
}

interface InstanceHashes {
  /** @param datasetOffsetBytes undefined as long as it is not known; the bytes are then held back (a meta group is small) */
  update(chunk: Uint8Array, datasetOffsetBytes: number | undefined): void
  digests(): Pick<NewInstance, 'sha256' | 'datasetSha256'>
}

/** SHA-256 of the file and, apart, of the bytes after the meta group, which tells a re-wrapped instance from another one. */
function instanceHashes(): InstanceHashes {
  const file = createHash('sha256')
  const dataset = createHash('sha256')
  let held: Buffer[] = []
  let heldBytes = 0
  let started = false
  return {
    update(chunk, datasetOffsetBytes) {
      file.update(chunk)
      if (started) dataset.update(chunk)
      else if (datasetOffsetBytes === undefined) {
        held.push(Buffer.from(chunk))
        heldBytes += chunk.length
        if (heldBytes > META_GROUP_BYTES) throw new Problem('bad-dicom', 'the meta group does not end')
      } else {
        started = true
        startDataset(dataset, [...held, chunk], datasetOffsetBytes)
        held = []
      }
    },
    digests: () => ({
      sha256: new Uint8Array(file.digest()),
      datasetSha256: new Uint8Array(dataset.digest()),
    }),
  }
}

function startDataset(dataset: Hash, chunks: readonly Uint8Array[], offsetBytes: number): void {
  let skip = offsetBytes
  for (const chunk of chunks) {
    if (skip < chunk.length) dataset.update(chunk.subarray(skip))
    skip = Math.max(0, skip - chunk.length)
  }
}

const FOLDERS = 256
/** Instances that come together share a folder, and so the fsync that makes their names durable. */
const NAMES_A_TURN = 64
let names = randomBytes(1).readUInt8() * NAMES_A_TURN

/** `<2 hex>/<26 characters>.dcm`: a time-ordered random name (a ULID in lower case), spread evenly over 256 folders. UIDs
 *  never become part of a path. */
function newBlobKey(): string {
  names = (names + 1) % (FOLDERS * NAMES_A_TURN)
  const folder = Math.floor(names / NAMES_A_TURN)
    .toString(16)
    .padStart(2, '0')
  const time = Date.now().toString(32).padStart(10, '0')
  const tail = BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString(32)
    .padStart(16, '0')
  return `${folder}/${time}${tail}.dcm`
}
