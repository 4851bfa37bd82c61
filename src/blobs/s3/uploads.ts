import { createHash, randomBytes } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Problem } from '../../dicom/problem.js'
import { untilAnswered, type Patience } from './attempts.js'
import type { Bucket } from './bucket.js'
import { s3Problem, statusOf } from './failures.js'
import type { Body } from './part.js'

/** An upload in parts, and what has arrived of it. */
export interface Upload {
  readonly id: string
  readonly writeId: string
  readonly parts: { readonly PartNumber: number; readonly ETag: string }[]
  readonly md5s: Buffer[]
  sizeBytes: number
}

/** Tells the object that this write made from what another one left under the same key. */
const WRITE_ID = 'filmroom-write'
/** A body is on its way for longer than a deadline where the line has no more than this. */
const SLOWEST_BYTES_PER_SECOND = 128 * 1024

/** Stores an object by one request.
 * @throws Problem `storage-full`, `unavailable`; then it may be there or not, but never a part of it */
export async function putWhole(bucket: Bucket, key: string, body: Body): Promise<void> {
  const writeId = newWriteId()
  const sizeBytes = body.bytes.length
  let ETag: string | undefined
  try {
    ETag = await untilAnswered(
      async abortSignal => {
        const command = new PutObjectCommand({
          Bucket: bucket.name,
          Key: key,
          ...bodyOf(body),
          Metadata: { [WRITE_ID]: writeId },
          ...encryptionOf(bucket),
        })
        payloadIsHashed(command, body)
        return (await bucket.client.send(command, { abortSignal })).ETag
      },
      patienceFor(bucket, sizeBytes),
    )
  } catch (error) {
    if ((await lookAt(bucket, key, { writeId, sizeBytes }).catch(ignore)) === 'stored') return
    throw s3Problem(error)
  }
  if (tagOf(ETag) !== body.md5.toString('hex')) await confirm(bucket, key, { writeId, sizeBytes })
}

/** @throws Problem `storage-full`, `unavailable` */
export async function beginUpload(bucket: Bucket, key: string): Promise<Upload> {
  const writeId = newWriteId()
  try {
    const { UploadId } = await untilAnswered(
      abortSignal =>
        bucket.client.send(
          new CreateMultipartUploadCommand({
            Bucket: bucket.name,
            Key: key,
            Metadata: { [WRITE_ID]: writeId },
            ...encryptionOf(bucket),
          }),
          { abortSignal },
        ),
      bucket.patience.write,
    )
    if (UploadId === undefined) throw new Problem('unavailable', 'the blob store began no upload')
    return { id: UploadId, writeId, parts: [], md5s: [], sizeBytes: 0 }
  } catch (error) {
    throw s3Problem(error)
  }
}

/** Sends the next part.
 * @throws Problem `storage-full`, `unavailable`; the reason of the signal */
export async function uploadPart(
  bucket: Bucket,
  key: string,
  upload: Upload,
  body: Body,
  signal: AbortSignal,
): Promise<void> {
  const PartNumber = upload.parts.length + 1
  try {
    const { ETag } = await untilAnswered(
      abortSignal => {
        const command = new UploadPartCommand({
          Bucket: bucket.name,
          Key: key,
          UploadId: upload.id,
          PartNumber,
          ...bodyOf(body),
        })
        payloadIsHashed(command, body)
        return bucket.client.send(command, { abortSignal })
      },
      patienceFor(bucket, body.bytes.length),
      signal,
    )
    if (ETag === undefined) throw new Problem('unavailable', 'the blob store took no part')
    upload.parts.push({ PartNumber, ETag })
    upload.md5s.push(body.md5)
    upload.sizeBytes += body.bytes.length
  } catch (error) {
    signal.throwIfAborted()
    throw s3Problem(error)
  }
}

/** Makes one object of the parts. An answer that was lost is settled by looking whether the object is there.
 * @throws Problem `storage-full`, `unavailable` */
