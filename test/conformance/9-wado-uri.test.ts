import { createHash } from 'node:crypto'
import t, { type Test } from 'tap'
import {
  ctImage,
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  JPEG_BASELINE,
  newUid,
  type MadeInstance,
} from '../made-dicom.js'
import { ask, askWhole, store, STORED_SYNTAX } from '../dicomweb-client.js'
import { greyImage, shown, type Shown } from '../made-pictures.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

type Headers = Readonly<Record<string, string>>

t.test('PS3.18 9 URI service', async t => {
  const { url, origin } = await startServer(t)
  const natives = [EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_LE].map(transferSyntax =>
    ctImage({ transferSyntax, frames: 2 }),
  )
  const [explicit, implicit] = natives as [MadeInstance, MadeInstance]
  const jpeg = ctImage({
    transferSyntax: JPEG_BASELINE,
    pixels: { fragments: [Uint8Array.of(0xff, 0xd8, 1, 2, 0xff, 0xd9)] },
  })
  await store(
    url,
    [...natives, jpeg].map(({ bytes }) => bytes),
  )
  const query = (image: MadeInstance, more = ''): string =>
    `requestType=WADO&studyUID=${image.StudyInstanceUID}&seriesUID=${image.SeriesInstanceUID}` +
    `&objectUID=${image.SOPInstanceUID}${more}`
  const get = (text: string, headers: Headers = {}, method = 'GET'): ReturnType<typeof askWhole> =>
    askWhole(`${origin}/wado?${text}`, { method, headers })
  const refused = async (
    t: Test,
    text: string,
    status: number,
    words: RegExp,
    headers: Headers = {},
  ): Promise<void> => {
    const answer = await get(text, headers)
    t.equal(answer.status, status, text.replace(/=[\d.]{9,}/g, ''))
    t.equal(answer.headers['content-type'], 'application/problem+json')
    t.match((JSON.parse(answer.bytes.toString()) as { detail: string }).detail, words)
  }

  t.test('9.4.2 gives an instance alone, as the path of the instance does', async t => {
    for (const image of [...natives, jpeg]) {
      const byUri = await get(query(image))
      const byPath = await askWhole(url + pathOf(image), { headers: { accept: 'application/dicom' } })
      t.equal(byUri.status, 200)
      t.ok(byUri.bytes.equals(byPath.bytes))
      for (const name of ['content-type', 'content-length', 'etag', 'repr-digest', 'accept-ranges'])
        t.equal(byUri.headers[name], byPath.headers[name], name)
    }
    t.equal(
      (await get(query(implicit))).headers['content-type'],
      `application/dicom; transfer-syntax=${EXPLICIT_LE}`,
    )
  })

  t.test('9.1.2, 9.4.1 clients of the field: Weasis, MedDream, Slicer, pylons of old', async t => {
    for (const image of [...natives, jpeg])
      for (const [more, headers] of [
        ['&contentType=application%2Fdicom&transferSyntax=*', {}],
        ['&contentType=application/dicom&transferSyntax=%2A', { accept: '*/*' }],
        [
          '&contentType=application%2Fdicom&transferSyntax=*',
          { accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' },
        ],
        ['&contentType=application/dicom&transferSyntax=*&charset=UTF-8', {}],
        ['&transferSyntax=*&unknown=1', {}],
        ['&contentType=image/jpeg,application/dicom&transferSyntax=*', {}],
        ['&contentType=*/*&transferSyntax=*', {}],
        ['', { accept: STORED_SYNTAX }],
        [`&accept=${encodeURIComponent(STORED_SYNTAX)}`, {}],
      ] as const) {
        const { status, bytes } = await get(query(image, more), headers)
        t.equal(status, 200, more)
        t.ok(bytes.equals(image.bytes), 'byte for byte')
      }
    const old = query(explicit)
      .replace('requestType=WADO', 'requesttype=wado')
      .replace('studyUID', 'studyuid')
    t.equal((await get(old)).status, 200, 'names in other case')
    t.equal((await get(query(explicit, '&contentType=&transferSyntax='))).status, 200, 'empty ones')
  })

  t.test('9.4.1.2.2 transferSyntax: absent and Explicit VR Little Endian, as stored, 406, 400', async t => {
    for (const more of ['', `&transferSyntax=${EXPLICIT_LE}`, `&transferSyntax=${IMPLICIT_LE}`]) {
      const { status, headers } = await get(query(implicit, more))
      t.equal(status, 200)
      t.equal(headers['content-type'], `application/dicom; transfer-syntax=${EXPLICIT_LE}`, more)
    }
    t.ok((await get(query(jpeg, `&transferSyntax=${JPEG_BASELINE}`))).bytes.equals(jpeg.bytes))
    t.ok((await get(query(jpeg))).bytes.equals(jpeg.bytes), 'compressed pixels as they are')
    await refused(t, query(jpeg, `&transferSyntax=${EXPLICIT_LE}`), 406, /no JPEG codestream/)
    await refused(t, query(explicit, `&transferSyntax=${JPEG_BASELINE}`), 406, new RegExp(EXPLICIT_LE))
    await refused(t, query(explicit, '&transferSyntax=1.2.3'), 406, new RegExp(EXPLICIT_LE))
    for (const wrong of [
      'jpeg',
      '1..2',
      '*,*',
      `${EXPLICIT_LE},${IMPLICIT_LE}`,
      '1.'.repeat(40) + '1',
      '%00',
    ])
      await refused(t, query(explicit, `&transferSyntax=${wrong}`), 400, /transferSyntax parameter/)
  })

  t.test('9.1.2.1 a missing, wrong or contradicting parameter is 400 and named', async t => {
    for (const name of ['requestType', 'studyUID', 'seriesUID', 'objectUID']) {
      await refused(
        t,
        query(explicit).replace(new RegExp(`${name}=[^&]*`), ''),
        400,
        new RegExp(`${name}.* is missing`),
      )
      await refused(
        t,
        query(explicit).replace(new RegExp(`${name}=[^&]*`), `${name}=`),
        400,
        new RegExp(name),
      )
      await refused(
        t,
        query(explicit).replace(new RegExp(`${name}=[^&]*`), `${name}=a'--`),
        400,
        new RegExp(name),
      )
      await refused(t, query(explicit, `&${name}=2.25.1`), 400, new RegExp(name))
    }
    t.equal((await get(query(explicit, '&requestType=WADO'))).status, 200, 'the same twice is the same')
    await refused(t, '', 400, /missing/)
    await refused(t, '%zz', 400, /percent/)
  })

  t.test('9.4.3 an instance that is not there at these UIDs is 404', async t => {
    await refused(t, query({ ...explicit, SOPInstanceUID: newUid() }), 404, /no instance/)
    await refused(
      t,
      query({ ...explicit, SeriesInstanceUID: implicit.SeriesInstanceUID }),
      404,
      /no instance/,
    )
    await refused(t, query({ ...explicit, StudyInstanceUID: newUid() }), 404, /no instance/)
  })

  t.test('9.1.2.2 what no form of it fits is 406', async t => {
    for (const type of [
      'text/html',
      'video/*',
      'application/dicom+json',
      'application/dicom;q=0',
      'image/jp2',
    ])
      await refused(t, query(explicit, `&contentType=${type}`), 406, /what there is: .*image\/jpeg/, {
        accept: '*/*',
      })
    await refused(t, query(jpeg, '&contentType=image/jpeg'), 406, /./)
  })

  t.test('9.5 gives a picture where the type or a parameter asks for one', async t => {
    // Two frames of 16 × 8, left half black, right half white; and grey.
    const halves = Array.from({ length: 16 * 8 }, (_, i) => (i % 16 < 8 ? 0 : 255))
    const image = greyImage([...halves, ...halves.map(() => 100)], 16, 8)
    await store(url, [image.bytes])
    const picture = async (more: string): Promise<Shown> => {
      const { status, bytes } = await get(query(image, `&contentType=image/png${more}`))
      if (status !== 200) throw new Error(`${more}: ${status} ${bytes.toString()}`)
      return shown(bytes)
    }
    for (const [more, type, headers] of [
      ['&contentType=image/jpeg', 'image/jpeg', {}],
      ['&contentType=image%2Fpng,image/gif', 'image/png', {}],
      ['&contentType=image/*', 'image/jpeg', {}],
      ['', 'image/gif', { accept: 'image/gif' }],
      ['&frameNumber=1', 'image/jpeg', {}],
      ['&windowCenter=40&windowWidth=80', 'image/jpeg', { accept: '*/*' }],
    ] as const)
      t.equal((await get(query(image, more), headers)).headers['content-type'], type, more)
    t.equal((await picture('')).grey, 100, 'of a multi-frame instance the middle one')
    const first = await picture('&frameNumber=1')
    t.same([first.width, first.height, first.greys[0], first.greys[15]], [16, 8, 0, 255])
    const right = await picture('&frameNumber=1&region=0.5,0,1,1')
    t.same([right.width, right.height, ...new Set(right.greys)], [8, 8, 255])
    for (const [more, size] of [
      ['&columns=8', [8, 4]],
      ['&rows=2', [4, 2]],
      ['&rows=8&columns=8', [8, 4]],
      ['&rows=100&columns=32', [32, 16]],
      ['&region=0,0,0.5,1&columns=4', [4, 4]],
    ] as const) {
      const { width, height } = await picture(more)
      t.same([width, height], size, more)
    }
    t.equal((await picture('&frameNumber=2&windowCenter=200&windowWidth=50')).grey, 0)
    const whole = await get(query(image, '&contentType=image/jpeg&imageQuality=100'))
    const poor = await get(query(image, '&contentType=image/jpeg&imageQuality=1'))
    t.ok(poor.bytes.length < whole.bytes.length)
    t.equal((await get(query(image, '&annotation=patient,technique'))).status, 200)
    t.match((await get(query(image, '&imageAnnotation=hospital'))).headers.warning, /^299 /)
    const etag = whole.headers.etag!
    t.equal(
      (await get(query(image, '&contentType=image/jpeg&imageQuality=100'), { 'if-none-match': etag })).status,
      304,
    )
    await refused(t, query(image, '&frameNumber=3'), 404, /has 2/)
    await refused(
      t,
      query(image, '&presentationSeriesUID=1.2&presentationUID=1.2.3'),
      406,
      /presentation state/,
    )
  })

  t.test('9.5.1 a parameter of a picture that is wrong is 400 and named', async t => {
    for (const [more, name] of [
      ['frameNumber=0', 'frameNumber'],
      ['frameNumber=-1', 'frameNumber'],
      ['frameNumber=1,2', 'frameNumber'],
      ['rows=0', 'rows'],
      ['rows=99999', 'rows'],
      ['columns=1.5', 'columns'],
      ['region=0,0,1', 'region'],
      ['region=0,0,1,2', 'region'],
      ['region=0.5,0,0.5,1', 'region'],
      ['region=-0.1,0,1,1', 'region'],
      ['region=a,b,c,d', 'region'],
      ['windowCenter=40', 'windowCenter'],
      ['windowWidth=40', 'windowCenter'],
      ['windowCenter=40&windowWidth=0', 'window'],
      ['windowCenter=40&windowWidth=-1', 'window'],
      ['windowCenter=a&windowWidth=1', 'window'],
      ['imageQuality=0', 'imageQuality'],
      ['imageQuality=101', 'imageQuality'],
      ['annotation=', 'annotation'],
    ] as const)
      await refused(t, query(explicit, `&contentType=image/jpeg&${more}`), 400, new RegExp(name))
  })

  t.test('9.1.2.2 contentType with parameters of a type, or that is none: 400', async t => {
    for (const type of [
      'application/dicom;transfer-syntax=*',
      `application/dicom; transfer-syntax=${EXPLICIT_LE}`,
      'image/jpeg, application/dicom;a=b',
      'dicom',
      '/',
      ',,',
      '"application/dicom',
    ])
      await refused(t, query(explicit, `&contentType=${encodeURIComponent(type)}`), 400, /contentType/)
  })

  t.test('9.5.1 what says how a picture is made does not go with application/dicom: 400', async t => {
    for (const more of [
      'frameNumber=1',
      'rows=10&columns=10',
      'region=0,0,1,1',
      'windowCenter=1&windowWidth=2',
      'imageQuality=50',
      'annotation=patient',
      'imageAnnotation=patient',
      'presentationSeriesUID=1.2&presentationUID=1.2.3',
    ])
      await refused(
        t,
        query(explicit, `&contentType=application/dicom&${more}`),
        400,
        new RegExp(/^\w+/.exec(more)![0].replace('rows', 'columns')),
      )
  })

  t.test('9.4.1.2.1 anonymize: never an identified answer', async t => {
    await refused(t, query(explicit, '&anonymize=yes'), 406, /does not anonymize/)
    await refused(
      t,
      query(explicit, '&contentType=application/dicom&anonymize=yes&transferSyntax=*'),
      406,
      /anonymize/,
    )
    for (const value of ['no', '', 'true', 'YES!'])
      await refused(t, query(explicit, `&anonymize=${value}`), 400, /anonymize/)
  })

  t.test('8.8 charset is of text, and a wrong one is 400', async t => {
    for (const charset of ['UTF-8', 'utf-8,iso-8859-1;q=0.5', '*'])
      t.equal((await get(query(explicit, `&charset=${charset}`))).status, 200, charset)
    await refused(t, query(explicit, '&charset=%22%3C'), 400, /charset/)
  })

  t.test('RFC 9110 HEAD, conditions, ranges and digest as of an instance by its path', async t => {
    const text = query(jpeg, '&contentType=application/dicom&transferSyntax=*')
    const whole = await get(text)
    t.equal(
      whole.headers['repr-digest'],
      `sha-256=:${createHash('sha256').update(jpeg.bytes).digest('base64')}:`,
    )
    const head = await get(text, {}, 'HEAD')
    t.equal(head.status, 200)
    t.equal(head.headers['content-length'], String(jpeg.bytes.length))
    t.equal((await get(text, { 'if-none-match': whole.headers.etag! })).status, 304)
    t.equal((await get(text, { 'if-match': '"a"' })).status, 412)
    const part = await get(text, { range: 'bytes=128-131', 'if-range': whole.headers.etag! })
    t.equal(part.status, 206)
    t.equal(part.bytes.toString(), 'DICM')
    t.equal((await get(text, { range: 'bytes=9999999-' })).status, 416)
  })

  t.test('8.5 other methods are 405', async t => {
    const { status, headers } = await ask(`${origin}/wado?${query(explicit)}`, { method: 'POST' })
    t.equal(status, 405)
    t.same(headers.allow?.split(', ').sort(), ['GET', 'HEAD', 'OPTIONS'])
  })
})
