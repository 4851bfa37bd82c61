/** The rows that searches look at, in their stable order: studies from the newest, series and instances by number. */
import {
  expressionBuilder,
  sql,
  type Expression,
  type QueryCreator,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely'
import type { QueryLevel } from '../dicom/query.js'
import type { IndexDatabase } from './dialects/dialect.js'
import type { Schema } from './schema.js'

/** A study; for the lower levels also a series of it, and an instance of that. */
export interface SearchRow {
  readonly study_id: number
  readonly study_instance_uid: string
  readonly study_date: string
  readonly study_time: string
  readonly study_attributes: string
  readonly modalities: string
  readonly study_series: number
  readonly study_instances: number
  readonly series_id: number
  readonly series_instance_uid: string
  readonly series_number: number
  readonly series_attributes: string
  readonly series_instances: number
  readonly instance_id: number
  readonly sop_instance_uid: string
  readonly instance_number: number
  readonly sop_class_uid: string
  readonly transfer_syntax_uid: string
  readonly instance_attributes: string
}

type Tables = 'study' | 'series' | 'instance'
type Rows = SelectQueryBuilder<Schema, Tables, SearchRow>

/** What rows are looked for, and how. */
export interface Narrowed {
  /** all must hold; they name the tables study, series and instance */
  readonly conditions: readonly Expression<SqlBool>[]
  /** Rows are read in order until there are enough; otherwise a condition finds the few there are. */
  readonly isWalk: boolean
  /** Studies, and series, by number: it must be one of these too. */
  readonly few: { readonly study?: ReadonlySet<number>; readonly series?: ReadonlySet<number> }
}

export interface Found {
  readonly rows: readonly SearchRow[]
  /** after these, as far as they are counted */
  readonly remaining: number
  /** there are no more than that */
  readonly isAll: boolean
}

/** Counting all would take as long as the archive is large. */
export const MOST_COUNTED = 1_000

/** What a search tells of those that come after its page, of which it counted MOST_COUNTED, and one. */
export function counted(remaining: number): Pick<Found, 'remaining' | 'isAll'> {
  return { remaining: Math.min(remaining, MOST_COUNTED), isAll: remaining <= MOST_COUNTED }
}

/** So many live rows in order. Columns of levels below are not there. */
export function pageRows(
  database: IndexDatabase,
  level: QueryLevel,
  narrowed: Narrowed,
  limit: number,
  offset = 0,
): Rows {
  if (level !== 'study' || narrowed.few.study === undefined)
    return orderedRows(database, level, narrowed).limit(limit).offset(offset)
  // Of few studies those that are wanted are found by what an index has of them, before their rows are read.
  const wanted = sql<number>`(
    select study.id from ${database.studiesByRank}
    where study.deleted_at is null and ${sql.join(allConditions(database, narrowed), sql` and `)}
    order by study.study_date desc, study.study_time desc, study.study_instance_uid
    limit ${limit} offset ${offset})`
  const eb = expressionBuilder<Schema, Tables>()
  return orderedRows(database, level, { conditions: [eb('study.id', 'in', wanted)], few: {}, isWalk: false })
}

/** All of them. */
export function orderedRows(
  database: Pick<IndexDatabase, 'isOneOf'> & { readonly db: QueryCreator<Schema> },
  level: QueryLevel,
  narrowed: Narrowed,
): Rows {
  let rows = from(database.db, level, narrowed.isWalk)
    .select([
      'study.id as study_id',
      'study.study_instance_uid',
      'study.study_date',
      'study.study_time',
      'study.attributes as study_attributes',
      'study.modalities',
      'study.series_count as study_series',
      'study.instance_count as study_instances',
    ])
    .orderBy('study.study_date', 'desc')
    .orderBy('study.study_time', 'desc')
    .orderBy('study.study_instance_uid')
  if (level !== 'study')
    rows = rows
      .select([
        'series.id as series_id',
        'series.series_instance_uid',
        'series.series_number',
        'series.attributes as series_attributes',
        'series.instance_count as series_instances',
      ])
      .orderBy('series.series_number')
      .orderBy('series.series_instance_uid')
  if (level === 'instance')
    rows = rows
      .select([
        'instance.id as instance_id',
        'instance.sop_instance_uid',
        'instance.instance_number',
        'instance.sop_class_uid',
        'instance.transfer_syntax_uid',
        'instance.attributes as instance_attributes',
      ])
      .orderBy('instance.instance_number')
      .orderBy('instance.sop_instance_uid')
  for (const condition of allConditions(database, narrowed)) rows = rows.where(condition)
  return rows as unknown as Rows
}

/** All conditions, and those that say of which few they are. */
function allConditions(
  { isOneOf }: Pick<IndexDatabase, 'isOneOf'>,
  { conditions, few }: Narrowed,
): Expression<SqlBool>[] {
  const eb = expressionBuilder<Schema, Tables>()
  return [
    ...(few.study === undefined ? [] : [isOneOf(eb.ref('study.id'), few.study)]),
    ...(few.series === undefined ? [] : [isOneOf(eb.ref('series.id'), few.series)]),
    ...conditions,
  ]
}

/** How many there are in the whole archive. */
export async function liveCounts({ db }: IndexDatabase): Promise<Record<QueryLevel, number>> {
  const head = await db
    .selectFrom('change_head')
    .select(['studies', 'series', 'instances'])
    .executeTakeFirstOrThrow()
  return { study: head.studies, series: head.series, instance: head.instances }
}

/** How many rows there are in all, as far as they are counted. */
export async function countRows(
  database: IndexDatabase,
  level: QueryLevel,
  narrowed: Narrowed,
  most: number,
): Promise<number> {
  let rows = from(database.db, level, narrowed.isWalk).select('study.id')
  for (const condition of allConditions(database, narrowed)) rows = rows.where(condition)
  const { n } = await database.db
    .selectFrom(rows.limit(most).as('row'))
    .select(eb => eb.fn.countAll<number | string>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Only what comes after a row. Told level by level, so that studies before it are left out before their series are looked up. */
export function after(level: QueryLevel, last: SearchRow): Expression<SqlBool> {
  const eb = expressionBuilder<Schema, Tables>()
  const study = eb.and([
    eb('study.study_date', '<=', last.study_date),
    eb.or([
      eb('study.study_date', '<', last.study_date),
      eb('study.study_time', '<', last.study_time),
      eb.and([
        eb('study.study_time', '=', last.study_time),
        eb('study.study_instance_uid', level === 'study' ? '>' : '>=', last.study_instance_uid),
      ]),
    ]),
  ])
  if (level === 'study') return study
  const series = eb.or([
    eb('study.id', '<>', last.study_id),
    eb(
      eb.refTuple('series.series_number', 'series.series_instance_uid'),
      level === 'series' ? '>' : '>=',
      eb.tuple(last.series_number, last.series_instance_uid),
    ),
  ])
  if (level === 'series') return eb.and([study, series])
  const instance = eb.or([
    eb('series.id', '<>', last.series_id),
    eb(
      eb.refTuple('instance.instance_number', 'instance.sop_instance_uid'),
      '>',
      eb.tuple(last.instance_number, last.sop_instance_uid),
    ),
  ])
  return eb.and([study, series, instance])
}

/** Live rows. A live series is in a live study, and a live instance in a live series; each is said, for the indexes' sake.
 *  A planner that knows nothing of limits would read all series and sort them: a cross join keeps the order of a walk. */
function from(db: QueryCreator<Schema>, level: QueryLevel, isWalk: boolean) {
  const studies = db.selectFrom('study').where('study.deleted_at', 'is', null)
  const withSeries = isWalk
    ? studies.crossJoin('series').whereRef('series.study_id', '=', 'study.id')
    : studies.innerJoin('series', 'series.study_id', 'study.id')
  const series = withSeries.where('series.deleted_at', 'is', null)
  const withInstances = isWalk
    ? series.crossJoin('instance').whereRef('instance.series_id', '=', 'series.id')
    : series.innerJoin('instance', 'instance.series_id', 'series.id')
  const instances = withInstances.where('instance.deleted_at', 'is', null)
  const byLevel = { study: studies, series, instance: instances }
  return byLevel[level] as unknown as typeof instances
}
