/** SQLite by better-sqlite3: connections, and what its SQL does differently. */
import SqliteDatabase from 'better-sqlite3'
import { CompiledQuery, Kysely, SqliteAdapter, SqliteDialect, SqliteDriver, sql } from 'kysely'
import type { DatabaseConnection, Driver, SqliteDialectConfig, SqliteStatement, Transaction } from 'kysely'
import { Problem } from '../../dicom/problem.js'
import { prepare } from '../prepared.js'
import type { Schema } from '../schema.js'
import { insertRows } from './insert-rows.js'
import type { IndexDatabase, ListedTable } from './dialect.js'

/** Prepared statements of a thread beyond which it should make room by ending; lists of values make many texts. */
const STATEMENTS_OF_A_THREAD = 4_000
/** A migration of another process may hold the lock for long. */
const BUSY_TIMEOUT_MS = 30_000
const JOURNAL_SIZE_LIMIT_BYTES = 64 << 20
/** Pages (4 KiB) in the log at which the writer's commit moves them into the database. */
const CHECKPOINT_PAGES = 4_000

/** Three characters beside each other, by which study_term_text finds values. */
const HAS_TRIGRAM = /[^*?]{3}/u

/** Failures of a row, not of the database. */
const OF_ONE_ROW = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/

export type SqliteRole = 'write' | 'read'
const CACHE_KIB: Readonly<Record<SqliteRole, number>> = { write: 32 << 10, read: 16 << 10 }

/** Opens a connection. The first in the role `write` makes the file.
 * @throws Problem `unavailable`: the file cannot be opened, or is no SQLite database */
export function openSqlite(path: string, role: SqliteRole): IndexDatabase {
  const connection = connect(path, role)
  const db = new Kysely<Schema>({ dialect: new ArchiveDialect(connection) })
  return {
    db,
    lanes: 1,
    locksRows: false,
    wildcard: (value, pattern) => sql`${value} glob ${globPattern(pattern)}`,
    studyValuesLike: pattern =>
      HAS_TRIGRAM.test(pattern)
        ? sql`(select value from study_term_text where value glob ${globPattern(pattern)})`
        : undefined,
    isOneOf: (id, ids) => sql`${id} in (select value from json_each(${JSON.stringify([...ids])}))`,
    // The planner would rather read the rows.
    studiesByRank: sql`study indexed by study_rank`,
    insertAll: rowByRow(db),
    snapshot: read =>
      db.connection().execute(async connection => {
        await sql`begin`.execute(connection)
        try {
          return await read(connection)
        } finally {
          await sql`rollback`.execute(connection)
        }
      }),
    // One statement a table: each is kept.
    insertCopied: async (transaction, table, rows) => {
      for (const row of rows) await insertRows(transaction, table, [row], sql``)
    },
    // The greatest number that a table ever had is kept with whatever is inserted.
    continueIds: () => Promise.resolve(),
    awaitWriters: async () => {
      // One transaction at a time has the whole database.
    },
    problemOf: sqliteProblem,
    isSystemic: error => {
      const code = codeOf(error)
      return code !== undefined && !OF_ONE_ROW.test(code)
    },
    isRetryable: () => false,
    // Its one lock is waited for where a transaction begins, and nobody waits behind.
    limitLockWaits: () => Promise.resolve(),
    isHeldUp: () => false,
    withoutReferenceChecks: async work => {
      connection.exec('pragma foreign_keys = OFF')
      try {
        return await work()
      } finally {
        connection.exec('pragma foreign_keys = ON')
      }
    },
    isWorn: () => IMMORTALS.size > STATEMENTS_OF_A_THREAD,
    close: async () => {
      await db.destroy()
      if (connection.open) connection.close()
    },
  }
}

