import { sql, type Kysely } from 'kysely'
import { prepare } from './prepared.js'
import type { Schema } from './schema.js'

/** What the writer does for a verification. */
export function verificationQueries(db: Kysely<Schema>) {
  return {
    mark: prepare((v: { id: number; blob: string; damage: string | null; now: number | null }) =>
      db
        .updateTable('instance')
        .set({ damage: v.damage as Schema['instance']['damage'], damage_found_at: v.now })
        .where('id', '=', v.id)
        .where('blob_key', '=', v.blob),
    ),
    heal: prepare((v: { id: number; blob: string }) =>
      db
        .updateTable('instance')
        .set({ blob_key: v.blob, damage: null, damage_found_at: null })
        .where('id', '=', v.id),
    ),
    namedBlob: prepare((v: { blob: string }) =>
      db.selectFrom('instance').select('id').where('blob_key', '=', v.blob).limit(1),
    ),
    seeOrphan: prepare((v: { blob: string; now: number }) =>
      db
        .insertInto('orphan')
        .values({ blob_key: v.blob, first_seen: v.now, last_seen: v.now })
        .onConflict(conflict => conflict.column('blob_key').doUpdateSet({ last_seen: v.now }))
        .returning(['blob_key', 'first_seen']),
    ),
    forgetOrphan: prepare((v: { blob: string }) => db.deleteFrom('orphan').where('blob_key', '=', v.blob)),
    forgetOrphansBefore: prepare((v: { before: number }) =>
      db.deleteFrom('orphan').where('last_seen', '<', v.before),
    ),
    dropProgress: prepare((_: object) => db.deleteFrom('verification')),
    saveProgress: prepare((v: { started: number; finished: number | null; after: string; counts: string }) =>
      db.insertInto('verification').values({
        id: 1,
        started_at: v.started,
        finished_at: v.finished,
        after: v.after,
        counts: v.counts,
      }),
    ),
  }
}

/** What is read for a verification: indexed and in pages. */
export function verificationReadQueries(db: Kysely<Schema>) {
  const named = db
    .selectFrom('instance')
    .leftJoin('deletion', 'deletion.id', 'instance.deletion_id')
    .select([
      'instance.id',
      'instance.blob_key',
      'instance.size_bytes',
      'instance.sha256',
      'instance.damage',
      'instance.deleted_at',
      'deletion.purging',
    ])
  return {
    instances: prepare((v: { after: string; limit: number }) =>
      named
        .where('instance.blob_key', '>', v.after)
        .orderBy('instance.blob_key')
        .limit(sql<number>`${v.limit}`),
    ),
    instance: prepare((v: { id: number }) => named.where('instance.id', '=', v.id)),
    uids: prepare((v: { id: number }) =>
      db
        .selectFrom('instance')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('study', 'study.id', 'series.study_id')
        .select(['study.study_instance_uid', 'series.series_instance_uid', 'instance.sop_instance_uid'])
        .where('instance.id', '=', v.id),
    ),
    named: prepare((v: { blob: string }) =>
      db.selectFrom('instance').select('id').where('blob_key', '=', v.blob).limit(1),
    ),
    orphans: prepare((v: { first: number; last: number; after: string; limit: number }) =>
      db
        .selectFrom('orphan')
        .select(['blob_key', 'first_seen'])
        .where('first_seen', '<=', v.first)
        .where('last_seen', '>=', v.last)
        .where('blob_key', '>', v.after)
        .orderBy('blob_key')
        .limit(sql<number>`${v.limit}`),
    ),
    deletions: prepare((v: { after: number; limit: number }) =>
      db
        .selectFrom('deletion')
        .select(['id', 'tombstone_key', 'stale'])
        .where('purging', '=', 0)
        .where('id', '>', v.after)
        .orderBy('id')
        .limit(sql<number>`${v.limit}`),
    ),
    progress: prepare((_: object) =>
      db
        .selectFrom('verification')
        .select(['started_at', 'finished_at', 'after', 'counts'])
        .where('id', '=', 1),
    ),
  }
}
