import type { Kysely } from 'kysely'
import { deletionQueries } from './deletion-queries.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { prepare, prepareList } from './prepared.js'
import type { Schema } from './schema.js'
import { rebuildQueries } from './rebuild-queries.js'
import { searchStateQueries } from './search-state.js'
import { verificationQueries } from './verification-queries.js'

/** The writer's statements, compiled once. */
export type WriterQueries = ReturnType<typeof writerQueries>

export function writerQueries({ db, locksRows }: Pick<IndexDatabase, 'db' | 'locksRows'>) {
  return {
    ...instanceQueries(db),
    ...studyQueries(db, locksRows),
    ...seriesQueries(db),
    ...changeQueries(db),
    ...deletionQueries(db, locksRows),
    ...searchStateQueries(db, locksRows),
    ...verificationQueries(db),
    ...rebuildQueries(db),
  }
}

type NewInstanceRow = Omit<Schema['instance'], 'id' | 'damage' | 'damage_found_at'>

function instanceQueries(db: Kysely<Schema>) {
  return {
    liveInstances: prepareList((sops: readonly string[]) =>
      db
        .selectFrom('instance')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('study', 'study.id', 'series.study_id')
        .select([
          'instance.id',
          'instance.series_id',
          'instance.sop_instance_uid',
          'instance.blob_key',
          'instance.transfer_syntax_uid',
          'instance.sha256',
          'instance.dataset_sha256',
          'instance.damage',
          'series.series_instance_uid',
          'study.study_instance_uid',
        ])
        .where('instance.sop_instance_uid', 'in', sops)
        .where('instance.deleted_at', 'is', null),
    ),
    insertInstance: prepare((v: NewInstanceRow) =>
      db
        .insertInto('instance')
        .values({
          series_id: v.series_id,
          sop_instance_uid: v.sop_instance_uid,
          sop_class_uid: v.sop_class_uid,
          instance_number: v.instance_number,
          study_set_id: v.study_set_id,
          series_set_id: v.series_set_id,
          transfer_syntax_uid: v.transfer_syntax_uid,
          blob_key: v.blob_key,
          size_bytes: v.size_bytes,
          sha256: v.sha256,
          dataset_sha256: v.dataset_sha256,
          dataset_offset_bytes: v.dataset_offset_bytes,
          inflated_bytes: v.inflated_bytes,
          frames: v.frames,
          header_bytes: v.header_bytes,
          stored_at: v.stored_at,
          deleted_at: v.deleted_at,
          deletion_id: v.deletion_id,
          attributes: v.attributes,
        })
        // Where there are several writers the unique index decides who was first.
        .onConflict(conflict =>
          conflict.column('sop_instance_uid').where('deleted_at', 'is', null).doNothing(),
        )
        .returning('id'),
    ),
    attributeSet: prepare((v: { study: number; digest: Uint8Array }) =>
      db
        .selectFrom('attribute_set')
        .select('id')
        .where('study_id', '=', v.study)
        .where('digest', '=', v.digest),
    ),
    insertAttributeSet: prepare((v: { study: number; digest: Uint8Array; attributes: string }) =>
      db
        .insertInto('attribute_set')
        .values({ study_id: v.study, digest: v.digest, attributes: v.attributes })
        .returning('id'),
    ),
  }
}

