CREATE TRIGGER study_attribute_moment after insert on study_attribute when new.moment is null begin
      update study_attribute set moment = (select cast('0' || study_date as bigint) * 1000000 + cast('0' || substr(study_time, 1, 6) as bigint) from study where id = new.owner_id)
      where owner_id = new.owner_id and tag = new.tag and value = new.value;
    end;
CREATE TRIGGER study_term_came after insert on study_attribute when new.tag not glob '*~~' begin
      insert into study_term (tag, value) values (new.tag, new.value) on conflict do nothing;
    end;
CREATE TRIGGER study_term_text_came after insert on study_term begin
      insert into study_term_text (rowid, value) values (new.id, new.value);
    end;
CREATE TRIGGER study_term_text_went after delete on study_term begin
      insert into study_term_text (study_term_text, rowid, value) values ('delete', old.id, old.value);
    end;
CREATE TRIGGER study_term_went after delete on study_attribute
    when not exists (select 1 from study_attribute where tag = old.tag and value = old.value) begin
      delete from study_term where tag = old.tag and value = old.value;
    end;
CREATE TABLE "attribute_set" ("id" integer primary key autoincrement, "study_id" bigint not null references "study" ("id"), "digest" blob not null, "attributes" text not null);
CREATE TABLE "change" ("number" integer primary key, "action" text not null, "study_instance_uid" text not null, "series_instance_uid" text not null, "sop_instance_uid" text not null, "changed_at" bigint not null);
CREATE TABLE "change_head" ("id" integer primary key, "number" bigint not null, "studies" bigint not null, "series" bigint not null, "instances" bigint not null);
CREATE TABLE "deletion" ("action" text not null, "deleted_at" bigint not null, "tombstone_key" text, "stale" bigint not null, "purging" bigint not null, "id" integer primary key autoincrement);
CREATE TABLE "frame_chunk" ("instance_id" bigint not null references "instance" ("id"), "chunk" bigint not null, "ranges" blob not null, constraint "frame_chunk_key" primary key ("instance_id", "chunk"));
CREATE TABLE "instance" ("id" integer primary key autoincrement, "series_id" bigint not null references "series" ("id"), "sop_instance_uid" text not null, "sop_class_uid" text not null, "instance_number" bigint not null, "study_set_id" bigint not null references "attribute_set" ("id"), "series_set_id" bigint not null references "attribute_set" ("id"), "transfer_syntax_uid" text not null, "blob_key" text not null, "size_bytes" bigint not null, "sha256" blob not null, "dataset_sha256" blob not null, "dataset_offset_bytes" bigint not null, "inflated_bytes" bigint, "frames" text not null, "header_bytes" bigint not null, "stored_at" bigint not null, "deleted_at" bigint, "attributes" text not null, "deletion_id" bigint references "deletion" ("id"), "damage" text, "damage_found_at" bigint);
CREATE TABLE "instance_header" ("instance_id" integer primary key references "instance" ("id"), "header_text_bytes" bigint not null, "bulk" blob not null, "header" blob not null);
CREATE TABLE "orphan" ("blob_key" text primary key, "first_seen" bigint not null, "last_seen" bigint not null);
CREATE TABLE "rebuild" ("id" integer primary key, "phase" text not null, "after" text not null);
CREATE TABLE "rebuild_blob" ("name" text primary key, "blob_key" text not null, "deletion_id" bigint);
CREATE TABLE "search_state" ("id" integer primary key, "written_for" text not null, "filled" integer not null);
CREATE TABLE "series" ("id" integer primary key autoincrement, "study_id" bigint not null references "study" ("id"), "series_instance_uid" text not null, "series_number" bigint not null, "modality" text not null, "attributes" text not null, "instance_count" bigint not null, "version" bigint not null, "created_at" bigint not null, "updated_at" bigint not null, "deleted_at" bigint);
CREATE TABLE "series_attribute" ("owner_id" bigint not null references "series" ("id"), "tag" text not null, "value" text not null, constraint "series_attribute_key" primary key ("owner_id", "tag", "value")) without rowid;
CREATE TABLE "study" ("id" integer primary key autoincrement, "study_instance_uid" text not null, "study_date" text not null, "study_time" text not null, "attributes" text not null, "modalities" text not null, "series_count" bigint not null, "instance_count" bigint not null, "version" bigint not null, "created_at" bigint not null, "updated_at" bigint not null, "deleted_at" bigint);
CREATE TABLE "study_attribute" ("owner_id" bigint not null references "study" ("id"), "tag" text not null, "value" text not null, "moment" bigint, constraint "study_value_key" primary key ("owner_id", "tag", "value")) without rowid;
CREATE TABLE study_term (id integer primary key, tag text not null, value text not null);
CREATE VIRTUAL TABLE study_term_text using fts5(
      value, content='study_term', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none, columnsize=0);
CREATE TABLE 'study_term_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'study_term_text_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'study_term_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE "verification" ("id" integer primary key, "started_at" bigint not null, "finished_at" bigint, "after" text not null, "counts" text not null);
CREATE UNIQUE INDEX "attribute_set_digest" on "attribute_set" ("study_id", "digest");
CREATE INDEX deletion_stale on deletion (id) where stale > 0;
CREATE INDEX "deletion_time" on "deletion" ("purging", "deleted_at");
CREATE INDEX "deletion_tombstone" on "deletion" ("tombstone_key");
CREATE INDEX "instance_blob" on "instance" ("blob_key");
CREATE INDEX instance_deleted on instance (series_id) where deleted_at is not null;
CREATE INDEX instance_deletion on instance (deletion_id, id) where deletion_id is not null;
CREATE UNIQUE INDEX "instance_live_uid" on "instance" ("sop_instance_uid") where "deleted_at" is null;
CREATE UNIQUE INDEX "instance_order" on "instance" ("series_id", "instance_number", "sop_instance_uid") where "deleted_at" is null;
CREATE INDEX "series_attribute_value" on "series_attribute" ("tag", "value", "owner_id");
CREATE INDEX series_deleted on series (study_id) where deleted_at is not null;
CREATE UNIQUE INDEX "series_order" on "series" ("study_id", "series_number", "series_instance_uid") where "deleted_at" is null;
CREATE UNIQUE INDEX "series_uid" on "series" ("series_instance_uid", "study_id");
CREATE UNIQUE INDEX "study_order" on "study" ("study_date" desc, "study_time" desc, "study_instance_uid") where "deleted_at" is null;
CREATE INDEX study_rank on study (id, deleted_at, study_date, study_time, study_instance_uid);
CREATE UNIQUE INDEX study_term_value on study_term (tag, value);
CREATE UNIQUE INDEX "study_uid" on "study" ("study_instance_uid");
CREATE INDEX "study_value_order" on "study_attribute" ("tag", "value", "moment", "owner_id");
