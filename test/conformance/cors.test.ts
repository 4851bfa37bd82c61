import t from 'tap'
import { ctImage } from '../made-dicom.js'
import { askWhole, store } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const VIEWER = 'https://viewer.example'

const SENT_BY_VIEWERS = [
  'accept',
  'authorization',
  'content-type',
  'range',
  'if-none-match',
  'cache-control',
  'x-requested-with',
]

function listed(header: string | undefined): string[] {
  return (header ?? '').toLowerCase().split(/, */)
}

t.test('CORS for FILMROOM_CORS_ORIGINS (dicomweb.md §9)', async t => {
  const { url, origin } = await startServer(t, { FILMROOM_CORS_ORIGINS: `${VIEWER},http://localhost:3000` })
  const image = ctImage()
  await store(url, [image.bytes])
  const instance = pathOf(image)
  const series = `/studies/${image.StudyInstanceUID}/series/${image.SeriesInstanceUID}`
  const answers: readonly (readonly [status: number, where: string, method?: string, accept?: string])[] = [
    [200, `${url}/studies`],
    [204, `${url}/studies?PatientID=nobody`],
    [200, url + series],
    [200, url + instance],
    [200, `${url}${series}/metadata`],
    [200, `${url}${instance}/metadata`],
    [200, `${url}${instance}/frames/1`],
    [200, `${url}${instance}/bulkdata/7FE00010`],
    [200, `${origin}/healthz`],
    [400, `${url}/studies/a`],
    [400, `${url}/studies?limit=-1`],
    [404, `${url}/studies/1.2.3`],
    [404, `${origin}/no/such/path`],
    [405, `${url}/studies`, 'DELETE'],
    [406, `${url}${instance}/frames/1`, 'GET', 'text/html'],
    [415, `${url}/studies`, 'POST'],
    [200, `${url}${instance}/frames/1`, 'HEAD'],
  ]

  t.test('trap 60: every answer, errors too, may be read by a configured origin', async t => {
    for (const [status, where, method = 'GET', accept = '*/*'] of answers) {
      const { headers, ...answer } = await askWhole(where, { method, headers: { origin: VIEWER, accept } })
      const name = `${method} ${where.slice(origin.length)} ${status}`
      const exposed = listed(headers['access-control-expose-headers'])
      const expected = [
        'content-type',
        'content-length',
        'content-location',
        'warning',
        'retry-after',
        'location',
      ]
      t.same(
        {
          status: answer.status,
          origin: headers['access-control-allow-origin'],
          policy: headers['cross-origin-resource-policy'],
          varies: listed(headers.vary).includes('origin'),
          notExposed: expected.filter(each => !exposed.includes(each)),
        },
        { status, origin: VIEWER, policy: 'cross-origin', varies: true, notExposed: [] },
        name,
      )
    }
  })

  t.test('answers that depend on Accept say so beside Origin', async t => {
    for (const where of [series, instance, `${series}/metadata`, `${instance}/frames/1`, '/studies']) {
      const { headers } = await askWhole(url + where, { headers: { origin: VIEWER } })
      t.match(listed(headers.vary).sort(), { 0: 'accept' }, where)
      t.ok(listed(headers.vary).includes('origin'), where)
    }
  })

  t.test('trap 60: a preflight is answered 204 everywhere, without anything being done', async t => {
    for (const where of [...answers.map(([, each]) => each), `${url}/studies/${image.StudyInstanceUID}`]) {
      for (const asked of ['GET', 'POST', 'DELETE']) {
        const { status, headers } = await askWhole(where, {
          method: 'OPTIONS',
          headers: {
            origin: VIEWER,
            'access-control-request-method': asked,
            'access-control-request-headers': 'content-type,authorization',
          },
        })
        const name = `${asked} ${where.slice(origin.length)}`
        const methods = listed(headers['access-control-allow-methods'])
        const allowed = listed(headers['access-control-allow-headers'])
        t.same(
          {
            status,
            origin: headers['access-control-allow-origin'],
            mayAsk: methods.includes(asked.toLowerCase()),
            maxAge: headers['access-control-max-age'],
            notAllowed: SENT_BY_VIEWERS.filter(each => !allowed.includes(each)),
          },
          { status: 204, origin: VIEWER, mayAsk: true, maxAge: '7200', notAllowed: [] },
          name,
        )
      }
    }
  })

  t.test('another origin is told nothing', async t => {
    for (const stranger of [
      'https://evil.example',
      'null',
      `${VIEWER}.evil.example`,
      'http://viewer.example',
    ]) {
      const { status, headers } = await askWhole(`${url}/studies`, { headers: { origin: stranger } })
      t.equal(status, 200, stranger)
      t.notOk(headers['access-control-allow-origin'], stranger)
    }
  })
})

t.test('CORS for every origin, and for none', async t => {
  const open = await startServer(t, { FILMROOM_CORS_ORIGINS: '*' })
  const anywhere = await askWhole(`${open.url}/studies/1.2.3`, { headers: { origin: 'https://any.example' } })
  t.match(anywhere, { status: 404, headers: { 'access-control-allow-origin': '*' } })
  const closed = await startServer(t)
  const { headers } = await askWhole(`${closed.url}/studies`, { headers: { origin: VIEWER } })
  t.notOk(headers['access-control-allow-origin'])
})
