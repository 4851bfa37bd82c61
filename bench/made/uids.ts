/** UIDs of one length, so that a made file can be given others in place, without being made again. PS3.5 9, B.2. */

const RUN = String(Date.now()).padStart(14, '0')
let taken = 0

/** A UID of this run that no other call gives; always 44 characters. */
export function nextUid(): string {
  taken += 1
  return `2.25.1${RUN}${String(taken).padStart(24, '0')}`
}

export interface Uids {
  readonly study: string
  readonly series: string
  readonly instance: string
}

export function nextUids(): Uids {
  return { study: nextUid(), series: nextUid(), instance: nextUid() }
}

/** Where a UID stands in some bytes, all places. */
export function placesOf(uid: string, bytes: Buffer): readonly number[] {
  const places: number[] = []
  for (let at = bytes.indexOf(uid); at >= 0; at = bytes.indexOf(uid, at + uid.length)) places.push(at)
  return places
}
