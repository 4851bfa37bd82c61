import t from 'tap'
import type { Match } from '../../src/dicom/query.js'
import { matches, parse, refusal, values } from './parse-query.js'

t.test('PS3.4 C.2.2.2.3: universal matching is no condition', t => {
  for (const text of [
    'PatientID=',
    'PatientID=*',
    'PatientID=**',
    'StudyDate=',
    'StudyInstanceUID=*',
    'PatientName=*',
    'PatientName=%20*%20',
    'SeriesNumber=',
    '00400275=',
  ])
    t.same(matches(text, 'instance'), [], text)
  t.same(parse('PatientID=').query.include, [['00100020']], 'but the attribute is returned')
  t.end()
})

t.test('PS3.4 C.2.2.2.2: lists of UIDs', t => {
  const expected = [values('0020000D', 'UI', '1.2', '1.3')]
  for (const text of ['1.2,1.3', '1.2%5C1.3', '%201.2%20,1.3,1.2,', '1.2&0020000D=1.3'])
    t.same(matches(`StudyInstanceUID=${text}`), expected, text)
  for (const text of ['1.2.*', 'x', '1..2', ',', `${'1.'.repeat(32)}1`])
    t.match(refusal(`StudyInstanceUID=${text}`), 'invalid-parameter: StudyInstanceUID ', text)
  t.end()
})

t.test('PS3.4 C.2.2.2.4: wildcards count in the VRs that have them', t => {
  const wildcard = (path: string, vr: string, pattern: string): Match => ({
    kind: 'wildcard',
    path: [path],
    vr,
    pattern,
  })
  t.same(matches('PatientID=*A_%25?'), [wildcard('00100020', 'LO', '*A_%?')])
  t.same(matches('AccessionNumber=a*'), [wildcard('00080050', 'SH', 'a*')])
  t.same(matches('ModalitiesInStudy=M?'), [wildcard('00080061', 'CS', 'M?')])
  t.same(
    matches('PatientComments=%20x*%20'),
    [wildcard('00104000', 'LT', ' x*')],
    'leading blanks of LT mean something',
  )
  t.same(matches('PatientID=A,B'), [values('00100020', 'LO', 'A,B')], 'a comma is no list here')
  t.same(matches('PatientID=A&PatientID=B'), [values('00100020', 'LO', 'A', 'B')])
  for (const text of [
    'ModalitiesInStudy=CT,M*',
    'PatientID=A&PatientID=B*',
    'StudyDate=2024*',
    'StudyTime=10?',
    'SeriesNumber=1*',
  ])
    t.match(refusal(text, 'instance'), `invalid-parameter: ${text.split('=')[0]!} `, text)
  t.same(matches('PatientAge=030Y'), [values('00101010', 'AS', '030Y')])
  t.end()
})

t.test('numbers match by value', t => {
  t.same(matches('SeriesNumber=007', 'series'), [values('00200011', 'IS', '7')])
  t.same(matches('PatientWeight=70.50'), [values('00101030', 'DS', '70.5')])
  t.same(matches('Rows=512', 'instance'), [values('00280010', 'US', '512')])
  for (const value of ['x', '1,2', '0x10', '-', '1e', 'Infinity'])
    t.match(refusal(`SeriesNumber=${value}`, 'series'), 'invalid-parameter: SeriesNumber ', value)
  t.end()
})

t.test('PS3.4 C.2.2.2.5: ranges of dates and times include both ends', t => {
  const date = (from?: string, to?: string): Match => ({
    kind: 'range',
    path: ['00080020'],
    vr: 'DA',
    from,
    to,
  })
  for (const [text, from, to] of [
    ['20240101-20240131', '20240101', '20240131'],
    ['2024.01.01-2024.01.31', '20240101', '20240131'],
    [' 20240101 - 20240131 ', '20240101', '20240131'],
    ['20240101-', '20240101', undefined],
    ['-20240131', undefined, '20240131'],
  ] as const)
    t.same(matches(`StudyDate=${text}`), [date(from, to)], text)
  t.same(matches('StudyDate=20240101'), [values('00080020', 'DA', '20240101')])
  t.same(matches('StudyDate=2024.01.01,20240103'), [values('00080020', 'DA', '20240101', '20240103')])
  for (const value of [
    '-',
    '--',
    '2024',
    '20240101-x',
    'x-',
    '20240101-20240102-20240103',
    '20241401',
    '20240101,20240103-20240105',
    ',',
    'today',
  ])
    t.match(refusal(`StudyDate=${value}`), 'invalid-parameter: StudyDate ', value)

  const time = (from?: string, to?: string): Match => ({
    kind: 'range',
    path: ['00080030'],
    vr: 'TM',
    from,
    to,
  })
  t.same(matches('StudyTime=10,1130'), [values('00080030', 'TM', '10', '1130')])
  t.same(matches('StudyTime=1011-12'), [time('101100.000000', '125959.999999')])
  t.same(matches('StudyTime=-1200'), [time(undefined, '120059.999999')])
  for (const value of ['10&StudyTime=11-12', '25', '10-x', '-'.repeat(10_000)])
    t.match(refusal(`StudyTime=${value}`), 'invalid-parameter: StudyTime ')
  t.end()
})

