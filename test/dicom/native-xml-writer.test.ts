import fc from 'fast-check'
import t from 'tap'
import type { DicomJson, JsonElement, JsonValue } from '../../src/dicom/json-model.js'
import { readNativeXml } from '../../src/dicom/native-xml-reader.js'
import { nativeXml, nativeXmlText } from '../../src/dicom/native-xml-writer.js'

async function written(text: string, pieceBytes = Infinity): Promise<string> {
  const bytes = Buffer.from(text)
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield await Promise.resolve(bytes.subarray(at, at + pieceBytes))
  }
  const chunks: Uint8Array[] = []
  for await (const chunk of nativeXml(pieces())) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const inside = (xml: string): string =>
  /^<\?xml version="1.0" encoding="UTF-8"\?>\n<NativeDicomModel xmlns="http:\/\/dicom.nema.org\/PS3.19\/models\/NativeDICOM" xml:space="preserve">\n(.*)<\/NativeDicomModel>\n$/s.exec(
    xml,
  )?.[1] ?? ''

t.test('PS3.19 A.1.5 elements, values, items, names, private creators', async t => {
  const elements = Object.entries({
    '00080008': { vr: 'CS', Value: ['ORIGINAL', null, 'AXIAL'] },
    '00080050': { vr: 'SH' },
    '00090010': { vr: 'LO', Value: ['A "B" & <C>'] },
    '00091001': { vr: 'SQ', Value: [{ '00091002': { vr: 'US', Value: [1] } }, {}] },
    '00100010': {
      vr: 'PN',
      Value: [{ Alphabetic: 'A^^C', Ideographic: '^B^' }, null, { Phonetic: 'a^b^c^d^e^f' }],
    },
    '00111001': { vr: 'LO', Value: ['nobody’s'] },
    '00281201': { vr: 'OW', InlineBinary: 'AAEC' },
    '60020010': { vr: 'US', Value: [5] },
    '7FE00010': { vr: 'OW', BulkDataURI: 'http://h/b?a=1&b="2"' },
  })
  // entry by entry: JavaScript puts keys first that look like array indexes, as 60020010
  const text = `{${elements
    .sort()
    .map(([tag, element]) => `"${tag}":${JSON.stringify(element)}`)
    .join(',')}}`
  const expected =
    '<DicomAttribute tag="00080008" vr="CS" keyword="ImageType"><Value number="1">ORIGINAL</Value><Value number="2"></Value><Value number="3">AXIAL</Value></DicomAttribute>\n' +
    '<DicomAttribute tag="00080050" vr="SH" keyword="AccessionNumber"></DicomAttribute>\n' +
    '<DicomAttribute tag="00090010" vr="LO"><Value number="1">A "B" &amp; &lt;C&gt;</Value></DicomAttribute>\n' +
    '<DicomAttribute tag="00090001" vr="SQ" privateCreator="A &quot;B&quot; &amp; &lt;C&gt;">' +
    '<Item number="1"><DicomAttribute tag="00091002" vr="US"><Value number="1">1</Value></DicomAttribute>\n</Item><Item number="2"></Item></DicomAttribute>\n' +
    '<DicomAttribute tag="00100010" vr="PN" keyword="PatientName">' +
    '<PersonName number="1"><Alphabetic><FamilyName>A</FamilyName><MiddleName>C</MiddleName></Alphabetic>' +
    '<Ideographic><GivenName>B</GivenName><MiddleName></MiddleName></Ideographic></PersonName>' +
    '<PersonName number="2"></PersonName><PersonName number="3"><Phonetic><FamilyName>a</FamilyName><GivenName>b</GivenName>' +
    '<MiddleName>c</MiddleName><NamePrefix>d</NamePrefix><NameSuffix>e^f</NameSuffix></Phonetic></PersonName></DicomAttribute>\n' +
    '<DicomAttribute tag="00111001" vr="LO"><Value number="1">nobody’s</Value></DicomAttribute>\n' +
    '<DicomAttribute tag="00281201" vr="OW" keyword="RedPaletteColorLookupTableData"><InlineBinary>AAEC</InlineBinary></DicomAttribute>\n' +
    '<DicomAttribute tag="60020010" vr="US" keyword="OverlayRows"><Value number="1">5</Value></DicomAttribute>\n' +
    '<DicomAttribute tag="7FE00010" vr="OW" keyword="PixelData"><BulkData uri="http://h/b?a=1&amp;b=&quot;2&quot;"/></DicomAttribute>\n'
  for (const pieceBytes of [Infinity, 1, 7]) t.equal(inside(await written(text, pieceBytes)), expected)
  t.equal(nativeXmlText(text), await written(text))
})

