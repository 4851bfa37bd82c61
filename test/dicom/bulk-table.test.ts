import fc from 'fast-check'
import t from 'tap'
import { BulkTablePacker, bulkValues, findBulkValue, type BulkEntry } from '../../src/dicom/bulk-table.js'

const entry = fc.record<BulkEntry>({
  path: fc.constantFrom(
    '7FE00010',
    '00091002.1.00091003',
    '00091002.12.00091003',
    '00091002.12.00091004.1.00420011',
  ),
  vr: fc.constantFrom('OB', 'OW', 'UN', 'UT'),
  offsetBytes: fc.nat(1000),
  lengthBytes: fc.oneof(fc.nat(1000), fc.nat(2 ** 31 - 1)),
  wordBytes: fc.constantFrom(1, 2, 4, 8),
  kind: fc.constantFrom('value', 'encapsulated'),
})

t.test('what is packed comes back, in order and at offsets beyond 4 GiB', t => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), fc.nat(2 ** 40), (entries, first) => {
      let at = first
      const placed = entries.map(one => {
        const offsetBytes = at + one.offsetBytes
        at = offsetBytes + one.lengthBytes
        return { ...one, offsetBytes }
      })
      const packer = new BulkTablePacker()
      for (const one of placed) packer.add(one)
      t.same([...bulkValues(packer.packed())], placed)
    }),
    { numRuns: 100 },
  )
  t.end()
})

t.test('a path is found whole or not at all; of two the last counts', t => {
  const packer = new BulkTablePacker()
  const add = (path: string, offsetBytes: number): void =>
    packer.add({ path, vr: 'OB', offsetBytes, lengthBytes: 10, wordBytes: 1, kind: 'value' })
  add('00091002.1.00091003', 100)
  add('7FE00010', 200)
  add('7FE00010', 300)
  const packed = packer.packed()
  t.equal(findBulkValue(packed, '7FE00010')?.offsetBytes, 300)
  t.equal(findBulkValue(packed, '00091002.1.00091003')?.offsetBytes, 100)
  for (const path of ['', '7FE0001', '00091002', '00091002.1', '00091003', '00091002.2.00091003'])
    t.equal(findBulkValue(packed, path), undefined)
  t.equal(findBulkValue(new Uint8Array(0), '7FE00010'), undefined)
  t.throws(() => findBulkValue(packed.subarray(0, -1), '7FE00010'), RangeError)
  t.end()
})
