import type { InstanceUids, Scope } from '../dicom/instance-uids.js'
import type { ArchiveIndex } from '../index/archive-index.js'
import type { DeletedSeries } from '../index/deletions.js'
import type { Tombstones } from './tombstones.js'

export interface RestoreService {
  /** What is deleted and can still be restored, the latest first. */
  deleted(): Promise<readonly Restorable[]>
  /** Makes what is deleted in scope visible again, of each SOP Instance UID the one deleted last.
   * @param replaced instances that were replaced, in place of those that were deleted */
  restore(scope: Scope, replaced: boolean): Promise<RestoreResult>
}

export interface Restorable extends DeletedSeries {
  /** milliseconds since 1970 */
  readonly until: number
}

export interface RestoreResult {
  readonly instances: number
  /** not restored: their SOP Instance UID is stored anew */
  readonly taken: readonly InstanceUids[]
}

/** @param graceMs how long what is deleted can be restored */
export function restoreService(index: ArchiveIndex, tombstones: Tombstones, graceMs: number): RestoreService {
  return {
    async deleted() {
      const found = await index.deletions.deleted(Date.now() - graceMs)
      return found.map(one => ({ ...one, until: one.deletedAt + graceMs }))
    },
    async restore(scope, replaced) {
      const deletedAfter = Date.now() - graceMs
      const { instances, taken, tombstoneKeys } = await index.deletions.restore({
        scope,
        deletedAfter,
        replaced,
      })
      for (const key of tombstoneKeys) await tombstones.remove(key)
      await tombstones.renew()
      return { instances, taken }
    },
  }
}
