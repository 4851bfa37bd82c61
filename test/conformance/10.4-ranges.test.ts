import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import {
  ctImage,
  DEFLATED_LE,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  type MadeInstance,
} from '../made-dicom.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { nativeInstances } from './native-instances.js'
import { pathOf } from './paths.js'

const OCTETS = 'application/octet-stream'
const MULTIPART = `multipart/related; type="${OCTETS}"; transfer-syntax=*`
const SETTLED_MS = 2100
const MPEG4 = '1.2.840.10008.1.2.4.102'

type Headers = Readonly<Record<string, string>>

t.test('PS3.18 10.4, RFC 9110 14: ranges', async t => {
  const server = await startServer(t)
  const { url } = server
  const get = (where: string, headers: Headers = {}, method = 'GET'): ReturnType<typeof askWhole> =>
    askWhole(url + where, { method, headers })
  const natives = nativeInstances().map(({ instance }) => instance)
  const bulk = [EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE].map(transferSyntax =>
    ctImage({ transferSyntax, with: [el('54001010', 'OW', randomBytes(3000))] }),
  )
  const stream = randomBytes(3 << 20)
  const video = ctImage({
    transferSyntax: MPEG4,
    frames: 25,
    pixels: {
      fragments: [
        stream.subarray(0, 1 << 20),
        stream.subarray(1 << 20, 1_500_000),
        stream.subarray(1_500_000),
      ],
    },
  })
  const frames = [40, 90, 60].map(length =>
    Buffer.concat([
      Buffer.of(0xff, 0xd8),
      randomBytes(length).map(byte => byte & 0x7f),
      Buffer.of(0xff, 0xd9),
    ]),
  )
  const jpeg = ctImage({
    transferSyntax: JPEG_BASELINE,
    frames: 3,
    pixels: { fragments: frames.flatMap(frame => [frame.subarray(0, 20), frame.subarray(20)]) },
  })
  const pdf = ctImage({
    without: ['7FE00010'],
    with: [el('00420011', 'OB', randomBytes(5000)), el('00420012', 'LO', 'application/pdf')],
  })
  const large = [EXPLICIT_LE, EXPLICIT_BE].map(transferSyntax =>
    ctImage({
      transferSyntax,
      rows: 1024,
      columns: 1024,
      frames: 4,
      pixels: randomBytes(1024 * 1024 * 2 * 4),
    }),
  )
  await store(
    url,
    [...natives, ...bulk, ...large, video, jpeg, pdf].map(({ bytes }) => bytes),
  )
  await setTimeout(SETTLED_MS)

  const resources: readonly (readonly [name: string, where: string, accept: string])[] = [
    ...natives.flatMap((image, n): [string, string, string][] => [
      [`native ${n} frame`, `${pathOf(image)}/frames/2`, OCTETS],
      [`native ${n} frame as part`, `${pathOf(image)}/frames/3`, MULTIPART],
      [`native ${n} frames`, `${pathOf(image)}/frames/3,1,2`, MULTIPART],
      [`native ${n} instance`, pathOf(image), STORED_SYNTAX],
      [`native ${n} pixel data`, `${pathOf(image)}/bulkdata/7FE00010`, OCTETS],
    ]),
    ...bulk.flatMap((image, n): [string, string, string][] => [
      [`bulk ${n}`, `${pathOf(image)}/bulkdata/54001010`, OCTETS],
      [`bulk ${n} as part`, `${pathOf(image)}/bulkdata/54001010`, MULTIPART],
    ]),
    ...large.flatMap((image, n): [string, string, string][] => [
      [`large ${n} frame`, `${pathOf(image)}/frames/2`, OCTETS],
      [`large ${n} frames`, `${pathOf(image)}/frames/4,2`, MULTIPART],
      [`large ${n} pixel data`, `${pathOf(image)}/bulkdata/7FE00010`, OCTETS],
    ]),
    ['video', `${pathOf(video)}/bulkdata/7FE00010`, 'video/mp4'],
    ['jpeg frame', `${pathOf(jpeg)}/frames/2`, 'image/jpeg'],
    ['jpeg frame as part', `${pathOf(jpeg)}/frames/2`, MULTIPART],
    ['jpeg frames', `${pathOf(jpeg)}/frames/2,1`, MULTIPART],
    ['jpeg pixel data', `${pathOf(jpeg)}/bulkdata/7FE00010`, MULTIPART],
    ['jpeg instance', pathOf(jpeg), STORED_SYNTAX],
    ['pdf', `${pathOf(pdf)}/bulkdata/00420011`, 'application/pdf'],
  ]

  t.test('RFC 9110 14.2, 15.3.7: a range of everything is 206 and exactly those bytes', async t => {
    for (const [name, where, accept] of resources) {
      const whole = await get(where, { accept })
      const { length } = whole.bytes
      t.equal(whole.headers['accept-ranges'], 'bytes', name)
      t.equal(whole.headers['content-length'], String(length), name)
      const middle = Math.floor(length / 2)
      const anywhere = Math.floor(Math.random() * length)
      for (const [spec, start, end] of [
        ['0-', 0, length],
        ['0-0', 0, 1],
        ['-1', length - 1, length],
        [`-${length + 5}`, 0, length],
        [`${middle}-`, middle, length],
        ['1-4', 1, Math.min(5, length)],
        [`${middle}-${length + 99}`, middle, length],
        [`${anywhere}-${anywhere}`, anywhere, anywhere + 1],
        [`1-${Math.max(1, middle)}`, 1, Math.max(1, middle) + 1],
      ] as const) {
        const { status, headers, bytes } = await get(where, { accept, range: `bytes=${spec}` })
        t.equal(status, 206, `${name}: ${spec}`)
        t.equal(headers['content-range'], `bytes ${start}-${end - 1}/${length}`, `${name}: ${spec}`)
        t.equal(headers['content-length'], String(end - start))
        t.ok(bytes.equals(whole.bytes.subarray(start, end)), `${name}: ${spec}`)
        for (const same of ['content-type', 'etag', 'vary', 'cache-control', 'content-location'])
          t.equal(headers[same], whole.headers[same], same)
      }
    }
  })

  t.test('pieces of a multipart body make the whole: cornerstone asks for frames so', async t => {
    const where = `${pathOf(jpeg)}/frames/1,2,3`
    const whole = await get(where, { accept: MULTIPART })
    for (const step of [1, 7, 64]) {
      const pieces: Buffer[] = []
      for (let at = 0; at < whole.bytes.length; at += step)
        pieces.push((await get(where, { accept: MULTIPART, range: `bytes=${at}-${at + step - 1}` })).bytes)
      t.ok(Buffer.concat(pieces).equals(whole.bytes), `${step} bytes each`)
    }
  })

  t.test('RFC 9110 14.6: a few ranges come as multipart/byteranges', async t => {
    for (const [name, where, accept] of resources.slice(0, 8).concat(resources.slice(-4))) {
      const whole = await get(where, { accept })
      const { length } = whole.bytes
      if (length < 10) continue
      const { status, headers, bytes } = await get(where, { accept, range: `bytes=1-3, -2, 5-5, ${length}-` })
      t.equal(status, 206, name)
      const [, boundary] = /^multipart\/byteranges; boundary=(\w+)$/.exec(headers['content-type'] ?? '') ?? []
      t.notOk(whole.bytes.includes(boundary!), 'and the boundary is not that of the parts inside')
      const part = (start: number, end: number): Buffer =>
        Buffer.concat([
          Buffer.from(
            `--${boundary}\r\nContent-Type: ${whole.headers['content-type']}\r\n` +
              `Content-Range: bytes ${start}-${end - 1}/${length}\r\n\r\n`,
          ),
          whole.bytes.subarray(start, end),
          Buffer.from('\r\n'),
        ])
      const wanted = [part(1, 4), part(length - 2, length), part(5, 6), Buffer.from(`--${boundary}--\r\n`)]
      t.ok(bytes.equals(Buffer.concat(wanted)), name)
    }
  })

  t.test('RFC 9110 15.5.17: outside is 416, which says how long it is', async t => {
    for (const [name, where, accept] of resources) {
      const { bytes: whole } = await get(where, { accept })
      for (const range of [
        `bytes=${whole.length}-`,
        'bytes=-0',
        `bytes=${whole.length}-,${whole.length + 9}-`,
      ]) {
        const { status, headers, bytes } = await get(where, { accept, range })
        t.equal(status, 416, `${name}: ${range}`)
        t.equal(headers['content-range'], `bytes */${whole.length}`)
        t.match(JSON.parse(bytes.toString()), { type: 'urn:filmroom:problem:range-not-satisfiable' })
        t.equal(headers.etag, undefined)
      }
    }
  })

  t.test(
    'RFC 9110 14.2: a Range that is malformed is ignored, one of 10,000 ranges refused; HEAD has none',
    async t => {
      const where = `${pathOf(jpeg)}/frames/1`
      const whole = await get(where)
      const many = Array.from({ length: 10_000 }, (_, n) => `${n}-`).join(',')
      for (const range of ['bytes=', 'bytes=2-1', 'lines=0-1', 'bytes=a', '0-1', many.slice(0, 15_000)]) {
        const { status, bytes, headers } = await get(where, { range })
        t.equal(status, 200, range.slice(0, 20))
        t.ok(bytes.equals(whole.bytes))
        t.equal(headers['content-range'], undefined)
      }
      const refused = await get(where, { range: `bytes=${many.slice(0, 15_000)}` })
      t.equal(refused.status, 416)
      t.match(JSON.parse(refused.bytes.toString()), { detail: 'at most 16 ranges are given at once' })
      t.equal((await get(where, { range: `bytes=${many}` })).status, 431, 'longer than a head may be')
      for (const range of ['bytes=0-1', 'bytes=99999-']) {
        const { status, headers } = await get(where, { range }, 'HEAD')
        t.equal(status, 200)
        t.equal(headers['content-length'], String(whole.bytes.length))
      }
    },
  )

  t.test('RFC 9110 13.1.5: If-Range counts by its strong tag or the date that was sent', async t => {
    for (const [name, where, accept] of resources) {
      const { headers } = await get(where, { accept })
      const etag = headers.etag!
      const modified = headers['last-modified']!
      for (const [condition, wanted] of [
        [etag, 206],
        [modified, 206],
        [`W/${etag}`, 200],
        ['"other"', 200],
        [`${etag}, "other"`, 200],
        ['*', 200],
        ['Sun, 06 Nov 1994 08:49:37 GMT', 200],
        [new Date(Date.parse(modified) + 1000).toUTCString(), 200],
        ['no date', 200],
      ] as const) {
        const { status } = await get(where, { accept, range: 'bytes=0-1', 'if-range': condition })
        t.equal(status, wanted, `${name}: ${condition}`)
      }
      const known = { accept, range: 'bytes=99999999-', 'if-none-match': etag }
      t.equal((await get(where, known)).status, 304, 'conditions come before ranges')
      t.equal((await get(where, { accept, range: 'bytes=99999999-', 'if-match': '"other"' })).status, 412)
    }
  })

  t.test('what is rewritten or gathered on the way has no ranges', async t => {
    const [implicit] = natives.filter(({ bytes }) => bytes.includes(Buffer.from(`${IMPLICIT_LE}\0`)))
    for (const [where, accept] of [
      [pathOf(implicit as MadeInstance), 'application/dicom'],
      [`/studies/${jpeg.StudyInstanceUID}`, '*/*'],
      [`/studies/${jpeg.StudyInstanceUID}/metadata`, '*/*'],
    ] as const) {
      const { status, headers } = await get(where, { accept, range: 'bytes=0-1' })
      t.equal(status, 200, where)
      t.equal(headers['accept-ranges'], undefined)
    }
  })

  t.test('a range reads no more than it needs', async t => {
    for (const image of large) {
      for (const [where, accept] of [
        [pathOf(image), STORED_SYNTAX],
        [`${pathOf(image)}/frames/2`, OCTETS],
        [`${pathOf(image)}/frames/1,2,3,4`, MULTIPART],
        [`${pathOf(image)}/bulkdata/7FE00010`, OCTETS],
      ] as const) {
        await get(where, { accept, range: 'bytes=0-0' })
        const before = bytesReadBy(server.pid)
        const { status } = await get(where, { accept, range: 'bytes=1048577-1048676' })
        const read = bytesReadBy(server.pid) - before
        t.equal(status, 206)
        t.ok(read < 200_000, `${where.slice(-20)}: ${read} bytes were read for 100`)
      }
    }
  })
})

/** Bytes that the process has read from files and sockets so far. proc(5) */
function bytesReadBy(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}
