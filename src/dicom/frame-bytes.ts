/** What native pixel values need on their way out. PS3.5 7.3, 8.1.1. The bytes handed in are never changed. */

/** Words in the other byte order. PS3.5 7.3
 * @param wordBytes 2, 4 or 8; bytes at the end that make no whole word stay as they are
 * @param source a value, or a value in chunks of any size */
export function swappedWords(source: Uint8Array, wordBytes: number): Uint8Array
export function swappedWords(source: AsyncIterable<Uint8Array>, wordBytes: number): AsyncIterable<Uint8Array>
export function swappedWords(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  wordBytes: number,
): Uint8Array | AsyncIterable<Uint8Array>
export function swappedWords(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  wordBytes: number,
): Uint8Array | AsyncIterable<Uint8Array> {
  return source instanceof Uint8Array ? swappedCopy(source, wordBytes) : swappedChunks(source, wordBytes)
}

/** A frame that starts inside a byte, moved to start at one; for pixels of 1 bit, which are packed from the least significant
 *  bit on, frame after frame without a gap. PS3.5 8.1.1
 * @param bytes all that the frame touches
 * @param shift bits of the first byte that belong to the frame before, 0 to 7
 * @param frameBits bits of a frame; those of the last byte beyond it come out as 0 */
export function shiftedFrame(bytes: Uint8Array, shift: number, frameBits: number): Uint8Array {
  const frame = new Uint8Array(Math.ceil(frameBits / 8))
  for (let at = 0; at < frame.length; at++)
    frame[at] = ((bytes[at] ?? 0) >>> shift) | ((bytes[at + 1] ?? 0) << (8 - shift))
  const rest = frameBits % 8
  const last = frame.length - 1
  if (rest > 0) frame[last] = (frame[last] ?? 0) & ((1 << rest) - 1)
  return frame
}

async function* swappedChunks(
  source: AsyncIterable<Uint8Array>,
  wordBytes: number,
): AsyncIterable<Uint8Array> {
  let begun: Uint8Array = new Uint8Array()
  for await (const chunk of source) {
    const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk])
    const whole = bytes.length - (bytes.length % wordBytes)
    begun = Uint8Array.from(bytes.subarray(whole))
    if (whole > 0) yield swappedCopy(bytes.subarray(0, whole), wordBytes)
  }
  if (begun.length > 0) yield begun
}

function swappedCopy(bytes: Uint8Array, wordBytes: number): Uint8Array {
  const copy = Buffer.from(bytes)
  const words = copy.subarray(0, copy.length - (copy.length % wordBytes))
  if (wordBytes === 2) words.swap16()
  else if (wordBytes === 4) words.swap32()
  else if (wordBytes === 8) words.swap64()
  return copy
}
