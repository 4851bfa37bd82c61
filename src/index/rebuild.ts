/** What stands in the index while it is made anew from the blobs (rebuilding.ts). */
import { sql, type CompiledQuery, type Kysely, type Transaction } from 'kysely'
import type { IndexDatabase } from './dialects/dialect.js'
import { prepare } from './prepared.js'
import type { BlobToRead, FoundTombstone, Rebuilding, RebuildProgress } from './rebuilding.js'
import { firstRow, onlyRow, rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import type { WriterQueries } from './writer-queries.js'

type RebuildReads = Pick<Rebuilding, 'progress' | 'count' | 'blobs'>

export function rebuildReads(database: IndexDatabase): RebuildReads {
  const queries = readQueries(database.db)
  return {
    async progress() {
      return (await run(queries.progress({})))[0]
    },
    async count(after) {
      return Number((await run(queries.count({ after })))[0]?.blobs ?? 0)
    },
    async blobs(after, limit) {
      return (await run(queries.blobs({ after, limit }))).map(row => ({
        name: row.name,
        blobKey: row.blob_key,
        ...(row.deletion_id === null || row.deleted_at === null
          ? {}
          : { deletionId: row.deletion_id, deletedAt: row.deleted_at }),
      }))
    },
  }

  async function run<Row>(query: CompiledQuery<Row>): Promise<Row[]> {
    try {
      return (await database.db.executeQuery(query)).rows
    } catch (error) {
      throw database.problemOf(error)
    }
  }
}

export async function beginRebuild(
  transaction: Transaction<Schema>,
  queries: WriterQueries,
): Promise<RebuildProgress | undefined> {
  const begun = await firstRow(transaction, queries.rebuildProgress({}))
  if (begun !== undefined) return begun
  const head = await onlyRow(transaction, queries.lastChange({}))
  const any = await firstRow(transaction, queries.anyInstance({}))
  if (head.number > 0 || any !== undefined) return undefined
  const first = { phase: 'tombstones', after: '' } as const
  await rowsOf(transaction, queries.insertRebuild(first))
  return first
}

/** @returns the id of its row */
export async function rebuiltDeletion(
  { action, deletedAt, tombstoneKey }: FoundTombstone,
  transaction: Transaction<Schema>,
  queries: WriterQueries,
): Promise<number> {
  const known = await firstRow(transaction, queries.deletionOf({ tombstone: tombstoneKey }))
  const insert = queries.insertDeletion({ action, now: deletedAt, tombstone: tombstoneKey, stale: 0 })
  return (known ?? (await onlyRow(transaction, insert))).id
}

export async function noteRebuild(
  { blobs, at }: { readonly blobs: readonly BlobToRead[]; readonly at: RebuildProgress },
  transaction: Transaction<Schema>,
  queries: WriterQueries,
): Promise<void> {
  for (const { name, blobKey: blob, deletionId: deletion = null } of blobs)
    await rowsOf(transaction, queries.noteBlob({ name, blob, deletion }))
  await rowsOf(transaction, queries.saveRebuild({ phase: at.phase, after: at.after }))
}

export async function endRebuild(transaction: Transaction<Schema>, queries: WriterQueries): Promise<void> {
  await rowsOf(transaction, queries.dropNotedBlobs({}))
  await rowsOf(transaction, queries.dropRebuild({}))
}

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

function readQueries(db: Kysely<Schema>) {
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
