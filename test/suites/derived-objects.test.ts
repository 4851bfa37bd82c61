import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { CORPUS, corpusFiles, withoutCorpus } from '../corpus.js'
import { askWhole } from '../dicomweb-client.js'
import { startServer } from '../server.js'

const skip = withoutCorpus()

t.test('Objects derived from images, as pictures (PS3.18 8.7.4)', { skip }, async t => {
  const { url } = await startServer(t)

  await t.test('PS3.3 C.8.20: a segment has its recommended colour', async t => {
    const { data, width } = await shown(t, url, 'nonimage/seg/liver.dcm')
    const colors = new Set<string>()
    // Above the legend.
    for (let i = 0; i < width * 450; i++) colors.add(pixel(data, i))
    // What 3D Slicer gives a liver: GenericAnatomyColors.
    t.strictSame([...colors], ['0,0,0', '221,130,101'])
  })

  await t.test(
    'PS3.3 C.8.20: segments lie over the image they were made from, once that is stored',
    async t => {
      const folder = 'series/pt-seg-sr'
      const file = `${folder}/tumor_User1_Manual_Trial1.dcm`
      const alone = greys((await shown(t, url, file)).data)
      t.equal(alone.grey, 0)
      for (const { path: each } of corpusFiles()) if (each.startsWith(`${folder}/0`)) await store(url, each)
      const over = greys((await shown(t, url, file)).data)
      t.equal(over.colored, alone.colored)
      t.ok(over.colored > 10 && over.grey > 500)
    },
  )

  await t.test('PS3.3 C.8.8.3: a dose in colours, by its values, beside a bar with numbers', async t => {
    const { data, width, height } = await shown(t, url, 'nonimage/rt/rtdose.dcm')
    t.ok(width > 260 && height === 260, 'ten pixels as squares of 26, and the bar')
    // pydicom: 1.254 at the upper right, the most; 0.798 at the bottom, 0.636 of it
    t.equal(pixel(data, 5 * width + 9 * 26), '255,0,0')
    const [red = 0, green = 0, blue = 0] = data.subarray(3 * (255 * width + 130))
    t.ok(green === 255 && red > 128 && red < 160 && blue < 128, `green to yellow: ${red},${green},${blue}`)
  })

  await t.test('PS3.3 C.8.32: a parametric map of floats in colours, by its window', async t => {
    const { data, width } = await shown(t, url, 'nonimage/parametric-map/parametric_map_float.dcm')
    // pydicom: the first value is 0.920127809, window 0.5 / 1: near the yellow end of viridis
    const [red = 0, green = 0, blue = 0] = data.subarray(0, 3)
    t.ok(red > 180 && green > 215 && blue < 60, `${red},${green},${blue}`)
    t.ok(width > 256)
  })
})

interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

async function shown(t: Test, url: string, file: string): Promise<Pixels> {
  await store(url, file)
  const { status, bytes } = await askWhole(`${url}${instancePath(file)}/rendered`, {
    headers: { accept: 'image/png' },
  })
  t.equal(status, 200, file)
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

/** Pixels that are not black. */
function greys(data: Buffer): { grey: number; colored: number } {
  const count = { grey: 0, colored: 0 }
  for (let i = 0; i < data.length; i += 3) {
    const [red, green, blue] = data.subarray(i, i + 3)
    if (red !== green || green !== blue) count.colored++
    else if (red !== 0) count.grey++
  }
  return count
}

function pixel(data: Buffer, at: number): string {
  return [...data.subarray(3 * at, 3 * at + 3)].join(',')
}

async function store(url: string, file: string): Promise<void> {
  await askWhole(`${url}/studies`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom' },
    body: readFileSync(path.join(CORPUS, file)),
  })
}

function instancePath(file: string): string {
  const columns = corpusFiles().find(each => each.path === file)?.columns
  return `/studies/${columns?.['study_uid']}/series/${columns?.['series_uid']}/instances/${columns?.['sop_instance_uid']}`
}
