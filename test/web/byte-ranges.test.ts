import fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { requestedRanges } from '../../src/web/byte-ranges.js'

/** Which bytes of so many a spec of the header names, one by one, by the words of RFC 9110 14.1.2.
 * @returns undefined where it names none because it is no spec */
function bytesNamed(spec: string, lengthBytes: number): number[] | undefined {
  const all = Array.from({ length: lengthBytes }, (_, at) => at)
  if (/^-[0-9]+$/.test(spec)) return all.slice(spec === '-0' ? lengthBytes : Number(spec))
  if (/^[0-9]+-$/.test(spec)) return all.filter(at => at >= Number(spec.slice(0, -1)))
  if (!/^[0-9]+-[0-9]+$/.test(spec)) return undefined
  const [first, last] = spec.split('-').map(Number) as [number, number]
  return last < first ? undefined : all.filter(at => at >= first && at <= last)
}

const number = fc.integer({ min: 0, max: 30 })
const spec = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(number, number).map(([first, last]) => `${first}-${last}`) },
  { weight: 2, arbitrary: number.map(first => `${first}-`) },
  { weight: 2, arbitrary: number.map(last => `-${last}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '-', 'a', '1', '1-2-3', '--1', '1 - 2', '0x1-', '+1-2', '1.5-'),
  },
)

t.test('RFC 9110 14.1.2, 14.2: ranges are those of a model that counts byte by byte', async () => {
  fc.assert(
    fc.property(fc.array(spec, { maxLength: 4 }), fc.integer({ min: 0, max: 25 }), (specs, lengthBytes) => {
      const named = specs.filter(one => one !== '').map(one => bytesNamed(one, lengthBytes))
      const ranges = requestedRanges(`bytes=${specs.join(', ')}`, lengthBytes)
      const bytes = named.flatMap(one => one ?? [])
      const ignored = named.length === 0 || named.includes(undefined) || new Set(bytes).size < bytes.length
      if (ignored) {
        assert.equal(ranges, undefined)
        return
      }
      assert.ok(typeof ranges === 'object')
      assert.deepEqual(
        ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at)),
        bytes,
      )
      assert.ok(ranges.every(({ start, end }) => start < end && end <= lengthBytes))
    }),
    { numRuns: 3000 },
  )
})

t.test('RFC 9110 14.2: what is malformed, or in another unit, is ignored', async t => {
  for (const header of [
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes= ',
    'bytes 0-1',
    'items=0-1',
    'none',
    '=0-1',
    'bytes=a-b',
    'bytes=2-1',
    'bytes=0-1;2-3',
    'bytes=0-1, bytes=2-3',
    'bytes=0-1=2',
    'bytes="0-1"',
    'bytes=0-0,0-0',
    'bytes=0-,1-',
    'bytes=١-٢',
  ])
    t.equal(requestedRanges(header, 100), undefined, header ?? 'none')
  for (const header of [
    'bytes=0-1',
    'Bytes=0-1',
    'bytes = 0-1',
    'bytes=,0-1,',
    'bytes=0-1,999-',
    'bytes=00-01',
  ])
    t.strictSame(requestedRanges(header, 100), [{ start: 0, end: 2 }], header)
})

t.test('RFC 9110 15.5.17: ranges that all lie outside are none', async t => {
  for (const header of [
    'bytes=100-',
    'bytes=100-200',
    'bytes=-0',
    'bytes=99999999999999999999999999-',
    'bytes=100-,200-',
  ])
    t.strictSame(requestedRanges(header, 100), [], header)
  for (const header of ['bytes=0-', 'bytes=-5', 'bytes=0-0'])
    t.strictSame(requestedRanges(header, 0), [], header)
  t.strictSame(requestedRanges(`bytes=-${'9'.repeat(500)}`, 100), [{ start: 0, end: 100 }])
  t.strictSame(requestedRanges(`bytes=1-${'9'.repeat(500)}`, 100), [{ start: 1, end: 100 }])
})

t.test('RFC 9110 15.5.17: 10,000 ranges are too many, in linear time', async t => {
  for (const header of [
    `bytes=${Array.from({ length: 10_000 }, (_, n) => `${2 * n}-${2 * n}`).join(',')}`,
    `bytes=${'0-,'.repeat(200_000)}`,
    `bytes=${','.repeat(200_000)}`,
    `bytes=${' '.repeat(200_000)}0-1`,
    `bytes=${'1'.repeat(200_000)}`,
    `${' '.repeat(200_000)}=0-1`,
  ]) {
    const start = process.cpuUsage()
    requestedRanges(header, 1 << 30)
    t.ok(process.cpuUsage(start).user < 5_000_000, header.slice(0, 20))
  }
  t.equal(
    requestedRanges(`bytes=${Array.from({ length: 17 }, (_, n) => `${2 * n}-${2 * n}`).join()}`, 99),
    'too-many',
  )
  t.equal(
    requestedRanges(`bytes=${Array.from({ length: 16 }, (_, n) => `${2 * n}-${2 * n}`).join()}`, 99)?.length,
    16,
  )
})
