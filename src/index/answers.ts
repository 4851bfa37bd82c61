/** What a search answers, row by row, as JSON text. PS3.18 10.6.3.3 and Tables 10.6.3-3 to 10.6.3-5; dicomweb.md §4. */
import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import { URL_MARK, type DicomJson } from '../dicom/json-model.js'
import { LEVELS, reaches, type Query, type QueryLevel } from '../dicom/query.js'
import {
  answeredLine,
  elementLine,
  elementLines,
  instancePath,
  isEmptyElement,
  parseElementLine,
} from './element-text.js'
import { privateAnswers } from './private-answers.js'
import type { SearchRow } from './search-rows.js'

/** How rows of one query are answered. */
export interface Answering {
  /** tags that only the instance's header has; empty where none is asked for */
  readonly fromHeader: readonly string[]
  /** @param header of the row's instance (study, series: of its first live one), where fromHeader asks for it
   *  @returns a DICOM JSON object, tags ascending, URL_MARK for the base URL */
  readonly row: (row: SearchRow, header: HeaderOfRow | undefined) => string
}

export interface HeaderOfRow {
  readonly dataset: DicomJson
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
}

/** What stands for an element without a value: itself with this VR, nothing, or what the instance has (nothing or empty). */
type Without = { readonly vr: string } | 'left out' | 'as it is'

/** Where an element of an answer comes from, and whether it is there without a value. */
type Wanted =
  | { readonly from: 'kept'; readonly level: QueryLevel; readonly without: Without }
  | { readonly from: 'row'; readonly line: RowElement['line'] }
  | { readonly from: 'header' }

interface RowElement {
  readonly level: QueryLevel
  /** @returns undefined where it is left out */
  readonly line: (row: SearchRow) => string | undefined
}

/** Always answered, with the VR of an element that has no value. */
const ALWAYS: Readonly<Record<QueryLevel, Readonly<Record<string, string>>>> = {
  study: {
    '00080020': 'DA',
    '00080030': 'TM',
    '00080050': 'SH',
    '00080090': 'PN',
    '00100010': 'PN',
    '00100020': 'LO',
    '00100030': 'DA',
    '00100040': 'CS',
    '00200010': 'SH',
  },
  series: { '00080060': 'CS', '00200011': 'IS' },
  instance: { '00200013': 'IS' },
}
/** Answered where they have a value. */
const IF_KNOWN: Readonly<Record<QueryLevel, readonly string[]>> = {
  study: ['00080201'],
  series: ['00080201', '0008103E', '00400244', '00400245', '00400275'],
  instance: ['00080201', '00280008', '00280010', '00280011', '00280100'],
}

/** Attributes that the archive knows better than any instance, with the level at which they are answered. */
const FROM_ROW = new Map<string, RowElement>([
  ['00080056', { level: 'study', line: () => one('00080056', 'CS', 'ONLINE') }],
  ['00080061', { level: 'study', line: row => modalities(row.modalities) }],
  ['0020000D', { level: 'study', line: row => one('0020000D', 'UI', row.study_instance_uid) }],
  ['00201206', { level: 'study', line: row => count('00201206', row.study_series) }],
  ['00201208', { level: 'study', line: row => count('00201208', row.study_instances) }],
  ['0020000E', { level: 'series', line: row => one('0020000E', 'UI', row.series_instance_uid) }],
  ['00201209', { level: 'series', line: row => count('00201209', row.series_instances) }],
  ['00080016', { level: 'instance', line: row => one('00080016', 'UI', row.sop_class_uid) }],
  ['00080018', { level: 'instance', line: row => one('00080018', 'UI', row.sop_instance_uid) }],
  ['00083002', { level: 'instance', line: row => one('00083002', 'UI', row.transfer_syntax_uid) }],
])
/** InstanceAvailability is no attribute of a series. */
const NOT_OF_SERIES = '00080056'
const RETRIEVE_URL = '00081190'
const CHARACTER_SET = '00080005'

export function answering(query: Query, attributes: IndexedAttributes): Answering {
  const wanted = wantedElements(query, attributes)
  const plan = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))
  const fromHeader = plan.filter(([, { from }]) => from === 'header').map(([tag]) => tag)
  const privates = privateAnswers(
    plan.map(([key]) => key),
    query.privateTags,
  )
  return {
    fromHeader,
    row: (row, header) => {
      const kept = {
        study: elementLines(row.study_attributes),
        series: query.level === 'study' ? NO_LINES : elementLines(row.series_attributes),
        instance: query.level === 'instance' ? elementLines(row.instance_attributes) : NO_LINES,
      }
      const lines: string[] = []
      for (const [tag, element] of plan) {
        const line =
          element.from === 'row'
            ? element.line(row)
            : element.from === 'kept'
              ? keptLine(tag, kept[element.level].get(tag), element.without)
              : headerLine(tag, row, header)
        if (line !== undefined) lines.push(...privates.lines(tag, line))
      }
      if (privates.some) lines.sort(ascending)
      return `{${lines.join(',')}}`
    },
  }
}

