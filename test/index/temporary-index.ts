import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'
import type { ArchiveIndex } from '../../src/index/archive-index.js'
import { openIndex } from '../../src/index/open.js'
import { ask, type PostgresServer } from '../postgres.js'
import type { OpenIndex } from './conformance/open-index.js'

/** An empty SQLite index in a folder of its own; both go with the test. */
export async function temporaryIndex(t: Test): Promise<ArchiveIndex> {
  const index = await openIndex(`sqlite:${temporaryFile(t)}`)
  t.teardown(() => index.close())
  return index
}

/** The path of a file that is not there yet, in a folder that goes with the test. */
export function temporaryFile(t: Test): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'filmroom-index-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return path.join(folder, 'index.sqlite')
}

/** Empty indexes on a server. To start one's threads takes longer than most tests: one that a test has given back is emptied,
 *  and given to the next. */
export function postgresIndexes(t: Test, server: PostgresServer): OpenIndex {
  const free: { readonly url: string; readonly index: ArchiveIndex }[] = []
  t.teardown(() => Promise.all(free.map(({ index }) => index.close())))
  return async t => {
    const used = free.pop()
    if (used !== undefined) await ask(used.url, EMPTY)
    const url = used?.url ?? (await server.database())
    const index = used?.index ?? (await openIndex(url))
    let isClosed = false
    t.teardown(() => {
      if (!isClosed) free.push({ url, index })
    })
    const close = (): Promise<void> => {
      isClosed = true
      return index.close()
    }
    return { ...index, close }
  }
}

const EMPTY = `
  truncate study, series, attribute_set, instance, instance_header, frame_chunk, study_attribute, series_attribute,
    deletion, change restart identity;
  update change_head set number = 0, studies = 0, series = 0, instances = 0;
  update search_state set written_for = '', filled = 0`
