/** What Kysely's migrator does otherwise on PostgreSQL. */
import { setTimeout } from 'node:timers/promises'
import { PostgresAdapter, PostgresDialect, sql, type Kysely } from 'kysely'

/** Kysely's own: of two releases that start at once, one may still wait as that does. */
const MIGRATION_LOCK = '3853314791062309107'
const POLL_MS = 200

export class MigratingDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new PatientAdapter()
  }
}

/** Who waits for another starter has no statement under way meanwhile: `create index concurrently` waits until all that were begun
 *  have ended, so that each would wait for the other. */
class PatientAdapter extends PostgresAdapter {
  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    const take = sql<{
      taken: boolean
    }>`select pg_try_advisory_lock(${sql.lit(MIGRATION_LOCK)}::bigint) as taken`
    while ((await take.execute(db)).rows[0]?.taken !== true) await setTimeout(POLL_MS)
  }
}
