import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
} from '@aws-sdk/client-s3'
import { isBlobKey } from '../blob-key.js'
import { untilAnswered } from './attempts.js'
import type { Bucket } from './bucket.js'
import { nameOf, s3Problem } from './failures.js'

/** Gives back what uploads in parts hold that were begun and never ended.
 * @param olderThanMs younger ones may be under way, here or in another process
 * @returns how many
 * @throws Problem `unavailable` */
export async function abortLeftUploads(bucket: Bucket, olderThanMs: number): Promise<number> {
  let removed = 0
  try {
    for await (const upload of uploads(bucket)) {
      if (upload.Initiated === undefined || Date.now() - upload.Initiated.getTime() < olderThanMs) continue
      await abortLeft(bucket, upload)
      removed++
    }
  } catch (error) {
    throw s3Problem(error)
  }
  return removed
}

async function abortLeft(
  { client, name, patience }: Bucket,
  { Key, UploadId }: MultipartUpload,
): Promise<void> {
  try {
    await untilAnswered(
      abortSignal =>
        client.send(new AbortMultipartUploadCommand({ Bucket: name, Key, UploadId }), { abortSignal }),
      patience.read,
    )
  } catch (error) {
    // Another replica sweeps too.
    if (nameOf(error) !== 'NoSuchUpload') throw error
  }
}

/** Those of blobs: other programs may use the bucket. */
async function* uploads({
  client,
  name,
  address,
  patience,
}: Bucket): AsyncGenerator<MultipartUpload, void, void> {
  let page: ListMultipartUploadsCommandOutput | undefined
  do {
    const command = new ListMultipartUploadsCommand({
      Bucket: name,
      Prefix: address.prefix,
      ...(page?.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
      ...(page?.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
    })
    page = await untilAnswered(abortSignal => client.send(command, { abortSignal }), patience.read)
    for (const upload of page.Uploads ?? [])
      if (isBlobKey(upload.Key?.slice(address.prefix.length) ?? '')) yield upload
  } while (page.IsTruncated === true)
}
