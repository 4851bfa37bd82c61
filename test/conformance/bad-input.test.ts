import t, { type Test } from 'tap'
import { ask, askWhole, store } from '../dicomweb-client.js'
import { exampleInstance } from '../docs/example-instance.js'
import { contractRoutes, filledPath, readContract } from '../http/contract-source.js'
import { startServer } from '../server.js'
import { exchange } from '../suites/hostile/raw-socket.js'

/** What a hostile or broken client sends to every route of the contract: never a fault of the server, and every refusal is
 *  a problem document that names the cause and repeats nothing of what came (issue 4, Bad input). */

const MARK = 'XyzzyMark'
/** Node takes request heads up to 16 KiB. */
const LONG = 15_000

const ACCEPTS: Readonly<Record<string, string>> = {
  'no media type': MARK,
  'only separators': ';;;,,,;=;,',
  'a quote that does not end': `multipart/related; type="${MARK}`,
  'quotes in strange places': `"multipart"/"related"; type="a\\"b"; "x"="y", '*/*'`,
  'escaped quotes': `multipart/related; type="\\"\\"\\\\"; transfer-syntax="\\*"`,
  'contradicting q': `application/${MARK};q=1;q=0;q=2;q=-1`,
  'doubled type': `multipart/related; type="${MARK}"; type="application/dicom"; type=`,
  'prototype names': '__proto__/constructor; __proto__=1; toString=2',
  'control characters': `text/\t${MARK}\t; q=\t`,
  'bytes beyond ASCII': 'text/\u00e9\u00ff; q=\u00b2',
  'many entries': `a/${MARK},`.repeat(LONG / 12),
  'many parameters': `multipart/related${';a=b'.repeat(LONG / 4)}`,
  'many quotes': '"'.repeat(LONG),
  'many backslashes in quotes': `multipart/related; type="${'\\'.repeat(LONG)}"`,
  'many stars': '*/'.repeat(LONG / 2),
  'many blanks': `${' '.repeat(LONG)}x/y`,
}

const QUERIES: Readonly<Record<string, string>> = {
  'a long value': `${MARK}=${'a'.repeat(LONG)}`,
  'many parameters': 'a=1&'.repeat(LONG / 4),
  'many separators': '&=&'.repeat(LONG / 3),
  'the same name many times': `${MARK}=1&`.repeat(LONG / 12),
  'prototype names': '__proto__=1&constructor=2&prototype=3&toString=4&hasOwnProperty=5&valueOf=6',
  'prototype names in brackets': '__proto__[a]=1&constructor[prototype][b]=2&a[__proto__]=3',
  'prototype names as paths': '__proto__.constructor=1&constructor.prototype.x=2&PatientName.__proto__=3',
  NUL: 'PatientID=%00&%00=1&accept=%00',
  'metacharacters of SQL, LIKE and GLOB': `PatientID=%27%20OR%201%3D1--&PatientName=%25_[a-z]%5C%22%60;DROP`,
  'many stars': `PatientName=${'*a'.repeat(LONG / 2)}`,
  'many dots': `${'.'.repeat(LONG)}=1`,
  'a second question mark and a fragment': '?a=1?b=2&%23=3',
  'blanks and pluses': '+=+&%20=%20',
  'contradicting limits': 'limit=1&limit=2&offset=0&offset=9',
  'contradicting accepts': `accept=${MARK}/x&accept=application/y&accept=`,
  'numbers of every size': `limit=${'9'.repeat(400)}&offset=-${'9'.repeat(400)}`,
}

const UNREADABLE_QUERIES: Readonly<Record<string, string>> = {
  'a percent sign alone': 'a=%',
  'no hexadecimal digits': `a=%zz${MARK}`,
  'a byte that is no UTF-8': 'a=%ff',
  'a lone surrogate': 'a=%ED%A0%80',
  'an overlong NUL': 'a=%C0%80',
  'half of a character': `${MARK}%C3=1`,
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  nothing: '',
  'no media type': MARK,
  'a quote that does not end': `multipart/related; type="${MARK}`,
  'a boundary that does not end': 'multipart/related; type="application/dicom"; boundary="x',
  'an empty boundary': 'multipart/related; type="application/dicom"; boundary=""',
  'a boundary beyond 70 characters': `multipart/related; type="application/dicom"; boundary=${'b'.repeat(5000)}`,
  'two boundaries': 'multipart/related; boundary=a; boundary=b',
  'escaped quotes': 'multipart/related; type="application\\/\\"dicom\\""; boundary=x',
  'prototype names': '__proto__/constructor; __proto__=1; boundary=__proto__',
  'many parameters': `multipart/related${';a=b'.repeat(LONG / 4)}; boundary=x`,
  'many quotes': `multipart/related; type=${'"'.repeat(LONG)}`,
}

