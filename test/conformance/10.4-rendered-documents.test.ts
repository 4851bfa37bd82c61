import t from 'tap'
import { askWhole, type Answer } from '../dicomweb-client.js'
import { DEFLATED_LE, el, newUid, type MadeInstance } from '../made-dicom.js'
import { contentItem, encapsulatedCda, KEY_OBJECTS, report } from '../made-reports.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const STORE = { method: 'POST', headers: { 'content-type': 'application/dicom' } }
const HTML = { headers: { accept: 'text/html' } }
const PLAIN = { headers: { accept: 'text/plain' } }

t.test('PS3.18 8.7.4 Documents as text', async t => {
  const { url } = await startServer(t)
  const stored = async (made: MadeInstance): Promise<string> => {
    const { status } = await askWhole(`${url}/studies`, { ...STORE, body: made.bytes })
    t.equal(status, 200)
    return `${url}${pathOf(made)}/rendered`
  }
  const sandboxed = (answer: Answer): void => {
    const policy = String(answer.headers['content-security-policy'])
    t.match(policy, 'sandbox')
    t.match(policy, "default-src 'none'")
    t.equal(answer.headers['x-content-type-options'], 'nosniff')
  }
  const findings = [
    contentItem(
      'CONTAINS',
      'CONTAINER',
      'Findings',
      [el('0040A050', 'CS', 'SEPARATE')],
      [contentItem('CONTAINS', 'TEXT', 'Finding', [el('0040A160', 'UT', 'Größe <b>1</b>')])],
    ),
  ]

  await t.test(
    '8.7.4 a structured report is a page under a policy that runs nothing, or plain text',
    async t => {
      const rendered = await stored(report('Chest', findings))
      for (const accept of [{}, HTML, { headers: { accept: 'application/pdf, text/*;q=0.5' } }]) {
        const html = await askWhole(rendered, accept)
        t.equal(html.status, 200)
        t.equal(html.headers['content-type'], 'text/html; charset=utf-8')
        sandboxed(html)
        t.match(html.bytes.toString(), 'Größe &lt;b&gt;1&lt;/b&gt;')
      }
      const plain = await askWhole(rendered, PLAIN)
      t.equal(plain.headers['content-type'], 'text/plain; charset=utf-8')
      t.match(
        plain.bytes.toString(),
        /^Chest\n=====\n[^]*\nFindings\n--------\n- Finding: Größe <b>1<\/b>\n$/,
      )
      t.match(plain.headers.vary, 'Accept')
    },
  )

  await t.test('HEAD and conditions', async t => {
    const rendered = await stored(report('Chest', findings))
    const { headers, bytes } = await askWhole(rendered, HTML)
    const head = await askWhole(rendered, { ...HTML, method: 'HEAD' })
    t.equal(head.bytes.length, 0)
    t.equal(head.headers['content-length'], String(bytes.length))
    const etag = headers.etag ?? ''
    const again = await askWhole(rendered, { headers: { accept: 'text/html', 'if-none-match': etag } })
    t.equal(again.status, 304)
    t.not((await askWhole(rendered, PLAIN)).headers.etag, etag)
  })

  await t.test('8.7.8 a picture of a report is 406', async t => {
    const rendered = await stored(report('Chest', findings))
    t.equal((await askWhole(rendered, { headers: { accept: 'application/pdf' } })).status, 406)
  })

  await t.test('PS3.3 A.35.4 key objects link to what they name', async t => {
    const [study, series, instance] = [newUid(), newUid(), newUid()]
    const reference = [el('00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2'), el('00081155', 'UI', instance)]
    const evidence = el('0040A375', 'SQ', [
      [
        el('00081115', 'SQ', [[el('00081199', 'SQ', [reference]), el('0020000E', 'UI', series)]]),
        el('0020000D', 'UI', study),
      ],
    ])
    const image = contentItem('CONTAINS', 'IMAGE', '', [el('00081199', 'SQ', [reference])])
    const made = report('Of Interest', [image], { SOPClassUID: KEY_OBJECTS, elements: [evidence] })
    const { bytes } = await askWhole(await stored(made), HTML)
    t.match(
      bytes.toString(),
      `<a href="${url}/studies/${study}/series/${series}/instances/${instance}/rendered">CT image</a>`,
    )
  })

  await t.test('values that the header gives as bulk data are read', async t => {
    const long = 'ü'.repeat(50_000)
    const texts = [
      contentItem('CONTAINS', 'TEXT', 'Long', [el('0040A160', 'UT', `${long}end`)]),
      contentItem('CONTAINS', 'TEXT', 'Other', [el('0040A160', 'UT', 'short')]),
    ]
    const { bytes } = await askWhole(await stored(report('Chest', texts)), PLAIN)
    t.match(bytes.toString(), `Long: ${long}end`)
    t.match(bytes.toString(), 'Other: short')
  })

  await t.test('a deflated report', async t => {
    const made = report('Chest', findings, { transferSyntax: DEFLATED_LE })
    t.match((await askWhole(await stored(made), PLAIN)).bytes.toString(), 'Findings')
  })

  await t.test('413: a report of more than 16 MiB', async t => {
    const text = [el('0040A160', 'UT', 'a'.repeat(9 << 20))]
    const rendered = await stored(
      report('Chest', [
        contentItem('CONTAINS', 'TEXT', 'A', text),
        contentItem('CONTAINS', 'TEXT', 'B', text),
      ]),
    )
    t.equal((await askWhole(rendered, PLAIN)).status, 413)
  })

  await t.test('HL7 CDA: the narrative of an encapsulated document', async t => {
    const xml = `<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Befund</title><component><structuredBody><component><section><title>Text</title><text><paragraph>Größe</paragraph><script>alert(1)</script></text></section></component></structuredBody></component></ClinicalDocument>`
    const rendered = await stored(encapsulatedCda(xml))
    const html = await askWhole(rendered, HTML)
    t.equal(html.status, 200)
    sandboxed(html)
    t.match(html.bytes.toString(), /<p>Größe<\/p>/)
    t.notMatch(html.bytes.toString(), '<script')
    t.match((await askWhole(rendered, PLAIN)).bytes.toString(), /^Befund\n[^]*Größe/)
  })

  await t.test('what is no CDA document is 406, and the server goes on', async t => {
    for (const xml of ['<a>', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'])
      t.equal((await askWhole(await stored(encapsulatedCda(xml)), HTML)).status, 406)
    const deep = `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`
    t.equal((await askWhole(await stored(encapsulatedCda(deep)), HTML)).status, 413)
    t.equal((await askWhole(await stored(report('Chest', findings)), HTML)).status, 200)
  })
})
