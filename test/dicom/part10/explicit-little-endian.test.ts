import fc from 'fast-check'
import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'
import t from 'tap'
import { toExplicitLittleEndian } from '../../../src/dicom/part10/explicit-little-endian.js'
import {
  ctImage,
  dataset,
  DEFLATED_LE,
  dicomFile,
  el,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type FileOptions,
  type MadeElement,
} from '../../made-dicom.js'
import { problem } from '../../problem.js'
import { asSource, cutAt } from '../../web/multipart/collect-parts.js'

interface Rewrite extends FileOptions {
  readonly cuts?: readonly number[]
  readonly limit?: number
}

/** Rewrites a file whose dataset begins at the offset. */
async function rewrite(file: Buffer, offset: number, options: Rewrite = {}): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  const from = {
    TransferSyntaxUID: options.transferSyntax ?? IMPLICIT_LE,
    datasetOffsetBytes: offset,
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    uids: { SOPInstanceUID: '2.25.7' },
  }
  for await (const piece of toExplicitLittleEndian(
    asSource(cutAt(file, options.cuts ?? [])),
    from,
    options.limit,
  ))
    pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}

/** Where the dataset of a made file begins. PS3.10 7.1: the group length counts from after itself. */
const datasetOffset = (file: Buffer): number => 144 + file.readUInt32LE(140)

/** The dataset that the elements become, without the head. */
async function rewritten(elements: readonly MadeElement[], options: Rewrite = {}): Promise<Buffer> {
  const file = dicomFile(elements, { transferSyntax: options.transferSyntax ?? IMPLICIT_LE })
  const result = await rewrite(file, datasetOffset(file), options)
  return result.subarray(datasetOffset(result))
}

const item = [
  el('00080100', 'SH', 'CODE'),
  el('00080102', 'SH', 'DCM'),
  el('00089215', 'SQ', [[el('00080104', 'LO', 'deep')]]),
]
/** One of each kind that the dictionary knows. */
const ELEMENTS: readonly MadeElement[] = [
  el('00080005', 'CS', 'ISO_IR 192'),
  el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
  el('00081115', 'SQ', [item, [], item]),
  el('00081140', 'SQ', []),
  el('00090010', 'LO', 'MAKER'),
  el('00100010', 'PN', 'Müller^Jürgen'),
  el('00189087', 'FD', [1.5, -2.25]),
  el('00280009', 'AT', [0x0018, 0x1063]),
  el('00280010', 'US', [512]),
  el('00280100', 'US', [16]),
  el('00280103', 'US', [1]),
  el('00280106', 'SS', [-5]),
  el('00281201', 'OW', [1, 2, 300]),
  el('00480001', 'FL', [2.5]),
  el('00720082', 'SV', [5]),
  el('00660016', 'OF', [1.5, 2.5]),
  el('00660022', 'OD', [0.125]),
  el('7FE00010', 'OW', [1, 2, 3, 0xfedc]),
].sort((a, b) => (a.tag < b.tag ? -1 : 1))

t.test(
  'PS3.5 A.1, A.3: implicit VR and big endian come out as the same elements in Explicit VR Little Endian',
  async t => {
    const expected = dataset(ELEMENTS)
    const everywhere = Array.from({ length: expected.length + 400 }, (_, i) => i)
    for (const transferSyntax of [IMPLICIT_LE, EXPLICIT_BE])
      for (const cuts of [[], everywhere])
        t.same(await rewritten(ELEMENTS, { transferSyntax, cuts }), expected)
  },
)

t.test('PS3.5 7.1: the result does not depend on how the file was cut', async t => {
  const cuts = fc.array(fc.nat(900), { maxLength: 20 })
  for (const transferSyntax of [IMPLICIT_LE, EXPLICIT_BE]) {
    const whole = await rewritten(ELEMENTS, { transferSyntax })
    await t.resolves(
      fc.assert(
        fc.asyncProperty(cuts, async at => {
          assert.deepEqual(await rewritten(ELEMENTS, { transferSyntax, cuts: at }), whole)
        }),
        { numRuns: 50 },
      ),
    )
  }
})

