import { spawnSync } from 'node:child_process'
import t from 'tap'
import { annotated } from '../../src/imaging/annotation.js'
import type { Raster } from '../../src/imaging/raster.js'

const grey = (width: number, height: number, channels: 1 | 3 | 4, value = 128): Raster => ({
  width,
  height,
  channels,
  data: new Uint8Array(width * height * channels).fill(value),
  pixelAspect: 1,
})
const LINES = { patient: ['Müller', 'P1'], technique: ['CT 2024-01-31', 'W 400 C 40'] }

/** Pixels of a part of the first channel that are no longer as they were. */
function drawnIn({ data, width, channels }: Raster, from: [number, number], to: [number, number]): number[] {
  const drawn: number[] = []
  for (let y = from[1]; y < to[1]; y++)
    for (let x = from[0]; x < to[0]; x++) {
      const value = data[(y * width + x) * channels] ?? 0
      if (value !== 128) drawn.push(value)
    }
  return drawn
}

t.test('PS3.18 8.3.5.1.1 annotations: patient above, technique below, the middle free', async t => {
  for (const channels of [1, 3, 4] as const)
    for (const side of [128, 512]) {
      const before = grey(side, side, channels)
      const after = await annotated(before, LINES)
      t.ok(
        before.data.every(value => value === 128),
        'the raster that was given is as it was',
      )
      const quarter = side / 4
      const above = drawnIn(after, [0, 0], [side, quarter])
      const below = drawnIn(after, [0, side - quarter], [side, side])
      for (const drawn of [above, below]) {
        t.ok(drawn.filter(value => value > 190).length > 40, 'white letters')
        t.ok(drawn.filter(value => value < 20).length > 40, 'with a dark edge')
      }
      t.same(drawnIn(after, [0, quarter], [side, side - quarter]), [])
    }
})

t.test('text is seen on white as on black', async t => {
  for (const ground of [0, 255]) {
    const { data } = await annotated(grey(256, 256, 1, ground), LINES)
    t.ok(data.filter(value => Math.abs(value - ground) > 180).length > 100, `on ${ground}`)
  }
})

t.test('markup is text', async t => {
  const ink = async (line: string): Promise<number> => {
    const after = await annotated(grey(512, 512, 1), { patient: [line], technique: [] })
    return drawnIn(after, [0, 0], [512, 512]).length
  }
  t.ok((await ink('<b>x</b>')) > 3 * (await ink('x')))
  t.ok((await ink('&amp;')) > 2 * (await ink('&')))
  t.ok((await ink('a & b <')) > 0)
})

t.test('no line leaves the picture, whatever its length and the size of the picture', async t => {
  const many = Array.from({ length: 100 }, (_, n) => `${n} ${'W'.repeat(300)}`)
  for (const [width, height] of [
    [1, 1],
    [8, 8],
    [64, 16],
    [16, 64],
    [128, 128],
    [300, 100],
  ] as const) {
    const after = await annotated(grey(width, height, 3), {
      patient: many,
      technique: ['', '\u0000', ...many],
    })
    t.equal(after.data.length, width * height * 3)
  }
})

t.test('names in any script; what has no letters in the font is a box', async t => {
  for (const name of ['Иванов', 'Ωμέγα', 'שלום', '山田', '\ud83d\ude00\ud83d']) {
    const after = await annotated(grey(256, 256, 1), { patient: [name], technique: [] })
    t.ok(drawnIn(after, [0, 0], [256, 64]).length > 50, name)
  }
})

t.test('letters are drawn on a machine that has no fonts', async t => {
  const module = new URL('../../src/imaging/annotation.js', import.meta.url).href
  const script = `const { annotated } = await import(${JSON.stringify(module)})
    const raster = { width: 256, height: 256, channels: 1, data: new Uint8Array(65536), pixelAspect: 1 }
    const { data } = await annotated(raster, { patient: ['Name'], technique: [] })
    console.log(data.reduce((sum, value) => sum + value, 0))`
  const env = { PATH: process.env['PATH'], FONTCONFIG_FILE: '/nonexistent', FONTCONFIG_PATH: '/nonexistent' }
  const ink = (more: object): number =>
    Number(
      spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { PATH: process.env['PATH'], ...more },
        encoding: 'utf8',
      }).stdout,
    )
  t.ok(ink(env) > 1000)
  t.equal(ink(env), ink({}))
})
