import { METHODS } from 'node:http'
import t from 'tap'
import { askWhole, store, type Answer } from '../dicomweb-client.js'
import { exampleInstance } from '../docs/example-instance.js'
import { contractRoutes, filledPath, readContract } from '../http/contract-source.js'
import { startServer } from '../server.js'
import { exchange } from '../suites/hostile/raw-socket.js'

const VIEWER = 'https://viewer.example'

/** Node makes a tunnel of CONNECT, or closes the connection: it is no request for a resource. */
const EVERY_METHOD = METHODS.filter(method => method !== 'CONNECT')

t.test('PS3.18 8.5: methods and paths', async t => {
  const server = await startServer(t, { FILMROOM_CORS_ORIGINS: VIEWER })
  const instance = exampleInstance()
  await store(server.url, [instance.bytes])
  const known = new Map<string, Set<string>>()
  for (const { method, url } of contractRoutes(readContract(), '/dicomweb')) {
    const methods = known.get(url) ?? new Set(['OPTIONS'])
    known.set(url, methods.add(method))
    if (method === 'GET') methods.add('HEAD')
  }
  const asked = async (
    method: string,
    where: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer & { problem: unknown }> => {
    const answer = await askWhole(server.origin + where, { method, headers: { origin: VIEWER, ...headers } })
    t.equal(answer.headers['access-control-allow-origin'], VIEWER, `${method} ${where}: CORS`)
    return {
      ...answer,
      problem: answer.bytes.length === 0 ? undefined : JSON.parse(answer.bytes.toString()),
    }
  }

  t.test(
    '8.5 answers 405 with Allow to every method that a resource of the contract does not know',
    async t => {
      for (const [url, methods] of known)
        for (const method of EVERY_METHOD.filter(each => !methods.has(each))) {
          const { status, headers, problem } = await asked(method, filledPath(url, instance))
          t.equal(status, 405, `${method} ${url}`)
          t.same(headers.allow?.split(', ').sort(), [...methods].sort(), `${method} ${url}: Allow`)
          if (method !== 'HEAD') t.match(problem, { type: 'urn:filmroom:problem:method-not-allowed' })
        }
    },
  )

  t.test('8.5 answers 404 to every method where there is no such path, whatever it sends', async t => {
    for (const path of [
      '/',
      '/nothing',
      '/dicomweb/studies/1.2/nothing',
      '//dicomweb/studies',
      '/dicomweb/study',
    ])
      for (const method of EVERY_METHOD) {
        const { status, problem } = await asked(method, path, { 'content-type': 'no media type' })
        t.equal(status, 404, `${method} ${path}`)
        if (method !== 'HEAD') t.match(problem, { type: 'urn:filmroom:problem:not-found' })
      }
  })

  t.test('8.5 the path decides before the body does', async t => {
    for (const method of ['PUT', 'PROPFIND', 'QUERY'].filter(each => EVERY_METHOD.includes(each)))
      for (const type of ['no media type', 'application/json'])
        t.equal((await asked(method, '/dicomweb/studies', { 'content-type': type })).status, 405, method)
    t.equal((await asked('PUT', '/dicomweb/%73tudies')).status, 405, 'an encoded letter is that letter')
  })

  t.test('8.5 answers 400 to a path that cannot be decoded, with the headers of every answer', async t => {
    for (const path of [
      '/%',
      '/dicomweb/studies/%zz',
      '/dicomweb/studies/%ff',
      '/dicomweb/studies/1.2%C3/series',
    ])
      for (const method of ['GET', 'POST', 'DELETE', 'PROPFIND']) {
        const { status, headers, problem } = await asked(method, path)
        t.equal(status, 400, `${method} ${path}`)
        t.match(problem, { type: 'urn:filmroom:problem:malformed-request', detail: /percent-encoded/ })
        t.equal(headers['x-content-type-options'], 'nosniff')
      }
  })

  t.test('a method that is no method of HTTP is answered 400, and the connection ends', async t => {
    for (const method of ['foo', 'get', 'G\u0000T', 'GETX']) {
      const { status } = await exchange(
        server.port,
        `${method} /dicomweb/studies HTTP/1.1\r\nHost: a\r\n\r\n`,
      )
      t.equal(status, 400, JSON.stringify(method))
    }
  })
})
