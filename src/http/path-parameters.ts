/** Paths to UIDs and frames. What a path may hold is in the contract and was checked (validation.ts) before it gets here. */
import type { Scope, InstanceUids } from '../dicom/instance-uids.js'
import type { operations } from './contract.js'

export type StudyParams = Readonly<operations['retrieveStudy']['parameters']['path']>
export type SeriesParams = Readonly<operations['retrieveSeries']['parameters']['path']>
export type InstanceParams = Readonly<operations['retrieveInstance']['parameters']['path']>

/** UIDs of a study, series or instance. */
export function readScope(params: Partial<InstanceParams> & StudyParams): Scope {
  return {
    StudyInstanceUID: params.study,
    ...(params.series === undefined ? {} : { SeriesInstanceUID: params.series }),
    ...(params.instance === undefined ? {} : { SOPInstanceUID: params.instance }),
  }
}

export function readInstanceUids(params: InstanceParams): InstanceUids {
  return {
    StudyInstanceUID: params.study,
    SeriesInstanceUID: params.series,
    SOPInstanceUID: params.instance,
  }
}

/** `1,3,2`: 1-based, in the client's order. PS3.18 10.4.1.1.5.
 * @returns 0-based */
export function readFrameList(text: string): readonly number[] {
  return text.split(',').map(item => Number(item) - 1)
}
