import { bulkValues, type BulkEntry } from '../dicom/bulk-table.js'
import type { Scope } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { nothingThere } from './absent.js'
import type { BulkdataService, BulkValue } from './bulkdata.js'
import type { Caller } from './caller.js'
import { refuseDamaged } from './damaged.js'
import { versionOfInstance, versionOfSeries, type ContentVersion } from './content-version.js'

/** All bulk values, or Pixel Data in its three forms at the top level alone. PS3.18 10.4.3.3.5, 10.4.3.3.6 */
export type BulkResource = 'bulkdata' | 'pixeldata'

export interface ScopedValue {
  /** as in its BulkDataURI */
  readonly path: string
  readonly value: BulkValue
}

export interface BulkResourceRequest {
  readonly caller: Caller
  readonly scope: Scope
  readonly resource: BulkResource
  /** whether a form of it is acceptable.
   * @param alone it is the whole resource, in one part */
  readonly accepts: (value: BulkValue, alone: boolean) => boolean
}

/** What can be given; nothing of it is opened yet. */
export interface FoundBulk {
  readonly version: ContentVersion
  /** some values have no acceptable form, or their instance is known to be damaged: 206 */
  readonly partial: boolean
  /** the first that has one; undefined where none has: 406 */
  readonly first: ScopedValue | undefined
  /** the resource is this one value, in one part */
  readonly alone: boolean
  /** those that have one, instance by instance, in the order of the file */
  readonly values: () => AsyncIterable<ScopedValue>
}

export interface BulkResourcesService {
  /** Decides from index rows what can be given.
   * @throws Problem `not-found`, `bulkdata-not-found` (instances without such a value); `blob-missing`, `blob-damaged`: no instance
   *  that has one is whole */
  find(request: BulkResourceRequest): Promise<FoundBulk>
}

const PIXEL_DATA: ReadonlySet<string> = new Set(['7FE00008', '7FE00009', '7FE00010'])

/** In memory is the bulk table of one instance at a time. */
export function bulkResources(index: ArchiveIndex, bulkdata: BulkdataService): BulkResourcesService {
  return { find }

  async function find({ scope, resource, accepts }: BulkResourceRequest): Promise<FoundBulk> {
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = scope
    if (SeriesInstanceUID !== undefined && SOPInstanceUID !== undefined) {
      const instance = await index.find({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
      if (instance === undefined) throw nothingThere()
      const entries = await entriesOf(instance, resource)
      const values = (): AsyncIterable<ScopedValue> => valuesOf(instance, entries)
      return survey(values, accepts, versionOfInstance(instance), await isAlone(instance, entries))
    }
    // Before the instances: what comes between is sent under an older version, which nobody is told of again.
    const series = await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
    if (series.length === 0) throw nothingThere()
    const values = async function* (): AsyncIterable<ScopedValue> {
      for await (const instance of index.instances(scope))
        yield* valuesOf(instance, await entriesOf(instance, resource))
    }
    return survey(values, accepts, versionOfSeries(series), false)
  }

  async function* valuesOf(
    instance: FoundInstance,
    entries: readonly BulkEntry[],
  ): AsyncIterable<ScopedValue> {
    for (const entry of entries) yield { path: entry.path, value: await bulkdata.ofInstance(instance, entry) }
  }

  async function entriesOf(instance: FoundInstance, resource: BulkResource): Promise<readonly BulkEntry[]> {
    // Of a path that occurs twice the last counts, in the place of the first.
    const entries = new Map<string, BulkEntry>()
    for (const entry of bulkValues(await index.bulkTable(instance.id))) {
      if (resource === 'bulkdata' || PIXEL_DATA.has(entry.path)) entries.set(entry.path, entry)
    }
    return [...entries.values()]
  }

  async function isAlone(instance: FoundInstance, [first, second]: readonly BulkEntry[]): Promise<boolean> {
    if (first === undefined || second !== undefined) return false
    const value = await bulkdata.ofInstance(instance, first)
    return value.kind === 'value' || value.frames.count === 1
  }
}

async function survey(
  values: () => AsyncIterable<ScopedValue>,
  accepts: BulkResourceRequest['accepts'],
  version: ContentVersion,
  alone: boolean,
): Promise<FoundBulk> {
  let all = 0
  let acceptable = 0
  let first: ScopedValue | undefined
  let damaged: FoundInstance | undefined
  let token = version.token
  for await (const scoped of values()) {
    all++
    const { instance } = scoped.value
    if (instance.damage !== undefined) {
      if (damaged?.id !== instance.id) token += ` without ${instance.id}`
      damaged = instance
      continue
    }
    if (!accepts(scoped.value, alone)) continue
    acceptable++
    first ??= scoped
  }
  if (all === 0) throw new Problem('bulkdata-not-found', 'nothing there has such a bulk value')
  if (first === undefined && damaged !== undefined) refuseDamaged(damaged)
  return {
    version: { ...version, token },
    partial: acceptable < all,
    first,
    alone,
    async *values() {
      for await (const scoped of values())
        if (scoped.value.instance.damage === undefined && accepts(scoped.value, alone)) yield scoped
    },
  }
}
