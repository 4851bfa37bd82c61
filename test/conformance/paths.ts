import type { MadeInstance } from '../made-dicom.js'

/** `/studies/…/series/…/instances/…` under the DICOMweb root. PS3.18 10.4.1 */
export function pathOf({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: MadeInstance): string {
  return `/studies/${StudyInstanceUID}/series/${SeriesInstanceUID}/instances/${SOPInstanceUID}`
}
