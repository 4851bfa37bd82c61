import type { Scope, InstanceUids } from '../dicom/instance-uids.js'
import { Problem } from '../dicom/problem.js'
import { isUid } from '../dicom/uid.js'

export interface StudyParams {
  readonly study: string
}
export interface SeriesParams extends StudyParams {
  readonly series: string
}
export interface InstanceParams extends SeriesParams {
  readonly instance: string
}

/** @throws Problem `invalid-uid` */
export function readScope(params: Partial<InstanceParams> & StudyParams): Scope {
  return {
    StudyInstanceUID: readUid(params.study, 'study'),
    ...(params.series === undefined ? {} : { SeriesInstanceUID: readUid(params.series, 'series') }),
    ...(params.instance === undefined ? {} : { SOPInstanceUID: readUid(params.instance, 'instance') }),
  }
}

/** @throws Problem `invalid-uid` */
export function readInstanceUids(params: InstanceParams): InstanceUids {
  return {
    StudyInstanceUID: readUid(params.study, 'study'),
    SeriesInstanceUID: readUid(params.series, 'series'),
    SOPInstanceUID: readUid(params.instance, 'instance'),
  }
}

/** @throws Problem `invalid-uid` */
export function readUid(text: string, name: string): string {
  if (isUid(text)) return text
  throw new Problem(
    'invalid-uid',
    `the ${name} in the path is not a UID (digits and dots, at most 64 characters)`,
  )
}

/** `1,3,2`: 1-based, in the client's order. PS3.18 10.4.1.1.5.
 * @returns 0-based
 * @throws Problem `invalid-frame-list` */
export function readFrameList(text: string): readonly number[] {
  return text.split(',').map((item, position) => {
    const number = Number(item)
    if (!/^\d{1,10}$/.test(item.trim()) || number < 1) {
      throw new Problem(
        'invalid-frame-list',
        `item ${position + 1} of the frame list is not a frame number (1 or more)`,
      )
    }
    return number - 1
  })
}
