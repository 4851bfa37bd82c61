/** Deleting and purging as the services do it, on the index alone. */
import type { Scope } from '../../../src/dicom/instance-uids.js'
import type { NewInstance } from '../../../src/dicom/stored-instance.js'
import type { ArchiveIndex } from '../../../src/index/archive-index.js'
import type { Restoration } from '../../../src/index/deletions.js'
import { find } from './open-index.js'

let tombstones = 0
/** that of the last removal */
export const lastTombstone = (): string => `tombstones/${tombstones}`

/** Deletes as a service does, with a tombstone key that nothing stands behind. */
export async function remove(index: ArchiveIndex, scope: Scope): Promise<number> {
  const version = (await index.deletions.studyVersion(scope.StudyInstanceUID)) ?? 0
  return index.deletions.remove({ scope, version, tombstoneKey: `tombstones/${++tombstones}` })
}

export const restoring = (scope: Scope, over: Partial<Restoration> = {}): Restoration => ({
  scope,
  deletedAfter: 0,
  replaced: false,
  ...over,
})

/** All that is deleted, its rows included, goes for good. */
export async function purgeAll(index: ArchiveIndex): Promise<string[]> {
  await index.deletions.expire(Date.now())
  const keys: string[] = []
  for (;;) {
    const expired = await index.deletions.expired(7)
    if (expired.length === 0) break
    keys.push(...expired.map(one => one.blobKey))
    await index.deletions.purge(expired.map(one => one.id))
  }
  for (const { id } of await index.deletions.emptied()) await index.deletions.forget(id)
  return keys.sort()
}

export async function changesOf(index: ArchiveIndex, since = 0): Promise<string[]> {
  const { changes } = await index.changes(since, 10_000)
  return changes.map(({ number, action, uids }) => `${number} ${action} ${uids.SOPInstanceUID}`)
}

export function scopeOf({ uids }: NewInstance, level: 'study' | 'series' | 'instance'): Scope {
  const { StudyInstanceUID, SeriesInstanceUID } = uids
  return { study: { StudyInstanceUID }, series: { StudyInstanceUID, SeriesInstanceUID }, instance: uids }[
    level
  ]
}

/** What search shows, of every level. */
export async function everything(index: ArchiveIndex): Promise<unknown> {
  const found = []
  for (const level of ['study', 'series', 'instance'] as const)
    found.push((await find(index, level, { include: 'all' })).rows)
  return found
}
