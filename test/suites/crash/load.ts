/** A heavy upload: many clients store small requests while two store instances of more than 50 MB. */
import { createHash, randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { store } from '../../dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from '../../made-dicom.js'
import type { Random } from '../random.js'
import type { Ledger, SentInstance } from './ledger.js'

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
  setMaxListeners(0, control.signal)
  let gone = false

  const client = async (large: boolean): Promise<void> => {
    while (!gone && !control.signal.aborted) {
      const files = large
        ? [largeFile(uidsFor(), ledger, premature)]
        : Array.from({ length: 1 + random.below(4) }, () =>
            smallFile(smallBytes(), uidsFor(), ledger, premature),
          )
      flying.all++
      if (large) flying.large++
      try {
        const answer = await store(root, files, control.signal)
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

  const uidsFor = (): Uids => {
    const place = studies[random.below(STUDIES)]
    return {
      StudyInstanceUID: place?.study ?? '',
      SeriesInstanceUID: place?.series[random.below(2)] ?? '',
      SOPInstanceUID: newUid(),
    }
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

type Uids = Omit<SentInstance, 'sha256'>

function smallFile(pixelBytes: number, uids: Uids, ledger: Ledger, premature: boolean): Uint8Array {
  const { bytes } = madeOf(uids, randomBytes(pixelBytes))
  ledger.send({ ...uids, sha256: createHash('sha256').update(bytes).digest('hex') })
  if (premature) ledger.acknowledge(uids.SOPInstanceUID)
  return bytes
}

/** Made as it is sent, so that 50 MB neither stop the other clients nor fill the memory. */
async function* largeFile(uids: Uids, ledger: Ledger, premature: boolean): AsyncGenerator<Uint8Array> {
  const head = Buffer.from(madeOf(uids, new Uint8Array(0)).bytes)
  head.writeUInt32LE(LARGE_BYTES, head.length - 4)
  const digest = createHash('sha256').update(head)
  const filler = randomBytes(CHUNK_BYTES)
  if (premature) ledger.acknowledge(uids.SOPInstanceUID)
  yield head
  for (let at = 0; at < LARGE_BYTES; at += CHUNK_BYTES) {
    const chunk = Buffer.from(filler.subarray(0, LARGE_BYTES - at))
    chunk.writeUInt32LE(at, 0)
    digest.update(chunk)
    // Known before the server can have it whole.
    if (at + CHUNK_BYTES >= LARGE_BYTES) ledger.send({ ...uids, sha256: digest.digest('hex') })
    yield chunk
    if (at % (16 * CHUNK_BYTES) === 0) await new Promise(resolve => setImmediate(resolve))
  }
}

function madeOf(uids: Uids, pixels: Uint8Array): MadeInstance {
  const { StudyInstanceUID: study, SeriesInstanceUID: series, SOPInstanceUID: instance } = uids
  return ctImage({ study, series, instance, rows: 1, columns: 1, pixels })
}

function isConnectionLoss(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(
    String(code),
  )
}
