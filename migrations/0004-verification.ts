/** What `verify` finds and remembers, and what making the index anew from the blobs alone needs.
 *
 *  An instance whose bytes are missing or damaged is marked so, and not served. `orphan`: blobs that no row names, since when.
 *  `verification`: one row, where the pass in the background is. `rebuild`: one row as long as the index is being made anew;
 *  `rebuild_blob` lists what there is to do then, in the order in which it was stored. */
import { PostgresAdapter, sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter
  const text = postgres ? sql`text collate "C"` : sql`text`

  // Before the columns: reads go on while it is built, and would not once the table is being altered.
  await db.schema.createIndex('instance_blob').on('instance').column('blob_key').execute()
  // missing, damaged; null where nothing is known to be wrong
  await db.schema.alterTable('instance').addColumn('damage', 'text').execute()
  await db.schema.alterTable('instance').addColumn('damage_found_at', 'bigint').execute()

  await db.schema
    .createTable('orphan')
    .addColumn('blob_key', text, column => column.primaryKey())
    .addColumn('first_seen', 'bigint', column => column.notNull())
    .addColumn('last_seen', 'bigint', column => column.notNull())
    .execute()
  await db.schema
    .createTable('verification')
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('started_at', 'bigint', column => column.notNull())
    // null while the pass is under way
    .addColumn('finished_at', 'bigint')
    // blobs up to this key are done
    .addColumn('after', text, column => column.notNull())
    // what was found so far, as JSON
    .addColumn('counts', 'text', column => column.notNull())
    .execute()

  await db.schema
    .createTable('rebuild')
    .addColumn('id', 'integer', column => column.primaryKey())
    // tombstones, blobs, instances: what is being read
    .addColumn('phase', 'text', column => column.notNull())
    // names up to this one are done
    .addColumn('after', text, column => column.notNull())
    .execute()
  await db.schema
    .createTable('rebuild_blob')
    // the last part of the key, which begins with its time
    .addColumn('name', text, column => column.primaryKey())
    .addColumn('blob_key', text, column => column.notNull())
    // the deletion whose tombstone lists it
    .addColumn('deletion_id', 'bigint')
    .execute()
}
