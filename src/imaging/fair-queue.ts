/** What waits, in turn by what it is for: who asks for a hundred things does not hold up who asks for one. */
export interface FairQueue<T> {
  readonly length: number
  push(key: string, item: T): void
  /** The next, of the key that has waited longest since its last one. */
  take(): T | undefined
  remove(key: string, item: T): void
  clear(): T[]
}

export function fairQueue<T>(): FairQueue<T> {
  // Insertion order is the order of turns.
  const waiting = new Map<string, T[]>()
  let length = 0
  return {
    get length() {
      return length
    },
    push(key, item) {
      const items = waiting.get(key)
      if (items === undefined) waiting.set(key, [item])
      else items.push(item)
      length += 1
    },
    take() {
      for (const [key, items] of waiting) {
        const item = items.shift()
        waiting.delete(key)
        if (items.length > 0) waiting.set(key, items)
        length -= 1
        return item
      }
      return undefined
    },
    remove(key, item) {
      const items = waiting.get(key)
      const at = items?.indexOf(item) ?? -1
      if (items === undefined || at < 0) return
      items.splice(at, 1)
      if (items.length === 0) waiting.delete(key)
      length -= 1
    },
    clear() {
      const all = [...waiting.values()].flat()
      waiting.clear()
      length = 0
      return all
    },
  }
}
