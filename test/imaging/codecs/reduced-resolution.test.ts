import t from 'tap'
import { decodeFrame } from '../../../src/imaging/codecs/decode.js'
import { encodeFrame } from '../../../src/imaging/codecs/encode.js'
import { pixelFormat } from '../../made-pixel-format.js'

const FORMAT = pixelFormat({ rows: 128, columns: 96, bitsAllocated: 16, bitsStored: 12 })

t.test('PS3.5 8.2.4, 8.2.14 a wavelet codestream is decoded at the resolution that is asked for', async t => {
  const bytes = Buffer.alloc(128 * 96 * 2)
  for (let n = 0; n < 128 * 96; n += 1) bytes.writeUInt16LE((n * 37) % 4096, n * 2)
  for (const syntax of ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.202']) {
    const frame = await encodeFrame({ format: FORMAT, bytes }, syntax, { quality: undefined })
    for (const [reduce, rows, columns] of [
      [0, 128, 96],
      [1, 64, 48],
      [3, 16, 12],
    ] as const) {
      const { format, bytes: samples } = await decodeFrame(frame.bytes, syntax, frame.format, reduce)
      t.same(
        [format.rows, format.columns, samples.length],
        [rows, columns, rows * columns * 2],
        `${syntax}, ${reduce}`,
      )
    }
  }
})