t.test('a second block of one creator keeps its digits, so that no two elements have one name', async t => {
  const dataset = {
    '00090010': { vr: 'LO', Value: ['X'] },
    '00090011': { vr: 'LO', Value: ['X'] },
    '00091001': { vr: 'LO', Value: ['one'] },
    '00091101': { vr: 'LO', Value: ['two'] },
  }
  const xml = nativeXmlText(dataset)
  t.match(xml, '<DicomAttribute tag="00090001" vr="LO" privateCreator="X"><Value number="1">one<')
  t.match(xml, '<DicomAttribute tag="00091101" vr="LO" privateCreator="X"><Value number="1">two<')
  t.same(await readNativeXml([Buffer.from(xml)], { maxBytes: 1e6 }), dataset)
})

t.test('numbers are written with the digits that they have', t => {
  const text =
    '{"00180050":{"vr":"DS","Value":[1.50,-0,1e+22,"12345678901234567","+7"]},"0040E001":{"vr":"FD","Value":["NaN",-0]}}'
  t.match(
    nativeXmlText(text),
    '<Value number="1">1.50</Value><Value number="2">-0</Value><Value number="3">1e+22</Value>',
  )
  t.match(nativeXmlText(text), '<Value number="4">12345678901234567</Value><Value number="5">+7</Value>')
  t.match(nativeXmlText(text), '<Value number="1">NaN</Value><Value number="2">-0</Value>')
  t.end()
})

t.test('what XML cannot hold is left out: control characters, halves of surrogate pairs', async t => {
  const text =
    '{"00104000":{"vr":"LT","Value":["a\\u0000b\\u000cc\\u001bd\\td\\r\\ne\\ufffef\\ud83dg\\ude00h\\ud83d\\ude00i🙂\\""]}}'
  for (const pieceBytes of [Infinity, 1]) {
    const xml = await written(text, pieceBytes)
    t.match(xml, '<Value number="1">abcd\td&#13;\nef\ufffdg\ufffdh😀i🙂"</Value>')
    const read = await readNativeXml([Buffer.from(xml)], { maxBytes: 1e6 })
    t.same(read['00104000'], { vr: 'LT', Value: ['abcd\td\r\nef\ufffdg\ufffdh😀i🙂"'] })
  }
})

t.test('a text that is no DICOM JSON, or cut, is never a whole document', async t => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"00100010":{"vr":"PN","Value":[{"Alphabetic":"A"}]}',
    '{"00100010":{"Value":["A"],"vr":"LO"}}',
    '{}{}',
    '{"00100010":{}}',
  ]) {
    await t.rejects(written(text), { message: 'the stored header is no DICOM JSON' }, text)
  }
})

// what any dataset can hold, as the reader would give it back
const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .filter(one => inXml(one) && one.trim() !== '')
const component = fc
  .string({ unit: 'grapheme', maxLength: 4 })
  .filter(one => inXml(one) && !one.includes('^'))
const group = fc
  .array(component, { minLength: 1, maxLength: 5 })
  .map(components => components.join('^'))
  .filter(one => one !== '')
const name = fc
  .record(
    { Alphabetic: group, Ideographic: group, Phonetic: group },
    { requiredKeys: [], noNullPrototype: true },
  )
  .filter(one => Object.keys(one).length > 0)
