import t from 'tap'
import { indexedAttributes } from '../../src/dicom/indexed-attributes.js'
import { privateElement, privateKey } from '../../src/dicom/private-attributes.js'
import { parseQuery } from '../../src/dicom/query-parameters.js'
import type { QueryLevel } from '../../src/dicom/query.js'
import { searchAttributes } from '../../src/dicom/search-attributes.js'

const SIEMENS = '00190008:SIEMENS%20MR%20HEADER'

t.test('keywords, tags and sequences are taken with the level at which an operator expects them', t => {
  const of = (text: string): unknown => searchAttributes(text).map(one => [one.key, one.level, one.vr])
  t.same(of('EchoTime'), [['00180081', 'instance', 'DS']])
  t.same(of('EchoTime@series'), [['00180081', 'series', 'DS']])
  t.same(of('00180081@study'), [['00180081', 'study', 'DS']])
  t.same(of('ProtocolName'), [['00181030', 'series', 'LO']], 'kept by every archive')
  t.same(of('ProtocolName@series'), [['00181030', 'series', 'LO']])
  t.same(of('PatientReligiousPreference'), [['001021F0', 'study', 'LO']])
  t.same(of('ClinicalTrialSeriesID'), [['00120071', 'series', 'LO']])
  t.same(of('SoftwareVersions'), [['00181020', 'series', 'LO']])
  t.same(of('ViewCodeSequence.CodeValue'), [['00540220', 'instance', 'SQ']], 'the sequence whole')
  t.same(of('ViewCodeSequence, 00540220'), [['00540220', 'instance', 'SQ']], 'once')
  t.same(of('BitsStored'), [['00280101', 'instance', 'US']])
  t.same(of(''), [])
  t.end()
})

t.test('PS3.5 7.8.1: private attributes are named by group, creator and the last two digits', t => {
  const of = (text: string): unknown => searchAttributes(text).map(one => [one.key, one.level, one.vr])
  for (const tag of ['00190008', '00191008', '0019ff08'])
    t.same(of(`${tag}=SIEMENS MR HEADER`), [[SIEMENS, 'instance', 'LO']])
  t.same(of('00190008=SIEMENS MR HEADER:IS@series'), [[SIEMENS, 'series', 'IS']])
  t.same(of('00190008=A:B'), [['00190008:A%3AB', 'instance', 'LO']], 'a colon may be the creator’s')
  t.same(of('00190008=ACME 1@study,00190008=ACME 2'), [
    ['00190008:ACME%201', 'study', 'LO'],
    ['00190008:ACME%202', 'instance', 'LO'],
  ])
  t.end()
})

t.test('an entry that cannot be searched by is named with what is wrong', t => {
  const bad = {
    Nonsense: /Nonsense names no attribute/,
    '0019100': /names no attribute/,
    PixelData: /VR ox, which nothing can match/,
    TransferSyntaxUID: /no attribute of datasets/,
    NumberOfStudyRelatedSeries: /told by the archive itself/,
    ModalitiesInStudy: /told by the archive itself/,
    'EchoTime@patient': /a level that is none of study, series, instance/,
    'PatientName@instance': /an attribute of the study level/,
    'PatientID.EchoTime': /a dot behind what is no sequence/,
    'ViewCodeSequence.Nonsense': /names no attribute/,
    '00191008': /is private: expected 00191008=, and its creator/,
    '00191008=': /no creator/,
    '00181008=ACME': /no tag of a private attribute/,
    '00190108=ACME': /no tag of a private attribute/,
    '00191008=ACME:OB': /VR OB, which nothing can match/,
    '00191008=ACME:ZZ': /VR ZZ, which nothing can match/,
    'EchoTime@series,EchoTime': /named twice/,
  }
  for (const [text, message] of Object.entries(bad)) t.throws(() => searchAttributes(text), { message }, text)
  const many = Array.from({ length: 101 }, (_, n) => `0019${n.toString(16).padStart(4, '0')}=ACME`)
  t.throws(() => searchAttributes(many.join(',')), { message: /at most 100/ })
  t.end()
})

t.test('PS3.5 7.8.1: the element of a creator is found in whatever block it has', t => {
  const dataset = {
    '00080005': { vr: 'CS', Value: ['ISO_IR 100'] },
    '00190010': { vr: 'LO', Value: ['ACME'] },
    '00190011': { vr: 'LO', Value: ['SIEMENS MR HEADER '] },
    '00191008': { vr: 'LO', Value: ['of ACME'] },
    '00191108': { vr: 'IS', Value: [7] },
    '00191009': { vr: 'UN', InlineBinary: Buffer.from('M\xfcller\\B ', 'latin1').toString('base64') },
  }
  t.same(privateElement(dataset, SIEMENS, 'LO'), { vr: 'IS', Value: [7] })
  t.same(privateElement(dataset, privateKey('00190008', 'ACME'), 'LO'), { vr: 'LO', Value: ['of ACME'] })
  t.equal(privateElement(dataset, privateKey('00190008', 'acme'), 'LO'), undefined)
  t.same(
    privateElement(dataset, privateKey('00190009', 'ACME'), 'LO'),
    { vr: 'LO', Value: ['Müller', 'B'] },
    'bytes of unknown VR are read as what the operator says they are',
  )
  t.end()
})

const attributes = indexedAttributes(
  searchAttributes('EchoTime@series,ViewCodeSequence,00190008=SIEMENS MR HEADER:IS@series'),
)
const parse = (text: string, level: QueryLevel = 'series') =>
  parseQuery(level, {}, [...new URLSearchParams(text)], { maxResults: 10, attributes })

t.test('PS3.18 8.3.4.1: what is named is a key at its level and below, what is not stays none', t => {
  t.match(parse('EchoTime=1.50'), {
    query: { matches: [{ path: ['00180081'], values: ['1.5'] }] },
    warnings: [],
  })
  t.match(parse('EchoTime=1', 'study'), { query: { matches: [] }, warnings: [/lower level than study/] })
  t.match(parse('RepetitionTime=1'), { query: { matches: [] }, warnings: [/not supported/] })
  t.match(parse('ViewCodeSequence.CodeValue=X', 'instance').query.matches, [
    { path: ['00540220', '00080100'] },
  ])
  t.end()
})

t.test('PS3.18 8.3.4.1: a private key is of the creator that the request names beside it', t => {
  t.match(parse('00191008=007&00190010=SIEMENS MR HEADER'), {
    query: {
      matches: [{ path: [SIEMENS], vr: 'IS', values: ['7'] }],
      privateTags: { [SIEMENS]: '00191008' },
    },
    warnings: [],
  })
  t.match(parse('0019ab08=7&001900AB= SIEMENS MR HEADER '), {
    query: { matches: [{ path: [SIEMENS] }], privateTags: { [SIEMENS]: '0019AB08' } },
    warnings: [],
  })
  t.match(parse('includefield=00191008&00190010=SIEMENS MR HEADER').query, {
    include: [[SIEMENS]],
    matches: [],
  })
  t.match(parse('00191008=7'), {
    query: { matches: [] },
    warnings: [/needs its private creator as 00190010/],
  })
  t.match(parse('00191108=7&00190010=SIEMENS MR HEADER'), { warnings: [/creator as 00190011/] })
  t.match(
    parse('00191008=7&00190010=ACME'),
    {
      query: { matches: [{ values: ['\0'] }] },
      warnings: [/not kept of that private creator and matches nothing/],
    },
    'another creator’s',
  )
  t.match(parse('00191009=7&00190010=SIEMENS MR HEADER'), {
    query: { matches: [] },
    warnings: [/not supported/],
  })
  t.end()
})