t.test('PS3.5 7.5: sequences and items of defined length get undefined length', async t => {
  const made = (defined: boolean): MadeElement[] => [
    el(
      '00081115',
      'SQ',
      [[el('00080100', 'SH', 'A'), el('00081199', 'SQ', [[el('00081150', 'UI', '1.2')], []], defined)], []],
      defined,
    ),
    el('00100020', 'LO', 'P'),
  ]
  for (const transferSyntax of [IMPLICIT_LE, EXPLICIT_BE])
    t.same(await rewritten(made(true), { transferSyntax }), dataset(made(false)))
})

t.test('PS3.5 7.2: group lengths are left out', async t => {
  const elements = [
    el('00080000', 'UL', [99]),
    el('00080060', 'CS', 'CT'),
    el('00100000', 'UL', [8]),
    el('00100020', 'LO', 'P'),
  ]
  t.same(await rewritten(elements), dataset(elements.filter(({ vr }) => vr !== 'UL')))
})

t.test('PS3.5 6.2.2: what implicit VR leaves unknown is UN, private creators are LO', async t => {
  const unknown = [
    el('00090010', 'LO', 'MAKER'),
    el('00091001', 'UN', Uint8Array.of(1, 2)),
    el('00100020', 'LO', 'P'),
  ]
  t.same(await rewritten(unknown), dataset(unknown))
  // a private sequence of undefined length can only be one
  const sequence = [el('00090010', 'LO', 'MAKER'), el('00091002', 'SQ', [[el('00080100', 'SH', 'A')]])]
  t.same(await rewritten(sequence), dataset(sequence))
})

t.test('PS3.5 6.2.2: UN holds little endian in a big endian file too', async t => {
  const elements = [
    el('00091001', 'UN', Uint8Array.of(1, 2, 3, 4)),
    el('00280010', 'UN', Uint8Array.of(0, 2)),
  ]
  const expected = [el('00091001', 'UN', Uint8Array.of(1, 2, 3, 4)), el('00280010', 'US', [512])]
  t.same(await rewritten(elements, { transferSyntax: EXPLICIT_BE }), dataset(expected))
})

t.test('PS3.6 6: US or SS is as the Pixel Representation that holds where the element stands', async t => {
  const made = (vr: string): MadeElement[] => [
    el('00280103', 'US', [vr === 'SS' ? 1 : 0]),
    el('00280120', vr, [vr === 'SS' ? -1 : 1]),
    el('52009229', 'SQ', [
      [el('00280106', vr, [3])],
      [el('00280103', 'US', [1]), el('00280106', 'SS', [-3])],
    ]),
  ]
  for (const vr of ['US', 'SS']) t.same(await rewritten(made(vr)), dataset(made(vr)))
})

t.test('PS3.5 6.2.2: a value too long for the short form of its VR becomes UN', async t => {
  const long = (length: number): MadeElement[] => [
    el('00204000', 'LT', 'x'.repeat(length)),
    el('00204001', 'UN', Uint8Array.of(1, 2)),
  ]
  const fits = await rewritten(long(65534))
  t.equal(fits.toString('latin1', 4, 6), 'LT')
  t.equal(fits.readUInt16LE(6), 65534)
  const beyond = await rewritten(long(65536))
  t.equal(beyond.toString('latin1', 4, 6), 'UN')
  t.equal(beyond.readUInt32LE(8), 65536)
  t.equal(beyond.length, 12 + 65536 + 12 + 2)
})

t.test('PS3.5 7.3: long values are swapped word by word, across chunks of any size', async t => {
  const values = Array.from({ length: 50_000 }, (_, i) => (i * 7919) & 0xffff)
  const elements = [el('00280100', 'US', [16]), el('7FE00010', 'OW', values)]
  for (const step of [1000, 4097, 65_537]) {
    const cuts = Array.from({ length: 100_000 / step + 1 }, (_, i) => i * step + 3)
    t.same(await rewritten(elements, { transferSyntax: EXPLICIT_BE, cuts }), dataset(elements))
  }
})

t.test('PS3.5 A.5: a deflated dataset is inflated, padding after it left', async t => {
  const made = ELEMENTS
  t.same(await rewritten(made, { transferSyntax: DEFLATED_LE }), dataset(made))
  const file = dicomFile(made, { transferSyntax: DEFLATED_LE })
  const padded = await rewrite(Buffer.concat([file, Buffer.alloc(9)]), datasetOffset(file), {
    transferSyntax: DEFLATED_LE,
  })
  t.same(padded.subarray(-20), dataset(made).subarray(-20))
})

