import type { BlobKey } from '../blobs/blob-store.js'
import type { Scope } from '../dicom/instance-uids.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import { nothingThere } from './absent.js'
import type { Caller } from './caller.js'
import type { Tombstones } from './tombstones.js'

export interface DeleteService {
  /** Deletes a study, series or instance. When it resolves nothing of it is found any more, and that is durable.
   * @throws Problem `not-found` where nothing is there; `unavailable`, `storage-full` (then nothing is deleted) */
  delete(caller: Caller, scope: Scope): Promise<void>
}

export function deleteService(index: ArchiveIndex, tombstones: Tombstones): DeleteService {
  return {
    async delete(_caller, scope) {
      const version = await index.deletions.studyVersion(scope.StudyInstanceUID)
      if (version === undefined || (await isEmpty(scope))) throw nothingThere()
      const tombstoneKey = await tombstones.write('delete', blobKeys(scope))
      const removed = await index.deletions.remove({ scope, version, tombstoneKey })
      if (removed === 0) {
        // Another request was faster.
        await tombstones.remove(tombstoneKey)
        throw nothingThere()
      }
      // It is deleted, whatever happens here; the next purge renews what is left.
      await tombstones.renew().catch(() => undefined)
    },
  }

  async function isEmpty(scope: Scope): Promise<boolean> {
    for await (const _ of index.instances(scope)) return false
    return true
  }

  async function* blobKeys(scope: Scope): AsyncIterable<BlobKey> {
    for await (const { blobKey } of index.instances(scope)) yield blobKey
  }
}
