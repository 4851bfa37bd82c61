import fc from 'fast-check'
import t from 'tap'
import { jsonDatasets, parseJsonDataset } from '../../src/dicom/json-datasets.js'
import { problem } from '../problem.js'
import { asSource, cutAt } from '../web/multipart/collect-parts.js'

async function read(text: string | Buffer, cuts: readonly number[] = []): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const dataset of jsonDatasets(asSource(cutAt(Buffer.from(text), cuts)))) {
    found.push('bytes' in dataset ? parseJsonDataset(dataset.bytes, dataset.members) : dataset.problem)
  }
  return found
}

t.test('PS3.18 F.2 the datasets of an array, wherever its chunks are cut', async t => {
  const dataset = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ depthSize: 'small' }), {
    noNullPrototype: true,
  })
  const arbitrary = fc.record({
    datasets: fc.array(dataset, { maxLength: 4 }),
    indent: fc.constantFrom(undefined, 1),
    cuts: fc.array(fc.nat(400), { maxLength: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(arbitrary, async ({ datasets, indent, cuts }) => {
      const text = JSON.stringify(datasets, undefined, indent)
      // Long whole numbers have a test of their own.
      fc.pre(!/\d{16}/.test(text.replace(/\d\.\d+|\d+e/g, '')))
      const expected = JSON.parse(text) as unknown
      t.strictSame(JSON.stringify(await read(text, cuts)), JSON.stringify(expected))
    }),
    { numRuns: 300 },
  )
})

t.test('brackets, quotes and backslashes inside text are text', async t => {
  const datasets = [{ 'a]"}\\': '{"[', b: '\\\\"' }, { c: ':,' }]
  t.same(await read(JSON.stringify(datasets)), datasets)
})

t.test('whole numbers of 16 digits and more become text, other digits do not', async t => {
  const text = `[{"a":[12345678901234567,-9007199254740993,1234567890123456.5,1e16,"12345678901234567"],"b":123}]`
  t.same(await read(text), [
    { a: ['12345678901234567', '-9007199254740993', 1234567890123456.5, 1e16, '12345678901234567'], b: 123 },
  ])
})

t.test('what is no array of objects is told of with its byte, never with its text', async t => {
  for (const [text, where] of [
    ['', /byte 0/],
    ['[', /byte 1/],
    ['[{}', /byte 3/],
    ['[{}] x', /byte 5/],
    ['[{},,{}]', /byte 4/],
    ['[{},]', /byte 4/],
    ['[{} {}]', /byte 4/],
    ['{}{}', /byte 2/],
    ['["Doe^Jane"]', /byte 1/],
    ['[{"a":Doe^Jane}]', /after byte 1/],
    ['[{"a":1}, {"a" 1}]', /after byte 10/],
    [Buffer.from([0x5b, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 0x5d]), /after byte 1/],
    ['[{"a":[}]]', /./],
  ] as const) {
    const error = await read(text).catch((cause: unknown) => cause)
    t.match(error, { name: 'Problem', kind: 'malformed-request', message: where }, text.toString())
    t.notMatch((error as Error).message, /Doe/)
  }
})

t.test('one object alone, and a byte order mark', async t => {
  t.same(await read('\ufeff {"a":1}\n'), [{ a: 1 }])
})

t.test('a name twice is found, at any depth; in other objects it is another name', async t => {
  for (const text of ['{"a":1,"a":2}', '{"a":[{"b":{},"b":{}}]}', '{"a":{"__proto__":1,"__proto__":2}}'])
    await t.rejects(read(`[${text}]`), problem('bad-dicom'), text)
  t.same(await read('[{"a":{"a":1},"b":{"a":":"}}]'), [{ a: { a: 1 }, b: { a: ':' } }])
})

t.test('too deep, and too many containers: nothing of it is kept, and the next is read', async t => {
  const deep = `{"a":${'['.repeat(300)}${']'.repeat(300)}}`
  const [first, second] = await read(`[${deep},{"b":1}]`)
  t.match(first, problem('bad-dicom'))
  t.same(second, { b: 1 })
})
