import type { IndexPlace } from './place.js'

/** What must happen once in the whole archive: who holds a task does it. */
export interface Tasks {
  /** @returns undefined where another holds it
   *  @throws Problem `unavailable` */
  hold(task: string): Promise<Hold | undefined>
  /** Lets go of all. */
  close(): Promise<void>
}

export interface Hold {
  /** aborted where it was lost before it was let go */
  readonly lost: AbortSignal
  release(): Promise<void>
}

export async function openTasks(place: IndexPlace): Promise<Tasks> {
  if (place.kind === 'sqlite') return (await import('./dialects/sqlite-tasks.js')).sqliteTasks(place.path)
  return (await import('./dialects/postgres-tasks.js')).postgresTasks(place.url)
}

/** ArchiveIndex.alone. */
export async function doAlone<T>(
  tasks: Tasks,
  task: string,
  work: (lost: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const hold = await tasks.hold(task)
  if (hold === undefined) return undefined
  try {
    return await work(hold.lost)
  } finally {
    await hold.release()
  }
}