t.test('PS3.5 6.2 DT: a dash before an offset is not that of a range', t => {
  const dateTime = (from?: string, to?: string): Match => ({
    kind: 'range',
    path: ['00404005'],
    vr: 'DT',
    from,
    to,
  })
  const inSequence = (value: string): Match[] =>
    matches(`00400275.00404005=${value}`, 'instance').map(match => ({ ...match, path: ['00404005'] }))
  for (const [text, from, to] of [
    ['20240131-0500', '20240131050000.000000', '20240201045959.999999'],
    ['20240131-', '20240131000000.000000', undefined],
    ['-20240131-0500', undefined, '20240201045959.999999'],
    ['20240131-0500-', '20240131050000.000000', undefined],
    ['20240131-0500-20240201-0500', '20240131050000.000000', '20240202045959.999999'],
    ['20240131-20240201', '20240131000000.000000', '20240201235959.999999'],
    ['2023-2024', '20230101000000.000000', '20241231235959.999999'],
  ] as const)
    t.same(inSequence(text), [dateTime(from, to)], text)
  t.match(refusal('00400275.00404005=x', 'series'), 'invalid-parameter: 00400275.00404005 ')
  t.end()
})

t.test('PS3.18 8.3.4.1.1: a range of dates and one of times are one interval', t => {
  const combined = (from?: string, to?: string): Match => ({
    kind: 'date-time-range',
    path: ['00080020'],
    time: '00080030',
    from,
    to,
  })
  for (const [text, from, to] of [
    ['StudyDate=20240101-20240103&StudyTime=10-12', '20240101100000.000000', '20240103125959.999999'],
    ['StudyTime=10-&StudyDate=20240101-', '20240101100000.000000', undefined],
    ['StudyDate=20240101-20240103&StudyTime=-12', '20240101000000.000000', '20240103125959.999999'],
    ['StudyDate=-20240103&StudyTime=10-', undefined, '20240103235959.999999'],
  ] as const)
    t.same(matches(text), [combined(from, to)], text)
  for (const [text, ...kinds] of [
    ['StudyDate=20240101&StudyTime=10', 'values', 'values'],
    ['StudyDate=20240101&StudyTime=10-11', 'values', 'range'],
    ['StudyDate=20240101-20240103&StudyTime=10', 'range', 'values'],
  ] as const)
    t.same(
      matches(text).map(({ kind }) => kind),
      kinds,
      `${text}: only two ranges are one`,
    )
  for (const [date, time] of [
    ['PatientBirthDate', 'PatientBirthTime'],
    ['InstanceCreationDate', 'InstanceCreationTime'],
    ['SeriesDate', 'SeriesTime'],
    ['AcquisitionDate', 'AcquisitionTime'],
    ['ContentDate', 'ContentTime'],
    ['PerformedProcedureStepStartDate', 'PerformedProcedureStepStartTime'],
    ['PerformedProcedureStepEndDate', 'PerformedProcedureStepEndTime'],
  ] as const)
    t.match(matches(`${time}=10-&${date}=20240101-`, 'instance'), [{ kind: 'date-time-range' }], date)
  const inside = 'RequestAttributesSequence.ScheduledProcedureStepStart'
  t.same(matches(`${inside}Date=20240101-&${inside}Time=10-`, 'series'), [
    {
      kind: 'date-time-range',
      path: ['00400275', '00400002'],
      time: '00400003',
      from: '20240101100000.000000',
      to: undefined,
    },
  ])
  t.same(
    matches('SeriesDate=20240101-&StudyTime=10-', 'series').map(({ kind }) => kind),
    ['range', 'range'],
  )
  t.end()
})

t.test('PS3.5 6.2.1: person names are folded, an equals sign picks a group', t => {
  const name = (pattern: string, group: string): unknown => ({
    kind: 'person-name',
    path: ['00100010'],
    pattern,
    group,
  })
  for (const [text, ...expected] of [
    ['Müller^Jürgen', name('muller^jurgen', 'any')],
    ['SMITH^J*', name('smith^j*', 'any')],
    ['smith^^', name('smith', 'any')],
    ['Yamada^*=山田=', name('yamada^*', 'alphabetic'), name('山田', 'ideographic')],
    ['=山田^太郎', name('山田^太郎', 'ideographic')],
    ['==やまだ', name('やまだ', 'phonetic')],
    ['*=*'],
    ['Doe, John', name('doe, john', 'any')],
  ] as const)
    t.same(matches(`PatientName=${text}`), expected, text)
  t.match(refusal('PatientName=a=b=c=d'), 'invalid-parameter: PatientName ')
  t.match(refusal('PatientName=a&00100010=b'), 'invalid-parameter: 00100010 ')
  t.end()
})

