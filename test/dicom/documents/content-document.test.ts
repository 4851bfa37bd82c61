import t from 'tap'
import { contentDocument } from '../../../src/dicom/documents/content-document.js'
import { documentHtml } from '../../../src/dicom/documents/document-html.js'
import { documentText } from '../../../src/dicom/documents/document-text.js'
import { referenceLinks } from '../../../src/dicom/documents/reference-links.js'
import type { DicomJson } from '../../../src/dicom/json-model.js'
import { problem } from '../../problem.js'

const text = (value: string): DicomJson[string] => ({ vr: 'UT', Value: [value] })
const cs = (value: string): DicomJson[string] => ({ vr: 'CS', Value: [value] })
const code = (meaning: string): DicomJson[string] => ({
  vr: 'SQ',
  Value: [{ '00080100': cs('7'), '00080102': cs('T'), '00080104': cs(meaning) }],
})
const sequence = (...items: DicomJson[]): DicomJson[string] => ({ vr: 'SQ', Value: items })

function root(...children: DicomJson[]): DicomJson {
  return { '0040A040': cs('CONTAINER'), '0040A043': code('Report'), '0040A730': sequence(...children) }
}

function drawn(dataset: DicomJson, texts: Record<string, string> = {}): { html: string; plain: string } {
  const context = { links: referenceLinks(dataset, 'http://here'), bulkText: (uri: string) => texts[uri] }
  const { title, nodes } = contentDocument(dataset, context)
  return { html: documentHtml(title, nodes), plain: documentText(nodes) }
}

const item = (type: string, more: DicomJson = {}, relationship = 'CONTAINS'): DicomJson => ({
  '0040A010': cs(relationship),
  '0040A040': cs(type),
  '0040A043': code('Name'),
  ...more,
})

t.test('PS3.3 C.17.3: content items as text', async t => {
  const line = (child: DicomJson): string => drawn(root(child)).plain.split('\n').slice(3).join('\n').trim()

  await t.test('C.18.1 a number has its unit, or says why there is none', async t => {
    const unit = code('millimeter')
    const measured = sequence({ '0040A30A': { vr: 'DS', Value: [1.5] }, '004008EA': unit })
    t.equal(line(item('NUM', { '0040A300': measured })), '- Name: 1.5 millimeter (7, T)')
    t.equal(line(item('NUM', { '0040A301': code('Not a number') })), '- Name: Not a number (7, T)')
    t.equal(line(item('NUM')), '- Name: (no value)')
    const fraction = sequence({
      '0040A162': { vr: 'SL', Value: [1] },
      '0040A163': { vr: 'UL', Value: [3] },
      '004008EA': unit,
    })
    t.equal(line(item('NUM', { '0040A300': fraction })), '- Name: 1/3 millimeter (7, T)')
  })

  await t.test('dates, names and UIDs', async t => {
    t.equal(line(item('DATE', { '0040A121': { vr: 'DA', Value: ['20240131'] } })), '- Name: 2024-01-31')
    t.equal(line(item('TIME', { '0040A122': { vr: 'TM', Value: ['101112.5'] } })), '- Name: 10:11:12')
    const moment: DicomJson[string] = { vr: 'DT', Value: ['20240131101112.25+0100'] }
    t.equal(line(item('DATETIME', { '0040A120': moment })), '- Name: 2024-01-31 10:11:12 +0100')
    const name = { Alphabetic: 'Yamada^Tarou^^Dr.', Ideographic: '山田^太郎' }
    t.equal(
      line(item('PNAME', { '0040A123': { vr: 'PN', Value: [name] } })),
      '- Name: Dr. Tarou Yamada (太郎 山田)',
    )
    t.equal(line(item('UIDREF', { '0040A124': { vr: 'UI', Value: ['1.2.3'] } })), '- Name: 1.2.3')
  })

  await t.test('C.17.3.2.4 a relationship other than CONTAINS is said', async t => {
    const property = item('TEXT', { '0040A160': text('x') }, 'HAS PROPERTIES')
    t.equal(line(property), '- (property) Name: x')
  })

  await t.test('C.18.6, C.18.9, C.18.7 coordinates', async t => {
    const points: DicomJson[string] = { vr: 'FL', Value: [580.7191772460938, 2, 3, 4] }
    const circle = { '00700022': points, '00700023': cs('CIRCLE') }
    t.equal(line(item('SCOORD', circle)), '- Name: CIRCLE 580.719177/2, 3/4')
    const many = { '00700022': { vr: 'FL', Value: Array<number>(3000).fill(1) }, '00700023': cs('POLYLINE') }
    t.match(line(item('SCOORD3D', many)), /1\/1\/1 … \(1000 in all\)$/)
    const segment = { '0040A130': cs('SEGMENT'), '0040A132': { vr: 'UL', Value: [1, 2] } }
    t.equal(line(item('TCOORD', segment)), '- Name: SEGMENT 1, 2')
  })

  await t.test('C.17.3.2.1 a continuous container is one text; the names can be pointed at', async t => {
    const sentence = {
      ...item('CONTAINER', {
        '0040A050': cs('CONTINUOUS'),
        '0040A730': sequence(
          item('TEXT', { '0040A160': text('A mass of') }),
          item('NUM', {
            '0040A300': sequence({ '0040A30A': { vr: 'DS', Value: [3] }, '004008EA': code('cm') }),
          }),
          item('TEXT', { '0040A160': text(', seen by') }),
          item('PNAME', { '0040A123': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }] } }),
        ),
      }),
    }
    const { plain, html } = drawn(root(sentence))
    t.match(plain, /\nA mass of 3 7, seen by Jane Doe\n/)
    t.match(html, '<span id="item-1.1.4" title="Name">Jane Doe</span>')
  })

  await t.test('a text of many lines keeps them', async t => {
    t.equal(line(item('TEXT', { '0040A160': text('a\r\nb\n\nc') })), '- Name: a\n  b\n\n  c')
  })

  await t.test('a text that the header gives as bulk data is looked up', async t => {
    const bulk = item('TEXT', { '0040A160': { vr: 'UT', BulkDataURI: '\x1f/bulkdata/X' } })
    t.match(drawn(root(bulk), { '\x1f/bulkdata/X': 'long text' }).plain, 'Name: long text')
    t.match(drawn(root(bulk)).plain, 'too long to be shown')
  })

  await t.test('what has an unknown type, or none of what it should have, is still an item', async t => {
    t.equal(line(item('HOLOGRAM')), '- Name: (a value of type HOLOGRAM is not shown)')
    t.equal(line({ '0040A010': cs('CONTAINS') }), '- (an item without a value)')
    t.equal(line({}), '- (an item without a value)')
  })
})

