/** What a frame's picture needs, gathered from the header and the file of an instance that is stored by the real parts. */
import t from 'tap'
import type { FrameDescription } from '../../src/imaging/frame-description.js'
import { frameStore } from '../imaging/stored-frames.js'
import { ctImage, el, type CtOptions, type MadeElement } from '../made-dicom.js'

const words = (count: number, value: (i: number) => number): Uint8Array =>
  new Uint8Array(Uint16Array.from({ length: count }, (_, i) => value(i)).buffer)

t.test('what the header of an instance says about its frames', async t => {
  const store = await frameStore(t)
  const described = async (options: CtOptions, ...frames: number[]): Promise<FrameDescription[]> => {
    const found = await store.with(ctImage(options).bytes, stored =>
      Promise.all((frames.length === 0 ? [0] : frames).map(async n => (await stored.frame(n)).description)),
    )
    if (found === undefined) throw new Error('it is not stored')
    return found
  }
  const one = async (...elements: MadeElement[]): Promise<FrameDescription> => {
    const [description] = await described({ with: elements })
    if (description === undefined) throw new Error('it has no frame')
    return description
  }

  await t.test(
    'PS3.3 C.7.6.16.2 functional groups of a frame, also where they are longer than a mebibyte (trap 48)',
    async t => {
      const frames = 300
      const group = (n: number): MadeElement[] => [
        el('00204000', 'LT', 'x'.repeat(5000)),
        el('00289110', 'SQ', [[el('00280030', 'DS', n === 7 ? '2\\1' : '1\\1')]]),
        el('00289132', 'SQ', [[el('00281050', 'DS', String(n)), el('00281051', 'DS', '100')]]),
        ...(n === 7 ? [el('00289145', 'SQ', [[el('00281052', 'DS', '-5'), el('00281053', 'DS', '3')]])] : []),
      ]
      const shared = [el('00289145', 'SQ', [[el('00281052', 'DS', '-1'), el('00281053', 'DS', '2')]])]
      const found = await described(
        {
          frames,
          with: [
            el('00281050', 'DS', '1'),
            el('00281051', 'DS', '2'),
            el('52009229', 'SQ', [shared]),
            el(
              '52009230',
              'SQ',
              Array.from({ length: frames }, (_, n) => group(n)),
            ),
          ],
        },
        ...[0, 7, 299],
      )
      t.same(
        found.map(({ window, rescale, pixelAspect }) => [window?.center, rescale, pixelAspect]),
        [
          [0, { slope: 2, intercept: -1 }, undefined],
          [7, { slope: 3, intercept: -5 }, 2],
          [299, { slope: 2, intercept: -1 }, undefined],
        ],
      )
    },
  )

  await t.test('C.11.2 the first window that is one, with its function', async t => {
    const { window } = await one(
      el('00281050', 'DS', '1\\2\\3'),
      el('00281051', 'DS', '0\\\\30.5'),
      el('00281056', 'CS', 'SIGMOID'),
    )
    t.same(window, { center: 3, width: 30.5, shape: 'SIGMOID' })
    t.equal((await one(el('00281050', 'DS', '1'), el('00281051', 'DS', '-4'))).window, undefined)
    t.equal((await one(el('00281050', 'DS', '1'))).window, undefined)
  })

  await t.test('C.11.1 tables, whose data are short or a bulk value, US or OW', async t => {
    const table = (data: MadeElement): MadeElement[] => [el('00283002', 'US', [600, 5, 16]), data]
    const bulk = words(600, i => i * 3)
    const short = words(2, i => i)
    for (const data of [
      el('00283006', 'OW', bulk),
      el('00283006', 'US', [...new Uint16Array(bulk.buffer)]),
    ]) {
      const { modalityLut } = await one(el('00283000', 'SQ', [table(data)]))
      t.same(modalityLut?.descriptor, [600, 5, 16])
      t.same(Buffer.from(modalityLut?.data ?? []), Buffer.from(bulk))
    }
    const { voiLut } = await one(el('00283010', 'SQ', [table(el('00283006', 'OW', short))]))
    t.same(Buffer.from(voiLut?.data ?? []), Buffer.from(short))
    t.equal((await one(el('00283010', 'SQ', [table(el('00283006', 'OW', ''))]))).voiLut, undefined)
    const logarithmic = await one(
      el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.12.1'),
      el('00281040', 'CS', 'LOG'),
      el('00283000', 'SQ', [table(el('00283006', 'OW', bulk))]),
    )
    t.equal(logarithmic.modalityLut, undefined, 'C.8.7.1.1.2 not for display')
  })

  await t.test('C.7.5.1.1.2 padding of signed values that was written unsigned', async t => {
    const signed = [el('00280103', 'US', [1])]
    t.same((await one(...signed, el('00280120', 'US', [63_536]))).padding, { low: -2000, high: -2000 })
    t.same((await one(...signed, el('00280120', 'SS', [-9]), el('00280121', 'SS', [-20]))).padding, {
      low: -20,
      high: -9,
    })
  })

  await t.test('C.7.6.3.1.7 the shape of a pixel; a mistaken one does not count', async t => {
    t.equal((await one(el('00280034', 'IS', '4\\3'))).pixelAspect, 4 / 3)
    t.equal((await one(el('00280034', 'IS', '4\\3'), el('00280030', 'DS', '1\\2'))).pixelAspect, 1 / 2)
    t.equal((await one(el('00181164', 'DS', '0.2\\0.1'))).pixelAspect, 2)
    for (const spacing of ['0\\1', '1\\0', '-1\\1', '1', '1\\1000000', '0.7031\\0.7032'])
      t.equal((await one(el('00280030', 'DS', spacing))).pixelAspect, undefined, spacing)
  })

  await t.test(
    'C.9.2 overlays: of their frame the bits, or of every frame where they count none',
    async t => {
      const plane = (...more: MadeElement[]): CtOptions => ({
        frames: 3,
        with: [
          ...[el('60020010', 'US', [3]), el('60020011', 'US', [5])],
          ...more,
          el('60023000', 'OW', Uint8Array.of(1, 2, 3, 4, 5, 6)),
        ],
      })
      const [first, last] = await described(plane(), 0, 2)
      t.same(first?.overlays, last?.overlays)
      t.same(first?.overlays?.[0], {
        ...{ rows: 3, columns: 5, top: 0, left: 0 },
        plane: { bits: Buffer.of(1, 2), skipBits: 0 },
      })
      const counted = plane(el('60020015', 'IS', '2'), el('60020051', 'US', [2]))
      const [none, firstOfTwo, second] = await described(counted, 0, 1, 2)
      t.equal(none?.overlays, undefined)
      t.same(firstOfTwo?.overlays?.[0]?.plane, { bits: Buffer.of(1, 2), skipBits: 0 })
      t.same(second?.overlays?.[0]?.plane, { bits: Buffer.of(2, 3, 4), skipBits: 7 })
    },
  )

  await t.test('C.11.15 the ICC profile', async t => {
    const profile = Uint8Array.from({ length: 3000 }, (_, i) => i & 0xff)
    t.same(Buffer.from((await one(el('00282000', 'OB', profile))).iccProfile ?? []), Buffer.from(profile))
  })

  await t.test('C.8.12.5 the ICC profile of the optical path of a frame, else of the first one', async t => {
    const path = (name: string, ...bytes: number[]): MadeElement[] => [
      el('00282000', 'OB', Uint8Array.from(bytes)),
      el('00480106', 'SH', name),
    ]
    const named = (name: string): MadeElement[] => [el('00480207', 'SQ', [[el('00480106', 'SH', name)]])]
    const paths = el('00480105', 'SQ', [path('A', 1, 2), path('B', 3, 4)])
    const own = el('00282000', 'OB', Uint8Array.of(5, 6))
    const profiles = async (...more: MadeElement[]): Promise<number[][]> =>
      (await described({ frames: 2, with: more }, 0, 1)).map(({ iccProfile = [] }) => [...iccProfile])
    t.same(await profiles(paths, own), [
      [1, 2],
      [1, 2],
    ])
    const shared = el('52009229', 'SQ', [named('B')])
    t.same(await profiles(paths, shared), [
      [3, 4],
      [3, 4],
    ])
    const each = el('52009230', 'SQ', [named('B'), named('A')])
    t.same(await profiles(paths, shared, each), [
      [3, 4],
      [1, 2],
    ])
    t.same(await profiles(paths, el('52009229', 'SQ', [named('C')])), [
      [1, 2],
      [1, 2],
    ])
    const bare = el('00480105', 'SQ', [[el('00480106', 'SH', 'A')]])
    t.same(await profiles(bare, own), [
      [5, 6],
      [5, 6],
    ])
  })
})
