/** Group commit: what many requests have ready becomes one transaction. One writer at a time on SQLite (writer-thread.ts),
 *  one a process on PostgreSQL. */
import type { CompiledQuery, Transaction } from 'kysely'
import type { CommitOutcome } from './archive-index.js'
import { CommitBatch, type CommitRequest } from './commit-batch.js'
import type { Deletions } from './deletions.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { USUAL_ATTRIBUTES, type IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { Problem } from '../dicom/problem.js'
import { purge } from './purge.js'
import { beginRebuild, endRebuild, noteRebuild, rebuiltDeletion } from './rebuild.js'
import type { Rebuilding } from './rebuilding.js'
import { reindexWork } from './reindex.js'
import type { Reindexing } from './reindexing.js'
import { remove, restore } from './removal.js'
import type { Schema } from './schema.js'
import type { Writing } from './touched-studies.js'
import { transact } from './transact.js'
import { seeOrphans } from './verification-reads.js'
import type { Verification } from './verification.js'
import { writerQueries } from './writer-queries.js'

/** Transactions of their own, each by one call with plain data. */
export type WriterWork = Pick<
  Deletions,
  'remove' | 'restore' | 'renewTombstone' | 'expire' | 'purge' | 'forget'
> &
  Pick<Verification, 'mark' | 'seeOrphans' | 'forgetOrphans' | 'distrustTombstone' | 'saveProgress'> & {
    readonly beginReindex: Reindexing['begin']
    readonly reindexStep: Reindexing['step']
    readonly endReindex: Reindexing['end']
    readonly beginRebuild: Rebuilding['begin']
    readonly rebuiltDeletion: Rebuilding['deletion']
    readonly noteRebuild: Rebuilding['note']
    readonly endRebuild: Rebuilding['end']
  }

export interface IndexWriter {
  /** Durable when it resolves. @returns by request, in order: what became of it, or why it failed; never throws */
  commit(requests: readonly CommitRequest[]): Promise<readonly (CommitOutcome | Problem)[]>
  /** @throws Problem `unavailable` where nothing could be written now */
  ready(): Promise<void>
  /** Each throws Problem `unavailable` or `storage-full`, and then has changed nothing. */
  readonly work: WriterWork
}

export function indexWriter(
  database: IndexDatabase,
  attributes: IndexedAttributes = USUAL_ATTRIBUTES,
): IndexWriter {
  const queries = writerQueries(database)
  const reindex = reindexWork(database, queries, attributes)
  const writing = (transaction: Transaction<Schema>): Writing => ({
    database,
    transaction,
    queries,
    attributes,
    now: Date.now(),
  })
  const work: WriterWork = {
    remove: removal => inTransaction(transaction => remove(removal, writing(transaction))),
    restore: restoration => inTransaction(transaction => restore(restoration, writing(transaction))),
    renewTombstone: ({ deletionId: id, stale, tombstoneKey: tombstone }) =>
      inTransaction(async transaction => {
        const query = queries.renewTombstone({ id, stale, tombstone })
        return (await transaction.executeQuery(query)).rows.length > 0
      }),
    expire: until => inTransaction(transaction => execute(transaction, queries.expire({ until }))),
    purge: ids =>
      database.withoutReferenceChecks(() =>
        inTransaction(transaction => purge(ids, { transaction, queries })),
      ),
    beginReindex: reindex.begin,
    reindexStep: reindex.step,
    endReindex: reindex.end,
    forget: id => inTransaction(transaction => execute(transaction, queries.forget({ id }))),
    beginRebuild: () => inTransaction(transaction => beginRebuild(transaction, queries)),
    rebuiltDeletion: found => inTransaction(transaction => rebuiltDeletion(found, transaction, queries)),
    noteRebuild: noted => inTransaction(transaction => noteRebuild(noted, transaction, queries)),
    endRebuild: () => inTransaction(transaction => endRebuild(transaction, queries)),
    mark: ({ instanceId: id, blobKey: blob, damage = null }) =>
      inTransaction(transaction =>
        execute(transaction, queries.mark({ id, blob, damage, now: damage === null ? null : Date.now() })),
      ),
    seeOrphans: seen => inTransaction(transaction => seeOrphans(seen, transaction, queries)),
    forgetOrphans: ({ blobKeys, lastSeenBefore: before }) =>
      inTransaction(async transaction => {
        for (const blob of blobKeys) await execute(transaction, queries.forgetOrphan({ blob }))
        if (before !== undefined) await execute(transaction, queries.forgetOrphansBefore({ before }))
      }),
    distrustTombstone: id => inTransaction(transaction => execute(transaction, queries.makeStale({ id }))),
    saveProgress: ({ startedAt: started, finishedAt: finished = null, after, counts }) =>
      inTransaction(async transaction => {
        await execute(transaction, queries.dropProgress({}))
        await execute(transaction, queries.saveProgress({ started, finished, after, counts }))
      }),
  }
  return { commit, ready, work }

  async function commit(requests: readonly CommitRequest[]): Promise<readonly (CommitOutcome | Problem)[]> {
    try {
      return await commitTogether(requests)
    } catch (error) {
      if (requests.length === 1 || database.isSystemic(error))
        return requests.map(() => database.problemOf(error))
      // One row is bad. The transaction is undone; each half by itself finds it in a few steps, and the others stand.
      const half = requests.length >> 1
      return [...(await commit(requests.slice(0, half))), ...(await commit(requests.slice(half)))]
    }
  }

  function commitTogether(requests: readonly CommitRequest[]): Promise<CommitOutcome[]> {
    return transact(database, async transaction => {
      const batch = new CommitBatch(writing(transaction))
      await batch.open(requests.map(({ rows }) => rows.record.uids))
      const outcomes: CommitOutcome[] = []
      for (const request of requests) outcomes.push(await batch.place(request))
      await batch.finish()
      return outcomes
    })
  }

  async function ready(): Promise<void> {
    await inTransaction(transaction => transaction.selectFrom('change_head').select('number').execute())
  }

  async function inTransaction<T>(run: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    try {
      return await transact(database, run)
    } catch (error) {
      throw database.problemOf(error)
    }
  }
}

async function execute(transaction: Transaction<Schema>, query: CompiledQuery): Promise<void> {
  await transaction.executeQuery(query)
}
