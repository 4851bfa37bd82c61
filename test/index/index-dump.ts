/** All that an index holds for searches, without row ids, versions and times: two archives with the same instances have the
 *  same dump. */
import { openSqlite } from '../../src/index/dialects/sqlite.js'

export interface IndexDump {
  readonly studies: readonly unknown[]
  readonly series: readonly unknown[]
  readonly instances: readonly unknown[]
  readonly sets: readonly unknown[]
  readonly counts: unknown
}

/** @param file of a SQLite index, which may be in use */
export async function dumpIndex(file: string): Promise<IndexDump> {
  const database = openSqlite(file, 'read')
  const { db } = database
  try {
    const studies = await db
      .selectFrom('study')
      .select([
        'study_instance_uid',
        'study_date',
        'study_time',
        'attributes',
        'modalities',
        'deleted_at',
        'id',
      ])
      .select(['series_count', 'instance_count'])
      .orderBy('study_instance_uid')
      .execute()
    const series = await db
      .selectFrom('series')
      .innerJoin('study', 'study.id', 'series.study_id')
      .select(['study_instance_uid', 'series_instance_uid', 'series_number', 'modality', 'series.attributes'])
      .select(['series.instance_count', 'series.deleted_at', 'series.id'])
      .orderBy('series_instance_uid')
      .orderBy('study_instance_uid')
      .execute()
    const instances = await db
      .selectFrom('instance')
      .innerJoin('series', 'series.id', 'instance.series_id')
      .innerJoin('attribute_set as of_study', 'of_study.id', 'instance.study_set_id')
      .innerJoin('attribute_set as of_series', 'of_series.id', 'instance.series_set_id')
      .select([
        'series_instance_uid',
        'sop_instance_uid',
        'sop_class_uid',
        'instance_number',
        'instance.attributes',
      ])
      .select([
        'of_study.attributes as study_text',
        'of_series.attributes as series_text',
        'instance.deleted_at',
      ])
      .orderBy('sop_instance_uid')
      .orderBy('instance.id')
      .execute()
    const sets = await db
      .selectFrom('attribute_set')
      .innerJoin('study', 'study.id', 'attribute_set.study_id')
      .select(['study_instance_uid', 'attribute_set.attributes'])
      .orderBy('study_instance_uid')
      .orderBy('attribute_set.attributes')
      .execute()
    const found = async (table: 'study_attribute' | 'series_attribute', id: number): Promise<unknown[]> =>
      db
        .selectFrom(table)
        .select(['tag', 'value'])
        .where('owner_id', '=', id)
        .orderBy('tag')
        .orderBy('value')
        .execute()
    const {
      studies: n,
      series: m,
      instances: k,
    } = await db.selectFrom('change_head').selectAll().executeTakeFirstOrThrow()
    const live = <Row extends { deleted_at: number | null }>({ deleted_at, ...row }: Row) => ({
      ...row,
      live: deleted_at === null,
    })
    return {
      studies: await Promise.all(
        studies.map(async ({ id, ...row }) => ({ ...live(row), found: await found('study_attribute', id) })),
      ),
      series: await Promise.all(
        series.map(async ({ id, ...row }) => ({ ...live(row), found: await found('series_attribute', id) })),
      ),
      instances: instances.map(live),
      sets,
      counts: { studies: n, series: m, instances: k },
    }
  } finally {
    await database.close()
  }
}
