/** The elements of a CT slice as a scanner writes them: 277 of them with those in sequences, a third private. PS3.3 A.3. */
import { el, type MadeElement } from '../../test/made-dicom.js'
import type { Uids } from './uids.js'

export interface SlicePlace {
  readonly InstanceNumber: number
  readonly rows: number
  readonly columns: number
}

const PRIVATE_GROUPS = ['0019', '0021', '0027', '0043', '0045', '01F1', '01F7']
const ELEMENTS_A_PRIVATE_GROUP = 17
const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2'

// tag, VR, value; UIDs, place and pixels are added below.
const USUAL = `
00080005 CS ISO_IR 192
00080008 CS ORIGINAL\\PRIMARY\\AXIAL\\HELIX
00080012 DA 20240131
00080013 TM 093011.255
00080020 DA 20240131
00080021 DA 20240131
00080022 DA 20240131
00080023 DA 20240131
0008002A DT 20240131092921.120000
00080030 TM 092815.672
00080031 TM 092935.878
00080032 TM 092921.120
00080033 TM 092925.654
00080050 SH CT20240131
00080060 CS CT
00080070 LO Philips
00080080 LO St Elsewhere
00080081 ST Nottingham
00080090 PN Referring^Doctor
00080201 SH +0000
00081010 SH CT4
00081030 LO 1A Trauma/Plain head
0008103E LO Std brain 1mm, iDose
00081040 LO Radiology
00081048 PN Attending^Physician
00081050 PN Performing^Physician
00081060 PN Reading^Physician
00081070 PN Operator^One
00081080 LO Fall
00081090 LO Ingenuity CT
00100010 PN Müller^Jürgen
00100020 LO BENCH-1
00100021 LO Hospital
00100030 DA 19700101
00100040 CS M
00101010 AS 054Y
00101020 DS 1.80
00101030 DS 80
00102000 LO None
00102160 SH Unknown
001021B0 LT None of note
00104000 LT No comment
00180010 LO None
00180015 CS BRAIN
00180022 CS HELIX
00180050 DS 1
00180060 DS 120
00180088 DS 1
00180090 DS 500
00181000 LO 336067
00181020 LO 4.1
00181030 LO 1A Trauma/Plain head /Head
00181040 LO IV
00181050 DS 0.35
00181100 DS 231
00181110 DS 1040
00181111 DS 570
00181120 DS 0
00181130 DS 129.8
00181140 CS CW
00181150 IS 1278
00181151 IS 54
00181152 IS 69
0018115E DS 2.1
00181160 SH UB
00181170 IS 65
00181190 DS 1.2
00181200 DA 20240131
00181201 TM 060000
00181210 SH UB
00185100 CS HFS
00189302 CS SPIRAL
00189323 CS Z MODULATION
00200010 SH 2157
00200011 IS 202
00200012 IS 1
00200037 DS 1\\0\\0\\0\\1\\0
00201040 LO Not given
00204000 LT Std brain 1mm
00280004 CS MONOCHROME2
00280030 DS 0.451171875\\0.451171875
00281050 DS 40\\400
00281051 DS 80\\1500
00281052 DS -1024
00281053 DS 1
00281054 LO HU
00282110 CS 00
00281055 LO Brain\\Bone
00321032 PN Requesting^Physician
00321033 LO Emergency
00321060 LO Plain head
00400244 DA 20240131
00400245 TM 092815
00400253 SH PPS2157
00400254 LO Plain head
00402016 LO PO12345
00402017 LO FO12345
`

export function ctHeader(uids: Uids, place: SlicePlace): readonly MadeElement[] {
  const us = (tag: string, n: number): MadeElement => el(tag, 'US', [n])
  const position = (811.21 + place.InstanceNumber).toFixed(2)
  return [
    ...USUAL.trim().split('\n').map(lineElement),
    el('00080016', 'UI', CT_IMAGE_STORAGE),
    el('00080018', 'UI', uids.instance),
    el('0020000D', 'UI', uids.study),
    el('0020000E', 'UI', uids.series),
    el('00200052', 'UI', '2.25.17'),
    el('00081111', 'SQ', [reference('1.2.840.10008.3.1.2.3.3', '2.25.18')], true),
    el(
      '00081140',
      'SQ',
      [reference(CT_IMAGE_STORAGE, '2.25.19'), reference(CT_IMAGE_STORAGE, '2.25.20')],
      true,
    ),
    el('00082218', 'SQ', [coded('69536005', 'SCT', 'Head')]),
    el('00081032', 'SQ', [coded('24725-4', 'LN', 'CT Head')]),
    el('00400260', 'SQ', [coded('24725-4', 'LN', 'CT Head')]),
    el('00400275', 'SQ', [requested()]),
    ...['00189305', '00189306', '00189307', '00189309', '00189310', '00189311', '00189345'].map(tag =>
      el(tag, 'FD', [0.625]),
    ),
    el('00200013', 'IS', String(place.InstanceNumber)),
    el('00200032', 'DS', `-115.5\\-1.85\\${position}`),
    el('00201041', 'DS', position),
    us('00280002', 1),
    us('00280010', place.rows),
    us('00280011', place.columns),
    us('00280100', 16),
    us('00280101', 12),
    us('00280102', 11),
    us('00280103', 0),
    ...PRIVATE_GROUPS.flatMap(privateGroup),
  ]
}

/** In the order of their tags. PS3.5 7.1. */
export function inTagOrder(elements: readonly MadeElement[]): readonly MadeElement[] {
  return [...elements].sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0))
}

function lineElement(line: string): MadeElement {
  const [tag = '', vr = '', ...value] = line.split(' ')
  return el(tag, vr, value.join(' '))
}

function privateGroup(group: string, nth: number): readonly MadeElement[] {
  const kinds = ['LO', 'DS', 'SH', 'IS', 'CS', 'FL', 'OB', 'UN', 'US']
  const made = Array.from({ length: ELEMENTS_A_PRIVATE_GROUP }, (_, k) => {
    const vr = kinds[(k + nth) % kinds.length] ?? 'LO'
    const tag = `${group}10${(k + 1).toString(16).padStart(2, '0').toUpperCase()}`
    if (vr === 'FL') return el(tag, vr, [0.5, 0.25])
    if (vr === 'US') return el(tag, vr, [k, nth])
    if (vr === 'OB' || vr === 'UN') return el(tag, vr, new Uint8Array(16 << (k % 5)).fill(k))
    return el(tag, vr, vr === 'LO' || vr === 'SH' ? `Setting ${k}` : String(k * 17))
  })
  return [el(`${group}0010`, 'LO', 'ELSCINT1'), ...made]
}

function reference(ReferencedSOPClassUID: string, ReferencedSOPInstanceUID: string): MadeElement[] {
  return [el('00081150', 'UI', ReferencedSOPClassUID), el('00081155', 'UI', ReferencedSOPInstanceUID)]
}

function coded(CodeValue: string, CodingSchemeDesignator: string, CodeMeaning: string): MadeElement[] {
  return [
    el('00080100', 'SH', CodeValue),
    el('00080102', 'SH', CodingSchemeDesignator),
    el('00080104', 'LO', CodeMeaning),
  ]
}

function requested(): MadeElement[] {
  return [
    el('00321060', 'LO', 'Plain head'),
    el('00400007', 'LO', 'Plain head'),
    el('00400009', 'SH', 'SPS2157'),
    el('00401001', 'SH', 'RP2157'),
  ]
}