t.test('a NUL stays in text, where the index lets it match nothing, and is no date and no UID', t => {
  t.same(matches('PatientID=a%00'), [values('00100020', 'LO', 'a\0')])
  for (const name of ['StudyInstanceUID', 'StudyDate'])
    t.match(refusal(`${name}=1%00`), `invalid-parameter: ${name} `)
  t.end()
})

t.test('PS3.18 8.3.4.1.1: the moments of DT keys are moved to the zone of the query', t => {
  const from = (text: string): unknown =>
    matches(text, 'series').map(match => (match.kind === 'range' ? match.from : match.kind))
  const key = '00400275.00404005'
  t.same(from(`${key}=20240101120000%2B0200-&00080201=%2B0100`), ['20240101110000.000000'])
  t.same(from(`00080201=%2B0100&${key}=20240101120000-`), ['20240101120000.000000'])
  t.end()
})

t.test('PS3.18 8.3.4.2: a name is its words, where matching is fuzzy; other keys are as ever', t => {
  for (const [text, ...words] of [
    ['Smith, John', 'smith', 'john'],
    ['*JÖHN SM?TH*', '*john', 'sm?th*'],
    ['Doe^J*=山田', 'doe', 'j*', '山田'],
    ['*^*=*', ...[]],
  ] as const)
    t.same(
      matches(`PatientName=${text}&fuzzymatching=true`),
      words.length === 0 ? [] : [{ kind: 'name-words', path: ['00100010'], words }],
      text,
    )
  t.same(matches('fuzzymatching=true&PatientID=Smith, John'), [values('00100020', 'LO', 'Smith, John')])
  t.match(refusal(`fuzzymatching=true&PatientName=${'a%20'.repeat(51)}`), 'none', 'repeated words are one')
  const many = Array.from({ length: 51 }, (_, i) => `w${i}`).join('%20')
  t.match(
    refusal(`fuzzymatching=true&PatientName=${many}`),
    'invalid-parameter: PatientName has more than 50 words',
  )
  t.end()
})

t.test('PS3.18 8.3.4.5, PS3.4 C.2.2.2.7: two quotation marks are an empty value, where asked for', t => {
  const empty = (...path: string[]): unknown => ({ kind: 'empty', path })
  for (const [name, ...path] of [
    ['PatientID', '00100020'],
    ['PatientName', '00100010'],
    ['StudyDate', '00080020'],
    ['ReferencedStudySequence', '00081110'],
    ['RequestAttributesSequence.StudyInstanceUID', '00400275', '0020000D'],
  ] as const) {
    t.same(matches(`${name}=""&emptyvaluematching=true`, 'series'), [empty(...path)], name)
    t.same(matches(`${name}=&emptyvaluematching=true`, 'series'), [], 'no value is universal still')
  }
  t.same(matches('PatientID=""'), [values('00100020', 'LO', '""')])
  t.match(refusal('StudyDate=""'), 'invalid-parameter: StudyDate ')
  t.match(refusal('PatientID=""&PatientID=a&emptyvaluematching=true'), 'invalid-parameter: PatientID ')
  t.end()
})

t.test('PS3.18 8.3.4.6, PS3.4 C.2.2.2.8: all of several values, where asked for', t => {
  const all = 'multiplevaluematching=true'
  for (const text of [
    'ModalitiesInStudy=CT%5CMR',
    'ModalitiesInStudy=CT,MR',
    '00080061=CT&ModalitiesInStudy=MR',
  ])
    t.same(matches(`${text}&${all}`), [values('00080061', 'CS', 'CT'), values('00080061', 'CS', 'MR')], text)
  t.same(
    matches(`OtherPatientIDs=a%5Cb,c&${all}`).length,
    matches(`OtherPatientIDs=x&${all}`).length * 2,
    'text may hold commas',
  )
  t.same(
    matches(`${all}&StudyInstanceUID=1.2,1.3`),
    [values('0020000D', 'UI', '1.2', '1.3')],
    'UIDs are a list of any still',
  )
  t.match(matches(`${all}&PatientID=A*`), [{ kind: 'wildcard' }])
  t.match(
    refusal(`${all}&ModalitiesInStudy=CT,M*`),
    'invalid-parameter: ModalitiesInStudy has several values and a',
  )
  t.match(
    refusal(`${all}&ModalitiesInStudy=${'A,B,'.repeat(30)}C`),
    /^invalid-parameter: ModalitiesInStudy has more/,
  )
  t.end()
})

t.test('a pattern longer than any value is refused, stars beside each other are one', t => {
  t.match(matches(`PatientID=a${'*'.repeat(5_000)}b`), [{ pattern: 'a*b' }])
  for (const key of ['PatientID', 'PatientName', 'ModalitiesInStudy'])
    t.match(
      refusal(`${key}=${'*x'.repeat(600)}`),
      `invalid-parameter: ${key} has a pattern of more than`,
      key,
    )
  t.end()
})
