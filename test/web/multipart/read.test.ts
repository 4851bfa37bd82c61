import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { Problem } from '../../../src/dicom/problem.js'
import { multipartParts } from '../../../src/web/multipart/read.js'
import { asSource, collect, cutAt, type Collected } from './collect-parts.js'

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const read = (text: string, boundary = 'b', cuts: readonly number[] = []): Promise<Collected> =>
  collect(asSource(cutAt(bytes(text), cuts)), boundary)
const bodies = ({ parts }: Collected): string[] => parts.map(part => part.body)

t.test('RFC 2046 5.1.1: the reader of multipart bodies', t => {
  t.test('gives headers by lower-case name, the first of two, with continued lines joined', async t => {
    const { parts } = await read(
      '--b\r\nContent-Type: application/dicom;\r\n\ttransfer-syntax=1.2\r\nCONTENT-TYPE: text/plain\r\nno header\r\n\r\nx\r\n--b--',
    )
    t.same(parts, [{ headers: { 'content-type': 'application/dicom; transfer-syntax=1.2' }, body: 'x' }])
  })

  t.test('drops a preamble, a leading CRLF and an epilogue, even one that looks like a part', async t => {
    for (const before of ['', '\r\n', 'preamble\r\n', 'pre--b\r\n\r\n'])
      t.same(bodies(await read(`${before}--b\r\n\r\nx\r\n--b--\r\n--b\r\n\r\ny\r\n--b--`)), ['x'], before)
  })

  t.test('takes blanks after the boundary as padding', async t => {
    t.same(bodies(await read('--b \t \r\n\r\nx\r\n--b\t\r\n\r\ny\r\n--b-- \r\n')), ['x', 'y'])
  })

  t.test('leaves in the data what only looks like a delimiter', async t => {
    const lines = [
      '--b',
      '\r\n--bc\r\n',
      '\r\n--b-\r\n',
      '\n--b\r\n',
      '\r--b\r\n',
      '\r\n--b \rx',
      '\r\n-b',
      '\r\n\r\n',
      '\r\n--B\r\n',
    ]
    const data = `${lines.join('x')}\r\n\r\n--b${' '.repeat(300)}\r\ny\r\n`
    t.same(bodies(await read(`--b\r\n\r\n${data}\r\n--b--`)), [data])
  })

  t.test('reads parts without bytes, without headers and without the empty line', async t => {
    t.same(bodies(await read('--b\r\n\r\n\r\n--b\r\n\r\n--b\r\nA: 1\r\n--b\r\nA: 1\r\n\r\n--b--')), [
      '',
      '',
      '',
      '',
    ])
  })

  t.test('gives no part where the first delimiter closes the body', async t => {
    t.same(await read('--b--\r\n'), { parts: [] })
  })

  t.test('fails a body that holds another boundary, after reading all of it', async t => {
    const { parts, error } = await read('--other\r\n\r\nx\r\n--other--\r\n')
    t.same(parts, [])
    t.match(error, { kind: 'malformed-request' })
  })

  t.test('gives whole parts whole and fails the cut one, wherever the body ends', async t => {
    const whole = '--b\r\nA: 1\r\n\r\nfirst\r\n--b\r\nA: 2\r\n\r\nsecond\r\n--b--'
    for (let length = 0; length < whole.length; length++) {
      const { parts, error } = await read(whole.slice(0, length))
      t.match(error, { kind: 'malformed-request' }, `body of ${length} bytes`)
      t.match(error, Problem)
      const firstEnds = whole.indexOf('\r\n--b\r\nA: 2') + '\r\n--b\r\n'.length
      if (length >= firstEnds) t.match(parts[0], { body: 'first', cut: undefined })
      else if (parts[0] !== undefined) t.type(parts[0].cut, 'string')
      if (parts[1] !== undefined) {
        t.type(parts[1].cut, 'string')
        t.equal(parts[1].body, whole.slice(whole.indexOf('second'), length), 'all that came was given')
      }
    }
  })

  t.test('fails the part that the source broke off in, with the cause, and the loop after it', async t => {
    const failure = new Error('ECONNRESET')
    const { parts, error } = await collect(asSource([bytes('--b\r\n\r\nx\r\n--b\r\n\r\ny')], failure), 'b')
    t.match(parts, [{ body: 'x' }, { body: 'y', cut: /broke off/ }])
    t.match(error, { kind: 'malformed-request', cause: failure })
  })

  t.test('passes a Problem of the source as it is', async t => {
    const { error } = await collect(
      asSource([bytes('--b\r\n\r\nx')], new Problem('upload-idle', 'slow')),
      'b',
    )
    t.match(error, { kind: 'upload-idle' })
  })

  t.test('takes headers up to the limit and refuses one byte more, however they are cut', async t => {
    const body = (length: number): Buffer => bytes(`--b\r\nA: ${'x'.repeat(length - 3)}\r\n\r\nx\r\n--b--`)
    for (const step of [1, 7, 100, 1000]) {
      const chunks = (length: number): Iterable<Uint8Array> =>
        cutAt(
          body(length),
          Array.from({ length: length / step }, (_, i) => i * step),
        )
      t.same(bodies(await collect(asSource(chunks(100)), 'b', { headerBytes: 100 })), ['x'])
      t.match(await collect(asSource(chunks(101)), 'b', { headerBytes: 100 }), {
        parts: [],
        error: { kind: 'malformed-request' },
      })
    }
  })

  t.test('stops reading headers that never end near the limit', async t => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield bytes('--b\r\n')
      for (;;) {
        given += 1000
        yield await Promise.resolve(Buffer.alloc(1000, 'A'))
      }
    }
    const { error } = await collect(endless(), 'b')
    t.match(error, { kind: 'malformed-request' })
    t.ok(given <= 16 * 1024 + 2000, `${given} bytes were taken`)
  })

  t.test('skips what the consumer leaves of a part', async t => {
    const seen: string[] = []
    const chunks = cutAt(
      bytes('--b\r\nN: 1\r\n\r\nabcdef\r\n--b\r\nN: 2\r\n\r\nxyz\r\n--b\r\nN: 3\r\n\r\nend\r\n--b--'),
      [15, 18],
    )
    for await (const { headers, body } of multipartParts(asSource(chunks), 'b')) {
      if (headers.get('n') === '2') continue
      for await (const piece of body) {
        seen.push(Buffer.from(piece).toString())
        if (headers.get('n') === '1') break
      }
    }
    t.equal(seen.length, 2)
    t.equal(seen[1], 'end')
  })

  t.test('throws where a part is read after the loop has left it: it does not look whole', async t => {
    const kept: AsyncIterable<Uint8Array>[] = []
    for await (const part of multipartParts(
      asSource([bytes('--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--')]),
      'b',
    )) {
      kept.push(part.body)
      if (kept.length === 2) await t.rejects(kept[0]![Symbol.asyncIterator]().next(), /left it/)
    }
    await t.rejects(kept[1]![Symbol.asyncIterator]().next(), /left it/)
  })

  t.test('takes no chunk before it is asked for, and returns the source when left', async t => {
    let taken = 0
    let returned = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield bytes('--b\r\n\r\n')
        for (;;) {
          taken++
          yield await Promise.resolve(bytes('data'))
        }
      } finally {
        returned = true
      }
    }
    for await (const part of multipartParts(source(), 'b')) {
      t.equal(taken, 0)
      const body = part.body[Symbol.asyncIterator]()
      await body.next()
      await body.next()
      t.equal(taken, 2)
      break
    }
    t.ok(returned)
  })

  t.test('gives views of the chunks, not copies', async t => {
    const chunk = bytes(`--b\r\n\r\n${'x'.repeat(100)}`)
    for await (const part of multipartParts(asSource([chunk, bytes('\r\n--b--')]), 'b'))
      for await (const piece of part.body) t.equal(piece.buffer, chunk.buffer)
  })

  t.test('reads a thousand empty parts', async t => {
    const { parts } = await read(`${'--b\r\n\r\n\r\n'.repeat(1000)}--b--`)
    t.equal(parts.length, 1000)
  })
  t.end()
})

