import { sql, type Kysely } from 'kysely'
import { prepare, prepareList } from './prepared.js'
import type { Schema } from './schema.js'

/** What the writer does about deletions. */
export function deletionQueries(db: Kysely<Schema>, locksRows: boolean) {
  return {
    /** Those that can still be restored from; they do not expire before the transaction ends. */
    lockDeletions: prepareList((ids: readonly number[]) =>
      db
        .selectFrom('deletion')
        .select('id')
        .where('id', 'in', ids)
        .where('purging', '=', 0)
        .orderBy('id')
        .$if(locksRows, rows => rows.forUpdate()),
    ),
    insertDeletion: prepare(
      (v: { action: Schema['deletion']['action']; now: number; tombstone: string | null; stale: number }) =>
        db
          .insertInto('deletion')
          .values({
            action: v.action,
            deleted_at: v.now,
            tombstone_key: v.tombstone,
            stale: v.stale,
            purging: 0,
          })
          .returning('id'),
    ),
    deleteDeletion: prepare((v: { id: number }) => db.deleteFrom('deletion').where('id', '=', v.id)),
    retireInstance: prepare((v: { id: number; deletion: number; now: number }) =>
      db
        .updateTable('instance')
        .set({ deleted_at: v.now, deletion_id: v.deletion })
        .where('id', '=', v.id)
        .where('deleted_at', 'is', null),
    ),
    retireSeries: prepare((v: { series: number; deletion: number; now: number }) =>
      db
        .updateTable('instance')
        .set({ deleted_at: v.now, deletion_id: v.deletion })
        .where('series_id', '=', v.series)
        .where('deleted_at', 'is', null),
    ),
    liveSeries: prepare((v: { study: number }) =>
      db
        .selectFrom('series')
        .select(['id', 'series_instance_uid'])
        .where('study_id', '=', v.study)
        .where('deleted_at', 'is', null)
        .orderBy('series_number')
        .orderBy('series_instance_uid'),
    ),
    studyVersion: prepare((v: { id: number }) =>
      db.selectFrom('study').select('version').where('id', '=', v.id),
    ),

    /** by series, what a deletion holds */
    heldSeries: prepare((v: { deletion: number }) =>
      db
        .selectFrom('instance')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .select(['series.series_instance_uid', db.fn.countAll<number | string>().as('instances')])
        .where('instance.deletion_id', '=', v.deletion)
        .groupBy(['series.id', 'series.series_instance_uid']),
    ),
    revive: prepare((v: { deletion: number }) =>
      db.updateTable('instance').set({ deleted_at: null }).where('deletion_id', '=', v.deletion),
    ),
    letGo: prepare((v: { deletion: number }) =>
      db.updateTable('instance').set({ deletion_id: null }).where('deletion_id', '=', v.deletion),
    ),
    anyOf: prepare((v: { deletion: number }) =>
      db.selectFrom('instance').select('id').where('deletion_id', '=', v.deletion).limit(1),
    ),
    makeStale: prepare((v: { id: number }) =>
      db
        .updateTable('deletion')
        .set(eb => ({ stale: eb('stale', '+', 1) }))
        .where('id', '=', v.id)
        .returning('tombstone_key'),
    ),
    /** a change for each instance of a deletion, numbered on from `number`, in the order in which they were stored */
    insertDeleted: insertChanges(db, 'deleted'),
    insertRestored: insertChanges(db, 'restored'),

    renewTombstone: prepare((v: { id: number; stale: number; tombstone: string }) =>
      db
        .updateTable('deletion')
        .set({ tombstone_key: v.tombstone, stale: 0 })
        .where('id', '=', v.id)
        .where('stale', '=', v.stale)
        .returning('id'),
    ),
    expire: prepare((v: { until: number }) =>
      db
        .updateTable('deletion')
        .set({ purging: 1 })
        .where('purging', '=', 0)
        .where('deleted_at', '<=', v.until),
    ),
    forget: prepare((v: { id: number }) =>
      db
        .deleteFrom('deletion')
        .where('id', '=', v.id)
        .where('purging', '=', 1)
        .where(eb =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('instance')
                .select('instance.id')
                .whereRef('instance.deletion_id', '=', 'deletion.id'),
            ),
          ),
        ),
    ),
  }
}

function insertChanges(db: Kysely<Schema>, action: 'deleted' | 'restored') {
  return prepare((v: { deletion: number; number: number; now: number }) =>
    db
      .insertInto('change')
      .columns([
        'number',
        'action',
        'study_instance_uid',
        'series_instance_uid',
        'sop_instance_uid',
        'changed_at',
      ])
      .expression(
        db
          .selectFrom('instance')
          .innerJoin('series', 'series.id', 'instance.series_id')
          .innerJoin('study', 'study.id', 'series.study_id')
          .select([
            sql<number>`cast(${v.number} as bigint) + row_number() over (order by instance.id)`.as('number'),
            sql.lit(action).as('action'),
            'study.study_instance_uid',
            'series.series_instance_uid',
            'instance.sop_instance_uid',
            sql<number>`cast(${v.now} as bigint)`.as('changed_at'),
          ])
          .where('instance.deletion_id', '=', v.deletion),
      ),
  )
}
