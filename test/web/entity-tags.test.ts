import fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { namesTag, strongTag } from '../../src/web/entity-tags.js'

t.test(
  'RFC 9110 8.8.3: a strong tag is quoted, the same for the same pieces, another for others',
  async t => {
    t.match(strongTag(['a', 1, undefined]), /^"[\w-]{27}"$/)
    t.equal(strongTag(['a', 1]), strongTag(['a', '1']))
    const tags = [['a'], ['a', undefined], ['a', 'b'], ['b', 'a'], ['ab'], []].map(pieces =>
      strongTag(pieces),
    )
    t.equal(new Set(tags).size, tags.length)
  },
)

t.test('RFC 9110 8.8.3.2: strong and weak comparison, as the table there has them', async t => {
  for (const [list, tag, strong, weak] of [
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
    ['"2"', '"1"', false, false],
    ['W/"2"', '"1"', false, false],
  ] as const) {
    t.equal(namesTag(list, tag, 'strong'), strong, `${list} strong`)
    t.equal(namesTag(list, tag, 'weak'), weak, `${list} weak`)
  }
})

t.test('RFC 9110 13.1: lists, stars, and what is no tag', async t => {
  for (const list of ['*', ' * ', '"a", "b"', '"a","b"', ',,"b"', '"x,y", W/"b"', '"a" , , "b"', 'junk, "b"'])
    t.ok(namesTag(list, '"b"', 'weak'), list)
  for (const list of ['', ',', 'b', '"b', 'b"', "'b'", '"a b"', '"B"', '"*"', '**', '"a, b"', '"\\"b\\""'])
    t.notOk(namesTag(list, '"b"', 'weak'), list)
})

t.test('a tag is found in a list of any others, and not in one without it', async () => {
  const tag = fc.stringMatching(/^"[!#-~]{0,12}"$/)
  const weakly = fc.tuple(tag, fc.boolean()).map(([text, weak]) => (weak ? `W/${text}` : text))
  fc.assert(
    fc.property(
      fc.array(weakly, { maxLength: 8 }),
      tag,
      fc.constantFrom(',', ', ', ' , ', ',,'),
      (all, one, comma) => {
        const others = all.filter(other => !other.endsWith(one))
        assert.equal(namesTag(others.join(comma), one, 'weak'), false)
        assert.equal(namesTag([...others, one].join(comma), one, 'strong'), true)
        assert.equal(namesTag([`W/${one}`, ...others].join(comma), one, 'strong'), false)
        assert.equal(namesTag([`W/${one}`, ...others].join(comma), one, 'weak'), true)
      },
    ),
  )
})

t.test('hostile lists cost linear time', async t => {
  for (const piece of ['"', 'W/', '",', '" ', 'W/"', '"a"', '\\"', ',', ' ']) {
    const list = piece.repeat(200_000)
    const start = process.cpuUsage()
    namesTag(list, '"b"', 'weak')
    // What is quadratic takes minutes.
    t.ok(process.cpuUsage(start).user < 5_000_000, piece)
  }
})
