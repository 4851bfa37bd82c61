import t from 'tap'
import { choose, parseAccept } from '../../src/web/accept.js'
import { instanceOffers } from '../../src/web/offers.js'

t.test('64 KiB of Accept are read, whatever they hold', t => {
  const size = 64 * 1024
  for (const piece of [
    ',',
    ';',
    '"',
    '\\',
    '/',
    ' ',
    '*',
    'a/b,',
    '*/*;q=0.1,',
    '/ ',
    '";',
    ' ;',
    '%22',
    'a/b;c="d",',
    'q',
    '/"',
  ])
    for (const before of ['', 'a/b;c="', ' ', 'a/']) {
      const text = before + piece.repeat(size / piece.length)
      const ranges = parseAccept(text, [text])
      t.ok(ranges.length <= 2 * size)
      choose(ranges, instanceOffers('1.2.840.10008.1.2', true, []))
    }
  t.end()
})
