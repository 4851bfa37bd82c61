import { normaliseDate, normaliseDateTime, normaliseTime } from '../dicom/date-time.js'
import { keywordOf } from '../dicom/dictionary.js'
import type { JsonElement } from '../dicom/json-model.js'
import type { ParsedFile } from '../dicom/part10/parsed-dataset.js'
import * as reason from '../dicom/store-reasons.js'
import type { NewInstance } from '../dicom/stored-instance.js'
import { isUid } from '../dicom/uid.js'
import type { FileDigests } from './incoming-instance.js'
import type { Failure } from './store-failure.js'

/** An instance that was read to its end and may not be stored. */
export class Unfit extends Error {
  constructor(readonly failure: Failure) {
    super(failure.detail)
  }
}

const REQUIRED_UIDS = {
  SOPClassUID: '(0008,0016)',
  SOPInstanceUID: '(0008,0018)',
  StudyInstanceUID: '(0020,000D)',
  SeriesInstanceUID: '(0020,000E)',
} as const

/** What an instance that fails is reported by: of what was read, its UIDs. */
export function knownUids(
  read: Pick<ParsedFile, 'SOPClassUID' | 'SOPInstanceUID'>,
): Pick<Failure, 'SOPClassUID' | 'SOPInstanceUID'> {
  const { SOPClassUID, SOPInstanceUID } = read
  return {
    ...(SOPClassUID !== undefined && isUid(SOPClassUID) ? { SOPClassUID } : {}),
    ...(SOPInstanceUID !== undefined && isUid(SOPInstanceUID) ? { SOPInstanceUID } : {}),
  }
}

/** Only a missing or invalid one of the four UIDs refuses an instance, or a cut one. PS3.18 10.5.1.
 *  @throws Unfit */
export function requiredUids(
  parsed: ParsedFile,
  study: string | undefined,
): Pick<NewInstance, 'uids' | 'SOPClassUID'> {
  const { SOPClassUID = '', SOPInstanceUID = '', StudyInstanceUID = '', SeriesInstanceUID = '' } = parsed
  const found = { SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID }
  for (const [keyword, tag] of Object.entries(REQUIRED_UIDS)) {
    const value = found[keyword as keyof typeof REQUIRED_UIDS]
    if (isUid(value)) continue
    const detail = `${keyword} ${tag} is ${value === '' ? 'missing' : 'not a UID'}`
    throw new Unfit({ reason: reason.CANNOT_UNDERSTAND, detail })
  }
  if (parsed.truncated)
    throw new Unfit({ reason: reason.CANNOT_UNDERSTAND, detail: 'the instance is cut short' })
  if (study !== undefined && study !== StudyInstanceUID) {
    const detail = 'StudyInstanceUID (0020,000D) is not that of the request'
    throw new Unfit({ reason: reason.DATA_SET_DOES_NOT_MATCH_SOP_CLASS, detail })
  }
  return { uids: { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, SOPClassUID }
}

/** What came is what its sender says it is. RFC 9530
 *  @throws Unfit */
export function checkDigests(found: FileDigests, expected: FileDigests | 'unreadable'): void {
  if (expected === 'unreadable') {
    const detail = 'its Content-Digest is no dictionary of RFC 9530'
    throw new Unfit({ reason: reason.CANNOT_UNDERSTAND, detail })
  }
  for (const [algorithm, name] of Object.entries(DIGEST_NAMES)) {
    const [one, other] = [found, expected].map(digests => digests[algorithm as keyof FileDigests])
    if (other === undefined || (one !== undefined && Buffer.compare(one, other) === 0)) continue
    const detail = `its bytes do not have the ${name} of its Content-Digest`
    throw new Unfit({ reason: reason.CANNOT_UNDERSTAND, detail })
  }
}

const DIGEST_NAMES = { sha256: 'SHA-256', sha512: 'SHA-512' } as const

/** What does not fit, though it is usable, in words without values: reason for a warning, B007. What was there and was not
 *  understood counts, for searches will not find it; what is absent, too long or of odd letters harms nobody. */
export function oddities(parsed: ParsedFile): string[] {
  return [
    ...oddUids(parsed),
    ...Object.entries(parsed.attributes).flatMap(([tag, element]) => oddValue(tag, element)),
    ...parsed.remarks,
  ]
}

/** The data set wins over the meta group, and a UID component may have leading zeros. */
function oddUids(parsed: ParsedFile): string[] {
  const { SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID } = parsed
  const differs = (meta: string | undefined, dataset: string | undefined): boolean =>
    meta !== undefined && meta !== dataset
  const uids = { SOPClassUID, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID }
  return [
    ...(differs(parsed.MediaStorageSOPClassUID, SOPClassUID)
      ? ['(0002,0002) of the meta group is not (0008,0016)']
      : []),
    ...(differs(parsed.MediaStorageSOPInstanceUID, SOPInstanceUID)
      ? ['(0002,0003) of the meta group is not (0008,0018)']
      : []),
    ...Object.entries(uids).flatMap(([keyword, uid = '']) =>
      /(^|\.)0\d/.test(uid) ? [`a component of ${keyword} has a leading zero`] : [],
    ),
  ]
}

const VALUE_CHECKS: Readonly<Record<string, { what: string; isOne: (value: string) => boolean }>> = {
  DA: { what: 'date', isOne: value => normaliseDate(value) !== undefined },
  TM: { what: 'time', isOne: value => normaliseTime(value, '0') !== undefined },
  DT: { what: 'date and time', isOne: value => normaliseDateTime(value, '0') !== undefined },
  IS: { what: 'number', isOne: value => Number.isFinite(Number(value)) },
  DS: { what: 'number', isOne: value => Number.isFinite(Number(value)) },
}

function oddValue(tag: string, { vr, Value = [] }: JsonElement): string[] {
  const check = VALUE_CHECKS[vr]
  if (check === undefined) return []
  const isOdd = Value.some(value => typeof value === 'string' && !check.isOne(value))
  const named = `${keywordOf(tag) ?? ''} (${tag.slice(0, 4)},${tag.slice(4)})`.trimStart()
  return isOdd ? [`${named} is no ${check.what}`] : []
}
