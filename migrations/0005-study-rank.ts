/** What puts studies of known numbers in order without reading them: SQLite's rows of studies are wide. */
import { PostgresAdapter, sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  if (db.getExecutor().adapter instanceof PostgresAdapter) return
  await sql`
    create index study_rank on study (id, deleted_at, study_date, study_time, study_instance_uid)`.execute(db)
}
