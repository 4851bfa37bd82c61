import fc from 'fast-check'
import assert from 'node:assert/strict'
import t from 'tap'
import { boundaryOf, parseMediaType, partTypeOf } from '../../../src/web/media-types.js'
import {
  boundaryOfEntity,
  multipartBody,
  multipartContentType,
  multipartLengthBytes,
  randomBoundary,
  type OutgoingPart,
} from '../../../src/web/multipart/write.js'
import { asSource, collect } from './collect-parts.js'

async function whole(
  parts: Iterable<OutgoingPart> | AsyncIterable<OutgoingPart>,
  boundary: string,
): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of multipartBody(parts, boundary)) pieces.push(piece)
  return Buffer.concat(pieces)
}

t.test(
  'PS3.18 8.6.1.2: the body begins with its delimiter, and has CRLF and Content-Type first in every part',
  async t => {
    const body = await whole(
      [
        {
          contentType: 'image/jls; transfer-syntax=1.2',
          contentLocation: 'http://h/frames/1',
          body: Buffer.from('one'),
        },
        {
          contentType: 'image/jls; transfer-syntax=1.2',
          body: asSource([Buffer.from('t'), Buffer.from('wo')]),
        },
      ],
      'b',
    )
    t.equal(
      body.toString(),
      '--b\r\nContent-Type: image/jls; transfer-syntax=1.2\r\nContent-Location: http://h/frames/1\r\n\r\none' +
        '\r\n--b\r\nContent-Type: image/jls; transfer-syntax=1.2\r\n\r\ntwo\r\n--b--\r\n',
    )
  },
)

t.test('RFC 2387 3.1: the type of the first part is quoted', t => {
  const text = multipartContentType('application/dicom', 'b')
  t.equal(text, 'multipart/related; type="application/dicom"; boundary=b')
  const mediaType = parseMediaType(text)!
  t.same([partTypeOf(mediaType), boundaryOf(mediaType)], ['application/dicom', 'b'])
  t.end()
})

t.test('boundaries are 70 characters at most, of letters and digits; those of an entity come again', t => {
  for (const boundary of [randomBoundary(), boundaryOfEntity('"abc"')]) t.match(boundary, /^[0-9a-f]{32}$/)
  t.not(randomBoundary(), randomBoundary())
  t.equal(boundaryOfEntity('"abc"'), boundaryOfEntity('"abc"'))
  t.not(boundaryOfEntity('"abc"'), boundaryOfEntity('"abd"'))
  t.end()
})

t.test('RFC 2046 5.1.1: what is written is read again, and has the length that was computed', async t => {
  const part = fc.record({ bytes: fc.uint8Array({ maxLength: 200 }), located: fc.boolean() })
  await t.resolves(
    fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async made => {
        const boundary = randomBoundary()
        const parts = made.map(({ bytes, located }, index) => ({
          contentType: 'application/octet-stream',
          ...(located ? { contentLocation: `http://h/frames/${index}` } : {}),
          body: bytes,
          lengthBytes: bytes.length,
        }))
        const body = await whole(parts, boundary)
        assert.equal(body.length, multipartLengthBytes(parts, boundary))
        const read = await collect(asSource([body]), boundary)
        assert.equal(read.error, undefined)
        assert.deepEqual(
          read.parts.map(({ body }) => body),
          made.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
        )
      }),
      { numRuns: 200 },
    ),
  )
})

t.test('a part that fails ends the body without a closing delimiter', async t => {
  const parts = [{ contentType: 'a/b', body: asSource([Buffer.from('x')], new Error('blob-damaged')) }]
  const pieces: string[] = []
  await t.rejects(async () => {
    for await (const piece of multipartBody(parts, 'b')) pieces.push(Buffer.from(piece).toString())
  }, /blob-damaged/)
  t.same(pieces, ['--b\r\nContent-Type: a/b\r\n\r\n', 'x'])
})

t.test('leaving the body returns the part that was being read and the parts', async t => {
  const returned: string[] = []
  async function* body(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('x'))
    } finally {
      returned.push('body')
    }
  }
  async function* parts(): AsyncGenerator<OutgoingPart> {
    try {
      yield await Promise.resolve({ contentType: 'a/b', body: body() })
    } finally {
      returned.push('parts')
    }
  }
  let pieces = 0
  for await (const _ of multipartBody(parts(), 'b')) if (++pieces === 3) break
  t.same(returned, ['body', 'parts'])
})

t.test('a line end in a header is refused', async t => {
  await t.rejects(whole([{ contentType: 'a/b\r\nX: y', body: Buffer.alloc(0) }], 'b'), RangeError)
  await t.rejects(
    whole([{ contentType: 'a/b', contentLocation: 'x\n', body: Buffer.alloc(0) }], 'b'),
    RangeError,
  )
})
