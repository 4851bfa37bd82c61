import t from 'tap'
import { asDescribed } from '../../src/imaging/as-described.js'
import { decodeNative } from '../../src/imaging/codecs/native.js'
import { pixelFormat } from '../made-pixel-format.js'

t.test('PS3.5 8.2: a decoded frame beside the attributes of its instance', t => {
  const RGB = pixelFormat({ samples: 3, rows: 1 })
  const YBR = { ...RGB, photometric: 'YBR_FULL' }
  const HALF = { ...RGB, photometric: 'YBR_FULL_422' }

  t.test('YBR_FULL_422 has two samples a pixel, the mean of its colors', async t => {
    const native = { format: YBR, bytes: Uint8Array.of(10, 100, 200, 20, 110, 190) }
    const { bytes, format } = asDescribed(native, HALF)
    t.same(bytes, Uint8Array.of(10, 20, 105, 195))
    t.equal(format.photometric, 'YBR_FULL_422')
    const again = await decodeNative(bytes, format)
    t.same(again, { format: YBR, bytes: Uint8Array.of(10, 105, 195, 20, 105, 195) })
    t.same(asDescribed(again, HALF).bytes, bytes)
  })

  t.test('planes where the attributes have planes', async t => {
    const planes = { ...RGB, planar: true }
    const native = await decodeNative(Uint8Array.of(1, 2, 3, 4, 5, 6), planes)
    t.same(native, { format: RGB, bytes: Uint8Array.of(1, 3, 5, 2, 4, 6) })
    t.same(asDescribed(native, planes), { format: planes, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6) })
    t.same(asDescribed(native, RGB), native)
  })

  t.test('a codestream of another color space than its attributes is converted to theirs', t => {
    const red = { format: RGB, bytes: Uint8Array.of(255, 0, 0, 128, 128, 128) }
    const ybr = asDescribed(red, YBR)
    t.same(ybr, { format: YBR, bytes: Uint8Array.of(76, 85, 255, 128, 128, 128) })
    t.same(asDescribed(ybr, RGB), { format: RGB, bytes: Uint8Array.of(254, 0, 0, 128, 128, 128) })
    t.end()
  })

  t.test('what has no native form stays RGB', t => {
    const native = { format: RGB, bytes: new Uint8Array(6) }
    for (const photometric of ['YBR_RCT', 'YBR_ICT', 'XYB'])
      t.same(asDescribed(native, { ...RGB, photometric }), native)
    t.end()
  })
  t.end()
})
