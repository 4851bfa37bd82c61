/** Work on some items ahead of the one that is asked for next, and no more: what comes out is in the order of the items.
 *  Leaving the loop lets what was begun end, unheard.
 * @param count how many are worked on at once, at least 1
 * @param giveBack what is done with a result that nobody takes any more, such as closing it */
export async function* preparedAhead<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  count: number,
  work: (item: Item) => Promise<Result>,
  giveBack?: (result: Result) => unknown,
): AsyncGenerator<Result, void, undefined> {
  const begun: Promise<Result>[] = []
  try {
    for await (const item of items) {
      const result = work(item)
      // Told when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined)
      begun.push(result)
      const [first] = begun
      if (begun.length < count || first === undefined) continue
      void begun.shift()
      yield await first
    }
    for (let next = begun.shift(); next !== undefined; next = begun.shift()) yield await next
  } finally {
    await Promise.allSettled(begun.map(async result => giveBack?.(await result)))
  }
}

/** 0, 1, … below the count. */
export function* upTo(count: number): Iterable<number> {
  for (let position = 0; position < count; position++) yield position
}
