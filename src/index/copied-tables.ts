/** Walks through tables of two indexes side by side, in the order of their keys. */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Schema } from './schema.js'

/** What an archive is made of, so that whatever a row refers to comes before it. What a process notes for itself (orphans seen,
 *  where a verification or a rebuild is) is not part of it. */
export const COPIED_TABLES = [
  { name: 'study', key: ['id'] },
  { name: 'series', key: ['id'] },
  { name: 'attribute_set', key: ['id'] },
  { name: 'deletion', key: ['id'] },
  { name: 'instance', key: ['id'] },
  { name: 'instance_header', key: ['instance_id'], isFixed: true },
  { name: 'frame_chunk', key: ['instance_id', 'chunk'], isFixed: true },
  { name: 'study_attribute', key: ['owner_id', 'tag', 'value'] },
  { name: 'series_attribute', key: ['owner_id', 'tag', 'value'] },
  { name: 'change', key: ['number'], isFixed: true },
  { name: 'change_head', key: ['id'] },
  { name: 'search_state', key: ['id'] },
] as const satisfies readonly CopiedTable[]

export interface CopiedTable {
  readonly name: keyof Schema
  readonly key: readonly string[]
  /** Rows are written once: those of one key are equal. Their bytes are read only to be copied. */
  readonly isFixed?: boolean
}

export type CopiedRow = Readonly<Record<string, unknown>>

/** The rows of one key: one of both has none. */
export interface RowPair {
  readonly from: CopiedRow | undefined
  readonly to: CopiedRow | undefined
}

const PAGE_ROWS = 1000
/** A header may have some megabytes. */
const PAGE_FIXED_ROWS = 64

/** @param keysOnly reads of fixed rows no more than their keys */
export async function* pairedRows(
  from: Kysely<Schema>,
  to: Kysely<Schema>,
  table: CopiedTable,
  keysOnly: boolean,
): AsyncGenerator<RowPair, void, undefined> {
  const left = rowsOf(from, table, keysOnly)
  const right = rowsOf(to, table, true)
  let a = (await left.next()).value
  let b = (await right.next()).value
  while (a !== undefined || b !== undefined) {
    const order = a === undefined ? 1 : b === undefined ? -1 : compareKeys(a, b, table.key)
    yield { from: order <= 0 ? a : undefined, to: order >= 0 ? b : undefined }
    if (order <= 0) a = (await left.next()).value
    if (order >= 0) b = (await right.next()).value
  }
}

export function equalRows(a: CopiedRow, b: CopiedRow): boolean {
  return Object.entries(a).every(([name, value]) => equalValues(value, b[name]))
}

/** The rows with these keys. */
export function withKeys(rows: readonly CopiedRow[], { key }: CopiedTable): RawBuilder<unknown> {
  const one = (row: CopiedRow): RawBuilder<unknown> =>
    sql`(${sql.join(
      key.map(name => sql`${sql.ref(name)} = ${row[name]}`),
      sql` and `,
    )})`
  return sql.join(rows.map(one), sql` or `)
}

async function* rowsOf(
  db: Kysely<Schema>,
  { name, key, isFixed = false }: CopiedTable,
  keysOnly: boolean,
): AsyncGenerator<CopiedRow, undefined, undefined> {
  const refs = sql.join(key.map(column => sql.ref(column)))
  const columns = isFixed && keysOnly ? refs : sql`*`
  const limit = isFixed && !keysOnly ? PAGE_FIXED_ROWS : PAGE_ROWS
  let last: CopiedRow | undefined
  for (;;) {
    const after =
      last === undefined ? sql`` : sql`where (${refs}) > (${sql.join(key.map(column => last?.[column]))})`
    const query = sql<CopiedRow>`select ${columns} from ${sql.table(name)} ${after} order by ${refs} limit ${sql.lit(limit)}`
    const { rows } = await query.execute(db)
    yield* rows
    last = rows.at(-1)
    if (last === undefined || rows.length < limit) return undefined
  }
}

function compareKeys(a: CopiedRow, b: CopiedRow, key: readonly string[]): number {
  for (const name of key) {
    const [x, y] = [a[name], b[name]]
    if (typeof x === 'number' && typeof y === 'number') {
      if (x !== y) return x - y
    } else {
      const order = Buffer.compare(Buffer.from(String(x)), Buffer.from(String(y)))
      if (order !== 0) return order
    }
  }
  return 0
}

function equalValues(a: unknown, b: unknown): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b
}
