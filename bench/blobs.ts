/** Writing small blobs durably, beside plain write and fsync of the same bytes. One JSON line.
 *  node dist/bench/blobs.js [blobs] [bytes] [at once] */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { folderBlobStore } from '../src/blobs/folder.js'

const [count = 200, bytes = 512 * 1024, atOnce = 8] = process.argv.slice(2).map(Number)
const ROUNDS = 5
const CHUNK_BYTES = 64 * 1024

const root = mkdtempSync(path.join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'filmroom-bench-blobs-'))
try {
  const blob = randomBytes(bytes)
  const store = await folderBlobStore(path.join(root, 'blobs'))
  const rounds: { ours: number; plain: number; ratio: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await perSecond(async i => {
      const writer = store.create(`${((i * 37) % 256).toString(16).padStart(2, '0')}/${round}-${i}.dcm`)
      for (let at = 0; at < bytes; at += CHUNK_BYTES) await writer.write(blob.subarray(at, at + CHUNK_BYTES))
      await writer.commit()
    })
    const plain = await perSecond(async i => {
      const file = await open(path.join(root, `plain-${round}-${i}`), 'wx')
      await file.write(blob)
      await file.sync()
      await file.close()
    })
    rounds.push({ ours, plain, ratio: ours / plain })
    settleDisk()
  }
  await store.close()
  const median = (pick: (round: { ours: number; plain: number; ratio: number }) => number): number =>
    Number(
      rounds
        .map(pick)
        .sort((a, b) => a - b)
        [ROUNDS >> 1]?.toFixed(2),
    )
  console.log(
    JSON.stringify({
      bench: 'blobs: durable writes a second',
      count,
      bytes,
      atOnce,
      ours: median(round => round.ours),
      plainWriteAndFsync: median(round => round.plain),
      ratio: median(round => round.ratio),
      maxRssBytes: process.resourceUsage().maxRSS * 1024,
      machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    }),
  )
} finally {
  rmSync(root, { recursive: true })
}

async function perSecond(write: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now()
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await write(i)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return (count * 1000) / (performance.now() - started)
}

function settleDisk(): void {
  const fd = openSync(root, 'r')
  fsyncSync(fd)
  closeSync(fd)
}
