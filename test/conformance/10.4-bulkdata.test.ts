import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
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
import { askJson, askWhole, store } from '../dicomweb-client.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const OCTETS = 'application/octet-stream'

type Dataset = Record<string, { vr: string; Value?: Dataset[]; BulkDataURI?: string; InlineBinary?: string }>

t.test('PS3.18 10.4.1.1.3 Retrieve: bulk data', async t => {
  const server = await startServer(t)
  const { url } = server
  const stored = async (options: Parameters<typeof ctImage>[0]): Promise<MadeInstance> => {
    const image = ctImage(options)
    t.equal((await store(url, [image.bytes])).status, 200)
    return image
  }
  const metadata = async (image: MadeInstance): Promise<Dataset> => {
    const { json } = await askJson(`${url}${pathOf(image)}/metadata`)
    return (json as [Dataset])[0]
  }
  const get = async (
    uri: string,
    accept?: string,
  ): Promise<{ status: number; type: string | undefined; bytes: Buffer; location: string | undefined }> => {
    const { status, headers, bytes } = await askWhole(uri, {
      headers: accept === undefined ? {} : { accept },
    })
    return { status, type: headers['content-type'], bytes, location: headers['content-location'] }
  }

  t.test('a value nested in sequences comes by the URI that the metadata gave, in every syntax', async t => {
    for (const transferSyntax of [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_LE]) {
      for (const defined of [false, true]) {
        const values = [randomBytes(4000), randomBytes(2000), randomBytes(3000)]
        const words = values.map(value =>
          el('54001010', 'OW', transferSyntax === EXPLICIT_BE ? Buffer.from(value).swap16() : value),
        )
        const [a, b, c] = words as [(typeof words)[0], (typeof words)[0], (typeof words)[0]]
        const image = await stored({
          transferSyntax,
          with: [el('54000100', 'SQ', [[a], [el('0040A043', 'SQ', [[], [b]], defined), c]], defined)],
        })
        const name = `${transferSyntax}, ${defined ? 'defined' : 'undefined'} lengths`
        const items = (await metadata(image))['54000100']!.Value!
        const uris = [
          items[0]!['54001010'],
          items[1]!['0040A043']!.Value![1]!['54001010'],
          items[1]!['54001010'],
        ].map(element => element!.BulkDataURI)
        for (const [n, uri] of uris.entries()) {
          t.match(
            uri,
            new RegExp(
              `^${url}${pathOf(image)}/bulkdata/[0-9A-F.]+$`
                .replaceAll('.', '\\.')
                .replace('[0-9A-F\\.]', '[0-9A-F.]'),
            ),
          )
          const bare = await get(uri!, OCTETS)
          t.equal(bare.status, 200)
          t.ok(bare.bytes.equals(values[n]!), `${name}, value ${n}: little endian, byte for byte`)
        }
      }
    }
  })

  t.test('8.7.3 comes as multipart or bare, as asked, with its place', async t => {
    const value = randomBytes(5000)
    const image = await stored({ with: [el('00091010', 'OB', value), el('00090010', 'LO', 'C')] })
    const uri = (await metadata(image))['00091010']!.BulkDataURI!
    for (const accept of [
      `multipart/related; type="${OCTETS}"`,
      `multipart/related; type=${OCTETS}; transfer-syntax=*`,
    ]) {
      const { status, type, bytes } = await get(uri, accept)
      t.equal(status, 200, accept)
      const { parts } = readMultipart(type, bytes)
      t.equal(parts.length, 1)
      t.ok(parts[0]!.bytes.equals(value))
      t.equal(parts[0]!.contentLocation, uri)
      t.match(parts[0]!.contentType, new RegExp(`^${OCTETS}`))
    }
    for (const accept of [undefined, '*/*', OCTETS]) {
      const { status, type, bytes, location } = await get(uri, accept)
      t.equal(status, 200)
      t.match(type, new RegExp(`^${OCTETS}`), accept ?? 'no Accept')
      t.ok(bytes.equals(value), accept ?? 'no Accept')
      t.equal(location, uri)
    }
    t.equal((await get(uri, 'image/png')).status, 406)
  })

  t.test('a value that is inline in the metadata equals what was stored', async t => {
    const value = randomBytes(16)
    const image = await stored({ with: [el('00091010', 'OB', value), el('00090010', 'LO', 'C')] })
    t.equal((await metadata(image))['00091010']!.InlineBinary, value.toString('base64'))
  })

  t.test('native Pixel Data is one part of little endian bytes', async t => {
    for (const transferSyntax of [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_LE]) {
      const little = randomBytes(8 * 8 * 2 * 3)
      const pixels = transferSyntax === EXPLICIT_BE ? Buffer.from(little).swap16() : little
      const image = await stored({ transferSyntax, frames: 3, pixels })
      const uri = (await metadata(image))['7FE00010']!.BulkDataURI!
      const { type, bytes } = await get(uri, `multipart/related; type="${OCTETS}"`)
      const { parts } = readMultipart(type, bytes)
      t.equal(parts.length, 1, transferSyntax)
      t.ok(parts[0]!.bytes.equals(little), transferSyntax)
    }
  })

  t.test('trap 20: compressed Pixel Data comes by its URI, one part a frame', async t => {
    const fragments = [1, 2, 3].map(n => Buffer.of(0xff, 0xd8, n, n, 0xff, 0xd9))
    const image = await stored({ transferSyntax: JPEG_BASELINE, frames: 3, pixels: { fragments } })
    const uri = (await metadata(image))['7FE00010']!.BulkDataURI!
    for (const accept of [
      undefined,
      `multipart/related; type=${OCTETS}; transfer-syntax=*`,
      'multipart/related; type="image/jpeg"',
    ]) {
      const { status, type, bytes } = await get(uri, accept)
      t.equal(status, 200)
      const { parts } = readMultipart(type, bytes)
      t.same(
        parts.map(part => part.bytes),
        fragments,
        accept ?? 'no Accept',
      )
      for (const part of parts) t.equal(part.contentType, `image/jpeg; transfer-syntax=${JPEG_BASELINE}`)
    }
  })

  t.test('trap 54: an encapsulated document comes as its own media type, bare, and as octets', async t => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(3001)])
    const image = await stored({
      without: ['7FE00010'],
      with: [
        el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.104.1'),
        el('00420011', 'OB', pdf),
        el('00420012', 'LO', 'application/pdf'),
      ],
    })
    const uri = (await metadata(image))['00420011']!.BulkDataURI!
    const padded = Buffer.concat([pdf, Buffer.alloc(pdf.length % 2)])
    for (const [accept, wanted] of [
      [undefined, 'application/pdf'],
      ['*/*', 'application/pdf'],
      ['application/pdf', 'application/pdf'],
      ['text/html,application/xhtml+xml,image/avif,*/*;q=0.8', 'application/pdf'],
      [OCTETS, OCTETS],
    ] as const) {
      const { status, type, bytes } = await get(uri, accept)
      t.equal(status, 200)
      t.equal(type!.split(';')[0], wanted, accept ?? 'no Accept')
      t.ok(bytes.equals(padded), accept ?? 'no Accept')
    }
  })

  t.test('video Pixel Data comes whole by its URI', async t => {
    const stream = randomBytes(5000)
    const image = await stored({
      transferSyntax: '1.2.840.10008.1.2.4.102',
      frames: 25,
      pixels: { fragments: [stream.subarray(0, 3000), stream.subarray(3000)] },
    })
    const uri = (await metadata(image))['7FE00010']!.BulkDataURI!
    const { status, type, bytes } = await get(uri, 'video/mp4')
    t.equal(status, 200)
    t.match(type, /^video\/mp4/)
    t.ok(bytes.equals(stream))
  })

  t.test('answers 404 where the metadata gives no such URI, and 400 for what can be none', async t => {
    const image = await stored({ with: [el('00420011', 'OB', '')] })
    const at = `${url}${pathOf(image)}/bulkdata`
    for (const path of ['00420011', '00100010', '7FE00008', '00081140.1.00081155', '7FE00010.1.7FE00010'])
      t.match(await get(`${at}/${path}`), { status: 404, type: /^application\/problem\+json/ }, path)
    for (const path of ['a', 'PixelData', '7FE0001', '7FE00010.0.7FE00010', '7FE00010.', '..%2f..%2fetc'])
      t.match(await get(`${at}/${path}`), { status: 400, type: /^application\/problem\+json/ }, path)
    t.equal((await get(`${url}${pathOf(ctImage())}/bulkdata/7FE00010`)).status, 404)
  })

  t.test('trap 17: one value does not cost the reading of the others', async t => {
    const large = Array.from({ length: 10 }, (_, n) => el(`0009101${n}`, 'OB', randomBytes(2 << 20)))
    const image = await stored({ with: [el('00090010', 'LO', 'C'), ...large] })
    const uri = (await metadata(image))['00091015']!.BulkDataURI!
    const before = bytesReadBy(server.pid)
    const { bytes } = await get(uri, OCTETS)
    const read = bytesReadBy(server.pid) - before
    t.equal(bytes.length, 2 << 20)
    t.ok(bytes.equals(large[5]!.value as Buffer))
    t.ok(read < 6 << 20, `${read} bytes were read for 2 MiB of 20`)
  })
})

/** Bytes that the process has read from files and sockets so far. proc(5) */
function bytesReadBy(pid: number): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
}
