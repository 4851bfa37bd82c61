import type { Scope } from '../dicom/instance-uids.js'
import type { ArchiveIndex, FoundInstance, SeriesVersion } from '../index/archive-index.js'
import { nothingThere } from './absent.js'
import { versionOfInstance, versionOfSeries, type ContentVersion } from './content-version.js'
import { hasPictures } from './renderable.js'

/** The one that stands for a study, a series, or itself. */
export interface Representative {
  readonly instance: FoundInstance
  /** of its series, where it has no pictures; empty where unknown */
  readonly modality: string
  /** of all that it was chosen from */
  readonly version: ContentVersion
}

/** The middle instance of the first series of images; of a scope without images the middle one of what there is. Reads index
 *  rows, a bounded number of them however large the study is. PS3.18 10.4.1.1.4
 * @throws Problem `not-found` */
export type RepresentativeOf = (scope: Scope) => Promise<Representative>

/** Series that are looked into, those of images first. */
const MOST_SERIES = 64
/** Instances around the middle of a series that are looked at. */
const AROUND = 16

/** Modalities of what is made from images, or is none. PS3.3 C.7.3.1.1.1 */
const NOT_OF_IMAGES: ReadonlySet<string> = new Set(
  'ANN ASMT AU CTPROTOCOL DOC ECG EPS FID HD KO M3D OPTBSV PLAN PR REG RESP RTDOSE RTPLAN RTRECORD RTSTRUCT RWV SEG SMR SR SRF STAIN XAPROTOCOL'.split(
    ' ',
  ),
)
/** Segmentations, parametric maps and doses have frames, and are drawn where there is nothing else. PS3.4 B.5 */
const DERIVED: ReadonlySet<string> = new Set(
  ['66.4', '66.7', '30', '481.2'].map(end => `1.2.840.10008.5.1.4.1.1.${end}`),
)

export function representatives(index: ArchiveIndex): RepresentativeOf {
  return async ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }) => {
    if (SeriesInstanceUID !== undefined && SOPInstanceUID !== undefined) {
      const instance = await index.find({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
      if (instance === undefined) throw nothingThere()
      // Only an icon shows the modality.
      const [its] = hasPictures(instance)
        ? []
        : await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
      return { instance, modality: its?.modality ?? '', version: versionOfInstance(instance) }
    }
    const series = await index.seriesVersions(StudyInstanceUID, SeriesInstanceUID)
    if (series.length === 0) throw nothingThere()
    let best:
      { readonly rank: number; readonly instance: FoundInstance; readonly modality: string } | undefined
    const later = ({ modality }: SeriesVersion): number => Number(NOT_OF_IMAGES.has(modality))
    for (const one of [...series].sort((a, b) => later(a) - later(b)).slice(0, MOST_SERIES)) {
      const found = await middleOf(StudyInstanceUID, one)
      if (found !== undefined && (best === undefined || found.rank < best.rank))
        best = { ...found, modality: one.modality }
      if (best?.rank === 0) break
    }
    if (best === undefined) throw nothingThere()
    return { instance: best.instance, modality: best.modality, version: versionOfSeries(series) }
  }

  async function middleOf(
    StudyInstanceUID: string,
    { SeriesInstanceUID, instances }: SeriesVersion,
  ): Promise<{ rank: number; instance: FoundInstance } | undefined> {
    const middle = Math.floor(instances / 2)
    const first = Math.max(0, middle - AROUND)
    const rows = await index.instancesFrom(StudyInstanceUID, SeriesInstanceUID, first, 2 * AROUND + 1)
    const ranked = rows.map((instance, n) => ({
      instance,
      rank: rankOf(instance),
      distance: Math.abs(first + n - middle),
    }))
    return ranked.sort((a, b) => a.rank - b.rank || a.distance - b.distance)[0]
  }
}

/** The lower, the better it stands for others. */
function rankOf(instance: FoundInstance): number {
  if (instance.damage !== undefined) return 4
  if (hasPictures(instance)) return DERIVED.has(instance.SOPClassUID) ? 1 : 0
  return instance.frames.kind === 'none' ? 3 : 2
}
