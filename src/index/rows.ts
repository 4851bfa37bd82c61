/** Running compiled queries, in a transaction or by themselves. */
import type { CompiledQuery, Transaction } from 'kysely'
import type { IndexDatabase } from './dialects/dialect.js'
import type { Schema } from './schema.js'
import { retried } from './transact.js'

/** A read of its own.
 * @throws Problem `unavailable` */
export async function readRows<Row>(database: IndexDatabase, query: CompiledQuery<Row>): Promise<Row[]> {
  try {
    return (await retried(database, () => database.db.executeQuery(query))).rows
  } catch (error) {
    throw database.problemOf(error)
  }
}

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
