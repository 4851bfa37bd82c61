import type { Test } from 'tap'
import { newUid } from '../../made-dicom.js'
import { problem } from '../../problem.js'
import type { DicomJson } from '../../../src/dicom/json-model.js'
import type { Match, Query } from '../../../src/dicom/query.js'
import { json, madeInstance } from '../made-instance.js'
import { column, find, searchPage, type OpenIndex } from './open-index.js'
import { range, values } from './studies-with.js'

/** Compared row by row, not by a column: InstitutionName is everywhere `H`. */
const ROW_BY_ROW: Query['matches'] = [{ kind: 'values', path: ['00080080'], vr: 'LO', values: ['H'] }]

export function orderConformance(t: Test, open: OpenIndex): void {
  t.test('studies: StudyDate and StudyTime descending, then UID; those without a date last', async t => {
    const index = await open(t)
    const made = (
      [
        ['1.9', '20240102', '08'],
        ['1.8', '20240102', '0930'],
        ['1.7', '2024.01.03', '07:00:00'],
        ['1.6', undefined, '235959'],
        ['1.5', '20240102', '0930'],
        ['1.4', '20240102', undefined],
        ['1.3', 'unknown', '12'],
        ['1.2', '20231231', '235959.999999'],
      ] as const
    ).map(([study, date, time]) =>
      madeInstance({
        study,
        elements: {
          '00080020': date === undefined ? undefined : json('DA', date),
          '00080030': time === undefined ? undefined : json('TM', time),
        },
      }),
    )
    await index.commit(made, 'reject')
    const { rows } = await find(index, 'study')
    t.strictSame(column(rows, '0020000D'), ['1.7', '1.5', '1.8', '1.9', '1.4', '1.2', '1.6', '1.3'])
  })

  t.test('pages are complete, without repetition, and remaining is exact', async t => {
    const index = await open(t)
    await index.commit(
      Array.from({ length: 12 }, (_, n) => n).flatMap(n =>
        [1, 2, 3].flatMap(series =>
          [1, 2].map(number =>
            madeInstance({
              study: `1.${n + 1}`,
              series: `1.2.${series}`,
              elements: {
                '00080020': json('DA', `2024010${(n % 3) + 1}`),
                '00080080': json('LO', 'H'),
                '00200011': json('IS', series % 2),
                '00200013': json('IS', number % 2),
              },
            }),
          ),
        ),
      ),
      'reject',
    )
    for (const [level, total] of [
      ['study', 12],
      ['series', 36],
      ['instance', 72],
    ] as const) {
      for (const matches of [[], ROW_BY_ROW]) {
        const all = await searchPage(index, level, { matches })
        t.strictSame([all.rows.length, all.remaining, new Set(all.rows).size], [total, 0, total], level)
        for (const limit of [7, total - 1, total, total + 1]) {
          const pages: string[] = []
          for (let offset = 0; offset < total; offset += limit) {
            const { rows, remaining } = await searchPage(index, level, { matches, limit, offset })
            pages.push(...rows)
            if (remaining !== Math.max(0, total - offset - limit))
              t.fail(`remaining at ${offset} is ${remaining}`)
          }
          t.strictSame(pages, all.rows, `limit ${limit}`)
        }
        const none = await searchPage(index, level, { matches, limit: 0 })
        t.strictSame(none, { rows: [], remaining: total, isAll: true })
        for (const offset of [total, Number.MAX_SAFE_INTEGER])
          t.strictSame(await searchPage(index, level, { matches, offset }), {
            rows: [],
            remaining: 0,
            isAll: true,
          })
      }
    }
  })

  t.test('more than a thousand rows that are compared one by one are all looked at', async t => {
    const index = await open(t)
    const study = newUid()
    const made = Array.from({ length: 1_200 }, (_, n) =>
      madeInstance({
        study: n % 4 === 0 ? `1.${n}` : study,
        series: `1.2.${n % 5}`,
        elements: {
          '00080080': json('LO', 'H'),
          '00200013': json('IS', n % 3),
          '00200012': json('IS', n % 2),
        },
      }),
    )
    await index.commit(made, 'reject')
    const matches: Query['matches'] = [
      ...ROW_BY_ROW,
      { kind: 'values', path: ['00200012'], vr: 'IS', values: ['1'] },
    ]
    const { rows, remaining } = await searchPage(index, 'instance', { matches, limit: 550 })
    t.strictSame([rows.length, remaining, new Set(rows).size], [550, 50, 550])
  })

  t.test(
    'a worklist that is paged while instances arrive repeats and loses none of those that were there',
    async t => {
      const index = await open(t)
      const before = Array.from({ length: 30 }, (_, n) =>
        madeInstance({ study: `1.5.${n}`, elements: { '00080020': json('DA', '20240101') } }),
      )
      await index.commit(before, 'reject')
      const seen: unknown[] = []
      for (let offset = 0; offset < 30; offset += 5) {
        seen.push(...column((await find(index, 'study', { limit: 5, offset })).rows, '0020000D'))
        // Older ones come after; more instances of a study do not move it.
        const [first] = before
        await index.commit(
          [
            madeInstance({ study: `1.4.${offset}`, elements: { '00080020': json('DA', '20230101') } }),
            madeInstance({ study: first?.uids.StudyInstanceUID ?? '' }),
          ],
          'reject',
        )
      }
      t.strictSame(new Set(seen), new Set(before.map(one => one.uids.StudyInstanceUID)))
      t.equal(seen.length, 30)
    },
  )

  t.test('a search whose signal is aborted rejects with its reason, the index goes on', async t => {
    const index = await open(t)
    await index.commit([madeInstance()], 'reject')
    const aborted = AbortSignal.abort(new Error('gone'))
    const query: Query = { level: 'study', matches: [], include: [], limit: 1, offset: 0 }
    await t.rejects(index.search(query, aborted), { message: 'gone' })
    const later = new AbortController()
    const answer = index.search(query, later.signal)
    later.abort(new Error('gone later'))
    await t.rejects(answer, { message: 'gone later' })
    t.equal((await index.search(query)).rows.length, 1)
  })

  t.test('a key that is not kept at the level or above is refused', async t => {
    const index = await open(t)
    for (const tag of ['00180050', '00080018'])
      await t.rejects(
        find(index, 'study', { matches: [{ kind: 'values', path: [tag], vr: 'LO', values: ['1'] }] }),
        problem('invalid-parameter'),
      )
  })

  t.test(
    'PS3.18 8.3.4.4: a key leaves the order as it is, whatever studies have the same moment',
    async t => {
      const index = await open(t)
      const made = Array.from({ length: 1_300 }, (_, n) =>
        madeInstance({
          study: `1.${(n * 7919) % 1_300}`,
          elements: {
            // Every day five studies, each seventh of no day; of a day some at the same second, some of no time.
            '00080020': n % 7 === 0 ? json('DA') : json('DA', String(20_240_101 + (Math.floor(n / 5) % 28))),
            '00080030': n % 3 === 0 ? json('TM') : json('TM', `1015${n % 2 === 0 ? '07' : `07.${n % 4}`}`),
            '00080060': json('CS', n % 13 === 0 ? 'MR' : 'CT'),
            '00100010': json('PN', { Alphabetic: `Mei${n % 3}er^A`, Ideographic: `mei${n % 2}` }),
            '00100020': json('LO', `P${n % 11}`),
          },
        }),
      )
      await index.commit(made, 'reject')
      const all = (await find(index, 'study', { limit: 5_000 })).rows
      const day = (row: DicomJson): string => /\d{8}/.exec(JSON.stringify(row['00080020']))?.[0] ?? ''
      const has = (row: DicomJson, tag: string, value: string): boolean => row[tag]?.Value?.[0] === value
      const name = (pattern: string): Match => ({
        kind: 'person-name',
        path: ['00100010'],
        pattern,
        group: 'any',
      })
      const keys: [Match[], (row: DicomJson) => boolean][] = [
        [[values('00080061', 'CS', 'CT')], row => has(row, '00080061', 'CT')],
        [[values('00080061', 'CS', 'MR')], row => has(row, '00080061', 'MR')],
        [[values('00100020', 'LO', 'P3')], row => has(row, '00100020', 'P3')],
        [[values('00100020', 'LO', 'P3', 'P4')], row => /P[34]"/.test(JSON.stringify(row['00100020']))],
        [[name('mei1*')], row => /i1|Mei1/.test(JSON.stringify(row['00100010']))],
        [[name('*er^a')], () => true],
        [[name('*i1er*')], row => /Mei1/.test(JSON.stringify(row['00100010']))],
      ]
      const days = (from?: string, to?: string): Match => range('00080020', 'DA', from, to)
      const dates: [Match[], (day: string) => boolean][] = [
        [[], () => true],
        [[values('00080020', 'DA', '20240104')], day => day === '20240104'],
        [[days('20240104', '20240106')], day => day >= '20240104' && day <= '20240106'],
        [[days(undefined, '20240103')], day => day !== '' && day <= '20240103'],
        [[days('20240125')], day => day >= '20240125'],
        [[days('20240110'), days(undefined, '20240111')], day => /1[01]$/.test(day)],
      ]
      const uids = (rows: readonly DicomJson[]): unknown[] => column(rows, '0020000D')
      for (const [key, hasKey] of keys) {
        for (const [when, isThen] of dates) {
          const expected = uids(all.filter(row => hasKey(row) && isThen(day(row))))
          for (const [limit, offset] of PAGES) {
            const { rows, remaining, isAll } = await find(index, 'study', {
              matches: [...key, ...when],
              limit,
              offset,
            })
            const title = JSON.stringify([key, when, limit, offset])
            t.strictSame(uids(rows), expected.slice(offset, offset + limit), title)
            const rest = Math.max(0, expected.length - offset - limit)
            t.equal(remaining, isAll ? rest : 1_000, title)
            t.ok(isAll || rest > 1_000, title)
          }
        }
      }
    },
  )
}

const PAGES = [
  [1, 0],
  [25, 0],
  [7, 3],
  [100, 150],
  [2_000, 0],
] as const
