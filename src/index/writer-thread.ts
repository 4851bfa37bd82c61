/** The thread that owns the writing connection to SQLite: a commit is an fsync, and must not happen on the event loop. */
import { workerData } from 'node:worker_threads'
import type { CommitOutcome, DuplicatePolicy, ReplaceTombstone } from './archive-index.js'
import { indexedAttributes, type SearchAttribute } from '../dicom/indexed-attributes.js'
import { Problem, type ProblemKind } from '../dicom/problem.js'
import { openSqlite } from './dialects/sqlite.js'
import type { InstanceRows } from './instance-rows.js'
import { answerCalls } from './thread.js'
import type { CommitRequest } from './commit-batch.js'
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

/** Instances and compressed header bytes of one transaction, at most (one call is never cut). */
const BATCH_INSTANCES = 1_000
const BATCH_BYTES = 32 << 20

interface QueuedCommit {
  readonly requests: readonly CommitRequest[]
  readonly bytes: number
  readonly done: (outcomes: readonly (CommitOutcome | Problem)[]) => void
}
/** What has a transaction of its own. */
interface QueuedWork {
  readonly run: () => Promise<void>
}

const { path, named } = workerData as { readonly path: string; readonly named: readonly SearchAttribute[] }
const database = openSqlite(path, 'write')
const writer = indexWriter(database, indexedAttributes(named))
const queue: (QueuedCommit | QueuedWork)[] = []
let flushing: Promise<void> | undefined

answerCalls(async (argument): Promise<unknown> => {
  const call = argument as WriterCall
  switch (call.kind) {
    case 'commit':
      return enqueue(call.instances, call.policy, call.tombstone)
    case 'work':
      return enqueueWork(call.name, call.argument)
    case 'ready':
      return enqueueRun(() => writer.ready())
    case 'close':
      return close()
  }
})

function enqueueWork(name: keyof WriterWork, argument: unknown): Promise<unknown> {
  const work = writer.work[name] as (argument: unknown) => Promise<unknown>
  return enqueueRun(() => work(argument))
}

function enqueueRun<T>(work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    queue.push({ run: () => work().then(resolve, reject) })
    flushing ??= flush()
  })
}

async function enqueue(
  instances: readonly InstanceRows[],
  policy: DuplicatePolicy,
  tombstone: ReplaceTombstone | undefined,
): Promise<readonly (CommitOutcome | CommitFailure)[]> {
  const outcomes = await new Promise<readonly (CommitOutcome | Problem)[]>(done => {
    const requests = instances.map(rows => ({ rows, policy, ...(tombstone && { tombstone }) }))
    queue.push({
      requests,
      bytes: instances.reduce((sum, one) => sum + one.header.length + one.bulk.length, 0),
      done,
    })
    flushing ??= flush()
  })
  return outcomes.map(outcome =>
    outcome instanceof Problem
      ? { kind: 'failed', problem: outcome.kind, message: outcome.message }
      : outcome,
  )
}

async function flush(): Promise<void> {
  while (queue.length > 0) {
    // Messages that have arrived while the last transaction ran come in first: they share the next one.
    await new Promise(resolve => setImmediate(resolve))
    const [first] = queue
    if (first !== undefined && 'run' in first) {
      queue.shift()
      await first.run()
      continue
    }
    const batch = take()
    const outcomes = await writer.commit(batch.flatMap(({ requests }) => requests))
    let at = 0
    for (const { requests, done } of batch) done(outcomes.slice(at, (at += requests.length)))
  }
  flushing = undefined
}

function take(): QueuedCommit[] {
  const batch: QueuedCommit[] = []
  let instances = 0
  let bytes = 0
  for (let next = queue[0]; next !== undefined && 'requests' in next; next = queue[0]) {
    instances += next.requests.length
    bytes += next.bytes
    if (batch.length > 0 && (instances > BATCH_INSTANCES || bytes > BATCH_BYTES)) break
    batch.push(next)
    queue.shift()
  }
  return batch
}

async function close(): Promise<void> {
  await flushing
  await database.close()
}
