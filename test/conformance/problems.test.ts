import t from 'tap'
import { ctImage, el, JPEG_BASELINE, newUid } from '../made-dicom.js'
import { askWhole, store, storeRequest } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { exchange } from '../suites/hostile/raw-socket.js'
import { pathOf } from './paths.js'

/** Stands wherever a client or a data set can put something; no answer may hold it. */
const MARK = 'XyzzyMark'

t.test('RFC 9457 problem documents (PS3.18 8.5, 8.6.3)', async t => {
  const server = await startServer(t, { FILMROOM_MAX_REQUEST_BYTES: '1MiB' })
  const { url, origin } = server
  const image = ctImage({ with: [el('00100010', 'PN', MARK), el('00100020', 'LO', MARK)] })
  const jpeg = ctImage({
    transferSyntax: JPEG_BASELINE,
    pixels: { fragments: [Uint8Array.of(0xff, 0xd8, 1, 1, 0xff, 0xd9)] },
    with: [el('00100010', 'PN', MARK)],
  })
  const document = ctImage({ without: ['7FE00010'] })
  await store(url, [image.bytes, jpeg.bytes, document.bytes])
  const instance = pathOf(image)
  const unknown = newUid()
  const forbidden = [
    MARK,
    encodeURIComponent(MARK),
    server.dataFolder,
    'node_modules',
    '.js',
    '.ts',
    '    at ',
    'SQLITE',
  ]

  interface Case {
    readonly status: number
    readonly kind: string
    readonly where: string
    readonly method?: string
    readonly headers?: Record<string, string>
    readonly body?: Uint8Array
  }
  const levels = [
    '/studies/:study',
    '/studies/:study/series/:series',
    '/studies/:study/series/:series/instances/:instance',
  ]
  const filled = (template: string, study: string): string =>
    template
      .replace(':study', study)
      .replace(':series', image.SeriesInstanceUID)
      .replace(':instance', image.SOPInstanceUID)
  const scoped = [
    ...levels,
    ...levels.map(level => `${level}/metadata`),
    `${levels[2]}/frames/1`,
    `${levels[2]}/bulkdata/7FE00010`,
  ]
  const searches = [
    '/studies',
    '/series',
    '/instances',
    `${levels[0]}/series`,
    `${levels[0]}/instances`,
    `${levels[1]}/instances`,
  ]
  const mine = (template: string): string => url + filled(template, image.StudyInstanceUID)
  const cases: Case[] = [
    ...scoped.flatMap((template): Case[] => [
      { status: 400, kind: 'invalid-uid', where: url + filled(template, MARK) },
      { status: 400, kind: 'invalid-uid', where: url + filled(template, '..%2F..%2Fetc%2Fpasswd') },
      { status: 404, kind: 'not-found', where: url + filled(template, unknown) },
      { status: 406, kind: 'not-acceptable', where: mine(template), headers: { accept: `text/${MARK}` } },
      { status: 405, kind: 'method-not-allowed', where: mine(template), method: 'PATCH' },
      { status: 405, kind: 'method-not-allowed', where: mine(template), method: 'PUT' },
      { status: 400, kind: 'invalid-parameter', where: `${mine(template)}?accept=%${MARK}` },
    ]),
    ...searches.flatMap((template): Case[] => [
      { status: 400, kind: 'invalid-parameter', where: `${mine(template)}?limit=${MARK}` },
      { status: 400, kind: 'invalid-parameter', where: `${mine(template)}?offset=-1` },
      { status: 400, kind: 'invalid-parameter', where: `${mine(template)}?StudyDate=${MARK}` },
      { status: 400, kind: 'invalid-parameter', where: `${mine(template)}?fuzzymatching=${MARK}` },
      { status: 400, kind: 'invalid-parameter', where: `${mine(template)}?PatientName=%ff${MARK}` },
      { status: 406, kind: 'not-acceptable', where: mine(template), headers: { accept: `text/${MARK}` } },
      { status: 405, kind: 'method-not-allowed', where: mine(template), method: 'PATCH' },
    ]),
    ...searches.slice(3).map(template => ({
      status: 400,
      kind: 'invalid-uid',
      where: url + filled(template, MARK),
    })),
    ...['0', '1,x', MARK].map(list => ({
      status: 400,
      kind: 'invalid-frame-list',
      where: `${url}${instance}/frames/${list}`,
    })),
    { status: 404, kind: 'frame-not-found', where: `${url}${instance}/frames/2` },
    { status: 404, kind: 'frame-not-found', where: `${url}${pathOf(document)}/frames/1` },
    { status: 400, kind: 'invalid-parameter', where: `${url}${instance}/bulkdata/${MARK}` },
    { status: 404, kind: 'bulkdata-not-found', where: `${url}${instance}/bulkdata/00100010` },
    {
      status: 406,
      kind: 'undecodable',
      where: `${url}${pathOf(jpeg)}`,
      headers: { accept: 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1' },
    },
    { status: 404, kind: 'not-found', where: `${origin}/${MARK}` },
    { status: 404, kind: 'not-found', where: `${url}/${MARK}?a=${MARK}` },
    { status: 404, kind: 'not-found', where: `${url}${instance}/${MARK}` },
    { status: 400, kind: 'malformed-request', where: `${url}/studies/%zz${MARK}` },
    ...['/studies', levels[0]!].flatMap((template): Case[] => [
      { status: 415, kind: 'unsupported-media-type', where: mine(template), method: 'POST' },
      ...['text/plain', `${MARK}/${MARK}`, MARK, `multipart/related; type="${MARK}"; boundary=x`].map(
        type => ({
          status: 415,
          kind: 'unsupported-media-type',
          where: mine(template),
          method: 'POST',
          headers: { 'content-type': type },
          body: Buffer.from(MARK),
        }),
      ),
      {
        status: 400,
        kind: 'malformed-request',
        where: mine(template),
        method: 'POST',
        headers: { 'content-type': 'multipart/related; type="application/dicom"' },
        body: Buffer.from(MARK),
      },
      {
        status: 400,
        kind: 'malformed-request',
        where: mine(template),
        method: 'POST',
        headers: { 'content-type': `multipart/related; boundary=${MARK}` },
        body: Buffer.from(MARK),
      },
      {
        status: 413,
        kind: 'payload-too-large',
        where: mine(template),
        method: 'POST',
        headers: { 'content-type': 'application/dicom' },
        body: Buffer.alloc(2 << 20, MARK),
      },
      { status: 405, kind: 'method-not-allowed', where: mine(template), method: 'PATCH' },
    ]),
    {
      status: 400,
      kind: 'invalid-uid',
      where: `${url}/studies/${MARK}`,
      method: 'POST',
      headers: { 'content-type': 'application/dicom' },
      body: image.bytes,
    },
  ]

  t.test('every 4xx of every route is one, names its kind and holds no value, no path, no stack', async t => {
    for (const { status, kind, where, method = 'GET', headers = {}, body } of cases) {
      const answer = await askWhole(where, { method, headers, ...(body === undefined ? {} : { body }) })
      const name = `${method} ${where.slice(origin.length)} ${JSON.stringify(headers)}`
      const text = answer.bytes.toString()
      const problem = JSON.parse(text) as Record<string, unknown>
      t.match(
        {
          status: answer.status,
          mediaType: answer.headers['content-type'],
          problem,
          members: Object.keys(problem).sort().join(),
          leaked: forbidden.filter(each => text.includes(each)),
        },
        {
          status,
          mediaType: /^application\/problem\+json/,
          problem: { type: `urn:filmroom:problem:${kind}`, title: /^[A-Z]/, status, detail: /^.{10,}$/ },
          members: 'detail,status,title,type',
          leaked: { length: 0 },
        },
        name,
      )
      if (status === 405) t.match(answer.headers.allow, /^[A-Z]+(, [A-Z]+)*$/, `${name}: Allow`)
    }
  })

  t.test('10.5 the reasons of a store hold no value either', async t => {
    const { headers, body } = storeRequest([
      Buffer.from(MARK.repeat(100)),
      ctImage({ with: [el('00080018', 'UI', MARK), el('00100010', 'PN', MARK)] }).bytes,
      image.bytes.subarray(0, -20),
      ctImage({ instance: image.SOPInstanceUID, with: [el('00100010', 'PN', MARK)] }).bytes,
    ])
    const { status, bytes } = await askWhole(`${url}/studies`, { method: 'POST', headers, body })
    t.equal(status, 409)
    t.same(
      forbidden.filter(each => bytes.includes(each)),
      [],
    )
  })

  t.test('a Warning holds no value of the request', async t => {
    const { headers } = await askWhole(
      `${url}/studies?fuzzymatching=true&NoSuchKey=${MARK}&00091001=${MARK}&includefield=NoSuch`,
    )
    t.match(headers.warning, /^299 /)
    t.notMatch(headers.warning, MARK)
  })

  t.test('what is no HTTP is answered 4xx with a problem document, and the connection ends', async t => {
    for (const [name, bytes, status] of [
      ['a header without end', `GET /${MARK} HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(40_000)}`, 431],
      ['no HTTP', `${MARK}\r\n\r\n`, 400],
      ['no Host', `GET /dicomweb/studies HTTP/1.1\r\n\r\n`, 400],
      [
        'both lengths',
        `POST /dicomweb/studies HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        400,
      ],
    ] as const) {
      const answer = await exchange(server.port, bytes)
      t.equal(answer.status, status, name)
      if (name !== 'no Host') t.match(answer.text, /Content-Type: application\/problem\+json/i, name)
      t.notMatch(answer.text, MARK, name)
    }
  })

  t.test('the server has met no error of its own', async t => {
    t.same(
      server.log.filter(line => line.includes('unexpected error')),
      [],
    )
  })
})
