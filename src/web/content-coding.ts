import { createGunzip, createInflate } from 'node:zlib'
import { Problem } from '../dicom/problem.js'

/** Content codings of request bodies. RFC 9110 8.4; PS3.18 8.7.3. */

export type ContentCoding = 'gzip' | 'deflate'

/** The codings that a request may use, for the Accept-Encoding of a 415. RFC 9110 12.5.3 */
export const KNOWN_CODINGS = 'gzip, deflate, identity'

export interface DecodingLimits {
  /** most decoded bytes */
  readonly bytes: number | undefined
  /** most decoded bytes where they are more than MOST_EXPANSION times what came */
  readonly expandedBytes: number
}

/** Images shrink to a third, headers to a tenth; deflate can do 1,032. */
const MOST_EXPANSION = 100
const CHUNK_BYTES = 64 * 1024

/** @returns undefined where the body comes as it is
 *  @throws Problem `unsupported-media-type` for a coding, or a row of codings, that is not known */
export function contentCoding(header: string | undefined): ContentCoding | undefined {
  const coding = header?.trim().toLowerCase() ?? ''
  switch (coding) {
    case '':
    case 'identity':
      return undefined
    case 'gzip':
    case 'x-gzip':
      return 'gzip'
    case 'deflate':
      return 'deflate'
    default:
      throw new Problem('unsupported-media-type', `expected a Content-Encoding of ${KNOWN_CODINGS}`)
  }
}

/** The body without its coding, as it streams in: some chunks are in memory, whatever it inflates to. Zeros after the
 *  coded bytes are read and dropped.
 * @throws Problem `malformed-request` where the coding is broken or ends early; `payload-too-large` beyond the limits; a
 *   Problem of the source as it is */
export async function* decoded(
  source: AsyncIterable<Uint8Array>,
  coding: ContentCoding,
  limits: DecodingLimits,
): AsyncGenerator<Uint8Array> {
  const inflater = (coding === 'gzip' ? createGunzip : createInflate)({ chunkSize: CHUNK_BYTES })
  let codedBytes = 0
  let decodedBytes = 0
  const ended = new Promise<void>(resolve => {
    inflater.once('end', resolve)
    inflater.once('close', resolve)
  })

  async function feed(): Promise<void> {
    try {
      for await (const chunk of source) {
        codedBytes += chunk.length
        if (inflater.readableEnded || inflater.destroyed || inflater.write(chunk)) continue
        await Promise.race([ended, new Promise(resolve => inflater.once('drain', resolve))])
      }
      inflater.end()
    } catch (error) {
      inflater.destroy(error as Error)
    }
  }

  const feeding = feed()
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      decodedBytes += chunk.length
      checkLimits()
      yield chunk
    }
    await feeding
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('malformed-request', `the ${coding} coding of the body is broken`, { cause })
  } finally {
    inflater.destroy()
  }

  function checkLimits(): void {
    if (limits.bytes !== undefined && decodedBytes > limits.bytes)
      throw new Problem('payload-too-large', `the request is larger than ${limits.bytes} bytes once decoded`)
    if (decodedBytes > Math.max(limits.expandedBytes, codedBytes * MOST_EXPANSION))
      throw new Problem(
        'payload-too-large',
        `the request expands more than ${MOST_EXPANSION} times, to more than ${limits.expandedBytes} bytes`,
      )
  }
}
