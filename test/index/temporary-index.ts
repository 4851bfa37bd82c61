import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Test } from 'tap'
import type { ArchiveIndex } from '../../src/index/archive-index.js'
import { openIndex } from '../../src/index/open.js'
import type { PostgresServer } from '../postgres.js'

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

/** An empty index in a database of its own. */
export async function postgresIndex(t: Test, server: PostgresServer): Promise<ArchiveIndex> {
  const index = await openIndex(await server.database())
  t.teardown(() => index.close())
  return index
}
