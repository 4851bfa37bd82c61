/** PostgreSQL by pg: what its SQL does differently. */
import { CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import type { Schema } from '../schema.js'
import type { IndexDatabase, ListedTable } from './dialect.js'
import { connectionPool } from './postgres-connections.js'
import { insertRows } from './insert-rows.js'
import { MigratingDialect } from './postgres-migrations.js'
import { isHeldUp, isRetryable, isSystemic, postgresProblem } from './postgres-failures.js'

export type PostgresRole = 'write' | 'search' | 'read' | 'migrate'

export interface PostgresOptions {
  /** may have a password in it: never to be told */
  readonly url: string
  readonly connections: number
  /** longest time of a statement; undefined for no limit */
  readonly timeoutMs: number | undefined
}

/** Held by every transaction that writes, shared, until it ends. */
const WRITERS_LOCK = '7308604897285169010'
/** Bytes of one insert, at most, unless one row alone has more. */
const INSERT_BYTES = 4 << 20

export function openPostgres(
  { url, connections, timeoutMs }: PostgresOptions,
  role: PostgresRole,
): IndexDatabase {
  const begin = 'begin isolation level read committed read write'
  const pool = connectionPool({
    url,
    connections,
    timeoutMs,
    // Searches are planned by their values: how many rows those match decides.
    keepsPlans: role === 'write' || role === 'read',
    begin: role === 'write' ? `${begin}; select pg_advisory_xact_lock_shared(${WRITERS_LOCK})` : begin,
  })
  const dialect = role === 'migrate' ? new MigratingDialect({ pool }) : new PostgresDialect({ pool })
  const db = new Kysely<Schema>({ dialect })
  return {
    db,
    lanes: connections,
    locksRows: true,
    wildcard: (value, pattern) => sql`${value} like ${likePattern(pattern)}`,
    // The planner knows that there is an index of trigrams.
    studyValuesLike: () => undefined,
    isOneOf: (id, ids) => sql`${id} = any(${[...ids]}::bigint[])`,
    studiesByRank: sql`study`,
    insertAll,
    snapshot: read =>
      db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read),
    insertCopied: (transaction, table, rows) =>
      insertRows(transaction, table, rows, sql`overriding system value`),
    continueIds: async tables => {
      for (const table of tables)
        await sql`
          select setval(pg_get_serial_sequence(${table}, 'id'), max(id))
          from ${sql.table(table)} having max(id) is not null`.execute(db)
    },
    awaitWriters: async transaction => {
      await sql`select pg_advisory_xact_lock(${sql.lit(WRITERS_LOCK)}::bigint)`.execute(transaction)
    },
    problemOf: postgresProblem,
    isSystemic,
    isRetryable,
    limitLockWaits: async (transaction, longestMs) => {
      await sql`select set_config('lock_timeout', ${String(longestMs)}, true)`.execute(transaction)
    },
    isHeldUp,
    // There are none: the lock on a study's row keeps what is in it whole (migrations/).
    withoutReferenceChecks: work => work(),
    isWorn: () => false,
    close: async () => {
      await db.destroy()
    },
  }
}

/** Everything that LIKE takes for special is literal, and the other way about. */
function likePattern(pattern: string): string {
  return pattern
    .replaceAll(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_')
}

/** Columns with their types. */
const COLUMNS: { readonly [Table in ListedTable]: Readonly<Record<keyof Schema[Table] & string, string>> } = {
  change: {
    number: 'bigint',
    action: 'text',
    study_instance_uid: 'text',
    series_instance_uid: 'text',
    sop_instance_uid: 'text',
    changed_at: 'bigint',
  },
  instance_header: { instance_id: 'bigint', header_text_bytes: 'bigint', bulk: 'bytea', header: 'bytea' },
  frame_chunk: { instance_id: 'bigint', chunk: 'bigint', ranges: 'bytea' },
  study_attribute: { owner_id: 'bigint', tag: 'text', value: 'text', moment: 'bigint' },
  series_attribute: { owner_id: 'bigint', tag: 'text', value: 'text' },
}

/** Each statement is a round trip: one takes many rows, a list a column, so that its text is always the same. */
async function insertAll<Table extends ListedTable>(
  transaction: Transaction<Schema>,
  table: Table,
  rows: readonly Schema[Table][],
): Promise<void> {
  const columns = Object.entries<string>(COLUMNS[table])
  const names = columns.map(([name]) => name).join(', ')
  const ending = table.endsWith('_attribute') ? ' on conflict do nothing' : ''
  for (const some of portions(rows as unknown as readonly Row[])) {
    // Bytes in a list are written out in hexadecimals; a row alone is sent as it is.
    const [only] = some.length === 1 ? some : []
    const parameters = columns.map(([, type], n) => `$${n + 1}::${type}${only === undefined ? '[]' : ''}`)
    const source = only === undefined ? 'select * from unnest' : 'values '
    await transaction.executeQuery(
      CompiledQuery.raw(
        `insert into ${table} (${names}) ${source}(${parameters.join(', ')})${ending}`,
        columns.map(([name]) => (only === undefined ? some.map(row => row[name]) : only[name])),
      ),
    )
  }
}

type Row = Readonly<Record<string, unknown>>

function* portions(rows: readonly Row[]): Generator<readonly Row[]> {
  let portion: Row[] = []
  let bytes = 0
  for (const row of rows) {
    const size = Object.values(row).reduce<number>(
      (sum, value) => sum + (value instanceof Uint8Array ? value.length : 0),
      0,
    )
    if (portion.length > 0 && bytes + size > INSERT_BYTES) {
      yield portion
      portion = []
      bytes = 0
    }
    portion.push(row)
    bytes += size
  }
  if (portion.length > 0) yield portion
}
