import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import type { ProblemKind } from '../dicom/problem.js'
import type { Failure } from './store-failure.js'

/** What became of one part of a store request. */
export type PartOutcome =
  | {
      readonly kind: 'stored'
      readonly StudyInstanceUID: string
      readonly SeriesInstanceUID: string
      readonly SOPClassUID: string
      readonly SOPInstanceUID: string
      /** Warning Reason (0008,1196) */
      readonly warning?: number
    }
  | ({ readonly kind: 'failed' } & Failure)

/** The status of a store's answer. PS3.18 10.5.3.1.
 * @param wholeParts parts that were read to their end, stored or not
 * @param broken the request's body ended or broke before its end */
export function storeStatus(
  outcomes: readonly PartOutcome[],
  wholeParts: number,
  broken: boolean,
): 200 | 202 | 400 | 409 | 413 | 503 {
  const stored = outcomes.filter(outcome => outcome.kind === 'stored')
  if (wholeParts === 0) return 400
  if (stored.length === 0) {
    const allBecauseOf = (...kinds: ProblemKind[]): boolean =>
      outcomes.every(one => one.kind === 'failed' && one.problem !== undefined && kinds.includes(one.problem))
    if (allBecauseOf('storage-full', 'unavailable')) return 503
    return allBecauseOf('limit-exceeded') ? 413 : 409
  }
  const clean = !broken && stored.length === outcomes.length && stored.every(one => one.warning === undefined)
  return clean ? 200 : 202
}

/** The store instances response module. PS3.18 Annex I.2. No empty sequences; parts without UIDs go to
 *  Other Failures Sequence.
 * @param base URL of the DICOMweb root */
export function storeDataset(outcomes: readonly PartOutcome[], base: string): DicomJson {
  const referenced: DicomJson[] = []
  const failed: DicomJson[] = []
  const other: DicomJson[] = []
  const studies = new Set<string>()
  for (const outcome of outcomes) {
    if (outcome.kind === 'stored') {
      const study = `${base}/studies/${outcome.StudyInstanceUID}`
      studies.add(study)
      referenced.push({
        '00081150': uid(outcome.SOPClassUID),
        '00081155': uid(outcome.SOPInstanceUID),
        '00081190': {
          vr: 'UR',
          Value: [`${study}/series/${outcome.SeriesInstanceUID}/instances/${outcome.SOPInstanceUID}`],
        },
        ...(outcome.warning === undefined ? {} : { '00081196': { vr: 'US', Value: [outcome.warning] } }),
      })
    } else if (outcome.SOPInstanceUID !== undefined && outcome.SOPClassUID !== undefined) {
      failed.push({
        '00081150': uid(outcome.SOPClassUID),
        '00081155': uid(outcome.SOPInstanceUID),
        '00081197': { vr: 'US', Value: [outcome.reason] },
        '00000902': { vr: 'LO', Value: [outcome.detail.slice(0, 64)] },
      })
    } else {
      other.push({
        '00081197': { vr: 'US', Value: [outcome.reason] },
        '00000902': { vr: 'LO', Value: [outcome.detail.slice(0, 64)] },
      })
    }
  }
  const [only] = studies
  return sorted({
    '00081190': studies.size === 1 && only !== undefined ? { vr: 'UR', Value: [only] } : { vr: 'UR' },
    ...sequence('00081198', failed),
    ...sequence('00081199', referenced),
    ...sequence('0008119A', other),
  })
}

function uid(value: string): JsonElement {
  return { vr: 'UI', Value: [value] }
}

function sequence(tag: string, items: readonly DicomJson[]): DicomJson {
  return items.length === 0 ? {} : { [tag]: { vr: 'SQ', Value: items.map(sorted) } }
}

function sorted(dataset: DicomJson): DicomJson {
  return Object.fromEntries(Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : 1)))
}
