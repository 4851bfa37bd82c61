import type { InstanceUids } from '../dicom/instance-uids.js'

/** What is not as it should be.
 *  `missing`: an instance whose blob is gone. `damaged`: one whose blob has another size or SHA-256. `unread`: one whose blob
 *  could not be read now. `orphan`: a blob that no row names. `foreign`: what stands among the blobs and is none of ours.
 *  `tombstone`: a list of deleted blobs that is missing, or not true. */
export type FindingKind = 'missing' | 'damaged' | 'unread' | 'orphan' | 'foreign' | 'tombstone'

export interface Finding {
  readonly kind: FindingKind
  /** in words, without values of a dataset */
  readonly detail: string
  /** undefined for a tombstone that was never written */
  readonly blobKey: string | undefined
  /** of an instance; it may be deleted */
  readonly uids?: InstanceUids
  /** of an instance: deleted, and can be restored */
  readonly deleted?: boolean
}

/** Plain data. */
export interface VerifyCounts {
  /** that rows name, of instances that are live */
  readonly instances: number
  /** of those that are deleted and can be restored */
  readonly deleted: number
  readonly tombstones: number
  /** instances whose SHA-256 was compared, and their bytes */
  readonly hashed: number
  readonly hashedBytes: number
  readonly found: Readonly<Record<FindingKind, number>>
  /** instances that are refused from now on */
  readonly marked: number
  /** instances that were marked and are whole again */
  readonly healed: number
  readonly orphansRemoved: number
  readonly tombstonesRenewed: number
}

export const NOTHING_YET: VerifyCounts = {
  instances: 0,
  deleted: 0,
  tombstones: 0,
  hashed: 0,
  hashedBytes: 0,
  found: { missing: 0, damaged: 0, unread: 0, orphan: 0, foreign: 0, tombstone: 0 },
  marked: 0,
  healed: 0,
  orphansRemoved: 0,
  tombstonesRenewed: 0,
}

/** Whether somebody has to look at it. Orphans are what a crash leaves, and go by themselves; so does a tombstone that was
 *  renewed. */
export function isWrong({ found, tombstonesRenewed }: VerifyCounts): boolean {
  const { missing, damaged, unread, foreign, tombstone } = found
  return missing + damaged + unread + foreign + Math.max(0, tombstone - tombstonesRenewed) > 0
}
