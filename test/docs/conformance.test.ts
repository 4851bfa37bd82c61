import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { contractRoutes, mediaTypesOf, readContract, type ContractRoute } from '../http/contract-source.js'
import { statementRows, testTitles, unproven, type StatementRow } from './conformance-statement.js'

/** docs/conformance.md says what the program does: each row names the test that proves it, and routes, statuses and media
 *  types are those of the contract. */

const statement = statementRows(readFileSync('docs/conformance.md', 'utf8'))
const contract = readContract()

t.test('the reader of the statement', t => {
  const sources: Readonly<Record<string, string>> = {
    'a/b': "t.test('one is so', …)\nt.test(\n  'two; is so', …)\nt.test(`it's\\` ${name} so`, …)",
  }
  const faultsOf = (...rows: readonly string[]): string[] => {
    const read = statementRows(['| what | test |', '| --- | --- |', ...rows].join('\n'))
    return [...read.faults, ...unproven(read.rows, file => sources[file])]
  }
  t.test('takes rows that name a test, or several', t => {
    t.same(faultsOf('| x | `a/b`: one is so |', '| x \\| y | `a/b`: two; is so; `a/b`: one |'), [])
    t.same(testTitles(sources['a/b']!), ['one is so', 'two; is so', "it's` ${name} so"])
    t.end()
  })
  t.test('finds tables without the column, and rows without a test that is there', t => {
    t.match(statementRows('| status | when |\n| --- | --- |\n| 200 | x |').faults, [
      /line 1: .* no last column/,
    ])
    for (const [row, fault] of [
      ['| x | |', /line 3: names no test/],
      ['| x | somewhere |', /line 3: names no test/],
      ['| x | `a/c`: one is so |', /line 3: there is no test\/a\/c\.test\.ts/],
      ['| x | `a/b`: three is so |', /line 3: 0 tests/],
      ['| x | `a/b`: is so |', /line 3: 2 tests/],
      ['| x | `a/b`: one is so; `a/b`: three |', /line 3: 0 tests/],
      ['| x | y | `a/b`: one is so |', /line 3: 3 cells/],
    ] as const)
      t.match(faultsOf(row), [fault], row)
    t.end()
  })
  t.end()
})

t.test('every row of every table names the test that proves it', t => {
  const sourceOf = (file: string): string | undefined => {
    const name = `test/${file}.test.ts`
    return existsSync(name) ? readFileSync(name, 'utf8') : undefined
  }
  t.same(statement.faults, [])
  t.same(unproven(statement.rows, sourceOf), [])
  t.ok(statement.rows.length > 60, `${statement.rows.length} rows`)
  t.end()
})

/** The transactions of the overview, by name: each the heading of a section, with its rows and its operations. */
interface Transaction {
  readonly name: string
  readonly rows: readonly StatementRow[]
  readonly routes: readonly ContractRoute[]
}
const routes = contractRoutes(contract, '')
const named = statement.rows
  .filter(({ table }) => table === 'transaction')
  .map(({ cells: [name = '', request = ''] }) => ({ name, request: request.replaceAll('`', '') }))
const transactions: readonly Transaction[] = [...new Set(named.map(({ name }) => name))].map(name => ({
  name,
  rows: statement.rows.filter(({ section }) => section.startsWith(`${name}, `)),
  routes: routes.filter(route => named.some(one => one.name === name && one.request === requestOf(route))),
}))

function requestOf({ method, url }: ContractRoute): string {
  return `${method} ${url.replace(/:(\w+)/g, '{$1}')}`
}

t.test('the overview has every route of the contract, and no other', t => {
  t.same(named.map(({ request }) => request).sort(), routes.map(requestOf).sort())
  t.end()
})

t.test('each transaction has a section, with the statuses of its operations in the contract', t => {
  const statuses = (rows: readonly StatementRow[]): string[] =>
    rows.filter(({ table }) => table === 'status').flatMap(({ cells: [cell = ''] }) => cell.split(', '))
  const everywhere = statuses(statement.rows.filter(({ section }) => section.startsWith('All transactions')))
  for (const { name, rows, routes } of transactions) {
    t.ok(rows.length > 0, `${name} has a section`)
    const inContract = new Set(routes.flatMap(({ operation }) => Object.keys(operation.responses)))
    const said = new Set([...statuses(rows), ...everywhere])
    t.same(
      [...inContract].filter(status => !said.has(status)),
      [],
      `${name}: statuses of the contract that the statement does not have`,
    )
    t.same(
      statuses(rows).filter(status => !inContract.has(status)),
      [],
      `${name}: statuses of the statement that the contract does not have`,
    )
  }
  t.end()
})

t.test('each transaction names the media types of its operations in the contract, and no others', t => {
  for (const { name, rows, routes } of transactions) {
    const said = rows
      .filter(({ cells: [what = ''] }) => what === 'request' || what === 'answer')
      .flatMap(({ cells }) => cells[1]?.match(/\b[a-z]+\/[a-z0-9.+*-]+/g) ?? [])
    const inContract = routes.flatMap(({ operation }) => mediaTypesOf(contract, operation))
    const types = (all: readonly string[]): string[] => [...new Set(all)].sort()
    t.same(types(said), types(inContract), name)
  }
  t.end()
})
