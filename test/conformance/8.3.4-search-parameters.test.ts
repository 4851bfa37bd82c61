import http from 'node:http'
import t from 'tap'
import { askJson, askWhole, search, store, textOf, type JsonObject } from '../dicomweb-client.js'
import { ctImage, el, newUid, type MadeElement } from '../made-dicom.js'
import { startServer } from '../server.js'

t.test('PS3.18 8.3.4 Search parameters', async t => {
  const { url, port } = await startServer(t)
  const studies = new Map<string, string>()
  const image = (name: string, elements: readonly MadeElement[], study = newUid(name)): Uint8Array => {
    studies.set(study, name)
    return ctImage({ study, with: [el('00100020', 'LO', name), ...elements] }).bytes
  }
  const person = (text: string): MadeElement => el('00100010', 'PN', text)
  const shared = newUid('two modalities')
  await store(url, [
    image('smith', [person('Smith^John^^Dr.'), el('00081050', 'PN', 'Meyer^Hans\\Li^Wei')]),
    image('obrien', [person("O'Brien-Müller^Søren=山田^太郎=やまだ^たろう")]),
    image('nobody', [person(''), el('00080050', 'SH', ''), el('00101000', 'LO', 'A\\B')]),
    image('two', [person('Two^Modalities'), el('00080060', 'CS', 'CT')], shared),
    image('two', [person('Two^Modalities'), el('00080060', 'CS', 'SEG')], shared),
    image('east', [
      person('East^Of'),
      el('00080020', 'DA', '20250102'),
      el('00080030', 'TM', '003000'),
      el('00080201', 'SH', '+0200'),
    ]),
    image('deep', [
      person('Deep'),
      el('00400275', 'SQ', [
        [
          el('00400008', 'SQ', [[el('00080100', 'SH', 'P1'), el('00080102', 'SH', '99X')]]),
          el('00400009', 'SH', 'STEP'),
        ],
        [el('00400008', 'SQ', [[el('00080100', 'SH', 'P2')]])],
      ]),
      el('00102160', 'SH', `%_[*']"; --`),
      el('00104000', 'LT', 'a'.repeat(10_000)),
    ]),
  ])
  const rows = async (where: string): Promise<JsonObject[]> => {
    const { status, json } = await askJson(url + where)
    t.ok(status === 200 || status === 204, `${where.slice(0, 200)}: ${status}`)
    return (json ?? []) as JsonObject[]
  }
  const names = async (query: string, level = 'studies'): Promise<string[]> =>
    [
      ...new Set((await rows(`/${level}?${query}`)).map(row => studies.get(textOf(row, '0020000D')) ?? '?')),
    ].sort()

  t.test('8.3.4.2 fuzzymatching: words by their beginning or sound, in any order and group', async t => {
    for (const [name, ...wanted] of [
      ['smith', 'smith'],
      ['JOHN%20SMITH', 'smith'],
      ['jo%5Esm', 'smith'],
      ['Smyth', 'smith'],
      ['*smyth*', 'smith'],
      ['Jon,%20Schmidt', 'smith'],
      ['ith'],
      ['*ith', 'smith'],
      ['smith%20mary'],
      ['obrien', 'obrien'],
      ['Mueller', 'obrien'],
      ['muller', 'obrien'],
      ['soren', 'obrien'],
      ['太郎', 'obrien'],
      ['やま', 'obrien'],
    ] as const) {
      t.same(await names(`PatientName=${name}&fuzzymatching=true`), wanted, name)
      if (wanted.length > 0 && name !== 'obrien')
        t.same(
          await names(`PatientName=${name}&fuzzymatching=true`, 'instances'),
          wanted,
          `${name}, instances`,
        )
    }
    t.same(await names('PerformingPhysicianName=maier&fuzzymatching=true', 'series'), ['smith'], 'row by row')
    t.same(
      await names('PerformingPhysicianName=hans%20wei&fuzzymatching=true', 'series'),
      [],
      'of one person',
    )
    t.same(await names('PatientName=smyth'), [], 'literally otherwise')
    const { headers } = await askWhole(`${url}/studies?PatientName=x&fuzzymatching=true`)
    t.equal(headers.warning, undefined)
  })

  t.test('8.3.4.5 emptyvaluematching: two quotation marks find what is empty or absent', async t => {
    const empty = (key: string, level?: string): Promise<string[]> =>
      names(`${key}=%22%22&emptyvaluematching=true`, level)
    t.same(await empty('PatientName'), ['nobody'])
    t.same(await empty('AccessionNumber&PatientID=nobody'), [])
    t.same(await names('AccessionNumber=%22%22&PatientID=nobody&emptyvaluematching=true'), ['nobody'])
    t.notOk((await empty('OtherPatientIDs')).includes('nobody'))
    t.ok((await empty('OtherPatientIDs')).includes('smith'))
    t.notOk((await empty('RequestAttributesSequence', 'series')).includes('deep'))
    t.same(
      await names(
        'RequestAttributesSequence.ScheduledProcedureStepID=%22%22&emptyvaluematching=true',
        'series',
      ),
      ['deep'],
    )
    t.same(await empty('StudyInstanceUID'), [])
    t.same(await names('PatientName=%22%22'), [], 'two quotation marks, literally')
  })

  t.test('8.3.4.6 multiplevaluematching: all of the values', async t => {
    t.same(await names('ModalitiesInStudy=CT%5CSEG&multiplevaluematching=true'), ['two'])
    t.same(await names('ModalitiesInStudy=SEG,MR'), ['two'], 'any of them otherwise')
    t.same(await names('ModalitiesInStudy=SEG,MR&multiplevaluematching=true'), [])
    t.same(await names('OtherPatientIDs=B%5CA&multiplevaluematching=true'), ['nobody'])
    t.same(await names('OtherPatientIDs=A%5CC&multiplevaluematching=true'), [])
    t.equal((await askWhole(`${url}/studies?ModalitiesInStudy=CT,S*&multiplevaluematching=true`)).status, 400)
  })

  t.test('8.3.4.1.1 TimezoneOffsetFromUTC is the zone of the request', async t => {
    t.same(await names('StudyDate=20250101&PatientID=east'), [])
    t.same(await names('StudyDate=20250101&PatientID=east&TimezoneOffsetFromUTC=%2B0000'), ['east'])
    t.same(await names('StudyDate=20250101-&StudyTime=2230-&00080201=%2B0000&PatientID=east'), ['east'])
    t.same(await names('StudyDate=20250101&StudyTime=2129-2131&00080201=-0100&PatientID=east'), ['east'])
    t.same(
      await names('StudyDate=20250102&StudyTime=0030&00080201=+0200&PatientID=east'),
      ['east'],
      'a bare plus',
    )
    t.same(await names('StudyTime=0030&00080201=%2B0000&PatientID=east'), [])
    t.same(
      await names('StudyDate=20240131&00080201=-1200&PatientID=two'),
      await names('StudyDate=20240131&PatientID=two'),
      'zone unknown: as it stands',
    )
  })

  t.test('8.3.4.1 keys in sequences of sequences, all within one item', async t => {
    const code = 'RequestAttributesSequence.ScheduledProtocolCodeSequence.CodeValue'
    t.same(await names(`${code}=P1`, 'series'), ['deep'])
    t.same(await names('00400275.00400008.00080100=P2', 'series'), ['deep'])
    t.same(
      await names(`00400275.ScheduledProtocolCodeSequence.00080100=P2&00400275.00400009=STEP`, 'series'),
      [],
    )
    t.same(await names(`${code}=P1&00400275.00400009=STEP&00400275.00400008.00080102=99X`, 'instances'), [
      'deep',
    ])
    const [row] = await rows(`/series?${code}=P1`)
    t.equal((row!['00400275']!.Value as unknown[]).length, 2, 'the sequence is returned whole')
  })

  t.test(
    '8.3.4.3 includefield beyond what is kept is read from the header; includedefaults=false',
    async t => {
      for (const level of ['studies', 'series', 'instances']) {
        const [row] = await rows(`/${level}?PatientID=smith&includefield=WindowCenter,BitsStored`)
        t.ok(row?.['00280101'], level)
      }
      const [bare] = await rows('/instances?PatientID=smith&includedefaults=false&includefield=Rows')
      t.same(Object.keys(bare!), [
        '00080005',
        '00080018',
        '00081190',
        '00100020',
        '0020000D',
        '0020000E',
        '00280010',
      ])
      const [whole] = await rows(
        '/series?PatientID=deep&includefield=RequestAttributesSequence.ScheduledProcedureStepID',
      )
      t.equal((whole!['00400275']!.Value as unknown[]).length, 2, 'a dotted path: the sequence whole')
    },
  )

  t.test('hostile values are literal, or refused with the name of the parameter', async t => {
    for (const value of [`%_[*']"; --`, '%_[*', `*']"; --`, '%_[*\'?"; --'])
      t.same(await names(`EthnicGroup=${encodeURIComponent(value)}`), ['deep'], value)
    for (const value of [
      '%',
      '_',
      `' OR 1=1 --`,
      '[a-z]*',
      '%_%',
      '*[',
      '\\',
      '\0',
      `%_[*']"; --\0`,
      '\ud7ff*',
      '"',
    ])
      t.same(await names(`EthnicGroup=${encodeURIComponent(value)}`), [], JSON.stringify(value))
    for (const query of [
      'EthnicGroup=%ED%A0%80',
      'EthnicGroup=%C0%80',
      'EthnicGroup=%',
      'Ethnic%G=1',
      'a=%FF',
    ]) {
      const { status, bytes } = await askWhole(`${url}/studies?${query}`)
      t.equal(status, 400, query)
      t.match(JSON.parse(bytes.toString()), { detail: /parameter 1/ }, query)
    }
    t.equal((await askWhole(`${url}/studies?PatientName=a%3Db%3Dc%3Dd`)).status, 400)
  })

  t.test('hostile sizes: patterns of many stars, thousands of UIDs and parameters, long targets', async t => {
    const long = '*a'.repeat(500)
    t.same(await names(`PatientComments=${long}`), ['deep'])
    t.same(await names(`PatientComments=${long}b`), [])
    t.same(await names(`PatientComments=*${'a'.repeat(1_000)}b`), [])
    t.same(await names(`PatientName=${'*a'.repeat(500)}`), [])
    t.same(await names(`PatientID=${'*'.repeat(6_000)}smith`), ['smith'])
    const refused = await askWhole(`${url}/studies?PatientID=${'*a'.repeat(3_000)}`)
    t.match(JSON.parse(refused.bytes.toString()), { status: 400, detail: /^PatientID has a pattern/ })
    const uid = [...studies.keys()][0]!
    const uids = Array.from({ length: 2_000 }, (_, n) => `1.${n}`).join(',')
    t.same(await names(`StudyInstanceUID=${uids},${uid}`), [studies.get(uid)])
    const many = Array.from({ length: 1_000 }, (_, n) => `x${n}=1`).join('&')
    const warned = await askWhole(`${url}/studies?${many}&PatientID=smith`)
    t.equal(warned.status, 200)
    t.equal(String(warned.headers.warning).split('299 ').length - 1, 10, 'ten warnings')
    t.same(await names(`${'PatientID=no&'.repeat(1_000)}PatientID=smith`), ['smith'])
    const beyond = await new Promise<number>((resolve, reject) => {
      http
        .get(
          { port, path: `/dicomweb/studies?StudyInstanceUID=${'1.2,'.repeat(10_000)}1.2`, agent: false },
          answer => {
            answer.resume()
            resolve(answer.statusCode ?? 0)
          },
        )
        .once('error', reject)
    })
    t.equal(beyond, 431, '10,000 UIDs are more than a request line holds')
  })
})

