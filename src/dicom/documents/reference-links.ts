import type { DicomJson } from '../json-model.js'
import { itemsOf, textOf } from '../readable-values.js'

/** Where the instances are that a report refers to: its content names them by SOP Instance UID alone, its evidence says their
 *  series and study. PS3.3 C.17.2, C.17.2.3 */
export interface ReferenceLinks {
  /** The URL of its rendered form.
   * @param frames of it, from 1; none for all
   * @returns undefined where no evidence names it */
  to(SOPInstanceUID: string, frames: readonly string[]): string | undefined
}

/** Current Requested Procedure Evidence, Pertinent Other Evidence, Predecessor Documents, Identical Documents */
const EVIDENCE = ['0040A375', '0040A385', '0040A360', '0040A525']
const UID = /^[0-9.]{1,64}$/
/** a URL is to stay one that everybody takes */
const MOST_FRAMES = 100

/** @param base URL of the DICOMweb root */
export function referenceLinks(dataset: DicomJson, base: string): ReferenceLinks {
  const series = new Map<string, string>()
  for (const study of EVIDENCE.flatMap(tag => itemsOf(dataset, tag))) {
    const studyUid = textOf(study, '0020000D')
    for (const one of itemsOf(study, '00081115')) {
      const seriesUid = textOf(one, '0020000E')
      if (!UID.test(studyUid) || !UID.test(seriesUid)) continue
      for (const instance of itemsOf(one, '00081199'))
        series.set(textOf(instance, '00081155'), `${base}/studies/${studyUid}/series/${seriesUid}`)
    }
  }
  return {
    to(SOPInstanceUID, frames) {
      const url = series.get(SOPInstanceUID)
      if (url === undefined || !UID.test(SOPInstanceUID)) return undefined
      const listed = frames.length > 0 && frames.length <= MOST_FRAMES && frames.every(n => /^\d+$/.test(n))
      return `${url}/instances/${SOPInstanceUID}${listed ? `/frames/${frames.join(',')}` : ''}/rendered`
    },
  }
}
