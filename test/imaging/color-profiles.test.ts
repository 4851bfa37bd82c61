/** Images with a colour profile of their own, and pictures in another one; LittleCMS by PIL is the oracle. */
import sharp from 'sharp'
import t from 'tap'
import { profileOf } from '../../src/imaging/color-profiles.js'
import { encodePicture } from '../../src/imaging/encode-picture.js'
import type { ColorProfile, PictureType } from '../../src/imaging/picture-request.js'
import type { Raster } from '../../src/imaging/raster.js'
import { pilColors, withoutPil } from '../oracles/pil-colors.js'
import { seededRandom } from '../suites/seeded-random.js'

// The oracle is slow to start on a busy machine.
t.setTimeout(120_000)

const SIDE = 48
/** red to the right, green downwards, blue to the lower left; smooth, for types that lose */
const COLORS = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => {
  const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)]
  return Math.round((255 * ([x, y, (SIDE - 1 - x + y) / 2][i % 3] ?? 0)) / (SIDE - 1))
})

const raster = (iccProfile?: Uint8Array, data = COLORS): Raster => ({
  width: SIDE,
  height: SIDE,
  channels: 3,
  data,
  pixelAspect: 1,
  ...(iccProfile === undefined ? {} : { iccProfile }),
})

interface Read {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  readonly profile: Uint8Array | undefined
}

/** The samples as they are in the file, whatever its profile says of them. */
async function picture(
  of: Raster,
  colorProfile?: ColorProfile,
  mediaType: PictureType = 'image/png',
): Promise<Read> {
  const { bytes } = await encodePicture(of, {
    mediaType,
    quality: 100,
    window: undefined,
    viewport: undefined,
    ...(colorProfile === undefined ? {} : { colorProfile }),
  })
  const image = sharp(bytes, { ignoreIcc: true })
  const { icc } = await sharp(bytes).metadata()
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data, profile: icc }
}

/** Says of red what another says of blue, and of blue what it says of red. */
function swapped(): Buffer {
  const profile = Buffer.from(profileOf('adobergb'))
  const [red, blue] = [profile.indexOf('rXYZ'), profile.indexOf('bXYZ')]
  profile.write('bXYZ', red, 'latin1')
  profile.write('rXYZ', blue, 'latin1')
  return profile
}

function mean(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length
}

t.test('PS3.3 C.11.15 colours of an image with a profile become sRGB; no profile goes with them', async t => {
  const red = Uint8Array.from({ length: COLORS.length }, (_, i) => (i % 3 === 0 ? 255 : 0))
  for (const type of ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'] as const) {
    const { data, profile } = await picture(raster(swapped(), red), undefined, type)
    const [r = 255, g = 255, b = 0] = data
    t.ok(r < 10 && g < 10 && b > 245, `${type}: red is blue: ${r} ${g} ${b}`)
    t.equal(profile, undefined, `${type}: no profile`)
  }
  const opaque = Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, i) => [255, 0, 0, 128][i % 4] ?? 0)
  const { bytes } = await encodePicture(
    { ...raster(swapped(), opaque), channels: 4 },
    { mediaType: 'image/png', quality: undefined, window: undefined, viewport: undefined },
  )
  const { data } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  t.same([...data.subarray(0, 4)], [0, 0, 255, 128], 'opacity stays')
})

t.test('PS3.3 C.11.15 as LittleCMS has it', { skip: withoutPil() }, async t => {
  for (const own of [swapped(), profileOf('rommrgb'), profileOf('adobergb')]) {
    const { data } = await picture(raster(own))
    t.ok(mean(data, COLORS) > 5, 'it changes something')
    t.ok(mean(data, pilColors(raster(), { profile: own }, 'srgb').data) < 0.5)
  }
})

