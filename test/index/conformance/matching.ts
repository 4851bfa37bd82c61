import type { Test } from 'tap'
import type { JsonElement } from '../../../src/dicom/json-model.js'
import type { Match, Query } from '../../../src/dicom/query.js'
import { json, madeInstance, name } from '../made-instance.js'
import { column, find, type OpenIndex } from './open-index.js'
import { both, byNumber, element, range, studiesWith, values, wildcard } from './studies-with.js'

type Group = Extract<Match, { kind: 'person-name' }>['group']

// The same rules hold where a column or an indexed value decides, and where rows are compared one by one.
const TEXT_TAGS = { 'by a column': '00080050', 'row by row': '00080080' }
const NAME_TAGS = { 'by a column': '00100010', 'row by row': '00081060' }
const DATE_TAGS = { 'by a column': '00080020', 'row by row': '00080012' }
const TIME_TAGS = { 'by a column': '00080030', 'row by row': '00080013' }
const LIST_TAGS = { 'by a column': '00200010', 'row by row': '00101000' }

const TEXTS = [
  'A1',
  'a1',
  'A12',
  'A*',
  'A?',
  '[A]',
  'A%',
  'A_',
  '100%',
  'Ä1',
  'B\uFFFF',
  'x'.repeat(64),
  undefined,
]
const PEOPLE = [
  name('Müller^Jürgen'),
  name('MULLER^JURGEN^A'),
  json('PN', { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }),
  name('Smith'),
  name('Smith^John^^'),
  name('Åsa_%[x]^*'),
  json('PN'),
]
const WHEN: ([string, string] | [string])[] = [
  ['20240101', '080000'],
  ['2024.01.02', '10:15:00'],
  ['20240102', '1015'],
  ['20240103', '235959.5'],
  ['20240103'],
  ['unknown', 'late'],
]
const WEIGHTS = [json('DS', 70), json('DS', 70.5), json('DS', '7e1x'), json('DS', 1, 70)]
const LISTS = [json('LO', 'A', 'B'), json('LO', 'B'), json('LO', 'C')]

