import t from 'tap'
import { choose, parseAccept } from '../../src/web/accept.js'
import {
  bulkOffers,
  describeOffers,
  frameOffers as frameOffersOf,
  instanceOffers as instanceOffersOf,
  jsonOffers,
  pixelOffers,
  type Offer,
} from '../../src/web/offers.js'

const IMPLICIT = '1.2.840.10008.1.2'
const EXPLICIT = '1.2.840.10008.1.2.1'
const DEFLATED = '1.2.840.10008.1.2.1.99'
const BIG_ENDIAN = '1.2.840.10008.1.2.2'
const JPEG = '1.2.840.10008.1.2.4.50'
const JPEG_LS = '1.2.840.10008.1.2.4.80'
const RLE = '1.2.840.10008.1.2.5'
const HTJ2K = '1.2.840.10008.1.2.4.201'
const MPEG2 = '1.2.840.10008.1.2.4.100'
const H265 = '1.2.840.10008.1.2.4.107'

/** all that there is an encoder for */
const ALL = [
  EXPLICIT,
  RLE,
  ...[50, 57, 70, 80, 81, 90, 91, 201, 202, 203].map(n => `1.2.840.10008.1.2.4.${n}`),
]
const frameOffers = (syntax: string, one: boolean, possible = ALL): Offer[] =>
  frameOffersOf(syntax, one, possible)

const instanceOffers = (syntax: string, one: boolean, possible: readonly string[] = []): Offer[] =>
  instanceOffersOf(syntax, one, possible)

/** The choice in one line: `mp(type) syntax content` or `type syntax content`; `406` where there is none. */
function answer(offers: readonly Offer[], header: string | undefined, ...parameter: string[]): string {
  const choice = choose(parseAccept(header, parameter), offers)
  if (choice === undefined) return '406'
  const type = choice.form === 'multipart' ? `mp(${choice.mediaType})` : choice.mediaType
  return [type, choice.transferSyntax, choice.content].filter(word => word !== undefined).join(' ')
}

const DICOM_REWRITTEN = `mp(application/dicom) ${EXPLICIT} explicit-little-endian`
const stored = (type: string, syntax: string): string => `${type} ${syntax} as-stored`

