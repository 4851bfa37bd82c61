import fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { shiftedFrame, swappedWords } from '../../src/dicom/frame-bytes.js'

t.test('PS3.5 7.3: words come out in the other byte order, and the input stays as it was', t => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)
  t.same([...swappedWords(bytes, 2)], [2, 1, 4, 3, 6, 5, 8, 7, 9])
  t.same([...swappedWords(bytes, 4)], [4, 3, 2, 1, 8, 7, 6, 5, 9])
  t.same([...swappedWords(bytes, 8)], [8, 7, 6, 5, 4, 3, 2, 1, 9])
  t.same([...swappedWords(bytes, 1)], [...bytes])
  t.same([...bytes], [1, 2, 3, 4, 5, 6, 7, 8, 9])
  t.end()
})

t.test('PS3.5 7.3: words are swapped across chunks of any size', async t => {
  async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
  }
  const anyBytes = fc.uint8Array({ maxLength: 100 })
  await t.resolves(
    fc.assert(
      fc.asyncProperty(
        anyBytes,
        fc.constantFrom(2, 4, 8),
        fc.integer({ min: 1, max: 20 }),
        async (bytes, word, size) => {
          const pieces: Uint8Array[] = []
          for await (const piece of swappedWords(chunks(bytes, size), word)) pieces.push(piece)
          assert.deepEqual(Buffer.concat(pieces), swappedWords(bytes, word))
        },
      ),
    ),
  )
})

t.test(
  'PS3.5 8.1.1: frames of 1-bit pixels follow each other without a gap, the least significant bit first',
  t => {
    t.doesNotThrow(() =>
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 70 }),
          fc.integer({ min: 1, max: 6 }),
          fc.infiniteStream(fc.boolean()),
          (frameBits, frames, pixels) => {
            const bits = Array.from({ length: frameBits * frames }, () =>
              pixels.next().value === true ? 1 : 0,
            )
            const packed = new Uint8Array(Math.ceil(bits.length / 8))
            bits.forEach((bit, index) => (packed[index >> 3]! |= bit << (index & 7)))
            for (let frame = 0; frame < frames; frame++) {
              const first = frame * frameBits
              const touched = packed.subarray(first >> 3, Math.ceil((first + frameBits) / 8))
              const got = shiftedFrame(touched, first % 8, frameBits)
              assert.equal(got.length, Math.ceil(frameBits / 8))
              for (let at = 0; at < got.length * 8; at++)
                assert.equal((got[at >> 3]! >> (at & 7)) & 1, at < frameBits ? bits[first + at] : 0)
            }
          },
        ),
      ),
    )
    t.same([...shiftedFrame(Uint8Array.of(0b1011_0100, 0b0000_0001), 2, 8)], [0b0110_1101])
    t.end()
  },
)
