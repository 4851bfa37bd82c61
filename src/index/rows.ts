/** Running compiled queries in a transaction. */
import type { CompiledQuery, Transaction } from 'kysely'
import type { Schema } from './schema.js'

export async function rowsOf<Row>(
  transaction: Transaction<Schema>,
  query: CompiledQuery<Row>,
): Promise<Row[]> {
  return (await transaction.executeQuery(query)).rows
}

export async function firstRow<Row>(
  transaction: Transaction<Schema>,
  query: CompiledQuery<Row>,
): Promise<Row | undefined> {
  return (await rowsOf(transaction, query))[0]
}

/** The row of an insert, or one that must be there.
 * @throws Error where there is none: a bug */
export async function onlyRow<Row>(
  transaction: Transaction<Schema>,
  query: CompiledQuery<Row>,
): Promise<Row> {
  const row = await firstRow(transaction, query)
  if (row === undefined) throw new Error('a row that must be there is not')
  return row
}