t.test('issue 4: bad input, on every route of the contract', async t => {
  const server = await startServer(t)
  const instance = exampleInstance()
  await store(server.url, [instance.bytes])
  const routes = contractRoutes(readContract(), '/dicomweb')
  const readable = routes.filter(each => each.method === 'GET')
  const uriQuery = [
    'requestType=WADO',
    `studyUID=${instance.StudyInstanceUID}`,
    `seriesUID=${instance.SeriesInstanceUID}`,
    `objectUID=${instance.SOPInstanceUID}`,
  ].join('&')
  const whereOf = (url: string, others?: Readonly<Record<string, string>>): string =>
    server.origin + filledPath(url, instance, others) + (url === '/wado' ? `?${uriQuery}` : '')
  const withQuery = (url: string, query: string): string =>
    `${whereOf(url)}${url === '/wado' ? '&' : '?'}${query}`

  interface Sent {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: Uint8Array
  }
  /** @returns the status; that the answer is what it has to be is asserted */
  const answered = async (t: Test, name: string, where: string, sent: Sent = {}): Promise<number> => {
    const { status, headers, body } = await ask(where, sent)
    let text = ''
    if (status < 400) body.resume()
    else for await (const chunk of body) text += String(chunk)
    const problem =
      status < 400 || !text.startsWith('{') ? undefined : (JSON.parse(text) as Record<string, unknown>)
    const isStoreAnswer = headers['content-type'] === 'application/dicom+json'
    const refusal =
      status < 400 ||
      isStoreAnswer ||
      (headers['content-type'] === 'application/problem+json' &&
        String(problem?.['type']).startsWith('urn:filmroom:problem:') &&
        String(problem?.['detail']).length >= 10)
    t.ok(status < 500 && refusal && !text.includes(MARK), `${name}: ${status}`, { text: text.slice(0, 500) })
    return status
  }

  t.test('8.7.7 malformed Accept', async t => {
    for (const { method, url } of readable)
      for (const [name, accept] of Object.entries(ACCEPTS)) {
        const status = await answered(t, `${method} ${url}, ${name}`, whereOf(url), { headers: { accept } })
        t.ok([200, 206, 406].includes(status), `${method} ${url}, ${name}: ${status}`)
      }
  })

  t.test('64 KiB of Accept are 431', async t => {
    for (const { method, url } of routes)
      for (const value of ['*/*, '.repeat(16_384), '"'.repeat(65_536)]) {
        const head = `${method} ${filledPath(url, instance)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: ${value}\r\n\r\n`
        const { status, text } = await exchange(server.port, head)
        t.equal(status, 431, `${method} ${url}`)
        t.match(text, /Content-Type: application\/problem\+json/i)
      }
  })

  t.test('queries: huge, contradicting, of prototype names and metacharacters', async t => {
    for (const { method, url } of readable)
      for (const [name, query] of Object.entries(QUERIES))
        await answered(t, `${method} ${url}, ${name}`, withQuery(url, query))
  })

  t.test('8.3 queries that are not percent-encoded UTF-8 are 400', async t => {
    for (const { method, url } of routes)
      for (const [name, query] of Object.entries(UNREADABLE_QUERIES))
        t.equal(
          await answered(t, `${method} ${url}, ${name}`, withQuery(url, query), { method }),
          400,
          `${method} ${url}, ${name}`,
        )
  })

  t.test('path parameters: NUL, lone surrogates, prototype names, long ones, other paths', async t => {
    for (const { method, url } of routes)
      for (const [, parameter = ''] of url.matchAll(/:(\w+)/g))
        for (const value of [
          '%00',
          '1.2%00',
          '%ED%A0%80',
          '%ff',
          '__proto__',
          'constructor',
          '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
          '%27%20OR%201=1',
          '1'.repeat(10_000),
          '1,'.repeat(5000),
          '1.'.repeat(5000),
          '-1',
          '%',
          ' '.replace(' ', '%20'),
          MARK,
        ]) {
          const status = await answered(
            t,
            `${method} ${url}, ${parameter}`,
            whereOf(url, { [parameter]: value }),
            { method },
          )
          t.equal(status, 400, `${method} ${url}: ${parameter} ${value.slice(0, 20)}`)
        }
  })

  t.test('10.5 malformed Content-Type', async t => {
    for (const { method, url } of routes.filter(each => each.method === 'POST'))
      for (const [name, type] of Object.entries(CONTENT_TYPES)) {
        const status = await answered(t, `${method} ${url}, ${name}`, whereOf(url), {
          method,
          headers: { 'content-type': type },
          body: Buffer.from(MARK.repeat(10)),
        })
        t.ok([400, 409, 415].includes(status), `${method} ${url}, ${name}: ${status}`)
      }
  })

  t.test('bytes that are no characters of HTTP, in target and headers', async t => {
    for (const { method, url } of routes) {
      const path = filledPath(url, instance)
      for (const head of [
        `${method} ${path}\u00ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        `${method} ${path}?a=\u00ff HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        `${method} ${path}?a=\u0000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
        `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: a\u0000b\r\n\r\n`,
        `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nA\u0000ccept: ab\r\n\r\n`,
      ]) {
        const { status } = await exchange(server.port, head)
        t.ok(status < 500, `${JSON.stringify(head)}: ${status}`)
      }
    }
  })

  t.test('the server has met no error of its own, and serves', async t => {
    t.same(
      server.log.filter(line => /unexpected error|"level":[56]0/.test(line)),
      [],
    )
    t.equal((await askWhole(`${server.url}/studies`)).status, 200)
    t.equal((await askWhole(`${server.origin}/readyz`)).status, 200)
  })
})
