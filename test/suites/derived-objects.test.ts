import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { CORPUS, corpusFiles, withoutCorpus } from '../corpus.js'
import { askWhole } from '../dicomweb-client.js'
import { startServer, temporaryFolder } from '../server.js'

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

  await t.test('PS3.3 C.8.20: a frame of a segmentation alone, pixel by pixel', async t => {
    const file = 'nonimage/seg/liver.dcm'
    const { data, width } = await shown(t, url, file, '/frames/1/rendered')
    const { bytes: bits } = await askWhole(`${url}${instancePath(file)}/frames/1`, {
      headers: { accept: 'application/octet-stream' },
    })
    let wrong = 0
    for (let i = 0; i < width * width; i++) {
      const isIn = (((bits[i >> 3] ?? 0) >> (i & 7)) & 1) === 1
      if (pixel(data, i) !== (isIn ? '221,130,101' : '0,0,0')) wrong++
    }
    t.equal(wrong, 0)
    t.equal((await askWhole(`${url}${instancePath(file)}/frames/4/rendered`)).status, 404)
  })

  await t.test('PS3.3 C.8.23: each number of a label map has a colour, the background none', async t => {
    const file = 'nonimage/seg/seg_image_sm_control_labelmap.dcm'
    const { data } = await shown(t, url, file, '/frames/11/rendered')
    const { bytes: labels } = await askWhole(`${url}${instancePath(file)}/frames/11`, {
      headers: { accept: 'application/octet-stream' },
    })
    const colors = new Map<number, Set<string>>()
    for (const [i, label] of [...labels.subarray(0, 100)].entries())
      colors.set(label, (colors.get(label) ?? new Set<string>()).add(pixel(data, i)))
    t.strictSame([...(colors.get(0) ?? [])], ['0,0,0'])
    const others = [...colors].filter(([label]) => label !== 0).map(([, of]) => [...of].join(' '))
    t.ok(others.length > 0 && new Set(others).size === others.length && !others.includes('0,0,0'))
  })

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

  await t.test('PS3.4 N.2: a presentation state without its image is 404, and has an icon', async t => {
    const file = 'nonimage/pr/gsps_annotation.dcm'
    await store(url, file)
    t.equal((await askWhole(`${url}${instancePath(file)}/rendered`)).status, 404)
    t.equal((await askWhole(`${url}${instancePath(file)}/thumbnail`)).status, 200)
  })

  for (const [state, image] of [
    ['nonimage/pr/made-gsps-of-ct.dcm', 'series/ct-head-philips/S2020/I700'],
    ['nonimage/pr/prLUTs.dcm', 'nonimage/pr/imageForPrLUTs.dcm'],
  ] as const)
    await t.test(`PS3.4 N.2: an image through ${state} is as dcmp2pgm has it`, async t => {
      await store(url, image)
      const { data, width, height } = await shown(t, url, state)
      const pgm = path.join(temporaryFolder(t), 'reference.pgm')
      execFileSync('dcmp2pgm', ['--pstate', path.join(CORPUS, state), path.join(CORPUS, image), pgm])
      const reference = readFileSync(pgm).subarray(-width * height)
      t.equal(
        reference.findIndex((value, i) => value !== data[3 * i]),
        -1,
      )
      const { status } = await askWhole(`${url}${instancePath(state)}/rendered?window=40,80,linear`)
      t.equal(status, 400, 'it says itself what window it has')
    })

  await t.test('PS3.3 C.11.7: overlays of the image and of the state, as many as its text says', async t => {
    await store(url, 'nonimage/pr/overlay.dcm')
    const { data, width } = await shown(t, url, 'nonimage/pr/prOverlay.dcm')
    // "You should see 6 lines of text": each stands above a line that is in the pixels.
    for (const top of [132, 175, 217, 259, 301, 344]) {
      const text = data.subarray(3 * width * top, 3 * width * (top + 14))
      t.ok(text.filter(value => value === 255).length > 600, `text at row ${top}`)
    }
  })
})

interface Pixels {
  readonly data: Buffer
  readonly width: number
  readonly height: number
}

async function shown(t: Test, url: string, file: string, resource = '/rendered'): Promise<Pixels> {
  await store(url, file)
  const { status, bytes } = await askWhole(`${url}${instancePath(file)}${resource}`, {
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
