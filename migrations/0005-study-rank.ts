/** What puts studies of known numbers in order without reading their rows, which are wide. */
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index study_rank on study (id, deleted_at, study_date, study_time, study_instance_uid)`.execute(db)
}