t.test('PS3.3 C.11.15 a profile that nothing can be made of is left out', async t => {
  const good = swapped()
  const altered = (alter: (profile: Buffer) => unknown): Buffer => {
    const profile = Buffer.from(good)
    alter(profile)
    return profile
  }
  const broken: Record<string, Uint8Array> = {
    empty: Buffer.of(),
    'one byte': Buffer.of(1),
    'no profile at all': Buffer.alloc(3000, 'text'),
    'a header alone': good.subarray(0, 128),
    'cut short': good.subarray(0, good.length - 1),
    'of greys': altered(profile => profile.write('GRAY', 16, 'latin1')),
    'of inks': altered(profile => profile.write('CMYK', 16, 'latin1')),
    'no tags': altered(profile => profile.writeUInt32BE(0, 128)),
    'endless tags': altered(profile => profile.writeUInt32BE(0xffff_ffff, 128)),
    'tags of nothing': altered(profile => profile.fill(0, 128)),
  }
  for (const [name, profile] of Object.entries(broken))
    for (const wanted of ['no', 'srgb'] as const)
      t.same(
        Buffer.from((await picture(raster(profile), wanted)).data),
        Buffer.from(COLORS),
        `${name}, ${wanted}`,
      )
  const padded = await picture(raster(Buffer.concat([good, Buffer.of(0)])))
  t.same(padded.data, (await picture(raster(good))).data, 'PS3.5 6.2 of odd length, padded')
})

t.test('PS3.3 C.11.15 altered profiles do no harm', async t => {
  const random = seededRandom(2000)
  const below = (most: number): number => random.between(0, most - 1)
  for (let round = 0; round < 300; round++) {
    const profile = swapped()
    for (let i = below(8); i >= 0; i--) profile[below(round % 2 === 0 ? 260 : profile.length)] = below(256)
    const { width, height, data } = await picture(raster(profile))
    if (width !== SIDE || height !== SIDE || data.length !== COLORS.length) t.fail(`round ${round}`)
  }
})

t.test('PS3.18 8.3.5.1.5 iccprofile: yes and srgb are the same pixels, with the profile', async t => {
  for (const own of [undefined, swapped()]) {
    const bare = await picture(raster(own), 'no')
    for (const wanted of ['yes', 'srgb'] as const) {
      const { data, profile } = await picture(raster(own), wanted)
      t.same(data, bare.data)
      t.match(Buffer.from(profile ?? []).toString('latin1'), /acsp/)
    }
  }
})

t.test(
  'PS3.18 8.3.5.1.5 iccprofile: adobergb and rommrgb are the same colours, with the profile',
  { skip: withoutPil() },
  async t => {
    const own = swapped()
    const bare = await picture(raster(own), 'no')
    const lab = pilColors(bare, {}, 'lab').data
    for (const [wanted, named] of [
      ['adobergb', /Adobe RGB/],
      ['rommrgb', /ROMM RGB/],
    ] as const) {
      for (const type of ['image/png', 'image/jpeg'] as const) {
        const got = await picture(raster(own), wanted, type)
        if (type === 'image/png') t.ok(mean(got.data, bare.data) > 5, 'other samples')
        const seen = pilColors(got, got, 'lab')
        t.match(seen.name, named)
        const difference = mean(seen.data, lab)
        t.ok(difference < (type === 'image/png' ? 1 : 2), `${wanted} ${type}: ${difference.toFixed(2)}`)
      }
      const plain = await picture(raster(), wanted)
      for (const type of ['image/webp', 'image/avif'] as const) {
        const { data, profile } = await picture(raster(), wanted, type)
        t.same(profile, profileOf(wanted), type)
        t.ok(mean(data, plain.data) < 4, type)
      }
    }
  },
)

t.test('PS3.18 8.3.5.1.5 greys have a profile too where one is asked for', async t => {
  const grey: Raster = {
    ...raster(),
    channels: 1,
    data: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => i & 255),
  }
  for (const wanted of ['yes', 'adobergb', 'rommrgb'] as const) {
    const { data, profile } = await picture(grey, wanted)
    t.ok(profile)
    t.equal(data.length, 3 * SIDE * SIDE)
    for (const at of [0, 128, 255]) {
      const [r = 0, g = 0, b = 0] = data.subarray(3 * at)
      t.ok(Math.abs(r - g) <= 1 && Math.abs(b - g) <= 1, `${wanted} ${at}: ${r} ${g} ${b}`)
    }
  }
})
