import type { Compilable, CompiledQuery } from 'kysely'

/** Compiles a query once, to be run with other values each time: building and compiling costs ten times as much as running.
 *  @param build is called once, with a stand-in for each value that it reads from its parameter */
export function prepare<Values extends object, Row>(
  build: (values: Values) => Compilable<Row>,
): (values: Values) => CompiledQuery<Row> {
  const standIns = new Proxy({}, { get: (_, name) => new StandIn(String(name)) }) as Values
  const compiled = build(standIns).compile()
  return values => {
    const given = values as Readonly<Record<string, unknown>>
    const parameters = compiled.parameters.map(value =>
      value instanceof StandIn ? given[value.name] : value,
    )
    return { ...compiled, parameters }
  }
}

/** The same for a query with a list of values, which is not empty: one query for each of a few lengths, the last value
 *  repeated until there are as many. */
export function prepareList<Item, Values extends object, Row>(
  build: (list: readonly Item[], values: Values) => Compilable<Row>,
): (list: readonly Item[], values: Values) => CompiledQuery<Row> {
  const byLength = new Map<number, (values: Values) => CompiledQuery<Row>>()
  return (list, values) => {
    const length = 2 ** Math.ceil(Math.log2(list.length))
    const prepared =
      byLength.get(length) ??
      prepare((v: Values) => {
        const items = Array.from({ length }, (_, n) => new StandIn(`${ITEM}${n}`))
        return build(items as unknown as Item[], v)
      })
    byLength.set(length, prepared)
    const items = Array.from({ length }, (_, n) => [`${ITEM}${n}`, list[Math.min(n, list.length - 1)]])
    return prepared({ ...values, ...(Object.fromEntries(items) as object) })
  }
}

const ITEM = 'item '

class StandIn {
  constructor(readonly name: string) {}
}
