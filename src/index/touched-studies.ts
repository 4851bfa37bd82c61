/** The studies and series that a transaction touches: read when they are first met, and their counts, values, versions and
 *  search rows written once, at its end. */
import type { Transaction } from 'kysely'
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import type { IndexDatabase } from './dialects/dialect.js'
import { mergeElementTexts } from './element-text.js'
import {
  levelRows,
  mergedSeriesText,
  mergedStudyText,
  modalitiesOf,
  writeSeries,
  writeStudy,
  type LevelRows,
} from './level-rows.js'
import { firstRow, onlyRow, rowsOf } from './rows.js'
import type { Schema } from './schema.js'
import { writtenFor } from './search-state.js'
import { SOP_CLASS_UID } from './searched-attributes.js'
import type { WriterQueries } from './writer-queries.js'

/** A transaction, and what is written in it. */
export interface Writing {
  readonly database: IndexDatabase
  readonly transaction: Transaction<Schema>
  readonly queries: WriterQueries
  readonly attributes: IndexedAttributes
  /** milliseconds since 1970 */
  readonly now: number
}

/** A study or series as the transaction knows it. */
interface Level {
  readonly id: number
  readonly wasLive: boolean
  attributes: string
  /** live ones */
  instances: number
  /** its attributes are to be written */
  changed: boolean
  /** its first instance may have gone, or an earlier one come: values are made anew from those that remain */
  recompute: boolean
}
export interface TouchedStudy extends Level {
  readonly uid: string
  /** made in this transaction */
  readonly isNew: boolean
  readonly wereSeries: number
  readonly modalities: string
  readonly series: Map<string, TouchedSeries>
}
export interface TouchedSeries extends Level {
  /** of instances that came */
  readonly sopClasses: Set<string>
}

export class TouchedStudies {
  readonly #transaction: Transaction<Schema>
  readonly #queries: WriterQueries
  readonly #rows: LevelRows
  readonly #now: number
  readonly #studies = new Map<string, TouchedStudy>()

  constructor(writing: Writing) {
    this.#transaction = writing.transaction
    this.#queries = writing.queries
    this.#rows = levelRows(writing)
    this.#now = writing.now
  }

  /** Reads the study's row, where there is one, before anything in it is changed. Where others write too, they wait from now
   *  on until the transaction ends: many are opened in the order of their UIDs. */
  async open(uid: string): Promise<TouchedStudy | undefined> {
    const row = await firstRow(this.#transaction, this.#queries.study({ uid }))
    if (row === undefined) return undefined
    const study: TouchedStudy = {
      id: row.id,
      uid,
      isNew: false,
      wasLive: row.instance_count > 0,
      wereSeries: row.series_count,
      attributes: row.attributes,
      modalities: row.modalities,
      instances: row.instance_count,
      changed: false,
      recompute: false,
      series: new Map<string, TouchedSeries>(),
    }
    this.#studies.set(uid, study)
    return study
  }

  /** Opens the study, and makes it where there is none. */
  async openOrMake(uid: string): Promise<void> {
    for (;;) {
      if ((await this.open(uid)) !== undefined) return
      const made = await firstRow(this.#transaction, this.#queries.insertStudy({ uid, now: this.#now }))
      // Another writer was faster.
      if (made === undefined) continue
      this.#studies.set(uid, {
        ...newLevel(made.id),
        uid,
        isNew: true,
        wereSeries: 0,
        modalities: '[]',
        series: new Map(),
      })
      return
    }
  }

  /** The study, opened before. */
  study(uid: string): TouchedStudy {
    const study = this.#studies.get(uid)
    if (study === undefined) throw new Error('a study was not opened')
    return study
  }

