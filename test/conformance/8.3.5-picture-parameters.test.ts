import sharp from 'sharp'
import t, { type Test } from 'tap'
import { askWhole, store } from '../dicomweb-client.js'
import { ctImage, el } from '../made-dicom.js'
import { flatImage, greyImage, shown, type Shown } from '../made-pictures.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

t.test('PS3.18 8.3.5.1 parameters of pictures', async t => {
  const { url } = await startServer(t)
  // Four quarters of 16 × 8 pixels each: 0 80 / 160 240.
  const quarters = Array.from({ length: 32 * 16 }, (_, i) => {
    const [x, y] = [i % 32, Math.floor(i / 32)]
    return (x < 16 ? 0 : 80) + (y < 8 ? 0 : 160)
  })
  const image = greyImage(quarters, 32, 16)
  const flat = flatImage([100])
  const rescaled = ctImage({
    rows: 1,
    columns: 5,
    pixels: new Uint8Array(Uint16Array.from([0, 24, 50, 74, 100]).buffer),
    with: [el('00281052', 'DS', '-1000'), el('00281053', 'DS', '10')],
  })
  await store(url, [image.bytes, flat.bytes, rescaled.bytes])
  const ask = (query: string, of = image, accept = 'image/png'): ReturnType<typeof askWhole> =>
    askWhole(`${url}${pathOf(of)}/rendered?${query}`, { headers: { accept } })
  const picture = async (query: string, of = image): Promise<Shown> => {
    const { status, bytes } = await ask(query, of)
    if (status !== 200) throw new Error(`${query}: ${status} ${bytes.toString()}`)
    return shown(bytes)
  }
  const corners = ({ width, greys }: Shown): (number | undefined)[] => [
    greys[0],
    greys[width - 1],
    greys[greys.length - width],
    greys.at(-1),
  ]
  const refused = async (t: Test, query: string, words: RegExp, accept?: string): Promise<void> => {
    const { status, bytes } = await ask(query, image, accept)
    t.equal(status, 400, query)
    t.match(JSON.parse(bytes.toString()), { type: 'urn:filmroom:problem:invalid-parameter', detail: words })
  }

  await t.test('8.3.5.1.3 viewport: fitted into, its shape kept, larger or smaller', async t => {
    for (const [viewport, width, height] of [
      ['16,16', 16, 8],
      ['16,100', 16, 8],
      ['100,16', 32, 16],
      ['64,64', 64, 32],
      ['1,1', 1, 1],
      ['15.6,8.4', 16, 8],
      ['+16,%2B16', 16, 8],
    ] as const) {
      const got = await picture(`viewport=${viewport}`)
      t.same([got.width, got.height], [width, height], viewport)
    }
    const same = await picture('')
    t.same([same.width, same.height, ...corners(same)], [32, 16, 0, 80, 160, 240], 'without: as it is')
  })

  await t.test('8.3.5.1.3 viewport: a region of the source, any of its numbers left out', async t => {
    for (const [viewport, size, greys] of [
      ['16,8,0,0,16,8', [16, 8], [0, 0, 0, 0]],
      ['16,8,16,8,16,8', [16, 8], [240, 240, 240, 240]],
      ['16,8,16,8,,', [16, 8], [240, 240, 240, 240]],
      ['16,8,,,16,8', [16, 8], [0, 0, 0, 0]],
      ['16,16,16,,,', [16, 16], [80, 80, 240, 240]],
      ['32,8,,8,,', [32, 8], [160, 240, 160, 240]],
      ['16,8,16.0,0.0,16.0,8.0', [16, 8], [80, 80, 80, 80]],
      ['16,16,,,,', [16, 8], undefined],
    ] as const) {
      const got = await picture(`viewport=${viewport}`)
      t.same([got.width, got.height], size, viewport)
      if (greys !== undefined) t.same(corners(got), greys, viewport)
    }
  })

  await t.test('8.3.5.1.3 viewport: negative widths and heights flip', async t => {
    for (const [viewport, greys] of [
      ['32,16,0,0,-32,16', [80, 0, 240, 160]],
      ['32,16,0,0,32,-16', [160, 240, 0, 80]],
      ['32,16,,,-32,-16', [240, 160, 80, 0]],
    ] as const)
      t.same(corners(await picture(`viewport=${viewport}`)), greys, viewport)
    t.same(corners(await picture('viewport=16,16,0,0,-16,16')), [0, 0, 160, 160], 'the left half, flipped')
  })

  await t.test('8.3.5.1.3 a region partly outside is cut; wholly outside it is 400', async t => {
    const cut = await picture('viewport=16,8,16,8,1000,1000')
    t.same([cut.width, cut.height, ...corners(cut)], [16, 8, 240, 240, 240, 240])
    const before = await picture('viewport=16,8,-16,-8,32,16')
    t.same([before.width, before.height, ...corners(before)], [16, 8, 0, 0, 0, 0])
    for (const region of ['32,0,1,1', '0,16,1,1', '-5,0,5,1', '1e9,1e9,1,1', '32,0,,'])
      await refused(t, `viewport=8,8,${region}`, /outside of the picture/)
  })

  await t.test('8.3.5.1.3 a viewport of nothing, of too much, or ill formed is 400', async t => {
    for (const viewport of [
      '0,0',
      '0,10',
      '10,0',
      '-10,10',
      '10,-10',
      '0.2,10',
      '10,10,0,0,0,10',
      '10,10,0,0,10,0',
      '10',
      '10,',
      ',10',
      '',
      '10,10,0',
      '10,10,0,0',
      '10,10,0,0,1',
      '10,10,0,0,1,1,1',
      'a,b',
      '10,10,x,0,1,1',
      '1e400,1',
      'NaN,NaN',
      'Infinity,1',
      '0x10,0x10',
      '16385,1',
      '1,1e9',
      '16384,16384',
      '10;10',
    ])
      await refused(t, `viewport=${encodeURIComponent(viewport)}`, /viewport/)
    t.equal((await ask('')).status, 200, 'the server lives')
  })

  await t.test('8.3.5.1.4 window: center, width and function, in rescaled units', async t => {
    // Rescaled: -1000 -760 -500 -260 0.
    const linear = await picture('window=-500,1001,linear', rescaled)
    t.same(linear.greys, [0, 61, 127, 188, 255])
    const exact = await picture('window=-500,1000,linear-exact', rescaled)
    t.same(exact.greys, [0, 61, 127, 188, 255])
    const sigmoid = await picture('window=-500,1000,SIGMOID', rescaled)
    const curve = [-1000, -760, -500, -260, 0].map(x =>
      Math.trunc(255 / (1 + Math.exp((-4 * (x + 500)) / 1000))),
    )
    t.ok(
      sigmoid.greys.every((grey, n) => Math.abs(grey - curve[n]!) <= 1),
      sigmoid.greys.join(),
    )
    t.same((await picture('window=-500,1001', rescaled)).greys, linear.greys, 'two values are linear')
    t.same((await picture('window=-500,1001,LINEAR', rescaled)).greys, linear.greys)
    t.same((await picture('window=-5e2,1001.0,Linear', rescaled)).greys, linear.greys)
  })

  await t.test('8.3.5.1.4 a window without width, of no numbers, or of no such function is 400', async t => {
    for (const window of [
      '40,0',
      '40,-400',
      '40,0.5,linear',
      '40,0,linear-exact',
      '40,-1,sigmoid',
      '40',
      ',400',
      '40,',
      '',
      'NaN,400',
      '40,NaN',
      '40,Infinity',
      '1e999,1',
      '40,400,cubic',
      '40,400,',
      '40,400,linear,more',
      '40;400',
    ])
      await refused(t, `window=${encodeURIComponent(window)}`, /window/)
  })

  await t.test('8.3.5.1.2 quality is 1 to 100, and fewer bytes for less', async t => {
    const sizes = new Map<number, number>()
    for (const quality of [1, 50, 100]) {
      const { status, bytes } = await ask(`quality=${quality}`, image, 'image/jpeg')
      t.equal(status, 200)
      sizes.set(quality, bytes.length)
    }
    t.ok(sizes.get(1)! < sizes.get(100)!, [...sizes].join(' '))
    t.equal((await ask('quality=10')).status, 200, 'of what loses nothing it says nothing')
    for (const quality of ['0', '101', '-1', '50.5', 'high', '1e1'])
      await refused(t, `quality=${quality}`, /quality parameter is not an integer from 1 to 100/)
  })

  await t.test(
    '8.3.5.1.1 annotation: words that are not known are ignored with a Warning; none is 400',
    async t => {
      t.notOk((await ask('annotation=patient,technique')).headers.warning)
      t.notOk((await ask('annotation=Patient')).headers.warning)
      const { status, headers } = await ask('annotation=patient,hospital')
      t.equal(status, 200)
      t.match(headers.warning, /^299 .*annotation/)
      t.notMatch(headers.warning, /hospital/)
      for (const none of ['', ',', '%20']) await refused(t, `annotation=${none}`, /annotation/)
    },
  )

  await t.test('8.3.5.1.5 iccprofile: one of its values, and no other than no of a GIF', async t => {
    for (const wrong of ['', 'cmyk', 'yes,no']) await refused(t, `iccprofile=${wrong}`, /iccprofile/)
    for (const profile of ['yes', 'srgb', 'adobergb', 'rommrgb']) {
      for (const type of ['image/jpeg', 'image/png', 'image/webp', 'image/avif']) {
        const { bytes } = await ask(`iccprofile=${profile}`, image, type)
        t.ok((await sharp(bytes).metadata()).icc?.includes('acsp'), `${type} ${profile}`)
      }
      const { bytes } = await ask(`iccprofile=${profile}`)
      const greys = corners(await shown(bytes))
      for (const [i, grey] of [0, 80, 160, 240].entries())
        t.ok(Math.abs((greys[i] ?? -1) - grey) <= 1, `${profile}: ${greys.join()}`)
      await refused(t, `iccprofile=${profile}`, /cannot bear/, 'image/gif')
    }
    for (const none of ['', 'iccprofile=no']) t.notOk((await sharp((await ask(none)).bytes).metadata()).icc)
    t.equal((await ask('iccprofile=no', image, 'image/gif')).status, 200)
    const moving = flatImage([10, 200])
    await store(url, [moving.bytes])
    t.equal((await ask('iccprofile=no', moving, 'image/webp')).status, 200)
    const { status, bytes } = await ask('iccprofile=srgb', moving, 'image/webp')
    t.equal(status, 400)
    t.match(bytes.toString(), /moves cannot bear/)
  })

  await t.test('8.3 a parameter given twice with other values is 400, unknown ones are ignored', async t => {
    await refused(t, 'viewport=10,10&viewport=20,20', /more than once/)
    await refused(t, 'window=1,2&Window=3,4', /more than once/)
    t.equal((await ask('viewport=10,10&Viewport=10,10&nonsense=1')).status, 200)
  })

  await t.test('parameters count at every level', async t => {
    const study = `${url}/studies/${flat.StudyInstanceUID}`
    for (const path of [
      study,
      `${study}/series/${flat.SeriesInstanceUID}`,
      `${url}${pathOf(flat)}/frames/1`,
    ]) {
      const answer = await askWhole(`${path}/rendered?viewport=4,4&window=100,2`, {
        headers: { accept: 'image/png' },
      })
      t.equal((await shown(answer.bytes)).width, 4)
      t.equal((await askWhole(`${path}/rendered?viewport=0,0`)).status, 400)
      t.equal((await askWhole(`${path}/rendered?window=1,-1`)).status, 400)
    }
  })
})
