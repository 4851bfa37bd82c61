/** The frames of a file as the server would have them: stored, found in the index, cut by its frame table, described by its header;
 *  all by the real parts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'
import { readConfig } from '../../src/config.js'
import type { FrameDescription } from '../../src/imaging/frame-description.js'
import { openParts } from '../../src/open-parts.js'
import { bulkdataService } from '../../src/services/bulkdata.js'
import { deleteService } from '../../src/services/delete.js'
import { frameDescriptions } from '../../src/services/frame-descriptions.js'
import { frameService } from '../../src/services/frames.js'
import { instanceBytes } from '../../src/services/instance-bytes.js'
import { wholeFrame } from '../../src/services/whole-frame.js'
import { storeService } from '../../src/services/store.js'
import { tombstones } from '../../src/services/tombstones.js'

export interface StoredFrame {
  readonly bytes: Uint8Array
  readonly description: FrameDescription
}

export interface StoredFile {
  readonly TransferSyntaxUID: string
  readonly count: number
  /** @param frame 0-based */
  readonly frame: (frame: number) => Promise<StoredFrame>
}

const CALLER = { name: undefined }
const NO_LIMITS = { instanceBytes: 1 << 30, inflatedBytes: 1 << 30 }

export interface FrameStore {
  /** Stores a file, hands over what is then there, and deletes it.
   * @returns undefined where it cannot be stored */
  with<T>(file: Uint8Array, look: (stored: StoredFile) => Promise<T>): Promise<T | undefined>
}

/** A server's parts in a folder of their own; they go with the test. */
export async function frameStore(t: Test): Promise<FrameStore> {
  const data = mkdtempSync(path.join(tmpdir(), 'filmroom-frames-'))
  const parts = await openParts(readConfig({ FILMROOM_DATA: data }))
  t.teardown(async () => {
    await parts.close()
    rmSync(data, { recursive: true })
  })
  const { index, blobs, cache } = parts
  const tombs = tombstones(index, blobs)
  const store = storeService(index, blobs, tombs, 'reject', NO_LIMITS, undefined)
  const bytes = instanceBytes(blobs, cache)
  const frames = frameService(index, bytes)
  const descriptions = frameDescriptions(index, bulkdataService(index, bytes, frames))
  return {
    async with(file, look) {
      const { outcomes } = await store.store({ caller: CALLER, instances: incoming(file) })
      const [outcome] = outcomes
      if (outcome?.kind !== 'stored') return undefined
      const instance = await index.findBySopInstance(outcome.SOPInstanceUID)
      if (instance === undefined) throw new Error('what was stored is not found')
      const { count, frame } = frames.ofInstance(instance)
      try {
        return await look({
          TransferSyntaxUID: instance.TransferSyntaxUID,
          count,
          frame: async number => ({
            bytes: await wholeFrame(await frame(number)),
            description: await descriptions.of(instance, number),
          }),
        })
      } finally {
        await deleteService(index, tombs).delete(CALLER, outcome)
      }
    },
  }
}

async function* incoming(file: Uint8Array): AsyncGenerator<{ bytes: AsyncIterable<Uint8Array> }> {
  yield await Promise.resolve({ bytes: chunks(file) })
}

async function* chunks(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(file)
}
