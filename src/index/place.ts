/** Where an index is, as plain data that its threads are told. */
import { Problem } from '../dicom/problem.js'
import type { IndexDatabase } from './dialects/dialect.js'

export type IndexPlace =
  | { readonly kind: 'sqlite'; readonly path: string }
  | {
      readonly kind: 'postgres'
      /** may have a password in it: never to be told */
      readonly url: string
      readonly connections: Readonly<Record<IndexRole, number>>
      readonly timeoutMs: number
    }

/** What a database is opened for: each in a thread of its own. */
export type IndexRole = 'write' | 'search' | 'read'

export interface PostgresSettings {
  /** connections of this process, LEAST_CONNECTIONS or more */
  readonly connections: number
  /** longest time of a statement */
  readonly timeoutMs: number
}

/** One for each role. */
export const LEAST_CONNECTIONS = 3

/** @throws Problem `invalid-parameter` for a URL that names no index */
export function indexPlace(url: string, { connections, timeoutMs }: PostgresSettings): IndexPlace {
  const [, path] = /^sqlite:(.+)$/.exec(url) ?? []
  if (path !== undefined) return { kind: 'sqlite', path }
  if (!/^postgres(ql)?:\/\//.test(url))
    throw new Problem('invalid-parameter', 'the index must be sqlite:<path> or postgres://…')
  const third = Math.max(1, Math.floor(connections / LEAST_CONNECTIONS))
  const shares = { write: third, search: third, read: Math.max(1, connections - 2 * third) }
  return { kind: 'postgres', url, connections: shares, timeoutMs }
}

/** Loads what knows the database, and opens it.
 * @throws Problem `unavailable` where SQLite's file cannot be opened; PostgreSQL is connected to with the first query */
export async function openDatabase(place: IndexPlace, role: IndexRole | 'migrate'): Promise<IndexDatabase> {
  if (place.kind === 'sqlite') {
    const { openSqlite } = await import('./dialects/sqlite.js')
    return openSqlite(place.path, role === 'write' || role === 'migrate' ? 'write' : 'read')
  }
  const { openPostgres } = await import('./dialects/postgres.js')
  const { url, timeoutMs, connections } = place
  if (role === 'migrate') return openPostgres({ url, connections: 2, timeoutMs: undefined }, role)
  return openPostgres({ url, connections: connections[role], timeoutMs }, role)
}
