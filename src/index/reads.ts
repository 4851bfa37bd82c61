/** Bounded, indexed reads by prepared statements: what the event loop may do by itself. */
import type { CompiledQuery, Kysely } from 'kysely'
import type { InstanceUids, Scope } from '../dicom/instance-uids.js'
import type { ArchiveIndex, FoundInstance, SeriesVersion, StoredHeader } from './archive-index.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { foundInstance, INSTANCE_COLUMNS } from './found-instance.js'
import { prepare } from './prepared.js'
import { readRows } from './rows.js'
import type { Schema } from './schema.js'

/** Rows a page of instances(). */
const PAGE_INSTANCES = 256
/** Compressed bytes of a page of headers(), unless one alone is larger. */
const PAGE_HEADER_BYTES = 1 << 20
const PAGE_HEADERS = 64

type IndexReads = Pick<
  ArchiveIndex,
  | 'findBySopInstance'
  | 'find'
  | 'frameChunk'
  | 'bulkTable'
  | 'header'
  | 'instances'
  | 'instancesFrom'
  | 'headers'
  | 'seriesVersions'
>

export function indexReads(database: IndexDatabase): IndexReads {
  const queries = readQueries(database.db)
  return {
    findBySopInstance,
    find,
    frameChunk,
    bulkTable,
    header,
    instances,
    instancesFrom,
    headers,
    seriesVersions,
  }

  async function findBySopInstance(SOPInstanceUID: string): Promise<FoundInstance | undefined> {
    const [row] = await run(queries.instance({ sop: SOPInstanceUID }))
    return row && foundInstance(row)
  }

  async function find(uids: InstanceUids): Promise<FoundInstance | undefined> {
    const found = await findBySopInstance(uids.SOPInstanceUID)
    return found !== undefined && isIn(found, uids) ? found : undefined
  }

  async function frameChunk(instanceId: number, chunk: number): Promise<Uint8Array | undefined> {
    const [row] = await run(queries.frameChunk({ id: instanceId, chunk }))
    return row?.ranges
  }

  async function bulkTable(instanceId: number): Promise<Uint8Array> {
    const [row] = await run(queries.bulkTable({ id: instanceId }))
    return row?.bulk ?? new Uint8Array(0)
  }

  async function header(instanceId: number): Promise<StoredHeader | undefined> {
    const [row] = await run(queries.header({ id: instanceId }))
    return (
      row && {
        uids: {
          StudyInstanceUID: row.study_instance_uid,
          SeriesInstanceUID: row.series_instance_uid,
          SOPInstanceUID: row.sop_instance_uid,
        },
        header: row.header,
        headerTextBytes: row.header_text_bytes,
      }
    )
  }

  async function* instances(scope: Scope): AsyncGenerator<FoundInstance> {
    for await (const page of pages(scope)) for (const row of page) yield foundInstance(row)
  }

  async function instancesFrom(
    StudyInstanceUID: string,
    SeriesInstanceUID: string,
    position: number,
    count: number,
  ): Promise<readonly FoundInstance[]> {
    const [series] = await seriesRows({ StudyInstanceUID, SeriesInstanceUID })
    if (series === undefined) return []
    return (await run(queries.part({ series: series.id, position, count }))).map(foundInstance)
  }

  async function* headers(scope: Scope): AsyncGenerator<StoredHeader> {
    for await (const page of pages(scope)) {
      for (const group of groups(page)) {
        const rows = await run(
          queries.headers(
            database.db,
            group.map(row => row.id),
          ),
        )
        const byId = new Map(rows.map(row => [row.instance_id, row]))
        for (const row of group) {
          const found = byId.get(row.id)
          if (found === undefined) continue
          yield {
            uids: foundInstance(row).uids,
            header: found.header,
            headerTextBytes: found.header_text_bytes,
          }
        }
      }
    }
  }

  async function* pages(scope: Scope): AsyncGenerator<PageRow[]> {
    if (scope.SOPInstanceUID !== undefined) {
      const page = await run(queries.instance({ sop: scope.SOPInstanceUID }))
      yield page.filter(row => isIn(foundInstance(row), scope))
      return
    }
    for (const series of await seriesRows(scope)) {
      // Numbers are never negative infinity, UIDs never empty: the first page begins before all.
      let after = { number: Number.MIN_SAFE_INTEGER, uid: '' }
      for (;;) {
        const page = await run(queries.page({ series: series.id, ...after }))
        const last = page.at(-1)
        if (last === undefined) break
        yield page
        if (page.length < PAGE_INSTANCES) break
        after = { number: last.instance_number, uid: last.sop_instance_uid }
      }
    }
  }

  async function seriesVersions(
    StudyInstanceUID: string,
    SeriesInstanceUID?: string,
  ): Promise<readonly SeriesVersion[]> {
    const rows = await seriesRows({
      StudyInstanceUID,
      ...(SeriesInstanceUID === undefined ? {} : { SeriesInstanceUID }),
    })
    return rows.map(row => ({
      SeriesInstanceUID: row.series_instance_uid,
      modality: row.modality,
      version: row.version,
      changedAt: new Date(row.updated_at),
      instances: row.instance_count,
    }))
  }

  async function seriesRows({ StudyInstanceUID, SeriesInstanceUID }: Scope): Promise<SeriesRow[]> {
    return SeriesInstanceUID === undefined
      ? run(queries.seriesOfStudy({ study: StudyInstanceUID }))
      : run(queries.oneSeries({ study: StudyInstanceUID, series: SeriesInstanceUID }))
  }

  function run<Row>(query: CompiledQuery<Row>): Promise<Row[]> {
    return readRows(database, query)
  }
}

