import t from 'tap'
import { isAsShown, testedBlocks } from './blocks.js'

t.test('testedBlocks', t => {
  t.test('takes the marked commands and the output below, and no other block', t => {
    const text = '```bash\nno\n```\n\n<!-- test -->\n```bash\na\nb\n```\n```text\nout\n```\n'
    t.same(testedBlocks(text), [{ commands: 'a\nb\n', language: 'text', shown: 'out\n' }])
    t.end()
  })
  t.test('refuses a mark without a block or without its output', t => {
    t.throws(() => testedBlocks('<!-- test -->\ntext'))
    t.throws(() => testedBlocks('<!-- test -->\n```bash\na\n```\n\ntext'))
    t.end()
  })
  t.end()
})

t.test('isAsShown', t => {
  const shows = (language: string, shown: string, output: string): boolean =>
    isAsShown(output, { commands: '', language, shown })
  t.test('wants text as it is, but for …', t => {
    t.ok(shows('text', '200 a.b\n', '200 a.b\n'))
    t.notOk(shows('text', '200 a.b\n', '200 axb\n'))
    t.ok(shows('text', '… 5 stored\n', '12:00 5 stored\n'))
    t.notOk(shows('text', '… 5 stored\n', '12:00 6 stored\n'))
    t.ok(shows('text', 'a\n…\nz\n', 'a\nb\nc\nz\n'))
    t.notOk(shows('text', 'a\n', 'a\nb\n'))
    t.end()
  })
  t.test('wants JSON of equal values, but for …', t => {
    t.ok(shows('json', '{"a": [1, "…"]}', '{"a":[1,2]}'))
    t.notOk(shows('json', '{"a": [1]}', '{"a":[1,2]}'))
    t.notOk(shows('json', '{"a": [1]}', '{"a":{"0":1}}'))
    t.notOk(shows('json', '{"a": 1}', '{"a":1,"b":2}'))
    t.ok(shows('json', '{"a": 1, "…": "…"}', '{"a":1,"b":2}'))
    t.notOk(shows('json', '{"a": null, "…": "…"}', '{"b":2}'))
    t.end()
  })
  t.end()
})
