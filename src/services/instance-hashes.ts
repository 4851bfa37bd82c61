import { createHash, type Hash } from 'node:crypto'
import { Problem } from '../dicom/problem.js'
import type { FileDigests } from './incoming-instance.js'

/** PS3.10 7.1 has some 200 bytes; what grows beyond this is no meta group. */
const META_GROUP_BYTES = 1 << 20

export interface InstanceHashes {
  /** @param datasetOffsetBytes undefined as long as it is not known; the bytes are then held back (a meta group is small) */
  update(chunk: Uint8Array, datasetOffsetBytes: number | undefined): void
  /** all bytes have come */
  digests(): InstanceDigests
}

export interface InstanceDigests extends FileDigests {
  readonly sha256: Uint8Array
  readonly datasetSha256: Uint8Array
}

/** SHA-256 of the file and, apart, of the bytes after the meta group, which tells a re-wrapped instance from another one.
 *  @param withSha512 of the file, where its sender gave one to compare with */
export function instanceHashes(withSha512: boolean): InstanceHashes {
  const file = createHash('sha256')
  const sha512 = withSha512 ? createHash('sha512') : undefined
  const dataset = createHash('sha256')
  let held: Buffer[] = []
  let heldBytes = 0
  let started = false
  return {
    update(chunk, datasetOffsetBytes) {
      file.update(chunk)
      sha512?.update(chunk)
      if (started) dataset.update(chunk)
      else if (datasetOffsetBytes === undefined) {
        held.push(Buffer.from(chunk))
        heldBytes += chunk.length
        if (heldBytes > META_GROUP_BYTES) throw new Problem('bad-dicom', 'the meta group does not end')
      } else {
        started = true
        startDataset(dataset, [...held, chunk], datasetOffsetBytes)
        held = []
      }
    },
    digests: () => ({
      sha256: new Uint8Array(file.digest()),
      datasetSha256: new Uint8Array(dataset.digest()),
      ...(sha512 === undefined ? {} : { sha512: new Uint8Array(sha512.digest()) }),
    }),
  }
}

function startDataset(dataset: Hash, chunks: readonly Uint8Array[], offsetBytes: number): void {
  let skip = offsetBytes
  for (const chunk of chunks) {
    if (skip < chunk.length) dataset.update(chunk.subarray(skip))
    skip = Math.max(0, skip - chunk.length)
  }
}
