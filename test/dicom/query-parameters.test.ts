import fc from 'fast-check'
import t from 'tap'
import { USUAL_ATTRIBUTES } from '../../src/dicom/indexed-attributes.js'
import { Problem } from '../../src/dicom/problem.js'
import { parseQuery } from '../../src/dicom/query-parameters.js'
import type { QueryLevel } from '../../src/dicom/query.js'
import { matches, parse, refusal, values } from './parse-query.js'

t.test('PS3.18 8.3.4.1: keys are keywords or tags, and paths into sequences', t => {
  const id = [values('00100020', 'LO', 'P1')]
  for (const text of ['PatientID=P1', '00100020=P1', '00100020=%20P1%20&accept=application/dicom%2Bjson'])
    t.same(matches(text), id, text)
  const step = [values('00400275.00400009', 'SH', 'S1')]
  for (const text of [
    'RequestAttributesSequence.ScheduledProcedureStepID=S1',
    '00400275.00400009=S1',
    '00400275.ScheduledProcedureStepID=S1',
    'RequestAttributesSequence.00400009=S1',
  ])
    t.same(matches(text, 'series'), step, text)
  t.same(matches('0020000d=1.2&0020000E=1.3', 'series'), [
    values('0020000D', 'UI', '1.2'),
    values('0020000E', 'UI', '1.3'),
  ])
  t.end()
})

t.test(
  'PS3.18 8.3: unknown parameters, and keys that cannot be searched by, are passed over with a warning',
  t => {
    for (const name of [
      'foo',
      'patientid',
      '0010002',
      '7FE00010',
      'PixelData',
      'PatientID.PatientName',
      '__proto__',
      'ReferencedStudySequence.PatientID.StudyID',
      '00081110.'.repeat(9) + '00081155',
      'SpecificCharacterSet',
      '00201206',
      'orderby',
    ]) {
      const { query, warnings } = parse(`${name}=1`)
      t.same(query.matches, [], name)
      t.same(warnings, [`The parameter ${name.slice(0, 64)} is not supported and has been ignored.`])
    }
    t.same(parse('00091001=1').warnings, [
      'The parameter 00091001 needs its private creator as 00090010 and has been ignored.',
    ])
    t.same(parse('a%22%0d%0aX:%20%c3%a4=1').warnings, [
      'The parameter a???X??? is not supported and has been ignored.',
    ])
    t.equal(parse(Array.from({ length: 100 }, (_, i) => `x${i}=1`).join('&')).warnings.length, 10)
    t.end()
  },
)

t.test(
  'PS3.18 10.6.1: keys of lower levels are passed over with a warning, Modality of studies is ModalitiesInStudy',
  t => {
    t.same(parse('SeriesNumber=1').warnings, [
      'The parameter SeriesNumber is of a lower level than study and has been ignored.',
    ])
    t.same(parse('SOPInstanceUID=1.2', 'series').warnings.length, 1)
    t.same(matches('SeriesNumber=1&SOPInstanceUID=1.2&PatientID=P', 'instance').length, 3)
    const modalities = [values('00080061', 'CS', 'CT', 'MR')]
    for (const text of [
      'ModalitiesInStudy=CT,MR',
      'ModalitiesInStudy=CT%5CMR',
      'ModalitiesInStudy=CT&00080061=MR',
      'Modality=CT,MR',
      '00080060=CT,MR',
    ])
      t.same([parse(text).query.matches, parse(text).warnings], [modalities, []], text)
    t.same(matches('Modality=CT', 'series'), [values('00080060', 'CS', 'CT')])
    t.end()
  },
)

t.test('PS3.18 8.3.4.3, 8.3.4.4: includefield, limit and offset', t => {
  const include = (text: string, level?: QueryLevel): unknown => parse(text, level).query.include
  t.same(include('includefield=00081030,PatientAge&includefield=StudyDescription,%20Occupation'), [
    ['00081030'],
    ['00101010'],
    ['00102180'],
  ])
  t.same(include('includefield=all&includefield=StudyDescription'), 'all')
  t.same(
    include('includefield=RequestAttributesSequence.ScheduledProcedureStepID', 'series'),
    [['00400275']],
    'whole',
  )
  t.same(include('includefield=00080060,SOPInstanceUID'), [], 'lower levels are dropped')
  t.same(parse('includefield=00080060').warnings, [], 'without a word')
  t.same(include('includefield=StudyDescription&PatientComments=x', 'instance'), [['00081030'], ['00104000']])
  t.match(parse('includefield=nonsense').warnings, [/includefield nonsense is not known/])
  t.same(include('includefield='), [])

  const page = (text: string): unknown => [parse(text).query.limit, parse(text).query.offset]
  t.same(page(''), [1000, 0])
  t.same(page('limit=101&offset=200'), [101, 200])
  t.same(page('limit=5000&offset=99999999999999999999'), [1000, Number.MAX_SAFE_INTEGER])
  t.same(page('limit=0&offset='), [0, 0])
  for (const text of ['limit=-1', 'limit=x', 'offset=1.5', 'offset=%201', 'limit=1e3'])
    t.match(refusal(text), `invalid-parameter: ${text.split('=')[0]!} `, text)
  t.end()
})