  /** A series of the study, made where there is none. */
  async series(study: TouchedStudy, uid: string): Promise<TouchedSeries> {
    const known = study.series.get(uid)
    if (known !== undefined) return known
    const row = await firstRow(this.#transaction, this.#queries.series({ study: study.id, uid }))
    const level: Level =
      row === undefined
        ? newLevel(
            (
              await onlyRow(
                this.#transaction,
                this.#queries.insertSeries({ study: study.id, uid, now: this.#now }),
              )
            ).id,
          )
        : {
            id: row.id,
            wasLive: row.instance_count > 0,
            attributes: row.attributes,
            instances: row.instance_count,
            changed: false,
            recompute: false,
          }
    const series = { ...level, sopClasses: new Set<string>() }
    study.series.set(uid, series)
    return series
  }

  /** Writes what became of each study and series, and takes the numbers of the changes. The last step but the changes
   *  themselves: the lock on the numbers makes their order that of the commits.
   *  @param instances how many more are live
   *  @returns the number before the first change */
  async finish(changes: number, instances: number): Promise<number> {
    const studies = [...this.#studies.values()].filter(study => study.series.size > 0)
    const series = studies.flatMap(study => [...study.series.values()])
    await this.dropUnused()
    const seriesCounts = new Map(studies.map(study => [study, liveSeries(study)]))
    for (const one of series) await this.#finishSeries(one)
    for (const study of studies) await this.#finishStudy(study, seriesCounts.get(study) ?? 0)
    await this.#sayWrittenFor()
    const { number } = await onlyRow(
      this.#transaction,
      this.#queries.takeNumbers({
        changes,
        studies: sum(studies, study => Number(study.instances > 0) - Number(study.wasLive)),
        series: sum(studies, study => (seriesCounts.get(study) ?? 0) - study.wereSeries),
        instances,
      }),
    )
    const version = { version: number }
    await rowsOf(
      this.#transaction,
      this.#queries.versionSeries(
        series.map(one => one.id),
        version,
      ),
    )
    await rowsOf(
      this.#transaction,
      this.#queries.versionStudies(
        studies.map(one => one.id),
        version,
      ),
    )
    return number - changes
  }

  /** Studies that were made for instances which then were refused are not there again. */
  async dropUnused(): Promise<void> {
    for (const { id, isNew, series } of this.#studies.values())
      if (isNew && series.size === 0) await rowsOf(this.#transaction, this.#queries.deleteStudy({ id }))
  }

  async #sayWrittenFor(): Promise<void> {
    const mine = writtenFor(this.#rows.attributes)
    const state = await onlyRow(this.#transaction, this.#queries.searchState({}))
    const isTold = state.written_for === mine || (state.written_for === '' && state.number > 0)
    if (isTold) return
    // Whether nothing was stored yet is decided by one after the other.
    await rowsOf(this.#transaction, this.#queries.lockHead({}))
    await rowsOf(this.#transaction, this.#queries.sayWrittenFor({ mine }))
  }

  async #finishSeries(series: TouchedSeries): Promise<void> {
    const { id, instances } = series
    const deleted = instances > 0 ? null : this.#now
    await rowsOf(this.#transaction, this.#queries.countSeries({ id, instances, now: this.#now, deleted }))
    if (series.recompute) {
      series.attributes = await mergedSeriesText(id, this.#rows)
      series.changed = true
    }
    if (series.changed) await writeSeries(id, series.attributes, this.#rows)
    else
      await this.#rows.insertAttributes(
        'series_attribute',
        [...series.sopClasses].map(value => ({ owner_id: id, tag: SOP_CLASS_UID, value })),
      )
  }

  async #finishStudy(study: TouchedStudy, series: number): Promise<void> {
    const { id, instances } = study
    const deleted = instances > 0 ? null : this.#now
    await rowsOf(
      this.#transaction,
      this.#queries.countStudy({ id, series, instances, now: this.#now, deleted }),
    )
    const isSeriesChanged = [...study.series.values()].some(one => one.changed)
    const modalities = isSeriesChanged ? await modalitiesOf(id, this.#rows) : study.modalities
    if (study.recompute) {
      study.attributes = await mergedStudyText(id, this.#rows)
      study.changed = true
    }
    if (study.changed || modalities !== study.modalities)
      await writeStudy(id, study.attributes, modalities, this.#rows)
  }
}

function newLevel(id: number): Level {
  return { id, wasLive: false, attributes: '', instances: 0, changed: true, recompute: false }
}

/** The first instance's text is the level's, later ones fill what is empty. */
export function addTo(level: TouchedStudy | TouchedSeries, text: string): void {
  const merged =
    level.attributes === text || (level.instances === 0 && !level.recompute)
      ? text
      : mergeElementTexts([level.attributes, text])
  level.instances++
  if (merged === level.attributes) return
  level.attributes = merged
  level.changed = true
}

function liveSeries(study: TouchedStudy): number {
  return (
    study.wereSeries + sum([...study.series.values()], one => Number(one.instances > 0) - Number(one.wasLive))
  )
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
