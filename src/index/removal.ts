/** Deleting and restoring: one transaction each, by a handful of statements however many instances there are. */
import { sql, type CompiledQuery, type Transaction } from 'kysely'
import type { InstanceUids } from '../dicom/instance-uids.js'
import type { Removal, Restoration, Restored } from './deletions.js'
import { onlyRow, rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import { TouchedStudies, type Writing } from './touched-studies.js'

/** Deletes what is live in scope.
 * @returns how many; 0 where nothing is there */
export async function remove(removal: Removal, writing: Writing): Promise<number> {
  const { transaction, queries, now } = writing
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = removal.scope
  const touched = new TouchedStudies(writing)
  const study = await touched.open(StudyInstanceUID)
  if (study === undefined || study.instances === 0) return 0
  const { version } = await onlyRow(transaction, queries.studyVersion({ id: study.id }))
  const series = await rowsOf(transaction, queries.liveSeries({ study: study.id }))
  const { id: deletion } = await onlyRow(
    transaction,
    queries.insertDeletion({
      action: 'delete',
      now,
      tombstone: removal.tombstoneKey,
      stale: Number(version !== removal.version),
    }),
  )
  let removed = 0
  for (const one of series) {
    if (SeriesInstanceUID !== undefined && one.series_instance_uid !== SeriesInstanceUID) continue
    const count =
      SOPInstanceUID === undefined
        ? await affected(transaction, queries.retireSeries({ series: one.id, deletion, now }))
        : await retireOne(one.id, SOPInstanceUID, deletion)
    if (count === 0) continue
    const level = await touched.series(study, one.series_instance_uid)
    level.instances -= count
    study.instances -= count
    study.recompute = level.recompute = true
    removed += count
  }
  if (removed === 0) {
    await rowsOf(transaction, queries.deleteDeletion({ id: deletion }))
    return 0
  }
  const number = await touched.finish(removed, -removed)
  await rowsOf(transaction, queries.insertDeleted({ deletion, number, now }))
  return removed

  async function retireOne(seriesId: number, sop: string, deletion: number): Promise<number> {
    const [live] = await rowsOf(transaction, queries.liveInstances([sop], {}))
    if (live?.series_id !== seriesId) return 0
    return affected(transaction, queries.retireInstance({ id: live.id, deletion, now }))
  }
}

/** Makes what is deleted in scope live again. */
export async function restore(restoration: Restoration, writing: Writing): Promise<Restored> {
  const { transaction, queries, now } = writing
  const touched = new TouchedStudies(writing)
  const study = await touched.open(restoration.scope.StudyInstanceUID)
  if (study === undefined) return { instances: 0, taken: [], tombstoneKeys: [] }
  const candidates = restorable(transaction, study.id, restoration)
  const from = await candidates.select('candidate.deletion_id').distinct().execute()
  if (from.length > 0)
    await rowsOf(
      transaction,
      queries.lockDeletions(
        from.map(row => row.deletion_id),
        {},
      ),
    )
  const isTaken = sql<boolean>`exists (
    select 1 from instance as live where live.sop_instance_uid = candidate.sop_instance_uid and live.deleted_at is null)`
  const taken = await candidates
    .select(['candidate.series_instance_uid', 'candidate.sop_instance_uid'])
    .where(isTaken)
    .execute()
  const free = candidates.where(sql<boolean>`not ${isTaken}`)
  const deletions = await free.select('candidate.deletion_id').distinct().execute()
  // Held together for the rest of the transaction by a deletion of their own.
  const { id: held } = await onlyRow(
    transaction,
    queries.insertDeletion({ action: 'restore', now, tombstone: null, stale: 0 }),
  )
  await transaction
    .updateTable('instance')
    .set({ deletion_id: held })
    .where('id', 'in', free.select('candidate.id'))
    .execute()
  let restored = 0
  for (const one of await rowsOf(transaction, queries.heldSeries({ deletion: held }))) {
    const count = Number(one.instances)
    const series = await touched.series(study, one.series_instance_uid)
    series.instances += count
    study.instances += count
    study.recompute = series.recompute = true
    restored += count
  }
  await rowsOf(transaction, queries.revive({ deletion: held }))
  if (restored > 0) {
    const number = await touched.finish(restored, restored)
    await rowsOf(transaction, queries.insertRestored({ deletion: held, number, now }))
  }
  await rowsOf(transaction, queries.letGo({ deletion: held }))
  await rowsOf(transaction, queries.deleteDeletion({ id: held }))
  const tombstoneKeys: string[] = []
  for (const { deletion_id: id } of deletions) {
    const { tombstone_key: key } = await onlyRow(transaction, queries.makeStale({ id }))
    const [left] = await rowsOf(transaction, queries.anyOf({ deletion: id }))
    if (left !== undefined) continue
    await rowsOf(transaction, queries.deleteDeletion({ id }))
    if (key !== null) tombstoneKeys.push(key)
  }
  return { instances: restored, taken: taken.map(uidsIn(study.uid)), tombstoneKeys }
}

/** Of each SOP Instance UID the instance that was deleted last. */
function restorable(
  db: Transaction<Schema>,
  studyId: number,
  { scope, deletedAfter, replaced }: Restoration,
) {
  const { SeriesInstanceUID, SOPInstanceUID } = scope
  const series = db.selectFrom('series').select('id').where('study_id', '=', studyId)
  // Both indexes on a study's series hold a part of them.
  const all = series.where('deleted_at', 'is', null).unionAll(series.where('deleted_at', 'is not', null))
  let deleted = db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series_id')
    .innerJoin('deletion', 'deletion.id', 'instance.deletion_id')
    .select([
      'instance.id',
      'instance.sop_instance_uid',
      'series.series_instance_uid',
      'deletion.id as deletion_id',
      sql<number>`row_number() over (
        partition by instance.sop_instance_uid order by instance.deleted_at desc, instance.id desc)`.as(
        'age',
      ),
    ])
    .where('instance.series_id', 'in', all)
    .where('instance.deleted_at', 'is not', null)
    .where('deletion.purging', '=', 0)
    .where('deletion.action', '=', replaced ? 'replace' : 'delete')
    .where('deletion.deleted_at', '>', deletedAfter)
  if (SeriesInstanceUID !== undefined)
    deleted = deleted.where('series.series_instance_uid', '=', SeriesInstanceUID)
  if (SOPInstanceUID !== undefined) deleted = deleted.where('instance.sop_instance_uid', '=', SOPInstanceUID)
  return db.selectFrom(deleted.as('candidate')).where('candidate.age', '=', 1)
}

function uidsIn(StudyInstanceUID: string) {
  return (row: { series_instance_uid: string; sop_instance_uid: string }): InstanceUids => ({
    StudyInstanceUID,
    SeriesInstanceUID: row.series_instance_uid,
    SOPInstanceUID: row.sop_instance_uid,
  })
}

async function affected(transaction: Transaction<Schema>, query: CompiledQuery): Promise<number> {
  return Number((await transaction.executeQuery(query)).numAffectedRows ?? 0n)
}
