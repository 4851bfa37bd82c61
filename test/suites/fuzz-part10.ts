/** Mutation fuzzer of dicom/part10 with the corpus as seeds: `node dist/test/suites/fuzz-part10.js --seconds 60 --seed 1`.
 *  A file that makes the reader throw anything but a Problem, take longer than 2 s, give invalid JSON or ranges, or answer
 *  differently in small chunks is written to fuzz-finds/ and ends the run with exit code 1. `--only N` repeats one case. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { inflateRawSync } from 'node:zlib'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { bulkValues } from '../../src/dicom/bulk-table.js'
import { FRAMES_PER_CHUNK, unpackFrame } from '../../src/dicom/frame-table.js'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import type { ParsedFile } from '../../src/dicom/part10/parsed-dataset.js'
import { part10Reader } from '../../src/dicom/part10/reader.js'
import { Problem } from '../../src/dicom/problem.js'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { ctImage, DEFLATED_LE } from '../made-dicom.js'
import { mutate } from './mutations.js'
import { seededRandom, type SeededRandom } from './seeded-random.js'

const MAX_CASE_MS = 2000
const MAX_GROWTH_MIB = 300
const MAX_SEED_BYTES = 48 * 1024
/** small limits, so that what they lead to is reached */
const LIMITS = { depth: 16, headerTextBytes: 32 * 1024, headerDeflatedBytes: 1 << 20, inflatedBytes: 4 << 20 }

interface Progress {
  readonly shared: SharedArrayBuffer
  readonly seed: number
}

if (isMainThread) await fuzz()
else watch(workerData as Progress)

/** Ends a run that hangs; the case can be repeated by its number. */
function watch({ shared, seed }: Progress): void {
  const current = new Int32Array(shared)
  let last = -1
  setInterval(() => {
    const now = Atomics.load(current, 0)
    if (now === last) {
      console.error(`hangs: --seed ${seed} --only ${now}`)
      process.kill(process.pid, 'SIGKILL')
    }
    last = now
  }, 10_000)
}

async function fuzz(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      only: { type: 'string' },
    },
  })
  const seed = Number(values.seed)
  const seeds = seedFiles()
  const shared = new SharedArrayBuffer(4)
  const current = new Int32Array(shared)
  const watcher = new Worker(new URL(import.meta.url), { workerData: { shared, seed } satisfies Progress })
  const until = performance.now() + Number(values.seconds) * 1000
  const startMiB = process.memoryUsage().rss >> 20
  const only = values.only === undefined ? undefined : Number(values.only)
  let finds = 0
  let parsed = 0
  let number = only ?? 0
  for (; performance.now() < until && finds < 20; number++) {
    Atomics.store(current, 0, number)
    const random = seededRandom((Math.imul(seed, 0x9e3779b1) + number) >>> 0)
    const bytes = mutate(random.pick(seeds), random.pick(seeds), random)
    const words = await wrong(bytes, random, () => parsed++)
    if (words !== undefined) {
      finds++
      mkdirSync('fuzz-finds', { recursive: true })
      const file = `fuzz-finds/part10-${seed}-${number}.dcm`
      writeFileSync(file, bytes)
      console.error(`${file}: ${words}`)
    }
    if (only !== undefined) break
  }
  await watcher.terminate()
  const growth = (process.resourceUsage().maxRSS >> 10) - startMiB
  if (growth > MAX_GROWTH_MIB) {
    finds++
    console.error(`memory grew by ${growth} MiB`)
  }
  console.log(
    JSON.stringify({
      fuzz: 'part10',
      seed,
      seeds: seeds.length,
      cases: number,
      parsed,
      finds,
      growthMiB: growth,
    }),
  )
  if (finds > 0) process.exitCode = 1
}

