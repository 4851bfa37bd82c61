import type { DicomJson, JsonElement } from '../dicom/json-model.js'
import { tagName } from '../dicom/part10/tags.js'
import type { Problem, ProblemKind } from '../dicom/problem.js'
import * as reason from '../dicom/store-reasons.js'
import type { Failure } from './store-failure.js'

/** of an LO. PS3.5 6.2 */
const MOST_COMMENT_CHARACTERS = 64

/** Why a stored instance is not quite as it should be, or not quite as it came. */
export interface Warning {
  /** Warning Reason (0008,1196) */
  readonly reason: number
  /** in words, without values */
  readonly detail: string
}

/** What became of one part of a store request. */
export type PartOutcome =
  | {
      readonly kind: 'stored'
      readonly StudyInstanceUID: string
      readonly SeriesInstanceUID: string
      readonly SOPClassUID: string
      readonly SOPInstanceUID: string
      readonly warning?: Warning
    }
  | ({ readonly kind: 'failed' } & Failure)

/** One warning of an instance, since Warning Reason has one value: of coercion, or else of all that does not fit. */
export function warningOf(coerced: readonly number[], oddities: readonly string[]): Warning | undefined {
  if (coerced.length > 0) {
    const detail = inWords(coerced.map(tag => `${tagName(tag)} is coerced`))
    return { reason: reason.COERCION_OF_DATA_ELEMENTS, detail }
  }
  if (oddities.length === 0) return undefined
  return { reason: reason.DATA_SET_DOES_NOT_MATCH_WARNING, detail: inWords(oddities) }
}

/** The first of them, and how many more there are. */
function inWords(details: readonly string[]): string {
  const [first = '', ...others] = details
  const more = others.length === 0 ? '' : ` (+${others.length} more)`
  return first.slice(0, MOST_COMMENT_CHARACTERS - more.length) + more
}

/** The status of a store's answer. PS3.18 10.5.3.1.
 * @param wholeParts parts that were read to their end, stored or not
 * @param broken why the request's body was not read to its end */
export function storeStatus(
  outcomes: readonly PartOutcome[],
  wholeParts: number,
  broken: Problem | undefined,
): 200 | 202 | 400 | 409 | 413 | 503 {
  if (wholeParts === 0) return 400
  if (!outcomes.some(one => one.kind === 'stored')) {
    const allBecauseOf = (...kinds: ProblemKind[]): boolean =>
      outcomes.every(one => one.kind === 'failed' && one.problem !== undefined && kinds.includes(one.problem))
    if (allBecauseOf('storage-full', 'unavailable')) return 503
    return broken?.kind === 'payload-too-large' || allBecauseOf('limit-exceeded') ? 413 : 409
  }
  const clean =
    broken === undefined && outcomes.every(one => one.kind === 'stored' && one.warning === undefined)
  return clean ? 200 : 202
}

/** The store instances response module as DICOM JSON text, in pieces of an item each. PS3.18 Annex I.2. No empty sequences;
 *  instances whose UIDs are not known go to Other Failures Sequence.
 * @param base URL of the DICOMweb root */
export function* storeAnswer(outcomes: readonly PartOutcome[], base: string): Iterable<string> {
  const studies = new Set<string>()
  for (const one of outcomes) if (one.kind === 'stored') studies.add(one.StudyInstanceUID)
  const [study] = studies
  const RetrieveURL = studies.size === 1 && study !== undefined ? [`${base}/studies/${study}`] : []
  yield `{"00081190":${JSON.stringify(url(RetrieveURL))}`
  yield* sequence('00081198', outcomes, one => (hasUids(one) ? failedItem(one) : undefined))
  yield* sequence('00081199', outcomes, one =>
    one.kind === 'stored' ? referencedItem(one, base) : undefined,
  )
  yield* sequence('0008119A', outcomes, one =>
    one.kind === 'failed' && !hasUids(one) ? failureItem(one) : undefined,
  )
  yield '}'
}

function* sequence(
  tag: string,
  outcomes: readonly PartOutcome[],
  itemOf: (outcome: PartOutcome) => DicomJson | undefined,
): Iterable<string> {
  let before = `,"${tag}":{"vr":"SQ","Value":[`
  for (const outcome of outcomes) {
    const item = itemOf(outcome)
    if (item === undefined) continue
    yield before + JSON.stringify(item)
    before = ','
  }
  if (before === ',') yield ']}'
}

type Stored = Extract<PartOutcome, { kind: 'stored' }>
type FailedWithUids = Failure & { readonly SOPClassUID: string; readonly SOPInstanceUID: string }

function hasUids(outcome: PartOutcome): outcome is { kind: 'failed' } & FailedWithUids {
  return (
    outcome.kind === 'failed' && outcome.SOPInstanceUID !== undefined && outcome.SOPClassUID !== undefined
  )
}

function referencedItem(stored: Stored, base: string): DicomJson {
  const { StudyInstanceUID, SeriesInstanceUID, SOPClassUID, SOPInstanceUID, warning } = stored
  const RetrieveURL = `${base}/studies/${StudyInstanceUID}/series/${SeriesInstanceUID}/instances/${SOPInstanceUID}`
  return {
    ...(warning === undefined ? {} : comment(warning.detail)),
    '00081150': uid(SOPClassUID),
    '00081155': uid(SOPInstanceUID),
    '00081190': url([RetrieveURL]),
    ...(warning === undefined ? {} : { '00081196': { vr: 'US', Value: [warning.reason] } }),
  }
}

function failedItem(failure: FailedWithUids): DicomJson {
  return {
    ...comment(failure.detail),
    '00081150': uid(failure.SOPClassUID),
    '00081155': uid(failure.SOPInstanceUID),
    '00081197': { vr: 'US', Value: [failure.reason] },
  }
}

function failureItem(failure: Failure): DicomJson {
  return { ...comment(failure.detail), '00081197': { vr: 'US', Value: [failure.reason] } }
}

/** Error Comment (0000,0902), LO. PS3.7 C.4.2.1.4.2 */
function comment(detail: string): DicomJson {
  return { '00000902': { vr: 'LO', Value: [detail.slice(0, MOST_COMMENT_CHARACTERS).trimEnd()] } }
}

function uid(value: string): JsonElement {
  return { vr: 'UI', Value: [value] }
}

function url(values: readonly string[]): JsonElement {
  return values.length === 0 ? { vr: 'UR' } : { vr: 'UR', Value: values }
}
