/** The thread that owns the writing connections. A commit to SQLite is an fsync, one to PostgreSQL some statements an instance:
 *  neither is for the event loop. */
import { workerData } from 'node:worker_threads'
import type { CommitOutcome, DuplicatePolicy, ReplaceTombstone } from './archive-index.js'
import { indexedAttributes, type SearchAttribute } from '../dicom/indexed-attributes.js'
import { Problem, type ProblemKind } from '../dicom/problem.js'
import { commitQueue } from './commit-queue.js'
import type { InstanceRows } from './instance-rows.js'
import { openDatabase, type IndexPlace } from './place.js'
import { answerCalls } from './thread.js'
import { indexWriter, type WriterWork } from './writer.js'

export type WriterCall =
  | {
      readonly kind: 'commit'
      readonly instances: readonly InstanceRows[]
      readonly policy: DuplicatePolicy
      readonly tombstone: ReplaceTombstone | undefined
    }
  | { readonly kind: 'work'; readonly name: keyof WriterWork; readonly argument: unknown }
  | { readonly kind: 'ready' }
  | { readonly kind: 'close' }

/** A failure as plain data. */
export interface CommitFailure {
  readonly kind: 'failed'
  readonly problem: ProblemKind
  readonly message: string
}

const { place, named } = workerData as {
  readonly place: IndexPlace
  readonly named: readonly SearchAttribute[]
}
const database = await openDatabase(place, 'write')
const writer = indexWriter(database, indexedAttributes(named))
const queue = commitQueue(writer, database.lanes)

answerCalls(async (argument): Promise<unknown> => {
  const call = argument as WriterCall
  switch (call.kind) {
    case 'commit':
      return commit(call.instances, call.policy, call.tombstone)
    case 'work': {
      const work = writer.work[call.name] as (argument: unknown) => Promise<unknown>
      return queue.run(() => work(call.argument))
    }
    case 'ready':
      return queue.run(() => writer.ready())
    case 'close':
      await queue.idle()
      return database.close()
  }
})

async function commit(
  instances: readonly InstanceRows[],
  policy: DuplicatePolicy,
  tombstone: ReplaceTombstone | undefined,
): Promise<readonly (CommitOutcome | CommitFailure)[]> {
  const requests = instances.map(rows => ({ rows, policy, ...(tombstone && { tombstone }) }))
  const outcomes = await queue.commit(requests)
  return outcomes.map(outcome =>
    outcome instanceof Problem
      ? { kind: 'failed', problem: outcome.kind, message: outcome.message }
      : outcome,
  )
}
