/** Removing for good the rows of instances whose blobs are gone, and of series and studies that have none left. */
import { sql, type Transaction } from 'kysely'
import { rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import type { Writing } from './touched-studies.js'

const LIST_STEP = 100

/** Must run where the database does not check references by itself (dialect.ts withoutReferenceChecks).
 *  What is not there, or not expired, is left alone. */
export async function purge(
  instanceIds: readonly number[],
  { transaction, queries }: Pick<Writing, 'transaction' | 'queries'>,
): Promise<void> {
  if (instanceIds.length === 0) return
  const rows = await transaction
    .selectFrom('instance')
    .innerJoin('deletion', 'deletion.id', 'instance.deletion_id')
    .innerJoin('series', 'series.id', 'instance.series_id')
    .select(['instance.id', 'instance.series_id', 'series.study_id'])
    .where('instance.id', 'in', filledUp(instanceIds))
    .where('deletion.purging', '=', 1)
    .execute()
  if (rows.length === 0) return
  // Whoever stores into one of them waits, and looks for it again.
  const studies = new Set(rows.map(row => row.study_id))
  await rowsOf(transaction, queries.lockStudies([...studies], {}))
  const ids = filledUp(rows.map(row => row.id))
  await transaction.deleteFrom('instance_header').where('instance_id', 'in', ids).execute()
  await transaction.deleteFrom('frame_chunk').where('instance_id', 'in', ids).execute()
  await transaction.deleteFrom('instance').where('id', 'in', ids).execute()
  for (const id of new Set(rows.map(row => row.series_id))) await purgeSeries(transaction, id)
  for (const id of studies) await purgeStudy(transaction, id)
}

/** A deleted series has no live instance. */
async function purgeSeries(db: Transaction<Schema>, id: number): Promise<void> {
  const left = await db
    .selectFrom('instance')
    .select('id')
    .where('series_id', '=', id)
    .where('deleted_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  if (left !== undefined) return
  const { numDeletedRows } = await db
    .deleteFrom('series')
    .where('id', '=', id)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst()
  if (numDeletedRows > 0n) await db.deleteFrom('series_attribute').where('owner_id', '=', id).execute()
}

/** A deleted study has no live series. */
async function purgeStudy(db: Transaction<Schema>, id: number): Promise<void> {
  const left = await db
    .selectFrom('series')
    .select('id')
    .where('study_id', '=', id)
    .where('deleted_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  const study = db.deleteFrom('study').where('id', '=', id).where('deleted_at', 'is not', null)
  if (left !== undefined || (await study.executeTakeFirst()).numDeletedRows === 0n)
    return purgeAttributeSets(db, id)
  await db.deleteFrom('attribute_set').where('study_id', '=', id).execute()
  await db.deleteFrom('study_attribute').where('owner_id', '=', id).execute()
}

/** What only purged instances said of a study that goes on, once the last of them is purged. */
async function purgeAttributeSets(db: Transaction<Schema>, studyId: number): Promise<void> {
  const series = db.selectFrom('series').select('id').where('study_id', '=', studyId)
  const all = series.where('deleted_at', 'is', null).unionAll(series.where('deleted_at', 'is not', null))
  const more = await db
    .selectFrom('instance')
    .innerJoin('deletion', 'deletion.id', 'instance.deletion_id')
    .select('instance.id')
    .where('instance.series_id', 'in', all)
    .where('instance.deleted_at', 'is not', null)
    .where('deletion.purging', '=', 1)
    .limit(1)
    .executeTakeFirst()
  if (more !== undefined) return
  const instances = db.selectFrom('instance').where('series_id', 'in', all)
  // Live and deleted ones apart, for the indexes' sake.
  const live = instances.where('deleted_at', 'is', null)
  const deleted = instances.where('deleted_at', 'is not', null)
  const used = live
    .select(sql<number>`study_set_id`.as('id'))
    .union(live.select(sql<number>`series_set_id`.as('id')))
    .union(deleted.select(sql<number>`study_set_id`.as('id')))
    .union(deleted.select(sql<number>`series_set_id`.as('id')))
  await db.deleteFrom('attribute_set').where('study_id', '=', studyId).where('id', 'not in', used).execute()
}

/** Statements are kept by their text: so that lists of any length make few of them, the last item is repeated. */
function filledUp(ids: readonly number[]): number[] {
  const length = Math.ceil(ids.length / LIST_STEP) * LIST_STEP
  return Array.from({ length }, (_, n) => ids[Math.min(n, ids.length - 1)] ?? 0)
}