t.test('PS3.5 A.5: a deflate bomb, and a broken one, fail', async t => {
  const head = dicomFile([], { transferSyntax: DEFLATED_LE }).subarray(0, -2)
  const file = (body: Buffer): Buffer => Buffer.concat([head, body])
  const bomb = deflateRawSync(Buffer.alloc(1 << 24))
  const options = { transferSyntax: DEFLATED_LE, limit: 1 << 20 }
  await t.rejects(rewrite(file(bomb), head.length, options), problem('limit-exceeded'))
  await t.rejects(rewrite(file(bomb.subarray(0, 100)), head.length, options), problem('bad-dicom'))
  await t.rejects(rewrite(file(Buffer.alloc(100, 0xff)), head.length, options), problem('bad-dicom'))
})

t.test(
  'PS3.10 7.1: the meta group names the new syntax and has its length, the preamble is cleared',
  async t => {
    const made = ctImage({ transferSyntax: IMPLICIT_LE })
    const expected = ctImage({
      study: made.StudyInstanceUID,
      series: made.SeriesInstanceUID,
      instance: made.SOPInstanceUID,
      pixels: made.pixels,
    })
    const stored = Buffer.from(made.bytes)
    stored.write('II*\0')
    t.same(await rewrite(stored, datasetOffset(stored)), expected.bytes)
  },
)

t.test('PS3.10 7.1: a file without preamble or meta group gets both', async t => {
  const body = [el('00080060', 'CS', 'CT')]
  const whole = await rewrite(dataset(body, { explicit: false, bigEndian: false }), 0)
  t.equal(whole.toString('latin1', 128, 132), 'DICM')
  t.equal(whole.readUInt32LE(140), whole.length - 144 - dataset(body).length)
  for (const [tag, uid] of [
    [0x02, '1.2.840.10008.5.1.4.1.1.2'],
    [0x03, '2.25.7'],
    [0x10, EXPLICIT_LE],
  ] as const)
    t.ok(
      whole.includes(Buffer.from(`\x02\0${String.fromCharCode(tag)}\0UI`, 'latin1')) && whole.includes(uid),
      uid,
    )
  t.same(whole.subarray(-dataset(body).length), dataset(body))
})

t.test('a dataset that breaks off fails, but for pixels that were stored cut short', async t => {
  const elements = [
    el('00081115', 'SQ', [[el('00080100', 'SH', 'CODE')]]),
    el('00100020', 'LO', 'PATIENT1'),
    el('00280100', 'US', [16]),
  ]
  const file = dicomFile(elements, { transferSyntax: IMPLICIT_LE })
  const head = datasetOffset(file)
  const ends = new Set([file.length, file.length - 10, file.length - 10 - 16])
  for (let length = head + 8; length < file.length; length++)
    if (!ends.has(length))
      await t.rejects(rewrite(file.subarray(0, length), head), problem('bad-dicom'), `${length} bytes`)
  await t.rejects(rewrite(file.subarray(0, head - 1), head), problem('bad-dicom'))
  const image = [...elements, el('7FE00010', 'OW', [1, 2, 3, 4])]
  const cut = dicomFile(image, { transferSyntax: IMPLICIT_LE }).subarray(0, -3)
  t.same((await rewrite(cut, head)).subarray(-17), dataset(image).subarray(0, -3).subarray(-17))
})

t.test('leaving the result returns the source, for rewritten and for inflated files', async t => {
  for (const transferSyntax of [IMPLICIT_LE, DEFLATED_LE]) {
    let returned = false
    const file = ctImage({ transferSyntax, rows: 100, columns: 100 }).bytes
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (const chunk of cutAt(file, [400, 500, 600])) yield await Promise.resolve(chunk)
      } finally {
        returned = true
      }
    }
    for await (const _ of toExplicitLittleEndian(source(), {
      TransferSyntaxUID: transferSyntax,
      datasetOffsetBytes: 300,
    }))
      break
    t.ok(returned, transferSyntax)
  }
})
