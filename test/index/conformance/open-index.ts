import type { Test } from 'tap'
import type { DicomJson } from '../../../src/dicom/json-model.js'
import type { Query } from '../../../src/dicom/query.js'
import type { ArchiveIndex, SearchPage } from '../../../src/index/archive-index.js'

/** Opens an empty index that the test's teardown closes. */
export type OpenIndex = (t: Test) => Promise<ArchiveIndex>

/** A search that says what differs from: all of a level, the first hundred. */
export async function find(
  index: ArchiveIndex,
  level: Query['level'],
  query: Partial<Query> = {},
): Promise<Omit<SearchPage, 'rows'> & { readonly rows: readonly DicomJson[] }> {
  const { rows, ...rest } = await searchPage(index, level, query)
  return { rows: rows.map(parsed), ...rest }
}

/** The rows as text. */
export function searchPage(
  index: ArchiveIndex,
  level: Query['level'],
  query: Partial<Query> = {},
): Promise<SearchPage> {
  return index.search({ level, matches: [], include: [], limit: 100, offset: 0, ...query })
}

/** The first value of an attribute in each row. */
export function column(rows: readonly DicomJson[], tag: string): unknown[] {
  return rows.map(row => row[tag]?.Value?.[0])
}

/** The mark as a server would fill it in. */
function parsed(row: string): DicomJson {
  return JSON.parse(row.replaceAll('\x1f', 'http://archive')) as DicomJson
}
