/** Reads of a verification, and its transactions. */
import type { CompiledQuery, Transaction } from 'kysely'
import type { IndexDatabase } from './dialects/dialect.js'
import { readRows, rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import { verificationReadQueries } from './verification-queries.js'
import type { NamedBlob, Orphan, OrphanSighting, Verification } from './verification.js'
import type { WriterQueries } from './writer-queries.js'

type VerificationReads = Pick<
  Verification,
  'instances' | 'instance' | 'uids' | 'isNamed' | 'orphans' | 'deletions' | 'progress'
>

export function verificationReads(database: IndexDatabase): VerificationReads {
  const queries = verificationReadQueries(database.db)
  return {
    async instances(after, limit) {
      return (await run(queries.instances({ after, limit }))).map(namedBlob)
    },
    async instance(id) {
      const [row] = await run(queries.instance({ id }))
      return row && namedBlob(row)
    },
    async uids(instanceId) {
      const [row] = await run(queries.uids({ id: instanceId }))
      return (
        row && {
          StudyInstanceUID: row.study_instance_uid,
          SeriesInstanceUID: row.series_instance_uid,
          SOPInstanceUID: row.sop_instance_uid,
        }
      )
    },
    async isNamed(blobKey) {
      return (await run(queries.named({ blob: blobKey }))).length > 0
    },
    async orphans({ firstSeenUntil, lastSeenFrom, after, limit }) {
      const rows = await run(queries.orphans({ first: firstSeenUntil, last: lastSeenFrom, after, limit }))
      return rows.map(orphan)
    },
    async deletions(after, limit) {
      const rows = await run(queries.deletions({ after, limit }))
      return rows.map(row => ({
        id: row.id,
        tombstoneKey: row.tombstone_key ?? undefined,
        stale: row.stale > 0,
      }))
    },
    async progress() {
      const [row] = await run(queries.progress({}))
      return (
        row && {
          startedAt: row.started_at,
          finishedAt: row.finished_at ?? undefined,
          after: row.after,
          counts: row.counts,
        }
      )
    },
  }

  function run<Row>(query: CompiledQuery<Row>): Promise<Row[]> {
    return readRows(database, query)
  }
}

/** @returns those that no row names, and since when */
export async function seeOrphans(
  { blobKeys, now }: OrphanSighting,
  transaction: Transaction<Schema>,
  queries: WriterQueries,
): Promise<readonly Orphan[]> {
  const orphans: Orphan[] = []
  for (const blob of blobKeys) {
    const named = await rowsOf(transaction, queries.namedBlob({ blob }))
    if (named.length > 0) await rowsOf(transaction, queries.forgetOrphan({ blob }))
    else orphans.push(...(await rowsOf(transaction, queries.seeOrphan({ blob, now }))).map(orphan))
  }
  return orphans
}

function orphan(row: { readonly blob_key: string; readonly first_seen: number }): Orphan {
  return { blobKey: row.blob_key, firstSeen: row.first_seen }
}

function namedBlob(
  row: Pick<Schema['instance'], 'blob_key' | 'size_bytes' | 'sha256' | 'damage' | 'deleted_at'> & {
    readonly id: number
    readonly purging: number | null
  },
): NamedBlob {
  return {
    id: row.id,
    blobKey: row.blob_key,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    state: row.deleted_at === null ? 'live' : row.purging === 1 ? 'purging' : 'deleted',
    damage: row.damage ?? undefined,
  }
}