type SeriesRow = Pick<
  Schema['series'],
  'series_instance_uid' | 'modality' | 'version' | 'updated_at' | 'instance_count'
> & { readonly id: number }
type PageRow = Parameters<typeof foundInstance>[0] & {
  readonly instance_number: number
  readonly header_bytes: number
}

function isIn(found: FoundInstance, scope: Scope): boolean {
  return (
    found.uids.StudyInstanceUID === scope.StudyInstanceUID &&
    (scope.SeriesInstanceUID === undefined || found.uids.SeriesInstanceUID === scope.SeriesInstanceUID)
  )
}

/** Cuts a page so that the headers of a group fit in memory together. */
function* groups(page: readonly PageRow[]): Generator<PageRow[]> {
  let group: PageRow[] = []
  let bytes = 0
  for (const row of page) {
    if (group.length === PAGE_HEADERS || (group.length > 0 && bytes + row.header_bytes > PAGE_HEADER_BYTES)) {
      yield group
      group = []
      bytes = 0
    }
    group.push(row)
    bytes += row.header_bytes
  }
  if (group.length > 0) yield group
}

function readQueries(db: Kysely<Schema>) {
  const instances = db
    .selectFrom('instance')
    .innerJoin('series', 'series.id', 'instance.series_id')
    .innerJoin('study', 'study.id', 'series.study_id')
    .where('instance.deleted_at', 'is', null)
    .select(INSTANCE_COLUMNS)
    .select(['instance.instance_number', 'instance.header_bytes'])
  const series = db
    .selectFrom('series')
    .innerJoin('study', 'study.id', 'series.study_id')
    .where('series.deleted_at', 'is', null)
    .select([
      'series.id',
      'series.series_instance_uid',
      'series.modality',
      'series.version',
      'series.updated_at',
      'series.instance_count',
    ])
  return {
    instance: prepare((v: { sop: string }) => instances.where('instance.sop_instance_uid', '=', v.sop)),
    page: prepare((v: { series: number; number: number; uid: string }) =>
      instances
        .where('instance.series_id', '=', v.series)
        .where(eb =>
          eb(
            eb.refTuple('instance.instance_number', 'instance.sop_instance_uid'),
            '>',
            eb.tuple(v.number, v.uid),
          ),
        )
        .orderBy('instance.instance_number')
        .orderBy('instance.sop_instance_uid')
        .limit(PAGE_INSTANCES),
    ),
    part: prepare((v: { series: number; position: number; count: number }) =>
      instances
        .where('instance.series_id', '=', v.series)
        .orderBy('instance.instance_number')
        .orderBy('instance.sop_instance_uid')
        .limit(v.count)
        .offset(v.position),
    ),
    seriesOfStudy: prepare((v: { study: string }) =>
      series
        .where('study.study_instance_uid', '=', v.study)
        .orderBy('series.series_number')
        .orderBy('series.series_instance_uid'),
    ),
    oneSeries: prepare((v: { study: string; series: string }) =>
      series
        .where('study.study_instance_uid', '=', v.study)
        .where('series.series_instance_uid', '=', v.series),
    ),
    frameChunk: prepare((v: { id: number; chunk: number }) =>
      db
        .selectFrom('frame_chunk')
        .select('ranges')
        .where('instance_id', '=', v.id)
        .where('chunk', '=', v.chunk),
    ),
    bulkTable: prepare((v: { id: number }) =>
      db.selectFrom('instance_header').select('bulk').where('instance_id', '=', v.id),
    ),
    header: prepare((v: { id: number }) =>
      db
        .selectFrom('instance_header')
        .innerJoin('instance', 'instance.id', 'instance_header.instance_id')
        .innerJoin('series', 'series.id', 'instance.series_id')
        .innerJoin('study', 'study.id', 'series.study_id')
        .select([
          'study.study_instance_uid',
          'series.series_instance_uid',
          'instance.sop_instance_uid',
          'instance_header.header_text_bytes',
          'instance_header.header',
        ])
        .where('instance_header.instance_id', '=', v.id)
        .where('instance.deleted_at', 'is', null),
    ),
    headers: (database: Kysely<Schema>, ids: readonly number[]) =>
      database
        .selectFrom('instance_header')
        .select(['instance_id', 'header_text_bytes', 'header'])
        .where('instance_id', 'in', ids)
        .compile(),
  }
}
