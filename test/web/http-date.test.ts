import fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { httpDate, secondsOfHttpDate } from '../../src/web/http-date.js'

const EXAMPLE = 784111777

t.test('RFC 9110 5.6.7: the three forms of a date say the same', async t => {
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ])
    t.equal(secondsOfHttpDate(text), EXAMPLE, text)
  t.equal(httpDate(EXAMPLE), 'Sun, 06 Nov 1994 08:49:37 GMT')
})

t.test('RFC 9110 13.1.3: what is no date is none', async t => {
  for (const text of [
    '',
    '0',
    '-1',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 25:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'yesterday',
  ])
    t.equal(secondsOfHttpDate(text), undefined, text)
})

t.test('what is written is read again', async () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253402300799 }), seconds => {
      assert.equal(secondsOfHttpDate(httpDate(seconds)), seconds)
    }),
  )
})
