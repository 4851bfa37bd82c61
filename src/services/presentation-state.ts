import type { DicomJson } from '../dicom/json-model.js'
import { itemOf, itemsOf, numberOf, numbersOf, textOf } from '../dicom/json-values.js'
import type { DisplayedArea, Presentation, Shutter } from '../imaging/presentation.js'
import type { AnnotationUnits, Graphic, TextObject } from '../imaging/presentation-graphics.js'
import { labColor, type Rgb } from '../imaging/segment-colors.js'

/** The image of a presentation state that is shown. */
export interface ReferencedImage {
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
  /** 0-based; undefined where none is named */
  readonly frame: number | undefined
}

export const PRESENTATION_TAGS = [
  ...['00081115', '00180050', '00181600', '00181602', '00181604', '00181606', '00181608', '00181610'],
  ...['00181612', '00181620', '00181622', '00181623', '00181624', '00283110', '00700001', '00700041'],
  ...['00700042', '0070005A', '00700060'],
]

const REFERENCED_SERIES = '00081115'
const REFERENCED_IMAGES = '00081140'
const YELLOW: Rgb = [255, 255, 0]
const MOST_OBJECTS = 10_000

/** The first image of the first series. PS3.3 C.11.11 */
export function referencedImage(header: DicomJson): ReferencedImage | undefined {
  const series = itemOf(header, REFERENCED_SERIES)
  const image = itemOf(series, REFERENCED_IMAGES)
  const SeriesInstanceUID = textOf(series, '0020000E')
  const SOPInstanceUID = textOf(image, '00081155')
  if (SeriesInstanceUID === undefined || SOPInstanceUID === undefined) return undefined
  const [number] = numbersOf(image, '00081160')
  return { SeriesInstanceUID, SOPInstanceUID, frame: number === undefined ? undefined : number - 1 }
}

/** The items of a sequence of a presentation state that are about an image: those that name it, or none.
 * @param frame 0-based */
export function itemsAbout(
  header: DicomJson,
  tag: string,
  SOPInstanceUID: string,
  frame: number,
): readonly DicomJson[] {
  return itemsOf(header, tag).filter(item => {
    const images = itemsOf(item, REFERENCED_IMAGES)
    return (
      images.length === 0 ||
      images.some(image => {
        const frames = numbersOf(image, '00081160')
        return (
          textOf(image, '00081155') === SOPInstanceUID && (frames.length === 0 || frames.includes(frame + 1))
        )
      })
    )
  })
}

/** What is done after the lookup tables. PS3.3 A.33.1
 * @param bitmap of Shutter Overlay Group (0018,1623) */
export function presentationOf(
  header: DicomJson,
  SOPInstanceUID: string,
  frame: number,
  bitmap: Shutter['bitmap'],
): Omit<Presentation, 'palette'> {
  const about = (tag: string): readonly DicomJson[] => itemsAbout(header, tag, SOPInstanceUID, frame)
  const layers = new Map(itemsOf(header, '00700060').map(item => [textOf(item, '00700002')?.trim(), item]))
  const order = (annotation: DicomJson): number =>
    numbersOf(layers.get(textOf(annotation, '00700002')?.trim()) ?? {}, '00700062')[0] ?? 0
  const annotations = [...about('00700001')].sort((a, b) => order(a) - order(b))
  const colorOf = (annotation: DicomJson): Rgb =>
    layerColor(layers.get(textOf(annotation, '00700002')?.trim()) ?? {})
  return {
    shutter: shutterOf(header, bitmap),
    area: areaOf(about('0070005A')[0]),
    rotation: rotationOf(numberOf(header, '00700042')),
    flipHorizontal: textOf(header, '00700041') === 'Y',
    graphics: annotations
      .flatMap(annotation =>
        itemsOf(annotation, '00700009').map(item => graphicOf(item, colorOf(annotation))),
      )
      .slice(0, MOST_OBJECTS),
    texts: annotations
      .flatMap(annotation =>
        itemsOf(annotation, '00700008').map(item => textObjectOf(item, colorOf(annotation))),
      )
      .slice(0, MOST_OBJECTS),
  }
}

function rotationOf(degrees: number | undefined): Presentation['rotation'] {
  return degrees === 90 || degrees === 180 || degrees === 270 ? degrees : 0
}

