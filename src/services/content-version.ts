import type { FoundInstance, SeriesVersion } from '../index/archive-index.js'

/** What an answer is made of: the ground of its ETag and its Last-Modified. */
export interface ContentVersion {
  /** another one whenever any of it may be another. One line. */
  readonly token: string
  /** when it last became another */
  readonly changed: Date
}

/** An instance is never altered: what replaces it, or is stored after its deletion, is another row. */
export function versionOfInstance({ id, sha256, storedAt }: FoundInstance): ContentVersion {
  return { token: `${id} ${storedAt.getTime()} ${hex(sha256)}`, changed: storedAt }
}

/** @param series all that is in scope, in order; at least one */
export function versionOfSeries(series: readonly SeriesVersion[]): ContentVersion {
  const changed = Math.max(...series.map(one => one.changedAt.getTime()))
  return {
    token: series.map(one => `${one.SeriesInstanceUID} ${one.version} ${one.changedAt.getTime()}`).join(' '),
    changed: new Date(changed),
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
