import SqliteDatabase from 'better-sqlite3'
import type { Hold, Tasks } from './held-tasks.js'
import { immortal, sqliteProblem } from './sqlite.js'

/** A task's lock is the one that SQLite has on a database of its own, which stays empty: the system lets it go with the process,
 *  however that ends. It counts on this machine, as the archive's own does. */
export function sqliteTasks(path: string): Tasks {
  const connections = new Map<string, SqliteDatabase.Database>()
  return {
    hold: task =>
      new Promise(resolve => {
        resolve(hold(task))
      }),
    close() {
      for (const connection of connections.values()) connection.close()
      return Promise.resolve()
    },
  }

  function hold(task: string): Hold | undefined {
    const connection = connectionOf(task)
    if (connection.inTransaction) return undefined
    try {
      connection.exec('begin exclusive')
    } catch (error) {
      if (error instanceof SqliteDatabase.SqliteError && error.code === 'SQLITE_BUSY') return undefined
      throw sqliteProblem(error)
    }
    return {
      lost: new AbortController().signal,
      release() {
        if (connection.open) connection.exec('rollback')
        return Promise.resolve()
      },
    }
  }

  function connectionOf(task: string): SqliteDatabase.Database {
    const known = connections.get(task)
    if (known !== undefined) return known
    try {
      const connection = immortal(new SqliteDatabase(`${path}-${task}.lock`, { timeout: 0 }))
      connections.set(task, connection)
      return connection
    } catch (error) {
      throw sqliteProblem(error)
    }
  }
}
