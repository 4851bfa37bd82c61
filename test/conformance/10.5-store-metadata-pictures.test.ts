import sharp, { type Sharp } from 'sharp'
import t from 'tap'
import { askWhole, STORED_SYNTAX, type JsonObject } from '../dicomweb-client.js'
import { parse } from '../dicom/part10/parsing.js'
import { startServer } from '../server.js'
import { instance, instancePathOf, sendMetadata, type Instance } from './metadata-instances.js'

const [C000, C122] = [0xc000, 0xc122]
/** what the codestream tells; the metadata need not */
const IMAGE_PIXEL = [
  '00280002',
  '00280004',
  '00280010',
  '00280011',
  '00280100',
  '00280101',
  '00280102',
  '00280103',
]

t.test('PS3.18 10.5.1 Store of PNG and GIF', async t => {
  const { url } = await startServer(t)

  /** An instance whose pixels are pictures, and says of them only what is given. */
  async function store(
    type: string,
    pictures: readonly Uint8Array[],
    given: JsonObject = {},
  ): Promise<{ answer: Awaited<ReturnType<typeof sendMetadata>>; one: Instance }> {
    const one = instance({ '7FE00010': { vr: 'OB', BulkDataURI: 'p' } })
    const bare = Object.fromEntries(
      Object.entries(one.json as JsonObject).filter(([tag]) => !IMAGE_PIXEL.includes(tag)),
    )
    const json = { ...bare, ...given } as JsonObject
    const parts = pictures.map(bytes => ({ location: 'p', type, bytes: Buffer.from(bytes) }))
    return { answer: await sendMetadata(url, [json], parts), one }
  }

  async function stored(
    type: string,
    pictures: readonly Uint8Array[],
  ): Promise<{ pixels: Buffer; said: unknown }> {
    const { answer, one } = await store(type, pictures)
    t.equal(answer.status, 200, JSON.stringify(answer.json))
    const { bytes: file } = await askWhole(url + instancePathOf(one), { headers: { accept: STORED_SYNTAX } })
    const { frames, json: header, TransferSyntaxUID } = await parse(file)
    t.equal(TransferSyntaxUID, '1.2.840.10008.1.2.1')
    if (frames.kind !== 'native') throw new Error(`${frames.kind} pixels`)
    const said = [...IMAGE_PIXEL, '00280006', '00280008'].map(tag => header[tag]?.Value?.[0])
    return {
      pixels: file.subarray(frames.offsetBytes, frames.offsetBytes + frames.lengthBytes),
      said: { values: said, vr: header['7FE00010']?.vr },
    }
  }

  const raw = (channels: 1 | 3, bytes: Uint8Array): Sharp =>
    sharp(bytes, { raw: { width: 4, height: 2, channels } })

  t.test('a gray PNG, of 8 bits and of 16', async t => {
    const gray = Uint8Array.from({ length: 8 }, (_, n) => n * 30)
    t.same(await stored('image/png', [await raw(1, gray).toColourspace('b-w').png().toBuffer()]), {
      pixels: Buffer.from(gray),
      said: { values: [1, 'MONOCHROME2', 2, 4, 8, 8, 7, 0, undefined, undefined], vr: 'OB' },
    })
    const wide = Uint16Array.from({ length: 8 }, (_, n) => n * 9000)
    const png = await sharp(wide, { raw: { width: 4, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    t.same(await stored('image/png', [png]), {
      pixels: Buffer.from(wide.buffer),
      said: { values: [1, 'MONOCHROME2', 2, 4, 16, 16, 15, 0, undefined, undefined], vr: 'OW' },
    })
  })

  t.test('a PNG in color; what is transparent lies on black', async t => {
    const rgb = Uint8Array.from({ length: 24 }, (_, n) => n * 10)
    const said = { values: [3, 'RGB', 2, 4, 8, 8, 7, 0, 0, undefined], vr: 'OB' }
    t.same(await stored('image/png', [await raw(3, rgb).png().toBuffer()]), {
      pixels: Buffer.from(rgb),
      said,
    })
    const clear = await raw(3, rgb).ensureAlpha(0).png().toBuffer()
    t.same(await stored('image/png', [clear]), { pixels: Buffer.alloc(24), said })
  })

  t.test('every frame of a GIF, and a PNG a frame', async t => {
    const colors = [[255, 0, 0], [0, 255, 0], [0, 0, 255]] // prettier-ignore
    const frames = colors.map(color => Uint8Array.from({ length: 24 }, (_, n) => color[n % 3] ?? 0))
    const all = Buffer.concat(frames)
    const said = { values: [3, 'RGB', 2, 4, 8, 8, 7, 0, 0, 3], vr: 'OB' }
    const gif = await sharp(all, { raw: { width: 4, height: 6, channels: 3, pageHeight: 2 } })
      .gif()
      .toBuffer()
    t.same(await stored('image/gif', [gif]), { pixels: all, said })
    const pngs = await Promise.all(frames.map(frame => raw(3, frame).png().toBuffer()))
    t.same(await stored('image/png', pngs), { pixels: all, said })
  })

  t.test(
    'what is no such picture, is cut, or is another than the metadata describes fails with C000H',
    async t => {
      const noise = Uint8Array.from({ length: 24 }, (_, n) => (n * 97) % 256)
      const png = await raw(3, noise).png().toBuffer()
      const gif = await raw(3, noise).gif().toBuffer()
      const us = (value: number): JsonObject[string] => ({ vr: 'US', Value: [value] })
      const bad: readonly [string, string, Uint8Array[], JsonObject][] = [
      ['no picture', 'image/png', [Buffer.from('no picture at all')], {}],
      ['nothing', 'image/gif', [Buffer.alloc(0)], {}],
      ['a GIF', 'image/png', [gif], {}],
      ['a PNG that is cut', 'image/png', [png.subarray(0, png.length - 30)], {}],
      ['a PNG with a bit flipped', 'image/png', [flipped(png)], {}],
      ['other rows', 'image/png', [png], { '00280010': us(3) }],
      ['other samples', 'image/png', [png], { '00280002': us(1) }],
      ['other frames', 'image/png', [png], { '00280008': { vr: 'IS', Value: [2] } }],
      ['frames that differ', 'image/png', [png, await raw(1, noise.subarray(0, 8)).toColourspace('b-w').png().toBuffer()], {}],
    ] // prettier-ignore
      for (const [what, type, pictures, given] of bad) {
        const { answer } = await store(type, pictures, given)
        t.match(answer, { status: 409, failed: [C000] }, what)
      }
      t.match((await store('text/html', [png])).answer, { status: 409, failed: [C122] })
    },
  )
})

/** Within the compressed samples, whose checksums tell. */
function flipped(png: Buffer): Buffer {
  const copy = Buffer.from(png)
  const at = copy.indexOf('IDAT') + 10
  copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at)
  return copy
}
