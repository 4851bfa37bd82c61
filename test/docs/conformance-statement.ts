/** docs/conformance.md as data: its tables, and the tests that its rows name. */

export interface StatementRow {
  /** the nearest heading above */
  readonly section: string
  /** the table's first cell of the head: `status`, `reason`, …; empty where it has none */
  readonly table: string
  readonly cells: readonly string[]
  readonly line: number
}

export interface TestReference {
  /** under test/, without `.test.ts` */
  readonly file: string
  readonly title: string
}

/** Every row of every table whose last column is `test`, and what is wrong with the others. */
export function statementRows(markdown: string): { rows: StatementRow[]; faults: string[] } {
  const rows: StatementRow[] = []
  const faults: string[] = []
  let section = ''
  let head: readonly string[] | undefined
  for (const [index, text] of markdown.split('\n').entries()) {
    const line = index + 1
    if (!text.startsWith('|')) {
      head = undefined
      section = /^#+ (.*)$/.exec(text)?.[1] ?? section
      continue
    }
    const cells = cellsOf(text)
    if (head === undefined) {
      head = cells
      if (cells.at(-1) !== 'test') faults.push(`line ${line}: the table has no last column \`test\``)
    } else if (!/^[|\s:-]+$/.test(text)) {
      if (cells.length !== head.length)
        faults.push(`line ${line}: ${cells.length} cells, the head has ${head.length}`)
      rows.push({ section, table: head[0] ?? '', cells, line })
    }
  }
  return { rows, faults }
}

/** `` `conformance/10.5-store`: title; `http/contract`: title ``
 * @throws Error where the cell names no test */
export function testReferences(cell: string): TestReference[] {
  return cell.split(/;\s*(?=`)/).map(text => {
    const [, file, title] = /^`([\w./-]+)`: (.+)$/.exec(text.trim()) ?? []
    if (file === undefined || title === undefined) throw new Error(`names no test: "${cell}"`)
    return { file, title: title.trim() }
  })
}

/** The titles of the tests in a source file. */
export function testTitles(source: string): string[] {
  const titles = source.matchAll(
    /\.test\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`)/g,
  )
  return [...titles].map(([, single, double, template]) =>
    (single ?? double ?? template ?? '').replace(/\\(.)/g, '$1'),
  )
}

/** Rows that no test proves: without a reference, of a file that is not there, of a title that not exactly one test has. */
export function unproven(
  rows: readonly StatementRow[],
  sourceOf: (file: string) => string | undefined,
): string[] {
  return rows.flatMap(({ cells, line }) => {
    try {
      return testReferences(cells.at(-1) ?? '').flatMap(({ file, title }) => {
        const source = sourceOf(file)
        if (source === undefined) return [`line ${line}: there is no test/${file}.test.ts`]
        const having = testTitles(source).filter(one => one.includes(title))
        const one = having.length === 1 || having.includes(title)
        return one ? [] : [`line ${line}: ${having.length} tests of ${file} are titled "${title}"`]
      })
    } catch (error) {
      return [`line ${line}: ${(error as Error).message}`]
    }
  })
}

function cellsOf(line: string): string[] {
  return line
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .slice(1)
    .map(cell => cell.trim())
}
