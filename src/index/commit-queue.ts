/** What waits for the writer: commits that become one transaction, and work that has one of its own. */
import type { CommitOutcome } from './archive-index.js'
import type { CommitRequest } from './commit-batch.js'
import type { Problem } from '../dicom/problem.js'
import type { IndexWriter } from './writer.js'

export interface CommitQueue {
  /** @returns by request, in order: what became of it, or why it failed; never throws */
  commit(requests: readonly CommitRequest[]): Promise<readonly (CommitOutcome | Problem)[]>
  /** Runs work that has a transaction of its own, when its turn comes. */
  run<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when nothing is under way or waits. */
  idle(): Promise<void>
}

/** Instances and compressed header bytes of one transaction, at most (one call is never cut). */
const BATCH_INSTANCES = 1_000
const BATCH_BYTES = 32 << 20

interface QueuedCommit {
  readonly requests: readonly CommitRequest[]
  readonly studies: readonly string[]
  readonly bytes: number
  readonly done: (outcomes: readonly (CommitOutcome | Problem)[]) => void
}
/** What has a transaction of its own. */
interface QueuedWork {
  readonly run: () => Promise<void>
}

/** @param lanes transactions under way at once; with one, all happens in the order in which it came */
export function commitQueue(writer: Pick<IndexWriter, 'commit'>, lanes: number): CommitQueue {
  let queue: (QueuedCommit | QueuedWork)[] = []
  /** of commits under way: another transaction would only wait for their locks, and keep a connection */
  const busy = new Set<string>()
  let underWay = 0
  let isWaking = false
  const idle: (() => void)[] = []

  return {
    commit: requests =>
      new Promise(done => {
        enqueue({
          requests,
          studies: [...new Set(requests.map(({ rows }) => rows.record.uids.StudyInstanceUID))],
          bytes: requests.reduce((sum, { rows }) => sum + rows.header.length + rows.bulk.length, 0),
          done,
        })
      }),
    run: work =>
      new Promise((resolve, reject) => {
        enqueue({ run: () => work().then(resolve, reject) })
      }),
    idle: () =>
      new Promise(resolve => {
        idle.push(resolve)
        wake()
      }),
  }

  function enqueue(item: QueuedCommit | QueuedWork): void {
    queue.push(item)
    wake()
  }

  /** Messages that have arrived while the last transaction ran come in first: they share the next one. */
  function wake(): void {
    if (isWaking) return
    isWaking = true
    setImmediate(() => {
      isWaking = false
      flush()
    })
  }

  function flush(): void {
    while (underWay < lanes) {
      const next = take()
      if (next === undefined) break
      underWay++
      void next().then(() => {
        underWay--
        wake()
      })
    }
    if (underWay === 0 && queue.length === 0) for (const resolve of idle.splice(0)) resolve()
  }

  /** The first that can go; a commit with all those that can go with it. */
  function take(): (() => Promise<void>) | undefined {
    const batch: QueuedCommit[] = []
    const left: typeof queue = []
    /** of those that have to wait: none of the same study overtakes them */
    const waiting = new Set(busy)
    let work: QueuedWork | undefined
    let instances = 0
    let bytes = 0
    let isFull = false
    for (const item of queue) {
      if (isFull || work !== undefined) left.push(item)
      else if ('run' in item) {
        if (batch.length === 0) work = item
        else left.push(item)
        isFull = true
      } else if (item.studies.some(study => waiting.has(study))) {
        for (const study of item.studies) waiting.add(study)
        left.push(item)
      } else {
        isFull =
          batch.length > 0 &&
          (instances + item.requests.length > BATCH_INSTANCES || bytes + item.bytes > BATCH_BYTES)
        if (isFull) left.push(item)
        else {
          batch.push(item)
          instances += item.requests.length
          bytes += item.bytes
        }
      }
    }
    if (work === undefined && batch.length === 0) return undefined
    queue = left
    return work?.run ?? (() => commit(batch))
  }

  async function commit(batch: readonly QueuedCommit[]): Promise<void> {
    const studies = batch.flatMap(one => one.studies)
    for (const study of studies) busy.add(study)
    const outcomes = await writer.commit(batch.flatMap(({ requests }) => requests))
    for (const study of studies) busy.delete(study)
    let at = 0
    for (const { requests, done } of batch) done(outcomes.slice(at, (at += requests.length)))
  }
}
