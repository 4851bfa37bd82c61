/** Blobs in S3 (Ceph's radosgw on this machine, in memory) beside a folder: durable writes of a slice's size and small reads
 *  a second, and one stream. One JSON line. The server takes its share of the same cores.
 *  node dist/bench/s3-blobs.js [blobs] [bytes] [at once] */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { BlobStore } from '../src/blobs/blob-store.js'
import { openBlobs } from '../src/blobs/open.js'
import { startS3 } from '../test/s3-server.js'
import { asATest } from './as-a-test.js'

const [count = 300, bytes = 400_000, atOnce = 8] = process.argv.slice(2).map(Number)
const CHUNK_BYTES = 64 * 1024
const READ_BYTES = 4096
const STREAM_BYTES = 256 * 1024 * 1024
const MIB = 1024 * 1024

const { t, end } = asATest()
const root = mkdtempSync(path.join(tmpdir(), 'filmroom-bench-s3-'))
try {
  const server = await startS3(t)
  Object.assign(process.env, server.credentials)
  const client = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true })
  await client.send(new CreateBucketCommand({ Bucket: 'bench' }))
  client.destroy()
  const url = `s3://bench/blobs?endpoint=${server.endpoint}&forcePathStyle=true`
  const s3 = await measure(await openBlobs(url, path.join(root, 'spool')))
  const folder = await measure(await openBlobs(`file:${path.join(root, 'blobs')}`, root))
  console.log(
    JSON.stringify({
      bench: 'blobs in S3 beside a folder',
      count,
      bytes,
      atOnce,
      s3,
      folder,
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    }),
  )
} finally {
  await end()
  rmSync(root, { recursive: true })
}

async function measure(store: BlobStore) {
  const blob = randomBytes(bytes)
  const key = (i: number): string => `${((i * 37) % 256).toString(16).padStart(2, '0')}/${i}.dcm`
  const put = async (name: string, sizeBytes: number): Promise<void> => {
    const writer = store.create(name)
    for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES)
      await writer.write(blob.subarray(0, Math.min(CHUNK_BYTES, left)))
    await writer.commit()
  }
  await put('aa/first', bytes)
  const puts = await perSecond(count, i => put(key(i), bytes))
  const range = { start: 100_000, end: 100_000 + READ_BYTES }
  const reads = await perSecond(count * 4, async i => {
    await store.read(key(i % count), range)
  })
  const cpuBefore = process.cpuUsage()
  const written = await perSecond(1, () => put('bb/stream', STREAM_BYTES))
  const read = await perSecond(1, async () => {
    for await (const _ of await store.open('bb/stream'));
  })
  const { user, system } = process.cpuUsage(cpuBefore)
  await store.close()
  const rounded = (value: number): number => Number(value.toFixed(1))
  return {
    putsPerSecond: rounded(puts),
    readsOf4KiBPerSecond: rounded(reads),
    streamWriteMiBPerSecond: rounded((written * STREAM_BYTES) / MIB),
    streamReadMiBPerSecond: rounded((read * STREAM_BYTES) / MIB),
    streamsCpuSeconds: rounded((user + system) / 1e6),
  }
}

async function perSecond(times: number, act: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < times; i = next++) await act(i)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (times * 1000) / (performance.now() - started)
}
