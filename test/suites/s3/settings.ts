/** What the URL asks for: encryption, prefixes, addresses; what the server refuses; what a sweep takes away. */
import { randomBytes } from 'node:crypto'
import dns from 'node:dns'
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Test } from 'tap'
import { s3BlobStore } from '../../../src/blobs/s3.js'
import { s3Address } from '../../../src/blobs/s3/address.js'
import { keys, put, sha256 } from '../../blobs/blob-store-conformance.js'
import { problem } from '../../problem.js'
import { faultyLine } from '../../s3-proxy.js'
import { VIRTUAL_HOST, type S3Server } from '../../s3-server.js'
import { temporaryFolder } from '../../server.js'
import { leftUploads, newBucket, openIn, withClient } from './stores.js'

const MIB = 1024 * 1024
const PARTS = { firstBytes: 5 * MIB }

export function settings(t: Test, server: S3Server): void {
  t.jobs = 4
  t.test('objects are encrypted as the URL says, whole and in parts', async t => {
    const { store, bucket } = await openIn(t, server, { more: '&sse=aws:kms&kmsKey=filmroom', parts: PARTS })
    for (const size of [300_000, 11 * MIB]) {
      const bytes = randomBytes(size)
      await put(store, `aa/${size}`, bytes, 100_000)
      t.equal(sha256(await store.read(`aa/${size}`, { start: 0, end: 20 * MIB })), sha256(bytes))
      const { ServerSideEncryption } = await withClient(server, client =>
        client.send(new HeadObjectCommand({ Bucket: bucket, Key: `aa/${size}` })),
      )
      t.equal(ServerSideEncryption, 'aws:kms', `${size} bytes`)
    }
  })

  // This Ceph takes the header for AES256 and does nothing, so the request itself is looked at.
  t.test(
    'each request that begins an object bears the encryption that the URL says, and no other does',
    async t => {
      const line = await faultyLine(t, server.port)
      const { store } = await openIn(t, server, {
        endpoint: line.endpoint,
        more: '&sse=AES256',
        parts: PARTS,
      })
      const asked: string[] = []
      line.faultOf = ({ method, url, headers }) => {
        const beginning = (method === 'PUT' && !url?.includes('uploadId=')) || url?.endsWith('?uploads=')
        asked.push(`${beginning === true} ${String(headers['x-amz-server-side-encryption'])}`)
        return undefined
      }
      await put(store, 'aa/whole', randomBytes(1000), 1000)
      await put(store, 'aa/parts', randomBytes(6 * MIB), MIB)
      await store.read('aa/whole', { start: 0, end: 10 })
      t.strictSame([...new Set(asked)].sort(), ['false undefined', 'true AES256'])
    },
  )

  t.test('a key that the server does not have is unavailable', async t => {
    const { store } = await openIn(t, server, { more: '&sse=aws:kms&kmsKey=unknown' })
    await t.rejects(put(store, 'aa/none', randomBytes(10), 10), problem('unavailable'))
    t.strictSame(await keys(store, ''), [])
  })

  t.test('a bucket is a host of its own where the path does not name it', async t => {
    const { lookup } = dns
    const hosts = new Set<string>()
    t.teardown(() => (dns.lookup = lookup))
    // There is no name server that knows these names.
    dns.lookup = ((host: string, options: object, done: (...args: unknown[]) => void) => {
      hosts.add(host)
      lookup('127.0.0.1', options, done)
    }) as typeof lookup
    const bucket = await newBucket(server)
    const endpoint = `http://${VIRTUAL_HOST}:${server.port}`
    const url = `s3://${bucket}/home?endpoint=${endpoint}`
    const store = await s3BlobStore(s3Address(url), { spoolFolder: temporaryFolder(t), parts: PARTS })
    t.teardown(() => store.close())
    const bytes = randomBytes(6 * MIB)
    await put(store, 'aa/there', bytes, MIB)
    t.equal(sha256(await store.read('aa/there', { start: 0, end: 9 * MIB })), sha256(bytes))
    t.strictSame(await keys(store, ''), ['aa/there'])
    t.strictSame([...hosts], [`${bucket}.${VIRTUAL_HOST}`])
  })

  t.test('two archives share a bucket under prefixes of their own', async t => {
    const bucket = await newBucket(server)
    const all = await openIn(t, server, { bucket })
    const one = await openIn(t, server, { bucket, prefix: 'One' })
    const two = await openIn(t, server, { bucket, prefix: 'Two/deep/' })
    await put(one.store, 'aa/x', Buffer.from('one'), 10)
    await put(two.store, 'aa/x', Buffer.from('two'), 10)
    t.equal(Buffer.from(await one.store.read('aa/x', { start: 0, end: 9 })).toString(), 'one')
    t.equal(Buffer.from(await two.store.read('aa/x', { start: 0, end: 9 })).toString(), 'two')
    t.strictSame(await keys(one.store, ''), ['aa/x'])
    t.strictSame(await keys(all.store, ''), [], 'whose keys are no blob keys')
    const { Contents } = await withClient(server, client =>
      client.send(new ListObjectsV2Command({ Bucket: bucket })),
    )
    t.strictSame(
      Contents?.map(({ Key }) => Key),
      ['One/aa/x', 'Two/deep/aa/x'],
    )
  })

  t.test('a list of more than a page is whole and in order', async t => {
    const { store } = await openIn(t, server)
    const made = Array.from({ length: 1100 }, (_, i) => `c${i % 3}/${String(i).padStart(5, '0')}`)
    const names = made.values()
    const worker = async (): Promise<void> => {
      for (const name of names) await put(store, name, Buffer.from('x'), 1)
    }
    await Promise.all(Array.from({ length: 16 }, worker))
    t.strictSame(await keys(store, ''), [...made].sort())
  })

  t.test(
    'what a replica left behind is swept once it is old, and not what others keep in the bucket',
    async t => {
      const bucket = await newBucket(server)
      await withClient(server, async client => {
        for (const Key of ['home/aa/left', 'home/aa/left', 'home/NOT-OURS', 'elsewhere/aa/x']) {
          const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))
          const part = { Bucket: bucket, Key, UploadId, PartNumber: 1, Body: Buffer.alloc(1000) }
          await client.send(new UploadPartCommand(part))
        }
      })
      const patient = await openIn(t, server, { bucket, prefix: 'home' })
      t.equal(await patient.store.sweep(), 0)
      const { store } = await openIn(t, server, { bucket, prefix: 'home', abandonedAfterMs: 0 })
      t.equal(await store.sweep(), 2)
      t.equal(await store.sweep(), 0)
      t.strictSame(await leftUploads(server, bucket), ['elsewhere/aa/x', 'home/NOT-OURS'])
    },
  )

  t.test('parts grow with the blob', async t => {
    const { store } = await openIn(t, server, {
      parts: { firstBytes: 5 * MIB, ofASize: 1, largestBytes: 10 * MIB },
    })
    const bytes = randomBytes(27 * MIB)
    await put(store, 'aa/grown', bytes, MIB)
    t.equal(sha256(await store.read('aa/grown', { start: 0, end: 99 * MIB })), sha256(bytes))
  })

  t.test('a quota of the server is storage-full', async t => {
    const { store, bucket } = await openIn(t, server, { parts: PARTS })
    await put(store, 'aa/before', randomBytes(100_000), 100_000)
    await server.admin('quota', 'set', '--quota-scope=bucket', `--bucket=${bucket}`, '--max-size=1M')
    await server.admin('quota', 'enable', '--quota-scope=bucket', `--bucket=${bucket}`)
    await t.rejects(put(store, 'aa/large', randomBytes(3 * MIB), MIB), problem('storage-full'))
    await t.rejects(put(store, 'aa/parts', randomBytes(11 * MIB), MIB), problem('storage-full'))
    t.strictSame(await keys(store, ''), ['aa/before'])
    t.strictSame(await leftUploads(server, bucket), [])
  })
  t.end()
}