const values = (vr: string, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonElement> =>
  fc
    .array(fc.option(value, { freq: 5 }), { maxLength: 4 })
    .map(Value => (Value.length === 0 || (Value.length === 1 && Value[0] === null) ? { vr } : { vr, Value }))
const decimal = fc.double({ noNaN: true, noDefaultInfinity: true })
const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((value): JsonValue => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
})
const words = fc.constantFrom('NaN', 'Infinity', '-Infinity')

const { dataset } = fc.letrec<{ dataset: DicomJson; element: JsonElement }>(tie => ({
  element: fc.oneof(
    { maxDepth: 3 },
    values('LO', text),
    values('UT', text),
    values('UI', fc.constantFrom('1.2.840', '1.2')),
    values('AT', fc.constantFrom('00181063', '7FE00010')),
    values('PN', name),
    values('DS', decimal),
    values('DS', fc.constantFrom('1.50', '+7', '1e400', '00.1')),
    values('IS', fc.integer()),
    values('US', fc.nat(65535)),
    values('SL', fc.integer()),
    values('SV', big),
    values('FD', fc.oneof(decimal, words)),
    fc
      .uint8Array({ minLength: 1 })
      .map(one => ({ vr: 'OB', InlineBinary: Buffer.from(one).toString('base64') })),
    fc.webUrl().map(BulkDataURI => ({ vr: 'OW', BulkDataURI })),
    fc
      .array(tie('dataset'), { maxLength: 3 })
      .map(Value => (Value.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value })),
  ),
  dataset: fc
    .tuple(
      fc.dictionary(
        hex(8).filter(tag => /^...[02468ACE]/.test(tag)),
        tie('element'),
        { maxKeys: 4, noNullPrototype: true },
      ),
      fc.array(
        fc.tuple(
          fc.constantFrom('0009', 'FFF1'),
          fc.integer({ min: 0x10, max: 0xff }),
          hex(2),
          tie('element'),
        ),
        { maxLength: 3 },
      ),
    )
    .map(([publicElements, privates]) => withPrivates(publicElements, privates)),
}))

t.test('JSON → XML → JSON gives the same dataset, however the text is cut', async t => {
  await fc.assert(
    fc.asyncProperty(dataset, fc.integer({ min: 1, max: 50 }), async (one, pieceBytes) => {
      const sorted = Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))
      const json = `{${sorted.map(([tag, element]) => `"${tag}":${jsonOf(element)}`).join(',')}}`
      const xml = await written(json, pieceBytes)
      const read = await readNativeXml([Buffer.from(xml)], { maxBytes: 1 << 24 })
      t.strictSame(read, one)
    }),
    { numRuns: 150 },
  )
})

function hex(digits: number): fc.Arbitrary<string> {
  return fc.nat(16 ** digits - 1).map(number => number.toString(16).toUpperCase().padStart(digits, '0'))
}

/** creators of their own for each block */
function withPrivates(
  elements: Record<string, JsonElement>,
  privates: readonly (readonly [string, number, string, JsonElement])[],
): DicomJson {
  const all = { ...elements }
  for (const [group, block, number, element] of privates) {
    const digits = block.toString(16).toUpperCase()
    all[`${group}00${digits}`] = { vr: 'LO', Value: [`CREATOR ${digits}`] }
    all[`${group}${digits}${number}`] = element
  }
  return Object.fromEntries(Object.entries(all))
}

/** with the minus of a negative zero, which JSON.stringify drops */
function jsonOf(element: JsonElement): string {
  const { vr, Value, ...rest } = element
  if (Value === undefined) return JSON.stringify({ vr, ...rest })
  const items = Value.map(value => {
    if (Object.is(value, -0)) return '-0'
    if (vr !== 'SQ' || value === null || typeof value !== 'object') return JSON.stringify(value)
    const inner = Object.entries(value as DicomJson).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${inner.map(([tag, one]) => `"${tag}":${jsonOf(one)}`).join(',')}}`
  })
  return `{"vr":"${vr}","Value":[${items.join(',')}]}`
}

function inXml(one: string): boolean {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/u.test(one)
}
