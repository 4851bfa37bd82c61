import type { ArchiveIndex, CommitOutcome, DuplicatePolicy, SearchPage } from './archive-index.js'
import { Problem } from '../dicom/problem.js'
import type { Query } from '../dicom/query.js'
import type { NewInstance } from '../dicom/stored-instance.js'
import { openSqlite } from './dialects/sqlite.js'
import { migrate } from './migrate.js'
import { indexReads } from './reads.js'
import { threadCaller } from './thread.js'
import type { CommitFailure, WriterCall } from './writer-thread.js'

/** Opens the index, makes it where there is none and brings its schema up to date.
 * @param url `sqlite:<path>`
 * @throws Problem `invalid-parameter` for any other URL, `unavailable` where the database cannot be opened */
export async function openIndex(url: string): Promise<ArchiveIndex> {
  const [, path] = /^sqlite:(.+)$/.exec(url) ?? []
  if (path === undefined) throw new Problem('invalid-parameter', 'the index must be sqlite:<path>')
  return openSqliteIndex(path)
}

/** One thread writes, one searches, and the event loop makes the short reads. */
async function openSqliteIndex(path: string): Promise<ArchiveIndex> {
  const migrating = openSqlite(path, 'write')
  try {
    await migrate(migrating)
  } finally {
    await migrating.close()
  }
  const thread = { path }
  const writer = threadCaller<WriterCall, readonly (CommitOutcome | CommitFailure)[]>(
    new URL('./writer-thread.js', import.meta.url),
    thread,
  )
  // The writer's connection makes the log that a read-only one needs.
  await writer.call({ kind: 'ready' })
  const searcher = threadCaller<Query, SearchPage>(new URL('./search-thread.js', import.meta.url), thread)
  const database = openSqlite(path, 'read')
  const reads = indexReads(database)
  let closed: Promise<void> | undefined

  return {
    ...reads,
    commit: async (instances, policy) => {
      if (instances.length === 0) return []
      const { call, transfer } = commitCall(instances, policy)
      const outcomes = await writer.call(call, transfer)
      return outcomes.map(outcome => {
        if (outcome.kind === 'failed') throw new Problem(outcome.problem, outcome.message)
        return outcome
      })
    },
    search: (query, signal) => searcher.call(query, [], signal),
    ready: async () => {
      await writer.call({ kind: 'ready' })
      await reads.findBySopInstance('')
    },
    close: () => (closed ??= close()),
  }

  async function close(): Promise<void> {
    await searcher.close()
    await database.close()
    // Last, so that it moves the log into the database: what is queued is committed first.
    await writer.call({ kind: 'close' })
    await writer.close()
  }
}

/** The instances with bytes of their own, which the thread gets without a further copy: the caller's may be a small part
 *  of a large buffer, and stay the caller's. */
function commitCall(
  instances: readonly NewInstance[],
  policy: DuplicatePolicy,
): { readonly call: WriterCall; readonly transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = []
  const own = (bytes: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(bytes)
    transfer.push(copy.buffer)
    return copy
  }
  const copies = instances.map(instance => ({
    ...instance,
    sha256: own(instance.sha256),
    datasetSha256: own(instance.datasetSha256),
    header: own(instance.header),
    bulk: own(instance.bulk),
    frames:
      instance.frames.kind === 'encapsulated'
        ? { ...instance.frames, chunks: instance.frames.chunks.map(own) }
        : instance.frames,
  }))
  return { call: { kind: 'commit', instances: copies, policy }, transfer }
}