export async function completeUpload(bucket: Bucket, key: string, upload: Upload): Promise<void> {
  let ETag: string | undefined
  try {
    ETag = await untilAnswered(
      async abortSignal =>
        (
          await bucket.client.send(
            new CompleteMultipartUploadCommand({
              Bucket: bucket.name,
              Key: key,
              UploadId: upload.id,
              MultipartUpload: { Parts: upload.parts },
            }),
            { abortSignal },
          )
        ).ETag,
      bucket.patience.write,
    )
  } catch (error) {
    if ((await lookAt(bucket, key, upload).catch(ignore)) === 'stored') return
    throw s3Problem(error)
  }
  const expected = createHash('md5').update(Buffer.concat(upload.md5s)).digest('hex')
  if (tagOf(ETag) !== `${expected}-${upload.parts.length}`) await confirm(bucket, key, upload)
}

/** Gives the space of its parts back. Never throws: what is left is swept one day. */
export async function abortUpload(bucket: Bucket, key: string, id: string): Promise<void> {
  await untilAnswered(
    abortSignal =>
      bucket.client.send(new AbortMultipartUploadCommand({ Bucket: bucket.name, Key: key, UploadId: id }), {
        abortSignal,
      }),
    bucket.patience.tidy,
  ).catch(ignore)
}

/** For an answer that proves nothing of the bytes, as with encryption by KMS.
 * @throws Problem `unavailable`: the object is not what was sent; it is removed then */
async function confirm(bucket: Bucket, key: string, written: Written): Promise<void> {
  let found: Found
  try {
    found = await lookAt(bucket, key, written)
  } catch (error) {
    throw s3Problem(error)
  }
  if (found === 'stored' || found === 'replaced') return
  if (found === 'cut')
    await untilAnswered(
      abortSignal =>
        bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }), { abortSignal }),
      bucket.patience.tidy,
    ).catch(ignore)
  throw new Problem('unavailable', 'the blob store does not hold what it was sent')
}

interface Written {
  readonly writeId: string
  readonly sizeBytes: number
}

type Found = 'stored' | 'cut' | 'replaced' | 'missing'

async function lookAt(bucket: Bucket, key: string, written: Written): Promise<Found> {
  try {
    const { ContentLength, Metadata } = await untilAnswered(
      abortSignal =>
        bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key: key }), { abortSignal }),
      bucket.patience.tidy,
    )
    if (Metadata?.[WRITE_ID] !== written.writeId) return 'replaced'
    return ContentLength === written.sizeBytes ? 'stored' : 'cut'
  } catch (error) {
    if (statusOf(error) === 404) return 'missing'
    throw error
  }
}

function bodyOf({ bytes, md5 }: Body): { Body: Buffer; ContentLength: number; ContentMD5: string } {
  return { Body: bytes, ContentLength: bytes.length, ContentMD5: md5.toString('base64') }
}

/** Spares the SDK from hashing the whole body at once on the event loop. Over https the line and the signed Content-MD5
 *  prove the body. */
function payloadIsHashed(command: PutObjectCommand | UploadPartCommand, { sha256 }: Body): void {
  const stack = command.middlewareStack as PutObjectCommand['middlewareStack']
  stack.add(
    next => args => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers['x-amz-content-sha256'] = sha256 ?? 'UNSIGNED-PAYLOAD'
      return next(args)
    },
    { step: 'build', name: 'payloadIsHashed' },
  )
}

function encryptionOf({ address }: Bucket): {
  ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  SSEKMSKeyId?: string
} {
  if (address.encryption === undefined) return {}
  const { algorithm, kmsKey } = address.encryption
  return { ServerSideEncryption: algorithm, ...(kmsKey === undefined ? {} : { SSEKMSKeyId: kmsKey }) }
}

function patienceFor({ patience }: Bucket, bytes: number): Patience {
  const { attempts, deadlineMs } = patience.write
  return { attempts, deadlineMs: deadlineMs + (bytes / SLOWEST_BYTES_PER_SECOND) * 1000 }
}

function tagOf(etag: string | undefined): string | undefined {
  return etag?.replace(/"/g, '').toLowerCase()
}

function newWriteId(): string {
  return randomBytes(12).toString('hex')
}

function ignore(): undefined {
  return undefined
}
