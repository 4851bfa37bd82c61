import { readFileSync } from 'node:fs'
import t from 'tap'
import { readJpeg2000 } from '../../src/dicom/codestreams/jpeg-2000.js'
import { readJpegXl } from '../../src/dicom/codestreams/jpeg-xl.js'
import { readJpeg } from '../../src/dicom/codestreams/jpeg.js'
import { readMp4, readMpeg2 } from '../../src/dicom/codestreams/video.js'
import { bytesInMemory } from '../../src/dicom/part10/byte-source.js'
import { jpegBaseline } from '../conformance/codestreams.js'
import { box, highThroughput2000, jpeg2000, jpegXl, mp4, mpeg2 } from './made-codestreams.js'

const UID = (n: number): string => `1.2.840.10008.1.2.4.${n}`
const source = (bytes: Buffer): ReturnType<typeof bytesInMemory> => bytesInMemory(bytes)

t.test('PS3.18 10.5.2 the transfer syntax of a JPEG by its process', async t => {
  for (const [process, parameter, uid, lossy] of [
    [0xc0, 0, 50, true],
    [0xc1, 0, 51, true],
    [0xc2, 0, 55, true],
    [0xc3, 1, 70, false],
    [0xc3, 6, 57, false],
    [0xf7, 0, 80, false],
    [0xf7, 2, 81, true],
  ] as const) {
    const found = await readJpeg(source(jpegBaseline({ rows: 3, columns: 5, process, parameter })))
    t.match(found, { TransferSyntaxUID: UID(uid), lossy, pixels: { Rows: 3, Columns: 5 } }, String(uid))
  }
  for (const process of [0xc5, 0xc9, 0xcb])
    t.equal(await readJpeg(source(jpegBaseline({ rows: 3, columns: 5, process }))), undefined, 'not of DICOM')
})

t.test('PS3.5 8.2.1 the photometric interpretation of a JPEG', async t => {
  for (const [options, interpretation] of [
    [{ components: 1 }, 'MONOCHROME2'],
    [{}, 'YBR_FULL_422'],
    [{ unsampled: true }, 'YBR_FULL'],
    [{ adobe: 0 }, 'RGB'],
    [{ adobe: 1 }, 'YBR_FULL_422'],
    [{ process: 0xc3, parameter: 1, unsampled: true }, 'RGB'],
  ] as const) {
    const found = await readJpeg(source(jpegBaseline({ rows: 1, columns: 1, ...options })))
    t.equal(found?.pixels?.PhotometricInterpretation, interpretation, JSON.stringify(options))
  }
  const twelve = jpegBaseline({ rows: 1, columns: 1, process: 0xc1, precision: 12, components: 1 })
  t.match(await readJpeg(source(twelve)), { pixels: { BitsAllocated: 16, BitsStored: 12 } })
  const four = jpegBaseline({ rows: 1, columns: 1, components: 4 })
  t.match(await readJpeg(source(four)), { pixels: undefined }, 'four components have none')
})

t.test('PS3.5 8.2.4 JPEG 2000: reversible or not, HTJ2K, with boxes around it or without', async t => {
  for (const [options, uid, interpretation] of [
    [{ reversible: true }, 90, 'MONOCHROME2'],
    [{ reversible: false }, 91, 'MONOCHROME2'],
    [{ reversible: true, components: 3, transformed: true }, 90, 'YBR_RCT'],
    [{ reversible: false, components: 3, transformed: true }, 91, 'YBR_ICT'],
    [{ reversible: true, components: 3 }, 90, 'RGB'],
  ] as const) {
    const found = await readJpeg2000(source(jpeg2000(options)))
    t.match(found, {
      TransferSyntaxUID: UID(uid),
      pixels: { Rows: 20, Columns: 30, PhotometricInterpretation: interpretation },
    })
  }
  t.match(await readJpeg2000(source(highThroughput2000(true))), { TransferSyntaxUID: UID(201) })
  t.match(await readJpeg2000(source(highThroughput2000(false))), { TransferSyntaxUID: UID(203), lossy: true })
  const signed = await readJpeg2000(source(jpeg2000({ reversible: true, depth: 12, signed: true })))
  t.match(signed?.pixels, { BitsAllocated: 16, BitsStored: 12, PixelRepresentation: 1 })
  const bare = jpeg2000({ reversible: true })
  const boxed = Buffer.concat([
    Buffer.from([0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a]),
    box('ftyp', Buffer.from('jp2 ')),
    box('jp2c', bare),
  ])
  const opened = await readJpeg2000(source(boxed))
  t.ok((await opened?.bytes.read(0, 1 << 20))?.equals(bare), 'the boxes are gone')
})

