import { readFileSync } from 'node:fs'
import Fastify, { type InjectOptions } from 'fastify'
import t from 'tap'
import { assemble } from '../../src/assemble.js'
import { readConfig } from '../../src/config.js'
import { unproven } from '../docs/conformance-statement.js'
import { exampleInstance } from '../docs/example-instance.js'
import {
  contractRoutes,
  declaredAnswers,
  declaredBy,
  declares,
  filledPath,
  readContract,
  schemaOf,
  type ContractDocument,
} from './contract-source.js'

/** What the program answers is what the contract declares: status, media type and, of JSON, the body's
 *  schema, for every operation, and HEAD as GET. */

const instance = exampleInstance()
const DICOM = { 'content-type': 'application/dicom' }
const INSTANCE = '/studies/:study/series/:series/instances/:instance'

interface Asked {
  readonly route: string
  readonly status: number
  readonly method?: 'POST' | 'DELETE'
  readonly headers?: Record<string, string>
  readonly query?: string
  readonly payload?: Buffer | string
  /** in place of the stored instance's; undefined of frames: 1 */
  readonly params?: Readonly<Record<string, string>>
}

const accept = (type: string): { headers: Record<string, string> } => ({ headers: { accept: type } })
const stores = ['/studies', '/studies/:study'].flatMap((route): Asked[] => [
  { route, method: 'POST', status: 200, headers: DICOM, payload: instance.bytes },
  { route, method: 'POST', status: 409, headers: DICOM, payload: 'no DICOM' },
  { route, method: 'POST', status: 415, headers: { 'content-type': 'text/plain' }, payload: 'a' },
  {
    route,
    method: 'POST',
    status: 200,
    headers: { ...DICOM, accept: 'application/dicom+xml' },
    payload: instance.bytes,
  },
  { route, method: 'POST', status: 406, headers: { ...DICOM, accept: 'text/html' }, payload: 'a' },
  {
    route,
    method: 'POST',
    status: 400,
    headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' },
    payload: 'no boundary',
  },
])
const searches = [
  '/studies',
  '/series',
  '/instances',
  '/studies/:study/series',
  '/studies/:study/instances',
  '/studies/:study/series/:series/instances',
].flatMap((route): Asked[] => [
  { route, status: 200 },
  { route, status: 200, ...accept('application/json') },
  { route, status: 200, ...accept('multipart/related; type="application/dicom+xml"') },
  { route, status: 204, query: 'PatientID=nobody' },
  { route, status: 400, query: 'limit=-1' },
  { route, status: 406, ...accept('image/png') },
])
const retrieves = ['/studies/:study', '/studies/:study/series/:series', INSTANCE].flatMap(
  (route): Asked[] => [
    { route, status: 200 },
    { route, status: 200, ...accept('multipart/related; type="application/dicom"; transfer-syntax=*') },
    { route, status: 200, ...accept('application/zip') },
    { route, status: 400, params: { study: 'a' } },
    { route, status: 404, params: { study: '2.25.9' } },
    { route, status: 406, ...accept('text/html') },
    ...['bulkdata', 'pixeldata'].flatMap((resource): Asked[] => [
      { route: `${route}/${resource}`, status: 200 },
      {
        route: `${route}/${resource}`,
        status: 200,
        ...accept('multipart/related; type="application/octet-stream"'),
      },
      { route: `${route}/${resource}`, status: 400, params: { study: 'a' } },
      { route: `${route}/${resource}`, status: 404, params: { study: '2.25.9' } },
      { route: `${route}/${resource}`, status: 406, ...accept('text/html') },
    ]),
    { route: `${route}/metadata`, status: 200 },
    { route: `${route}/metadata`, status: 200, ...accept('multipart/related; type="application/dicom+xml"') },
    { route: `${route}/metadata`, status: 200, ...accept('application/json') },
    { route: `${route}/metadata`, status: 400, params: { study: 'a' } },
    { route: `${route}/metadata`, status: 404, params: { study: '2.25.9' } },
    { route: `${route}/metadata`, status: 406, ...accept('text/html') },
  ],
)
const values = [`${INSTANCE}/frames/:frames`, `${INSTANCE}/bulkdata/:path`].flatMap((route): Asked[] => [
  { route, status: 200 },
  { route, status: 200, ...accept('application/octet-stream') },
  { route, status: 200, ...accept('multipart/related; type="application/octet-stream"') },
  { route, status: 400, params: { study: 'a' } },
  { route, status: 404, params: { study: '2.25.9' } },
  { route, status: 406, ...accept('text/html') },
])
const FRAMES = `${INSTANCE}/frames/:frames`
const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif']
const pictures = ['/studies/:study', '/studies/:study/series/:series', INSTANCE, FRAMES].flatMap(level =>
  ['rendered', 'thumbnail'].flatMap((resource): Asked[] => {
    const route = `${level}/${resource}`
    const forms = PICTURE_TYPES.flatMap(type =>
      resource === 'rendered' ? [type, `multipart/related; type="${type}"`] : [type],
    )
    return [
      { route, status: 200 },
      ...forms.map(type => ({ route, status: 200, ...accept(type) })),
      ...PICTURE_TYPES.map(type => ({ route, status: 206, headers: { accept: type, range: 'bytes=0-1' } })),
      { route, status: 304, headers: { 'if-none-match': '*' } },
      { route, status: 400, params: { study: 'a' } },
      { route, status: 400, query: 'viewport=0,0' },
      { route, status: 404, params: { study: '2.25.9' } },
      { route, status: 406, ...accept('text/csv') },
      { route, status: 412, headers: { 'if-match': '"a"' } },
      { route, status: 416, headers: { accept: 'image/png', range: 'bytes=999999-' } },
    ]
  }),
)
const WADO = [
  'requestType=WADO',
  `studyUID=${instance.StudyInstanceUID}`,
  `seriesUID=${instance.SeriesInstanceUID}`,
  `objectUID=${instance.SOPInstanceUID}`,
].join('&')
/** Conditions and ranges are answered alike by all that is retrieved. */
const conditional = [...retrieves, ...values].flatMap(({ route, status, headers }): Asked[] =>
  status === 200
    ? [
        { route, status: 304, headers: { ...headers, 'if-none-match': '*' } },
        { route, status: 412, headers: { ...headers, 'if-match': '"a"' } },
      ]
    : [],
)
const ranged = values.flatMap(({ route, status, headers }): Asked[] =>
  status === 200
    ? [
        { route, status: 206, headers: { ...headers, range: 'bytes=0-1' } },
        { route, status: 206, headers: { ...headers, range: 'bytes=0-1,3-4' } },
        { route, status: 416, headers: { ...headers, range: 'bytes=999999-' } },
      ]
    : [],
)
const ASKED: readonly Asked[] = [
  ...stores,
  ...searches,
  ...retrieves,
  { route: INSTANCE, status: 200, ...accept('application/dicom') },
  ...values,
  ...pictures,
  ...conditional,
  ...ranged,
  { route: FRAMES, status: 400, params: { frames: '0' } },
  { route: FRAMES, status: 404, params: { frames: '3' } },
  { route: `${INSTANCE}/bulkdata/:path`, status: 404, params: { path: '00420011' } },
  { route: '/', status: 200 },
  { route: '/', status: 200, ...accept('application/json') },
  { route: '/', status: 400, query: 'accept=%' },
  { route: '/', status: 406, ...accept('text/html') },
  { route: '/changes', status: 200 },
  { route: '/changes', status: 400, query: 'since=-1' },
  ...[INSTANCE, '/studies/:study/series/:series', '/studies/:study'].flatMap((route): Asked[] => [
    { route, method: 'DELETE', status: 400, params: { study: 'a' } },
    { route, method: 'DELETE', status: 204 },
    { route, method: 'DELETE', status: 404 },
    ...stores.slice(0, 1),
  ]),
  { route: '/wado', status: 200, query: WADO },
  { route: '/wado', status: 206, query: WADO, headers: { range: 'bytes=0-9' } },
  { route: '/wado', status: 304, query: WADO, headers: { 'if-none-match': '*' } },
  { route: '/wado', status: 400, query: 'requestType=WADO' },
  { route: '/wado', status: 404, query: WADO.replace(/objectUID=.*/, 'objectUID=2.25.9') },
  ...PICTURE_TYPES.map(type => ({ route: '/wado', status: 200, query: `${WADO}&contentType=${type}` })),
  ...PICTURE_TYPES.map(type => ({
    route: '/wado',
    status: 206,
    query: `${WADO}&contentType=${type}`,
    headers: { range: 'bytes=0-1' },
  })),
  { route: '/wado', status: 404, query: `${WADO}&frameNumber=9` },
  { route: '/wado', status: 406, query: `${WADO}&contentType=text/csv` },
  { route: '/wado', status: 412, query: WADO, headers: { 'if-match': '"a"' } },
  { route: '/wado', status: 416, query: WADO, headers: { range: 'bytes=999999-' } },
  { route: '/healthz', status: 200 },
  { route: '/readyz', status: 200 },
  { route: '/openapi.json', status: 200 },
]

