/** Studies, series, instances, their headers and frames, what search looks for, and the change feed.
 *
 *  Row ids are integers and never reused. Text is compared byte by byte. Times are milliseconds since 1970. A row of study,
 *  series or instance with deleted_at is not visible; rows are made so and become visible with the commit that fills them.
 *  The orders are unique by their UIDs anyway; told so, SQLite sorts nothing when it joins them.
 *
 *  On PostgreSQL no table references another: whoever changes what is in a study locks the study's row first, so that nothing
 *  can dangle; a check would lock a row of four tables for each instance, and read all of two for each study that is purged.
 *  Frozen once released: later steps get files of their own. */
import {
  PostgresAdapter,
  sql,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
} from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter
  const bytes = postgres ? sql`bytea` : sql`blob`
  // PostgreSQL sorts by the database's locale unless told otherwise; SQLite sorts by bytes.
  const text = postgres ? sql`text collate "C"` : sql`text`
  const references = (column: ColumnDefinitionBuilder, to: string): ColumnDefinitionBuilder =>
    postgres ? column : column.references(to)
  const withId = <T extends string, C extends string>(
    table: CreateTableBuilder<T, C>,
  ): CreateTableBuilder<T, C | 'id'> =>
    postgres
      ? table.addColumn('id', 'bigint', column => column.primaryKey().generatedAlwaysAsIdentity())
      : table.addColumn('id', 'integer', column => column.primaryKey().autoIncrement())

  await withId(db.schema.createTable('study'))
    .addColumn('study_instance_uid', text, column => column.notNull())
    // YYYYMMDD and HHMMSS.FFFFFF, empty where unknown, so that the order of answers is plain
    .addColumn('study_date', text, column => column.notNull())
    .addColumn('study_time', text, column => column.notNull())
    // one DICOM JSON element a line, ascending by tag
    .addColumn('attributes', 'text', column => column.notNull())
    // JSON list of the live series' modalities
    .addColumn('modalities', 'text', column => column.notNull())
    .addColumn('series_count', 'bigint', column => column.notNull())
    .addColumn('instance_count', 'bigint', column => column.notNull())
    // number of the last change
    .addColumn('version', 'bigint', column => column.notNull())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('updated_at', 'bigint', column => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute()
  await db.schema.createIndex('study_uid').unique().on('study').column('study_instance_uid').execute()
  await db.schema
    .createIndex('study_order')
    .unique()
    .on('study')
    .columns(['study_date desc', 'study_time desc', 'study_instance_uid'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute()

  await withId(db.schema.createTable('series'))
    .addColumn('study_id', 'bigint', column => references(column.notNull(), 'study.id'))
    .addColumn('series_instance_uid', text, column => column.notNull())
    .addColumn('series_number', 'bigint', column => column.notNull())
    .addColumn('modality', text, column => column.notNull())
    .addColumn('attributes', 'text', column => column.notNull())
    .addColumn('instance_count', 'bigint', column => column.notNull())
    .addColumn('version', 'bigint', column => column.notNull())
    .addColumn('created_at', 'bigint', column => column.notNull())
    .addColumn('updated_at', 'bigint', column => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute()
  // The same series UID in two studies is two series.
  await db.schema
    .createIndex('series_uid')
    .unique()
    .on('series')
    .columns(['series_instance_uid', 'study_id'])
    .execute()
  await db.schema
    .createIndex('series_order')
    .unique()
    .on('series')
    .columns(['study_id', 'series_number', 'series_instance_uid'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute()

  // What instances say of their study or series, each different text once; from these the values are made anew when
  // an instance goes away.
  await withId(db.schema.createTable('attribute_set'))
    .addColumn('study_id', 'bigint', column => references(column.notNull(), 'study.id'))
    .addColumn('digest', bytes, column => column.notNull())
    .addColumn('attributes', 'text', column => column.notNull())
    .execute()
  await db.schema
    .createIndex('attribute_set_digest')
    .unique()
    .on('attribute_set')
    .columns(['study_id', 'digest'])
    .execute()

  await withId(db.schema.createTable('instance'))
    .addColumn('series_id', 'bigint', column => references(column.notNull(), 'series.id'))
    .addColumn('sop_instance_uid', text, column => column.notNull())
    .addColumn('sop_class_uid', text, column => column.notNull())
    .addColumn('instance_number', 'bigint', column => column.notNull())
    .addColumn('study_set_id', 'bigint', column => references(column.notNull(), 'attribute_set.id'))
    .addColumn('series_set_id', 'bigint', column => references(column.notNull(), 'attribute_set.id'))
    .addColumn('transfer_syntax_uid', text, column => column.notNull())
    .addColumn('blob_key', text, column => column.notNull())
    .addColumn('size_bytes', 'bigint', column => column.notNull())
    .addColumn('sha256', bytes, column => column.notNull())
    .addColumn('dataset_sha256', bytes, column => column.notNull())
    .addColumn('dataset_offset_bytes', 'bigint', column => column.notNull())
    .addColumn('inflated_bytes', 'bigint')
    // FrameTable as JSON, without the chunks
    .addColumn('frames', 'text', column => column.notNull())
    .addColumn('header_bytes', 'bigint', column => column.notNull())
    .addColumn('stored_at', 'bigint', column => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .addColumn('attributes', 'text', column => column.notNull())
    .execute()
  await db.schema
    .createIndex('instance_live_uid')
    .unique()
    .on('instance')
    .column('sop_instance_uid')
    .where(sql.ref('deleted_at'), 'is', null)
    .execute()
  await db.schema
    .createIndex('instance_order')
    .unique()
    .on('instance')
    .columns(['series_id', 'instance_number', 'sop_instance_uid'])
    .where(sql.ref('deleted_at'), 'is', null)
    .execute()

  await db.schema
    .createTable('instance_header')
    .addColumn('instance_id', postgres ? 'bigint' : 'integer', column =>
      references(column.primaryKey(), 'instance.id'),
    )
    .addColumn('header_text_bytes', 'bigint', column => column.notNull())
    .addColumn('bulk', bytes, column => column.notNull())
    .addColumn('header', bytes, column => column.notNull())
    .execute()
  await db.schema
    .createTable('frame_chunk')
    .addColumn('instance_id', 'bigint', column => references(column.notNull(), 'instance.id'))
    .addColumn('chunk', 'bigint', column => column.notNull())
    .addColumn('ranges', bytes, column => column.notNull())
    .addPrimaryKeyConstraint('frame_chunk_key', ['instance_id', 'chunk'])
    .execute()
  // Both are compressed by ourselves.
  if (postgres) {
    await sql`alter table instance_header alter column header set storage external`.execute(db)
    await sql`alter table frame_chunk alter column ranges set storage external`.execute(db)
  }

  for (const level of ['study', 'series'] as const) {
    // Normalised values of the attributes that are searched often, each value a row.
    const table = db.schema
      .createTable(`${level}_attribute`)
      .addColumn('owner_id', 'bigint', column => references(column.notNull(), `${level}.id`))
      .addColumn('tag', text, column => column.notNull())
      .addColumn('value', text, column => column.notNull())
      .addPrimaryKeyConstraint(`${level}_attribute_key`, ['owner_id', 'tag', 'value'])
    await (postgres ? table : table.modifyEnd(sql`without rowid`)).execute()
    await db.schema
      .createIndex(`${level}_attribute_value`)
      .on(`${level}_attribute`)
      .columns(['tag', 'value', 'owner_id'])
      .execute()
  }
  // For patterns that begin with a wildcard. Who owns the database may create the extension; where it is not installed, such a
  // search reads the values of all studies.
  if (postgres)
    await sql`
      do $$ begin
        create extension if not exists pg_trgm;
        create index study_attribute_trigrams on study_attribute using gin (value gin_trgm_ops);
      exception when others then
        raise notice 'filmroom: no pg_trgm';
      end $$`.execute(db)

  await db.schema
    .createTable('change')
    .addColumn('number', postgres ? 'bigint' : 'integer', column => column.primaryKey())
    .addColumn('action', text, column => column.notNull())
    .addColumn('study_instance_uid', text, column => column.notNull())
    .addColumn('series_instance_uid', text, column => column.notNull())
    .addColumn('sop_instance_uid', text, column => column.notNull())
    .addColumn('instance_id', 'bigint', column => references(column.notNull(), 'instance.id'))
    .addColumn('changed_at', 'bigint', column => column.notNull())
    .execute()
  // One row: the last change's number, and how many live rows there are. Its lock makes number order commit order.
  await db.schema
    .createTable('change_head')
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('number', 'bigint', column => column.notNull())
    .addColumn('studies', 'bigint', column => column.notNull())
    .addColumn('series', 'bigint', column => column.notNull())
    .addColumn('instances', 'bigint', column => column.notNull())
    .execute()
  await sql`insert into change_head (id, number, studies, series, instances) values (1, 0, 0, 0, 0)`.execute(
    db,
  )
}
