/** Group commit: what many requests have ready becomes one transaction. One writer at a time on SQLite (writer-thread.ts),
 *  one a process on PostgreSQL. */
import type { CommitOutcome, DuplicatePolicy } from './archive-index.js'
import { CommitBatch } from './commit-batch.js'
import type { IndexDatabase } from './dialects/dialect.js'
import type { InstanceRows } from './instance-rows.js'
import type { Problem } from '../dicom/problem.js'
import { writerQueries } from './writer-queries.js'

export interface CommitRequest {
  readonly rows: InstanceRows
  readonly policy: DuplicatePolicy
}

export interface IndexWriter {
  /** Durable when it resolves. @returns by request, in order: what became of it, or why it failed; never throws */
  commit(requests: readonly CommitRequest[]): Promise<readonly (CommitOutcome | Problem)[]>
  /** @throws Problem `unavailable` where nothing could be written now */
  ready(): Promise<void>
}

export function indexWriter(database: IndexDatabase): IndexWriter {
  const queries = writerQueries(database.db)
  return { commit, ready }

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
    return database.db.transaction().execute(async transaction => {
      const batch = new CommitBatch(transaction, queries, Date.now())
      // Studies in the order of their UIDs: two writers never wait for each other in a circle.
      const studies = new Set(requests.map(({ rows }) => rows.record.uids.StudyInstanceUID))
      for (const uid of [...studies].sort()) await batch.openStudy(uid)
      const outcomes: CommitOutcome[] = []
      for (const { rows, policy } of requests) outcomes.push(await batch.place(rows, policy))
      await batch.finish()
      return outcomes
    })
  }

  async function ready(): Promise<void> {
    try {
      await database.db
        .transaction()
        .execute(transaction => transaction.selectFrom('change_head').select('number').execute())
    } catch (error) {
      throw database.problemOf(error)
    }
  }
}
