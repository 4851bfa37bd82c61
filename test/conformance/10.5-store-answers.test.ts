import { randomBytes } from 'node:crypto'
import { SaxesParser } from 'saxes'
import t from 'tap'
import { askWhole, search, storeRequest, type JsonObject } from '../dicomweb-client.js'
import { ctImage, newUid } from '../made-dicom.js'
import { startServer } from '../server.js'

t.test('PS3.18 10.5.3 Store: answers', async t => {
  const { url } = await startServer(t)
  const post = async (
    files: readonly Uint8Array[],
    headers: Record<string, string>,
    query = '',
  ): Promise<{ status: number; type: string | undefined; body: Buffer }> => {
    const request = storeRequest(files)
    const answer = await askWhole(`${url}/studies${query}`, {
      method: 'POST',
      headers: { ...request.headers, ...headers },
      body: request.body,
    })
    return { status: answer.status, type: answer.headers['content-type'], body: answer.bytes }
  }

  t.test('8.7 the media type is the one that is asked for, without more', async t => {
    for (const [accept, type] of [
      ['application/dicom+json', 'application/dicom+json'],
      ['application/json', 'application/json'],
      ['application/dicom+xml', 'application/dicom+xml'],
      ['application/dicom+xml, application/dicom+json;q=0.9', 'application/dicom+xml'],
      ['application/dicom+xml;q=0.1, application/dicom+json', 'application/dicom+json'],
      ['text/html, */*;q=0.1', 'application/dicom+json'],
      ['*/*', 'application/dicom+json'],
    ] as const) {
      const answer = await post([ctImage().bytes], { accept })
      t.equal(answer.status, 200, accept)
      t.equal(answer.type, type, accept)
    }
    t.equal((await post([ctImage().bytes], {})).type, 'application/dicom+json', 'no Accept')
    const byQuery = await post([ctImage().bytes], { accept: '*/*' }, '?accept=application/dicom%2Bxml')
    t.equal(byQuery.type, 'application/dicom+xml')
  })

  t.test('I.2 answers in XML where that is asked for, with the same content', async t => {
    const study = newUid()
    const [image, odd] = [ctImage({ study }), ctImage({ study, series: '1.02.3' })]
    const files = [image.bytes, odd.bytes, randomBytes(300)]
    const json = await post(files, { accept: 'application/dicom+json' })
    const xml = await post(files, { accept: 'application/dicom+xml' })
    t.same([json.status, xml.status], [202, 202])
    const expected = JSON.parse(json.body.toString()) as JsonObject
    t.same(Object.keys(expected), ['00081190', '00081199', '0008119A'])
    t.same(datasetOf(xml.body.toString()), expected)
  })

  t.test('8.7.8 answers 406 before anything is stored', async t => {
    const image = ctImage()
    for (const accept of ['image/png', 'text/html', 'application/dicom+json;q=0', 'nonsense']) {
      const { status, type } = await post([image.bytes], { accept })
      t.match({ status, type }, { status: 406, type: /^application\/problem\+json/ }, accept)
    }
    t.same(await search(`${url}/instances?SOPInstanceUID=${image.SOPInstanceUID}`), [])
  })
})

interface Element {
  readonly vr: string
  Value?: unknown[]
}
type Dataset = Record<string, Element>

/** PS3.19 A.1, as far as the answer to a store has it: values and items. */
function datasetOf(xml: string): Dataset {
  const root: Dataset = {}
  const open: { node: string; dataset: Dataset; element?: Element }[] = []
  const parser = new SaxesParser({ position: false })
  let text = ''
  parser.on('opentag', ({ name, attributes }) => {
    const { vr = '', tag = '' } = attributes as Readonly<Record<string, string>>
    const above = open.at(-1)
    const dataset = above?.dataset ?? root
    text = ''
    if (name === 'DicomAttribute') {
      const element: Element = { vr }
      dataset[tag] = element
      open.push({ node: name, dataset, element })
    } else if (name === 'Item') {
      const item: Dataset = {}
      if (above?.element !== undefined) (above.element.Value ??= []).push(item)
      open.push({ node: name, dataset: item })
    } else open.push({ node: name, dataset, ...(above?.element === undefined ? {} : above) })
  })
  parser.on('text', piece => (text += piece))
  parser.on('closetag', ({ name }) => {
    const { element } = open.pop() ?? {}
    if (name !== 'Value' || element === undefined) return
    ;(element.Value ??= []).push(element.vr === 'US' ? Number(text) : text)
  })
  parser.write(xml).close()
  return root
}
