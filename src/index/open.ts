import type { ArchiveIndex, CommitOutcome, SchemaChange, SearchPage } from './archive-index.js'
import { USUAL_ATTRIBUTES, type IndexedAttributes } from '../dicom/indexed-attributes.js'
import { Problem } from '../dicom/problem.js'
import type { Query } from '../dicom/query.js'
import { changeReads, deletionReads } from './deletion-reads.js'
import { instanceRows } from './instance-rows.js'
import { migrate } from './migrate.js'
import { indexPlace, openDatabase, type IndexPlace, type PostgresSettings } from './place.js'
import { rebuildReads } from './rebuild.js'
import { indexReads } from './reads.js'
import { isFilled } from './search-state.js'
import { serveWriter, sharedWriter, type ProcessChannel } from './shared-writer.js'
import { doAlone, openTasks } from './tasks.js'
import { threadCaller, type ThreadCaller } from './thread.js'
import { verificationReads } from './verification-reads.js'
import type { WriterWork } from './writer.js'
import type { CommitFailure, WriterCall } from './writer-thread.js'

const USUAL_SETTINGS: PostgresSettings = { connections: 10, timeoutMs: 30_000 }

export interface SharedWriter {
  /** Lets a child process write by it. */
  serve(child: ProcessChannel): void
  /** Once the children have ended. */
  close(): Promise<void>
}

/** What the processes of one machine share of an index, for the process that starts them: it makes the index where there is none and
 *  brings its schema up to date. PostgreSQL has a writer in each process.
 * @throws Problem as openIndex */
export async function openSharedWriter(
  url: string,
  attributes: IndexedAttributes = USUAL_ATTRIBUTES,
  settings: PostgresSettings = USUAL_SETTINGS,
): Promise<SharedWriter> {
  const place = indexPlace(url, settings)
  await bringUpToDate(place)
  if (place.kind === 'postgres') return { serve: () => undefined, close: () => Promise.resolve() }
  const writer = await startWriter(place, attributes)
  return {
    serve: child => {
      serveWriter(writer, child)
    },
    close: () => closeWriter(writer),
  }
}

/** Opens the index, makes it where there is none and brings its schema up to date. One thread writes, one searches, and the
 *  event loop makes the short reads, whatever the database: also with PostgreSQL a search inflates headers and compares rows,
 *  and a commit runs some statements an instance.
 * @param url `sqlite:<path>` or `postgres://…`
 * @param attributes what is kept for searches
 * @param parent a process that has the shared writer open, where this one is its child
 * @throws Problem `invalid-parameter` for any other URL, `unavailable` where the database cannot be opened */
export async function openIndex(
  url: string,
  attributes: IndexedAttributes = USUAL_ATTRIBUTES,
  settings: PostgresSettings = USUAL_SETTINGS,
  parent?: ProcessChannel,
): Promise<ArchiveIndex> {
  const place = indexPlace(url, settings)
  const schema = await bringUpToDate(place)
  const writer =
    parent === undefined || place.kind === 'postgres'
      ? await startWriter(place, attributes)
      : sharedWriter(parent)
  const thread = { place, named: attributes.named }
  const searcher = threadCaller<Query, SearchPage>(
    new URL('../index/search-thread.js', import.meta.url),
    thread,
  )
  const database = await openDatabase(place, 'read')
  const reads = indexReads(database)
  const tasks = await openTasks(place)
  let closed: Promise<void> | undefined

  return {
    ...reads,
    schema,
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
    verification: {
      ...verificationReads(database),
      mark: work('mark'),
      seeOrphans: work('seeOrphans'),
      forgetOrphans: work('forgetOrphans'),
      distrustTombstone: work('distrustTombstone'),
      saveProgress: work('saveProgress'),
    },
    rebuilding: {
      ...rebuildReads(database),
      begin: work('beginRebuild'),
      deletion: work('rebuiltDeletion'),
      note: work('noteRebuild'),
      end: work('endRebuild'),
    },
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
    // Last, so that SQLite's log is moved into the database.
    await closeWriter(writer)
  }
}

type Writer = ThreadCaller<WriterCall, unknown>

async function bringUpToDate(place: IndexPlace): Promise<SchemaChange> {
  const database = await openDatabase(place, 'migrate')
  try {
    return await migrate(database)
  } finally {
    await database.close()
  }
}

async function startWriter(place: IndexPlace, { named }: IndexedAttributes): Promise<Writer> {
  const writer: Writer = threadCaller(new URL('../index/writer-thread.js', import.meta.url), { place, named })
  // SQLite: the writer's connection makes the log that a read-only one needs.
  await writer.call({ kind: 'ready' })
  return writer
}

/** What is queued is committed first. */
async function closeWriter(writer: Writer): Promise<void> {
  await writer.call({ kind: 'close' })
  await writer.close()
}