/** A statement is cheap to run and dear to prepare: each table has one, for one row. */
function rowByRow(db: Kysely<Schema>): IndexDatabase['insertAll'] {
  const statements = {
    change: prepare((v: Schema['change']) =>
      db.insertInto('change').values({
        number: v.number,
        action: v.action,
        study_instance_uid: v.study_instance_uid,
        series_instance_uid: v.series_instance_uid,
        sop_instance_uid: v.sop_instance_uid,
        changed_at: v.changed_at,
      }),
    ),
    instance_header: prepare((v: Schema['instance_header']) =>
      db.insertInto('instance_header').values({
        instance_id: v.instance_id,
        header_text_bytes: v.header_text_bytes,
        bulk: v.bulk,
        header: v.header,
      }),
    ),
    frame_chunk: prepare((v: Schema['frame_chunk']) =>
      db.insertInto('frame_chunk').values({ instance_id: v.instance_id, chunk: v.chunk, ranges: v.ranges }),
    ),
    study_attribute: prepare((v: Schema['study_attribute']) =>
      db
        .insertInto('study_attribute')
        .values({ owner_id: v.owner_id, tag: v.tag, value: v.value, moment: v.moment })
        .onConflict(conflict => conflict.doNothing()),
    ),
    series_attribute: prepare((v: Schema['series_attribute']) =>
      db
        .insertInto('series_attribute')
        .values({ owner_id: v.owner_id, tag: v.tag, value: v.value })
        .onConflict(conflict => conflict.doNothing()),
    ),
  }
  return async <Table extends ListedTable>(
    transaction: Transaction<Schema>,
    table: Table,
    rows: readonly Schema[Table][],
  ) => {
    const statement = statements[table] as (row: Schema[Table]) => CompiledQuery
    for (const row of rows) await transaction.executeQuery(statement(row))
  }
}

function connect(path: string, role: SqliteRole): SqliteDatabase.Database {
  try {
    const connection = immortal(
      new SqliteDatabase(path, { readonly: role === 'read', timeout: BUSY_TIMEOUT_MS }),
    )
    try {
      // By exec, not pragma(): that would prepare statements and drop them (see immortal).
      if (role === 'write') connection.exec('pragma journal_mode = WAL')
      // Only the connection that makes the log has FULL by itself: all later ones would commit without an fsync.
      connection.exec(`
        pragma synchronous = FULL;
        pragma foreign_keys = ON;
        pragma cache_size = -${CACHE_KIB[role]};
        pragma temp_store = MEMORY;
        pragma journal_size_limit = ${JOURNAL_SIZE_LIMIT_BYTES};
        pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    } catch (error) {
      connection.close()
      throw error
    }
    return connection
  } catch (error) {
    throw sqliteProblem(error)
  }
}

/** `[…]` is GLOB's only other special form, and the way to write it literally. */
function globPattern(pattern: string): string {
  return pattern.replaceAll('[', '[[]')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof SqliteDatabase.SqliteError ? error.code : undefined
}

export function sqliteProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = codeOf(error)
  if (code === 'SQLITE_FULL')
    return new Problem('storage-full', 'the index has no room left on its disk', { cause: error })
  return new Problem('unavailable', `the index failed${code === undefined ? '' : ` (${code})`}`, {
    cause: error,
  })
}

class ArchiveDialect extends SqliteDialect {
  readonly #connection: SqliteDatabase.Database
  constructor(connection: SqliteDatabase.Database) {
    const config = { database: keepingStatements(connection) }
    super(config)
    this.#connection = connection
  }
  override createDriver(): Driver {
    return new ArchiveDriver({ database: keepingStatements(this.#connection) }, this.#connection)
  }
  override createAdapter(): SqliteAdapter {
    return new ArchiveAdapter()
  }
}

/** Migrations run in one transaction: of several starters one migrates, the others wait and find it done. */
class ArchiveAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

class ArchiveDriver extends SqliteDriver {
  readonly #database: SqliteDatabase.Database
  constructor(config: SqliteDialectConfig, database: SqliteDatabase.Database) {
    super(config)
    this.#database = database
  }
  /** Transactions are for writing. A deferred one fails, without waiting, where another wrote between its first read and
   *  its first write. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
  /** After a full disk SQLite has rolled back by itself; a second rollback would hide the cause. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }
}

/** Kysely prepares at every call; this keeps what was prepared. */
function keepingStatements(connection: SqliteDatabase.Database): {
  close(): void
  prepare(text: string): SqliteStatement
} {
  const kept = new Map<string, SqliteStatement>()
  return {
    close: () => connection.close(),
    prepare: text => {
      let statement = kept.get(text)
      if (statement === undefined) {
        statement = immortal(connection.prepare(text) as SqliteStatement)
        kept.set(text, statement)
      }
      return statement
    },
  }
}

const IMMORTALS = new Set<object>()

/** Keeps an object of better-sqlite3 for as long as its thread lives. Node 24.16 and later end the process (`Assertion failed:
 *  (env) != nullptr` in RemoveEnvironmentCleanupHook) when the garbage collector takes such an object while no
 *  JavaScript runs; with version 12, the last for Node 20, nothing else prevents it. */
export function immortal<T extends object>(object: T): T {
  IMMORTALS.add(object)
  return object
}
