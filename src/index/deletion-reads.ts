/** Reads about deletions and changes: indexed and in pages. */
import { sql, type CompiledQuery, type Kysely } from 'kysely'
import type { Change, ChangePage } from './archive-index.js'
import type {
  DeletedSeries,
  Deletions,
  EmptiedDeletion,
  ExpiredInstance,
  StaleDeletion,
} from './deletions.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { prepare } from './prepared.js'
import { readRows } from './rows.js'
import type { Schema } from './schema.js'

type DeletionReads = Pick<
  Deletions,
  'studyVersion' | 'deleted' | 'knowsTombstone' | 'stale' | 'blobKeys' | 'expired' | 'emptied'
>

const PAGE_BLOB_KEYS = 1_000

export function deletionReads(database: IndexDatabase): DeletionReads {
  const queries = readQueries(database.db)
  return { studyVersion, deleted, knowsTombstone, stale, blobKeys, expired, emptied }

  async function studyVersion(uid: string): Promise<number | undefined> {
    return (await run(queries.studyVersion({ uid })))[0]?.version
  }

  async function deleted(deletedAfter: number): Promise<readonly DeletedSeries[]> {
    const rows = await run(queries.deleted({ after: deletedAfter }))
    return rows.map(row => ({
      action: row.action === 'replace' ? 'replace' : 'delete',
      deletedAt: row.deleted_at,
      StudyInstanceUID: row.study_instance_uid,
      SeriesInstanceUID: row.series_instance_uid,
      instances: Number(row.instances),
    }))
  }

  async function knowsTombstone(key: string): Promise<boolean> {
    return (await run(queries.tombstone({ key }))).length > 0
  }

  async function stale(): Promise<readonly StaleDeletion[]> {
    const rows = await run(queries.stale({}))
    return rows.map(row => ({
      id: row.id,
      action: row.action === 'replace' ? 'replace' : 'delete',
      tombstoneKey: row.tombstone_key ?? undefined,
      stale: row.stale,
    }))
  }

  async function* blobKeys(deletionId: number): AsyncGenerator<string> {
    let after = 0
    for (;;) {
      const page = await run(queries.blobKeys({ deletion: deletionId, after }))
      for (const row of page) yield row.blob_key
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE_BLOB_KEYS) return
      after = last.id
    }
  }

  async function expired(limit: number): Promise<readonly ExpiredInstance[]> {
    const rows = await run(queries.expired({ limit }))
    return rows.map(row => ({
      id: row.id,
      blobKey: row.blob_key,
      sha256: row.sha256,
      StudyInstanceUID: row.study_instance_uid,
      SeriesInstanceUID: row.series_instance_uid,
    }))
  }

  async function emptied(): Promise<readonly EmptiedDeletion[]> {
    const rows = await run(queries.emptied({}))
    return rows.map(row => ({ id: row.id, tombstoneKey: row.tombstone_key ?? undefined }))
  }

  function run<Row>(query: CompiledQuery<Row>): Promise<Row[]> {
    return readRows(database, query)
  }
}

/** The change feed, by ArchiveIndex.changes. */
export function changeReads(database: IndexDatabase): {
  readonly changes: (since: number, limit: number) => Promise<ChangePage>
} {
  const { db } = database
  const head = prepare((_: object) => db.selectFrom('change_head').select('number').where('id', '=', 1))
  const page = prepare((v: { since: number; limit: number }) =>
    db
      .selectFrom('change')
      .select([
        'number',
        'action',
        'study_instance_uid',
        'series_instance_uid',
        'sop_instance_uid',
        'changed_at',
      ])
      .where('number', '>', v.since)
      .orderBy('number')
      .limit(sql<number>`${v.limit}`),
  )
  return {
    async changes(since, limit) {
      const [{ number } = { number: 0 }] = await readRows(database, head({}))
      const rows = await readRows(database, page({ since, limit }))
      const changes = rows.map((row): Change => {
        return {
          number: row.number,
          action: row.action,
          uids: {
            StudyInstanceUID: row.study_instance_uid,
            SeriesInstanceUID: row.series_instance_uid,
            SOPInstanceUID: row.sop_instance_uid,
          },
          time: new Date(row.changed_at),
        }
      })
      return { changes, latest: Math.max(number, rows.at(-1)?.number ?? 0) }
    },
  }
}

function readQueries(db: Kysely<Schema>) {
  const nothingLeft = db
    .selectFrom('instance')
    .select('instance.id')
    .whereRef('instance.deletion_id', '=', sql.ref('deletion.id'))
  return {
    studyVersion: prepare((v: { uid: string }) =>
      db
        .selectFrom('study')
        .select('version')
        .where('study_instance_uid', '=', v.uid)
        .where('deleted_at', 'is', null),
    ),
    deleted: prepare((v: { after: number }) =>
      db
        .selectFrom('deletion')
        .innerJoin('instance', 'instance.deletion_id', 'deletion.id')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('study', 'study.id', 'series.study_id')
        .select([
          'deletion.action',
          'deletion.deleted_at',
          'study.study_instance_uid',
          'series.series_instance_uid',
          db.fn.countAll<number | string>().as('instances'),
        ])
        .where('deletion.purging', '=', 0)
        .where('deletion.deleted_at', '>', v.after)
        .groupBy([
          'deletion.id',
          'deletion.action',
          'deletion.deleted_at',
          'series.id',
          'study.study_instance_uid',
          'series.series_instance_uid',
        ])
        .orderBy('deletion.deleted_at', 'desc')
        .orderBy('deletion.id', 'desc')
        .orderBy('study.study_instance_uid')
        .orderBy('series.series_instance_uid'),
    ),
    tombstone: prepare((v: { key: string }) =>
      db.selectFrom('deletion').select('id').where('tombstone_key', '=', v.key),
    ),
    stale: prepare((_: object) =>
      db
        .selectFrom('deletion')
        .select(['id', 'action', 'tombstone_key', 'stale'])
        .where('purging', '=', 0)
        // Not a parameter: so the index on stale ones is used.
        .where(sql<boolean>`stale > 0`),
    ),
    blobKeys: prepare((v: { deletion: number; after: number }) =>
      db
        .selectFrom('instance')
        .select(['id', 'blob_key'])
        .where('deletion_id', '=', v.deletion)
        .where('id', '>', v.after)
        .orderBy('id')
        .limit(PAGE_BLOB_KEYS),
    ),
    expired: prepare((v: { limit: number }) =>
      db
        .selectFrom('deletion')
        .innerJoin('instance', 'instance.deletion_id', 'deletion.id')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('study', 'study.id', 'series.study_id')
        .select([
          'instance.id',
          'instance.blob_key',
          'instance.sha256',
          'study.study_instance_uid',
          'series.series_instance_uid',
        ])
        .where('deletion.purging', '=', 1)
        .limit(sql<number>`${v.limit}`),
    ),
    emptied: prepare((_: object) =>
      db
        .selectFrom('deletion')
        .select(['id', 'tombstone_key'])
        .where('purging', '=', 1)
        .where(eb => eb.not(eb.exists(nothingLeft))),
    ),
  }
}
