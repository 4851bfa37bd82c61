import { readFileSync } from 'node:fs'
import { createServer, request as proxied } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import t, { type Test } from 'tap'
import { askWhole, store } from '../dicomweb-client.js'
import { ctImage, EXPLICIT_LE } from '../made-dicom.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer, type RunningServer } from '../server.js'
import { pathOf } from './paths.js'

/** A reverse proxy that passes bodies on as they come and spoils what badly set up ones spoil: headers of answers. */
async function spoilingProxy(t: Test, to: RunningServer, spoilt: readonly string[]): Promise<string> {
  const proxy = createServer((request, response) => {
    const { method, url, headers } = request
    const onward = proxied({ port: to.port, host: '127.0.0.1', method, path: url, headers }, answer => {
      const kept = Object.entries(answer.headers).filter(([name]) => !spoilt.includes(name))
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept))
      pipeline(answer, response).catch(() => response.destroy())
    })
    onward.on('error', () => response.destroy())
    pipeline(request, onward).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  t.teardown(() => proxy.close())
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

t.test('trap 62: behind a proxy that spoils answers', async t => {
  const server = await startServer(t)
  const image = ctImage({ frames: 2 })
  await store(server.url, [image.bytes])
  const frames = `/dicomweb${pathOf(image)}/frames/1,2`

  t.test('a frame says its type and transfer syntax where the answer has lost its Content-Type', async t => {
    const proxy = await spoilingProxy(t, server, ['content-type'])
    const { status, headers, bytes } = await askWhole(proxy + frames)
    t.equal(status, 200)
    t.notOk(headers['content-type'])
    const boundary = /^--([^\r\n]+)\r\n/.exec(bytes.toString('latin1'))?.[1] ?? ''
    const { parts } = readMultipart(
      `multipart/related; type="application/octet-stream"; boundary=${boundary}`,
      bytes,
    )
    t.same(
      parts.map(part => part.contentType),
      [1, 2].map(() => `application/octet-stream; transfer-syntax=${EXPLICIT_LE}`),
    )
  })

  t.test('an error is never 200, and its body says its status again', async t => {
    const proxy = await spoilingProxy(t, server, [])
    for (const [where, wanted] of [
      [`/dicomweb${pathOf(image)}/frames/3`, 404],
      [`/dicomweb${pathOf(image)}/frames/0`, 400],
      ['/dicomweb/studies/1.2.3', 404],
      ['/dicomweb/studies?limit=x', 400],
    ] as const) {
      const { status, headers, bytes } = await askWhole(proxy + where)
      t.equal(status, wanted, where)
      t.equal(headers['content-type'], 'application/problem+json')
      t.equal((JSON.parse(bytes.toString()) as { status: number }).status, status, 'the body says it again')
    }
  })

  t.test('docs/deployment.md has a proxy leave statuses and headers as they are', async t => {
    const deployment = readFileSync('docs/deployment.md', 'utf8')
    t.match(deployment, /proxy_intercept_errors off;/)
    t.notMatch(deployment, /proxy_hide_header|error_page|default_type|types_hash/)
    t.match(deployment, /Content-Type/)
  })
})
