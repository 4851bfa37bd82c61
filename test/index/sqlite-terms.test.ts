/** What SQLite knows of the values of studies beside them: where their studies stand, and which values have which parts. */
import { sql } from 'kysely'
import t from 'tap'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import { matching } from '../../src/index/matching.js'
import { openIndex } from '../../src/index/open.js'
import { purgeAll, remove } from './conformance/deleting.js'
import { json, madeInstance, name } from './made-instance.js'
import { temporaryFile } from './temporary-index.js'

t.test('the different values are those of the studies, as they come, change and go', async t => {
  const file = temporaryFile(t)
  const index = await openIndex(`sqlite:${file}`)
  const made = Array.from({ length: 40 }, (_, n) =>
    madeInstance({ elements: { '00080050': json('SH', `A${n}`), '00100010': name(`Meier${n % 4}^Anna`) } }),
  )
  await index.commit(made, 'reject')
  const again = made.slice(0, 10).map(({ uids }) =>
    madeInstance({
      study: uids.StudyInstanceUID,
      series: uids.SeriesInstanceUID,
      sop: uids.SOPInstanceUID,
      elements: { '00100010': name('Schulze^Bert') },
    }),
  )
  await index.commit(again, 'replace')
  for (const { uids } of made.slice(5, 30)) await remove(index, { StudyInstanceUID: uids.StudyInstanceUID })
  await purgeAll(index)
  await index.close()

  const { db, close } = openSqlite(file, 'write')
  t.teardown(close)
  const values = await sql`
    select distinct tag, value from study_attribute where tag not glob '*~~' order by tag, value`.execute(db)
  const terms = await sql`select tag, value from study_term order by tag, value`.execute(db)
  t.ok(terms.rows.length > 10)
  t.same(terms.rows, values.rows)
  // Throws where its parts are not those of the values.
  await sql`insert into study_term_text (study_term_text, rank) values ('integrity-check', 1)`.execute(db)
  const misplaced = await sql`
    select * from study_attribute join study on study.id = owner_id
    where moment is not cast(study_date || substr(study_time, 1, 6) as integer)`.execute(db)
  t.same(misplaced.rows, [])
})

t.test('a value of the program before, which does not say where its study stands, gets told', async t => {
  const file = temporaryFile(t)
  const index = await openIndex(`sqlite:${file}`)
  await index.commit([madeInstance()], 'reject')
  await index.close()
  const { db, close } = openSqlite(file, 'write')
  t.teardown(close)
  await sql`insert into study_attribute (owner_id, tag, value) values (1, '00100020', 'OLD')`.execute(db)
  const { rows } = await sql`
    select distinct moment from study_attribute where value = 'OLD' or tag = '00080050'`.execute(db)
  t.equal(rows.length, 1)
  t.not((rows[0] as { moment: number | null }).moment, null)
})

t.test('a part of a value is looked for among the parts', async t => {
  const file = temporaryFile(t)
  await (await openIndex(`sqlite:${file}`)).close()
  const database = openSqlite(file, 'read')
  t.teardown(() => database.close())
  const plan = async (pattern: string): Promise<string> => {
    const { searched } = matching(
      {
        level: 'study',
        matches: [{ kind: 'person-name', path: ['00100010'], pattern, group: 'any' }],
        include: [],
        limit: 25,
        offset: 0,
      },
      database,
      USUAL_ATTRIBUTES,
    )
    const placed = searched[0]?.placed(0, 99_999_999_999_999).compile()
    if (placed === undefined) return ''
    const { rows } = await database.db.executeQuery<{ detail: string }>({
      ...placed,
      sql: `explain query plan ${placed.sql}`,
    })
    return rows.map(row => row.detail).join('\n')
  }
  t.match(await plan('*eier31*'), /study_term_text VIRTUAL TABLE INDEX 0:G/)
  t.match(
    await plan('*eier31*'),
    /SEARCH attribute USING COVERING INDEX study_value_order \(tag=\? AND value=\?/,
  )
  t.match(await plan('meier*'), /SEARCH attribute USING COVERING INDEX study_value_order/)
  t.notMatch(await plan('*e?er*'), /study_term_text/, 'no three characters stand beside each other')
})
