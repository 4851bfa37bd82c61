/** Every kind of trouble that a caller can be told of. http maps a kind to a status once (http/problems.ts). */
export type ProblemKind =
  | 'invalid-uid'
  | 'invalid-parameter'
  | 'invalid-frame-list'
  | 'malformed-request'
  | 'bad-dicom'
  | 'bad-pixel-data'
  | 'unsupported-transfer-syntax'
  | 'limit-exceeded'
  | 'not-found'
  | 'frame-not-found'
  | 'bulkdata-not-found'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'precondition-failed'
  | 'upload-idle'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'range-not-satisfiable'
  | 'client-gone'
  | 'storage-full'
  | 'unavailable'
  | 'overloaded'
  | 'undecodable'
  | 'blob-missing'
  | 'blob-damaged'

/** The typed error of the whole program. `message` is safe to show to anyone: it says what was expected, what
 *  came and where (byte, attribute tag, parameter name), and never holds a value from a dataset, a path or a stack. */
export class Problem extends Error {
  override readonly name = 'Problem'
  constructor(
    readonly kind: ProblemKind,
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options)
  }
}
