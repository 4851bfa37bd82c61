/** For which attributes the rows that searches look at are made. One row: empty where they are of several minds, as in every
 *  archive that is older than this step. */
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('search_state')
    .addColumn('id', 'integer', column => column.primaryKey())
    // what whoever writes keeps for searches; empty where different ones have written
    .addColumn('written_for', 'text', column => column.notNull())
    // 1 where all rows are made for that
    .addColumn('filled', 'integer', column => column.notNull())
    .execute()
  await sql`insert into search_state (id, written_for, filled) values (1, '', 0)`.execute(db)
}
