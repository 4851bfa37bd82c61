import t from 'tap'
import { decodeFrame } from '../../../src/imaging/codecs/decode.js'
import { RLE_LOSSLESS } from '../../../src/dicom/transfer-syntaxes.js'
import type { PixelFormat } from '../../../src/imaging/pixel-format.js'
import { problem } from '../../problem.js'
import { pixelFormat } from '../../made-pixel-format.js'

/** PS3.5 G.5
 * @param says instead of their number */
function rle(segments: readonly (readonly number[])[], says = segments.length): Uint8Array {
  const header = Buffer.alloc(64)
  header.writeUInt32LE(says, 0)
  let at = 64
  segments.forEach((segment, n) => {
    header.writeUInt32LE(at, 4 * (n + 1))
    at += segment.length
  })
  return Buffer.concat([header, ...segments.map(segment => Buffer.from(segment))])
}

const decode = (codestream: Uint8Array, format: Partial<PixelFormat>): Promise<Uint8Array> =>
  decodeFrame(codestream, RLE_LOSSLESS, pixelFormat(format)).then(({ bytes }) => bytes)

t.test('PS3.5 annex G: RLE', t => {
  t.test('runs, literals and what stands for nothing', async t => {
    t.same(await decode(rle([[128, 1, 7, 8, 255, 9]]), {}), Uint8Array.of(7, 8, 9, 9))
    // padding after the last byte of a segment
    t.same(await decode(rle([[253, 5, 0, 0]]), {}), Uint8Array.of(5, 5, 5, 5))
  })

  t.test(
    'the most significant byte comes first, a sample at a time; what comes out is pixel by pixel',
    async t => {
      const two = { rows: 1, columns: 2 }
      t.same(
        await decode(
          rle([
            [1, 1, 2],
            [1, 3, 4],
          ]),
          { ...two, bitsAllocated: 16 },
        ),
        Uint8Array.of(3, 1, 4, 2),
      )
      t.same(
        await decode(
          rle([
            [1, 1, 2],
            [1, 3, 4],
            [1, 5, 6],
          ]),
          { ...two, samples: 3, planar: true },
        ),
        Uint8Array.of(1, 3, 5, 2, 4, 6),
      )
    },
  )

  t.test('bits are packed already', async t => {
    t.same(
      await decode(rle([[1, 0xa5, 0x01]]), { rows: 3, columns: 3, bitsAllocated: 1 }),
      Uint8Array.of(0xa5, 0x01),
    )
  })

  const bad: Readonly<Record<string, Uint8Array>> = {
    'no header': new Uint8Array(63),
    'no segment': rle([]),
    'a segment too many': rle([
      [3, 1, 2, 3, 4],
      [3, 1, 2, 3, 4],
    ]),
    'more segments than a header can have': rle([[3, 1, 2, 3, 4]], 0xffffffff),
    'a segment too short': rle([[2, 1, 2, 3]]),
    'a literal that is cut': rle([[3, 1, 2]]),
    'a run that is cut': rle([[253]]),
    'an empty segment': rle([[]]),
    'a run that is too long': rle([[252, 5]]),
    'a literal that is too long': rle([[4, 1, 2, 3, 4, 5]]),
    'a segment that goes on': rle([[253, 5, 0, 7]]),
    'a segment in the header': Buffer.concat([Buffer.of(1, 0, 0, 0, 4), rle([[253, 1]]).subarray(5)]),
    'a segment beyond the end': Buffer.concat([
      Buffer.of(1, 0, 0, 0, 0, 0, 0, 1),
      rle([[253, 1]]).subarray(8),
    ]),
  }
  for (const [what, codestream] of Object.entries(bad))
    t.test(what, t => t.rejects(decode(codestream, {}), problem('undecodable')))

  t.test('65,535² pixels of a few bytes are not allocated', t =>
    t.rejects(decode(rle([[253, 1]]), { rows: 65_535, columns: 65_535 }), problem('limit-exceeded')),
  )
  t.end()
})
