import { setTimeout } from 'node:timers/promises'
import type { Transaction } from 'kysely'
import type { IndexDatabase } from './dialects/dialect.js'
import type { Schema } from './schema.js'

const MOST_ATTEMPTS = 8
/** Pause before the second attempt, at most; it doubles with each. */
const PAUSE_MS = 10

/** Runs a transaction, and again where it was undone because of another one: each attempt sees what is there by then. One
 *  whose commit was not answered is not run again: nobody knows what became of it.
 * @throws what the database or the work threw; then nothing was changed, unless the answer to the commit was lost */
export function transact<T>(
  database: Pick<IndexDatabase, 'db' | 'isRetryable'>,
  work: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return retried(database, () => database.db.transaction().execute(work))
}

/** Does again what failed because of another transaction: also a read may, while the schema is being changed.
 * @throws what the work threw */
export async function retried<T>(
  { isRetryable }: Pick<IndexDatabase, 'isRetryable'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isRetryable(error)) throw error
      await setTimeout(Math.random() * PAUSE_MS * 2 ** (attempt - 1))
    }
  }
}
