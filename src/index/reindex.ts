/** What is searched by, made anew from the stored headers, step by step: first what each instance keeps and says of its
 *  study and series, then the series, which are merged from that, then the studies. Every step is a short transaction, may
 *  be repeated and leaves the index usable; what is stored, deleted or restored between two steps is right by itself. */
import type { CompiledQuery, Transaction } from 'kysely'
import { headerAttributes } from '../dicom/header-attributes.js'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { keptOfInstance, type KeptOfInstance } from './instance-rows.js'
import {
  attributeSetOf,
  levelRows,
  mergedSeriesText,
  mergedStudyText,
  modalitiesOf,
  writeSeries,
  writeStudy,
  type LevelRows,
} from './level-rows.js'
import { reindexQueries } from './reindex-queries.js'
import type { Reindexing, ReindexProgress, ReindexStep } from './reindexing.js'
import type { Schema } from './schema.js'
import { transact } from './transact.js'
import { writtenFor } from './search-state.js'
import type { WriterQueries } from './writer-queries.js'

/** Instances of a step, and compressed header bytes (but at least one instance). */
const PAGE_INSTANCES = 100
const PAGE_HEADER_BYTES = 4 << 20
const PAGE_SERIES = 50
const PAGE_STUDIES = 20

/** A transaction's. */
interface Rows extends LevelRows {
  readonly transaction: Transaction<Schema>
}

export function reindexWork(
  database: IndexDatabase,
  writerQueries: WriterQueries,
  attributes: IndexedAttributes,
): Reindexing {
  const { db, locksRows } = database
  const queries = reindexQueries(database)
  const mine = writtenFor(attributes)
  const run = async <Row>(query: CompiledQuery<Row>): Promise<Row[]> => (await db.executeQuery(query)).rows

  return {
    begin: () =>
      told(() =>
        inTransaction(async rows => {
          await database.awaitWriters(rows.transaction)
          await rows.run(queries.beginFilling({ mine }))
          const [found] = await rows.run(queries.count({}))
          const count = (key: keyof NonNullable<typeof found>): number => Number(found?.[key] ?? 0)
          const until = {
            instances: count('last_instance'),
            series: count('last_series'),
            studies: count('last_study'),
          }
          return {
            rows: count('instances') + count('series') + count('studies'),
            step: { of: 'instances', after: 0, until },
          }
        }),
      ),
    step: step =>
      told(() => {
        switch (step.of) {
          case 'instances':
            return instances(step)
          case 'series':
            return series(step)
          case 'studies':
            return studies(step)
        }
      }),
    end: () =>
      told(async () => (await inTransaction(rows => rows.run(queries.endFilling({ mine })))).length > 0),
  }

  /** Headers never change: they are read, and read through, before the transaction that writes what they say. */
  async function instances({ after, until }: ReindexStep): Promise<ReindexProgress> {
    const page = await run(queries.instances({ after, until: until.instances, limit: PAGE_INSTANCES }))
    let bytes = 0
    const taken = page.filter((row, n) => (bytes += row.header_bytes) <= PAGE_HEADER_BYTES || n === 0)
    const last = taken.at(-1)?.id
    if (last === undefined) return { rows: 0, next: { of: 'series', after: 0, until } }
    const headers = new Map(
      (await run(queries.headers({ after, last }))).map(row => [row.instance_id, row] as const),
    )
    const kept = new Map<number, KeptOfInstance>()
    for (const row of taken) {
      const stored = headers.get(row.id)
      // Purged between the two reads.
      if (stored === undefined) continue
      const dataset = await headerAttributes(stored.header, stored.header_text_bytes, attributes.tags)
      const uids = {
        StudyInstanceUID: row.study_instance_uid,
        SeriesInstanceUID: row.series_instance_uid,
        SOPInstanceUID: row.sop_instance_uid,
      }
      kept.set(row.id, keptOfInstance(dataset, attributes, uids))
    }
    await inTransaction(async rows => {
      const read = () => rows.run(queries.keptOfInstances({ after, last }))
      for (const now of (await held(rows, read)).rows) {
        const made = kept.get(now.id)
        if (made === undefined) continue
        const study_set_id = await attributeSetOf(now.study_id, made.studyText, rows)
        const series_set_id = await attributeSetOf(now.study_id, made.seriesText, rows)
        const isAsMade =
          study_set_id === now.study_set_id &&
          series_set_id === now.series_set_id &&
          made.instanceNumber === now.instance_number &&
          made.instanceText === now.attributes
        if (isAsMade) continue
        await rows.run(
          queries.keepOfInstance({
            id: now.id,
            study_set_id,
            series_set_id,
            instance_number: made.instanceNumber,
            attributes: made.instanceText,
          }),
        )
      }
    })
    return { rows: taken.length, next: { of: 'instances', after: last, until } }
  }

  async function series({ after, until }: ReindexStep): Promise<ReindexProgress> {
    return inTransaction(async rows => {
      const read = () => rows.run(queries.series({ after, until: until.series, limit: PAGE_SERIES }))
      const page = await held(rows, read)
      for (const { id } of page.rows) await writeSeries(id, await mergedSeriesText(id, rows), rows)
      const { last, length } = page
      return {
        rows: length,
        next: last === undefined ? { of: 'studies', after: 0, until } : { of: 'series', after: last, until },
      }
    })
  }

  async function studies({ after, until }: ReindexStep): Promise<ReindexProgress> {
    return inTransaction(async rows => {
      const read = () => rows.run(queries.studies({ after, until: until.studies, limit: PAGE_STUDIES }))
      const page = await held(rows, read)
      for (const { id } of page.rows) {
        await writeStudy(id, await mergedStudyText(id, rows), await modalitiesOf(id, rows), rows)
        await rows.run(queries.dropUnusedSets({ study: id }))
      }
      const { last, length } = page
      return {
        rows: length,
        next: last === undefined ? undefined : { of: 'studies', after: last, until },
      }
    })
  }

  /** Rows of studies that nobody else changes until the transaction ends.
   * @returns those that are there now; how many there were at first, and the last one's id */
  async function held<Row extends { readonly id: number; readonly study_id: number }>(
    { run }: Rows,
    read: () => Promise<Row[]>,
  ): Promise<{ readonly rows: readonly Row[]; readonly length: number; readonly last: number | undefined }> {
    const page = await read()
    const { length } = page
    const last = page.at(-1)?.id
    if (!locksRows || length === 0) return { rows: page, length, last }
    const studies = new Set(page.map(row => row.study_id))
    await run(writerQueries.lockStudies([...studies], {}))
    return { rows: (await read()).filter(row => studies.has(row.study_id)), length, last }
  }

  function inTransaction<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    return transact(database, transaction =>
      work({
        ...levelRows({ database, transaction, queries: writerQueries, attributes }),
        transaction,
      }),
    )
  }

  async function told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw database.problemOf(error)
    }
  }
}
