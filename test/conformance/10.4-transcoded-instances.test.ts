import { writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { decodeFrame } from '../../src/imaging/codecs/decode.js'
import { encodeFrame } from '../../src/imaging/codecs/encode.js'
import { askWhole, store } from '../dicomweb-client.js'
import {
  ctImage,
  DEFLATED_LE,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_LS,
  newUid,
  RLE,
  type MadeInstance,
} from '../made-dicom.js'
import { readMultipart } from '../multipart-answer.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { pythonProcess } from '../oracles/python-process.js'
import { startServer, temporaryFolder } from '../server.js'
import { pathOf } from './paths.js'
import { pixelFormat } from '../made-pixel-format.js'

const jpegFamily = (n: number): string => `1.2.840.10008.1.2.4.${n}`
const SIZE = 32
const FORMAT = pixelFormat({ rows: SIZE, columns: SIZE, bitsAllocated: 16 })
const slope = (seed: number): Buffer =>
  Buffer.from(Uint16Array.from({ length: SIZE * SIZE }, (_, i) => (i * 9 + seed * 1000) & 0xffff).buffer)

/** Compares datasets as pydicom reads them: which tags differ, and what of the second file is asked for. */
const SCRIPT = `
import sys, json, pydicom
from pydicom.encaps import generate_pixel_data_frame
def read(paths):
    stored, answered = [pydicom.dcmread(path) for path in paths]
    tags = set(stored.keys()) | set(answered.keys())
    differ = sorted('%08X' % t for t in tags if t != 0x7FE00010 and (t not in stored or t not in answered or stored[t] != answered[t]))
    syntax = str(answered.file_meta.TransferSyntaxUID)
    count = int(answered.get('NumberOfFrames', 1))
    if syntax != '1.2.840.10008.1.2.1':
        frames = [f.hex() for f in generate_pixel_data_frame(answered.PixelData, count)]
    else:
        size = len(answered.PixelData) // count
        frames = [answered.PixelData[i * size:(i + 1) * size].hex() for i in range(count)]
    return dict(differ=differ, syntax=syntax, frames=frames, metaUid=str(answered.file_meta.MediaStorageSOPInstanceUID),
        uid=str(answered.SOPInstanceUID), lossy=str(answered.get('LossyImageCompression', '')), ratio=str(answered.get('LossyImageCompressionRatio', '')),
        method=str(answered.get('LossyImageCompressionMethod', '')), type=list(answered.get('ImageType', [])), photometric=str(answered.PhotometricInterpretation),
        icon=answered.IconImageSequence[0].PixelData.hex() if 'IconImageSequence' in answered else '',
        source=str(answered.SourceImageSequence[0].ReferencedSOPInstanceUID) if 'SourceImageSequence' in answered else '')
for line in sys.stdin:
    print(json.dumps(read(json.loads(line))), flush=True)
`

interface Read {
  readonly differ: readonly string[]
  readonly syntax: string
  readonly frames: readonly string[]
  readonly uid: string
  readonly metaUid: string
  readonly lossy: string
  readonly ratio: string
  readonly method: string
  readonly type: readonly string[]
  readonly photometric: string
  readonly source: string
  readonly icon: string
}

t.test('PS3.18 8.7.3 instances in another transfer syntax', { skip: withoutPydicom() }, async t => {
  const folder = temporaryFolder(t)
  const { url } = await startServer(t)
  const ask = pythonProcess(t, ['-c', SCRIPT])
  const read = async (stored: Uint8Array, answered: Uint8Array): Promise<Read> => {
    const files = ['stored.dcm', 'answered.dcm'].map(name => path.join(folder, name))
    writeFileSync(files[0]!, stored)
    writeFileSync(files[1]!, answered)
    return (await ask(files)) as Read
  }
  const get = (image: MadeInstance, syntax: string): ReturnType<typeof askWhole> =>
    askWhole(url + pathOf(image), { headers: { accept: `application/dicom; transfer-syntax=${syntax}` } })

  const frames = [0, 1, 2].map(slope)
  const nested = el('00081115', 'SQ', [
    [el('0020000E', 'UI', '1.2.3'), el('00081199', 'SQ', [[el('00081155', 'UI', '1.2')]])],
  ])
  const size = {
    rows: SIZE,
    columns: SIZE,
    frames: 3,
    with: [
      nested,
      el('00091010', 'LO', 'x'),
      el('00090010', 'LO', 'OURS'),
      el('FFFCFFFC', 'OB', new Uint8Array(8)),
    ],
  }
  const jls = await Promise.all(
    frames.map(
      async bytes => (await encodeFrame({ bytes, format: FORMAT }, JPEG_LS, { quality: undefined })).bytes,
    ),
  )
  const images = [IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE].map(transferSyntax =>
    ctImage({
      ...size,
      transferSyntax,
      pixels: Buffer.concat(
        transferSyntax === EXPLICIT_BE ? frames.map(frame => Buffer.from(frame).swap16()) : frames,
      ),
    }),
  )
  images.push(ctImage({ ...size, transferSyntax: JPEG_LS, pixels: { fragments: jls } }))
  await store(
    url,
    images.map(image => image.bytes),
  )

  await t.test('each lossless syntax: every bit of the frames, and every attribute as it was', async t => {
    for (const [n, image] of images.entries())
      for (const syntax of [
        EXPLICIT_LE,
        RLE,
        ...[70, 80, 90, 201, 202].map(jpegFamily),
        '1.2.840.10008.1.2.8.1',
      ]) {
        if ((n + syntax.length) % 2 === 0 && n > 0 && n < 4) continue
        const { status, headers, bytes } = await get(image, syntax)
        t.equal(status, 200, syntax)
        t.equal(headers['content-type'], `application/dicom; transfer-syntax=${syntax}`)
        const answered = await read(image.bytes, bytes)
        t.same([answered.differ, answered.syntax], [[], syntax])
        t.equal(answered.uid, image.SOPInstanceUID)
        t.equal(answered.frames.length, 3)
        for (const [at, hex] of answered.frames.entries()) {
          const native = await decodeFrame(Buffer.from(hex, 'hex'), syntax, FORMAT)
          t.ok(frames[at]!.equals(native.bytes), `${n} ${syntax}`)
        }
      }
  })

  await t.test('PS3.3 C.7.6.1.1.5 what loses is another instance, and says so', async t => {
    const [, image] = images
    for (const [syntax, method] of [
      [jpegFamily(81), 'ISO_14495_1'],
      [jpegFamily(91), 'ISO_15444_1'],
      [jpegFamily(203), 'ISO_15444_15'],
    ] as const) {
      const { status, bytes } = await get(image!, syntax)
      t.equal(status, 200)
      const answered = await read(image!.bytes, bytes)
      t.match(answered, { syntax, lossy: '01', method, source: image!.SOPInstanceUID, metaUid: answered.uid })
      t.equal(answered.type[0], 'DERIVED')
      t.match(answered.uid, /^2\.25\.\d+$/)
      t.ok(Number(answered.ratio) > 1)
      t.same(answered.differ, [
        '00080008',
        '00080018',
        '00082111',
        '00082112',
        '00089215',
        '00282110',
        '00282112',
        '00282114',
      ])
      t.ok((await get(image!, syntax)).bytes.equals(bytes), 'the same each time')
    }
    t.equal((await get(image!, jpegFamily(50))).status, 406)
  })

  await t.test('PS3.5 8.2.4 colour is described as the codestream has it', async t => {
    const color = (tag: string, n: number): ReturnType<typeof el> => el(tag, 'US', [n])
    const pixels = Buffer.from(Uint8Array.from({ length: SIZE * SIZE * 3 }, (_, i) => (i * 7) & 0xff))
    const image = ctImage({
      rows: SIZE,
      columns: SIZE,
      pixels,
      with: [
        color('00280002', 3),
        el('00280004', 'CS', 'RGB'),
        color('00280006', 1),
        color('00280100', 8),
        color('00280101', 8),
        color('00280102', 7),
      ],
    })
    await store(url, [image.bytes])
    for (const [syntax, photometric, differ] of [
      [jpegFamily(90), 'YBR_RCT', ['00280004', '00280006']],
      [jpegFamily(202), 'YBR_RCT', ['00280004', '00280006']],
      [jpegFamily(80), 'RGB', ['00280006']],
      [RLE, 'RGB', []],
    ] as const) {
      const { bytes } = await get(image, syntax)
      const answered = await read(image.bytes, bytes)
      t.match(answered, { syntax, photometric })
      t.same(answered.differ, differ, syntax)
    }
  })

  await t.test(
    'PS3.5 8.2 a compressed icon becomes native; one that cannot be decoded is left out',
    async t => {
      const us = (tag: string, n: number): ReturnType<typeof el> => el(tag, 'US', [n])
      const withIcon = (pixels: Parameters<typeof el>[2]): MadeInstance =>
        ctImage({
          ...size,
          with: [
            ...size.with,
            el('00880200', 'SQ', [
              [
                us('00280002', 1),
                el('00280004', 'CS', 'MONOCHROME2'),
                us('00280010', SIZE),
                us('00280011', SIZE),
                us('00280100', 16),
                us('00280101', 16),
                us('00280102', 15),
                us('00280103', 0),
                el('7FE00010', 'OB', pixels),
              ],
            ]),
          ],
          transferSyntax: JPEG_LS,
          pixels: { fragments: jls },
        })
      const whole = withIcon({ fragments: [jls[2]!] })
      const broken = withIcon({ fragments: [Buffer.alloc(64, 7)] })
      const native = withIcon(frames[2])
      await store(url, [whole.bytes, broken.bytes, native.bytes])
      for (const syntax of [EXPLICIT_LE, RLE, jpegFamily(80), jpegFamily(90)]) {
        const stays = syntax === JPEG_LS
        const answer = async (image: MadeInstance): Promise<Read> =>
          read(image.bytes, (await get(image, syntax)).bytes)
        const changed = await answer(whole)
        t.same(changed.differ, stays ? [] : ['00880200'], syntax)
        if (!stays) t.equal(changed.icon, frames[2]!.toString('hex'), syntax)
        t.same((await answer(native)).differ, [], `${syntax}: a native icon stays`)
        t.equal((await answer(broken)).icon === '', !stays, `${syntax}: a broken icon`)
      }
    },
  )

  await t.test('8.7.8 a series with what cannot be transcoded: 206; it alone: 406', async t => {
    const same = { study: images[0]!.StudyInstanceUID, series: images[0]!.SeriesInstanceUID }
    const report = ctImage({ ...same, without: ['7FE00010'] })
    await store(url, [report.bytes])
    const accept = `multipart/related; type="application/dicom"; transfer-syntax=${RLE}`
    const series = `${url}/studies/${same.study}/series/${same.series}`
    const { status, headers, bytes } = await askWhole(series, { headers: { accept } })
    t.equal(status, 206)
    t.match(headers['warning'], /^299 /)
    t.equal(readMultipart(headers['content-type'], bytes).parts.length, 1)
    t.equal((await get(report, RLE)).status, 406)
    const zip = await askWhole(series, { headers: { accept: `application/zip; transfer-syntax=${RLE}` } })
    t.equal(zip.status, 206)
    t.match(zip.bytes.toString('latin1'), `1.2.840.10008.1.2.5`)
  })

  await t.test('9.1.2.1.2 WADO-URI gives the transferSyntax it is asked for', async t => {
    const image = images[4]!
    const query = new URLSearchParams({
      requestType: 'WADO',
      studyUID: image.StudyInstanceUID,
      seriesUID: image.SeriesInstanceUID,
      objectUID: image.SOPInstanceUID,
      contentType: 'application/dicom',
      transferSyntax: EXPLICIT_LE,
    })
    const { status, bytes } = await askWhole(`${new URL('/wado', url).href}?${query.toString()}`)
    t.equal(status, 200)
    t.same((await read(image.bytes, bytes)).differ, [])
  })

  await t.test('8.7.8 a frame that cannot be decoded is 406 before the first byte', async t => {
    const broken = ctImage({ transferSyntax: JPEG_LS, pixels: { fragments: [Buffer.alloc(64, 7)] } })
    await store(url, [broken.bytes])
    const { status, bytes } = await get(broken, EXPLICIT_LE)
    t.equal(status, 406)
    t.match(bytes.toString(), /undecodable/)
  })

  await t.test('8.7.3.4 where no syntax is named', async t => {
    const where = { study: newUid(), series: newUid() }
    const encoded = async (syntax: string): Promise<MadeInstance> => {
      const { bytes } = await encodeFrame({ bytes: slope(7), format: FORMAT }, syntax, { quality: undefined })
      return ctImage({
        ...where,
        rows: SIZE,
        columns: SIZE,
        transferSyntax: syntax,
        pixels: { fragments: [bytes] },
      })
    }
    const lossless = await encoded(JPEG_LS)
    const lossy = await encoded(jpegFamily(81))
    const broken = ctImage({ ...where, transferSyntax: RLE, pixels: { fragments: [Buffer.alloc(64, 7)] } })
    await store(url, [lossless.bytes, lossy.bytes, broken.bytes])

    await t.test('what is compressed without loss comes as Explicit VR Little Endian', async t => {
      for (const accept of [undefined, '*/*', 'application/dicom']) {
        const { headers, bytes } = await askWhole(url + pathOf(lossless), {
          headers: accept === undefined ? {} : { accept },
        })
        const file =
          accept === 'application/dicom'
            ? bytes
            : readMultipart(headers['content-type'], bytes).parts[0]!.bytes
        const { syntax, frames } = await read(lossless.bytes, file)
        t.same(
          { syntax, frames },
          { syntax: EXPLICIT_LE, frames: [slope(7).toString('hex')] },
          String(accept),
        )
      }
    })
    await t.test(
      'what is lossy, and what cannot be decoded, comes as it is stored and labelled so',
      async t => {
        for (const [image, syntax] of [
          [lossy, jpegFamily(81)],
          [broken, RLE],
        ] as const) {
          const { status, headers, bytes } = await askWhole(url + pathOf(image), {
            headers: { accept: 'application/dicom' },
          })
          t.equal(status, 200)
          t.equal(headers['content-type'], `application/dicom; transfer-syntax=${syntax}`)
          t.ok(bytes.equals(image.bytes))
        }
      },
    )
    await t.test('a series and its archive hold each so, and are whole', async t => {
      const series = `${url}/studies/${where.study}/series/${where.series}`
      const { status, headers, bytes } = await askWhole(series)
      t.equal(status, 200)
      const syntaxes = readMultipart(headers['content-type'], bytes).parts.map(part => [
        part.contentLocation,
        part.contentType.replace(/^.*transfer-syntax=/, ''),
      ])
      const labelled = [
        [lossless, EXPLICIT_LE],
        [lossy, jpegFamily(81)],
        [broken, RLE],
      ].map(([image, syntax]) => [url + pathOf(image as MadeInstance), syntax])
      t.same(new Map(syntaxes as [string, string][]), new Map(labelled as [string, string][]))
      const zip = await askWhole(series, { headers: { accept: 'application/zip' } })
      t.equal(zip.status, 200)
      t.ok(zip.bytes.includes(lossy.bytes) && zip.bytes.includes(broken.bytes))
      t.notOk(zip.bytes.includes(lossless.bytes))
    })
    await t.test('transfer-syntax=* gives the bytes that are stored', async t => {
      for (const image of [lossless, lossy, broken]) t.ok((await get(image, '*')).bytes.equals(image.bytes))
    })
  })
})