t.test('PS3.18 8.7.5 to 8.7.8: metadata and search answers', t => {
  const json = (header: string | undefined, ...parameter: string[]): string =>
    answer(jsonOffers(), header, ...parameter).replace(' as-stored', '')
  for (const [header, expected] of [
    [undefined, 'application/dicom+json'],
    ['', 'application/dicom+json'],
    ['*/*', 'application/dicom+json'],
    ['*', 'application/dicom+json'],
    ['application/*', 'application/dicom+json'],
    ['application/json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['Application/DICOM+JSON; charset=UTF-8', 'application/dicom+json'],
    ['application/json;q=0.5, application/dicom+json;q=0.6', 'application/dicom+json'],
    ['application/dicom+json, application/json', 'application/dicom+json'],
    ['application/dicom+json;q=0, */*', 'application/json'],
    ['text/html, image/gif, *; q=.2, */*; q=.2', 'application/dicom+json'],
    // OHIF: traps 2, 3 and 5 of dicomweb.md
    [
      'application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*; transfer-syntax=*',
      'application/dicom+json',
    ],
    ['application/dicom+xml', '406'],
    ['multipart/related; type="application/dicom+xml"', '406'],
    ['multipart/related; type="application/dicom+json"', '406'],
    ['application/dicom+json;q=0', '406'],
    ['nonsense', '406'],
    ['application/dicom+json;q=2, ;;;, "', '406'],
    ['"application/dicom+json', '406'],
    [';, image/png, application/json', 'application/json'],
  ] as const)
    t.equal(json(header), expected, `Accept: ${String(header)}`)

  t.equal(json('image/png', 'application/json'), 'application/json', 'the parameter goes first')
  t.equal(
    json('application/json', 'image/png'),
    'application/json',
    'the header counts where no entry of it fits',
  )
  t.equal(json(undefined, 'image/png'), '406', 'an absent header does not widen the parameter')
  t.equal(json('*/*', 'application/dicom json'), 'application/dicom+json', 'plus decoded to a blank')
  t.equal(
    json('image/png', 'image/png', 'application/dicom json; q=0.1, text/html'),
    'application/dicom+json',
  )
  t.end()
})

t.test('PS3.18 8.7.3: studies, series and instances', t => {
  const type = 'multipart/related; type="application/dicom"'
  for (const syntax of [IMPLICIT, BIG_ENDIAN, DEFLATED]) {
    const ask = (header: string): string => answer(instanceOffers(syntax, false), header)
    for (const header of [
      '*/*',
      type,
      'multipart/related',
      'multipart/*',
      `${type}; transfer-syntax=${EXPLICIT}`,
    ])
      t.equal(ask(header), DICOM_REWRITTEN, `${syntax} for ${header}`)
    t.equal(ask(`${type}; transfer-syntax=*`), stored('mp(application/dicom)', syntax))
    t.equal(ask(`*/*; transfer-syntax=*`), stored('mp(application/dicom)', syntax))
    t.equal(ask(`${type}; transfer-syntax=${IMPLICIT}`), DICOM_REWRITTEN, 'implicit is never sent on request')
    t.equal(ask(`${type}; transfer-syntax=${BIG_ENDIAN}`), DICOM_REWRITTEN, 'nor is big endian')
    t.equal(ask(`${type}; transfer-syntax=${JPEG}`), '406')
    t.equal(ask('application/dicom'), '406', 'several instances do not go as one part')
  }
  const deflated = (syntax: string): string =>
    answer(instanceOffers(DEFLATED, false), `${type}; transfer-syntax=${syntax}`)
  t.equal(deflated(DEFLATED), stored('mp(application/dicom)', DEFLATED))

  const explicit = instanceOffers(EXPLICIT, true)
  t.equal(answer(explicit, '*/*'), stored('mp(application/dicom)', EXPLICIT), 'nothing to rewrite')
  t.equal(answer(explicit, 'application/dicom'), stored('application/dicom', EXPLICIT))
  t.equal(answer(explicit, 'application/*'), stored('application/dicom', EXPLICIT))
  t.equal(
    answer(explicit, `application/dicom;transfer-syntax=${DEFLATED}`),
    '406',
    'it is not deflated on request',
  )
  t.equal(
    answer(explicit, 'multipart/related; type=application/dicom; boundary=**'),
    stored('mp(application/dicom)', EXPLICIT),
  )
  t.equal(answer(explicit, 'multipart/related; type="application/octet-stream"'), '406')
  t.equal(
    answer(explicit, undefined, 'multipart/related; type=%22application/dicom%22'),
    stored('mp(application/dicom)', EXPLICIT),
  )

  const compressed = instanceOffers(JPEG_LS, true)
  for (const header of ['*/*', type, `${type}; transfer-syntax=*`, `${type}; transfer-syntax=${JPEG_LS}`])
    t.equal(answer(compressed, header), stored('mp(application/dicom)', JPEG_LS), header)
  t.equal(answer(compressed, `${type}; transfer-syntax=${EXPLICIT}`), '406')
  t.equal(
    answer(compressed, `${type}; transfer-syntax=${JPEG_LS}; transfer-syntax=*`),
    stored('mp(application/dicom)', JPEG_LS),
  )
  t.equal(
    answer(compressed, `${type}; transfer-syntax=${JPEG}; transfer-syntax=*`),
    '406',
    'the first of two counts',
  )
  t.equal(
    answer(instanceOffers('1.2.3.4', true), 'application/dicom'),
    stored('application/dicom', '1.2.3.4'),
  )

  const ranked = `${type}; transfer-syntax=${EXPLICIT}, ${type}; transfer-syntax=*`
  t.equal(
    answer(instanceOffers(IMPLICIT, false), ranked),
    stored('mp(application/dicom)', IMPLICIT),
    'a tie goes to what is stored',
  )
  t.equal(answer(instanceOffers(IMPLICIT, false), `${ranked};q=0.9`), DICOM_REWRITTEN)
  t.end()
})

t.test('PS3.18 8.7.3: frames', t => {
  const octets = 'multipart/related; type="application/octet-stream"'
  const cornerstone = 'multipart/related; type=application/octet-stream; transfer-syntax=*'
  for (const syntax of [IMPLICIT, BIG_ENDIAN, DEFLATED]) {
    const rewritten = `${EXPLICIT} explicit-little-endian`
    for (const header of [
      '*/*',
      octets,
      cornerstone,
      `${octets};transfer-syntax=${EXPLICIT}`,
      `${octets};transfer-syntax=${IMPLICIT}`,
      'multipart/related',
    ])
      t.equal(answer(frameOffers(syntax, true), header), `mp(application/octet-stream) ${rewritten}`, header)
    t.equal(
      answer(frameOffers(syntax, true), 'application/octet-stream'),
      `application/octet-stream ${rewritten}`,
    )
    t.equal(
      answer(frameOffers(syntax, false), 'application/octet-stream'),
      '406',
      'several frames do not go as one part',
    )
    for (const header of [
      `${octets}; transfer-syntax=${JPEG_LS}`,
      `${octets}; transfer-syntax=${DEFLATED}`,
      'multipart/related; type="image/jls"; transfer-syntax=*',
      'image/jxl',
    ])
      t.equal(answer(frameOffers(syntax, true), header), '406', header)
    t.equal(answer(frameOffers(syntax, true, []), 'image/jls'), '406', 'what its samples do not go into')
  }
  t.equal(answer(frameOffers(EXPLICIT, true), cornerstone), stored('mp(application/octet-stream)', EXPLICIT))

  const labelled = stored('mp(image/jls)', JPEG_LS)
  for (const header of [
    '*/*',
    cornerstone,
    'multipart/related',
    'multipart/related; type="image/*"',
    'multipart/related; type="image/"',
    'multipart/related; type="*/*"',
    'multipart/related; type="image/jls"',
    `multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`,
    'multipart/related; type=image/jls; transfer-syntax=*',
    `${octets}; transfer-syntax=${JPEG_LS}`,
  ])
    t.equal(answer(frameOffers(JPEG_LS, true), header), labelled, header)
  for (const header of [
    'multipart/related; type="image/jpeg"; transfer-syntax=*',
    `multipart/related; type="image/jls"; transfer-syntax=${JPEG}`,
    'multipart/related; type="application/dicom"',
  ])
    t.equal(answer(frameOffers(JPEG_LS, true), header), '406', header)
  t.equal(
    answer(frameOffers(JPEG_LS, true), 'image/avif,image/webp,image/*,*/*;q=0.8'),
    stored('image/jls', JPEG_LS),
  )
  t.equal(answer(frameOffers(JPEG_LS, false), 'image/jls'), '406')
  t.equal(
    answer(frameOffers('1.2.840.10008.1.2.1.98', true), octets),
    stored('mp(application/octet-stream)', EXPLICIT),
    'PS3.5 A.4.12: the fragments are native frames',
  )

  const slim = `multipart/related; type="image/jpeg"; transfer-syntax=${JPEG}, multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}, ${octets}; transfer-syntax=${EXPLICIT}`
  t.equal(answer(frameOffers(JPEG, false), slim), stored('mp(image/jpeg)', JPEG))
  t.equal(answer(frameOffers(JPEG_LS, false), slim), labelled)
  t.equal(
    answer(frameOffers(IMPLICIT, false), slim),
    `mp(application/octet-stream) ${EXPLICIT} explicit-little-endian`,
  )
  t.equal(
    answer(frameOffers(RLE, false), slim),
    `mp(image/jls) ${JPEG_LS} transcoded`,
    'a list of what it can read is no wish for loss',
  )
  t.equal(answer(frameOffers(RLE, false, []), slim), '406')
  t.end()
})

t.test('PS3.18 8.7.3: frames in another transfer syntax', t => {
  const octets = 'multipart/related; type="application/octet-stream"'
  const jpegFamily = (n: number): string => `1.2.840.10008.1.2.4.${n}`
  for (const header of [octets, `${octets}; transfer-syntax=${EXPLICIT}`, 'application/octet-stream']) {
    t.match(answer(frameOffers(JPEG_LS, true), header), `application/octet-stream`, header)
    t.match(answer(frameOffers(JPEG_LS, true), header), `${EXPLICIT} transcoded`, header)
  }
  t.equal(
    answer(frameOffers(JPEG_LS, true, []), octets),
    stored('mp(image/jls)', JPEG_LS),
    '8.7.3.4: what cannot be decoded goes out as it is, labelled',
  )
  for (const [type, syntax] of [
    ['image/jpeg', jpegFamily(70)],
    ['image/jls', JPEG_LS],
    ['image/jp2', jpegFamily(90)],
    ['image/jphc', HTJ2K],
    ['image/dicom-rle', RLE],
  ] as const)
    for (const stored of [IMPLICIT, EXPLICIT, jpegFamily(51)])
      if (!(stored === jpegFamily(51) && type === 'image/jpeg'))
        t.equal(
          answer(frameOffers(stored, true), type),
          `${type} ${syntax} transcoded`,
          'the default of the type',
        )
  for (const syntax of [50, 57, 81, 91, 202, 203].map(jpegFamily)) {
    const [type] = [50, 57].map(jpegFamily).includes(syntax)
      ? ['image/jpeg']
      : syntax === jpegFamily(81)
        ? ['image/jls']
        : syntax === jpegFamily(91)
          ? ['image/jp2']
          : ['image/jphc']
    t.equal(
      answer(frameOffers(IMPLICIT, true), `multipart/related; type="${type}"; transfer-syntax=${syntax}`),
      `mp(${type}) ${syntax} transcoded`,
      'by its name alone',
    )
  }
  const inside = '1.2.840.10008.1.2.8.1'
  for (const header of ['*/*', octets, `${octets}; transfer-syntax=*`])
    t.match(
      answer(frameOffers(inside, true), header),
      `${EXPLICIT} transcoded`,
      'deflated frames go out native',
    )
  t.equal(
    answer(frameOffers(IMPLICIT, true), 'image/avif,image/webp,image/*,*/*;q=0.8'),
    `image/jpeg ${jpegFamily(70)} transcoded`,
  )
  t.equal(answer(frameOffers(MPEG2, true), 'image/jpeg'), '406')
  t.end()
})

t.test('PS3.18 8.7.3: instances in another transfer syntax', t => {
  const type = 'multipart/related; type="application/dicom"'
  for (const syntax of [IMPLICIT, EXPLICIT, HTJ2K]) {
    t.equal(
      answer(instanceOffers(syntax, false, ALL), `${type}; transfer-syntax=${JPEG_LS}`),
      `mp(application/dicom) ${JPEG_LS} transcoded`,
    )
    t.equal(answer(instanceOffers(syntax, false, []), `${type}; transfer-syntax=${JPEG_LS}`), '406')
    t.match(answer(instanceOffers(syntax, false, ALL), `${type}; transfer-syntax=*`), 'as-stored')
    t.match(
      answer(
        instanceOffers(syntax, false, ALL),
        `${type}; transfer-syntax=${JPEG}, ${type}; transfer-syntax=${RLE}`,
      ),
      `${RLE} transcoded`,
      'what loses nothing comes first',
    )
  }
  t.equal(
    answer(instanceOffers(HTJ2K, false, ALL), `${type}; transfer-syntax=${EXPLICIT}`),
    `mp(application/dicom) ${EXPLICIT} transcoded`,
  )
  const byDefault = `mp(application/dicom) ${EXPLICIT} transcoded`
  for (const lossless of [HTJ2K, JPEG_LS, RLE]) {
    t.equal(answer(instanceOffers(lossless, false, ALL), type), byDefault, 'the default is native')
    const undecodable = answer(instanceOffers(lossless, false, [RLE]), type)
    t.equal(undecodable, stored('mp(application/dicom)', lossless), '8.7.3.4: it goes out as it is')
  }
  t.equal(
    answer(instanceOffers(JPEG, false, ALL), type),
    stored('mp(application/dicom)', JPEG),
    '8.7.3.4: what is lossy stays as it is',
  )
  t.end()
})

t.test('older media types are answered under the name asked for', t => {
  for (const [asked, syntax] of [
    ['image/x-dicom-rle', RLE],
    ['image/x-jls', JPEG_LS],
    ['image/dicom+jpeg', JPEG],
    ['image/jhc', HTJ2K],
    ['image/jph', HTJ2K],
    ['image/j2c', '1.2.840.10008.1.2.4.90'],
  ] as const) {
    t.equal(
      answer(frameOffers(syntax, true), `multipart/related; type="${asked}"`),
      stored(`mp(${asked})`, syntax),
    )
    t.equal(
      answer(frameOffers(syntax, true), `${asked.toUpperCase()}; transfer-syntax=*`),
      stored(asked, syntax),
    )
  }
  t.equal(answer(pixelOffers(MPEG2, true), undefined, 'video/mpeg'), stored('video/mpeg', MPEG2))
  t.end()
})

t.test('PS3.18 10.4: video has no frames, its stream is pixel data', t => {
  t.equal(answer(frameOffers(MPEG2, true), '*/*'), '406')
  t.equal(answer(pixelOffers(MPEG2, true), 'video/*'), stored('video/mpeg2', MPEG2))
  t.equal(answer(pixelOffers(H265, true), 'video/h265'), stored('video/H265', H265))
  t.equal(answer(pixelOffers(MPEG2, true), '*/*'), stored('mp(video/mpeg2)', MPEG2))
  t.end()
})

t.test('PS3.18 10.4.1.1.2: bulk values', t => {
  const bulk = bulkOffers(BIG_ENDIAN, true)
  const octets = `${EXPLICIT} explicit-little-endian`
  t.equal(answer(bulk, '*/*'), `application/octet-stream ${octets}`)
  t.equal(
    answer(bulk, 'multipart/related; type="application/octet-stream"'),
    `mp(application/octet-stream) ${octets}`,
  )
  t.equal(
    answer(bulk, 'multipart/related; type=application/octet-stream; transfer-syntax=*'),
    `mp(application/octet-stream) ${octets}`,
  )
  t.equal(answer(bulkOffers(JPEG, false), '*/*'), stored('mp(application/octet-stream)', EXPLICIT))
  const pdf = bulkOffers(EXPLICIT, true, 'application/pdf')
  t.equal(answer(pdf, '*/*'), 'application/pdf as-stored')
  t.equal(answer(pdf, 'multipart/related; type="application/pdf"'), 'mp(application/pdf) as-stored')
  t.equal(answer(pdf, 'application/octet-stream'), stored('application/octet-stream', EXPLICIT))
  for (const type of ['application/pdf\r\nX: y', 'pdf', 'a/b; c=d', ''])
    t.equal(
      answer(bulkOffers(EXPLICIT, true, type), '*/*'),
      stored('application/octet-stream', EXPLICIT),
      'a header is not made of it',
    )
  t.end()
})

t.test('what is on offer is told in words', t => {
  t.same(describeOffers(frameOffers(JPEG_LS, true, [])), [
    `multipart/related; type="image/jls"; transfer-syntax=${JPEG_LS}`,
    `image/jls; transfer-syntax=${JPEG_LS}`,
  ])
  t.same(describeOffers(jsonOffers()), ['application/dicom+json', 'application/json'])
  t.end()
})
