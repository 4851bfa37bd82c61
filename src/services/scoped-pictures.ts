import type { Scope } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { nothingThere } from './absent.js'
import { versionOfSeries, type ContentVersion } from './content-version.js'
import { hasPictures } from './renderable.js'

/** What of a study or a series can be drawn. */
export interface ScopedPictures {
  readonly version: ContentVersion
  /** those that have pictures, by SeriesNumber, series, InstanceNumber, SOP Instance UID */
  readonly instances: () => AsyncIterable<FoundInstance>
}

/** @throws Problem `not-found`; `not-acceptable`: nothing there has a picture */
export type FindScopedPictures = (scope: Scope) => Promise<ScopedPictures>

/** Decides from index rows; instances without a picture are passed over. PS3.18 10.4.1.1.3 */
export function scopedPictures(index: ArchiveIndex): FindScopedPictures {
  return async scope => {
    // Before the instances: what comes between is sent under an older version, which nobody is told of again.
    const series = await index.seriesVersions(scope.StudyInstanceUID, scope.SeriesInstanceUID)
    if (series.length === 0) throw nothingThere()
    const instances = async function* (): AsyncIterable<FoundInstance> {
      for await (const instance of index.instances(scope)) if (hasPictures(instance)) yield instance
    }
    for await (const _ of instances()) return { version: versionOfSeries(series), instances }
    throw new Problem('not-acceptable', 'nothing there has a picture')
  }
}
