import { Problem } from '../dicom/problem.js'

/** Bytes as they come, and a failure where fewer come than were stored: what is cut short must not be sent as if it were
 *  whole. Leaving the loop returns the source, also before its first byte.
 * @throws Problem `blob-damaged` at the end of a source that is shorter */
export function wholeBytes(
  source: AsyncIterable<Uint8Array>,
  lengthBytes: number,
): AsyncIterable<Uint8Array, undefined> {
  return {
    [Symbol.asyncIterator]: () => {
      const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
      let missingBytes = lengthBytes
      return {
        async next() {
          const result = await chunks.next()
          if (result.done !== true) missingBytes -= result.value.length
          else if (missingBytes > 0) throw shorter(missingBytes)
          return result
        },
        async return() {
          await chunks.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/** @throws Problem `blob-damaged` where they are fewer */
export function checkWhole(bytes: Uint8Array, lengthBytes: number): Uint8Array {
  if (bytes.length < lengthBytes) throw shorter(lengthBytes - bytes.length)
  return bytes
}

function shorter(missingBytes: number): Problem {
  return new Problem('blob-damaged', `the stored file is ${missingBytes} bytes shorter than it was`)
}
