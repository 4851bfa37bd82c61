import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { originOf, type OriginSettings } from '../../src/http/origin.js'

function base(
  headers: Record<string, string>,
  settings: Partial<OriginSettings> = {},
  remoteAddress = '127.0.0.1',
) {
  const whole = { publicUrl: undefined, trustProxy: undefined, basePath: '/dicomweb', ...settings }
  return originOf(whole)({ headers, socket: { remoteAddress } } as unknown as FastifyRequest)
}

const PROXIED = { host: 'inner:8080', 'x-forwarded-host': 'pacs.example.org', 'x-forwarded-proto': 'https' }

t.test('without a setting the origin is that of the Host header', async t => {
  t.same(base({ host: 'localhost:8080' }), { base: 'http://localhost:8080/dicomweb', fixed: true })
  t.same(base({ host: 'film.example:81' }), { base: 'http://film.example:81/dicomweb', fixed: false })
  t.same(base({ host: '[::1]:8080' }), { base: 'http://[::1]:8080/dicomweb', fixed: true })
})

t.test('a Host that is no host does not get into URLs', async t => {
  for (const host of ['a"b', 'a/b', 'evil.example/path?x=', 'a b', '']) {
    t.equal(base({ host }).base, 'http://localhost/dicomweb', JSON.stringify(host))
  }
})

t.test('FILMROOM_PUBLIC_URL wins over everything', async t => {
  t.same(base(PROXIED, { publicUrl: 'https://a.example', trustProxy: ['loopback'] }), {
    base: 'https://a.example/dicomweb',
    fixed: true,
  })
})

t.test('forwarding headers count only from a trusted proxy', async t => {
  t.equal(base(PROXIED).base, 'http://inner:8080/dicomweb')
  t.equal(base(PROXIED, { trustProxy: ['10.0.0.0/8'] }).base, 'http://inner:8080/dicomweb')
  t.equal(base(PROXIED, { trustProxy: ['10.0.0.0/8'] }, '10.1.2.3').base, 'https://pacs.example.org/dicomweb')
  t.equal(
    base(PROXIED, { trustProxy: ['loopback'] }, '::ffff:127.0.0.1').base,
    'https://pacs.example.org/dicomweb',
  )
})

t.test('Forwarded (RFC 7239) comes before X-Forwarded-*, and the first hop counts', async t => {
  const headers = {
    ...PROXIED,
    forwarded: 'for=1.2.3.4;host="front.example:444";proto=https, host=second.example',
  }
  t.equal(base(headers, { trustProxy: ['loopback'] }).base, 'https://front.example:444/dicomweb')
})

t.test('port and prefix of the proxy are kept; what is no host, port or path is not', async t => {
  const settings = { trustProxy: ['loopback'] }
  t.equal(
    base({ ...PROXIED, 'x-forwarded-port': '8443', 'x-forwarded-prefix': '/film/dicom-web/' }, settings).base,
    'https://pacs.example.org:8443/film/dicom-web',
  )
  t.equal(base({ ...PROXIED, 'x-forwarded-port': '443' }, settings).base, 'https://pacs.example.org/dicomweb')
  t.equal(
    base({ ...PROXIED, 'x-forwarded-prefix': '/a"b' }, settings).base,
    'https://pacs.example.org/dicomweb',
  )
  t.equal(
    base({ ...PROXIED, 'x-forwarded-proto': 'javascript' }, settings).base,
    'http://inner:8080/dicomweb',
  )
})
