import { headerAttributes } from '../dicom/header-attributes.js'
import type { DicomJson } from '../dicom/json-model.js'
import { itemsOf, textOf } from '../dicom/readable-values.js'
import type { AnnotationLines } from '../imaging/annotation.js'
import type { Window } from '../imaging/frame-description.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'

export interface AnnotatedFrame {
  /** what is asked for. PS3.18 8.3.5.1.1 */
  readonly kinds: readonly ('patient' | 'technique')[]
  /** 0-based */
  readonly frame: number
  readonly count: number
  /** by which it is shown, where there is one */
  readonly window: Window | undefined
}

/** What is burnt into the picture of a frame.
 * @throws Problem `not-found` */
export type LinesOf = (instance: FoundInstance, shown: AnnotatedFrame) => Promise<AnnotationLines>

const SHARED_GROUPS = '52009229'
const RADIOPHARMACEUTICAL = '00540016'

/** Acquisition parameters by their tags, of plain images and of enhanced ones, in the order in which they are shown. */
const PARAMETERS: readonly (readonly [tags: readonly string[], words: (value: string) => string])[] = [
  [['00180015'], value => value],
  [['00185101'], value => value],
  [['00200062', '00200060', '00209072'], value => value],
  [['00180060'], value => `${value} kV`],
  [['00181151', '00189330'], value => `${value} mA`],
  [['00181152', '00189332'], value => `${value} mAs`],
  [['00181150', '00189328'], value => `${value} ms`],
  [['00181210'], value => value],
  [['00180087'], value => `${value} T`],
  [['00180080'], value => `TR ${value} ms`],
  [['00180081', '00189082'], value => `TE ${value} ms`],
  [['00180082'], value => `TI ${value} ms`],
  [['00181314'], value => `flip ${value}°`],
  [['00185022'], value => `MI ${value}`],
  [['00180031'], value => value],
  [['00180050'], value => `slice ${value} mm`],
]

const PATIENT = ['00100010', '00100020', '00100030', '00100040']
const ORIGIN = ['00080060', '00080020', '0008103E', '00081030', '00200011', '00200013']
const TAGS = new Set([
  ...PATIENT,
  ...ORIGIN,
  ...PARAMETERS.flatMap(([tags]) => tags),
  SHARED_GROUPS,
  RADIOPHARMACEUTICAL,
])

export function annotationLines(index: ArchiveIndex): LinesOf {
  return async (instance, { kinds, frame, count, window }) => {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
    return {
      patient: kinds.includes('patient') ? patientLines(header) : [],
      technique: kinds.includes('technique')
        ? [...techniqueLines(header), ...shownLines(frame, count, window)]
        : [],
    }
  }
}

/** The name in letters that the font has: the alphabetic group, where there is one. PS3.5 6.2.1.1 */
function patientLines(header: DicomJson): string[] {
  const [name] = header['00100010']?.Value ?? []
  const alphabetic =
    typeof name === 'object' && name !== null && typeof name.Alphabetic === 'string' && name.Alphabetic !== ''
      ? { vr: 'PN', Value: [{ Alphabetic: name.Alphabetic }] }
      : header['00100010']
  const shown = alphabetic === undefined ? '' : textOf({ '00100010': alphabetic }, '00100010')
  const born = [textOf(header, '00100030'), textOf(header, '00100040')].filter(Boolean).join(' ')
  return [shown, textOf(header, '00100020'), born].filter(Boolean)
}

function techniqueLines(header: DicomJson): string[] {
  const places = [
    header,
    ...itemsOf(header, SHARED_GROUPS).flatMap(item =>
      Object.keys(item).flatMap(sequence => itemsOf(item, sequence)),
    ),
    ...itemsOf(header, RADIOPHARMACEUTICAL),
  ]
  const parameters = PARAMETERS.flatMap(([tags, words]) => {
    const value = places.flatMap(place => tags.map(tag => textOf(place, tag))).find(Boolean)
    return value === undefined ? [] : [words(shortNumber(value))]
  })
  const numbers = [textOf(header, '00200011'), textOf(header, '00200013')].filter(Boolean).map(n => `#${n}`)
  return [
    [textOf(header, '00080060'), textOf(header, '00080020')].filter(Boolean).join(' '),
    [textOf(header, '0008103E') || textOf(header, '00081030'), ...numbers].filter(Boolean).join(' '),
    ...rows(parameters),
  ].filter(Boolean)
}

const IN_A_ROW = 3

function rows(values: readonly string[]): string[] {
  const joined: string[] = []
  for (let at = 0; at < values.length; at += IN_A_ROW) joined.push(values.slice(at, at + IN_A_ROW).join(', '))
  return joined
}

function shownLines(frame: number, count: number, window: Window | undefined): string[] {
  return [
    [
      ...(count > 1 ? [`frame ${frame + 1}/${count}`] : []),
      ...(window === undefined
        ? []
        : [`W ${shortNumber(String(window.width))} C ${shortNumber(String(window.center))}`]),
    ].join(', '),
  ].filter(Boolean)
}

/** `1.5` of `1.50000001` */
function shortNumber(value: string): string {
  const number = Number(value)
  return value.trim() === '' || !Number.isFinite(number) ? value : String(Number(number.toPrecision(5)))
}
