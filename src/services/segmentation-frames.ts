import { headerAttributes } from '../dicom/header-attributes.js'
import { headerItems } from '../dicom/header-items.js'
import type { DicomJson } from '../dicom/json-model.js'
import { itemOf, itemsOf, numberOf, numbersOf, textOf } from '../dicom/json-values.js'
import { segmentColor, type Rgb } from '../imaging/segment-colors.js'
import type { StoredHeader } from '../index/archive-index.js'
import { planeOf, type Plane } from './frame-plane.js'

/** What is told of the segments of an instance, and which frame shows what. PS3.3 C.8.20 */
export interface Segmentation {
  readonly kind: 'proportion' | 'label-map'
  /** value of what is wholly in a segment */
  readonly whole: number
  /** of a label map: the value of what is in none */
  readonly background: number
  /** by Segment Number (0062,0004) */
  readonly segments: ReadonlyMap<number, Segment>
  readonly frames: readonly SegmentationFrame[]
}

interface Segment {
  readonly label: string
  readonly color: Rgb
}

export interface SegmentationFrame {
  /** 0 in a label map, which has all of them */
  readonly segment: number
  /** equal of frames that lie at one place */
  readonly place: string
  readonly plane: Plane
  readonly source: SourceFrame | undefined
}

/** The image that a frame was made from. PS3.3 C.7.6.16.2.6 */
interface SourceFrame {
  readonly SOPInstanceUID: string
  /** 0-based; undefined where none is named */
  readonly frame: number | undefined
}

const TYPE = '00620001'
const SEGMENTS = '00620002'
const MAXIMUM = '0062000E'
const PADDING = '00280120'
const ORGANIZATION = '00209311'
const SHARED = '52009229'
const PER_FRAME = '52009230'
const TAGS = new Set([TYPE, SEGMENTS, MAXIMUM, PADDING, ORGANIZATION, SHARED])

/** @param count of the frames that there are */
export async function readSegmentation(stored: StoredHeader, count: number): Promise<Segmentation> {
  const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
  const type = textOf(header, TYPE)
  const segments = new Map<number, Segment>()
  for (const item of itemsOf(header, SEGMENTS)) {
    const [number = segments.size + 1] = numbersOf(item, '00620004')
    const lab = numbersOf(item, '0062000D')
    segments.set(number, {
      label: textOf(item, '00620005') ?? `${number}`,
      color: segmentColor(number, lab.length === 3 ? lab : undefined),
    })
  }
  return {
    kind: type === 'LABELMAP' ? 'label-map' : 'proportion',
    whole: type === 'FRACTIONAL' ? (numberOf(header, MAXIMUM) ?? 255) : 1,
    background: numberOf(header, PADDING) ?? 0,
    segments,
    frames:
      textOf(header, ORGANIZATION) === 'TILED_FULL'
        ? tiledFrames([...segments.keys()], type === 'LABELMAP' ? 1 : segments.size, count)
        : await describedFrames(stored, itemOf(header, SHARED), count),
  }
}

async function describedFrames(
  stored: StoredHeader,
  shared: DicomJson | undefined,
  count: number,
): Promise<SegmentationFrame[]> {
  const frames: SegmentationFrame[] = []
  for await (const item of headerItems(stored.header, PER_FRAME)) {
    if (frames.length >= count) break
    frames.push(describedFrame(item, shared))
  }
  return frames
}

function describedFrame(item: DicomJson, shared: DicomJson | undefined): SegmentationFrame {
  const segment =
    numberOf(itemOf(item, '0062000A'), '0062000B') ?? numberOf(itemOf(shared, '0062000A'), '0062000B') ?? 0
  const plane = planeOf(item, shared)
  const slide = itemOf(item, '0048021A')
  const tile = [
    ...numbersOf(slide, '0048021E'),
    ...numbersOf(slide, '0048021F'),
    ...numbersOf(slide, '0040074A'),
  ]
  const source = itemsOf(itemOf(item, '00089124'), '00082112')[0]
  const uid = textOf(source, '00081155')
  const number = numberOf(source, '00081160')
  return {
    segment,
    place: [...(plane.position ?? []), ...tile].join('\\') || (uid ?? ''),
    plane,
    source:
      uid === undefined
        ? undefined
        : { SOPInstanceUID: uid, frame: number === undefined ? undefined : number - 1 },
  }
}

/** Without functional groups of their own: tiles in order, segment by segment. PS3.3 C.7.6.17.3 */
function tiledFrames(numbers: readonly number[], planes: number, count: number): SegmentationFrame[] {
  const tiles = Math.max(1, Math.floor(count / Math.max(1, planes)))
  return Array.from({ length: count }, (_, frame) => ({
    segment: numbers[Math.floor(frame / tiles)] ?? 0,
    place: `${frame % tiles}`,
    plane: { position: undefined, orientation: undefined },
    source: undefined,
  }))
}
