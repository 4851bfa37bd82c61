import t from 'tap'
import {
  moveDateTime,
  normaliseDate,
  normaliseDateTime,
  normaliseTime,
  offsetMinutes,
} from '../../src/dicom/date-time.js'

t.test('PS3.5 6.2 DA: both forms of a date become one', t => {
  for (const [text, date] of [
    ['20240229', '20240229'],
    [' 2024.02.29 ', '20240229'],
    ['2024.0229', undefined],
    ['20241301', undefined],
    ['20240132', undefined],
    ['20240100', undefined],
    ['202401', undefined],
    ['2024-01-01', undefined],
    ['', undefined],
  ] as const)
    t.equal(normaliseDate(text), date, text)
  t.end()
})

t.test('PS3.5 6.2 TM: what is left out is filled to the first or last instant', t => {
  for (const [text, first, last] of [
    ['10', '100000.000000', '105959.999999'],
    ['1011', '101100.000000', '101159.999999'],
    ['101112', '101112.000000', '101112.999999'],
    ['101112.5', '101112.500000', '101112.599999'],
    ['101112.123456', '101112.123456', '101112.123456'],
    ['10:11:12', '101112.000000', '101112.999999'],
    ['235960', '235960.000000', '235960.999999'],
    ['24', undefined, undefined],
    ['1060', undefined, undefined],
    ['1', undefined, undefined],
    ['101112.', undefined, undefined],
    ['10.5', undefined, undefined],
  ] as const) {
    t.equal(normaliseTime(text, '0'), first, text)
    t.equal(normaliseTime(text, '9'), last, text)
  }
  t.end()
})

t.test('PS3.5 6.2 DT: partial values are filled, offsets are moved to UTC', t => {
  for (const [text, first, last] of [
    ['2024', '20240101000000.000000', '20241231235959.999999'],
    ['202402', '20240201000000.000000', '20240229235959.999999'],
    ['20240131', '20240131000000.000000', '20240131235959.999999'],
    ['2024013110', '20240131100000.000000', '20240131105959.999999'],
    ['20240131101112.25', '20240131101112.250000', '20240131101112.259999'],
    ['20240131233000-0130', '20240201010000.000000', '20240201010000.999999'],
    ['20240101003000+0100', '20231231233000.000000', '20231231233000.999999'],
    ['20240131+2500', undefined, undefined],
    ['202413', undefined, undefined],
    ['2024013125', undefined, undefined],
    ['202', undefined, undefined],
  ] as const) {
    t.equal(normaliseDateTime(text, '0'), first, text)
    t.equal(normaliseDateTime(text, '9'), last, text)
  }
  t.end()
})

t.test('PS3.5 6.2 DT, PS3.3 C.12.1.1.8: offsets from UTC, and clocks that are ahead', t => {
  for (const [text, minutes] of [
    ['+0100', 60],
    ['-0330', -210],
    ['+1400', 840],
    ['-1200', -720],
    ['+1401', undefined],
    ['-1230', undefined],
    ['+0160', undefined],
    ['0100', undefined],
    ['', undefined],
  ] as const)
    t.equal(offsetMinutes(text), minutes, text)
  t.equal(moveDateTime('20240229233000.500000', 60), '20240301003000.500000')
  t.equal(moveDateTime('20240101003000.500000', -60), '20231231233000.500000')
  t.equal(moveDateTime('20231231235960.000000', 60), '20240101005960.000000', 'a leap second stays one')
  t.equal(moveDateTime('99991231233000.000000', 60), undefined)
  t.equal(normaliseDateTime('20240101003000+0100', '0', 120), '20240101013000.000000')
  t.equal(normaliseDateTime('99991231-1200', '9'), undefined)
  t.end()
})
