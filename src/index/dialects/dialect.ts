import type { Expression, Kysely, RawBuilder, SqlBool, Transaction } from 'kysely'
import type { Problem } from '../../dicom/problem.js'
import type { Schema } from '../schema.js'

/** A database, and what differs between one and another. Everything else of the index is the same code for all. */
export interface IndexDatabase {
  readonly db: Kysely<Schema>
  /** Transactions that one writer may have under way at once. */
  readonly lanes: number
  /** Whether others write at the same time. Then what a transaction decides by is locked before it is read: first studies, in
   *  the order of their UIDs, then deletions, in the order of their ids, and the numbers of the changes last. */
  readonly locksRows: boolean
  /** `*` any run, `?` any one character, all else literal and case-sensitive; linear in the length of the value */
  readonly wildcard: (value: Expression<string>, pattern: string) => Expression<SqlBool>
  /** The values of study_attribute that match such a pattern, where parts of them are known apart from the table. */
  readonly studyValuesLike: (pattern: string) => Expression<string> | undefined
  /** Whether it is one of the numbers. */
  readonly isOneOf: (id: Expression<number>, ids: ReadonlySet<number>) => Expression<SqlBool>
  /** The table of studies, where those of known numbers are put in order: an index has all that this needs. */
  readonly studiesByRank: RawBuilder<unknown>
  /** Inserts rows in few steps; of attributes, those that are there already are left out. */
  readonly insertAll: <Table extends ListedTable>(
    transaction: Transaction<Schema>,
    table: Table,
    rows: readonly Schema[Table][],
  ) => Promise<void>
  /** Reads as if nothing changed meanwhile, though others write. */
  readonly snapshot: <T>(read: (db: Kysely<Schema>) => Promise<T>) => Promise<T>
  /** Inserts whole rows of another index, whatever numbers they have. */
  readonly insertCopied: (
    transaction: Transaction<Schema>,
    table: keyof Schema,
    rows: readonly Readonly<Record<string, unknown>>[],
  ) => Promise<void>
  /** Has the next rows of these tables numbered after those that are there. */
  readonly continueIds: (tables: readonly (keyof Schema)[]) => Promise<void>
  /** Waits until no other transaction of any writer is under way, and lets none begin before this one has ended. */
  readonly awaitWriters: (transaction: Transaction<Schema>) => Promise<void>
  /** The caller's words for a failure of the database: `storage-full` or `unavailable`. */
  readonly problemOf: (error: unknown) => Problem
  /** Whether the failure is the database's (disk, lock, connection), so that no other row would fare better. */
  readonly isSystemic: (error: unknown) => boolean
  /** Whether the transaction was undone because of another one, and would succeed now. */
  readonly isRetryable: (error: unknown) => boolean
  /** Has what follows in a transaction wait for no lock longer than so: who waits for a whole table has all others wait behind. */
  readonly limitLockWaits: (transaction: Kysely<unknown>, longestMs: number) => Promise<void>
  /** Whether a lock was not to be had, by the limit or since two waited for each other. */
  readonly isHeldUp: (error: unknown) => boolean
  /** Runs transactions that remove rows to which no row refers any more. The database's own check would read all rows of the
   *  tables that could. */
  readonly withoutReferenceChecks: <T>(work: () => Promise<T>) => Promise<T>
  /** Whether a new thread had better take this one's place. */
  readonly isWorn: () => boolean
  readonly close: () => Promise<void>
}

/** Tables of which one transaction inserts many rows. */
export type ListedTable = 'change' | 'instance_header' | 'frame_chunk' | AttributeTableName
export type AttributeTableName = 'study_attribute' | 'series_attribute'
