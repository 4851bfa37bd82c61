import { sql } from 'kysely'
import type { IndexDatabase } from './dialects/dialect.js'
import { prepare } from './prepared.js'
import type { Schema } from './schema.js'
import { searchStateQueries } from './search-state.js'

/** Rows with ids after one and up to another. */
interface Page {
  readonly after: number
  readonly until: number
  readonly limit: number
}

/** The statements of a reindex, compiled once. */
export function reindexQueries({ db, locksRows }: Pick<IndexDatabase, 'db' | 'locksRows'>) {
  const { beginFilling, endFilling } = searchStateQueries(db, locksRows)
  return {
    beginFilling,
    endFilling,
    count: prepare((_: object) =>
      db.selectNoFrom(eb => [
        eb.selectFrom('instance').select(eb.fn.countAll<number | string>().as('n')).as('instances'),
        eb.selectFrom('series').select(eb.fn.countAll<number | string>().as('n')).as('series'),
        eb.selectFrom('study').select(eb.fn.countAll<number | string>().as('n')).as('studies'),
        eb
          .selectFrom('instance')
          .select(one => one.fn.max('id').as('n'))
          .as('last_instance'),
        eb
          .selectFrom('series')
          .select(one => one.fn.max('id').as('n'))
          .as('last_series'),
        eb
          .selectFrom('study')
          .select(one => one.fn.max('id').as('n'))
          .as('last_study'),
      ]),
    ),
    instances: prepare((v: Page) =>
      db
        .selectFrom('instance')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('study', 'study.id', 'series.study_id')
        .select([
          'instance.id',
          'study.study_instance_uid',
          'series.series_instance_uid',
          'instance.sop_instance_uid',
          'instance.header_bytes',
        ])
        .where('instance.id', '>', v.after)
        .where('instance.id', '<=', v.until)
        .orderBy('instance.id')
        .limit(v.limit),
    ),
    headers: prepare((v: { after: number; last: number }) =>
      db
        .selectFrom('instance_header')
        .select(['instance_id', 'header_text_bytes', 'header'])
        .where('instance_id', '>', v.after)
        .where('instance_id', '<=', v.last),
    ),
    keptOfInstances: prepare((v: { after: number; last: number }) =>
      db
        .selectFrom('instance')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .select([
          'instance.id',
          'series.study_id',
          'instance.study_set_id',
          'instance.series_set_id',
          'instance.instance_number',
          'instance.attributes',
        ])
        .where('instance.id', '>', v.after)
        .where('instance.id', '<=', v.last),
    ),
    keepOfInstance: prepare(
      (
        v: Pick<Schema['instance'], 'study_set_id' | 'series_set_id' | 'instance_number' | 'attributes'> & {
          readonly id: number
        },
      ) =>
        db
          .updateTable('instance')
          .set({
            study_set_id: v.study_set_id,
            series_set_id: v.series_set_id,
            instance_number: v.instance_number,
            attributes: v.attributes,
          })
          .where('id', '=', v.id),
    ),
    series: prepare((v: Page) =>
      db
        .selectFrom('series')
        .select(['id', 'study_id'])
        .where('id', '>', v.after)
        .where('id', '<=', v.until)
        .orderBy('id')
        .limit(v.limit),
    ),
    studies: prepare((v: Page) =>
      db
        .selectFrom('study')
        .select(['id', 'id as study_id'])
        .where('id', '>', v.after)
        .where('id', '<=', v.until)
        .orderBy('id')
        .limit(v.limit),
    ),
    /** what no instance of the study says any more */
    dropUnusedSets: prepare((v: { study: number }) => {
      const series = db.selectFrom('series').select('id').where('study_id', '=', v.study)
      // Live and deleted ones apart, for the indexes' sake.
      const all = series.where('deleted_at', 'is', null).unionAll(series.where('deleted_at', 'is not', null))
      const instances = db.selectFrom('instance').where('series_id', 'in', all)
      const live = instances.where('deleted_at', 'is', null)
      const deleted = instances.where('deleted_at', 'is not', null)
      return db
        .deleteFrom('attribute_set')
        .where('study_id', '=', v.study)
        .where(
          'id',
          'not in',
          live
            .select(sql<number>`study_set_id`.as('id'))
            .union(live.select(sql<number>`series_set_id`.as('id')))
            .union(deleted.select(sql<number>`study_set_id`.as('id')))
            .union(deleted.select(sql<number>`series_set_id`.as('id'))),
        )
    }),
  }
}
