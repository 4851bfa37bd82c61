/** What stands in the index while it is made anew from the blobs (rebuilding.ts). */
import type { CompiledQuery, Transaction } from 'kysely'
import type { IndexDatabase } from './dialects/dialect.js'
import type { BlobToRead, FoundTombstone, Rebuilding, RebuildProgress } from './rebuilding.js'
import { rebuildReadQueries } from './rebuild-queries.js'
import { firstRow, onlyRow, readRows, rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import type { WriterQueries } from './writer-queries.js'

type RebuildReads = Pick<Rebuilding, 'progress' | 'count' | 'blobs'>

export function rebuildReads(database: IndexDatabase): RebuildReads {
  const queries = rebuildReadQueries(database.db)
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

  function run<Row>(query: CompiledQuery<Row>): Promise<Row[]> {
    return readRows(database, query)
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
