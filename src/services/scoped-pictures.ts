import type { Scope } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { nothingThere } from './absent.js'
import { versionOfSeries, type ContentVersion } from './content-version.js'
import { hasPictures } from './renderable.js'

/** What of a study or a series can be drawn. */
export interface ScopedPictures {
  readonly version: ContentVersion
  /** some are known to be missing or damaged */
  readonly isDamaged: boolean
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
    let isEmpty = true
    const damaged: number[] = []
    for await (const { id, damage } of instances()) {
      isEmpty = false
      if (damage !== undefined) damaged.push(id)
    }
    if (isEmpty) throw new Problem('not-acceptable', 'nothing there has a picture')
    const { token, changed } = versionOfSeries(series)
    const isDamaged = damaged.length > 0
    // A mark changes no version of a series, and what is told of it goes when it is healed.
    return {
      version: isDamaged ? { token: `${token} damaged ${damaged.join(' ')}`, changed } : { token, changed },
      isDamaged,
      instances,
    }
  }
}