function seedFiles(): readonly Buffer[] {
  const absent = withoutCorpus()
  if (absent !== false) {
    console.error(`${absent}; seeds are made files only`)
    return [ctImage().bytes, ctImage({ frames: 3 }).bytes]
  }
  const files = corpusFiles().map(({ file }) => readFileSync(file))
  // of the large ones only what comes before most of the pixels
  return files.map(bytes => (bytes.length > MAX_SEED_BYTES ? bytes.subarray(0, MAX_SEED_BYTES) : bytes))
}

/** @returns what is wrong with how the reader takes these bytes */
async function wrong(bytes: Buffer, random: SeededRandom, onParsed: () => void): Promise<string | undefined> {
  const start = performance.now()
  try {
    const whole = await read(bytes, () => bytes.length || 1)
    const ms = performance.now() - start
    if (ms > MAX_CASE_MS) return `took ${Math.round(ms)} ms`
    if (typeof whole !== 'string') {
      onParsed()
      check(whole, bytes.length)
    }
    const most = random.pick([1, 7, 300, 5000])
    // zlib drops what it inflated in the call that meets the damage, so that a stream that is damaged where it reaches the
    // limit is too long or broken according to the chunks: refused either way
    const cut = await read(bytes, () => random.between(1, most))
    if (typeof cut === 'string' && typeof whole === 'string' && bytes.includes(DEFLATED_LE)) return undefined
    return describe(cut) === describe(whole)
      ? undefined
      : `in chunks of up to ${most} bytes it reads differently`
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

async function read(bytes: Buffer, length: () => number): Promise<ParsedFile | string> {
  const reader = part10Reader({ keep: USUAL_ATTRIBUTES.tags, limits: LIMITS })
  try {
    for (let at = 0, next = 0; at < bytes.length; at = next) {
      next = at + length()
      const waiting = reader.write(bytes.subarray(at, next))
      if (waiting !== undefined) await waiting
    }
    return await reader.end()
  } catch (error) {
    if (error instanceof Problem) return error.kind
    throw error
  } finally {
    reader.destroy()
  }
}

function describe(result: ParsedFile | string): string {
  if (typeof result === 'string') return result
  // where the text begins to stream depends on the chunks, and with it the pieces that are deflated, not the text
  const { header, bulk, remarks: _remarks, notes: _notes, frames, ...rest } = result
  const text = inflateRawSync(header).toString()
  return JSON.stringify([
    text,
    Buffer.from(bulk).toString('base64'),
    rest,
    frames.kind === 'encapsulated' ? frames.count : frames,
  ])
}

function check(parsed: ParsedFile, fileBytes: number): void {
  const text = inflateRawSync(parsed.header).toString()
  if (Buffer.byteLength(text) !== parsed.headerTextBytes)
    throw new Error('headerTextBytes is not the length of the text')
  JSON.parse(text.replaceAll('"\x1f/bulkdata/', '"/bulkdata/'))
  const most = parsed.inflatedBytes ?? fileBytes
  for (const { path, offsetBytes, lengthBytes } of bulkValues(parsed.bulk))
    if (!(offsetBytes >= 0 && lengthBytes >= 0 && offsetBytes + lengthBytes <= most))
      throw new Error(`bulk value ${path} is outside the file`)
  const { frames } = parsed
  if (frames.kind === 'native' && frames.offsetBytes + frames.lengthBytes > most)
    throw new Error('native frames are outside the file')
  if (frames.kind !== 'encapsulated') return
  for (let frame = 0; frame < frames.count; frame++) {
    const chunk = frames.chunks[Math.floor(frame / FRAMES_PER_CHUNK)]
    const ranges = chunk === undefined ? undefined : unpackFrame(chunk, frame % FRAMES_PER_CHUNK)
    if (ranges === undefined || ranges.length === 0) throw new Error(`frame ${frame} has no fragments`)
    if (ranges.some(({ start, end }) => start < 0 || end < start || end > most))
      throw new Error(`frame ${frame} is outside the file`)
  }
}
