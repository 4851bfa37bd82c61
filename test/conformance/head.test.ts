import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import t from 'tap'
import {
  ctImage,
  DEFLATED_LE,
  el,
  IMPLICIT_LE,
  JPEG_BASELINE,
  newUid,
  type MadeInstance,
} from '../made-dicom.js'
import { askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { exchange } from '../suites/hostile/raw-socket.js'
import { pathOf } from './paths.js'

/** Headers that tell what the answer is; a boundary is another one each time. */
const TELLING = [
  'content-type',
  'content-encoding',
  'content-location',
  'vary',
  'warning',
  'allow',
  'x-content-type-options',
  'access-control-allow-origin',
]

/** 8 × 8 pixels of one grey */
function greyJpeg(grey: number): Promise<Buffer> {
  const raw = { width: 8, height: 8, channels: 1 } as const
  return sharp(new Uint8Array(64).fill(grey), { raw }).toColourspace('b-w').jpeg().toBuffer()
}

t.test('PS3.18 8.5, RFC 9110 9.3.2: HEAD of everything that GET gives', async t => {
  const server = await startServer(t, { FILMROOM_CORS_ORIGINS: '*' })
  const { url, origin } = server
  const ids = { study: newUid(), series: newUid() }
  const pixels = randomBytes(1024 * 1024 * 2 * 4)
  const large = (transferSyntax: string): MadeInstance =>
    ctImage({ ...ids, rows: 1024, columns: 1024, frames: 4, pixels, transferSyntax })
  const images = [large(IMPLICIT_LE), large(DEFLATED_LE)]
  const jpeg = ctImage({
    transferSyntax: JPEG_BASELINE,
    frames: 2,
    pixels: { fragments: await Promise.all([1, 2].map(greyJpeg)) },
    with: [el('00280100', 'US', [8]), el('00280101', 'US', [8]), el('00280102', 'US', [7])],
  })
  const pdf = ctImage({
    without: ['7FE00010'],
    with: [el('00420011', 'OB', randomBytes(3000)), el('00420012', 'LO', 'application/pdf')],
  })
  await store(
    url,
    [...images, jpeg, pdf].map(image => image.bytes),
  )
  const [implicit, deflated] = images as [MadeInstance, MadeInstance]
  const series = `/studies/${ids.study}/series/${ids.series}`
  const DICOM = 'application/dicom'
  const OCTETS = 'application/octet-stream'
  const resources: readonly (readonly [where: string, headers?: Record<string, string>])[] = [
    [`${url}/studies`],
    [`${url}/studies?limit=1`],
    [`${url}/studies?PatientID=nobody`],
    [`${url}/series?limit=1&fuzzymatching=true`],
    [`${url}/instances`],
    [`${url}/studies/${ids.study}/series`],
    [`${url}/studies/${ids.study}/instances`],
    [`${url}${series}/instances`],
    [`${url}/studies/${ids.study}`],
    [url + series],
    [url + series, { accept: DICOM }],
    ...[implicit, deflated, jpeg].flatMap(image => [
      [url + pathOf(image)] as const,
      [url + pathOf(image), { accept: DICOM }] as const,
      [url + pathOf(image), { accept: STORED_SYNTAX }] as const,
      [`${url}${pathOf(image)}/frames/1`] as const,
      [`${url}${pathOf(image)}/frames/2,1`] as const,
      [`${url}${pathOf(image)}/frames/1`, { accept: OCTETS }] as const,
      [`${url}${pathOf(image)}/bulkdata/7FE00010`] as const,
    ]),
    [`${url}${pathOf(pdf)}/bulkdata/00420011`],
    [`${url}/studies/${ids.study}/metadata`],
    [`${url}${series}/metadata`, { 'accept-encoding': 'gzip' }],
    [`${url}${pathOf(implicit)}/metadata`, { accept: 'application/json' }],
    [`${origin}/healthz`],
    [`${origin}/readyz`],
    [`${origin}/openapi.json`],
    [`${url}/studies/a`],
    [`${url}/studies/1.2.3/metadata`],
    [`${url}${pathOf(implicit)}/frames/5`],
    [`${url}${pathOf(implicit)}/frames/0`],
    [`${url}${pathOf(implicit)}/frames/1`, { accept: 'text/html' }],
    [`${origin}/nothing`],
  ]

  t.test('has the status of GET and the headers that tell what it gives', async t => {
    for (const [where, more = {}] of resources) {
      const headers = { origin: 'https://viewer.example', ...more }
      const get = await askWhole(where, { headers })
      const head = await askWhole(where, { method: 'HEAD', headers })
      const name = `${where.slice(origin.length)} ${JSON.stringify(more)}`
      const telling = ({ status, headers: all }: typeof get): unknown[] => [
        status,
        ...TELLING.map(each => String(all[each]).replace(/boundary=\S+/, '')),
      ]
      t.same(telling(head), telling(get), name)
      if (head.headers['content-length'] !== undefined)
        t.equal(head.headers['content-length'], String(get.bytes.length), `${name}: Content-Length`)
    }
  })

  t.test('sends no byte of a body', async t => {
    for (const [where, more = {}] of resources) {
      const { pathname, search } = new URL(where)
      const lines = Object.entries(more).map(([name, value]) => `${name}: ${value}\r\n`)
      const { text } = await exchange(
        server.port,
        `HEAD ${pathname}${search} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines.join('')}\r\n`,
      )
      t.equal(text.indexOf('\r\n\r\n'), text.length - 4, where.slice(origin.length))
    }
  })

  t.test('reads nothing of what GET would send', async t => {
    const before = bytesReadBy(server.pid)
    for (const image of images) {
      for (const accept of [DICOM, STORED_SYNTAX, `multipart/related; type="${DICOM}"`])
        await askWhole(url + pathOf(image), { method: 'HEAD', headers: { accept } })
      for (const list of ['1', '1,2,3,4'])
        await askWhole(`${url}${pathOf(image)}/frames/${list}`, { method: 'HEAD' })
      await askWhole(`${url}${pathOf(image)}/bulkdata/7FE00010`, { method: 'HEAD' })
    }
    const read = bytesReadBy(server.pid) - before
    t.ok(read < 1 << 20, `${read} bytes were read; each instance has ${pixels.length}`)
  })
})

/** Bytes that the process has read from files and sockets so far. proc(5) */
function bytesReadBy(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}
