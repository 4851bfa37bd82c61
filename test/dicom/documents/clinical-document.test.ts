import t from 'tap'
import { clinicalDocument } from '../../../src/dicom/documents/clinical-document.js'
import { documentHtml } from '../../../src/dicom/documents/document-html.js'
import { documentText } from '../../../src/dicom/documents/document-text.js'
import { problem } from '../../problem.js'

function drawn(xml: string | Uint8Array): { html: string; plain: string } {
  const { title, nodes } = clinicalDocument(typeof xml === 'string' ? Buffer.from(xml) : xml)
  return { html: documentHtml(title, nodes), plain: documentText(nodes) }
}

const withText = (text: string): string =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Report</title><component><structuredBody><component><section><title>Findings</title><text>${text}</text></section></component></structuredBody></component></ClinicalDocument>`

t.test('CDA R2 4.3.5: the narrative', async t => {
  await t.test('sections, paragraphs, lists, tables and styles', async t => {
    const { html, plain } = drawn(
      withText(
        `<paragraph>A <content styleCode="Bold">bold</content> word,<br/>H<sub>2</sub>O.</paragraph>
        <list listType="ordered"><item>one</item><item>two</item></list>
        <table><thead><tr><th>a</th><th colspan="2">b</th></tr></thead><tbody><tr><td>1</td><td>2</td><td>3</td></tr></tbody></table>`,
      ),
    )
    t.match(html, '<h2>Findings</h2>')
    t.match(html, '<strong>bold</strong>')
    t.match(html, /<ol>\s*<li>one<\/li>\s*<li>two<\/li><\/ol>/)
    t.match(html, '<th colspan="2">b</th>')
    t.match(plain, /Findings\n-+\nA bold word,\n\s*H2O\.\n/)
    t.match(plain, /- one\n\s*- two\n/)
    t.match(plain, /a \| b\n\s*1 \| 2 \| 3\n/)
  })

  await t.test('the patient, the author, sections in sections', async t => {
    const { plain } = drawn(
      `<ClinicalDocument xmlns="urn:hl7-org:v3"><title>T</title><effectiveTime value="20240131101112+0100"/>
      <recordTarget><patientRole><id extension="P1"/><patient><name><given>Jürgen</given><family>Müller</family></name>
      <administrativeGenderCode code="M"/><birthTime value="19700101"/></patient></patientRole></recordTarget>
      <component><structuredBody><component><section><title>Outer</title><component><section><title>Inner</title><text>deep</text></section></component></section></component></structuredBody></component></ClinicalDocument>`,
    )
    for (const line of [
      'Patient: Jürgen Müller',
      'Patient ID: P1',
      'Born: 1970-01-01',
      'Sex: M',
      'Inner',
      'deep',
    ])
      t.match(plain, line)
  })

  await t.test('a body that is no XML', async t => {
    const body = (text: string): string =>
      `<ClinicalDocument xmlns="urn:hl7-org:v3"><component><nonXMLBody>${text}</nonXMLBody></component></ClinicalDocument>`
    t.match(drawn(body('<text mediaType="text/plain">a\nb</text>')).plain, 'a\nb')
    t.match(drawn(body('<text mediaType="text/plain" representation="B64">w7w=</text>')).plain, 'ü')
    t.match(
      drawn(body('<text mediaType="application/pdf" representation="B64">AAAA</text>')).plain,
      'application/pdf',
    )
  })

  await t.test('XML 1.0 4.3.3: the encoding that it declares', async t => {
    const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${withText('Größe')}`, 'latin1')
    t.match(drawn(latin).plain, 'Größe')
    const wide = Buffer.from(`\ufeff${withText('Größe')}`, 'utf16le')
    t.match(drawn(wide).plain, 'Größe')
    t.match(drawn(Buffer.concat([Buffer.from(withText('Größe')), Buffer.from([0])])).plain, 'Größe')
  })
})

t.test('hostile CDA documents', async t => {
  await t.test('what is no narrative markup is text, or nothing', async t => {
    const { html } = drawn(
      withText(`<script>alert(1)</script><iframe src="http://x/"/><content onclick="x()" style="y">a</content>
        <linkHtml href="javascript:alert(1)">link</linkHtml><renderMultiMedia referencedObject="m"/>&lt;img src=x&gt;<constructor>b</constructor><content styleCode="constructor">c</content>`),
    )
    t.notMatch(html, /<(script|iframe|img|a)\b|onclick|javascript|style="/)
    t.match(html, '&lt;img src=x&gt;')
    t.match(html, 'link')
  })

  await t.test('no style sheet, no entity, no document type', async t => {
    const sheet = `<?xml-stylesheet type="text/xsl" href="http://x/evil.xsl"?>${withText('a')}`
    t.notMatch(drawn(sheet).html, 'evil')
    const entity = `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>${withText('&e;')}`
    t.throws(() => drawn(entity), problem('undecodable'))
    const laughs = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${withText('&b;')}`
    t.throws(() => drawn(laughs), problem('undecodable'))
    t.throws(() => drawn(withText('&nbsp;')), problem('undecodable'))
  })

  await t.test('what is no XML, or too deep, or too much', async t => {
    for (const xml of [
      '',
      'no xml',
      '<a>',
      '<a></b>',
      Buffer.from([0xff, 0x00, 0x12]),
      '<?xml version="1.0" encoding="x-none"?><a/>',
    ])
      t.throws(() => drawn(xml), problem('undecodable'))
    const deep = (n: number): string => withText(`${'<content>'.repeat(n)}x${'</content>'.repeat(n)}`)
    t.match(drawn(deep(40)).plain, 'x')
    t.throws(() => drawn(deep(20_000)), problem('limit-exceeded'))
    t.throws(() => drawn(withText('<br/>'.repeat(250_000))), problem('limit-exceeded'))
  })
})