t.test('PS3.18 8.3: a parameter that is given twice may not contradict itself', t => {
  for (const [text, name] of [
    ['limit=1&limit=2', 'limit'],
    ['offset=1&Offset=2', 'offset'],
    ['fuzzymatching=true&fuzzymatching=false', 'fuzzymatching'],
    ['00080201=%2B0100&TimezoneOffsetFromUTC=%2B0200', 'TimezoneOffsetFromUTC'],
  ] as const)
    t.equal(refusal(text), `invalid-parameter: ${name} is given twice, with different values`, text)
  for (const text of [
    'limit=7&limit=7',
    'limit=&limit=07',
    'fuzzymatching=true&fuzzymatching=TRUE',
    'fuzzymatching=&fuzzymatching=false&emptyvaluematching=',
    '00080201=%2B0100&00080201=%2B0100&00080201=',
  ])
    t.same([refusal(text), parse(text).warnings], ['none', []], text)
  t.equal(parse('limit=&limit=07').query.limit, 7)
  for (const name of ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching', 'includedefaults'])
    t.equal(refusal(`${name}=maybe`), `invalid-parameter: ${name} is neither true nor false`)
  t.end()
})

t.test('PS3.18 8.3.4.1.1: TimezoneOffsetFromUTC is the zone of the query, and no key', t => {
  for (const text of ['TimezoneOffsetFromUTC=%2B0130', '00080201=+0130', '00080201=%200130'])
    t.match(parse(text), { query: { timezoneMinutes: 90, matches: [] }, warnings: [] }, text)
  t.equal(parse('00080201=-0500').query.timezoneMinutes, -300)
  t.equal(parse('00080201=').query.timezoneMinutes, undefined)
  for (const value of ['0100', 'CET', '%2B1500', '*'])
    t.match(refusal(`00080201=${value}`), /^invalid-parameter: 00080201 is not an offset from UTC/, value)
  t.end()
})

t.test('includedefaults=false, as dcm4chee has it', t => {
  t.equal(parse('includedefaults=false').query.withoutDefaults, true)
  t.equal(parse('includedefaults=true').query.withoutDefaults, undefined)
  t.end()
})

t.test('what OHIF sends is read without a warning', t => {
  const { query, warnings } = parse(
    'limit=101&offset=0&fuzzymatching=&includefield=00081030%2C00080060&PatientName=*x*&00100020=*x*&StudyDate=20240101-20240201&ModalitiesInStudy=CT%2CMR&StudyInstanceUID=1.2%5C1.3',
  )
  t.equal(query.matches.length, 5)
  t.same(warnings, [])
  t.end()
})

t.test('the path of the resource is in the query', t => {
  const { query } = parseQuery('instance', { StudyInstanceUID: '1.2', SeriesInstanceUID: '1.3' }, [], {
    maxResults: 1,
    attributes: USUAL_ATTRIBUTES,
  })
  t.match(query, { level: 'instance', StudyInstanceUID: '1.2', SeriesInstanceUID: '1.3' })
  t.end()
})

t.test('no value makes anything but a query or a Problem that does not repeat it', t => {
  const name = fc.constantFrom(
    'StudyDate',
    'StudyTime',
    'PatientName',
    'PatientID',
    'StudyInstanceUID',
    'SeriesNumber',
    'limit',
    '00400275.00404005',
    'PatientSize',
    'includefield',
    'fuzzymatching',
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        name,
        fc.string({
          unit: fc.constantFrom(
            '0',
            '1',
            '29',
            '.',
            '-',
            '*',
            '?',
            ',',
            '\\',
            '=',
            '^',
            ' ',
            '+',
            'T',
            'ä',
            '\0',
          ),
          maxLength: 30,
        }),
        (key, value) => {
          const secret = `${value}Secret`
          for (const text of [value, secret])
            try {
              parseQuery('instance', {}, [[key, text]], { maxResults: 10, attributes: USUAL_ATTRIBUTES })
            } catch (error) {
              if (!(error instanceof Problem) || error.message.includes('Secret')) throw error
            }
        },
      ),
      { numRuns: 2000 },
    ),
  )
  t.end()
})
