import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { Problem } from '../problem.js'
import { transferSyntax } from '../transfer-syntaxes.js'
import { ByteFeed } from './byte-feed.js'
import { DatasetRewriter } from './dataset-rewriter.js'
import { rewrittenHead, type RewrittenInstance } from './meta-rewrite.js'
import { DEFAULT_PART10_LIMITS } from './parsed-dataset.js'

/** A stored file of a native transfer syntax in Explicit VR Little Endian, as a stream: never the whole file in memory.
 *  PS3.5 A.1 to A.5, PS3.10 7.1; PS3.18 8.7.3. */

export interface RewriteSource extends RewrittenInstance {
  /** as stored; never encapsulated */
  readonly TransferSyntaxUID: string
  /** where the dataset begins in the stored file */
  readonly datasetOffsetBytes: number
}

const CHUNK_BYTES = 64 * 1024
/** File Meta Information is small; the parser takes no value of it beyond 1 MiB. */
const MAX_HEAD_BYTES = 16 << 20

/** Implicit VR, Big Endian and Deflated to Explicit VR Little Endian. The dataset of a deflated file is only inflated; of
 *  others the headers are written anew, sequences with undefined length, and group lengths left out.
 * @param source the stored file from its first byte; leaving the loop returns it
 * @param inflatedBytes what a deflated dataset may inflate to
 * @throws Problem `bad-dicom` where the file breaks off or is none, `limit-exceeded` where it inflates to more */
export async function* toExplicitLittleEndian(
  source: AsyncIterable<Uint8Array>,
  from: RewriteSource,
  inflatedBytes: number = DEFAULT_PART10_LIMITS.inflatedBytes,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source[Symbol.asyncIterator]()
  try {
    const { head, rest } = await cutHead(chunks, from.datasetOffsetBytes)
    yield rewrittenHead(head, from)
    const dataset = chunksAfter(rest, chunks)
    if (transferSyntax(from.TransferSyntaxUID)?.deflated === true) yield* inflated(dataset, inflatedBytes)
    else yield* rewritten(dataset, from)
  } finally {
    await chunks.return?.()
  }
}

async function* rewritten(dataset: AsyncIterable<Buffer>, from: RewriteSource): AsyncGenerator<Uint8Array> {
  const rewriter = new DatasetRewriter(from.TransferSyntaxUID)
  const feed = new ByteFeed(rewriter)
  feed.offset = from.datasetOffsetBytes
  for await (const chunk of dataset) {
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      feed.push(chunk, at, Math.min(chunk.length, at + CHUNK_BYTES))
      yield* rewriter.take()
    }
  }
  rewriter.finish(feed.held, feed.offset)
  yield* rewriter.take()
}

/** PS3.5 A.5 */
async function* inflated(dataset: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Uint8Array> {
  const inflater = createInflateRaw({ chunkSize: CHUNK_BYTES })
  const feeding = pipeline(dataset, inflater)
  // the loop below meets the same error; until then it is not unhandled
  feeding.catch(() => undefined)
  let total = 0
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      total += chunk.length
      if (total > limitBytes)
        throw new Problem('limit-exceeded', `deflated dataset inflates to more than ${limitBytes} bytes`)
      yield chunk
    }
    await feeding
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    throw new Problem('bad-dicom', 'the deflated dataset is broken', { cause })
  }
}

async function cutHead(
  chunks: AsyncIterator<Uint8Array>,
  lengthBytes: number,
): Promise<{ head: Buffer; rest: Buffer }> {
  if (lengthBytes > MAX_HEAD_BYTES)
    throw new Problem('limit-exceeded', `File Meta Information is longer than ${MAX_HEAD_BYTES} bytes`)
  const pieces: Buffer[] = []
  let missing = lengthBytes
  while (missing > 0) {
    const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array, undefined>
    if (done === true)
      throw new Problem('bad-dicom', `file ends at byte ${lengthBytes - missing}, before its dataset`)
    const piece = bufferOf(value)
    if (piece.length > missing) {
      pieces.push(piece.subarray(0, missing))
      return { head: Buffer.concat(pieces), rest: piece.subarray(missing) }
    }
    pieces.push(piece)
    missing -= piece.length
  }
  return { head: Buffer.concat(pieces), rest: Buffer.alloc(0) }
}

async function* chunksAfter(first: Buffer, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first
  for (;;) {
    const { done, value } = (await chunks.next()) as IteratorResult<Uint8Array, undefined>
    if (done === true) return
    yield bufferOf(value)
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
