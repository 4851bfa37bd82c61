import { readFileSync } from 'node:fs'
import t from 'tap'
import type { FrameTable } from '../../src/dicom/frame-table.js'
import type { NewInstance } from '../../src/dicom/stored-instance.js'
import { openIndex } from '../../src/index/open.js'
import { newUid } from '../made-dicom.js'
import { ask, startPostgres } from '../postgres.js'
import { madeInstance } from './made-instance.js'

/** Rows up to here are in the old part. */
const BOUNDARY = 30
const COUNT = 20

const server = await startPostgres(t)
if (server !== undefined)
  t.test('tables that were partitioned as docs/operations.md says, under a running program', async t => {
    const url = await server.database()
    const index = await openIndex(url)
    t.teardown(() => index.close())
    const series = { study: newUid(), series: newUid() }
    const frames: FrameTable = { kind: 'encapsulated', count: 2, chunks: [new Uint8Array([1, 2, 3])] }
    const store = async (): Promise<NewInstance[]> => {
      const made = Array.from({ length: COUNT }, () => madeInstance({ ...series, frames }))
      const outcomes = await index.commit(made, 'reject')
      t.same(
        outcomes.filter(({ kind }) => kind !== 'stored'),
        [],
      )
      return made
    }
    const first = await store()
    for (const statements of documented()) await ask(url, statements)
    const all = [...first, ...(await store())]

    for (const { uids, header } of all) {
      const found = await index.find(uids)
      const stored = await index.header(found?.id ?? 0)
      t.same(stored && Buffer.from(stored.header), header, uids.SOPInstanceUID)
      t.ok(await index.frameChunk(found?.id ?? 0, 0))
    }
    const { changes } = await index.changes(0, 1_000)
    t.same(
      changes.map(({ number }) => number),
      all.map((_, n) => n + 1),
    )
    const rows = await ask(
      url,
      `select tableoid::regclass::text as part, count(*)::int as n from instance_header group by 1 order by 1`,
    )
    t.same(rows, [
      { part: 'instance_header_1', n: BOUNDARY - 1 },
      { part: 'instance_header_2', n: all.length - BOUNDARY + 1 },
    ])

    await ask(url, `select setval(pg_get_serial_sequence('instance', 'id'), 1000)`)
    const beyond = madeInstance(series)
    const [outcome] = await index
      .commit([beyond], 'reject')
      .catch((error: unknown) => [{ kind: 'failed', error }])
    t.match(outcome, { kind: 'failed' }, 'without a part for their numbers stores fail')
    t.equal(await index.find(beyond.uids), undefined, 'and nothing is there by half')
  })

/** The SQL of the document, with the boundary of the test. */
function documented(): string[] {
  const text = readFileSync('docs/operations.md', 'utf8')
  const blocks = [...text.matchAll(/<!-- partitions -->\n```sql\n([^]*?)```/g)].map(([, sql = '']) => sql)
  if (blocks.length === 0) throw new Error('no block marked partitions')
  return blocks.flatMap(sql =>
    ['instance_header', 'frame_chunk', 'change'].map(table => {
      const key = table === 'change' ? 'number' : 'instance_id'
      return sql
        .replace(
          'primary key (instance_id)',
          table === 'frame_chunk' ? 'primary key (instance_id, chunk)' : '$&',
        )
        .replaceAll('instance_header', table)
        .replaceAll('instance_id', key)
        .replaceAll('200000000', '1000')
        .replaceAll('100000000', String(BOUNDARY))
    }),
  )
}
