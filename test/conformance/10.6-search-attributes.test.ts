import t from 'tap'
import { ctImage, el, IMPLICIT_LE, newUid, type MadeElement } from '../made-dicom.js'
import { askJson, askWhole, search, store, textOf, valueOf, type JsonObject } from '../dicomweb-client.js'
import { startServer } from '../server.js'

const NAMED = [
  'EchoTime',
  'BitsStored',
  'DateOfSecondaryCapture',
  'TimeOfSecondaryCapture',
  'AcquisitionDateTime',
  'ContrastBolusAgent@study',
  'ConsultingPhysicianName@study',
  'ProtocolName',
  'SynchronizationFrameOfReferenceUID@series',
  'ScanningSequence@series',
  'FrameIncrementPointer',
  'ImageComments',
  'AcquisitionDuration',
  'ViewCodeSequence.CodeValue',
  '00190008=ACME MR:IS',
  '00190008=OTHER MAKER',
  '00190009=ACME MR:DA@series',
  '0019000A=ACME MR:PN@study',
].join(',')

/** The same two creators, whose blocks are the other way round in every second file. */
function privates(
  acme: string,
  other: string,
  rest: readonly MadeElement[],
  swapped: boolean,
): MadeElement[] {
  const [a, o] = swapped ? ['11', '10'] : ['10', '11']
  return [
    el(`001900${a}`, 'LO', 'ACME MR'),
    el(`001900${o}`, 'LO', 'OTHER MAKER'),
    el(`0019${a}08`, 'IS', acme),
    el(`0019${o}08`, 'LO', other),
    ...rest.map(one => ({ ...one, tag: one.tag.replace('xx', a) })),
  ]
}

