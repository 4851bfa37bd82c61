import sharp from 'sharp'
import t from 'tap'
import { iconOf, type IconKind } from '../../src/imaging/icons.js'
import { imagingPool } from '../../src/imaging/pool.js'

const STORAGE = '1.2.840.10008.5.1.4.1.1'

/** A SOP class and modality for each icon. */
const EACH: readonly (readonly [IconKind, string, string?])[] = [
  ['report', `${STORAGE}.88.33`],
  ['key-objects', `${STORAGE}.88.59`],
  ['pdf', `${STORAGE}.104.1`],
  ['clinical-document', `${STORAGE}.104.2`],
  ['model', `${STORAGE}.104.3`],
  ['waveform', `${STORAGE}.9.1.1`],
  ['sound', `${STORAGE}.9.4.1`],
  ['treatment-plan', `${STORAGE}.481.5`],
  ['treatment-record', `${STORAGE}.481.4`],
  ['structure-set', `${STORAGE}.481.3`],
  ['presentation-state', `${STORAGE}.11.1`],
  ['segmentation', `${STORAGE}.66.4`],
  ['raw-data', `${STORAGE}.66`],
  ['spectrum', `${STORAGE}.4.2`],
  ['registration', `${STORAGE}.66.3`],
  ['measurement', `${STORAGE}.67`],
  ['annotation', `${STORAGE}.91.1`],
  ['video', `${STORAGE}.77.1.1.1`],
  ['color-palette', '1.2.840.10008.5.1.4.39.1'],
  ['protocol', '1.2.840.10008.5.1.4.34.6.1'],
  ['image', `${STORAGE}.2`],
  ['unknown', '2.25.1'],
]

t.test('icons', t => {
  t.test('an icon for every kind of instance, by SOP class', t => {
    for (const [kind, SOPClassUID] of EACH) t.equal(iconOf(SOPClassUID, undefined), kind, SOPClassUID)
    t.end()
  })

  t.test('a class is told from another that begins with the same digits', t => {
    t.equal(iconOf(`${STORAGE}.481.10`, undefined), 'treatment-plan')
    t.equal(iconOf(`${STORAGE}.77.1.1`, undefined), 'image')
    t.equal(iconOf(`${STORAGE}.1045`, undefined), 'image')
    t.end()
  })

  t.test('a private class goes by modality', t => {
    t.equal(iconOf('1.2.3', 'SR'), 'report')
    t.equal(iconOf('1.2.3', 'CT'), 'unknown')
    t.end()
  })

  t.test('each is drawn, and unlike every other', async t => {
    const pool = imagingPool({ threads: 1 })
    t.teardown(() => pool.close())
    const drawn: (readonly [IconKind, Buffer])[] = []
    for (const [kind] of EACH) {
      const request = {
        mediaType: 'image/png',
        quality: undefined,
        window: undefined,
        viewport: undefined,
      } as const
      const picture = await pool.run('icon', { kind, request })
      t.same([picture.width, picture.height], [256, 256])
      drawn.push([kind, await sharp(picture.bytes).raw().toBuffer()])
    }
    for (const [kind, data] of drawn)
      for (const [other, otherData] of drawn)
        if (kind < other) t.ok(unlike(data, otherData) > 1000, `${kind} and ${other}`)
  })
  t.end()
})

/** how many samples differ */
function unlike(a: Buffer, b: Buffer): number {
  let count = 0
  for (let i = 0; i < a.length; i++) if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > 64) count++
  return count
}