/** Answers that take more than one request to an archive of one CT, and the test that has them. */
const ELSEWHERE: readonly (readonly [answer: RegExp, test: string])[] = [
  [/^202 /, '`conformance/10.5-store`: trap 40: 202 when some failed'],
  [/^206 multipart\/byteranges/, '`conformance/10.4-ranges`: RFC 9110 14.6: a few ranges'],
  [
    /^206 multipart\/related application\/dicom/,
    '`conformance/10.4-retrieve-instances`: 8.7.8 answers 206 and the native one',
  ],
  [/^206 /, '`conformance/10.4-ranges`: RFC 9110 14.2, 15.3.7: a range of everything'],
  [/^304$/, '`conformance/10.4-conditional`: RFC 9110 15.4.5: If-None-Match is answered 304'],
  [/^408 /, '`conformance/10.5-store-limits`: 8.5 answers 408 to an upload'],
  [/^412 /, '`conformance/10.4-conditional`: RFC 9110 15.5.13: a condition that does not hold'],
  [
    /^413 /,
    '`conformance/10.5-store-limits`: 8.5 answers 413 to a request; `conformance/10.5-store-limits`: 8.5 answers 413 where an instance',
  ],
  [
    /^206 (application\/pdf|text\/xml|model\/|video\/)/,
    '`conformance/10.4-rendered-files`: RFC 9110 14: a video is sought in by ranges',
  ],
  [
    /^200 (application\/pdf|text\/xml|model\/|video\/)/,
    '`conformance/10.4-rendered-files`: trap 50: a document goes out as it is',
  ],
  [/^416 /, '`conformance/10.4-ranges`: RFC 9110 15.5.17: outside is 416'],
  [/^500 /, '`conformance/damaged-blobs`: is answered 500 before the first byte'],
  [/^503 application\/problem/, '`conformance/operations`: is told that the server stops'],
  [/^503 /, '`conformance/10.5-store-storage`: I.2.2 every instance fails with 0110H and 503'],
  [
    /^(202|409|413|503) application\/(json|dicom\+xml)/,
    '`conformance/10.5-store-answers`: I.2 answers in XML where that is asked for',
  ],
  [/^200 application\/dicom\+xml/, '`conformance/xml-answers`: 10.4.4 one instance also goes bare'],
  [
    /^200 application\/json/,
    '`conformance/10.5-store-answers`: 8.7 the media type is the one that is asked for',
  ],
  [
    /^200 .*image\/\*/,
    '`conformance/10.4-frames`: 8.7.3 compressed frames go out; `conformance/10.4-bulkdata`: trap 20',
  ],
  [/^200 .*video\/\*/, '`conformance/10.4-bulkdata`: video Pixel Data comes whole'],
  [/^200 (application\/pdf|text\/xml|model\/)/, '`conformance/10.4-bulkdata`: trap 54'],
  [
    /^200 multipart\/related (application\/pdf|text\/xml|model\/)/,
    '`conformance/10.4-bulk-resources`: an encapsulated document comes under its own type',
  ],
  [
    /^200 text\/(html|plain)/,
    '`conformance/10.4-rendered-documents`: 8.7.4 a structured report is a page under a policy that runs nothing, or plain text',
  ],
  [/^200 application\/octet-stream/, '`conformance/10.4-bulk-resources`: 10.4.4 a single part only where'],
]

