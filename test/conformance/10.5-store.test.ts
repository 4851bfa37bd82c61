import { randomBytes } from 'node:crypto'
import t from 'tap'
import { ctImage, dicomFile, el, newUid, type MadeInstance } from '../made-dicom.js'
import {
  askJson,
  askWhole,
  readStoreAnswer,
  search,
  store,
  storeRequest,
  STORED_SYNTAX,
  textOf,
  valueOf,
  type JsonObject,
} from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { partsBody } from './parts-body.js'
import { pathOf } from './paths.js'

const C000 = 0xc000
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'
const CRLF = '\r\n'

function itemsOf(answer: unknown, tag: string): readonly JsonObject[] {
  return ((answer as JsonObject)[tag]?.Value ?? []) as readonly JsonObject[]
}

t.test('PS3.18 10.5 Store', async t => {
  const server = await startServer(t)
  const { url } = server
  const post = (
    contentType: string | undefined,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    path = '/studies',
  ): Promise<{ status: number; json: unknown }> =>
    askJson(url + path, {
      method: 'POST',
      headers: contentType === undefined ? {} : { 'content-type': contentType },
      body,
    })
  const comesBack = async (instance: MadeInstance): Promise<boolean> => {
    const got = await askWhole(url + pathOf(instance), { headers: { accept: STORED_SYNTAX } })
    return got.status === 200 && got.bytes.equals(instance.bytes)
  }

  t.test('10.5.3.1 answers 200 and the Store Instances Response Module when all are stored', async t => {
    const study = newUid()
    const images = [ctImage({ study }), ctImage({ study })]
    const { headers, body } = storeRequest(images.map(image => image.bytes))
    const answer = await askWhole(`${url}/studies`, { method: 'POST', headers, body })
    t.equal(answer.status, 200)
    t.equal(answer.headers['content-type'], 'application/dicom+json')
    const module = JSON.parse(answer.bytes.toString()) as JsonObject
    t.notOk(Array.isArray(module), 'trap 46: the object, not an array of it')
    t.same(Object.keys(module), ['00081190', '00081199'], 'trap 41: no empty sequence')
    t.same(module['00081190'], { vr: 'UR', Value: [`${url}/studies/${study}`] })
    const items = itemsOf(module, '00081199')
    t.same(
      items,
      images.map(image => ({
        '00081150': { vr: 'UI', Value: [CT_IMAGE_STORAGE] },
        '00081155': { vr: 'UI', Value: [image.SOPInstanceUID] },
        '00081190': { vr: 'UR', Value: [url + pathOf(image)] },
      })),
      'one item an instance, in the order of the parts',
    )
    const got = await askWhole(textOf(items[1]!, '00081190'), { headers: { accept: STORED_SYNTAX } })
    t.ok(got.bytes.equals(images[1]!.bytes), 'the Retrieve URL gives the instance')
  })

  t.test('10.5.3 gives no Retrieve URL for instances of several studies', async t => {
    const { headers, body } = storeRequest([ctImage().bytes, ctImage().bytes])
    const { json } = await askJson(`${url}/studies`, { method: 'POST', headers, body })
    t.same((json as JsonObject)['00081190'], { vr: 'UR' })
  })

  t.test('takes one bare application/dicom body (de facto)', async t => {
    const image = ctImage()
    t.equal((await post('application/dicom', image.bytes)).status, 200)
    t.ok(await comesBack(image))
  })

  t.test('8.6.1.2 reads every spelling of a multipart Content-Type that clients send', async t => {
    const boundary = 'a'.repeat(20)
    for (const [name, contentType] of [
      ['quoted type', `multipart/related; type="application/dicom"; boundary=${boundary}`],
      ['unquoted type', `multipart/related; type=application/dicom; boundary=${boundary}`],
      ['trap 9: quoted boundary', `multipart/related; type="application/dicom"; boundary="${boundary}"`],
      [
        'trap 42: transfer-syntax in the type',
        `multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1; boundary=${boundary}`,
      ],
      ['charset', `multipart/related; type="application/dicom"; charset=utf-8; boundary=${boundary}`],
      ['no type', `multipart/related; boundary=${boundary}`],
      ['capitals, no blanks', `Multipart/Related;Type="Application/DICOM";Boundary=${boundary}`],
    ] as const) {
      const image = ctImage()
      t.equal((await post(contentType, partsBody(boundary, [image.bytes]))).status, 200, name)
      t.ok(await comesBack(image), name)
    }
  })

  t.test('8.6.1.2 passes over a leading CRLF, a preamble and an epilogue', async t => {
    const image = ctImage()
    const body = Buffer.concat([
      Buffer.from(`${CRLF}This is a preamble${CRLF}`),
      partsBody('xyz', [image.bytes]),
      Buffer.from('an epilogue'),
    ])
    t.equal((await post('multipart/related; type="application/dicom"; boundary=xyz', body)).status, 200)
    t.ok(await comesBack(image))
  })

  t.test('takes a part without headers', async t => {
    const image = ctImage()
    const body = Buffer.concat([
      Buffer.from(`--xyz${CRLF}${CRLF}`),
      image.bytes,
      Buffer.from(`${CRLF}--xyz--${CRLF}`),
    ])
    t.equal((await post('multipart/related; boundary=xyz', body)).status, 200)
    t.ok(await comesBack(image))
  })

  t.test('trap 44: empty lines and what resembles the boundary inside the data end no part', async t => {
    const pixels = Buffer.alloc(1024, `${CRLF}${CRLF}--xy${CRLF}${CRLF}--xyzz${CRLF}--xyz-${CRLF}`)
    const image = ctImage({ rows: 16, columns: 32, pixels })
    const other = ctImage()
    const answer = await post(
      'multipart/related; type="application/dicom"; boundary=xyz',
      partsBody('xyz', [image.bytes, other.bytes]),
    )
    t.equal(answer.status, 200)
    t.ok(await comesBack(image))
    t.ok(await comesBack(other))
  })

  t.test(
    'trap 39: a part that is no DICOM fails with C000H; 10.5.3.1 answers 409 when none is stored',
    async t => {
      const { headers, body } = storeRequest([randomBytes(5000), Buffer.alloc(0), Buffer.from('hello')])
      const { status, json } = await askJson(`${url}/studies`, { method: 'POST', headers, body })
      t.equal(status, 409)
      t.same(
        itemsOf(json, '0008119A').map(item => valueOf(item, '00081197')),
        [C000, C000, C000],
        'in Other Failures Sequence, since they have no UIDs',
      )
      t.notOk((json as JsonObject)['00081199'], 'no empty Referenced SOP Sequence')
      t.notOk((json as JsonObject)['00081198'], 'no empty Failed SOP Sequence')
    },
  )

  t.test('trap 40: 202 when some failed, and the others are stored', async t => {
    const images = [ctImage(), ctImage()]
    const answer = await store(url, [images[0]!.bytes, randomBytes(300), images[1]!.bytes])
    t.equal(answer.status, 202)
    t.same(
      answer.stored,
      images.map(image => image.SOPInstanceUID),
    )
    t.same(answer.failed, [C000])
    t.ok(await comesBack(images[1]!))
  })

  t.test('10.5.1 an instance of another study than the path’s fails with A900H', async t => {
    const [mine, other] = [ctImage(), ctImage()]
    const path = `/studies/${mine.StudyInstanceUID}`
    const answerTo = async (files: readonly Uint8Array[]): Promise<{ status: number; json: unknown }> =>
      askJson(url + path, { method: 'POST', ...storeRequest(files) })
    const both = await answerTo([other.bytes, mine.bytes])
    t.equal(both.status, 202)
    t.same(itemsOf(both.json, '00081198'), [
      {
        '00000902': itemsOf(both.json, '00081198')[0]!['00000902'],
        '00081150': { vr: 'UI', Value: [CT_IMAGE_STORAGE] },
        '00081155': { vr: 'UI', Value: [other.SOPInstanceUID] },
        '00081197': { vr: 'US', Value: [0xa900] },
      },
    ])
    t.same(readStoreAnswer(both.json).stored, [mine.SOPInstanceUID])
    t.equal((await answerTo([other.bytes])).status, 409)
    t.equal((await askWhole(url + pathOf(other))).status, 404)
  })

  t.test(
    '10.5.1 an instance without one of the four UIDs, or with one that is none, fails with C000H',
    async t => {
      for (const tag of ['00080016', '00080018', '0020000D', '0020000E']) {
        const without = dicomFile(
          [
            ['00080016', CT_IMAGE_STORAGE],
            ['00080018', newUid()],
            ['0020000D', newUid()],
            ['0020000E', newUid()],
          ]
            .filter(([each]) => each !== tag)
            .map(([each = '', value = '']) => el(each, 'UI', value)),
        )
        t.match(await store(url, [without]), { status: 409, failed: [C000] }, `${tag} missing`)
        for (const value of ['', '../../etc', '1..2', '1.'.padEnd(70, '2')]) {
          const bad = ctImage({ with: [el(tag, 'UI', value)] })
          t.match(await store(url, [bad.bytes]), { status: 409, failed: [C000] }, `${tag} is "${value}"`)
        }
      }
    },
  )

  t.test('a data set that cannot be read in its unknown transfer syntax fails with C122H', async t => {
    const head = dicomFile([], { transferSyntax: '1.2.3.4.5' })
    const scrambled = Buffer.concat([head, randomBytes(2000)])
    t.match(await store(url, [scrambled]), { status: 409, failed: [0xc122] })
  })

  t.test('an instance that is cut short fails with C000H, wherever it is cut', async t => {
    const image = ctImage()
    for (const length of [100, 140, 400, image.bytes.length - 1]) {
      const answer = await store(url, [image.bytes.subarray(0, length)])
      t.match(answer, { status: 409, failed: [C000] }, `after ${length} bytes`)
    }
    t.equal((await askWhole(url + pathOf(image))).status, 404, 'and is not visible')
  })

  t.test(
    'when the envelope breaks, the whole parts are stored and reported, the cut one as C000H',
    async t => {
      const [whole, cut] = [ctImage(), ctImage({ rows: 64, columns: 64 })]
      const body = partsBody('xyz', [whole.bytes, cut.bytes], false).subarray(0, -5000)
      const { status, json } = await post('multipart/related; boundary=xyz', body)
      t.equal(status, 202)
      t.same(readStoreAnswer(json), { stored: [whole.SOPInstanceUID], failed: [C000] })
      t.ok(await comesBack(whole))
      t.equal((await askWhole(url + pathOf(cut))).status, 404)
    },
  )

  t.test('10.5.3.1 answers 400 where the envelope holds no whole part', async t => {
    const image = ctImage()
    for (const [name, contentType, body] of [
      ['wrong boundary', 'multipart/related; boundary=abc', partsBody('xyz', [image.bytes])],
      ['no boundary named', 'multipart/related; type="application/dicom"', partsBody('xyz', [image.bytes])],
      ['no final boundary', 'multipart/related; boundary=xyz', partsBody('xyz', [image.bytes], false)],
      ['no part', 'multipart/related; boundary=xyz', Buffer.from(`--xyz--${CRLF}`)],
      ['nothing', 'multipart/related; boundary=xyz', Buffer.alloc(0)],
    ] as const) {
      const { status, json } = await post(contentType, body)
      t.match(
        { status, json },
        { status: 400, json: { type: 'urn:filmroom:problem:malformed-request' } },
        name,
      )
    }
    t.equal((await askWhole(url + pathOf(image))).status, 404)
  })

  t.test('10.5.3.1 answers 415, never 500, to what it cannot store', async t => {
    for (const contentType of [
      undefined,
      'application/xml',
      'application/zip',
      'nonsense',
      'multipart/form-data; boundary=xyz',
      'multipart/related; type="application/xml"; boundary=xyz',
      'multipart/related; type="image/jpeg"; boundary=xyz',
    ]) {
      const { status, json } = await post(contentType, partsBody('xyz', [ctImage().bytes]))
      t.match(
        { status, json },
        { status: 415, json: { type: 'urn:filmroom:problem:unsupported-media-type', status: 415 } },
        contentType ?? 'no Content-Type',
      )
    }
  })

  t.test('trap 45: a bad optional value is kept and refuses nothing', async t => {
    for (const element of [
      el('00080020', 'DA', 'yesterday'),
      el('00100030', 'DA', '1970-13-45'),
      el('00200013', 'IS', 'one'),
      el('00180050', 'DS', 'thin'),
      el('00100040', 'CS', 'not a code string at all'),
      el('00100020', 'LO', ''),
      el('00080005', 'CS', 'ISO_IR NONSENSE'),
      el('00080090', 'PN', Uint8Array.of(0xff, 0xfe, 0xc3, 0x28)),
    ]) {
      const image = ctImage({ with: [element] })
      const answer = await store(url, [image.bytes])
      t.same(answer.stored, [image.SOPInstanceUID], element.tag)
      t.ok(answer.status === 200 || answer.status === 202, element.tag)
      t.ok(await comesBack(image), element.tag)
      t.equal((await askJson(`${url}${pathOf(image)}/metadata`)).status, 200, element.tag)
    }
  })

  t.test('the data set wins over a meta group that differs, with warning B007H and 202', async t => {
    const image = ctImage({
      metaElements: [
        el('00020002', 'UI', CT_IMAGE_STORAGE),
        el('00020003', 'UI', newUid()),
        el('00020010', 'UI', '1.2.840.10008.1.2.1'),
      ],
    })
    const { status, json } = await askJson(`${url}/studies`, {
      method: 'POST',
      ...storeRequest([image.bytes]),
    })
    t.equal(status, 202)
    const [item] = itemsOf(json, '00081199')
    t.equal(textOf(item!, '00081155'), image.SOPInstanceUID)
    t.equal(valueOf(item!, '00081196'), 45063)
    t.ok(await comesBack(image))
  })

  t.test('a UID whose component begins with 0 is stored with warning B007H', async t => {
    const image = ctImage({ series: '1.2.03.4' })
    t.match(await store(url, [image.bytes]), { status: 202, stored: [image.SOPInstanceUID] })
    t.ok(await comesBack(image))
  })

  t.test('a file without preamble, and one without meta group, is stored where it can be parsed', async t => {
    for (const options of [{ preamble: false }, { preamble: false, meta: false }]) {
      const image = ctImage(options)
      t.same((await store(url, [image.bytes])).stored, [image.SOPInstanceUID])
      t.ok(await comesBack(image))
    }
  })

  t.test('any SOP class is stored, also one that nobody knows', async t => {
    const image = ctImage({ with: [el('00080016', 'UI', '1.2.3.4.5.6.7')] })
    t.match(await store(url, [image.bytes]), { status: 200, stored: [image.SOPInstanceUID] })
    t.ok(await comesBack(image))
  })

  t.test('10.5 an instance is searchable and retrievable when its store has been answered', async t => {
    const study = newUid()
    const series = newUid()
    for (let n = 1; n <= 20; n++) {
      const image = ctImage({ study, series })
      await store(url, [image.bytes])
      const [row, metadata, found] = await Promise.all([
        search(`${url}/studies?StudyInstanceUID=${study}`),
        askJson(`${url}/studies/${study}/metadata`),
        comesBack(image),
      ])
      t.same(
        [valueOf(row[0]!, '00201208'), (metadata.json as unknown[]).length, found],
        [n, n, true],
        `after ${n} stores`,
      )
    }
  })
})