t.test('PS3.5 8.2.16 JPEG XL: size and depth, as lossy as nothing says', async t => {
  t.match(await readJpegXl(source(jpegXl())), {
    TransferSyntaxUID: UID(112),
    pixels: { Rows: 16, Columns: 24, SamplesPerPixel: 3, BitsStored: 8, PhotometricInterpretation: 'XYB' },
  })
  const container = Buffer.from([0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20, 0x0d, 0x0a, 0x87, 0x0a])
  const recompressed = Buffer.concat([container, box('jbrd', Buffer.of(1)), box('jxlc', jpegXl())])
  const found = await readJpegXl(source(recompressed))
  t.match(found, { TransferSyntaxUID: UID(111), lossy: true })
  t.ok((await found?.bytes.read(0, 1000))?.equals(recompressed), 'the container stays')
})

t.test('PS3.5 8.2.5 to 8.2.8 video: size, frames and profile', async t => {
  for (const [options, uid] of [
    [{ coding: 'avc1', profile: 100, level: 41 }, 102],
    [{ coding: 'avc1', profile: 77, level: 30 }, 102],
    [{ coding: 'avc1', profile: 100, level: 42 }, 104],
    [{ coding: 'avc1', profile: 128, level: 41 }, 106],
    [{ coding: 'hvc1', profile: 1, level: 0 }, 107],
    [{ coding: 'hev1', profile: 2, level: 0 }, 108],
  ] as const) {
    const found = await readMp4(source(mp4(options)))
    t.match(found, {
      TransferSyntaxUID: UID(uid),
      frames: 250,
      pixels: { Rows: 720, Columns: 1280, PhotometricInterpretation: 'YBR_PARTIAL_420' },
    })
  }
  t.equal(await readMp4(source(mp4({ coding: 'vp09', profile: 0, level: 0 }))), undefined, 'no VP9')
  t.match(await readMpeg2(source(mpeg2(720, 576))), { TransferSyntaxUID: UID(100), pixels: { Rows: 576 } })
  t.match(await readMpeg2(source(mpeg2(1920, 1080))), { TransferSyntaxUID: UID(101) })
})

t.test('cut short or scrambled, each is read without harm', async t => {
  const readers = [readJpeg, readJpeg2000, readJpegXl, readMp4, readMpeg2]
  const whole = [
    jpegBaseline({ rows: 3, columns: 5 }),
    jpeg2000({ reversible: true }),
    highThroughput2000(true),
    jpegXl(),
    mp4({ coding: 'avc1', profile: 100, level: 41 }),
    mpeg2(720, 576),
    readFileSync('package.json'),
  ]
  let read = 0
  for (const bytes of whole) {
    for (let cut = 0; cut <= Math.min(bytes.length, 400); cut++) {
      const scrambled = Buffer.from(bytes)
      scrambled[cut % bytes.length] = (scrambled[cut % bytes.length] ?? 0) ^ 0xff
      for (const reader of readers) {
        await reader(source(bytes.subarray(0, cut)))
        await reader(source(scrambled))
        read++
      }
    }
  }
  t.ok(read > 5000)
})
