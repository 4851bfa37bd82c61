/** Blocks of memory that hold bytes on their way to the disk, used again and again. */
export interface Blocks {
  /** @param first true for a writer that has none: it always gets one, so that no writer ever waits for another
   * @returns undefined where all writers together hold their share already */
  take(first: boolean): Uint8Array | undefined
  give(block: Uint8Array): void
}

export const BLOCK_BYTES = 128 * 1024
const KEPT_BLOCKS = 64

/** @param budgetBytes what all writers may hold together beyond one block each */
export function blockPool(budgetBytes: number): Blocks {
  const free: Uint8Array[] = []
  let taken = 0
  return {
    take(first) {
      if (!first && (taken + 1) * BLOCK_BYTES > budgetBytes) return undefined
      taken++
      return free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    },
    give(block) {
      taken--
      if (free.length < KEPT_BLOCKS) free.push(block)
    },
  }
}
