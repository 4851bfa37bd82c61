/** A heavy upload: many clients store small requests while two store instances of more than 50 MB. */
import { createHash, randomBytes } from 'node:crypto'
import { store } from '../../dicomweb-client.js'
import { ctImage, newUid } from '../../made-dicom.js'
import type { Random } from '../random.js'
import type { Ledger } from './ledger.js'

export interface Load {
  /** uploads whose request has begun and whose answer has not come */
  inFlight(): { all: number; large: number }
  /** Resolves when every client has noticed that the server is gone, or has been told to end. */
  end(): Promise<void>
}

const SMALL_CLIENTS = 6
const LARGE_CLIENTS = 2
const LARGE_BYTES = 52_000_000
const CHUNK_BYTES = 64 * 1024
/** Stored together, so that counts are contended for. */
const STUDIES = 3

/** @param premature counts as acknowledged what was only sent: the fault that the suite must see */
export function startLoad(root: string, ledger: Ledger, random: Random, premature: boolean): Load {
  const studies = Array.from({ length: STUDIES }, () => ({ study: newUid(), series: [newUid(), newUid()] }))
  const flying = { all: 0, large: 0 }
  const control = new AbortController()
  let gone = false

  const client = async (large: boolean): Promise<void> => {
    while (!gone && !control.signal.aborted) {
      const files = large
        ? [made(LARGE_BYTES)]
        : Array.from({ length: 1 + random.below(4) }, () => made(smallBytes()))
      flying.all++
      if (large) flying.large++
      try {
        const answer = await store(root, large ? files.map(inChunks) : files, control.signal)
        if (answer.status !== 200) throw new Error(`an upload was answered ${answer.status}`)
        for (const SOPInstanceUID of answer.stored) ledger.acknowledge(SOPInstanceUID)
      } catch (error) {
        if (!isConnectionLoss(error)) throw error
        gone = true
      } finally {
        flying.all--
        if (large) flying.large--
      }
    }
  }

  const smallBytes = (): number => [2_000, 40_000, 524_288, 1_500_000][random.below(4)] ?? 0

  const made = (pixelBytes: number): Uint8Array => {
    const place = studies[random.below(STUDIES)]
    const instance = ctImage({
      study: place?.study ?? '',
      series: place?.series[random.below(2)] ?? '',
      rows: 1,
      columns: 1,
      pixels: largePixels(pixelBytes),
    })
    const { bytes, pixels: _, ...uids } = instance
    ledger.send({ ...uids, sha256: createHash('sha256').update(bytes).digest('hex') })
    if (premature) ledger.acknowledge(uids.SOPInstanceUID)
    return bytes
  }

  const clients = Promise.all([
    ...Array.from({ length: SMALL_CLIENTS }, () => client(false)),
    ...Array.from({ length: LARGE_CLIENTS }, () => client(true)),
  ])
  // Told by end(), which everybody calls.
  clients.catch(() => undefined)
  return {
    inFlight: () => ({ ...flying }),
    async end() {
      control.abort()
      await clients
    },
  }
}

/** Bytes that differ everywhere, without the cost of random ones for 50 MB. */
function largePixels(bytes: number): Uint8Array {
  const pixels = Buffer.alloc(bytes, randomBytes(4093))
  for (let at = 0; at + 4 <= bytes; at += 65_536) pixels.writeUInt32LE(at, at)
  return pixels
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    yield bytes.subarray(at, at + CHUNK_BYTES)
    if (at % (16 * CHUNK_BYTES) === 0) await new Promise(resolve => setImmediate(resolve))
  }
}

function isConnectionLoss(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(
    String(code),
  )
}
