import t from 'tap'
import { deflateRawSync } from 'node:zlib'
import { headerItems } from '../../src/dicom/header-items.js'
import { part10Reader } from '../../src/dicom/part10/reader.js'
import { ctImage, el, type MadeElement } from '../made-dicom.js'

const hostile = '"}]{[\\"\u001f ä 山'
const groups = (count: number): MadeElement[][] =>
  Array.from({ length: count }, (_, n) => [
    el('00189074', 'DT', '20260101'),
    el('0062000A', 'SQ', [[el('0062000B', 'US', [n])]]),
    el('00204000', 'LT', hostile),
  ])

async function numbers(header: Uint8Array, tag: string): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of headerItems(header, tag)) {
    const inner = item['0062000A']?.Value?.[0]
    found.push(typeof inner === 'object' && inner !== null && '0062000B' in inner ? inner : item)
  }
  return found
}

t.test('items of a sequence of a stored header', t => {
  t.test('come one by one, in order, also where the header is long', async t => {
    const reader = part10Reader({ keep: new Set() })
    await reader.write(
      ctImage({
        with: [
          el('00081140', 'SQ', [[el('0062000B', 'US', [99])]]),
          el('00104000', 'LT', hostile),
          el('52009229', 'SQ', groups(1)),
          el('52009230', 'SQ', groups(3000)),
        ],
      }).bytes,
    )
    const { header, headerTextBytes } = await reader.end()
    t.ok(headerTextBytes > 300_000)
    t.strictSame(
      await numbers(header, '52009230'),
      Array.from({ length: 3000 }, (_, n) => ({ '0062000B': { vr: 'US', Value: [n] } })),
    )
    t.equal((await numbers(header, '52009229')).length, 1)
  })

  t.test('none where the sequence is empty, absent or no sequence', async t => {
    const header = deflateRawSync('{"00104000":{"vr":"LT","Value":["a"]},"52009230":{"vr":"SQ"}}')
    for (const tag of ['52009230', '52009229', '00104000']) t.strictSame(await numbers(header, tag), [], tag)
  })

  t.test('an item longer than a mebibyte is given as an empty one', async t => {
    const long = 'x'.repeat((1 << 20) + 1)
    const header = deflateRawSync(
      `{"52009230":{"vr":"SQ","Value":[{"00104000":{"vr":"LT","Value":["${long}"]}},{"00104000":{"vr":"LT"}}]}}`,
    )
    t.strictSame(await numbers(header, '52009230'), [{}, { '00104000': { vr: 'LT' } }])
  })

  t.test('only those wanted are read; the others are given as empty ones', async t => {
    const header = deflateRawSync(
      `{"52009230":{"vr":"SQ","Value":[${'{"00104000":{"vr":"LT"}},'.repeat(2)}{}]}}`,
    )
    const found = []
    for await (const item of headerItems(header, '52009230', position => position === 1)) found.push(item)
    t.strictSame(found, [{}, { '00104000': { vr: 'LT' } }, {}])
  })
  t.end()
})
