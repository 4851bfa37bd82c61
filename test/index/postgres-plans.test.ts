import { sql } from 'kysely'
import t from 'tap'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import type { Match, Query, QueryLevel } from '../../src/dicom/query.js'
import { matching } from '../../src/index/matching.js'
import { openIndex } from '../../src/index/open.js'
import { indexPlace, openDatabase } from '../../src/index/place.js'
import { placedRows } from '../../src/index/placed-studies.js'
import { narrow } from '../../src/index/search.js'
import { pageRows } from '../../src/index/search-rows.js'
import { ask, startPostgres } from '../postgres.js'

/** Two series a study, an instance a series; names of ten families, six studies of ten with CT. */
const FILL = `
  insert into study (study_instance_uid, study_date, study_time, attributes, modalities, series_count, instance_count,
      version, created_at, updated_at)
    select '1.2.' || n, to_char(date '2015-01-01' + n * 37 % 3600, 'YYYYMMDD'), '101112.000000', '', '["CT"]', 2, 2, n, 1, 1
    from generate_series(1, 20000) n;
  insert into series (study_id, series_instance_uid, series_number, modality, attributes, instance_count, version,
      created_at, updated_at)
    select id, study_instance_uid || '.' || k, k, case when id % 10 < 6 then 'CT' else 'MR' end, '', 1, 1, 1, 1
    from study, generate_series(1, 2) k;
  insert into instance (series_id, sop_instance_uid, sop_class_uid, instance_number, study_set_id, series_set_id,
      transfer_syntax_uid, blob_key, size_bytes, sha256, dataset_sha256, dataset_offset_bytes, frames, header_bytes,
      stored_at, attributes)
    select id, series_instance_uid || '.1', '1.2.840.10008.5.1.4.1.1.2', 1, 1, 1, '1.2', 'aa/' || id, 1, '', '', 1, '{}',
      1, 1, '' from series;
  insert into study_attribute
    select id, '00080050', 'A' || id from study
    union all select id, '00100020', 'P' || id from study
    union all select id, '00081030', 'thorax ' || id % 50 from study
    union all select id, '00080061', case when id % 10 < 6 then 'CT' else 'MR' end from study
    union all select id, '00100010',
      (array['muller','meier','schmidt','weber','smith','jones','garcia','chen','wang','kim'])[1 + id % 10]
        || id % 977 || '^anna' from study;
  insert into series_attribute
    select id, '00080060', modality from series
    union all select id, '00080016', '1.2.840.10008.5.1.4.1.1.2' from series;
  update change_head set number = 20000, studies = 20000, series = 40000, instances = 40000;
  analyze`

const server = await startPostgres(t)
if (server !== undefined) {
  t.test('the searches that worklists send read no table through', async t => {
    const url = await server.database()
    const settings = { connections: 3, timeoutMs: 30_000 }
    await (await openIndex(url, undefined, settings)).close()
    await ask(url, FILL)
    const database = await openDatabase(indexPlace(url, settings), 'search')
    t.teardown(() => database.close())
    const text = (tag: string, value: string): Match => ({
      kind: 'values',
      path: [tag],
      vr: 'LO',
      values: [value],
    })
    const name = (pattern: string): Match => ({
      kind: 'person-name',
      path: ['00100010'],
      pattern,
      group: 'any',
    })
    const dates: Match = { kind: 'range', path: ['00080020'], vr: 'DA', from: '20160101', to: '20160131' }
    const searches: [string, QueryLevel, Match[], Partial<Query>?][] = [
      ['no key', 'study', []],
      ['all series', 'series', []],
      ['all instances', 'instance', []],
      ['an accession number', 'study', [text('00080050', 'A777')]],
      ['PatientID', 'study', [text('00100020', 'P7')]],
      ['a rare name', 'study', [name('meier77*')]],
      ['a frequent name', 'study', [name('m*')]],
      ['a part of a name', 'study', [name('*eier31*')]],
      ['a part of no name', 'study', [name('*zzzz*')]],
      ['a frequent modality', 'study', [text('00080061', 'CT')]],
      ['series of a frequent modality', 'series', [text('00080060', 'CT')]],
      ['instances of a frequent class', 'instance', [text('00080016', '1.2.840.10008.5.1.4.1.1.2')]],
      ['dates', 'study', [dates]],
      ['series of dates', 'series', [dates]],
      ['a modality of dates', 'study', [text('00080061', 'MR'), dates]],
      ['a study', 'study', [text('0020000D', '1.2.777')]],
      ['series of a study', 'series', [], { StudyInstanceUID: '1.2.777' }],
      ['a series', 'series', [text('0020000E', '1.2.777.1')]],
      ['an instance', 'instance', [text('00080018', '1.2.777.1.1')]],
      [
        'instances of a series',
        'instance',
        [],
        { StudyInstanceUID: '1.2.777', SeriesInstanceUID: '1.2.777.1' },
      ],
    ]
    for (const [title, level, matches, more] of searches) {
      const query: Query = { level, matches, include: [], limit: 25, offset: 0, ...more }
      const matched = matching(query, database, USUAL_ATTRIBUTES)
      const narrowed = await narrow(database, query, matched)
      const asked = [pageRows(database, level, narrowed, 26)].map(rows => rows.compile())
      const [key, ...others] = matched.searched
      if (level === 'study' && key?.level === 'study' && others.length === 0)
        asked.push(placedRows(database, query, { ...matched, key }, 1_000).compile())
      // Of what many match a table may well be read until there are enough to tell.
      if (!narrowed.isWalk) asked.push(...matched.searched.map(key => key.owners.limit(1_001).compile()))
      for (const { sql: text, ...compiled } of asked) {
        const { rows } = await database.db.executeQuery<{ 'QUERY PLAN': string }>({
          ...compiled,
          sql: `explain ${text}`,
        })
        const plan = rows.map(row => row['QUERY PLAN']).join('\n')
        if (!t.notMatch(plan, /Seq Scan/, title)) t.comment(plan)
      }
    }
    const { rows } = await sql`select 1 from pg_extension where extname = 'pg_trgm'`.execute(database.db)
    t.equal(rows.length, 1, 'parts of values are found by their trigrams')
  })
}