function studyQueries(db: Kysely<Schema>, locksRows: boolean) {
  return {
    /** locked, where others write too */
    study: prepare((v: { uid: string }) =>
      db
        .selectFrom('study')
        .$if(locksRows, row => row.forUpdate())
        .select(['id', 'attributes', 'modalities', 'series_count', 'instance_count'])
        .where('study_instance_uid', '=', v.uid),
    ),
    insertStudy: prepare((v: { uid: string; now: number }) =>
      db
        .insertInto('study')
        .values({
          study_instance_uid: v.uid,
          study_date: '',
          study_time: '',
          attributes: '',
          modalities: '[]',
          series_count: 0,
          instance_count: 0,
          version: 0,
          created_at: v.now,
          updated_at: v.now,
          deleted_at: v.now,
        })
        .onConflict(conflict => conflict.column('study_instance_uid').doNothing())
        .returning('id'),
    ),
    deleteStudy: prepare((v: { id: number }) => db.deleteFrom('study').where('id', '=', v.id)),
    countStudy: prepare(
      (v: { id: number; series: number; instances: number; now: number; deleted: number | null }) =>
        db
          .updateTable('study')
          .set({
            series_count: v.series,
            instance_count: v.instances,
            updated_at: v.now,
            deleted_at: v.deleted,
          })
          .where('id', '=', v.id),
    ),
    versionStudies: prepareList((ids: readonly number[], v: { version: number }) =>
      db.updateTable('study').set({ version: v.version }).where('id', 'in', ids),
    ),
    /** in the order in which all lock them */
    lockStudies: prepareList((ids: readonly number[]) =>
      db
        .selectFrom('study')
        .select('id')
        .where('id', 'in', ids)
        .orderBy('study_instance_uid')
        .$if(locksRows, rows => rows.forUpdate()),
    ),
    describeStudy: prepare(
      (v: { id: number; date: string; time: string; attributes: string; modalities: string }) =>
        db
          .updateTable('study')
          .set({ study_date: v.date, study_time: v.time, attributes: v.attributes, modalities: v.modalities })
          .where('id', '=', v.id),
    ),
    /** distinct texts about the study, that of its earliest live instance first */
    studyTexts: prepare((v: { id: number }) =>
      db
        .selectFrom('instance')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('attribute_set', 'attribute_set.id', 'instance.study_set_id')
        .select('attribute_set.attributes')
        .where('series.study_id', '=', v.id)
        .where('instance.deleted_at', 'is', null)
        .groupBy(['attribute_set.id', 'attribute_set.attributes'])
        .orderBy(eb => eb.fn.min('instance.id')),
    ),
    modalities: prepare((v: { id: number }) =>
      db
        .selectFrom('series')
        .select('modality')
        .distinct()
        .where('study_id', '=', v.id)
        .where('deleted_at', 'is', null)
        .where('modality', '<>', ''),
    ),
    clearStudyAttributes: prepare((v: { id: number }) =>
      db.deleteFrom('study_attribute').where('owner_id', '=', v.id),
    ),
  }
}

function seriesQueries(db: Kysely<Schema>) {
  return {
    series: prepare((v: { study: number; uid: string }) =>
      db
        .selectFrom('series')
        .select(['id', 'attributes', 'instance_count'])
        .where('series_instance_uid', '=', v.uid)
        .where('study_id', '=', v.study),
    ),
    insertSeries: prepare((v: { study: number; uid: string; now: number }) =>
      db
        .insertInto('series')
        .values({
          study_id: v.study,
          series_instance_uid: v.uid,
          series_number: 0,
          modality: '',
          attributes: '',
          instance_count: 0,
          version: 0,
          created_at: v.now,
          updated_at: v.now,
          deleted_at: v.now,
        })
        .returning('id'),
    ),
    countSeries: prepare((v: { id: number; instances: number; now: number; deleted: number | null }) =>
      db
        .updateTable('series')
        .set({ instance_count: v.instances, updated_at: v.now, deleted_at: v.deleted })
        .where('id', '=', v.id),
    ),
    versionSeries: prepareList((ids: readonly number[], v: { version: number }) =>
      db.updateTable('series').set({ version: v.version }).where('id', 'in', ids),
    ),
    describeSeries: prepare((v: { id: number; number: number; modality: string; attributes: string }) =>
      db
        .updateTable('series')
        .set({ series_number: v.number, modality: v.modality, attributes: v.attributes })
        .where('id', '=', v.id),
    ),
    /** distinct texts about the series, that of its earliest live instance first */
    seriesTexts: prepare((v: { id: number }) =>
      db
        .selectFrom('instance')
        .innerJoin('attribute_set', 'attribute_set.id', 'instance.series_set_id')
        .select('attribute_set.attributes')
        .where('instance.series_id', '=', v.id)
        .where('instance.deleted_at', 'is', null)
        .groupBy(['attribute_set.id', 'attribute_set.attributes'])
        .orderBy(eb => eb.fn.min('instance.id')),
    ),
    sopClasses: prepare((v: { id: number }) =>
      db
        .selectFrom('instance')
        .select('sop_class_uid')
        .distinct()
        .where('series_id', '=', v.id)
        .where('deleted_at', 'is', null),
    ),
    clearSeriesAttributes: prepare((v: { id: number }) =>
      db.deleteFrom('series_attribute').where('owner_id', '=', v.id),
    ),
  }
}

function changeQueries(db: Kysely<Schema>) {
  return {
    takeNumbers: prepare((v: { changes: number; studies: number; series: number; instances: number }) =>
      db
        .updateTable('change_head')
        .set(eb => ({
          number: eb('number', '+', v.changes),
          studies: eb('studies', '+', v.studies),
          series: eb('series', '+', v.series),
          instances: eb('instances', '+', v.instances),
        }))
        .where('id', '=', 1)
        .returning('number'),
    ),
  }
}
