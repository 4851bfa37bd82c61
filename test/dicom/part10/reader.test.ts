import t from 'tap'
import { ctImage } from '../../made-dicom.js'
import { parse } from './parsing.js'

t.test('a CT image in one piece and byte by byte is the same', async t => {
  const ct = ctImage({ frames: 3 })
  const whole = await parse(ct.bytes)
  t.equal(whole.StudyInstanceUID, ct.StudyInstanceUID)
  t.equal(whole.SeriesInstanceUID, ct.SeriesInstanceUID)
  t.equal(whole.SOPInstanceUID, ct.SOPInstanceUID)
  t.same(whole.json['00100010'], { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jürgen' }] })
  t.same(whole.json['7FE00010'], { vr: 'OW', BulkDataURI: '/bulkdata/7FE00010' })
  t.same(await parse(ct.bytes, [1]), whole)
})
