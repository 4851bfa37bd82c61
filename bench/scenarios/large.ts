/** Large instances: how much memory over idle it takes to store one and to read it by three clients at once, and how long
 *  a frame takes wherever it stands. */
import { createHash, type Hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fragmentedImage, streamedMultiFrame, structureSet } from '../made/large.js'
import type { Uids } from '../made/uids.js'
import { drive } from '../load/drive.js'
import { HttpConnection } from '../load/http-connection.js'
import {
  DICOM_AS_STORED,
  DICOM_JSON,
  FRAMES_AS_STORED,
  get,
  onlyPart,
  storeStream,
} from '../load/messages.js'
import { percentile } from '../measure.js'
import { forgetPeak, peakResidentBytes, residentBytes } from '../process-figures.js'
import { mib, type MemoryResult } from '../results.js'
import type { Server } from '../servers.js'
import { answered, instancePath, verifyStored } from './retrieved.js'

/** A large instance, however it is made. */
interface Large {
  readonly uids: Uids
  readonly fileBytes: number
  /** The file from its begin. */
  readonly pieces: () => Iterable<Uint8Array>
  readonly frames?: { readonly count: number; readonly frame: (n: number) => Buffer }
}

export interface LargeSuite {
  readonly name: string
  readonly title: string
  /** false: Orthanc holds such a file three times in memory and takes 10 s a frame, so only Filmroom is measured */
  readonly peer: boolean
  readonly build: () => Large
}

const READERS = 3
const FRAMES_MS = 1000
const SETTLE_MS = 1000

export const largeSuites: readonly LargeSuite[] = [
  {
    name: 'large-multi-frame',
    title: 'multi-frame of 2 GiB',
    peer: false,
    build() {
      const made = streamedMultiFrame(2 ** 31)
      return { ...made, frames: { count: made.frames, frame: made.frame } }
    },
  },
  {
    name: 'large-structure-set',
    title: 'RT structure set of 60 MB',
    peer: true,
    build() {
      const { bytes, uids } = structureSet(10_000)
      return { uids, fileBytes: bytes.length, pieces: () => [bytes] }
    },
  },
  {
    name: 'large-fragments',
    title: 'image of 100,000 fragments',
    peer: true,
    build() {
      const { bytes, uids, frames, frame } = fragmentedImage(100_000)
      return { uids, fileBytes: bytes.length, pieces: () => [bytes], frames: { count: frames, frame } }
    },
  },
]

/** Runs all steps on a server of its own; a step that fails ends them, as a result that says why. */
export async function* measureLarge(
  { name, title }: LargeSuite,
  large: Large,
  server: Server,
): AsyncGenerator<MemoryResult> {
  await sleep(SETTLE_MS)
  const idle = residentBytes(server.pid)
  const step = async (
    suffix: string,
    what: string,
    work: () => Promise<readonly number[]>,
  ): Promise<MemoryResult> => {
    const about = {
      kind: 'memory' as const,
      name: `${name}-${suffix}`,
      title: `${title}: ${what}`,
      server: server.name,
    }
    forgetPeak(server.pid)
    const begin = performance.now()
    try {
      const latenciesMs = await work()
      const figures = {
        idleMiB: mib(idle),
        overIdleMiB: mib(peakResidentBytes(server.pid) - idle),
        seconds: (performance.now() - begin) / 1000,
      }
      if (latenciesMs.length === 0) return { ...about, ...figures }
      return {
        ...about,
        ...figures,
        p50Ms: percentile(latenciesMs, 0.5),
        p99Ms: percentile(latenciesMs, 0.99),
      }
    } catch (error) {
      const failure = (error instanceof Error ? error.message : String(error)).split('\r\n')[0] ?? ''
      return { ...about, idleMiB: mib(idle), overIdleMiB: 0, seconds: 0, failure: failure.slice(0, 80) }
    }
  }
  const stored = await step('store', 'STOW', () => storeOnce(server, large))
  yield stored
  if (stored.failure !== undefined) return
  yield await step('read', 'read whole by three clients at once', () => readByAll(server, large))
  yield await step('metadata', 'metadata', () => readMetadata(server, large))
  if (large.frames === undefined) return
  const { count, frame } = large.frames
  for (const [suffix, what, number] of [
    ['frame-first', 'the first frame', () => 1],
    ['frame-middle', 'frames in the middle', (n: number) => Math.floor(count / 2) + (n % 100)],
    ['frame-last', 'the last frame', () => count],
  ] as const)
    yield await step(suffix, what, () => readFrames(server, large.uids, number, frame))
}

async function storeOnce(server: Server, large: Large): Promise<readonly number[]> {
  await answered(server, storeStream(server, large.fileBytes, large.pieces()))
  return []
}

async function readByAll(server: Server, large: Large): Promise<readonly number[]> {
  const request = get(server, instancePath(large.uids), DICOM_AS_STORED)
  // The first reader looks at every byte, and so holds its answer up; the others take it as fast as they can.
  const expected = createHash('sha1')
  for (const piece of large.pieces()) expected.update(piece)
  const came = new PartHash(large.fileBytes)
  const connections = Array.from({ length: READERS }, () => new HttpConnection(server.port))
  try {
    const answers = await Promise.all(
      connections.map((connection, n) =>
        connection.send(request, n === 0 ? { see: piece => came.update(piece) } : {}),
      ),
    )
    for (const { status, bodyBytes } of answers)
      if (status !== 200 || bodyBytes < large.fileBytes)
        throw new Error(`answered ${status} with ${bodyBytes} bytes`)
    if (came.digest() !== expected.digest('hex')) throw new Error('other bytes than stored')
  } finally {
    for (const connection of connections) connection.close()
  }
  return []
}

async function readMetadata(server: Server, large: Large): Promise<readonly number[]> {
  const { body } = await answered(server, get(server, `${instancePath(large.uids)}/metadata`, DICOM_JSON))
  const found: unknown = JSON.parse(body.toString())
  if (!Array.isArray(found) || found.length !== 1) throw new Error('no metadata of one instance')
  return []
}

async function readFrames(
  server: Server,
  uids: Uids,
  number: (n: number) => number,
  frame: (n: number) => Buffer,
): Promise<readonly number[]> {
  const path = (n: number): string => `${instancePath(uids)}/frames/${number(n)}`
  const sample = await answered(server, get(server, path(0), FRAMES_AS_STORED))
  verifyStored(server, onlyPart(sample.head, sample.body), frame(number(0) - 1))
  const { latenciesMs } = await drive(server.port, {
    clients: 1,
    request: n => get(server, path(n), FRAMES_AS_STORED),
    until: { ms: FRAMES_MS },
    leastBytes: 1,
  })
  return latenciesMs
}

/** Digest of the one part's data in a multipart answer that is never held. */
class PartHash {
  readonly #hash: Hash = createHash('sha1')
  #head = Buffer.alloc(0)
  #inData = false
  #left: number

  constructor(dataBytes: number) {
    this.#left = dataBytes
  }

  update(piece: Buffer): void {
    let data = piece
    if (!this.#inData) {
      this.#head = Buffer.concat([this.#head, piece])
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return
      this.#inData = true
      data = this.#head.subarray(end + 4)
    }
    const taken = data.subarray(0, this.#left)
    this.#hash.update(taken)
    this.#left -= taken.length
  }

  digest(): string {
    return this.#hash.digest('hex')
  }
}
