import type { ArchiveIndex, CommitOutcome, SearchPage } from './archive-index.js'
import { USUAL_ATTRIBUTES, type IndexedAttributes } from '../dicom/indexed-attributes.js'
import { Problem } from '../dicom/problem.js'
import type { Query } from '../dicom/query.js'
import { changeReads, deletionReads } from './deletion-reads.js'
import { instanceRows } from './instance-rows.js'
import { migrate } from './migrate.js'
import { indexPlace, openDatabase, type PostgresSettings } from './place.js'
import { indexReads } from './reads.js'
import { isFilled } from './search-state.js'
import { doAlone, openTasks } from './tasks.js'
import { threadCaller } from './thread.js'
import type { WriterWork } from './writer.js'
import type { CommitFailure, WriterCall } from './writer-thread.js'

/** Opens the index, makes it where there is none and brings its schema up to date. One thread writes, one searches, and the
 *  event loop makes the short reads, whatever the database: also with PostgreSQL a search inflates headers and compares rows,
 *  and a commit runs some statements an instance.
 * @param url `sqlite:<path>` or `postgres://…`
 * @param attributes what is kept for searches
 * @throws Problem `invalid-parameter` for any other URL, `unavailable` where the database cannot be opened */
export async function openIndex(
  url: string,
  attributes: IndexedAttributes = USUAL_ATTRIBUTES,
  settings: PostgresSettings = { connections: 10, timeoutMs: 30_000 },
): Promise<ArchiveIndex> {
  const place = indexPlace(url, settings)
  const migrating = await openDatabase(place, 'migrate')
  try {
    await migrate(migrating)
  } finally {
    await migrating.close()
  }
  const thread = { place, named: attributes.named }
  const writer = threadCaller<WriterCall, unknown>(new URL('./writer-thread.js', import.meta.url), thread)
  // SQLite: the writer's connection makes the log that a read-only one needs.
  await writer.call({ kind: 'ready' })
  const searcher = threadCaller<Query, SearchPage>(new URL('./search-thread.js', import.meta.url), thread)
  const database = await openDatabase(place, 'read')
  const reads = indexReads(database)
  const tasks = await openTasks(place)
  let closed: Promise<void> | undefined

  return {
    ...reads,
    attributes,
    ...changeReads(database),
    deletions: {
      ...deletionReads(database),
      remove: work('remove'),
      restore: work('restore'),
      renewTombstone: work('renewTombstone'),
      expire: work('expire'),
      purge: work('purge'),
      forget: work('forget'),
    },
    reindexing: { begin: work('beginReindex'), step: work('reindexStep'), end: work('endReindex') },
    isFilled: () => isFilled(database, attributes),
    commit: async (instances, policy, tombstone) => {
      if (instances.length === 0) return []
      const { rows, buffer } = instanceRows(instances, attributes)
      const call = { kind: 'commit', instances: rows, policy, tombstone } as const
      const outcomes = (await writer.call(call, [buffer])) as readonly (CommitOutcome | CommitFailure)[]
      return outcomes.map(outcome => {
        if (outcome.kind === 'failed') throw new Problem(outcome.problem, outcome.message)
        return outcome
      })
    },
    alone: (task, work) => doAlone(tasks, task, work),
    search: (query, signal) => searcher.call(query, [], signal),
    ready: async () => {
      await writer.call({ kind: 'ready' })
      await reads.findBySopInstance('')
    },
    close: () => (closed ??= close()),
  }

  /** What the writer does in a transaction of its own. */
  function work<Name extends keyof WriterWork>(name: Name): WriterWork[Name] {
    const call = (argument: unknown): Promise<unknown> => writer.call({ kind: 'work', name, argument })
    return call as WriterWork[Name]
  }

  async function close(): Promise<void> {
    await tasks.close()
    await searcher.close()
    await database.close()
    // Last, so that SQLite's log is moved into the database: what is queued is committed first.
    await writer.call({ kind: 'close' })
    await writer.close()
  }
}
