/** What it takes to undo a deletion for a while, and then to let nothing of it remain.
 *
 *  `deletion`: one row a request that deleted or replaced instances, for as long as rows of those are there. An instance is
 *  deleted where it has a deleted_at, and then names its deletion. `change` no longer points at instances, which go. */
import { PostgresAdapter, sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter
  const text = postgres ? sql`text collate "C"` : sql`text`

  const table = db.schema
    .createTable('deletion')
    // delete, replace
    .addColumn('action', text, column => column.notNull())
    .addColumn('deleted_at', 'bigint', column => column.notNull())
    // the blob that lists the blobs of its instances
    .addColumn('tombstone_key', text)
    // counts what made the tombstone untrue since it was written; 0: it is true
    .addColumn('stale', 'bigint', column => column.notNull())
    // 1: its time is over, its blobs may be gone already
    .addColumn('purging', 'bigint', column => column.notNull())
  await (
    postgres
      ? table.addColumn('id', 'bigint', column => column.primaryKey().generatedAlwaysAsIdentity())
      : table.addColumn('id', 'integer', column => column.primaryKey().autoIncrement())
  ).execute()
  await db.schema.createIndex('deletion_tombstone').on('deletion').column('tombstone_key').execute()
  await sql`create index deletion_stale on deletion (id) where stale > 0`.execute(db)
  await db.schema.createIndex('deletion_time').on('deletion').columns(['purging', 'deleted_at']).execute()

  await db.schema
    .alterTable('instance')
    .addColumn('deletion_id', 'bigint', column => (postgres ? column : column.references('deletion.id')))
    .execute()
  // What was replaced before: one deletion without a tombstone yet.
  await sql`
    insert into deletion (action, deleted_at, stale, purging)
    select 'replace', max(deleted_at), 1, 0 from instance where deleted_at is not null having count(*) > 0`.execute(
    db,
  )
  await sql`update instance set deletion_id = (select max(id) from deletion) where deleted_at is not null`.execute(
    db,
  )
  // Of what is deleted only: a store writes to none of them, but for a series that was not there.
  await sql`create index instance_deletion on instance (deletion_id, id) where deletion_id is not null`.execute(
    db,
  )
  await sql`create index instance_deleted on instance (series_id) where deleted_at is not null`.execute(db)
  await sql`create index series_deleted on series (study_id) where deleted_at is not null`.execute(db)

  await db.schema
    .createTable('change_entry')
    .addColumn('number', postgres ? 'bigint' : 'integer', column => column.primaryKey())
    // stored, replaced, deleted, restored
    .addColumn('action', text, column => column.notNull())
    .addColumn('study_instance_uid', text, column => column.notNull())
    .addColumn('series_instance_uid', text, column => column.notNull())
    .addColumn('sop_instance_uid', text, column => column.notNull())
    .addColumn('changed_at', 'bigint', column => column.notNull())
    .execute()
  await sql`
    insert into change_entry
    select number, action, study_instance_uid, series_instance_uid, sop_instance_uid, changed_at
    from change order by number`.execute(db)
  await db.schema.dropTable('change').execute()
  await db.schema.alterTable('change_entry').renameTo('change').execute()
}