t.test('every answer is one that the contract declares', async t => {
  const document = readContract()
  const routes = contractRoutes(document, '')
  const filmroom = await assemble(readConfig({ FILMROOM_DATA: t.testdir(), FILMROOM_LOG_LEVEL: 'silent' }))
  const { app } = filmroom
  t.teardown(() => filmroom.stop(0))
  const fits = bodyChecker(document)
  t.notOk(
    await fits('Problem', { type: 'about:blank', title: 'a', status: 200 }),
    'the checker finds what does not fit',
  )
  const asked = new Set<string>()
  const reached = new Set<string>()
  for (const one of ASKED) {
    const { route, status, method = 'GET', query } = one
    const found = routes.find(each => each.method === method && each.url === route)
    if (found === undefined) throw new Error(`the contract has no ${method} ${route}`)
    asked.add(found.operation.operationId)
    const request: InjectOptions & { url: string } = {
      method,
      url: root(route) + filledPath(route, instance, one.params) + (query === undefined ? '' : `?${query}`),
      ...(one.headers === undefined ? {} : { headers: one.headers }),
      ...(one.payload === undefined ? {} : { payload: one.payload }),
    }
    const answer = await app.inject(request)
    const type = answer.headers['content-type']?.toString()
    const name = `${found.operation.operationId} ${status} ${type ?? ''}`
    t.equal(answer.statusCode, status, name)
    t.ok(declares(document, found.operation, status, type), `${name} is declared`)
    for (const each of declaredBy(document, found.operation, status, type))
      reached.add(`${found.operation.operationId} ${each}`)
    const schema = schemaOf(document, found.operation, status, type ?? '')
    if (schema !== undefined)
      t.ok(await fits(schema, answer.json()), `${name} fits ${schema}`, { body: answer.json<unknown>() })
    t.equal(answer.headers['x-content-type-options'], 'nosniff', name)
    // HEAD has no ranges.
    if (method !== 'GET' || one.headers?.['range'] !== undefined) continue
    const head = await app.inject({ ...request, method: 'HEAD' })
    t.equal(head.statusCode, status, `HEAD: ${name}`)
    t.equal(head.body, '')
    // A boundary is another one each time.
    const bare = (text: unknown): string => String(text).replace(/boundary=\S+/, '')
    t.equal(bare(head.headers['content-type']), bare(type), `HEAD: ${name}`)
    const lengthBytes = head.headers['content-length']
    if (lengthBytes !== undefined) t.equal(lengthBytes, answer.headers['content-length'], `HEAD: ${name}`)
  }
  const badPath = await app.inject('/dicomweb/studies/%zz')
  t.equal(badPath.statusCode, 400)
  t.match(badPath.headers['content-type'], /^application\/problem\+json/)
  t.equal(badPath.headers['x-content-type-options'], 'nosniff', 'where no route was found, too')
  const declared = routes.flatMap(({ operation }) =>
    declaredAnswers(document, operation).map(each => ({ operation: operation.operationId, answer: each })),
  )
  t.same(
    declared
      .filter(
        ({ operation, answer }) =>
          !reached.has(`${operation} ${answer}`) && testedElsewhere(answer) === undefined,
      )
      .map(({ operation, answer }) => `${operation} ${answer}`),
    [],
    'each answer that the contract declares was had here, or a test elsewhere is named',
  )
  t.same([...asked].sort(), routes.map(each => each.operation.operationId).sort(), 'each operation was asked')
})

