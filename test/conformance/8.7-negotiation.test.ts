import t from 'tap'
import {
  ctImage,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  JPEG_LS,
  newUid,
  RLE,
  type MadeInstance,
} from '../made-dicom.js'
import { askWhole, store } from '../dicomweb-client.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const OCTETS = 'application/octet-stream'
const J2K_LOSSLESS = '1.2.840.10008.1.2.4.90'
const codestream = (...start: number[]): { fragments: Uint8Array[] } => ({
  fragments: [Uint8Array.from([...start, 1, 2, 3, 4, 0xff, 0xd9])],
})

t.test('PS3.18 8.7 Content negotiation', async t => {
  const { url } = await startServer(t)
  const ids = { study: newUid(), series: newUid() }
  const native = ctImage({ frames: 2, transferSyntax: IMPLICIT_LE, ...ids })
  const explicit = ctImage(ids)
  const jls = ctImage({ transferSyntax: JPEG_LS, pixels: codestream(0xff, 0xd8) })
  const jpeg = ctImage({ transferSyntax: JPEG_BASELINE, pixels: codestream(0xff, 0xd8) })
  const j2k = ctImage({ transferSyntax: J2K_LOSSLESS, pixels: codestream(0xff, 0x4f) })
  const rle = ctImage({ transferSyntax: RLE, pixels: { fragments: [new Uint8Array(100)] } })
  await store(
    url,
    [native, explicit, jls, jpeg, j2k, rle].map(image => image.bytes),
  )
  const series = `/studies/${ids.study}/series/${ids.series}`
  const frame = (image: MadeInstance): string => `${pathOf(image)}/frames/1`

  /** What came, in one line: status, outer type without its boundary, and the types of the parts. */
  const answered = async (where: string, accept?: string, query = ''): Promise<string> => {
    const { status, headers, bytes } = await askWhole(url + where + query, {
      headers: accept === undefined ? {} : { accept },
    })
    const type = headers['content-type'] ?? ''
    if (status !== 200) return String(status)
    if (!type.startsWith('multipart/')) return type
    const { parts } = readMultipart(type, bytes)
    return `multipart: ${parts.map(part => part.contentType).join(', ')}`
  }
  const asStored = (type: string, uid: string): string => `multipart: ${type}; transfer-syntax=${uid}`
  const JSON_TYPE = 'application/dicom+json'
  const NATIVE_FRAME = asStored(OCTETS, EXPLICIT_LE)

  t.test('the clients of dicomweb.md §2 are answered, each with its own words', async t => {
    for (const [client, where, accept, wanted] of [
      [
        'trap 1: cornerstone3D frames, unquoted on purpose',
        frame(jls),
        'multipart/related; type=application/octet-stream; transfer-syntax=*',
        asStored('image/jls', JPEG_LS),
      ],
      [
        'cornerstone3D, native frame',
        frame(native),
        'multipart/related; type=application/octet-stream; transfer-syntax=*',
        NATIVE_FRAME,
      ],
      [
        'trap 2, trap 3: OHIF metadata',
        `${series}/metadata`,
        'application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*; transfer-syntax=*',
        JSON_TYPE,
      ],
      [
        'trap 2: OHIF series search',
        `/studies/${ids.study}/series`,
        'application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*; transfer-syntax=*',
        JSON_TYPE,
      ],
      [
        'trap 3: OHIF configured, the first of two transfer syntaxes counts',
        frame(jls),
        'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.80"; transfer-syntax="*"',
        asStored('image/jls', JPEG_LS),
      ],
      [
        'trap 3: OHIF configured for another syntax than is stored',
        frame(jls),
        'multipart/related; type="image/jls"; transfer-syntax="1.2.840.10008.1.2.4.81"; transfer-syntax="*"',
        '406',
      ],
      [
        'dicomweb-client (js), quoted',
        frame(native),
        'multipart/related; type="application/octet-stream"',
        NATIVE_FRAME,
      ],
      [
        'dicomweb-client (js), a list of what it can read',
        frame(j2k),
        'multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80, multipart/related; type="image/jp2"; transfer-syntax=1.2.840.10008.1.2.4.90',
        asStored('image/jp2', J2K_LOSSLESS),
      ],
      [
        'dicomweb-client (js), the old name of RLE',
        frame(rle),
        'multipart/related; type="image/x-dicom-rle"; transfer-syntax=1.2.840.10008.1.2.5',
        asStored('image/x-dicom-rle', RLE),
      ],
      [
        'dicomweb-client (js), image/*',
        frame(jpeg),
        'multipart/related; type="image/*"',
        asStored('image/jpeg', JPEG_BASELINE),
      ],
      [
        'dicomweb-client (js), image/',
        frame(jpeg),
        'multipart/related; type="image/"',
        asStored('image/jpeg', JPEG_BASELINE),
      ],
      [
        'dicomweb-client (py), metadata',
        `${series}/metadata`,
        'application/dicom+json, application/json',
        JSON_TYPE,
      ],
      ['dicomweb-client (py), search', '/studies', 'application/dicom+json, application/json', JSON_TYPE],
      [
        'dicomweb-client (py), instance as stored',
        pathOf(jls),
        'multipart/related; type="application/dicom"; transfer-syntax=*',
        asStored('application/dicom', JPEG_LS),
      ],
      [
        'slim, a list of image types',
        frame(jpeg),
        'multipart/related; type="image/jls", multipart/related; type="image/jp2", multipart/related; type="image/jpeg"',
        asStored('image/jpeg', JPEG_BASELINE),
      ],
      ['trap 4: slim, */*', frame(native), '*/*', NATIVE_FRAME],
      ['trap 4: slim, */* of compressed', frame(jls), '*/*', asStored('image/jls', JPEG_LS)],
      [
        'trap 5: Weasis, no blank after ;',
        series,
        'multipart/related;type="application/dicom";transfer-syntax=1.2.840.10008.1.2.1',
        `multipart: ${[1, 2].map(() => `application/dicom; transfer-syntax=${EXPLICIT_LE}`).join(', ')}`,
      ],
      ['MedDream', `${series}/metadata`, 'application/json', 'application/json'],
      ['curl', '/studies', '*/*', JSON_TYPE],
      [
        'browsers, an address typed',
        `${series}/metadata`,
        'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
        JSON_TYPE,
      ],
      [
        'boundary=** in Accept',
        frame(native),
        'multipart/related; type="application/octet-stream"; boundary=**',
        NATIVE_FRAME,
      ],
      ['bare multipart/related', frame(jpeg), 'multipart/related', asStored('image/jpeg', JPEG_BASELINE)],
      [
        '%22 for a quote',
        frame(jls),
        'multipart/related; type=%22image/jls%22',
        asStored('image/jls', JPEG_LS),
      ],
    ] as const)
      t.equal(await answered(where, accept), wanted, client)
  })

  t.test('trap 7: transfer-syntax=* is taken everywhere and nothing is rewritten for it', async t => {
    for (const [image, uid] of [
      [native, IMPLICIT_LE],
      [explicit, EXPLICIT_LE],
      [jls, JPEG_LS],
      [jpeg, JPEG_BASELINE],
    ] as const) {
      for (const accept of [
        'multipart/related; type="application/dicom"; transfer-syntax=*',
        'multipart/related; type=application/dicom;transfer-syntax="*"',
      ]) {
        const { headers, bytes } = await askWhole(url + pathOf(image), { headers: { accept } })
        const [part] = readMultipart(headers['content-type'], bytes).parts
        t.equal(part!.contentType, `application/dicom; transfer-syntax=${uid}`)
        t.ok(part!.bytes.equals(image.bytes))
      }
    }
  })

  t.test('trap 8: new and old names are known, and the answer bears the name asked for', async t => {
    for (const [image, uid, names] of [
      [jls, JPEG_LS, ['image/jls', 'image/x-jls']],
      [rle, RLE, ['image/dicom-rle', 'image/x-dicom-rle']],
      [j2k, J2K_LOSSLESS, ['image/jp2', 'image/j2c']],
      [jpeg, JPEG_BASELINE, ['image/jpeg', 'image/dicom+jpeg']],
    ] as const)
      for (const name of names) {
        t.equal(await answered(frame(image), `multipart/related; type="${name}"`), asStored(name, uid))
        t.equal(await answered(frame(image), name), `${name}; transfer-syntax=${uid}`)
      }
  })

  t.test('8.7.7 entries that are malformed or unknown are passed over', async t => {
    for (const accept of [
      'nonsense, application/dicom+json',
      'application/dicom+json;q=2, application/json',
      'text/html;level="1, application/dicom+json',
      ';;;, */*',
      'application/dicom+xml, application/dicom+json;q=0.1',
    ]) {
      const got = await answered(`${series}/metadata`, accept)
      t.ok([JSON_TYPE, 'application/json', '406'].includes(got), accept)
      if (!accept.includes('"')) t.not(got, '406', accept)
    }
  })

  t.test('8.7.8 answers 406 where every entry is unknown, refused or malformed', async t => {
    for (const accept of [
      'text/html',
      'application/dicom+xml',
      'application/dicom+json;q=0',
      'nonsense',
      'image/png, text/plain',
    ])
      for (const where of [`${series}/metadata`, '/studies', `/studies/${ids.study}/instances`])
        t.equal(await answered(where, accept), '406', `${where} ${accept}`)
    t.equal(await answered(frame(native), 'image/png'), '406')
    t.equal(await answered(pathOf(native), 'image/png'), '406')
    t.equal(await answered(pathOf(native), 'application/dicom;q=0, multipart/related;q=0'), '406')
  })

  t.test('8.7.5 the entry with the highest q wins', async t => {
    const metadata = `${series}/metadata`
    t.equal(await answered(metadata, 'application/dicom+json;q=0.5, application/json'), 'application/json')
    t.equal(await answered(metadata, 'application/json;q=0.5, application/dicom+json;q=0.6'), JSON_TYPE)
    t.equal(await answered(metadata, 'application/dicom+json;q=0, */*'), 'application/json')
    t.equal(
      await answered(
        frame(native),
        'multipart/related; type="application/octet-stream";q=0.2, application/octet-stream;q=0.9',
      ),
      `${OCTETS}; transfer-syntax=${EXPLICIT_LE}`,
    )
  })

  t.test('8.3.3.1 the accept parameter wins over the header where one of its entries fits', async t => {
    const metadata = `${series}/metadata`
    t.equal(await answered(metadata, JSON_TYPE, '?accept=application/json'), 'application/json')
    t.equal(await answered(metadata, undefined, '?accept=application/dicom%2Bjson'), JSON_TYPE)
    t.equal(
      await answered(metadata, undefined, '?accept=application/dicom+json'),
      JSON_TYPE,
      'a bare plus sign',
    )
    t.equal(
      await answered(metadata, 'application/json', '?accept=video/mp4'),
      'application/json',
      'none fits',
    )
    t.equal(await answered(metadata, undefined, '?accept=video/mp4'), '406')
    t.equal(
      await answered(pathOf(jls), '*/*', '?accept=application/dicom;transfer-syntax=*'),
      `application/dicom; transfer-syntax=${JPEG_LS}`,
    )
    t.equal(
      await answered(
        frame(jls),
        '*/*',
        `?accept=${encodeURIComponent('multipart/related; type="image/jls"')}`,
      ),
      asStored('image/jls', JPEG_LS),
    )
    t.equal(await answered('/studies', '*/*', '?accept=application/json&limit=1'), 'application/json')
  })

  t.test('without Accept everything has its default (OURS; the text says 406)', async t => {
    t.equal(await answered('/studies'), JSON_TYPE)
    t.equal(await answered(`${series}/metadata`), JSON_TYPE)
    t.equal(await answered(frame(native)), NATIVE_FRAME)
    t.equal(await answered(frame(jls)), asStored('image/jls', JPEG_LS))
    t.equal(await answered(pathOf(native)), asStored('application/dicom', EXPLICIT_LE))
    t.equal(await answered(pathOf(jls)), asStored('application/dicom', JPEG_LS))
  })

  t.test(
    '8.7.3.3 application/octet-stream with Explicit VR Little Endian named gives native frames',
    async t => {
      for (const accept of [
        `multipart/related; type="application/octet-stream"; transfer-syntax=${EXPLICIT_LE}`,
        `multipart/related; type="application/octet-stream"; transfer-syntax=${IMPLICIT_LE}`,
      ])
        t.equal(await answered(frame(native), accept), NATIVE_FRAME)
    },
  )

  t.test('trap 10: no two answers share a boundary, and it occurs in no data', async t => {
    const seen = new Map<string, string>()
    for (const where of [series, pathOf(native), frame(native), frame(jls), series]) {
      const { headers, bytes } = await askWhole(url + where)
      const { boundary, parts } = readMultipart(headers['content-type'], bytes)
      t.ok(parts.every(part => !part.bytes.includes(boundary)))
      // Of the same answer it is the same: ranges of it count on it, and so does its strong ETag.
      t.equal(seen.get(boundary) ?? headers.etag, headers.etag, where)
      seen.set(boundary, headers.etag ?? '')
    }
    t.equal(seen.size, 4)
  })

  t.test('answers that depend on Accept say so', async t => {
    for (const where of ['/studies', series, pathOf(native), frame(native), `${series}/metadata`]) {
      const { headers } = await askWhole(url + where)
      t.match(headers.vary, /\baccept\b/i, where)
    }
  })
})
