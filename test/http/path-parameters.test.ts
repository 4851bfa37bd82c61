import t from 'tap'
import { readFrameList, readScope } from '../../src/http/path-parameters.js'
import { problem } from '../problem.js'

t.test(
  'PS3.18 10.4.1.1.5: frames are 1-based in the path, 0-based below, in the order asked for',
  async t => {
    t.same(readFrameList('1'), [0])
    t.same(readFrameList('3,1,3'), [2, 0, 2])
  },
)

t.test('what is not a list of frame numbers is refused, and the item is named', async t => {
  for (const text of ['0', '-1', 'a', '1,', '1,,2', '1.5', '0x1', '', '99999999999', '1-3']) {
    t.throws(() => readFrameList(text), problem('invalid-frame-list'), JSON.stringify(text))
  }
  t.throws(() => readFrameList('1,x'), { message: /^item 2 / })
})

t.test('UIDs in paths are digits and dots, at most 64 characters', async t => {
  t.same(readScope({ study: '1.2', series: '3' }), { StudyInstanceUID: '1.2', SeriesInstanceUID: '3' })
  for (const study of [
    '',
    '..',
    '../../etc/passwd',
    '1.2.',
    '.1',
    '1..2',
    'a',
    '1'.repeat(65),
    '1\u0000',
    '1.2 ',
  ]) {
    t.throws(() => readScope({ study }), problem('invalid-uid'), JSON.stringify(study))
  }
})
