import type { NativeFrame } from '../pixel-format.js'

/** Bits that a codestream needs for each sample: Bits Stored, or all that are allocated where a sample has others set (an
 *  overlay, or the sign of a negative one where the codestream knows no sign), or where a codec would take it for a byte.
 * @param knowsSign whether the codestream tells signed samples from others */
export function precisionOf({ bytes, format }: NativeFrame, knowsSign: boolean): number {
  const { bitsAllocated, bitsStored, signed } = format
  if (bitsStored === bitsAllocated || (signed && !knowsSign)) return bitsAllocated
  if (bitsAllocated === 16 && bitsStored <= 8) return 16
  const above = 32 - bitsAllocated
  const unused = 32 - bitsStored
  for (const sample of bitsAllocated === 16 ? words(bytes) : bytes) {
    const fits = signed
      ? (sample << above) >> above === (sample << unused) >> unused
      : sample >>> bitsStored === 0
    if (!fits) return bitsAllocated
  }
  return bitsStored
}

function words(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice()
  return new Uint16Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 2))
}
