import t from 'tap'
import { assemble } from '../../src/assemble.js'
import { readConfig } from '../../src/config.js'
import { ctImage, el } from '../made-dicom.js'

t.test('a stored document that a browser could run is sandboxed where it leaves', async t => {
  const filmroom = await assemble(readConfig({ FILMROOM_DATA: t.testdir(), FILMROOM_LOG_LEVEL: 'silent' }))
  t.teardown(() => filmroom.stop(0))
  const sent = async (mediaType: string): Promise<Record<string, unknown>> => {
    const document = Buffer.from('<script>alert(1)</script>'.padEnd(2000))
    const stored = ctImage({
      with: [el('00420011', 'OB', document), el('00420012', 'LO', mediaType)],
      without: ['7FE00010'],
    })
    const instance = `/dicomweb/studies/${stored.StudyInstanceUID}/series/${stored.SeriesInstanceUID}/instances/${stored.SOPInstanceUID}`
    const headers = { 'content-type': 'application/dicom' }
    await filmroom.app.inject({ method: 'POST', url: '/dicomweb/studies', headers, payload: stored.bytes })
    const answer = await filmroom.app.inject(`${instance}/bulkdata/00420011`)
    t.equal(answer.statusCode, 200)
    return answer.headers
  }
  for (const mediaType of [
    'text/html',
    'text/xml',
    'image/svg+xml',
    'text/xsl',
    'application/xhtml+xml',
    'TEXT/HTML',
  ]) {
    t.match(
      await sent(mediaType),
      { 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' },
      mediaType,
    )
  }
  t.notMatch(
    await sent('application/pdf'),
    { 'content-security-policy': /./ },
    'viewers of PDF do not work in one',
  )
})
