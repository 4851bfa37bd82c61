import t from 'tap'
import {
  askJson,
  askWhole,
  storeRequest,
  STORED_SYNTAX,
  textOf,
  valueOf,
  type JsonObject,
} from '../dicomweb-client.js'
import {
  ctImage,
  DEFLATED_LE,
  el,
  EXPLICIT_LE,
  IMPLICIT_LE,
  newUid,
  type MadeInstance,
} from '../made-dicom.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const B007 = 0xb007
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'

t.test('PS3.18 I.2 Store: warnings', async t => {
  const { url } = await startServer(t)
  const store = async (
    image: MadeInstance,
  ): Promise<{ status: number; reason: unknown; comment: string }> => {
    const { status, json } = await askJson(`${url}/studies`, {
      method: 'POST',
      ...storeRequest([image.bytes]),
    })
    const [item] = ((json as JsonObject)['00081199']?.Value ?? []) as readonly JsonObject[]
    const got = await askWhole(url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
    t.ok(got.bytes.equals(image.bytes), 'it comes back as it came')
    return { status, reason: valueOf(item!, '00081196'), comment: textOf(item!, '00000902') }
  }
  const meta = (over: Record<string, string>): MadeInstance => {
    const instance = newUid()
    const usual = { '00020002': CT_IMAGE_STORAGE, '00020003': instance, '00020010': EXPLICIT_LE }
    const elements = Object.entries({ ...usual, ...over }).map(([tag, value]) => el(tag, 'UI', value))
    return ctImage({ instance, metaElements: elements })
  }

  t.test(
    'I.2.2 what is stored though it does not fit bears B007H and says why, and the answer is 202',
    async t => {
      const cases: readonly (readonly [RegExp, MadeInstance])[] = [
        [/^\(0002,0002\) of the meta group is not \(0008,0016\)$/, meta({ '00020002': '1.2.3' })],
        [/^\(0002,0003\) of the meta group is not \(0008,0018\)$/, meta({ '00020003': '1.2.3' })],
        [/^\(0002,0002\) .* \(\+1 more\)$/, meta({ '00020002': '1.2.3', '00020003': '1.2.3' })],
        [/^a component of SeriesInstanceUID has a leading zero$/, ctImage({ series: '1.2.03.4' })],
        [/^StudyDate \(0008,0020\) is no date$/, ctImage({ with: [el('00080020', 'DA', 'yesterday')] })],
        [/^PatientBirthDate .* is no date$/, ctImage({ with: [el('00100030', 'DA', '19701345')] })],
        [/^StudyTime .* is no time$/, ctImage({ with: [el('00080030', 'TM', 'noon')] })],
        [/^InstanceNumber .* is no number$/, ctImage({ with: [el('00200013', 'IS', 'one')] })],
        [/^PatientSize .* is no number$/, ctImage({ with: [el('00101020', 'DS', 'tall')] })],
        [
          /^Specific Character Set of 00080005 has an unknown term$/,
          ctImage({ with: [el('00080005', 'CS', 'NONSENSE')] }),
        ],
        [/^2 frames announced, 1 in the 128 bytes of/, ctImage({ with: [el('00280008', 'IS', '2')] })],
        [/^dataset is in explicit VR, its transfer syntax says implicit$/, meta({ '00020010': IMPLICIT_LE })],
      ]
      for (const [comment, image] of cases) {
        const answer = await store(image)
        t.match(answer, { status: 202, reason: B007, comment }, String(comment))
        t.ok(answer.comment.length <= 64, 'LO. PS3.5 6.2')
      }
    },
  )

  t.test('a warning repeats no value', async t => {
    const secret = 'SECRET'
    const odd = ctImage({
      with: [el('00080020', 'DA', secret), el('00101020', 'DS', secret), el('00080005', 'CS', secret)],
    })
    t.notMatch((await store(odd)).comment, secret)
  })

  t.test('10.5 what is absent, empty, too long, in an older form or of odd letters bears none', async t => {
    for (const [name, image] of [
      [
        'nothing but UIDs',
        ctImage({ without: ['00080020', '00080060', '00100010', '00100020', '00200013'] }),
      ],
      ['empty values', ctImage({ with: [el('00080020', 'DA', ''), el('00100020', 'LO', '')] })],
      [
        'an old date and time',
        ctImage({ with: [el('00080020', 'DA', '1997.01.31'), el('00080030', 'TM', '10:11:12')] }),
      ],
      [
        'long text',
        ctImage({ with: [el('0008103E', 'LO', 'x'.repeat(200)), el('00200010', 'SH', 'y'.repeat(30))] }),
      ],
      ['a lower-case code', ctImage({ with: [el('00100040', 'CS', 'male or so')] })],
      ['a long decimal', ctImage({ with: [el('00101030', 'DS', '71.123456789012345678')] })],
      ['an unknown SOP class', ctImage({ with: [el('00080016', 'UI', '1.2.3.4.5')] })],
      ['no preamble', ctImage({ preamble: false })],
      ['no meta group', ctImage({ preamble: false, meta: false })],
      ['deflated', ctImage({ transferSyntax: DEFLATED_LE })],
    ] as const)
      t.match(await store(image), { status: 200, reason: undefined, comment: '' }, name)
  })
})
