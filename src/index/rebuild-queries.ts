import { sql, type Kysely } from 'kysely'
import { prepare } from './prepared.js'
import type { RebuildProgress } from './rebuilding.js'
import type { Schema } from './schema.js'

/** What the writer does for a rebuild. */
export function rebuildQueries(db: Kysely<Schema>) {
  return {
    rebuildProgress: prepare((_: object) =>
      db.selectFrom('rebuild').select(['phase', 'after']).where('id', '=', 1),
    ),
    lastChange: prepare((_: object) => db.selectFrom('change_head').select('number').where('id', '=', 1)),
    anyInstance: prepare((_: object) => db.selectFrom('instance').select('id').limit(1)),
    insertRebuild: prepare((v: { phase: RebuildProgress['phase']; after: string }) =>
      db.insertInto('rebuild').values({ id: 1, phase: v.phase, after: v.after }),
    ),
    saveRebuild: prepare((v: { phase: RebuildProgress['phase']; after: string }) =>
      db.updateTable('rebuild').set({ phase: v.phase, after: v.after }).where('id', '=', 1),
    ),
    deletionOf: prepare((v: { tombstone: string }) =>
      db.selectFrom('deletion').select('id').where('tombstone_key', '=', v.tombstone),
    ),
    noteBlob: prepare((v: { name: string; blob: string; deletion: number | null }) =>
      db
        .insertInto('rebuild_blob')
        .values({ name: v.name, blob_key: v.blob, deletion_id: v.deletion })
        .onConflict(conflict => conflict.column('name').doNothing()),
    ),
    dropNotedBlobs: prepare((_: object) => db.deleteFrom('rebuild_blob')),
    dropRebuild: prepare((_: object) => db.deleteFrom('rebuild')),
  }
}

/** What is read for it. */
export function rebuildReadQueries(db: Kysely<Schema>) {
  return {
    progress: prepare((_: object) => db.selectFrom('rebuild').select(['phase', 'after']).where('id', '=', 1)),
    count: prepare((v: { after: string }) =>
      db
        .selectFrom('rebuild_blob')
        .select(db.fn.countAll<number | string>().as('blobs'))
        .where('name', '>', v.after),
    ),
    blobs: prepare((v: { after: string; limit: number }) =>
      db
        .selectFrom('rebuild_blob')
        .leftJoin('deletion', 'deletion.id', 'rebuild_blob.deletion_id')
        .select([
          'rebuild_blob.name',
          'rebuild_blob.blob_key',
          'rebuild_blob.deletion_id',
          'deletion.deleted_at',
        ])
        .where('rebuild_blob.name', '>', v.after)
        .orderBy('rebuild_blob.name')
        .limit(sql<number>`${v.limit}`),
    ),
  }
}
