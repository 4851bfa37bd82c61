import t from 'tap'
import { readFrameList, readScope } from '../../src/http/path-parameters.js'

t.test(
  'PS3.18 10.4.1.1.5: frames are 1-based in the path, 0-based below, in the order asked for',
  async t => {
    t.same(readFrameList('1'), [0])
    t.same(readFrameList('3,1,3'), [2, 0, 2])
  },
)

t.test('a scope has the UIDs that the path has', async t => {
  t.same(readScope({ study: '1.2', series: '3' }), { StudyInstanceUID: '1.2', SeriesInstanceUID: '3' })
})