const NO_LINES: ReadonlyMap<string, string> = new Map()

function wantedElements(
  { level, include, matches, withoutDefaults, ...scope }: Query,
  { keys, levelOf }: IndexedAttributes,
): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>()
  const ask = (tag: string): void => {
    if (wanted.has(tag)) return
    const own = FROM_ROW.get(tag)
    const kept = levelOf(tag)
    if (own !== undefined) {
      if (reaches(level, own.level)) wanted.set(tag, { from: 'row', line: own.line })
    } else if (kept === undefined) wanted.set(tag, { from: 'header' })
    else if (reaches(level, kept)) wanted.set(tag, { from: 'kept', level: kept, without: 'as it is' })
  }
  wanted.set(CHARACTER_SET, { from: 'row', line: () => one(CHARACTER_SET, 'CS', 'ISO_IR 192') })
  wanted.set(RETRIEVE_URL, { from: 'row', line: row => retrieveUrl(path(level, row)) })
  for (const answered of withoutDefaults ? [] : answeredLevels(level, scope)) {
    for (const [tag, vr] of Object.entries(ALWAYS[answered]))
      wanted.set(tag, { from: 'kept', level: answered, without: { vr } })
    for (const [tag, own] of FROM_ROW) {
      const isAnswered = own.level === answered || (tag === NOT_OF_SERIES && answered === 'instance')
      if (isAnswered) wanted.set(tag, { from: 'row', line: own.line })
    }
    for (const tag of IF_KNOWN[answered])
      wanted.set(tag, { from: 'kept', level: levelOf(tag) ?? answered, without: 'left out' })
  }
  // The UIDs above are always told: without them an answer cannot be followed.
  for (const tag of ['0020000D', '0020000E', '00080018']) ask(tag)
  for (const match of matches) {
    match.path.slice(0, 1).forEach(ask)
    if (match.kind === 'date-time-range' && match.path.length === 1) ask(match.time)
  }
  if (include === 'all') {
    for (const each of LEVELS) if (reaches(level, each)) keys[each].forEach(ask)
  } else for (const [tag] of include) if (tag !== undefined) ask(tag)
  return wanted
}

function ascending(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A search that names no study answers for the study too, one that names no series for the series. PS3.18 10.6.1.3 */
function answeredLevels(
  level: QueryLevel,
  scope: Pick<Query, 'StudyInstanceUID' | 'SeriesInstanceUID'>,
): QueryLevel[] {
  return LEVELS.filter(
    each =>
      each === level ||
      (reaches(level, each) &&
        (each === 'study' ? scope.StudyInstanceUID === undefined : scope.SeriesInstanceUID === undefined)),
  )
}

function keptLine(tag: string, line: string | undefined, without: Without): string | undefined {
  if (without === 'left out')
    return line === undefined || isEmptyElement(parseElementLine(line)) ? undefined : answeredLine(line)
  if (line !== undefined) return answeredLine(line)
  return without === 'as it is' ? undefined : `"${tag}":{"vr":"${without.vr}"}`
}

function headerLine(tag: string, row: SearchRow, header: HeaderOfRow | undefined): string | undefined {
  const element = header?.dataset[tag]
  if (header === undefined || element === undefined) return undefined
  return answeredLine(elementLine(tag, element, { StudyInstanceUID: row.study_instance_uid, ...header }))
}

function one(tag: string, vr: string, value: string): string {
  return `"${tag}":{"vr":"${vr}","Value":[${JSON.stringify(value)}]}`
}

/** OHIF's worklist breaks on an empty one.
 * @param list JSON */
function modalities(list: string): string | undefined {
  return list === '[]' ? undefined : `"00080061":{"vr":"CS","Value":${list}}`
}

/** The mark stands raw, which JSON.stringify would not leave it. UIDs need no escape. */
function retrieveUrl(path: string): string {
  return `"${RETRIEVE_URL}":{"vr":"UR","Value":["${URL_MARK}${path}"]}`
}

function count(tag: string, value: number): string {
  return `"${tag}":{"vr":"IS","Value":[${value}]}`
}

function path(level: QueryLevel, row: SearchRow): string {
  if (level === 'instance')
    return instancePath({
      StudyInstanceUID: row.study_instance_uid,
      SeriesInstanceUID: row.series_instance_uid,
      SOPInstanceUID: row.sop_instance_uid,
    })
  const study = `/studies/${row.study_instance_uid}`
  return level === 'study' ? study : `${study}/series/${row.series_instance_uid}`
}
