import type { Expression, Kysely, SqlBool } from 'kysely'
import type { Problem } from '../../dicom/problem.js'
import type { Schema } from '../schema.js'

/** A database, and what differs between one and another. Everything else of the index is the same code for all. */
export interface IndexDatabase {
  readonly db: Kysely<Schema>
  /** `*` any run, `?` any one character, all else literal and case-sensitive; linear in the length of the value */
  readonly wildcard: (value: Expression<string>, pattern: string) => Expression<SqlBool>
  /** The caller's words for a failure of the database: `storage-full` or `unavailable`. */
  readonly problemOf: (error: unknown) => Problem
  /** Whether the failure is the database's (disk, lock, connection), so that no other row would fare better. */
  readonly isSystemic: (error: unknown) => boolean
  /** Runs transactions that remove rows to which no row refers any more. The database's own check would read all rows of the
   *  tables that could. */
  readonly withoutReferenceChecks: <T>(work: () => Promise<T>) => Promise<T>
  readonly close: () => Promise<void>
}
