import { randomBytes } from 'node:crypto'
import type { BlobKey } from '../blobs/blob-store.js'

const FOLDERS = 256
/** Instances that come together share a folder, and so the fsync that makes their names durable. */
const NAMES_A_TURN = 64
const TIME_DIGITS = 10
let names = randomBytes(1).readUInt8() * NAMES_A_TURN

/** `<2 hex>/<name>.dcm`, spread evenly over 256 folders. UIDs never become part of a path. */
export function newBlobKey(): BlobKey {
  names = (names + 1) % (FOLDERS * NAMES_A_TURN)
  const folder = Math.floor(names / NAMES_A_TURN)
    .toString(16)
    .padStart(2, '0')
  return `${folder}/${newName()}.dcm`
}

const INSTANCE_KEY = /^[0-9a-f]{2}\/([0-9a-v]{26})\.dcm$/

/** Whether a key is one that newBlobKey makes. */
export function isInstanceKey(key: BlobKey): boolean {
  return INSTANCE_KEY.test(key)
}

/** What of an instance's key its order in time is told by. */
export function nameOfKey(key: BlobKey): string {
  return key.slice(key.indexOf('/') + 1)
}

/** When the key of an instance was made.
 *  @returns milliseconds since 1970 */
export function timeOfKey(key: BlobKey): number {
  return Number.parseInt(nameOfKey(key).slice(0, TIME_DIGITS), 32)
}

/** What the keys of all tombstones begin with, and those of nothing else. */
export const TOMBSTONES = 'tombstones/'

/** `tombstones/<name>`: their order is that of time. */
export function newTombstoneKey(): BlobKey {
  return `${TOMBSTONES}${newName()}`
}

/** A time-ordered random name of 26 characters (a ULID in lower case). */
function newName(): string {
  const time = Date.now().toString(32).padStart(TIME_DIGITS, '0')
  const tail = BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString(32)
    .padStart(16, '0')
  return `${time}${tail}`
}
