import { gunzipSync } from 'node:zlib'
import t from 'tap'
import type { DicomJson } from '../../src/dicom/json-model.js'
import { readNativeXml } from '../../src/dicom/native-xml-reader.js'
import { levelledForXml } from '../dicom/levelled-for-xml.js'
import { ask, askJson, askWhole, store } from '../dicomweb-client.js'
import { ctImage, el, newUid } from '../made-dicom.js'
import { readMultipart } from '../multipart-answer.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const XML = 'application/dicom+xml'
const PARTS = `multipart/related; type="${XML}"`

t.test('PS3.18 8.7.3.2, F.3: metadata and search results as XML', async t => {
  const server = await startServer(t)
  const { url } = server
  const StudyInstanceUID = newUid()
  const images = [1, 2, 3].map(number =>
    ctImage({
      study: StudyInstanceUID,
      with: [
        el('00080005', 'CS', 'ISO_IR 192'),
        el('00100010', 'PN', 'Yamada^Tarou=山田^太郎'),
        el('00200013', 'IS', String(number)),
        el('00090010', 'LO', 'CREATOR'),
        el('00091001', 'LO', 'a <b> & "c"\\\\d'),
        el('00081140', 'SQ', [[el('00081155', 'UI', '1.2')], []]),
      ],
    }),
  )
  t.equal(
    (
      await store(
        url,
        images.map(({ bytes }) => bytes),
      )
    ).status,
    200,
  )
  const [image = images[0]!] = images
  const study = `${url}/studies/${StudyInstanceUID}`
  const instance = `${url}${pathOf(image)}`
  const read = (bytes: Buffer): Promise<DicomJson> => readNativeXml([bytes], { maxBytes: 1 << 20 })
  const json = async (from: string): Promise<DicomJson[]> =>
    ((await askJson(from)).json as DicomJson[]).map(levelledForXml)

  async function parts(from: string, accept = PARTS): Promise<DicomJson[]> {
    const { status, headers, bytes } = await askWhole(from, { headers: { accept } })
    t.equal(status, 200, from)
    const answer = readMultipart(headers['content-type'], bytes)
    t.equal(answer.type, XML)
    t.same(new Set(answer.parts.map(({ contentType }) => contentType)), new Set([XML]))
    return Promise.all(answer.parts.map(async part => levelledForXml(await read(part.bytes))))
  }

  t.test('10.4.1.1.2 a part an instance, each what the JSON says, in the same order', async t => {
    for (const where of [study, `${study}/series/${image.SeriesInstanceUID}`, instance]) {
      const expected = await json(`${where}/metadata`)
      t.same(await parts(`${where}/metadata`), expected, where)
    }
    t.equal((await parts(`${study}/metadata`)).length, 3)
  })

  t.test('10.4.4 one instance also goes bare, sandboxed; a series never does', async t => {
    const { status, headers, bytes } = await askWhole(`${instance}/metadata`, { headers: { accept: XML } })
    t.equal(status, 200)
    t.equal(headers['content-type'], XML)
    t.equal(headers['content-security-policy'], 'sandbox')
    t.match(headers['vary'], /Accept\b/)
    t.same([levelledForXml(await read(bytes))], await json(`${instance}/metadata`))
    t.match(bytes.toString(), `<BulkData uri="${instance}/bulkdata/7FE00010"/>`)
    t.match(bytes.toString(), '<DicomAttribute tag="00090001" vr="LO" privateCreator="CREATOR">')
    const series = await askJson(`${study}/metadata`, { headers: { accept: XML } })
    t.equal(series.status, 406)
    t.match(
      (series.json as { detail: string }).detail,
      `what there is: application/dicom+json, application/json, ${PARTS}`,
    )
  })

  t.test('8.7.5 JSON or XML by q, then by the order sent; JSON by default', async t => {
    const cases: [string, string][] = [
      ['*/*', 'application/dicom+json'],
      [`application/dicom+json, ${PARTS}`, 'application/dicom+json'],
      [`${PARTS}, application/dicom+json`, 'multipart/related'],
      [`application/dicom+json;q=0.5, ${PARTS}`, 'multipart/related'],
      [`${PARTS};q=0.5, application/json`, 'application/json'],
      ['multipart/related; type=application/dicom+xml', 'multipart/related'],
      ['multipart/related', 'multipart/related'],
      [`${XML}, application/json;q=0.1`, 'application/json'],
      [
        'application/dicom+json, multipart/related; type=application/octet-stream; transfer-syntax=*',
        'application/dicom+json',
      ],
    ]
    for (const from of [`${study}/metadata`, `${url}/studies?StudyInstanceUID=${StudyInstanceUID}`]) {
      for (const [accept, expected] of cases) {
        const { status, headers } = await askWhole(from, { headers: { accept } })
        t.equal(status, 200, accept)
        t.equal(headers['content-type']?.split(';')[0], expected, accept)
      }
    }
  })

  t.test('gzip where it is accepted', async t => {
    const { headers, bytes } = await askWhole(`${study}/metadata`, {
      headers: { accept: PARTS, 'accept-encoding': 'gzip' },
    })
    t.equal(headers['content-encoding'], 'gzip')
    const answer = readMultipart(headers['content-type'], gunzipSync(bytes))
    t.equal(answer.parts.length, 3)
  })

  t.test('HEAD has the same headers and no body; an unknown study is 404', async t => {
    for (const from of [`${study}/metadata`, `${url}/studies?StudyInstanceUID=${StudyInstanceUID}`]) {
      const { status, headers, bytes } = await askWhole(from, { method: 'HEAD', headers: { accept: PARTS } })
      t.equal(status, 200)
      t.match(headers['content-type'], /^multipart\/related; type="application\/dicom\+xml"; boundary=/)
      t.equal(bytes.length, 0)
    }
    t.equal((await ask(`${url}/studies/2.25.9/metadata`, { headers: { accept: PARTS } })).status, 404)
  })

  t.test('10.6.4 a part a result, each what the JSON says; none is 204', async t => {
    for (const from of [
      `${url}/studies?StudyInstanceUID=${StudyInstanceUID}&includefield=all`,
      `${study}/series`,
      `${study}/instances?includefield=00091001&includefield=00081140`,
    ]) {
      t.same(await parts(from), await json(from), from)
    }
    t.equal((await parts(`${study}/instances`)).length, 3)
    const none = await askWhole(`${url}/studies?PatientID=nobody`, { headers: { accept: PARTS } })
    t.equal(none.status, 204)
    t.equal(none.bytes.length, 0)
  })

  t.test('a name with what XML cannot hold leaves a document that can be read', async t => {
    const odd = ctImage({ with: [el('00100010', 'PN', 'A\x0c^B'), el('00104000', 'LT', 'a\x07b\r\nc')] })
    t.equal((await store(url, [odd.bytes])).status, 200)
    const [dataset] = await parts(`${url}${pathOf(odd)}/metadata`)
    t.same(dataset?.['00104000'], { vr: 'LT', Value: ['ab\r\nc'] })
  })
})