/** Graphic Layer Recommended Display CIELab Value, or Grayscale Value of 16 bits. PS3.3 C.10.7 */
function layerColor(layer: DicomJson): Rgb {
  const lab = numbersOf(layer, '00700401')
  if (lab.length === 3) return labColor(lab)
  const [gray] = numbersOf(layer, '00700066')
  return gray === undefined ? YELLOW : [gray >> 8, gray >> 8, gray >> 8]
}

/** PS3.3 C.10.4 */
function areaOf(item: DicomJson | undefined): DisplayedArea | undefined {
  if (item === undefined) return undefined
  const [x0, y0] = numbersOf(item, '00700052')
  const [x1, y1] = numbersOf(item, '00700053')
  if (x0 === undefined || y0 === undefined || x1 === undefined || y1 === undefined) return undefined
  const mode = textOf(item, '00700100')
  return {
    left: Math.min(x0, x1),
    top: Math.min(y0, y1),
    right: Math.max(x0, x1),
    bottom: Math.max(y0, y1),
    mode: mode === 'TRUE SIZE' || mode === 'MAGNIFY' ? mode : 'SCALE TO FIT',
    magnification: numberOf(item, '00700103') ?? 1,
    spacing: numbersOf(item, '00700101')[1],
  }
}

/** Height of a pixel through its width, as the state has it: Presentation Pixel Spacing or Aspect Ratio. PS3.3 C.10.4 */
export function aspectOf(header: DicomJson, SOPInstanceUID: string, frame: number): number | undefined {
  const [area = {}] = itemsAbout(header, '0070005A', SOPInstanceUID, frame)
  const [height = 0, width = 0] = [...numbersOf(area, '00700101'), ...numbersOf(area, '00700102')]
  return height > 0 && width > 0 ? height / width : undefined
}

/** PS3.3 C.7.6.11, C.7.6.15 */
function shutterOf(header: DicomJson, bitmap: Shutter['bitmap']): Shutter | undefined {
  const shapes = new Set(header['00181600']?.Value)
  const one = (tag: string): number => numberOf(header, tag) ?? NaN
  const box = {
    left: one('00181602'),
    right: one('00181604'),
    upper: one('00181606'),
    lower: one('00181608'),
  }
  const [row = NaN, column = NaN] = numbersOf(header, '00181610')
  const circle = { row, column, radius: one('00181612') }
  const polygon = numbersOf(header, '00181620')
  const lab = numbersOf(header, '00181624')
  const gray = (numberOf(header, '00181622') ?? 0) >> 8
  const shutter = {
    box: shapes.has('RECTANGULAR') && Object.values(box).every(Number.isFinite) ? box : undefined,
    circle: shapes.has('CIRCULAR') && Object.values(circle).every(Number.isFinite) ? circle : undefined,
    polygon: shapes.has('POLYGONAL') && polygon.length >= 6 ? polygon : undefined,
    bitmap: shapes.has('BITMAP') ? bitmap : undefined,
  }
  return Object.values(shutter).every(shape => shape === undefined)
    ? undefined
    : { ...shutter, color: lab.length === 3 ? labColor(lab) : [gray, gray, gray] }
}

function unitsOf(text: string | undefined): AnnotationUnits {
  return text === 'DISPLAY' ? 'DISPLAY' : 'PIXEL'
}

/** PS3.3 C.10.5.1.2 */
function graphicOf(item: DicomJson, color: Rgb): Graphic {
  return {
    type: textOf(item, '00700023') ?? '',
    units: unitsOf(textOf(item, '00700005')),
    points: numbersOf(item, '00700022'),
    isFilled: textOf(item, '00700024') === 'Y',
    color,
  }
}

/** PS3.3 C.10.5.1.1 */
function textObjectOf(item: DicomJson, color: Rgb): TextObject {
  const corners = [...numbersOf(item, '00700010'), ...numbersOf(item, '00700011')]
  const anchor = numbersOf(item, '00700014')
  const justification = textOf(item, '00700012')
  return {
    lines: (textOf(item, '00700006') ?? '').split(/\r\n|\r|\n/).slice(0, 64),
    box: corners.length === 4 ? { units: unitsOf(textOf(item, '00700003')), corners } : undefined,
    justification: justification === 'RIGHT' || justification === 'CENTER' ? justification : 'LEFT',
    anchor:
      anchor.length === 2
        ? {
            units: unitsOf(textOf(item, '00700004')),
            point: anchor,
            isVisible: textOf(item, '00700015') === 'Y',
          }
        : undefined,
    color,
  }
}
