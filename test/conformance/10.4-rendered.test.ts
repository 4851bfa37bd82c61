import sharp from 'sharp'
import t from 'tap'
import { askWhole } from '../dicomweb-client.js'
import { ctImage, el, JPEG_BASELINE, type MadeInstance } from '../made-dicom.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const STORE = { method: 'POST', headers: { 'content-type': 'application/dicom' } }

t.test('PS3.18 10.4.1.1.3 Rendered resources', async t => {
  const { url } = await startServer(t)
  const columns = 256
  const pixels = new Uint8Array(Uint16Array.from({ length: 16 * columns }, (_, i) => i % columns).buffer)
  const made = ctImage({
    rows: 16,
    columns,
    pixels,
    with: [el('00281050', 'DS', '128'), el('00281051', 'DS', '256')],
  })
  await askWhole(`${url}/studies`, { ...STORE, body: made.bytes })
  const rendered = `${url}${pathOf(made)}/rendered`

  await t.test('8.7.4 a grey instance is a JPEG or a PNG', async t => {
    const jpeg = await askWhole(rendered)
    t.equal(jpeg.headers['content-type'], 'image/jpeg')
    const png = await askWhole(rendered, { headers: { accept: 'image/png' } })
    t.equal(png.headers['content-type'], 'image/png')
    const { data, info } = await sharp(png.bytes)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    t.same([info.width, info.height, info.channels], [columns, 16, 1])
    t.same(
      [...data.subarray(0, columns)],
      Array.from({ length: columns }, (_, x) => x),
    )
    const grey = await sharp(jpeg.bytes).toColourspace('b-w').raw().toBuffer()
    t.ok(grey.every((value, i) => Math.abs(value - (data[i] ?? 0)) < 8))
  })

  await t.test('RFC 9110 13: conditions', async t => {
    const { headers } = await askWhole(rendered)
    const etag = headers.etag ?? ''
    t.equal((await askWhole(rendered, { headers: { 'if-none-match': etag } })).status, 304)
    t.equal((await askWhole(rendered, { headers: { 'if-match': '"other"' } })).status, 412)
  })

  const jpegOf = (size: number): MadeInstance =>
    ctImage({
      rows: size,
      columns: size,
      pixels: { fragments: [Buffer.from('no such codestream')] },
      transferSyntax: JPEG_BASELINE,
    })

  await t.test('8.7.8 what cannot be decoded is 406, and the next is drawn', async t => {
    const broken = jpegOf(16)
    await askWhole(`${url}/studies`, { ...STORE, body: broken.bytes })
    for (let n = 0; n < 4; n++) t.equal((await askWhole(`${url}${pathOf(broken)}/rendered`)).status, 406)
    t.equal((await askWhole(rendered)).status, 200)
  })

  await t.test('a frame of 65,535² pixels is 413', async t => {
    const huge = jpegOf(65_535)
    await askWhole(`${url}/studies`, { ...STORE, body: huge.bytes })
    t.equal((await askWhole(`${url}${pathOf(huge)}/rendered`)).status, 413)
    t.equal((await askWhole(rendered)).status, 200)
  })
})
