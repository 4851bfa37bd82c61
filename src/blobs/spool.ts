import type { FileHandle } from 'node:fs/promises'
import { bytesInMemory, readableBytes, type ByteSource } from '../dicom/part10/byte-source.js'
import { storageProblem } from './folder/failures.js'
import { openUnnamed, readWhole, writeWhole } from './unnamed-file.js'

/** What is smaller stays in memory, as long as all of it together is not much: a request may have many thousands. */
const SMALL_BYTES = 4096
const SMALL_TOGETHER_BYTES = 8 << 20

/** Where one request keeps what it needs again later: a file whose name is gone before its first byte is written, so that
 *  its space comes back however the request, or the program, ends. Nothing of it is durable. */
export interface Spool {
  /** Reads the chunks to their end.
   * @param limitBytes beyond it nothing is kept
   * @returns what was kept, to be read again until close; undefined where it was too large
   * @throws Problem `storage-full`, `unavailable`; what the chunks throw */
  keep(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<ByteSource | undefined>
  /** Gives the space back. Never throws; may be called again. */
  close(): Promise<void>
}

/** @param folder made where there is none
 *  @returns opens a spool, which takes no room until something is kept */
export function spoolFolder(folder: string): () => Spool {
  return () => {
    let file: FileHandle | undefined
    let end = 0
    let inMemory = 0

    async function append(bytes: Uint8Array): Promise<void> {
      try {
        file ??= await openUnnamed(folder)
        await writeWhole(file, bytes, end)
      } catch (error) {
        throw storageProblem(error)
      }
      end += bytes.length
    }

    return {
      async keep(chunks, limitBytes) {
        const start = end
        let length = 0
        let small: Uint8Array[] | undefined = inMemory < SMALL_TOGETHER_BYTES ? [] : undefined
        for await (const chunk of chunks) {
          length += chunk.length
          if (length > limitBytes) continue
          if (small !== undefined && length <= SMALL_BYTES) {
            small.push(Uint8Array.from(chunk))
            continue
          }
          for (const piece of small ?? []) await append(piece)
          small = undefined
          await append(chunk)
        }
        if (length > limitBytes) {
          end = start
          return undefined
        }
        if (small !== undefined) {
          inMemory += length
          return bytesInMemory(Buffer.concat(small))
        }
        return readableBytes(length, (from, to) => readPiece(file, start + from, to - from))
      },
      async close() {
        const closing = file
        file = undefined
        await closing?.close().catch(() => undefined)
      },
    }
  }
}

async function readPiece(file: FileHandle | undefined, at: number, lengthBytes: number): Promise<Buffer> {
  if (lengthBytes <= 0) return Buffer.alloc(0)
  const bytes = Buffer.allocUnsafe(lengthBytes)
  try {
    if (file === undefined) throw new Error('the spool is closed')
    await readWhole(file, bytes, at)
  } catch (error) {
    throw storageProblem(error)
  }
  return bytes
}
