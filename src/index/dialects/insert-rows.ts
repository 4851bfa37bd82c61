import { sql, type RawBuilder, type Transaction } from 'kysely'
import type { Schema } from '../schema.js'

/** Inserts rows of one table by one statement.
 * @param rows all with the same columns; one or more
 * @param overriding what the database wants before the values */
export async function insertRows(
  transaction: Transaction<Schema>,
  table: keyof Schema,
  rows: readonly Readonly<Record<string, unknown>>[],
  overriding: RawBuilder<unknown>,
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  const names = sql.join(columns.map(name => sql.ref(name)))
  const values = sql.join(rows.map(row => sql`(${sql.join(columns.map(name => row[name]))})`))
  await sql`insert into ${sql.table(table)} (${names}) ${overriding} values ${values}`.execute(transaction)
}
