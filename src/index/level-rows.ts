/** What of a study or series is found by: columns and search rows, written anew from its attributes. */
import { createHash } from 'node:crypto'
import type { CompiledQuery, Transaction } from 'kysely'
import { normaliseDate, normaliseTime } from '../dicom/date-time.js'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { AttributeTableName, IndexDatabase } from './dialects/dialect.js'
import { elementIn, mergeElementTexts } from './element-text.js'
import { orderMoment } from './moments.js'
import { orderNumber, textValues } from './normalised-values.js'
import { rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import { modalityOf, searchedOfSeries, searchedOfStudy } from './searched-attributes.js'
import type { WriterQueries } from './writer-queries.js'

/** In the transaction that all is part of. */
export interface LevelRows {
  readonly run: <Row>(query: CompiledQuery<Row>) => Promise<Row[]>
  readonly insertAttributes: <Table extends AttributeTableName>(
    table: Table,
    rows: readonly Schema[Table][],
  ) => Promise<void>
  readonly queries: WriterQueries
  readonly attributes: IndexedAttributes
}

export function levelRows({
  database,
  transaction,
  queries,
  attributes,
}: {
  readonly database: IndexDatabase
  readonly transaction: Transaction<Schema>
  readonly queries: WriterQueries
  readonly attributes: IndexedAttributes
}): LevelRows {
  return {
    run: query => rowsOf(transaction, query),
    insertAttributes: (table, rows) => database.insertAll(transaction, table, rows),
    queries,
    attributes,
  }
}

/** The row of a text that instances of a study say of it, or of their series: each text has one.
 * @returns its id */
export async function attributeSetOf(
  study: number,
  text: string,
  { run, queries }: Pick<LevelRows, 'run' | 'queries'>,
): Promise<number> {
  const digest = createHash('sha256').update(text).digest()
  const [known] = await run(queries.attributeSet({ study, digest }))
  const [row] =
    known === undefined ? await run(queries.insertAttributeSet({ study, digest, attributes: text })) : [known]
  if (row === undefined) throw new Error('an insert returned no row')
  return row.id
}

/** What the live instances of a series say of it. element-text.ts */
export async function mergedSeriesText(id: number, { run, queries }: LevelRows): Promise<string> {
  return mergeElementTexts((await run(queries.seriesTexts({ id }))).map(row => row.attributes))
}

/** What the live instances of a study say of it. */
export async function mergedStudyText(id: number, { run, queries }: LevelRows): Promise<string> {
  return mergeElementTexts((await run(queries.studyTexts({ id }))).map(row => row.attributes))
}

/** @param text element-text.ts */
export async function writeSeries(
  id: number,
  text: string,
  { run, insertAttributes, queries, attributes }: LevelRows,
): Promise<void> {
  const number = orderNumber(elementIn(text, '00200011'))
  await run(queries.describeSeries({ id, number, modality: modalityOf(text), attributes: text }))
  await run(queries.clearSeriesAttributes({ id }))
  const sopClasses = (await run(queries.sopClasses({ id }))).map(row => row.sop_class_uid)
  await insertAttributes(
    'series_attribute',
    searchedOfSeries(text, sopClasses, attributes).map(found => ({ owner_id: id, ...found })),
  )
}

/** JSON list of the modalities of a study's live series, as their rows have them. */
export async function modalitiesOf(id: number, { run, queries }: LevelRows): Promise<string> {
  const rows = await run(queries.modalities({ id }))
  return JSON.stringify(rows.map(row => row.modality).sort())
}

/** @param text element-text.ts
 *  @param modalities modalitiesOf */
export async function writeStudy(
  id: number,
  text: string,
  modalities: string,
  { run, insertAttributes, queries, attributes }: LevelRows,
): Promise<void> {
  const date = normaliseDate(textValues(elementIn(text, '00080020'))[0] ?? '') ?? ''
  const time = normaliseTime(textValues(elementIn(text, '00080030'))[0] ?? '', '0') ?? ''
  await run(queries.describeStudy({ id, date, time, attributes: text, modalities }))
  await run(queries.clearStudyAttributes({ id }))
  const found = searchedOfStudy(text, JSON.parse(modalities) as string[], attributes)
  await insertAttributes(
    'study_attribute',
    found.map(one => ({ owner_id: id, ...one, moment: orderMoment(date, time) })),
  )
}
