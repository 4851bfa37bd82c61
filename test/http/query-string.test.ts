import t from 'tap'
import { readParameters } from '../../src/http/query-string.js'
import { problem } from '../problem.js'

t.test('accept parameters stand apart, everything else keeps its order', async t => {
  t.same(
    readParameters('/studies?limit=5&accept=application/json&PatientName=M%C3%BCller%5E*&limit=6&accept=a/b'),
    {
      accept: ['application/json', 'a/b'],
      others: [
        ['limit', '5'],
        ['PatientName', 'Müller^*'],
        ['limit', '6'],
      ],
    },
  )
  t.same(readParameters('/studies'), { accept: [], others: [] })
  t.same(readParameters('/studies?&a&b=&=c'), {
    accept: [],
    others: [
      ['a', ''],
      ['b', ''],
      ['', 'c'],
    ],
  })
})

t.test('a plus is a blank, and names of object prototypes are only names', async t => {
  t.same(readParameters('/x?a=b+c&__proto__=d').others, [
    ['a', 'b c'],
    ['__proto__', 'd'],
  ])
})

t.test('wrong percent-encoding is an error that names the parameter', async t => {
  for (const target of ['/x?a=1&b=%', '/x?a=1&%zz=1', '/x?a=1&b=%C3%28']) {
    t.throws(() => readParameters(target), problem('invalid-parameter'))
    t.throws(() => readParameters(target), { message: /parameter 2 / })
  }
})
