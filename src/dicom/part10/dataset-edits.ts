/** What is to be another at the top level of a dataset while it is rewritten. PS3.5 7.1: elements stand in the order of their
 *  tags. */
export interface DatasetEdits {
  /** What goes in before an element, in place of those of its tag or earlier ones. */
  upTo(tag: number): Uint8Array | undefined
  /** whether the element is left out, as it was replaced or is not wanted */
  removes(tag: number): boolean
}

/** @param written elements by their tags, as they stand in Explicit VR Little Endian
 *  @param removed tags of those that go without one in their place */
export function datasetEdits(
  written: ReadonlyMap<number, Uint8Array>,
  removed: readonly number[],
): DatasetEdits {
  const pending = [...written].sort(([a], [b]) => a - b)
  const gone = new Set([...written.keys(), ...removed])
  return {
    upTo(tag) {
      const pieces: Uint8Array[] = []
      for (let [next] = pending; next !== undefined && next[0] <= tag; [next] = pending) {
        pieces.push(next[1])
        pending.shift()
      }
      return pieces.length === 0 ? undefined : Buffer.concat(pieces)
    },
    removes: tag => gone.has(tag),
  }
}