t.test('PS3.18 10.6.1.2 Search by attributes that the operator names', async t => {
  const { url } = await startServer(t, { FILMROOM_SEARCH_ATTRIBUTES: NAMED })
  const first = ctImage({
    instance: '1.2.1',
    with: [
      el('00180081', 'DS', '12.50'),
      el('00280101', 'US', [12]),
      el('00181012', 'DA', '20230405'),
      el('00181014', 'TM', '0630'),
      el('0008002A', 'DT', '20230405063000.5+0100'),
      el('00180010', 'LO', 'Gadolinium'),
      el('0008009C', 'PN', 'Größe^Gül'),
      el('00181030', 'LO', 'T1 axial'),
      el('00200200', 'UI', '1.3.6'),
      el('00180020', 'CS', 'SE\\IR'),
      el('00280009', 'AT', [0x0018, 0x1063]),
      el('00204000', 'LT', ' a long story, with a comma'),
      el('00189073', 'FD', [2.25]),
      el('00540220', 'SQ', [[el('00080100', 'SH', 'V1'), el('00080104', 'LO', 'Left view')]]),
      ...privates('7', 'seven', [el('0019xx09', 'DA', '20230101'), el('0019xx0A', 'PN', 'Priv^Ann')], false),
    ],
  })
  const second = ctImage({
    instance: '1.2.2',
    with: [
      el('00180081', 'DS', '30'),
      el('00280101', 'US', [10]),
      el('00181012', 'DA', '20240405'),
      el('00181014', 'TM', '1830'),
      el('0008002A', 'DT', '20240405183000'),
      el('00180010', 'LO', 'Iodine'),
      el('0008009C', 'PN', 'Small^Bob'),
      el('00181030', 'LO', 'T2 sagittal'),
      el('00200200', 'UI', '1.3.7'),
      el('00180020', 'CS', 'GR'),
      el('00280009', 'AT', [0x0018, 0x1065]),
      el('00204000', 'LT', 'short'),
      el('00189073', 'FD', [3]),
      el('00540220', 'SQ', [[el('00080100', 'SH', 'V2'), el('00080104', 'LO', 'Right view')]]),
      ...privates('8', '7', [el('0019xx09', 'DA', '20240101'), el('0019xx0A', 'PN', 'Priv^Bob')], true),
    ],
  })
  const bare = ctImage({ instance: '1.2.3' })
  t.equal(
    (
      await store(
        url,
        [first, second, bare].map(({ bytes }) => bytes),
      )
    ).status,
    200,
  )
  const at = async (resource: string, query: string): Promise<string[]> =>
    (await search(`${url}/${resource}?includefield=SOPInstanceUID&${query}`)).map(
      row =>
        ({ [first.StudyInstanceUID]: '1', [second.StudyInstanceUID]: '2', [bare.StudyInstanceUID]: '3' })[
          textOf(row, '0020000D')
        ] ?? '?',
    )
  const found = async (resource: string, query: string): Promise<string> =>
    (await at(resource, query)).sort().join()

  const keys: readonly (readonly [vr: string, query: string, found: string])[] = [
    ['DS', 'EchoTime=12.5', '1'],
    ['DS', 'EchoTime=030.0', '2'],
    ['US', 'BitsStored=10', '2'],
    ['DA', 'DateOfSecondaryCapture=20230101-20231231', '1'],
    ['DA', '00181012=20240405', '2'],
    ['TM', 'TimeOfSecondaryCapture=1200-', '2'],
    ['DT', 'AcquisitionDateTime=20240101-', '2'],
    ['LO', 'ContrastBolusAgent=*dol*', '1'],
    ['LO', 'ContrastBolusAgent=Iodine', '2'],
    ['LO', 'ContrastBolusAgent=*', '1,2,3'],
    ['PN', 'ConsultingPhysicianName=GROSSE%5E*', '1'],
    ['PN', 'ConsultingPhysicianName=bob&fuzzymatching=true', '2'],
    ['LO', 'ProtocolName=T1*', '1'],
    ['UI', 'SynchronizationFrameOfReferenceUID=1.3.6,1.3.9', '1'],
    ['CS', 'ScanningSequence=IR', '1'],
    ['CS', 'ScanningSequence=IR,GR', '1,2'],
    ['AT', 'FrameIncrementPointer=00181065', '2'],
    ['LT', 'ImageComments=*story, with*', '1'],
    ['FD', 'AcquisitionDuration=2.250', '1'],
    ['SQ', 'ViewCodeSequence.CodeValue=V2', '2'],
    ['SQ', 'ViewCodeSequence.CodeMeaning=*view', '1,2'],
    ['SQ', '00540220.00080104=Left view&00540220.00080100=V2', ''],
  ]
  for (const [vr, query, expected] of keys)
    t.equal(await found('instances', query), expected, `${vr}: instances?${query}`)

  t.test('10.6.1.1: an attribute of a study or series is a key there, and below', async t => {
    t.equal(await found('studies', 'ContrastBolusAgent=Iodine'), '2')
    t.equal(await found('series', 'ContrastBolusAgent=Iodine'), '2')
    t.equal(await found('studies', 'ConsultingPhysicianName=Small'), '', 'a whole name')
    t.equal(await found('studies', 'ConsultingPhysicianName=Small*'), '2')
    t.equal(await found('series', 'ScanningSequence=SE'), '1')
    const { headers, status } = await askWhole(`${url}/studies?ScanningSequence=SE`)
    t.equal(status, 200)
    t.match(headers['warning'], /ScanningSequence is of a lower level than study/)
  })

  t.test('10.6.3.3: they are answered as keys, by includefield and with all', async t => {
    const [row] = (await askJson(`${url}/studies?ContrastBolusAgent=Iodine`)).json as JsonObject[]
    t.same(row?.['00180010'], { vr: 'LO', Value: ['Iodine'] })
    const [all] = await search(`${url}/instances?SOPInstanceUID=1.2.1&includefield=all`)
    t.same(all?.['00180081'], { vr: 'DS', Value: [12.5] })
    t.match(all?.['00540220'], { vr: 'SQ', Value: [{ '00080100': { Value: ['V1'] } }] })
    const [one] = await search(`${url}/instances?SOPInstanceUID=1.2.2&includefield=EchoTime`)
    t.same(one?.['00180081'], { vr: 'DS', Value: [30] })
    t.equal(one?.['00280101'], undefined)
  })

  t.test('8.3.4.1: a private attribute is found by its creator, whatever its block in a file', async t => {
    const acme = '00190010=ACME MR'
    t.equal(await found('instances', `00191008=7&${acme}`), '1')
    t.equal(await found('instances', `00191008=08&${acme}`), '2', 'a number, as the operator says')
    t.equal(await found('instances', '00191108=7&00190011=ACME MR'), '1', 'in whatever block the query has')
    t.equal(await found('instances', '00191008=7&00190010=OTHER MAKER'), '2')
    t.equal(
      await found('instances', `00191008=7&${acme}&00191108=seven&00190011=OTHER MAKER`),
      '1',
      'of two at once',
    )
    t.equal(await found('instances', `00191008=8&${acme}&00191108=seven&00190011=OTHER MAKER`), '')
    t.equal(await found('series', `00191009=20230601-&${acme}`), '2', 'a range of dates')
    t.equal(await found('studies', `0019100A=priv^a*&${acme}`), '1', 'a name')
  })

  t.test('8.3.4.1: of another creator nothing is found, and without one the key is passed over', async t => {
    t.equal(await found('instances', '00191008=7&00190010=ACME'), '')
    t.equal(await found('instances', '00191008=7&00190010=acme mr'), '')
    t.equal(await found('instances', '00191008=7&00190011=ACME MR'), '1,2,3', 'the creator of another block')
    const { headers } = await askWhole(`${url}/instances?00191008=7`)
    t.match(headers['warning'], /00191008 needs its private creator as 00190010/)
  })

  t.test(
    'PS3.5 7.8.1: private attributes are answered with their creators, each in a block of its own',
    async t => {
      const query = '00191208=7&00190012=ACME MR&includefield=00191308&00190013=OTHER MAKER'
      const [row] = (await askJson(`${url}/instances?${query}`)).json as JsonObject[]
      t.match(row, {
        '00190012': { vr: 'LO', Value: ['ACME MR'] },
        '00190013': { vr: 'LO', Value: ['OTHER MAKER'] },
        '00191208': { vr: 'IS', Value: [7] },
        '00191308': { vr: 'LO', Value: ['seven'] },
      })
      t.strictSame(Object.keys(row ?? {}), Object.keys(row ?? {}).sort(), 'in order')
      for (const [instance, value] of [
        ['1.2.1', 'seven'],
        ['1.2.2', '7'],
      ]) {
        const [all] = await search(`${url}/instances?SOPInstanceUID=${instance}&includefield=all`)
        const creators = ['00190010', '00190011', '00190012'].map(tag => valueOf(all ?? {}, tag))
        t.same(creators, ['ACME MR', 'OTHER MAKER', undefined])
        t.equal(valueOf(all ?? {}, '00191108'), value)
      }
      const [plain] = await search(`${url}/instances?SOPInstanceUID=1.2.3&includefield=all`)
      t.equal(plain?.['00190010'], undefined, 'no creator without an attribute of its')
    },
  )

  t.test('PS3.5 6.2.2: bytes of unknown VR are what the operator says, and implicit VR has such', async t => {
    const study = newUid()
    const implicit = ctImage({
      study,
      instance: '1.2.4',
      transferSyntax: IMPLICIT_LE,
      with: privates('41', 'forty one', [el('0019xx09', 'DA', '19990101')], false),
    })
    t.equal((await store(url, [implicit.bytes])).status, 200)
    const instances = async (query: string): Promise<string[]> =>
      (await search(`${url}/instances?${query}`)).map(row => textOf(row, '00080018'))
    t.same(await instances('00191008=41&00190010=ACME MR'), ['1.2.4'])
    t.same(await instances('00191008=forty*&00190010=OTHER MAKER'), ['1.2.4'])
    t.same(await instances('00191009=19980101-20000101&00190010=ACME MR'), ['1.2.4'])
  })
})

t.test('a bad entry of FILMROOM_SEARCH_ATTRIBUTES stops the start and is named', async t => {
  const starting = startServer(t, { FILMROOM_SEARCH_ATTRIBUTES: 'EchoTime,PixelData' })
  await t.rejects(starting, {
    message: /FILMROOM_SEARCH_ATTRIBUTES: PixelData has VR ox, which nothing can match/,
  })
})
