import t from 'tap'
import { askJson, askWhole, readStoreAnswer, type StoreAnswer } from '../dicomweb-client.js'
import { el } from '../made-dicom.js'
import { startServer } from '../server.js'
import { fileOf, hexOf, instance, uidsOf, type Instance } from './metadata-instances.js'
import { metadataRequest, type BulkValue } from './metadata-request.js'

const C000 = 0xc000
const NATIVE = 'xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM"'

function attribute(tag: string, vr: string, content: string): string {
  return `<DicomAttribute tag="${tag}" vr="${vr}">${content}</DicomAttribute>`
}

/** The Native DICOM Model of an instance's UIDs, and of what else it has. */
function documentOf(one: Instance, more = ''): string {
  const uid = (tag: string, value: string): string =>
    attribute(tag, 'UI', `<Value number="1">${value}</Value>`)
  return `<?xml version="1.0" encoding="UTF-8"?><NativeDicomModel ${NATIVE}>${[
    uid('00080016', '1.2.840.10008.5.1.4.1.1.7'),
    uid('00080018', one.SOPInstanceUID),
    uid('0020000D', one.StudyInstanceUID),
    uid('0020000E', one.SeriesInstanceUID),
  ].join('')}${more}</NativeDicomModel>`
}

t.test('PS3.18 10.5.1 Store of metadata and bulk data in XML (PS3.19 A.1)', async t => {
  const { url } = await startServer(t)
  const send = async (
    documents: readonly string[],
    bulk: readonly BulkValue[] = [],
  ): Promise<StoreAnswer> => {
    const request = metadataRequest('xml', documents, bulk)
    const { status, json } = await askJson(`${url}/studies`, { method: 'POST', ...request })
    return { status, ...readStoreAnswer(json) }
  }

  t.test('a document an instance, bulk values behind them, also inside sequences', async t => {
    const [first, second] = [instance({}), instance({})]
    const name =
      '<PersonName number="1"><Alphabetic><FamilyName>Müller</FamilyName><GivenName>J</GivenName></Alphabetic></PersonName>'
    const inSequence = attribute(
      '00081140',
      'SQ',
      `<Item number="1">${attribute('00091001', 'OB', '<BulkData uri="deep"/>')}</Item>`,
    )
    const pixels = attribute('7FE00010', 'OW', '<BulkData uri="pixels"/>')
    const answer = await send(
      [
        documentOf(first, attribute('00100010', 'PN', name) + inSequence + pixels),
        documentOf(second, attribute('00280010', 'US', '<Value number="1">512</Value>')),
      ],
      [
        { location: 'pixels', bytes: Buffer.from([1, 2, 3, 4]) },
        { location: 'deep', bytes: Buffer.from([5]) },
      ],
    )
    t.match(answer, { status: 200, stored: [first.SOPInstanceUID, second.SOPInstanceUID], failed: [] })
    t.equal(
      (await fileOf(url, first)).body,
      hexOf(
        el('00080005', 'CS', 'ISO_IR 192'),
        ...uidsOf(first),
        el('00081140', 'SQ', [[el('00091001', 'OB', Uint8Array.of(5))]], true),
        el('00100010', 'PN', 'Müller^J'),
        el('7FE00010', 'OW', Uint8Array.of(1, 2, 3, 4)),
      ),
    )
    t.equal((await fileOf(url, second)).body, hexOf(...uidsOf(second), el('00280010', 'US', [512])))
  })

  t.test('numbers come as text, and no VR loses by it', async t => {
    const one = instance({})
    const value = (text: string): string => `<Value number="1">${text}</Value>`
    const answer = await send([
      documentOf(
        one,
        attribute('00180050', 'DS', value('1.50')) +
          attribute('00200013', 'IS', value('7')) +
          attribute('00280009', 'AT', value('00181063')) +
          attribute('00720082', 'SV', value('-9007199254740993')) +
          attribute('00720074', 'FD', value('NaN')),
      ),
    ])
    t.equal(answer.status, 200)
    const [at, sv, nan] = [Buffer.alloc(4), Buffer.alloc(8), Buffer.alloc(8)]
    at.writeUInt16LE(0x18, 0)
    at.writeUInt16LE(0x1063, 2)
    sv.writeBigInt64LE(-9007199254740993n)
    nan.writeDoubleLE(NaN)
    t.equal(
      (await fileOf(url, one)).body,
      hexOf(
        ...uidsOf(one),
        el('00180050', 'DS', '1.50'),
        el('00200013', 'IS', '7'),
        el('00280009', 'AT', at),
        el('00720074', 'FD', nan),
        el('00720082', 'SV', sv),
      ),
    )
  })

  t.test('a broken document fails its instance and no other; bombs and entities too', async t => {
    const lol = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    for (const [name, bad] of [
      ['no XML', 'no XML at all'],
      ['cut short', documentOf(instance({})).slice(0, -30)],
      ['another root', '<html/>'],
      ['an entity bomb', `${lol}<NativeDicomModel ${NATIVE}>&b;</NativeDicomModel>`],
      [
        'an external entity',
        `<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><NativeDicomModel ${NATIVE}>&x;</NativeDicomModel>`,
      ],
      ['depth', '<a>'.repeat(100_000)],
      [
        'Latin-1 that says it is UTF-8',
        Buffer.from(documentOf(instance({}), '<!-- é -->'), 'latin1').toString('latin1'),
      ],
    ] as const) {
      const good = instance({})
      const request = metadataRequest('xml', [Buffer.from(bad, 'latin1'), documentOf(good)])
      const { status, json } = await askJson(`${url}/studies`, { method: 'POST', ...request })
      t.match(
        { status, ...readStoreAnswer(json) },
        { status: 202, stored: [good.SOPInstanceUID], failed: [C000] },
        name,
      )
    }
  })

  t.test('one bare document (de facto)', async t => {
    const one = instance({})
    const headers = { 'content-type': 'application/dicom+xml' }
    const body = Buffer.from(documentOf(one))
    t.equal((await askWhole(`${url}/studies`, { method: 'POST', headers, body })).status, 200)
    t.equal((await fileOf(url, one)).body, hexOf(...uidsOf(one)))
  })
})
