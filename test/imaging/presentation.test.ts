import t from 'tap'
import { blackRaster } from '../../src/imaging/color-raster.js'
import { placed, shut, type Presentation, type Shutter } from '../../src/imaging/presentation.js'

const NONE: Presentation = {
  shutter: undefined,
  area: undefined,
  rotation: 0,
  flipHorizontal: false,
  palette: undefined,
  graphics: [],
  texts: [],
}
const SHUTTER: Shutter = {
  box: undefined,
  circle: undefined,
  polygon: undefined,
  bitmap: undefined,
  color: [9, 9, 9],
}

/** 3 × 2 pixels: 1 2 3 / 4 5 6 */
function numbered(): ReturnType<typeof blackRaster> {
  const raster = blackRaster(3, 2)
  for (let i = 0; i < 18; i++) raster.data[i] = Math.floor(i / 3) + 1
  return raster
}

function rows(raster: ReturnType<typeof blackRaster>): string {
  const pixels = Array.from({ length: raster.width * raster.height }, (_, i) => raster.data[3 * i])
  return Array.from({ length: raster.height }, (_, y) =>
    pixels.slice(y * raster.width, (y + 1) * raster.width).join(''),
  ).join(' ')
}

t.test('presentation states', t => {
  t.test('PS3.3 C.10.6: turned clockwise, then flipped', t => {
    const cases = [
      [0, false, '123 456'],
      [90, false, '41 52 63'],
      [180, false, '654 321'],
      [270, false, '36 25 14'],
      [0, true, '321 654'],
      [90, true, '14 25 36'],
    ] as const
    for (const [rotation, flipHorizontal, expected] of cases)
      t.equal(rows(placed(numbered(), { ...NONE, rotation, flipHorizontal }).raster), expected)
    t.end()
  })

  t.test('PS3.3 C.10.4: the displayed area may cut, and reach beyond the image', t => {
    const area = { mode: 'SCALE TO FIT', magnification: 1, spacing: undefined } as const
    const cut = placed(numbered(), { ...NONE, area: { ...area, left: 2, top: 1, right: 3, bottom: 1 } })
    t.equal(rows(cut.raster), '23')
    const beyond = placed(numbered(), { ...NONE, area: { ...area, left: 0, top: 2, right: 2, bottom: 3 } })
    t.equal(rows(beyond.raster), '045 000')
    t.end()
  })

  t.test('PS3.3 C.10.5.1.2: a point of the image goes where its pixel goes', t => {
    for (const rotation of [0, 90, 180, 270] as const)
      for (const flipHorizontal of [false, true]) {
        const { raster, place } = placed(numbered(), { ...NONE, rotation, flipHorizontal })
        // the middle of pixel 6
        const [x, y] = place(2.5, 1.5)
        t.equal(raster.data[3 * (Math.floor(y) * raster.width + Math.floor(x))], 6)
      }
    t.end()
  })

  t.test('PS3.3 C.7.6.11: shutters hide what is outside of them', t => {
    const with_ = (shutter: Partial<Shutter>): string => {
      const raster = numbered()
      shut(raster, { ...SHUTTER, ...shutter })
      return rows(raster)
    }
    t.equal(with_({ box: { left: 2, right: 3, upper: 1, lower: 1 } }), '923 999')
    t.equal(with_({ circle: { row: 1, column: 2, radius: 1 } }), '123 959')
    t.equal(with_({ polygon: [0, 0, 0, 2.5, 2.5, 2.5, 2.5, 0] }), '129 459')
    const bitmap = {
      rows: 2,
      columns: 3,
      top: 0,
      left: 0,
      plane: { bits: Uint8Array.of(0b100001), skipBits: 0 },
    }
    t.equal(with_({ bitmap }), '923 459')
    t.end()
  })
  t.end()
})
