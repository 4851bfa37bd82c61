/** Buckets and stores in them. */
import { randomBytes } from 'node:crypto'
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import type { Test } from 'tap'
import type { BlobStore } from '../../../src/blobs/blob-store.js'
import { s3BlobStore, type S3BlobStoreOptions } from '../../../src/blobs/s3.js'
import { s3Address } from '../../../src/blobs/s3/address.js'
import type { S3Server } from '../../s3-server.js'
import { temporaryFolder } from '../../server.js'

export interface OpenOptions extends Partial<S3BlobStoreOptions> {
  /** by default a new one */
  readonly bucket?: string
  readonly prefix?: string
  /** by default the server's own */
  readonly endpoint?: string
  /** more of the URL, such as `&sse=AES256` */
  readonly more?: string
}

/** @returns a store that ends with the test */
export async function openIn(
  t: Test,
  server: S3Server,
  options: OpenOptions = {},
): Promise<{ store: BlobStore; bucket: string }> {
  const bucket = options.bucket ?? (await newBucket(server))
  const store = await s3BlobStore(s3Address(urlOf(server, bucket, options)), {
    spoolFolder: temporaryFolder(t),
    ...options,
  })
  t.teardown(() => store.close())
  return { store, bucket }
}

export function urlOf(
  server: S3Server,
  bucket: string,
  { prefix = '', endpoint = server.endpoint, more = '' }: OpenOptions = {},
): string {
  return `s3://${bucket}/${prefix}?endpoint=${endpoint}&forcePathStyle=true${more}`
}

export async function newBucket(server: S3Server): Promise<string> {
  const name = `test-${randomBytes(6).toString('hex')}`
  await withClient(server, client => client.send(new CreateBucketCommand({ Bucket: name })))
  return name
}

/** Keys of uploads in parts that nobody has ended. */
export async function leftUploads(server: S3Server, bucket: string): Promise<string[]> {
  const page = await withClient(server, client =>
    client.send(new ListMultipartUploadsCommand({ Bucket: bucket })),
  )
  return (page.Uploads ?? []).map(upload => upload.Key ?? '')
}

export async function withClient<T>(
  { endpoint, credentials }: S3Server,
  use: (client: S3Client) => Promise<T>,
): Promise<T> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
    },
  })
  try {
    return await use(client)
  } finally {
    client.destroy()
  }
}
