import type { Failure } from './store-failure.js'

/** Digests of a file, as its sender or we computed them. */
export interface FileDigests {
  readonly sha256?: Uint8Array
  readonly sha512?: Uint8Array
}

/** One instance of a store request on its way in. PS3.18 10.5.2. */
export interface IncomingInstance {
  /** A Part 10 file, read to its end before the next instance is asked for. It throws where the envelope breaks, so that
   *  nothing after it can be read. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** what its sender says; the instance is refused where that is not so, or `unreadable`. RFC 9530 */
  readonly digests?: FileDigests | 'unreadable'
  /** Known to be unfit before its bytes are read, which are then passed over. */
  readonly refused?: Failure
}
