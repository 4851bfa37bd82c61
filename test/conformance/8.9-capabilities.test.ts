import { SaxesParser } from 'saxes'
import t from 'tap'
import { askWhole } from '../dicomweb-client.js'
import { exampleInstance } from '../docs/example-instance.js'
import { contractRoutes, filledPath, readContract, type ContractRoute } from '../http/contract-source.js'
import { startServer } from '../server.js'

const WADL = 'application/vnd.sun.wadl+xml'

interface Seen {
  readonly base: string
  /** path of the topmost resource elements */
  readonly top: readonly string[]
  /** `GET studies/{study}`: each method with the paths of the resources that it is in */
  readonly methods: readonly string[]
  /** per method, `200 application/dicom+json` */
  readonly representations: ReadonlyMap<string, readonly string[]>
}

/** Reads a WADL document by another's parser. */
function readWadl(text: string): Seen {
  const at: string[] = []
  const top: string[] = []
  const representations = new Map<string, string[]>()
  let base = ''
  let method = ''
  let status = ''
  const parser = new SaxesParser({ xmlns: true })
  parser.on('opentag', ({ uri, local, attributes }) => {
    if (uri !== 'http://wadl.dev.java.net/2009/02')
      throw new Error(`an element of another namespace: ${local}`)
    const value = (name: string): string => attributes[name]?.value ?? ''
    if (local === 'resources') base = value('base')
    if (local === 'resource') {
      if (at.length === 0) top.push(value('path'))
      at.push(value('path'))
    }
    if (local === 'method') {
      method = `${value('name')} ${at.join('/')}`
      representations.set(method, [])
    }
    if (local === 'response') status = value('status')
    if (local === 'request') status = 'request'
    if (local === 'representation') representations.get(method)?.push(`${status} ${value('mediaType')}`)
  })
  parser.on('closetag', ({ local }) => {
    if (local === 'resource') at.pop()
  })
  parser.write(text).close()
  return { base, top, methods: [...representations.keys()], representations }
}

t.test('PS3.18 8.9 Retrieve Capabilities', async t => {
  const { url, origin } = await startServer(t)
  const instance = exampleInstance()
  const routes = contractRoutes(readContract(), '').filter(route => route.url !== '/')
  const isRoot = (route: ContractRoute): boolean =>
    readContract().paths[route.url.replace(/:(\w+)/g, '{$1}')]?.['x-filmroom-root'] === true
  const written = ({ method, url: path }: ContractRoute): string =>
    `${method} ${path.slice(1).replace(/:(\w+)/g, '{$1}')}`
  const ask = (where: string, accept = '*/*'): ReturnType<typeof askWhole> =>
    askWhole(where, { method: 'OPTIONS', headers: { accept } })

  t.test(
    '8.9.1.1, Annex H: OPTIONS of the base describes every resource and method of the contract',
    async t => {
      for (const where of [url, `${url}/`]) {
        const { status, headers, bytes } = await ask(where)
        t.equal(status, 200)
        t.equal(headers['content-type'], WADL)
        t.same(headers.allow?.split(', ').sort(), ['GET', 'HEAD', 'OPTIONS'])
        t.equal(headers.link, `<${origin}/openapi.json>; rel="service-desc"; type="application/json"`)
        t.equal(headers['content-security-policy'], 'sandbox')
        t.match(headers.vary, /\baccept\b/i)
        const { base, methods, representations } = readWadl(bytes.toString())
        t.equal(base, `${url}/`)
        t.same(
          [...methods].sort(),
          routes
            .filter(route => !isRoot(route))
            .map(written)
            .sort(),
        )
        t.ok(
          representations
            .get('POST studies')
            ?.includes('request multipart/related; type="application/dicom"'),
        )
        t.ok(representations.get('GET studies')?.includes('200 application/dicom+json'))
      }
    },
  )

  t.test(
    'Annex H: OPTIONS of any resource describes it and those below it, and Allow lists its methods',
    async t => {
      for (const route of routes) {
        const root = isRoot(route)
        const { status, headers, bytes } = await ask((root ? origin : url) + filledPath(route.url, instance))
        t.equal(status, 200, route.url)
        const own = routes.filter(each => each.url === route.url).map(each => each.method)
        const allowed = [...own, ...(own.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
        t.same(headers.allow?.split(', ').sort(), allowed.sort(), route.url)
        const { base, top, methods } = readWadl(bytes.toString())
        t.equal(base, root ? `${origin}/` : `${url}/`)
        t.same(top, [route.url.slice(1).replace(/:(\w+)/g, '{$1}')])
        const below = routes.filter(each => `${each.url}/`.startsWith(`${route.url}/`))
        t.same([...methods].sort(), below.map(written).sort(), route.url)
      }
    },
  )

  t.test('8.7 the same comes as JSON where that is asked for, and 406 where neither fits', async t => {
    for (const [accept, type] of [
      ['application/json', 'application/json'],
      [`${WADL};q=0.5, application/json`, 'application/json'],
      ['application/*', WADL],
    ] as const)
      t.equal((await ask(url, accept)).headers['content-type'], type, accept)
    const { bytes } = await ask(`${url}/studies/1.2/series`, 'application/json')
    t.match(JSON.parse(bytes.toString()), {
      base: `${url}/`,
      resources: [
        {
          path: 'studies/{study}/series',
          methods: [{ name: 'GET', id: 'SearchForStudySeries', responses: [{ status: 200 }] }],
          resources: [{ path: '{series}', methods: [{ name: 'GET', id: 'RetrieveSeries' }] }],
        },
      ],
    })
    t.equal((await ask(`${url}/studies`, 'text/html')).status, 406)
    t.equal((await askWhole(`${url}/studies?accept=application/json`, { method: 'OPTIONS' })).status, 200)
  })

  t.test('GET of the base is the same document, and HEAD its headers', async t => {
    const options = await ask(url)
    for (const where of [url, `${url}/`]) {
      const got = await askWhole(where)
      t.ok(got.bytes.equals(options.bytes))
      t.equal(got.headers['content-type'], WADL)
      const head = await askWhole(where, { method: 'HEAD' })
      t.equal(head.status, 200)
      t.equal(head.bytes.length, 0)
      t.equal(head.headers['content-length'], String(got.bytes.length))
    }
  })

  t.test('OPTIONS of what does not exist is 404', async t => {
    for (const where of [`${url}/nothing`, `${origin}/`, `${url}/studies/1.2/nothing`])
      t.equal((await ask(where)).status, 404, where)
  })
})

t.test('PS3.18 8.9 beside CORS: only OPTIONS with Access-Control-Request-Method is a preflight', async t => {
  const { url } = await startServer(t, { FILMROOM_CORS_ORIGINS: '*' })
  const headers = { origin: 'https://viewer.example' }
  const plain = await askWhole(`${url}/studies`, { method: 'OPTIONS', headers })
  t.match(plain, {
    status: 200,
    headers: { 'content-type': WADL, 'access-control-allow-origin': '*', allow: /OPTIONS/ },
  })
  t.notOk(plain.headers['access-control-allow-methods'])
  const preflight = await askWhole(`${url}/studies`, {
    method: 'OPTIONS',
    headers: { ...headers, 'access-control-request-method': 'POST' },
  })
  t.match(preflight, { status: 204, headers: { 'access-control-allow-methods': /POST/ } })
  t.equal(preflight.bytes.length, 0)
})
