import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import {
  ctImage,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  JPEG_LS,
  RLE,
  type Encapsulated,
  type MadeElement,
  type MadeInstance,
} from '../made-dicom.js'
import { ask, askWhole, store } from '../dicomweb-client.js'
import { readMultipart, type AnswerPart } from '../multipart-answer.js'
import { readAlike, withoutPydicom } from '../oracles/pydicom.js'
import { startServer, temporaryFolder } from '../server.js'
import { nativeInstances } from './native-instances.js'
import { pathOf } from './paths.js'

const OCTETS = 'application/octet-stream'
const MULTIPART_OCTETS = `multipart/related; type="${OCTETS}"`

/** A codestream as far as anybody looks who does not decode it: SOI, bytes without markers, EOI. */
function jpeg(length: number): Buffer {
  const inside = randomBytes(length).map(byte => (byte === 0xff ? 0xfe : byte))
  return Buffer.concat([Buffer.of(0xff, 0xd8), inside, Buffer.of(0xff, 0xd9)])
}

t.test('PS3.18 10.4.1.1.5 Retrieve: frames', async t => {
  const server = await startServer(t)
  const { url } = server
  const get = async (
    image: MadeInstance,
    list: string,
    accept?: string,
  ): Promise<{ status: number; type: string | undefined; bytes: Buffer }> => {
    const { status, headers, bytes } = await askWhole(`${url}${pathOf(image)}/frames/${list}`, {
      headers: accept === undefined ? {} : { accept },
    })
    return { status, type: headers['content-type'], bytes }
  }
  const partsOf = async (
    image: MadeInstance,
    list: string,
    accept?: string,
  ): Promise<readonly AnswerPart[]> => {
    const { status, type, bytes } = await get(image, list, accept)
    t.equal(status, 200, `frames/${list}`)
    return readMultipart(type, bytes).parts
  }
  const stored = async (options: Parameters<typeof ctImage>[0]): Promise<MadeInstance> => {
    const image = ctImage(options)
    t.equal((await store(url, [image.bytes])).status, 200)
    return image
  }
  const compressed = (
    pixels: Encapsulated,
    frames: number,
    more: readonly MadeElement[] = [],
  ): Promise<MadeInstance> => stored({ transferSyntax: JPEG_BASELINE, pixels, frames, with: more })

  const natives = nativeInstances()
  await store(
    url,
    natives.map(({ instance }) => instance.bytes),
  )

  t.test(
    'trap 15, trap 57: native frames of every syntax come as Explicit VR Little Endian, bit for bit',
    async t => {
      for (const { name, instance, frames } of natives) {
        for (const [n, frame] of frames.entries()) {
          const [part] = await partsOf(instance, String(n + 1))
          t.ok(part!.bytes.equals(frame), `${name}: frame ${n + 1}`)
          const bare = await get(instance, String(n + 1), OCTETS)
          t.ok(bare.bytes.equals(frame), `${name}: frame ${n + 1}, bare`)
          t.equal(bare.type, `${OCTETS}; transfer-syntax=${EXPLICIT_LE}`)
        }
      }
    },
  )

  t.test('native frames are what pydicom reads', { skip: withoutPydicom() }, async t => {
    const folder = temporaryFolder(t)
    const pairs = natives.map(({ instance }, n) => {
      const file = path.join(folder, `${n}.dcm`)
      writeFileSync(file, instance.bytes)
      return { stored: file, answered: file }
    })
    for (const [n, { frames }] of readAlike(pairs).entries()) {
      const { name, instance } = natives[n]!
      const all = frames.map((_, frame) => frame + 1).join(',')
      t.same(
        (await partsOf(instance, all)).map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')),
        frames,
        name,
      )
    }
  })

  t.test('the frames asked for come in the order asked for, each with its type and place', async t => {
    for (const { name, instance, frames } of natives) {
      const parts = await partsOf(instance, '3,1,2,3')
      t.same(
        parts.map(({ bytes }) => bytes),
        [3, 1, 2, 3].map(n => frames[n - 1]),
        name,
      )
      for (const part of parts) {
        t.equal(part.contentType, `${OCTETS}; transfer-syntax=${EXPLICIT_LE}`)
      }
      t.same(
        parts.map(({ contentLocation }) => contentLocation),
        [3, 1, 2, 3].map(n => `${url}${pathOf(instance)}/frames/${n}`),
      )
    }
  })

  t.test('answers 404 for a frame beyond the last, though others of the list exist', async t => {
    const [{ instance }] = natives as [(typeof natives)[0]]
    for (const list of ['4', '1,4', '4,1', '1,2,3,99999999'])
      t.match(await get(instance, list), { status: 404, type: /^application\/problem\+json/ }, list)
  })

  t.test('answers 400 for what is no list of numbers from 1', async t => {
    const [{ instance }] = natives as [(typeof natives)[0]]
    for (const list of ['0', '1,0', '-1', 'a', '1,,2', '1,', '1.5', '1-3', '%20', '0x1', '1e0'])
      t.match(await get(instance, list), { status: 400, type: /^application\/problem\+json/ }, list)
  })

  t.test('answers 404 where there are no pixels, and where there is no such instance', async t => {
    const report = await stored({ without: ['7FE00010'] })
    t.equal((await get(report, '1')).status, 404)
    t.equal((await get(ctImage(), '1')).status, 404)
  })

  t.test(
    'trap 51: 16-bit RGB and YBR_FULL_422 native frames are cut by what their attributes say',
    async t => {
      const color = [el('00280002', 'US', [3]), el('00280006', 'US', [0])]
      const rgb = await stored({
        frames: 2,
        with: [...color, el('00280004', 'CS', 'RGB')],
        pixels: randomBytes(768),
      })
      for (const n of [0, 1]) {
        const [part] = await partsOf(rgb, String(n + 1))
        t.ok(part!.bytes.equals((rgb.pixels as Buffer).subarray(n * 384, (n + 1) * 384)))
      }
      const ybr = await stored({
        frames: 2,
        with: [
          ...color,
          el('00280004', 'CS', 'YBR_FULL_422'),
          el('00280100', 'US', [8]),
          el('00280101', 'US', [8]),
          el('00280102', 'US', [7]),
        ],
        pixels: randomBytes(256),
      })
      for (const n of [0, 1]) {
        const [part] = await partsOf(ybr, String(n + 1))
        t.ok(part!.bytes.equals((ybr.pixels as Buffer).subarray(n * 128, (n + 1) * 128)), 'two bytes a pixel')
      }
    },
  )

  t.test('trap 58: the pad byte of Pixel Data belongs to no frame', async t => {
    const bytes8 = [el('00280100', 'US', [8]), el('00280101', 'US', [8]), el('00280102', 'US', [7])]
    const pixels = randomBytes(75)
    const image = await stored({ rows: 5, columns: 5, frames: 3, with: bytes8, pixels })
    const parts = await partsOf(image, '1,2,3')
    t.same(
      parts.map(({ bytes }) => bytes),
      [0, 25, 50].map(at => pixels.subarray(at, at + 25)),
    )
  })

  t.test('trap 15: frames of an odd length in big endian words are swapped word by word', async t => {
    const bytes8 = [el('00280100', 'US', [8]), el('00280101', 'US', [8]), el('00280102', 'US', [7])]
    const little = randomBytes(76)
    const pixels = Buffer.from(little).swap16()
    const odd = { rows: 5, columns: 5, frames: 3, with: bytes8, pixels, transferSyntax: EXPLICIT_BE }
    const image = await stored(odd)
    t.same(
      (await partsOf(image, '1,2,3')).map(({ bytes }) => bytes),
      [0, 25, 50].map(at => little.subarray(at, at + 25)),
    )
  })

  t.test('PS3.5 A.4 a frame a fragment: each comes bare, without item headers', async t => {
    const fragments = [jpeg(100), jpeg(50), jpeg(200)]
    const image = await compressed({ fragments }, 3)
    const parts = await partsOf(image, '2,3,1')
    t.same(
      parts.map(({ bytes }) => bytes),
      [1, 2, 0].map(n => fragments[n]),
    )
    t.equal(parts[0]!.contentType, `image/jpeg; transfer-syntax=${JPEG_BASELINE}`)
  })

  t.test('PS3.5 A.4 one frame in several fragments is all of them', async t => {
    const whole = jpeg(1000)
    const fragments = [whole.subarray(0, 300), whole.subarray(300, 302), whole.subarray(302)]
    const image = await compressed({ fragments }, 1)
    t.ok((await get(image, '1', 'image/jpeg')).bytes.equals(whole))
  })

  t.test('PS3.5 A.4 the Basic Offset Table deals several fragments to each frame', async t => {
    const frames = [jpeg(120), jpeg(90), jpeg(60)]
    const fragments = frames.flatMap(frame => [frame.subarray(0, 40), frame.subarray(40)])
    const offsets = [0, 1, 2].map(n =>
      fragments.slice(0, 2 * n).reduce((sum, fragment) => sum + 8 + fragment.length, 0),
    )
    const image = await compressed({ fragments, offsets }, 3)
    t.same(
      (await partsOf(image, '1,2,3')).map(({ bytes }) => bytes),
      frames,
    )
  })

  t.test('PS3.5 A.4 without a table, frames are told by where codestreams begin', async t => {
    const frames = [jpeg(120), jpeg(90), jpeg(60)]
    const fragments = frames.flatMap((frame, n) =>
      n === 1 ? [frame] : [frame.subarray(0, 40), frame.subarray(40)],
    )
    const image = await compressed({ fragments }, 3)
    t.same(
      (await partsOf(image, '1,2,3')).map(({ bytes }) => bytes),
      frames,
    )
  })

  t.test('PS3.5 A.4 an Extended Offset Table deals fragments and leaves their pad bytes out', async t => {
    const frames = [jpeg(99), jpeg(80)]
    const offsets = Buffer.alloc(16)
    const lengths = Buffer.alloc(16)
    offsets.writeBigUInt64LE(BigInt(8 + frames[0]!.length + 1), 8)
    frames.forEach((frame, n) => lengths.writeBigUInt64LE(BigInt(frame.length), 8 * n))
    const image = await compressed({ fragments: frames }, 2, [
      el('7FE00001', 'OV', offsets),
      el('7FE00002', 'OV', lengths),
    ])
    t.same(
      (await partsOf(image, '1,2')).map(({ bytes }) => bytes),
      frames,
    )
  })

  t.test('8.7.3 compressed frames go out as they are stored, under the type of their syntax', async t => {
    for (const [uid, type, fragment] of [
      [JPEG_BASELINE, 'image/jpeg', jpeg(20)],
      [JPEG_LS, 'image/jls', jpeg(20)],
      [RLE, 'image/dicom-rle', Buffer.concat([Buffer.alloc(64), randomBytes(20)])],
      ['1.2.840.10008.1.2.4.90', 'image/jp2', Buffer.of(0xff, 0x4f, 1, 2, 0xff, 0xd9)],
      ['1.2.840.10008.1.2.4.201', 'image/jphc', Buffer.of(0xff, 0x4f, 1, 2, 0xff, 0xd9)],
    ] as const) {
      const image = await stored({ transferSyntax: uid, pixels: { fragments: [fragment] } })
      for (const accept of [
        undefined,
        '*/*',
        `multipart/related; type="${type}"`,
        `multipart/related; type="${type}"; transfer-syntax=${uid}`,
        `multipart/related; type=${OCTETS}; transfer-syntax=*`,
        'multipart/related; type="image/*"',
      ]) {
        const [part] = await partsOf(image, '1', accept)
        t.equal(part!.contentType, `${type}; transfer-syntax=${uid}`, `${uid}, ${accept}`)
        t.ok(part!.bytes.equals(fragment), `${uid}, ${accept}`)
      }
      const bare = await get(image, '1', type)
      t.match(bare, { status: 200, type: `${type}; transfer-syntax=${uid}` })
      t.ok(bare.bytes.equals(fragment))
    }
  })

  t.test(
    'trap 61: 8.7.8 compressed frames that cannot be decoded are never sent as if they were native: 406',
    async t => {
      const image = await compressed({ fragments: [jpeg(20)] }, 1)
      for (const accept of [
        `${MULTIPART_OCTETS}; transfer-syntax=${EXPLICIT_LE}`,
        `${OCTETS}; transfer-syntax=${EXPLICIT_LE}`,
        'multipart/related; type="image/jls"',
        'image/png',
        `multipart/related; type="image/jpeg"; transfer-syntax=1.2.840.10008.1.2.4.70`,
      ]) {
        const { status, type, bytes } = await get(image, '1', accept)
        t.equal(status, 406, accept)
        t.match(type, /^application\/problem\+json/)
        t.match(
          bytes.toString(),
          accept.includes('png') ? `image/jpeg; transfer-syntax=${JPEG_BASELINE}` : 'undecodable',
          'and says why',
        )
      }
    },
  )

  t.test('10.4.4 several frames are never sent bare: 406', async t => {
    const [{ instance }] = natives as [(typeof natives)[0]]
    t.equal((await get(instance, '1,2', OCTETS)).status, 406)
  })

  t.test('video has no frames: 406', async t => {
    const video = await stored({
      transferSyntax: '1.2.840.10008.1.2.4.102',
      pixels: { fragments: [randomBytes(500)] },
      frames: 30,
    })
    t.equal((await get(video, '1')).status, 406)
  })

  t.test('trap 16: one frame of a large file costs one small read', async t => {
    const frames = 40
    const bytes = randomBytes(512 * 512 * 2)
    const pixels = Buffer.concat(
      Array.from({ length: frames }, (_, n) => {
        const frame = Buffer.from(bytes)
        frame.writeUInt32LE(n)
        return frame
      }),
    )
    const large = await stored({ rows: 512, columns: 512, frames, pixels })
    await get(large, '1', OCTETS)
    const before = bytesReadBy(server.pid)
    const answer = await get(large, '39', OCTETS)
    const read = bytesReadBy(server.pid) - before
    t.ok(answer.bytes.equals(pixels.subarray(38 * bytes.length, 39 * bytes.length)))
    t.ok(read < 3 * bytes.length, `${read} bytes were read of ${pixels.length}`)
  })

  t.test('trap 53: clients that go away in mid-answer hold nothing up', async t => {
    const pixels = randomBytes(1024 * 1024 * 2 * 6)
    for (const transferSyntax of [EXPLICIT_LE, IMPLICIT_LE, '1.2.840.10008.1.2.1.99']) {
      const large = await stored({ rows: 1024, columns: 1024, frames: 6, pixels, transferSyntax })
      for (let n = 0; n < 15; n++) {
        const { body } = await ask(`${url}${pathOf(large)}/frames/1,2,3,4,5,6`)
        body.once('error', () => undefined)
        await new Promise(resolve => body.once('readable', resolve))
        body.destroy()
      }
      const { bytes } = await get(large, '6', OCTETS)
      t.ok(bytes.equals(pixels.subarray(-1024 * 1024 * 2)), transferSyntax)
    }
  })

  t.test('100 frames asked for at once all come whole (dicomweb.md §9)', async t => {
    const { instance, frames } = natives.find(({ name }) => name.startsWith('Deflated'))!
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => get(instance, String((n % frames.length) + 1), OCTETS)),
    )
    t.ok(answers.every(({ status, bytes }, n) => status === 200 && bytes.equals(frames[n % frames.length]!)))
  })

  t.test('an instance of many frames: any of them, in any chunk of the frame table', async t => {
    const fragments = Array.from({ length: 2500 }, (_, n) => {
      const frame = jpeg(10)
      frame.writeUInt16LE(n & 0x7f7f, 2)
      return frame
    })
    const image = await compressed({ fragments }, fragments.length)
    for (const n of [1, 1023, 1024, 1025, 2048, 2049, 2500])
      t.ok((await get(image, String(n), 'image/jpeg')).bytes.equals(fragments[n - 1]!), `frame ${n}`)
  })
})

/** Bytes that the process has read from files and sockets so far. proc(5) */
function bytesReadBy(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}
