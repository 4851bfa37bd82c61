import type { Tasks } from './dialects/held-tasks.js'
import type { IndexPlace } from './place.js'

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