t.test('the tests that are named for other answers exist', t => {
  const rows = ELSEWHERE.map(([, test], line) => ({ section: '', table: '', cells: [test], line }))
  t.same(
    unproven(rows, file => readFileSync(`test/${file}.test.ts`, 'utf8')),
    [],
  )
  t.end()
})

/** The test that shows an answer which takes more than one request to an archive of one instance. */
function testedElsewhere(answer: string): string | undefined {
  return ELSEWHERE.find(([pattern]) => pattern.test(answer))?.[1]
}

/** Whether a value fits a schema of the contract, by Fastify's own validator. */
function bodyChecker(document: ContractDocument): (schema: string, value: unknown) => Promise<boolean> {
  const checker = Fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strict: false } },
  })
  checker.addSchema({ $id: 'contract', components: document.components })
  for (const name of Object.keys(document.components.schemas)) {
    checker.post(
      `/${name}`,
      { schema: { body: { $ref: `contract#/components/schemas/${name}` } } },
      () => 'fits',
    )
  }
  return async (schema, value) =>
    (await checker.inject({ method: 'POST', url: `/${schema}`, payload: value as object })).statusCode === 200
}

function root(route: string): string {
  return ['/healthz', '/readyz', '/openapi.json', '/wado'].includes(route) ? '' : '/dicomweb'
}