t.test('PS3.3 C.17.2.3: references lead to where the evidence says that they are', async t => {
  const reference = { '00081150': cs('1.2.840.10008.5.1.4.1.1.2'), '00081155': cs('1.2.3') }
  const evidence = sequence({
    '0020000D': cs('1.2'),
    '00081115': sequence({ '0020000E': cs('1.3'), '00081199': sequence(reference) }),
  })
  const image = item('IMAGE', {
    '00081199': sequence({ ...reference, '00081160': { vr: 'IS', Value: [5, 2] } }),
  })
  const url = 'http://here/studies/1.2/series/1.3/instances/1.2.3/frames/5,2/rendered'
  const { html, plain } = drawn({ ...root(image), '0040A375': evidence })
  t.match(html, `<a href="${url}">CT image</a>`)
  t.match(plain, `CT image <${url}> 1.2.3, frame 5, 2`)
  t.notMatch(drawn(root(image)).html, '<a ', 'without evidence there is no link')
})

t.test('PS3.3 C.17.3.2.5: by reference, in circles too', async t => {
  const to = (...position: number[]): DicomJson => ({
    '0040A010': cs('INFERRED FROM'),
    '0040DB73': { vr: 'UL', Value: position },
  })
  const a = item('TEXT', { '0040A160': text('a'), '0040A730': sequence(to(1, 2)) })
  const b = item('TEXT', { '0040A160': text('b'), '0040A730': sequence(to(1, 1), to(1, 2, 2), to(1)) })
  const { html, plain } = drawn(root(a, b))
  t.match(
    html,
    /<li id="item-1\.1">.*a\s*<ul>\s*<li id="item-1\.1\.1">.*<a href="#item-1\.2">item 1\.2<\/a>/s,
  )
  t.match(plain, '(inferred from) item 1.2.2')
})

t.test('hostile reports', async t => {
  const evil = `"><script>alert(1)</script><img src=x onerror='alert(1)'>`

  await t.test('no value becomes markup', async t => {
    const everywhere = root({
      ...item('TEXT', { '0040A160': text(evil), '0040A032': cs(evil) }, evil),
      '0040A043': code(evil),
    })
    const { html } = drawn({
      ...everywhere,
      '0040A043': code(evil),
      '00100010': { vr: 'PN', Value: [{ Alphabetic: evil }] },
      '00080016': cs(evil),
      '0040A375': sequence({
        '0020000D': cs(evil),
        '00081115': sequence({ '0020000E': cs(evil), '00081199': sequence({ '00081155': cs(evil) }) }),
      }),
    })
    t.notMatch(html, /<(script|img)/)
    t.ok(html.split('&lt;script&gt;').length > 5)
  })

  await t.test('attributes cannot be left', async t => {
    const sentence = root(
      item('TEXT', { '0040A160': text('a'), '0040A043': code('" onclick="x') }),
      item('TEXT', { '0040A160': text('b') }),
    )
    t.match(drawn({ ...sentence, '0040A050': cs('CONTINUOUS') }).html, 'title="&quot; onclick=&quot;x"')
  })

  await t.test('control characters do not reach a terminal', async t => {
    const { plain } = drawn(root(item('TEXT', { '0040A160': text('\u001b[2Ja\u0007\u009b31m') })))
    t.notMatch(plain, /[\u0007\u001b\u009b]/)
  })

  await t.test('20,000 levels are one level too many', async t => {
    let deep = item('CONTAINER')
    for (let n = 0; n < 20_000; n++) deep = item('CONTAINER', { '0040A730': sequence(deep) })
    t.throws(() => drawn(root(deep)), problem('limit-exceeded'))
    let states: DicomJson = { '00081155': cs('1') }
    for (let n = 0; n < 20_000; n++) states = { '00081155': cs('1'), '00081199': sequence(states) }
    t.match(drawn(root(item('IMAGE', { '00081199': sequence(states) }))).plain, 'shown by')
  })

  await t.test('elements of the wrong kind', async t => {
    const wrong = {
      ...root(),
      '0040A730': { vr: 'SQ', Value: [null, 5, 'x', {}] },
      '0040A043': { vr: 'LO', Value: ['not a sequence'] },
      '00100010': { vr: 'PN', Value: [null] },
    }
    t.match(drawn(wrong).plain, /item without a value/)
  })
})