export async function matchingConformance(t: Test, open: OpenIndex): Promise<void> {
  // One index for all rules of values: study n has the nth of each list.
  const studies = TEXTS.map((text, n) => ({
    ...both(TEXT_TAGS, text === undefined ? undefined : json('LO', text)),
    ...both(NAME_TAGS, PEOPLE[n]),
    ...both(DATE_TAGS, element('DA', WHEN[n]?.[0])),
    ...both(TIME_TAGS, element('TM', WHEN[n]?.[1])),
    '00101030': WEIGHTS[n],
    ...both(LIST_TAGS, LISTS[n]),
  }))
  const index = await open(t)
  const matching = await studiesWith(index, studies)
  const all = studies.map((_, n) => n)

  for (const [how, tag] of Object.entries(TEXT_TAGS)) {
    t.test(`text, ${how}`, async t => {
      const cases: [string, Match, (string | undefined)[]][] = [
        ['single value is case-sensitive', values(tag, 'LO', 'A1'), ['A1']],
        ['blanks at the end count for nothing', values(tag, 'LO', 'A1  '), ['A1']],
        ['several values are any of them', values(tag, 'LO', 'A1', 'A_', 'nothing'), ['A1', 'A_']],
        ['a value with NUL matches nothing', values(tag, 'LO', 'A1\0'), []],
        ['* at the end', wildcard(tag, 'LO', 'A1*'), ['A1', 'A12']],
        ['* at the start', wildcard(tag, 'LO', '*1'), ['A1', 'a1', 'Ä1']],
        ['* in the middle', wildcard(tag, 'LO', 'A*2'), ['A12']],
        ['? is one character', wildcard(tag, 'LO', 'A?'), ['A1', 'A*', 'A?', 'A%', 'A_']],
        ['? is one character beyond ASCII', wildcard(tag, 'LO', '?1'), ['A1', 'a1', 'Ä1']],
        ['brackets are literal', wildcard(tag, 'LO', '[A*'), ['[A]']],
        ['and no class', wildcard(tag, 'LO', '[A]1*'), []],
        ['a caret and a bracket too', wildcard(tag, 'LO', '[^B]*'), []],
        ['% is literal', wildcard(tag, 'LO', '*%'), ['A%', '100%']],
        ['_ is literal', wildcard(tag, 'LO', '*_'), ['A_']],
        ['quotes and backslashes do no harm', wildcard(tag, 'LO', `*'"\\--*`), []],
        ['the last character there is', wildcard(tag, 'LO', 'B\uFFFF*'), ['B\uFFFF']],
        ['stars alone match all, also those without', wildcard(tag, 'LO', '**'), TEXTS],
        ['no values match all', values(tag, 'LO'), TEXTS],
        ['nothing', wildcard(tag, 'LO', 'zz*'), []],
        ['many stars end', wildcard(tag, 'LO', `${'*x'.repeat(60)}*y`), []],
        ['a thousand stars end', wildcard(tag, 'LO', `${'*'.repeat(50_000)}1`), ['A1', 'a1', 'Ä1']],
        ['a long pattern matches nothing', wildcard(tag, 'LO', `${'*x'.repeat(30_000)}*`), []],
      ]
      for (const [title, match, expected] of cases)
        t.strictSame(await matching([match]), expected.map(text => TEXTS.indexOf(text)).sort(byNumber), title)
    })
  }

  for (const [how, tag] of Object.entries(NAME_TAGS)) {
    t.test(`person names, ${how}: without case and accents, each group`, async t => {
      const by = (pattern: string, group: Group = 'any'): Match => ({
        kind: 'person-name',
        path: [tag],
        pattern,
        group,
      })
      const cases: [Match, number[]][] = [
        [by('muller^jurgen'), [0]],
        [by('Müller^JÜRGEN^'), [0]],
        [by('muller*'), [0, 1]],
        [by('*jurgen*'), [0, 1]],
        [by('smith'), [3]],
        [by('smith^'), [3]],
        [by('smith^*'), [3, 4]],
        [by('smith^j*'), [4]],
        [by('smith^*^*'), [3, 4]],
        [by('smi*^*'), [3, 4]],
        [by('mull*^*^*^*'), [0, 1]],
        [by('*^*'), [0, 1, 2, 3, 4, 5]],
        [by('^*'), []],
        [by('sm?th'), [3]],
        [by('yamada*'), [2]],
        [by('山田*'), [2]],
        [by('山田*', 'ideographic'), [2]],
        [by('山田*', 'alphabetic'), []],
        [by('やまだ^たろう', 'phonetic'), [2]],
        [by('yamada*太郎'), []],
        [by('asa_%[x]^?'), [5]],
        [by('asa?%[x]^*'), [5]],
        [by('*'), all],
        [by(`${'*a'.repeat(200)}b`), []],
      ]
      for (const [match, expected] of cases)
        t.strictSame(await matching([match]), expected, JSON.stringify(match).slice(0, 120))
    })
  }

  for (const [how, tag] of Object.entries(NAME_TAGS)) {
    t.test(`PS3.18 8.3.4.2: words of names, ${how}: in any order, by their beginning or sound`, async t => {
      const words = (...words: string[]): Match[] => [{ kind: 'name-words', path: [tag], words }]
      const cases: [Match[], number[]][] = [
        [words('muller'), [0, 1]],
        [words('jurgen', 'muller'), [0, 1]],
        [words('mul'), [0, 1]],
        [words('ller'), []],
        [words('*ller'), [0, 1]],
        [words('*rg?n', 'm*r'), [0, 1]],
        [words('smyth'), [3, 4]],
        [words('*smyth*'), [3, 4]],
        [words('jon', 'smit'), [4]],
        [words('smith', 'mary'), []],
        [words('tarou', '山田'), [2]],
        [words('yamada', 'たろ'), [2]],
        [words('太', '山'), [2]],
        [words('%'), []],
        [words("'"), []],
        [words(), all],
      ]
      for (const [keys, expected] of cases)
        t.strictSame(await matching(keys), expected, JSON.stringify(keys).slice(0, 120))
    })
  }

  for (const [how, tags] of [
    ['by a column', [TEXT_TAGS, NAME_TAGS, DATE_TAGS, TIME_TAGS, LIST_TAGS].map(each => each['by a column'])],
    ['row by row', [TEXT_TAGS, NAME_TAGS, DATE_TAGS, TIME_TAGS, LIST_TAGS].map(each => each['row by row'])],
  ] as const) {
    t.test(`PS3.4 C.2.2.2.7: empty values, ${how}`, async t => {
      const empty = (tag: string | undefined): Match => ({ kind: 'empty', path: [tag ?? ''] })
      const [text, person, date, time, list] = tags
      const from = (n: number): number[] => all.slice(n)
      const level = how === 'by a column' ? 'study' : 'instance'
      t.strictSame(await matching([empty(text)]), [12])
      t.strictSame(await matching([empty(person)]), from(6))
      // One that is no date is not empty.
      t.strictSame(await matching([empty(date)], level), from(6))
      t.strictSame(await matching([empty(time)], level), [4, ...from(6)])
      t.strictSame(await matching([empty(list)]), from(3))
      t.strictSame(await matching([empty(list), empty(text)]), [12])
      t.strictSame(await matching([empty('0020000D')]), [])
    })
  }

  for (const how of ['by a column', 'row by row'] as const) {
    t.test(`dates and times, ${how}`, async t => {
      const [date, time] = [DATE_TAGS[how], TIME_TAGS[how]]
      const between = (from?: string, to?: string): Match => ({
        kind: 'date-time-range',
        path: [date],
        time,
        from,
        to,
      })
      const cases: [Match, number[]][] = [
        [values(date, 'DA', '20240102'), [1, 2]],
        [values(date, 'DA', '20240101', '20240103'), [0, 3, 4]],
        [values(date, 'DA', ...Array<string>(2_000).fill('19990101'), '20240101'), [0]],
        [values(time, 'TM', ...Array<string>(2_000).fill('0501'), '080000'), [0]],
        [range(date, 'DA', '20240102', '20240103'), [1, 2, 3, 4]],
        [range(date, 'DA', '20240103'), [3, 4]],
        [range(date, 'DA', undefined, '20240101'), [0]],
        [range(date, 'DA', '20240104', '20240101'), []],
        [range(date, 'DA'), all],
        [range(time, 'TM', '101500.000000', '101559.999999'), [1, 2]],
        [range(time, 'TM', '120000.000000'), [3]],
        [range(time, 'TM', undefined, '080000.999999'), [0]],
        [values(time, 'TM', '1015'), [1, 2]],
        [values(time, 'TM', '235959.5'), [3]],
        [between('20240101120000.000000', '20240103120000.999999'), [1, 2, 4]],
        [between('20240102101500.000000', '20240102101500.999999'), [1, 2]],
        [between('20240103000000.000000', undefined), [3, 4]],
        [between(undefined, '20240101080000.000000'), [0]],
      ]
      const level = how === 'by a column' ? 'study' : 'instance'
      for (const [match, expected] of cases)
        t.strictSame(await matching([match], level), expected, JSON.stringify(match).slice(0, 120))
    })
  }

  for (const how of ['by a column', 'row by row'] as const) {
    t.test(`PS3.18 8.3.4.1.1: dates and times in the query's zone, ${how}`, async t => {
      const [date, time] = [DATE_TAGS[how], TIME_TAGS[how]]
      const index = await open(t)
      const inZones = await studiesWith(
        index,
        [
          ['20240101', '233000', '+0100'],
          ['20240102', '003000', '+0200'],
          ['20240101', '223000', '+0000'],
          ['20240101', '223000', undefined],
          ['20240101', undefined, '-0500'],
          ['20240101', '223000', 'nonsense'],
        ].map(([day, hour, zone]) => ({
          [date]: element('DA', day),
          [time]: element('TM', hour),
          '00080201': element('SH', zone),
          '00081110': { vr: 'SQ', Value: [{ '0008002A': json('DT', `${day}${hour ?? ''}`) }] },
        })),
      )
      const found = (timezoneMinutes: number | undefined, ...matches: Match[]): Promise<number[]> =>
        inZones(matches, 'instance', timezoneMinutes)
      const between = (from?: string, to?: string): Match => ({
        kind: 'date-time-range',
        path: [date],
        time,
        from,
        to,
      })
      const halfPastTen = between('20240101223000.000000', '20240101223059.999999')
      t.strictSame(await found(undefined, halfPastTen), [2, 3, 4, 5], 'as they stand')
      t.strictSame(await found(0, halfPastTen), [0, 1, 2, 3, 4, 5])
      t.strictSame(await found(60, between('20240101233000.000000', undefined)), [0, 1, 2, 4])
      t.strictSame(await found(120, values(date, 'DA', '20240102')), [0, 1, 2])
      t.strictSame(await found(120, range(date, 'DA', '20240102', '20240103')), [0, 1, 2])
      t.strictSame(await found(120, range(date, 'DA', undefined, '20240101')), [3, 4, 5])
      t.strictSame(await found(-720, values(date, 'DA', '20240101', '20240102')), [0, 1, 2, 3, 4, 5])
      t.strictSame(await found(120, values(time, 'TM', '0030')), [0, 1, 2], 'over midnight')
      t.strictSame(await found(120, range(time, 'TM', '220000.000000', '230000.999999')), [3, 5])
      const inItem: Match = { ...range('', 'DT', '20240102003000.000000'), path: ['00081110', '0008002A'] }
      t.strictSame(await found(undefined, inItem), [1])
      t.strictSame(await found(120, inItem), [0, 1, 2])
    })
  }

  t.test('numbers match by value', async t => {
    const tag = '00101030'
    t.strictSame(await matching([values(tag, 'DS', '70.0')]), [0, 3])
    t.strictSame(await matching([values(tag, 'DS', '70.50')]), [1])
    t.strictSame(await matching([values(tag, 'DS', '')]), [])
  })

  t.test('an attribute of several values matches if any of them does', async t => {
    for (const tag of Object.values(LIST_TAGS)) {
      t.strictSame(await matching([values(tag, 'LO', 'B')]), [0, 1], tag)
      t.strictSame(await matching([wildcard(tag, 'LO', 'A*')]), [0], tag)
    }
  })

  t.test('PS3.4 C.2.2.2.6: all keys of a sequence are met by one item', async t => {
    const item = (id: string, procedure: string): Record<string, JsonElement> => ({
      '00400009': json('SH', id),
      '00401001': json('SH', procedure),
    })
    const sequences = [[item('S1', 'P1'), item('S2', 'P2')], [item('S1', 'P2')], []].map(Value => ({
      '00400275': { vr: 'SQ', Value },
    }))
    const matching = await studiesWith(await open(t), sequences, 'series')
    const id = (value: string): Match => ({
      kind: 'values',
      path: ['00400275', '00400009'],
      vr: 'SH',
      values: [value],
    })
    const procedure: Match = { kind: 'wildcard', path: ['00400275', '00401001'], vr: 'SH', pattern: 'P2*' }
    t.strictSame(await matching([id('S1')]), [0, 1])
    t.strictSame(await matching([id('S2')]), [0])
    t.strictSame(await matching([id('S1'), procedure]), [1])
    t.strictSame(await matching([id('S2'), procedure]), [0])
    t.strictSame(await matching([procedure, values('00080060', 'CS', 'CT')]), [0, 1])
  })

  t.test(
    'ModalitiesInStudy finds a study by one and answers all; Modality at study level is the same',
    async t => {
      const index = await open(t)
      await index.commit(
        ['CT', 'SR'].map(modality =>
          madeInstance({ study: '1.1', elements: { '00080060': json('CS', modality) } }),
        ),
        'reject',
      )
      await index.commit(
        [madeInstance({ study: '1.2', elements: { '00080060': json('CS', 'MR') } })],
        'reject',
      )
      for (const tag of ['00080061', '00080060']) {
        const { rows } = await find(index, 'study', { matches: [values(tag, 'CS', 'CT', 'PR')] })
        t.strictSame(column(rows, '0020000D'), ['1.1'])
        t.strictSame(rows[0]?.['00080061']?.Value, ['CT', 'SR'])
      }
      const series = await find(index, 'series', { matches: [values('00080060', 'CS', 'SR')] })
      t.strictSame(column(series.rows, '00080060'), ['SR'])
      const all = await find(index, 'series', { matches: [values('00080061', 'CS', 'SR')] })
      t.strictSame(column(all.rows, '00080060').sort(), ['CT', 'SR'])
    },
  )

  t.test('UIDs, numbers and SOP classes, alone and together, with and without a path', async t => {
    const index = await open(t)
    const made = [1, 2, 3, 4].map(n =>
      madeInstance({
        study: `1.${n % 2}`,
        series: `2.${n}`,
        sop: `3.${n}`,
        elements: { '00200011': json('IS', n), '00200013': json('IS', n * 10) },
        over: { SOPClassUID: `4.${n % 2}` },
      }),
    )
    await index.commit(made, 'reject')
    const sops = async (query: Partial<Query>): Promise<unknown[]> =>
      column((await find(index, 'instance', query)).rows, '00080018').sort()
    t.strictSame(await sops({ matches: [values('0020000D', 'UI', '1.0', '9.9')] }), ['3.2', '3.4'])
    t.strictSame(await sops({ matches: [values('0020000E', 'UI', '2.1', '2.2')] }), ['3.1', '3.2'])
    t.strictSame(await sops({ matches: [values('00080018', 'UI', '3.3')] }), ['3.3'])
    t.strictSame(await sops({ matches: [values('00080016', 'UI', '4.1')] }), ['3.1', '3.3'])
    t.strictSame(await sops({ matches: [values('00200011', 'IS', '2')] }), ['3.2'])
    t.strictSame(await sops({ matches: [values('00200013', 'IS', '30')] }), ['3.3'])
    t.strictSame(await sops({ matches: [values('00200013', 'IS', 'x')] }), [])
    t.strictSame(await sops({ StudyInstanceUID: '1.1', matches: [values('00080018', 'UI', '3.2')] }), [])
    t.strictSame(await sops({ StudyInstanceUID: '1.1', SeriesInstanceUID: '2.3' }), ['3.3'])
    t.strictSame(
      await sops({
        StudyInstanceUID: '1.1',
        matches: [values('00080016', 'UI', '4.1'), values('00200011', 'IS', '3')],
      }),
      ['3.3'],
    )
  })

  t.test('a frequent key and a rare one give the same answers in either form', async t => {
    const index = await open(t)
    const made = Array.from({ length: 1_100 }, (_, n) =>
      madeInstance({
        study: `1.${1_099 - n}`,
        elements: { '00100020': json('LO', n > 1_096 ? 'RARE' : 'FREQUENT') },
      }),
    )
    await index.commit(made, 'reject')
    const count = async (...matches: Match[]): Promise<unknown> => {
      const { rows, remaining, isAll } = await find(index, 'study', { matches, limit: 1 })
      return isAll ? rows.length + remaining : `at least ${rows.length + remaining}`
    }
    const [rare, frequent] = [values('00100020', 'LO', 'RARE'), values('00100020', 'LO', 'FREQUENT')]
    // All have one moment, and more than are looked at: the first are those by UID all the same.
    const inOrder = async (matches: Match[]): Promise<unknown[]> =>
      column((await find(index, 'study', { matches, limit: 30 })).rows, '0020000D')
    const first = (await inOrder([])).filter(uid => !['1.0', '1.1', '1.2'].includes(String(uid)))
    t.strictSame((await inOrder([frequent])).slice(0, first.length), first)
    t.equal(await count(rare), 3)
    t.equal(await count(frequent), 'at least 1001')
    t.equal(await count(frequent, wildcard('00080050', 'SH', 'A*')), 'at least 1001')
    t.equal(await count(), 1_100, 'all of an archive are counted once and for all')
    t.equal(await count(rare, wildcard('00080050', 'SH', 'A*')), 3)
    t.equal(await count(rare, frequent), 0)
    const { rows, remaining, isAll } = await find(index, 'instance', { matches: [frequent], limit: 10 })
    t.strictSame([rows.length, remaining, isAll], [10, 1_000, false])
  })
}