t.test('RFC 2046 5.1.1: the same parts come out of a body, however it is cut', t => {
  /** Bytes that often begin a delimiter of boundary `a-b`. */
  const awkward = fc
    .array(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '-',
        '--',
        '--a-',
        '\r\n--a-',
        '\r\n--a-b',
        'a-b',
        ' ',
        'x',
        '\0',
        ':',
      ),
      {
        maxLength: 40,
      },
    )
    .map(words => words.join(''))
  const anywhere = fc.array(fc.nat(400), { maxLength: 30 })

  t.test('a body made of whole parts gives each part back', async t => {
    const data = awkward.filter(
      text => !/\r\n--a-b(--|[ \t]*(\r\n|$))/.test(`\r\n${text}`) && !/\r\n--a-b-$/.test(`\r\n${text}`),
    )
    await t.resolves(
      fc.assert(
        fc.asyncProperty(fc.array(data, { minLength: 1, maxLength: 5 }), anywhere, async (parts, cuts) => {
          const body = parts.map(part => `--a-b\r\nA: 1\r\n\r\n${part}\r\n`).join('')
          const got = await read(`${body}--a-b--\r\n`, 'a-b', cuts)
          if (got.error !== undefined) throw got.error
          assert.deepStrictEqual(bodies(got), parts)
        }),
        { numRuns: 500 },
      ),
    )
  })

  t.test('any bytes give what they give whole, errors included', async t => {
    await t.resolves(
      fc.assert(
        fc.asyncProperty(awkward, awkward, anywhere, async (before, after, cuts) => {
          const body = `${before}\r\n--a-b\r\n\r\n${after}`
          const message = ({ parts, error }: Collected): unknown => ({ parts, error: error?.message })
          assert.deepStrictEqual(message(await read(body, 'a-b', cuts)), message(await read(body, 'a-b')))
        }),
        { numRuns: 1000 },
      ),
    )
  })

  t.test('a body cut at every byte gives the same parts', async t => {
    const body = '\r\n--a-b \r\nA: 1\r\n\r\n\r\n--a-\r\n--a-b-\r\r\n--a-b\r\n\r\nx\r\n--a-b--'
    const cuts = Array.from({ length: body.length }, (_, i) => i)
    t.same(await read(body, 'a-b', cuts), await read(body, 'a-b'))
    for (const cut of cuts) t.same(await read(body, 'a-b', [cut]), await read(body, 'a-b'))
  })
  t.end()
})
