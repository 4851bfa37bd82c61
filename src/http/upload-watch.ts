import { Problem } from '../dicom/problem.js'

const LEAST_BYTES_A_SECOND = 1024

/** Passes an upload on and ends it when its sender stands still: no byte for the given time, or less than 1 KiB/s over
 *  it. Only time spent waiting for the sender counts, not time the storage takes. There is no total time limit.
 * @throws Problem `upload-idle`; `payload-too-large` beyond maxBytes; `malformed-request` where the body is cut */
export async function* watchedUpload(
  source: AsyncIterable<Uint8Array>,
  idleMs: number,
  maxBytes: number | undefined,
): AsyncIterable<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  let waitedMs = 0
  let windowBytes = 0
  let totalBytes = 0
  try {
    for (;;) {
      const began = performance.now()
      const next = await beforeIdle(iterator.next(), idleMs)
      waitedMs += performance.now() - began
      if (next.done === true) return
      windowBytes += next.value.length
      totalBytes += next.value.length
      if (maxBytes !== undefined && totalBytes > maxBytes) {
        throw new Problem('payload-too-large', `the request is larger than ${maxBytes} bytes`)
      }
      if (waitedMs >= idleMs) {
        if (windowBytes < (LEAST_BYTES_A_SECOND * waitedMs) / 1000) {
          throw new Problem('upload-idle', `the upload sent less than ${LEAST_BYTES_A_SECOND} bytes a second`)
        }
        waitedMs = 0
        windowBytes = 0
      }
      yield next.value
    }
  } catch (error) {
    throw error instanceof Problem
      ? error
      : new Problem('malformed-request', 'the body of the request was cut short', { cause: error })
  } finally {
    // Not awaited: a read that is under way ends only with the socket.
    void iterator.return?.()
  }
}

async function beforeIdle<T>(reading: Promise<T>, idleMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const idle = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Problem('upload-idle', `no byte of the upload came for ${idleMs} ms`)),
      idleMs,
    )
  })
  try {
    return await Promise.race([reading, idle])
  } finally {
    clearTimeout(timer)
  }
}
