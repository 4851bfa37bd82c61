import fc from 'fast-check'
import t from 'tap'
import {
  boundaryOf,
  contentType,
  parseMediaType,
  partTypeOf,
  splitOutsideQuotes,
  transferSyntaxOf,
} from '../../src/web/media-types.js'

/** Type and parameters, as plain data. */
function parsed(text: string): unknown {
  const mediaType = parseMediaType(text)
  return mediaType && [mediaType.type, Object.fromEntries(mediaType.parameters)]
}

t.test('RFC 2387, PS3.18 8.6.1.2: the Content-Type of a multipart request is read as clients write it', t => {
  const related = (text: string): unknown => {
    const mediaType = parseMediaType(text)
    return (
      mediaType && [mediaType.type, partTypeOf(mediaType), boundaryOf(mediaType), transferSyntaxOf(mediaType)]
    )
  }
  for (const [text, type, boundary, transferSyntax] of [
    ['multipart/related; type="application/dicom"; boundary=abc', 'application/dicom', 'abc', undefined],
    ['multipart/related;type=application/dicom;boundary=abc', 'application/dicom', 'abc', undefined],
    [
      'Multipart/Related ; BOUNDARY="a b;c,d=e" ; Type="Application/DICOM"',
      'application/dicom',
      'a b;c,d=e',
      undefined,
    ],
    [
      'multipart/related; type="application/dicom"; transfer-syntax=1.2.3; charset=utf-8; boundary=x',
      'application/dicom',
      'x',
      '1.2.3',
    ],
    [
      'multipart/related; type="application/dicom"; transfer-syntax="1.2.3"; transfer-syntax="*"; boundary=x',
      'application/dicom',
      'x',
      '1.2.3',
    ],
    [
      'multipart/related; type=%22application/dicom%22; boundary=%22x%22',
      'application/dicom',
      'x',
      undefined,
    ],
    ['multipart/related; boundary=----=_Part_1; type=""; ;', undefined, '----=_Part_1', undefined],
    ['multipart/related; boundary="a\\"b"', undefined, 'a"b', undefined],
    ['multipart/related; type="application/dicom"', 'application/dicom', undefined, undefined],
    ['multipart/related; boundary=""', undefined, undefined, undefined],
  ] as const)
    t.same(related(text), ['multipart/related', type, boundary, transferSyntax], text)
  t.equal(
    boundaryOf(parseMediaType('multipart/related; boundary="a\r\nb"')!),
    undefined,
    'no line end in a boundary',
  )
  t.equal(boundaryOf(parseMediaType(`multipart/related; boundary=${'x'.repeat(257)}`)!), undefined)
  t.end()
})

t.test('RFC 9110 8.3.1: what is no media type is none', t => {
  for (const text of [
    '',
    'dicom',
    '/',
    'a/',
    '/b',
    'a/b/c',
    'a b/c',
    'a/b; c="d',
    'a/b; c=d"',
    'a/b; c="d"e',
    'a/b; c="d\\"',
  ])
    t.equal(parsed(text), undefined, text)
  t.same(parsed('text/plain; charset'), ['text/plain', {}])
  t.same(parsed(' TEXT/plain;A=B;a=c'), ['text/plain', { a: 'B' }])
  t.end()
})

t.test('a list is cut outside quoted strings only', t => {
  t.same(splitOutsideQuotes('a;b="c;d";e="f\\";g";h', ';'), ['a', 'b="c;d"', 'e="f\\";g"', 'h'])
  t.same(splitOutsideQuotes('a,"b,c', ','), ['a', '"b,c'])
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', '\\', ',', ';', 'a') }),
      text => splitOutsideQuotes(text, ',').join(',') === text,
    ),
  )
  t.end()
})

t.test('PS3.18 8.7.3: a content type names its transfer syntax where there is one', t => {
  t.equal(
    contentType('image/jls', '1.2.840.10008.1.2.4.80'),
    'image/jls; transfer-syntax=1.2.840.10008.1.2.4.80',
  )
  t.equal(contentType('application/dicom+json'), 'application/dicom+json')
  t.end()
})
