/** The values of a study say where it stands in the order of answers, so that of many that match the newest are found without
 *  reading the studies; and on SQLite the different values are found by any part of them, as PostgreSQL finds them by pg_trgm.
 *
 *  `moment`: of the study, YYYYMMDDHHMMSS as a number, what is unknown 0. The release before does not write it: then a trigger does.
 *  The table is made anew: in PostgreSQL it takes several times as long to change each row of a full one. */
import { PostgresAdapter, sql, type Kysely } from 'kysely'

const MOMENT = sql`cast('0' || study_date as bigint) * 1000000 + cast('0' || substr(study_time, 1, 6) as bigint)`

export async function up(db: Kysely<unknown>): Promise<void> {
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter
  const text = postgres ? sql`text collate "C"` : sql`text`

  // Reads go on until the names change.
  if (postgres) await sql`lock table study_attribute in share mode`.execute(db)
  const table = db.schema
    .createTable('study_value')
    .addColumn('owner_id', 'bigint', column => (postgres ? column : column.references('study.id')).notNull())
    .addColumn('tag', text, column => column.notNull())
    .addColumn('value', text, column => column.notNull())
    .addColumn('moment', 'bigint')
    .addPrimaryKeyConstraint('study_value_key', ['owner_id', 'tag', 'value'])
  await (postgres ? table : table.modifyEnd(sql`without rowid`)).execute()
  await sql`
    insert into study_value
    select owner_id, tag, value, ${MOMENT} from study_attribute join study on study.id = owner_id
    order by owner_id, tag, value`.execute(db)
  await db.schema
    .createIndex('study_value_order')
    .on('study_value')
    .columns(['tag', 'value', 'moment', 'owner_id'])
    .execute()
  if (postgres)
    await sql`
      do $$ begin
        create index study_value_trigrams on study_value using gin (value gin_trgm_ops);
      exception when others then
        raise notice 'filmroom: no pg_trgm';
      end $$`.execute(db)
  else await addTerms(db)
  await db.schema.dropTable('study_attribute').execute()
  await db.schema.alterTable('study_value').renameTo('study_attribute').execute()

  if (postgres) {
    await sql`
      create function study_attribute_moment() returns trigger language plpgsql as $$ begin
        new.moment := (select ${MOMENT} from study where id = new.owner_id);
        return new;
      end $$`.execute(db)
    await sql`
      create trigger study_attribute_moment before insert on study_attribute
      for each row when (new.moment is null) execute function study_attribute_moment()`.execute(db)
    return
  }
  await sql`
    create trigger study_attribute_moment after insert on study_attribute when new.moment is null begin
      update study_attribute set moment = (select ${MOMENT} from study where id = new.owner_id)
      where owner_id = new.owner_id and tag = new.tag and value = new.value;
    end`.execute(db)
  // By hand and by every program, as long as any study has the value: `purge` leaves nothing of it.
  await sql`
    create trigger study_term_came after insert on study_attribute when new.tag not glob '*~~' begin
      insert into study_term (tag, value) values (new.tag, new.value) on conflict do nothing;
    end`.execute(db)
  await sql`
    create trigger study_term_went after delete on study_attribute
    when not exists (select 1 from study_attribute where tag = old.tag and value = old.value) begin
      delete from study_term where tag = old.tag and value = old.value;
    end`.execute(db)
}

/** The different values, but for sounds (searched-attributes.ts), and which of three characters each of them has. */
async function addTerms(db: Kysely<unknown>): Promise<void> {
  await sql`create table study_term (id integer primary key, tag text not null, value text not null)`.execute(
    db,
  )
  await sql`
    insert into study_term (tag, value)
    select distinct tag, value from study_value where tag not glob '*~~' order by tag, value`.execute(db)
  await sql`create unique index study_term_value on study_term (tag, value)`.execute(db)
  await sql`
    create virtual table study_term_text using fts5(
      value, content='study_term', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none, columnsize=0)`.execute(
    db,
  )
  await sql`insert into study_term_text (study_term_text) values ('rebuild')`.execute(db)
  await sql`
    create trigger study_term_text_came after insert on study_term begin
      insert into study_term_text (rowid, value) values (new.id, new.value);
    end`.execute(db)
  await sql`
    create trigger study_term_text_went after delete on study_term begin
      insert into study_term_text (study_term_text, rowid, value) values ('delete', old.id, old.value);
    end`.execute(db)
}
