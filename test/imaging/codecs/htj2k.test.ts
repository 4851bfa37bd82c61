import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { decodeFrame } from '../../../src/imaging/codecs/decode.js'
import { withoutFrameDecoders } from '../../oracles/frame-decoders.js'
import { temporaryFolder } from '../../server.js'
import { pixelFormat } from '../../made-pixel-format.js'

const HTJ2K_LOSSLESS = '1.2.840.10008.1.2.4.201'
const COLUMNS = 40
const ROWS = 23

t.test(
  'PS3.5 8.2.14 colour comes out pixel by pixel, with or without a transform of components',
  { skip: withoutFrameDecoders() },
  async t => {
    const folder = temporaryFolder(t)
    for (const bitsStored of [8, 12])
      for (const transform of ['true', 'false']) {
        const name = `${bitsStored} bits, transform ${transform}`
        const samples = Uint16Array.from({ length: ROWS * COLUMNS * 3 }, (_, at) => {
          const pixel = Math.floor(at / 3)
          return ((at % 3) * 70 + pixel) % 2 ** bitsStored
        })
        const format = pixelFormat({
          rows: ROWS,
          columns: COLUMNS,
          samples: 3,
          bitsAllocated: bitsStored > 8 ? 16 : 8,
          bitsStored,
          highBit: bitsStored - 1,
          photometric: transform === 'true' ? 'YBR_RCT' : 'RGB',
        })
        const codestream = compressed(samples, bitsStored, transform, folder)
        const native = Buffer.from((bitsStored > 8 ? samples : Uint8Array.from(samples)).buffer)
        const whole = await decodeFrame(codestream, HTJ2K_LOSSLESS, format)
        t.equal(whole.format.photometric, 'RGB', name)
        t.ok(native.equals(whole.bytes), name)

        const half = await decodeFrame(codestream, HTJ2K_LOSSLESS, format, 1)
        t.same([half.format.rows, half.format.columns], [12, 20], name)
        const expected = expanded(bitsStored > 8, folder)
        t.ok(expected.equals(half.bytes), `${name}, half of the resolution`)
      }
  },
)

/** By OpenJPH, as `encoded.j2c` of the folder. */
function compressed(samples: Uint16Array, bits: number, transform: string, folder: string): Buffer {
  const [from, to] = ['native.ppm', 'encoded.j2c'].map(name => path.join(folder, name)) as [string, string]
  const pixels = bits > 8 ? Buffer.from(samples.slice().buffer).swap16() : Buffer.from(samples)
  const head = `P6\n${COLUMNS} ${ROWS}\n${2 ** bits - 1}\n`
  writeFileSync(from, Buffer.concat([Buffer.from(head), pixels]))
  const options = ['-colour_trans', transform, '-reversible', 'true', '-num_decomps', '2']
  execFileSync('ojph_compress', ['-i', from, '-o', to, ...options], { stdio: 'ignore' })
  return readFileSync(to)
}

/** Half of the resolution by OpenJPH, little endian. */
function expanded(wide: boolean, folder: string): Buffer {
  const [from, to] = ['encoded.j2c', 'half.ppm'].map(name => path.join(folder, name)) as [string, string]
  execFileSync('ojph_expand', ['-i', from, '-o', to, '-skip_res', '1'], { stdio: 'ignore' })
  const file = readFileSync(to)
  const pixels = Buffer.from(file.subarray(file.length - 12 * 20 * 3 * (wide ? 2 : 1)))
  return wide ? pixels.swap16() : pixels
}
