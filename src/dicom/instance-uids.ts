/** The only address of an instance. PS3.18 10.1. */
export interface InstanceUids {
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
}

/** A study, a series of it, or an instance of that: what a retrieve, metadata or delete request names. */
export interface Scope {
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID?: string
  readonly SOPInstanceUID?: string
}
