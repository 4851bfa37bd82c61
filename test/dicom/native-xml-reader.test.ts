import t from 'tap'
import { readNativeXml } from '../../src/dicom/native-xml-reader.js'
import type { DicomJson } from '../../src/dicom/json-model.js'
import { problem } from '../problem.js'

const NS = 'xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve"'

function documentOf(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel ${NS}>${content}</NativeDicomModel>\n`
}

function attribute(tag: string, vr: string, content: string, more = ''): string {
  return `<DicomAttribute tag="${tag}" vr="${vr}"${more}>${content}</DicomAttribute>`
}

function read(text: string | Uint8Array, limits = { maxBytes: 1 << 20 }): Promise<DicomJson> {
  return readNativeXml([typeof text === 'string' ? Buffer.from(text) : text], limits)
}

const value = (text: string, number = 1): string => `<Value number="${number}">${text}</Value>`

t.test('PS3.19 A.1.5 values of every kind, as the JSON model has them', async t => {
  const dataset = await read(
    documentOf(`
      ${attribute('00080005', 'CS', value('ISO_IR 192'), ' keyword="SpecificCharacterSet"')}
      ${attribute('00080008', 'CS', value('ORIGINAL') + value('', 2) + value('AXIAL', 3))}
      ${attribute('00080050', 'SH', '')}
      ${attribute('00080081', 'ST', value(' &lt;a&gt; &amp; &#xE9;\\b&#13;\nc '))}
      ${attribute('00081140', 'SQ', `<Item number="1">${attribute('00081155', 'UI', value('1.2'))}</Item><Item number="2"/>`)}
      ${attribute('00189073', 'FD', value('-1.5') + value('NaN', 2) + value('-INF', 3) + value('1e-7', 4))}
      ${attribute('00180050', 'DS', value('1.50') + value('0.625', 2) + value('+7', 3) + value('12345678901234567', 4))}
      ${attribute('00200013', 'IS', value('7'))}
      ${attribute('00280009', 'AT', value('00181063'))}
      ${attribute('00280010', 'US', value('512'))}
      ${attribute('0040E001', 'SV', value('-9223372036854775808') + value('9007199254740991', 2))}
      ${attribute('00281201', 'OW', '<InlineBinary>AAEC\n  AwQF</InlineBinary>')}
      ${attribute('7FE00010', 'OW', '<BulkData uri="bulk/1"/>')}
      ${attribute('00420011', 'OB', '<BulkData uuid="8b2a"/>')}
    `),
  )
  t.same(dataset, {
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '00080008': { vr: 'CS', Value: ['ORIGINAL', null, 'AXIAL'] },
    '00080050': { vr: 'SH' },
    '00080081': { vr: 'ST', Value: [' <a> & é\\b\r\nc '] },
    '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }, {}] },
    '00180050': { vr: 'DS', Value: ['1.50', 0.625, '+7', '12345678901234567'] },
    '00189073': { vr: 'FD', Value: [-1.5, 'NaN', '-Infinity', 1e-7] },
    '00200013': { vr: 'IS', Value: [7] },
    '00280009': { vr: 'AT', Value: ['00181063'] },
    '00280010': { vr: 'US', Value: [512] },
    '00281201': { vr: 'OW', InlineBinary: 'AAECAwQF' },
    '0040E001': { vr: 'SV', Value: ['-9223372036854775808', 9007199254740991] },
    '00420011': { vr: 'OB', BulkDataURI: '8b2a' },
    '7FE00010': { vr: 'OW', BulkDataURI: 'bulk/1' },
  })
})

t.test('PS3.19 A.1.5 person names: groups, components, holes', async t => {
  const name = (content: string, number: number): string =>
    `<PersonName number="${number}">${content}</PersonName>`
  const dataset = await read(
    documentOf(
      attribute(
        '00100010',
        'PN',
        name(
          '<Alphabetic><FamilyName>Yamada</FamilyName><NamePrefix>Dr</NamePrefix></Alphabetic>' +
            '<Ideographic><FamilyName>山田</FamilyName><GivenName>太郎</GivenName></Ideographic>',
          1,
        ) +
          name('', 2) +
          name('<Phonetic><GivenName/></Phonetic>', 3),
      ),
    ),
  )
  t.same(dataset['00100010'], {
    vr: 'PN',
    Value: [{ Alphabetic: 'Yamada^^^Dr', Ideographic: '山田^太郎' }, null, { Phonetic: '^' }],
  })
})

t.test('PS3.19 A.1.5 private elements go into the block of their creator', async t => {
  const creator = (name: string): string => ` privateCreator="${name}"`
  const dataset = await read(
    documentOf(
      attribute('00090001', 'LO', value('early'), creator('KEPT')) +
        attribute('00090020', 'LO', value('KEPT')) +
        attribute('00090001', 'LO', value('new'), creator('NEW')) +
        attribute('00090001', 'LO', value('again'), creator('NEW')) +
        attribute('00111502', 'LO', value('in its block'), creator('FULL TAG')) +
        attribute('00131001', 'LO', value('nobody’s')),
    ),
  )
  t.same(dataset, {
    '00090010': { vr: 'LO', Value: ['NEW'] },
    '00090011': { vr: 'LO', Value: ['NEW'] },
    '00090020': { vr: 'LO', Value: ['KEPT'] },
    '00091001': { vr: 'LO', Value: ['new'] },
    '00091101': { vr: 'LO', Value: ['again'] },
    '00092001': { vr: 'LO', Value: ['early'] },
    '00110015': { vr: 'LO', Value: ['FULL TAG'] },
    '00111502': { vr: 'LO', Value: ['in its block'] },
    '00131001': { vr: 'LO', Value: ['nobody’s'] },
  })
})

t.test(
  'the document is read alike however it is cut, with or without namespace, prefix, CDATA and comments',
  async t => {
    const text = documentOf(attribute('00081030', 'LO', value('Schädel 頭 🙂')))
    const expected = { '00081030': { vr: 'LO', Value: ['Schädel 頭 🙂'] } }
    const bytes = Buffer.from(text)
    const single = Array.from(bytes, byte => Uint8Array.of(byte))
    t.same(await readNativeXml(single, { maxBytes: 1 << 20 }), expected)
    const bom = Buffer.concat([Buffer.from('\ufeff'), bytes])
    t.same(await read(bom), expected)
    t.same(
      await read(
        `<NativeDicomModel>${attribute('00081030', 'LO', value('Schädel <!-- x -->頭<![CDATA[ 🙂]]>'))}</NativeDicomModel>`,
      ),
      expected,
    )
    const prefixed = text.replace('xmlns=', 'xmlns:n=').replaceAll(/<(\/?)([A-Z])/g, '<$1n:$2')
    t.same(await read(prefixed), expected)
  },
)

t.test('what is not the Native DICOM Model is refused, and nothing of it is quoted', async t => {
  const wrong: Record<string, string> = {
    empty: '',
    'cut off': '<NativeDicomModel><DicomAttribute tag="00100010" vr="PN">Secret',
    unclosed: '<NativeDicomModel>',
    'another root': '<html/>',
    'another namespace': '<NativeDicomModel xmlns="urn:x"/>',
    mismatched: '<NativeDicomModel></Secret>',
    'unknown entity': documentOf(attribute('00100020', 'LO', value('&Secret;'))),
    'entity for a control character': documentOf(attribute('00100020', 'LO', value('&#1;'))),
    'entity beyond Unicode': documentOf(attribute('00100020', 'LO', value('&#x110000;'))),
    'stray text': documentOf('Secret'),
    'text in a sequence': documentOf(attribute('00081140', 'SQ', 'Secret')),
    'no tag': documentOf('<DicomAttribute vr="LO"/>'),
    'bad tag': documentOf(attribute('0010001', 'LO', '')),
    'bad VR': documentOf(attribute('00100010', 'ZZ', '')),
    'prototype as VR': documentOf(attribute('00100010', 'constructor', '')),
    twice: documentOf(attribute('00100020', 'LO', '') + attribute('00100020', 'LO', '')),
    'value in SQ': documentOf(attribute('00081140', 'SQ', value('1'))),
    'value in PN': documentOf(attribute('00100010', 'PN', value('Secret'))),
    'value in OB': documentOf(attribute('00420011', 'OB', value('1'))),
    'item in LO': documentOf(attribute('00100020', 'LO', '<Item number="1"/>')),
    'number 0': documentOf(attribute('00100020', 'LO', value('a', 0))),
    'one number twice': documentOf(attribute('00100020', 'LO', value('a') + value('b'))),
    'text number': documentOf(attribute('00100020', 'LO', '<Value number="one">Secret</Value>')),
    'both value and bulk': documentOf(attribute('00281201', 'OW', '<BulkData uri="a"/><InlineBinary/>')),
    'BulkData without uri': documentOf(attribute('00281201', 'OW', '<BulkData/>')),
    'attributes without end': `<NativeDicomModel ${Array.from({ length: 99 }, (_, i) => `a${i}=""`).join(' ')}/>`,
    'two documents': documentOf('') + '<NativeDicomModel/>',
    'latin-1 announced': '<?xml version="1.0" encoding="ISO-8859-1"?><NativeDicomModel/>',
  }
  for (const [name, text] of Object.entries(wrong)) {
    const error: unknown = await read(text).catch((reason: unknown) => reason)
    t.match(error, problem('malformed-request'), name)
    t.notMatch((error as Error).message, /Secret|Schädel/, name)
  }
  await t.rejects(read(Buffer.from('<NativeDicomModel>\xff', 'latin1')), problem('malformed-request'))
  await t.rejects(read(Buffer.from('\ufeff<NativeDicomModel/>', 'utf16le')), problem('malformed-request'))
})

t.test('no DTD is read: neither external entities nor entity bombs', async t => {
  const bomb = Array.from({ length: 10 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')
  for (const doctype of [
    `<!DOCTYPE NativeDicomModel [<!ENTITY e0 "ha">${bomb}]>`,
    '<!DOCTYPE NativeDicomModel SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/">]>',
    '<!DOCTYPE x>',
  ]) {
    const text = `<?xml version="1.0"?>${doctype}<NativeDicomModel>${attribute('00100020', 'LO', value('&e10;'))}</NativeDicomModel>`
    await t.rejects(read(text), { kind: 'malformed-request', message: /document type declaration/ })
  }
})

t.test('limits: bytes, sequences inside one another, values left out, private blocks', async t => {
  const nested = (levels: number): string =>
    documentOf(
      `<DicomAttribute tag="00081140" vr="SQ"><Item>`.repeat(levels) +
        '</Item></DicomAttribute>'.repeat(levels),
    )
  const deep = await read(nested(64))
  let levels = 0
  for (let item: DicomJson | undefined = deep; item?.['00081140'] !== undefined; levels++) {
    item = item['00081140'].Value?.[0] as DicomJson | undefined
  }
  t.equal(levels, 64)
  await t.rejects(read(nested(65)), problem('limit-exceeded'))
  await t.rejects(read(nested(20_000), { maxBytes: 16 << 20 }), problem('limit-exceeded'))
  await t.rejects(read(documentOf(' '.repeat(2000)), { maxBytes: 2000 }), problem('limit-exceeded'))
  await t.rejects(read(documentOf(attribute('00200032', 'DS', value('1', 4e9)))), problem('limit-exceeded'))
  const creators = Array.from({ length: 241 }, (_, i) =>
    attribute('00090001', 'LO', value('x'), ` privateCreator="C${i}"`),
  )
  t.equal(Object.keys(await read(documentOf(creators.slice(0, 240).join('')))).length, 480)
  await t.rejects(read(documentOf(creators.join(''))), problem('malformed-request'))
})