t.test('PS3.18 8.3.4.4 pages while studies arrive', async t => {
  const { url } = await startServer(t)
  const made = (n: number): Uint8Array =>
    ctImage({
      study: `1.2.${n}`,
      with: [
        el('00100020', 'LO', 'PAGED'),
        el('00080020', 'DA', `202401${String((n % 28) + 1).padStart(2, '0')}`),
      ],
    }).bytes
  await store(
    url,
    Array.from({ length: 60 }, (_, n) => made(n)),
  )
  const first = new Set((await search(`${url}/studies?PatientID=PAGED`)).map(row => textOf(row, '0020000D')))
  t.equal(first.size, 60)

  t.test('8.3.4.4 none that was there is missed, whatever order the new ones take', async t => {
    for (const key of ['PatientID=PAGED', 'EthnicGroup=%22%22&emptyvaluematching=true']) {
      let next = 100
      const seen: string[] = []
      for (let offset = 0; ; offset += 7) {
        const { status, json } = await askJson(`${url}/studies?${key}&limit=7&offset=${offset}`)
        if (status === 204) break
        seen.push(...(json as JsonObject[]).map(row => textOf(row, '0020000D')))
        if (next < 130) await store(url, [made(next++), made(next++)])
      }
      t.same(
        [...first].filter(uid => !seen.includes(uid)),
        [],
        key,
      )
      t.same([...new Set(await uids())], await uids(), 'once where nothing arrives')
    }
    async function uids(): Promise<string[]> {
      return (await search(`${url}/studies?PatientID=PAGED`, 7)).map(row => textOf(row, '0020000D'))
    }
  })
})

t.test('8.5 results larger than the server holds are 413, fewer of them are not', async t => {
  const { url } = await startServer(t)
  const [study, series] = [newUid(), newUid()]
  // Text of sequences is no bulk value, however much of it there is.
  const long = Array.from({ length: 70 }, () => [el('00080080', 'LO', 'x'.repeat(60_000))])
  for (let n = 0; n < 17; n++)
    await store(url, [ctImage({ study, series, with: [el('00540220', 'SQ', long)] }).bytes])
  const where = `${url}/instances?includefield=00540220`
  const refused = await askWhole(where)
  t.match([refused.status, JSON.parse(refused.bytes.toString())], [413, { type: /payload-too-large$/ }])
  t.equal((await askWhole(`${where}&limit=2`)).status, 200)
})
