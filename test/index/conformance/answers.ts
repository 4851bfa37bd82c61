import type { Test } from 'tap'
import type { DicomJson } from '../../../src/dicom/json-model.js'
import { newUid } from '../../made-dicom.js'
import { problem } from '../../problem.js'
import { CT_STORAGE, json, madeInstance, name } from '../made-instance.js'
import { find, searchPage, type OpenIndex } from './open-index.js'

const STUDY =
  '00080020 00080030 00080050 00080056 00080061 00080090 00100010 00100020 00100030 00100040 00200010 00201206 00201208'
const SERIES = '00080060 0008103E 00200011 00201209'
const INSTANCE = '00080016 00080018 00080056 00083002 00200013 00280010 00280011 00280100'
const OWN = '00080005 00081190'

export function answersConformance(t: Test, open: OpenIndex): void {
  t.test('8.5: results larger than can be held are refused, fewer of them are not', async t => {
    const index = await open(t)
    const long = json('UC', 'x'.repeat(4 << 20))
    const study = newUid()
    await index.commit(
      Array.from({ length: 17 }, () => madeInstance({ study, elements: { '00189314': long } })),
      'reject',
    )
    const asked = { include: [['00189314']] }
    await t.rejects(find(index, 'instance', asked), problem('payload-too-large'))
    t.equal((await find(index, 'instance', { ...asked, limit: 15 })).rows.length, 15)
    t.equal((await find(index, 'instance')).rows.length, 17)
  })

  t.test(
    'PS3.18 10.6.3.3: the attributes of each resource, ascending, parents where no path names them',
    async t => {
      const index = await open(t)
      const { uids } = await stored()
      const { StudyInstanceUID, SeriesInstanceUID } = uids
      const expected: [string, DicomJson | undefined, string][] = [
        ['/studies', await first('study'), `${OWN} ${STUDY} 0020000D`],
        [
          '/studies/{s}/series',
          await first('series', { StudyInstanceUID }),
          `${OWN} ${SERIES} 0020000D 0020000E`,
        ],
        ['/series', await first('series'), `${OWN} ${STUDY} ${SERIES} 0020000D 0020000E`],
        [
          '/studies/{s}/series/{s}/instances',
          await first('instance', { StudyInstanceUID, SeriesInstanceUID }),
          `${OWN} ${INSTANCE} 0020000D 0020000E`,
        ],
        [
          '/studies/{s}/instances',
          await first('instance', { StudyInstanceUID }),
          `${OWN} ${SERIES} ${INSTANCE} 0020000D 0020000E`,
        ],
        ['/instances', await first('instance'), `${OWN} ${STUDY} ${SERIES} ${INSTANCE} 0020000D 0020000E`],
      ]
      for (const [resource, row, tags] of expected)
        t.strictSame(Object.keys(row ?? {}), [...new Set(tags.split(' '))].sort(), resource)

      async function stored(): Promise<ReturnType<typeof madeInstance>> {
        const instance = madeInstance()
        await index.commit([instance], 'reject')
        return instance
      }
      async function first(
        level: 'study' | 'series' | 'instance',
        query = {},
      ): Promise<DicomJson | undefined> {
        return (await find(index, level, query)).rows[0]
      }
    },
  )

  t.test('what the archive knows by itself', async t => {
    const index = await open(t)
    const instance = madeInstance({ elements: { '00080005': json('CS', 'ISO_IR 100') } })
    await index.commit([instance], 'reject')
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = instance.uids
    const { rows } = await find(index, 'instance')
    t.match(rows[0], {
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00080016': { vr: 'UI', Value: [CT_STORAGE] },
      '00080018': { vr: 'UI', Value: [SOPInstanceUID] },
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00080061': { vr: 'CS', Value: ['CT'] },
      '00083002': { vr: 'UI', Value: [instance.TransferSyntaxUID] },
      '0020000D': { vr: 'UI', Value: [StudyInstanceUID] },
      '0020000E': { vr: 'UI', Value: [SeriesInstanceUID] },
      '00201206': { vr: 'IS', Value: [1] },
    })
    const path = ['/studies/', StudyInstanceUID, '/series/', SeriesInstanceUID, '/instances/', SOPInstanceUID]
    for (const [level, parts] of [
      ['study', 2],
      ['series', 4],
      ['instance', 6],
    ] as const) {
      const url = path.slice(0, parts).join('')
      const { rows } = await searchPage(index, level)
      t.ok(
        rows[0]?.includes(`"00081190":{"vr":"UR","Value":["\x1f${url}"]}`),
        `RetrieveURL of a ${level}, marked`,
      )
      t.equal(rows[0]?.split('\x1f').length, 2, 'the mark stands once')
    }
  })

  t.test('required attributes without a value are there and empty, others are left out', async t => {
    const index = await open(t)
    const without = [
      '00080020',
      '00080030',
      '00080050',
      '00080060',
      '00080090',
      '0008103E',
      '00100010',
      '00200010',
    ]
    const elements = Object.fromEntries(
      [...without, '00200011', '00200013', '00280010'].map(tag => [tag, undefined]),
    )
    await index.commit([madeInstance({ elements: { ...elements, '00280011': json('US') } })], 'reject')
    const { rows } = await find(index, 'instance')
    t.match(rows[0], {
      '00080020': { vr: 'DA' },
      '00080030': { vr: 'TM' },
      '00080050': { vr: 'SH' },
      '00080060': { vr: 'CS' },
      '00080090': { vr: 'PN' },
      '00100010': { vr: 'PN' },
      '00200011': { vr: 'IS' },
      '00200013': { vr: 'IS' },
    })
    t.equal(rows[0]?.['00080061'], undefined, 'left out where no modality is known')
    for (const tag of ['0008103E', '00280010', '00280011'])
      t.notOk(rows[0] && tag in rows[0], `${tag} is not there`)
  })

  t.test('includefield: kept attributes of the level and above, those below are dropped', async t => {
    const index = await open(t)
    const referenced = { vr: 'SQ', Value: [{ '00400009': json('SH', 'P'), '00400007': json('LO', 'D') }] }
    await index.commit(
      [
        madeInstance({
          elements: {
            '00081030': json('LO', 'Chest'),
            '00080070': json('LO', 'Maker'),
            '00280004': json('CS', 'MONOCHROME2'),
            '00400275': referenced,
          },
        }),
      ],
      'reject',
    )
    const include = [
      ['00081030'],
      ['00080070'],
      ['00280004'],
      ['00400275', '00400009'],
      ['00201209'],
      ['00081030'],
    ]
    const added = async (level: 'study' | 'series' | 'instance'): Promise<string[]> => {
      const [plain, more] = [await find(index, level), await find(index, level, { include })]
      return Object.keys(more.rows[0] ?? {}).filter(tag => plain.rows[0] && !(tag in plain.rows[0]))
    }
    t.strictSame(await added('study'), ['00081030'])
    t.strictSame(await added('series'), ['00080070', '00081030'], '00400275 is there without being asked for')
    t.strictSame(await added('instance'), ['00080070', '00081030', '00280004'])
    const { rows } = await find(index, 'series', { include })
    t.strictSame(rows[0]?.['00400275'], referenced, 'a sequence is returned whole')
  })

  t.test('includefield all: what is kept at the level and above', async t => {
    const index = await open(t)
    const elements = {
      '00081030': json('LO', 'Chest'),
      '00080070': json('LO', 'Maker'),
      '00080008': json('CS', 'ORIGINAL'),
    }
    await index.commit([madeInstance({ elements })], 'reject')
    const has = async (level: 'study' | 'series' | 'instance'): Promise<boolean[]> => {
      const { rows } = await find(index, level, { include: 'all' })
      t.strictSame(Object.keys(rows[0] ?? {}), Object.keys(rows[0] ?? {}).sort())
      return Object.keys(elements).map(tag => rows[0] !== undefined && tag in rows[0])
    }
    t.strictSame(await has('study'), [true, false, false])
    t.strictSame(await has('series'), [true, true, false])
    t.strictSame(await has('instance'), [true, true, true])
  })

  t.test(
    'includefield: what is not kept is read from the header, of the first instance above its level',
    async t => {
      const index = await open(t)
      const [study, series] = [newUid(), newUid()]
      const made = [2, 1].map(n =>
        madeInstance({ study, series, elements: { '00200013': json('IS', n), '00180050': json('DS', n) } }),
      )
      await index.commit(made, 'reject')
      const include = [['00180050'], ['7FE00010'], ['00091001']]
      const { rows } = await find(index, 'instance', { include })
      t.strictSame(
        rows.map(row => row['00180050']?.Value),
        [[1], [2]],
      )
      t.strictSame(
        rows.map(row => row['7FE00010']),
        [made[1], made[0]].map(one => ({
          vr: 'OW',
          BulkDataURI: `http://archive/studies/${study}/series/${series}/instances/${one?.uids.SOPInstanceUID ?? ''}/bulkdata/7FE00010`,
        })),
      )
      for (const level of ['study', 'series'] as const) {
        const [row] = (await find(index, level, { include })).rows
        t.strictSame([row?.['00180050']?.Value, row && '00091001' in row], [[1], false], level)
        t.strictSame(Object.keys(row ?? {}), Object.keys(row ?? {}).sort())
      }
    },
  )

  t.test('bulk values inside kept attributes are told from the base URL on', async t => {
    const index = await open(t)
    const item = { '00091001': { vr: 'OB', BulkDataURI: '\x1f/bulkdata/00081110.0.00091001' } }
    const instance = madeInstance({
      elements: { '00081110': { vr: 'SQ', Value: [item] }, '00100010': name('\\u001f') },
    })
    await index.commit([instance], 'reject')
    const { uids } = instance
    const path = `studies/${uids.StudyInstanceUID}/series/${uids.SeriesInstanceUID}/instances/${uids.SOPInstanceUID}`
    const { rows } = await find(index, 'study', { include: 'all' })
    t.strictSame(rows[0]?.['00081110']?.Value, [
      { '00091001': { vr: 'OB', BulkDataURI: `http://archive/${path}/bulkdata/00081110.0.00091001` } },
    ])
    t.strictSame(rows[0]?.['00100010'], name('\\u001f'))
  })

  t.test('keys that were matched are returned', async t => {
    const index = await open(t)
    await index.commit([madeInstance({ elements: { '00081030': json('LO', 'Chest CT') } })], 'reject')
    const { rows } = await find(index, 'study', {
      matches: [{ kind: 'wildcard', path: ['00081030'], vr: 'LO', pattern: 'Chest*' }],
    })
    t.strictSame(rows[0]?.['00081030']?.Value, ['Chest CT'])
  })
}
