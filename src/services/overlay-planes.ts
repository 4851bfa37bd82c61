import type { DicomJson } from '../dicom/json-model.js'
import type { Overlay } from '../imaging/frame-description.js'
import type { ElementBytes } from './element-bytes.js'
import { numberOf, numbersAt } from '../dicom/json-values.js'

/** 6000 to 601E */
export const OVERLAY_GROUPS = Array.from({ length: 16 }, (_, n) =>
  (0x6000 + 2 * n).toString(16).toUpperCase(),
)
const [ROWS, COLUMNS, FRAMES, ORIGIN, FIRST_FRAME] = ['0010', '0011', '0015', '0050', '0051']
const [BITS_ALLOCATED, BIT_POSITION, DATA] = ['0100', '0102', '3000']
const ELEMENTS = [ROWS, COLUMNS, FRAMES, ORIGIN, FIRST_FRAME, BITS_ALLOCATED, BIT_POSITION, DATA]

/** What overlays() needs. */
export const OVERLAY_TAGS = OVERLAY_GROUPS.flatMap(group => ELEMENTS.map(element => group + element))

/** The bit planes that lie over a frame. One without rows and columns is none, as with DCMTK. PS3.3 C.9.2, C.9.3
 * @param frame 0-based. An overlay without Number of Frames in Overlay lies over every frame of the image */
export async function overlays(
  dataset: DicomJson,
  frame: number,
  bytesOf: ElementBytes,
): Promise<readonly Overlay[]> {
  const found: Overlay[] = []
  for (const group of OVERLAY_GROUPS) {
    const overlay = await overlayOfGroup(dataset, group, frame, bytesOf)
    if (overlay !== undefined) found.push(overlay)
  }
  return found
}

async function overlayOfGroup(
  dataset: DicomJson,
  group: string,
  frame: number,
  bytesOf: ElementBytes,
): Promise<Overlay | undefined> {
  const value = (element: string): number | undefined => numberOf(dataset, group + element)
  const rows = value(ROWS) ?? 0
  const columns = value(COLUMNS) ?? 0
  if (rows <= 0 || columns <= 0) return undefined
  const [top = 1, left = 1] = numbersAt(dataset, group + ORIGIN)
  const place = { rows, columns, top: top - 1, left: left - 1 }
  const data = dataset[group + DATA]
  if (data === undefined) {
    const bit = value(BIT_POSITION) ?? 0
    // Embedded planes are in pixels of Bits Allocated, of which bit 0 is the value's.
    return bit > 0 && (value(BITS_ALLOCATED) ?? 0) > 1 ? { ...place, plane: { bit } } : undefined
  }
  const frames = value(FRAMES)
  const planeNumber = frames === undefined ? 0 : frame - ((value(FIRST_FRAME) ?? 1) - 1)
  if (planeNumber < 0 || planeNumber >= (frames ?? 1)) return undefined
  const firstBit = planeNumber * rows * columns
  const start = Math.floor(firstBit / 8)
  const bits = await bytesOf(data, { start, end: Math.ceil((firstBit + rows * columns) / 8) })
  return bits === undefined || bits.length === 0
    ? undefined
    : { ...place, plane: { bits, skipBits: firstBit - 8 * start } }
}
