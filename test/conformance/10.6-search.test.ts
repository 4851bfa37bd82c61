import t from 'tap'
import { ctImage, el, newUid, type MadeElement, type MadeInstance } from '../made-dicom.js'
import { askJson, askWhole, search, store, textOf, valueOf, type JsonObject } from '../dicomweb-client.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

interface StudyOptions {
  readonly study?: string
  readonly series?: string
  readonly with?: readonly MadeElement[]
}

t.test('PS3.18 10.6 Search', async t => {
  const { url } = await startServer(t)
  const image = (name: string, id: string, date: string, more: StudyOptions = {}): MadeInstance =>
    ctImage({
      ...more,
      with: [
        el('00100010', 'PN', name),
        el('00100020', 'LO', id),
        el('00080020', 'DA', date),
        ...(more.with ?? []),
      ],
    })
  const ann = { study: newUid('ann'), series: newUid('ann series') }
  const annMr = newUid('ann mr')
  const anns = [
    image('Ärmel^Ann=山田^太郎', 'ID-1', '20240110', {
      ...ann,
      with: [
        el('00200013', 'IS', '1'),
        el('00080050', 'SH', 'ACC-1'),
        el('00400275', 'SQ', [[el('00400009', 'SH', 'SPS-1'), el('00401001', 'SH', 'RP-1')]]),
        el('00081110', 'SQ', [[el('00081155', 'UI', '1.2.3')], [el('00081155', 'UI', '1.2.4')]]),
      ],
    }),
    image('Ärmel^Ann=山田^太郎', 'ID-1', '20240110', {
      ...ann,
      with: [el('00200013', 'IS', '2'), el('00080050', 'SH', 'ACC-1')],
    }),
    image('Ärmel^Ann=山田^太郎', 'ID-1', '20240110', {
      study: ann.study,
      series: annMr,
      with: [el('00080060', 'CS', 'MR'), el('00200011', 'IS', '2'), el('00080050', 'SH', 'ACC-1')],
    }),
  ]
  const bob = image('Bobson^Bob', 'ID-2', '20240220', {
    with: [el('00080030', 'TM', '2359'), el('00080050', 'SH', 'ACC_2')],
  })
  const cem = image('Cem^C', 'ID-3', '20240220', {
    with: [el('00080030', 'TM', '000030'), el('00080050', 'SH', '')],
  })
  await store(
    url,
    [...anns, bob, cem].map(({ bytes }) => bytes),
  )
  const names = async (query: string): Promise<string[]> =>
    (await search(`${url}/studies?${query}`)).map(row => {
      const id = textOf(row, '00100020')
      return { 'ID-1': 'ann', 'ID-2': 'bob', 'ID-3': 'cem' }[id] ?? id
    })
  const rows = async (where: string): Promise<JsonObject[]> => {
    const { status, json } = await askJson(url + where)
    t.ok(status === 200 || status === 204, `${where}: ${status}`)
    return (json ?? []) as JsonObject[]
  }

  t.test('10.6.3.3 table 10.6.3-3: a study row has its attributes, counts and Retrieve URL', async t => {
    const [row] = await rows('/studies?PatientID=ID-1')
    t.match(row, {
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00080020': { vr: 'DA', Value: ['20240110'] },
      '00080030': { vr: 'TM', Value: ['101112'] },
      '00080050': { vr: 'SH', Value: ['ACC-1'] },
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00080090': { vr: 'PN', Value: [{ Alphabetic: 'Referring^Doctor' }] },
      '00081190': { vr: 'UR', Value: [`${url}/studies/${ann.study}`] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Ärmel^Ann', Ideographic: '山田^太郎' }] },
      '00100020': { vr: 'LO', Value: ['ID-1'] },
      '00100030': { vr: 'DA', Value: ['19700101'] },
      '00100040': { vr: 'CS', Value: ['M'] },
      '0020000D': { vr: 'UI', Value: [ann.study] },
      '00200010': { vr: 'SH', Value: ['S1'] },
      '00201206': { vr: 'IS', Value: [2] },
      '00201208': { vr: 'IS', Value: [3] },
    })
    t.same([...(row!['00080061']!.Value as string[])].sort(), ['CT', 'MR'])
    t.same(Object.keys(row!), Object.keys(row!).sort(), 'F.2.2 ascending')
  })

  t.test('trap 33, trap 34: table 10.6.3-4, 10.6.3-5: series and instance rows have theirs', async t => {
    const [series] = await rows(`/studies/${ann.study}/series?SeriesInstanceUID=${ann.series}`)
    t.match(series, {
      '00080060': { vr: 'CS', Value: ['CT'] },
      '0008103E': { vr: 'LO', Value: ['Thin slices'] },
      '00081190': { vr: 'UR', Value: [`${url}/studies/${ann.study}/series/${ann.series}`] },
      '0020000D': { vr: 'UI', Value: [ann.study] },
      '0020000E': { vr: 'UI', Value: [ann.series] },
      '00200011': { vr: 'IS', Value: [1] },
      '00201209': { vr: 'IS', Value: [2] },
    })
    t.match(series!['00400275'], {
      vr: 'SQ',
      Value: [{ '00400009': { Value: ['SPS-1'] }, '00401001': { Value: ['RP-1'] } }],
    })
    const [instance] = await rows(`/studies/${ann.study}/series/${ann.series}/instances?InstanceNumber=2`)
    t.match(instance, {
      '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
      '00080018': { vr: 'UI', Value: [anns[1]!.SOPInstanceUID] },
      '00081190': { vr: 'UR', Value: [url + pathOf(anns[1]!)] },
      '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
      '00200013': { vr: 'IS', Value: [2] },
      '00280010': { vr: 'US', Value: [8] },
      '00280011': { vr: 'US', Value: [8] },
      '00280100': { vr: 'US', Value: [16] },
    })
  })

  t.test('10.6.1.3 all six resources answer, the relational ones with the attributes above', async t => {
    for (const [where, count, above] of [
      ['/studies', 3, '00100010'],
      ['/series', 4, '00100010'],
      ['/instances', 5, '00100010'],
      [`/studies/${ann.study}/series`, 2, '0020000D'],
      [`/studies/${ann.study}/instances`, 3, '00080060'],
      [`/studies/${ann.study}/series/${ann.series}/instances`, 2, '0020000E'],
    ] as const) {
      const found = await rows(where)
      t.equal(found.length, count, where)
      t.ok(
        found.every(row => row[above] !== undefined && !textOf(row, '00081190').includes('null')),
        where,
      )
    }
    t.equal((await rows('/series?PatientID=ID-1&Modality=MR')).length, 1)
    t.equal((await rows('/instances?PatientID=ID-1&Modality=CT&InstanceNumber=1')).length, 1)
    t.same(await rows(`/studies/${bob.StudyInstanceUID}/series/${ann.series}/instances`), [])
  })

  t.test('8.3.4.1, PS3.4 C.2.2.2 matching', async t => {
    for (const [query, wanted] of [
      ['PatientID=ID-1', ['ann']],
      ['00100020=ID-1', ['ann']],
      ['PatientID=id-1', []],
      ['PatientID=ID-1&AccessionNumber=ACC_2', []],
      ['PatientName=bobson%5Ebob', ['bob']],
      ['PatientName=ARMEL*', ['ann']],
      ['PatientName=*mel%5Eann*', ['ann']],
      ['PatientName=*b?b', ['bob']],
      ['PatientName=山田*', ['ann']],
      ['PatientName=nobody', []],
      ['PatientName=*', ['bob', 'cem', 'ann']],
      ['PatientName=', ['bob', 'cem', 'ann']],
      ['AccessionNumber=*', ['bob', 'cem', 'ann']],
      ['AccessionNumber=ACC*', ['bob', 'ann']],
      ['AccessionNumber=ACC_*', ['bob']],
      ['AccessionNumber=ACC?2', ['bob']],
      ['AccessionNumber=%25', []],
      ['StudyDate=20240220', ['bob', 'cem']],
      ['StudyDate=20240101-20240131', ['ann']],
      ['StudyDate=20240220-', ['bob', 'cem']],
      ['StudyDate=-20240110', ['ann']],
      ['StudyDate=20240220&StudyTime=2300-', ['bob']],
      ['StudyTime=0000-0100', ['cem']],
      ['StudyDate=20240110-20240220&StudyTime=1200-0001', ['cem']],
      [`StudyInstanceUID=${ann.study}`, ['ann']],
      [`StudyInstanceUID=${ann.study},${cem.StudyInstanceUID}`, ['cem', 'ann']],
      [`StudyInstanceUID=${ann.study}%5C${bob.StudyInstanceUID}`, ['bob', 'ann']],
      ['ModalitiesInStudy=MR', ['ann']],
      ['Modality=MR', ['ann']],
      ['ModalitiesInStudy=CT,MR', ['bob', 'cem', 'ann']],
      ['NoSuchAttribute=1', ['bob', 'cem', 'ann']],
    ] as const)
      t.same((await names(query)).sort(), [...wanted].sort(), decodeURIComponent(query))
    const [row] = await rows('/studies?ModalitiesInStudy=MR')
    t.same([...(row!['00080061']!.Value as string[])].sort(), ['CT', 'MR'], 'all modalities are returned')
  })

  t.test('a key in a sequence matches within it', async t => {
    const matched = await rows('/series?RequestAttributesSequence.ScheduledProcedureStepID=SPS-1')
    t.same(
      matched.map(row => textOf(row, '0020000E')),
      [ann.series],
    )
    t.same(await rows('/series?00400275.00401001=RP-2'), [])
  })

  t.test('8.3.4.3 includefield: trap 29, trap 30, trap 31, trap 32', async t => {
    const [plain] = await rows('/studies?PatientID=ID-1')
    t.notOk(plain!['00081110'])
    const [sequence] = await rows('/studies?PatientID=ID-1&includefield=00081110')
    t.equal((sequence!['00081110']!.Value as unknown[]).length, 2, 'trap 29: a sequence whole')
    for (const query of [
      'includefield=00081110&includefield=StudyDescription',
      'includefield=00081110,StudyDescription',
    ]) {
      const described = ctImage({
        with: [el('00080020', 'DA', '19990101'), el('00081030', 'LO', 'd'), el('00081110', 'SQ', [[]])],
      })
      await store(url, [described.bytes])
      const [row] = await rows(`/studies?StudyInstanceUID=${described.StudyInstanceUID}&${query}`)
      t.match(row, { '00081030': { Value: ['d'] }, '00081110': { vr: 'SQ' } }, `trap 30: ${query}`)
    }
    for (const query of ['includefield=all', 'includefield=all&includefield=PatientID'])
      t.equal((await rows(`/instances?PatientID=ID-1&${query}`)).length, 3, `trap 31: ${query}`)
    for (const query of ['PatientID=ID-2&includefield=PatientID', 'includefield=00100020&00100020=ID-2'])
      t.same(
        (await rows(`/studies?${query}`)).map(row => textOf(row, '00100020')),
        ['ID-2'],
        `trap 32: ${query}`,
      )
    t.match((await rows('/series?Modality=MR'))[0], { '00080060': { Value: ['MR'] } }, 'keys are returned')
  })

  t.test('trap 37: 8.3.4.4 limit and offset cut one stable order, newest first', async t => {
    const where = `/studies?StudyDate=20240110-20240220`
    const all = (await rows(where)).map(row => textOf(row, '0020000D'))
    t.equal(all.length, 3)
    t.same(
      (await rows(where)).map(row => textOf(row, '00080020')),
      ['20240220', '20240220', '20240110'],
    )
    const paged = []
    for (let offset = 0; offset < 4; offset++)
      paged.push(...(await rows(`${where}&limit=1&offset=${offset}`)).map(row => textOf(row, '0020000D')))
    t.same(paged, all)
    t.same(
      (await rows(`/studies/${ann.study}/instances`)).map(row => textOf(row, '00080018')),
      anns.map(each => each.SOPInstanceUID),
    )
  })

  t.test('trap 55: 8.3.4.4.1 a Warning says how many are left', async t => {
    const where = `${url}/studies?StudyDate=20240110-20240220`
    const capped = await askWhole(`${where}&limit=1`)
    t.equal(capped.headers.warning, `299 ${url}: There are 2 additional results that can be requested`)
    t.equal((await askWhole(`${where}&limit=3`)).headers.warning, undefined)
    t.equal((await askWhole(`${where}&limit=1&offset=2`)).headers.warning, undefined)
  })

  t.test('10.6.3.1 nothing found is 204 without a body', async t => {
    for (const where of [
      '/studies?PatientID=nobody',
      '/studies?limit=0',
      `/studies/${newUid()}/series`,
      '/instances?offset=100000',
    ]) {
      const { status, bytes } = await askWhole(url + where)
      t.equal(status, 204, where)
      t.equal(bytes.length, 0, where)
    }
  })

  t.test(
    '10.6.3.1 a value that a known parameter cannot have is 400, an unknown parameter is none',
    async t => {
      for (const query of [
        'limit=-1',
        'limit=x',
        'offset=1.5',
        'StudyDate=yesterday',
        'StudyDate=20240101-2024',
        'StudyTime=25',
        'fuzzymatching=perhaps',
        'PatientName=%ff',
        'limit=1&limit=2',
        'TimezoneOffsetFromUTC=CET',
      ])
        t.equal((await askWhole(`${url}/studies?${query}`)).status, 400, query)
      for (const query of [
        'nonsense=1',
        '00091001=x',
        'includefield=nonsense',
        '_=123',
        'limit=',
        'PatientName',
      ])
        t.equal((await askWhole(`${url}/studies?${query}`)).status, 200, query)
    },
  )

  t.test('OHIF’s own query (dicomweb.md §9)', async t => {
    const query =
      'fuzzymatching=false&includefield=00081030%2C00080060%2C00080090' +
      '&PatientName=*bob*&00100020=*ID*&StudyDate=20240101-20241231&ModalitiesInStudy=CT%2CMR'
    const found = await rows(`/studies?${query}`)
    t.same(
      found.map(row => textOf(row, '00100020')),
      ['ID-2'],
    )
    const [series] = await rows(`/studies/${ann.study}/series?includefield=0008103E%2C00080021`)
    t.match(series, { '0008103E': { Value: ['Thin slices'] }, '00201209': { Value: [2] } })
  })

  t.test('trap 34, trap 35: counts and modalities are right at every moment', async t => {
    const study = newUid()
    const modalities: string[] = []
    for (const [n, modality] of ['CT', 'PT', 'CT', 'SEG'].entries()) {
      modalities.push(modality)
      const series = newUid()
      for (const instance of [1, 2]) {
        const made = ctImage({ study, series, with: [el('00080060', 'CS', modality)] })
        await store(url, [made.bytes])
        const [row] = await rows(`/studies?StudyInstanceUID=${study}`)
        const [seriesRow] = await rows(`/studies/${study}/series?SeriesInstanceUID=${series}`)
        t.same(
          [valueOf(row!, '00201206'), valueOf(row!, '00201208'), valueOf(seriesRow!, '00201209')],
          [n + 1, 2 * n + instance, instance],
        )
        t.same([...(row!['00080061']!.Value as string[])].sort(), [...new Set(modalities)].sort())
      }
    }
  })

  t.test(
    'study values are those of the first instance stored, later ones fill what is empty (OURS)',
    async t => {
      const study = newUid()
      for (const [id, description] of [
        ['FIRST', ''],
        ['SECOND', 'filled'],
        ['THIRD', 'other'],
      ] as const)
        await store(url, [
          ctImage({ study, with: [el('00100020', 'LO', id), el('00081030', 'LO', description)] }).bytes,
        ])
      const [row] = await rows(`/studies?StudyInstanceUID=${study}&includefield=StudyDescription`)
      t.equal(textOf(row!, '00100020'), 'FIRST')
      t.equal(textOf(row!, '00081030'), 'filled')
    },
  )

  t.test('trap 27: names in other character sets are found and told as UTF-8', async t => {
    const latin1 = Uint8Array.from([0x4e, 0xfa, 0xf1, 0x65, 0x7a, 0x5e, 0x41]) // Núñez^A
    const made = ctImage({ with: [el('00080005', 'CS', 'ISO_IR 100'), el('00100010', 'PN', latin1)] })
    await store(url, [made.bytes])
    for (const query of ['PatientName=N%C3%BA%C3%B1ez*', 'PatientName=nunez%5Ea']) {
      const [row] = await rows(`/studies?${query}`)
      t.match(
        row,
        { '00080005': { Value: ['ISO_IR 192'] }, '00100010': { Value: [{ Alphabetic: 'Núñez^A' }] } },
        query,
      )
    }
  })
})

t.test('10.6.3 a study without any modality has no ModalitiesInStudy, on which OHIF would break', async t => {
  const { url } = await startServer(t)
  await store(url, [ctImage({ without: ['00080060'] }).bytes])
  const [row] = await search(`${url}/studies`)
  t.equal(row!['00080061'], undefined)
  t.ok(row!['00201206'])
})

t.test('8.3.4.4.1 of many that are left over a thousand are counted', async t => {
  const { url } = await startServer(t)
  const [study, series] = [newUid(), newUid()]
  const files = Array.from({ length: 1_012 }, () => ctImage({ study, series }).bytes)
  t.equal((await store(url, files)).stored.length, files.length)
  const left = async (query: string): Promise<unknown> =>
    /There are (.*) additional/.exec(
      String((await askWhole(`${url}/instances?${query}`)).headers.warning),
    )?.[1]
  t.equal(await left('Modality=CT&limit=12'), '1000')
  t.equal(await left('Modality=CT&limit=11'), 'at least 1000')
  t.equal(await left('limit=11'), '1001', 'how many there are in all is known')
  t.equal(await left('Modality=CT&limit=11&offset=1000'), '1')
})
