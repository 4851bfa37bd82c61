import { parseMarkedJson, type DicomJson } from '../dicom/json-model.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'

/** What a person calls a study and a series. PS3.18 8.6.1.3 */
export interface SeriesLabels {
  /** Study Date and Study Description; never the patient */
  readonly study: string
  /** Series Number, Modality, Series Description */
  readonly series: string
}

const STUDY_TAGS = ['00080020', '00081030']
const SERIES_TAGS = ['00200011', '00080060', '0008103E']

export type LabelsOf = (instance: FoundInstance) => Promise<SeriesLabels>

/** The labels of one instance after the other, as searches tell them: one lookup a series where they come series by series. */
export function seriesLabels(index: ArchiveIndex): LabelsOf {
  let known: { readonly key: string; readonly labels: SeriesLabels } | undefined
  return async ({ uids: { StudyInstanceUID, SeriesInstanceUID } }) => {
    const key = `${StudyInstanceUID} ${SeriesInstanceUID}`
    if (known?.key !== key) {
      const include = [...STUDY_TAGS, ...SERIES_TAGS].map(tag => [tag])
      const { rows } = await index.search({
        level: 'series',
        StudyInstanceUID,
        SeriesInstanceUID,
        matches: [],
        include,
        limit: 1,
        offset: 0,
      })
      // Deleted in the meantime: what was opened of it still goes out.
      const row = parseMarkedJson(rows[0] ?? '{}')
      known = { key, labels: { study: words(row, STUDY_TAGS), series: words(row, SERIES_TAGS) } }
    }
    return known.labels
  }
}

function words(row: DicomJson, tags: readonly string[]): string {
  return tags
    .map(tag => row[tag]?.Value?.[0])
    .filter(value => typeof value === 'string' || typeof value === 'number')
    .join(' ')
}
