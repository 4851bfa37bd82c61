import type { Rgb } from './segment-colors.js'

/** Points in pixels of the image from its upper left corner, or in parts of the displayed area. PS3.3 C.10.5.1.2 */
export type AnnotationUnits = 'PIXEL' | 'DISPLAY'

export interface Graphic {
  readonly type: string
  readonly units: AnnotationUnits
  /** x, y, x, y, … */
  readonly points: readonly number[]
  readonly isFilled: boolean
  readonly color: Rgb
}

export interface TextObject {
  readonly lines: readonly string[]
  /** two corners, of the picture as it is shown */
  readonly box: { readonly units: AnnotationUnits; readonly corners: readonly number[] } | undefined
  readonly justification: 'LEFT' | 'RIGHT' | 'CENTER'
  readonly anchor:
    | { readonly units: AnnotationUnits; readonly point: readonly number[]; readonly isVisible: boolean }
    | undefined
  readonly color: Rgb
}

export type Point = readonly [x: number, y: number]
/** to pixels of the picture */
export type ToPicture = (units: AnnotationUnits, x: number, y: number) => Point

const POINTS_OF_ELLIPSE = 90
/** a curve between two points */
const POINTS_OF_SPAN = 12

/** Graphic objects as shapes of SVG. PS3.3 C.10.5.1.2
 * @param stroke width of lines, in pixels of the picture */
export function graphicsSvg(graphics: readonly Graphic[], toPicture: ToPicture, stroke: number): string {
  return graphics.map(graphic => shapeOf(graphic, toPicture, stroke)).join('')
}

/** A line from a text to what it is about. */
export function anchorSvg([x1, y1]: Point, [x2, y2]: Point, color: Rgb, stroke: number): string {
  return `<path d="M${x1} ${y1}L${x2} ${y2}" fill="none" stroke="rgb(${color.join(',')})" stroke-width="${stroke}"/>`
}

function shapeOf(graphic: Graphic, toPicture: ToPicture, stroke: number): string {
  const color = `rgb(${graphic.color.join(',')})`
  const at = ([x, y]: Point): Point => toPicture(graphic.units, x, y)
  if (graphic.type === 'POINT') {
    return pairs(graphic.points)
      .map(at)
      .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="${stroke * 2}" fill="${color}"/>`)
      .join('')
  }
  const line = outlineOf(graphic).map(at)
  if (line.length === 0) return ''
  const d = `M${line.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}`
  const fill = graphic.isFilled ? color : 'none'
  return `<path d="${d}" fill="${fill}" stroke="${color}" stroke-width="${stroke}" stroke-linejoin="round"/>`
}

/** The line as points of the image: what is round there may not be round in the picture. */
function outlineOf({ type, points }: Graphic): readonly Point[] {
  const given = pairs(points)
  const [a, b, c, d] = given
  if (type === 'CIRCLE' && a !== undefined && b !== undefined) {
    const radius = Math.hypot(b[0] - a[0], b[1] - a[1])
    return ellipse(a, [radius, 0], [0, radius])
  }
  if (type === 'ELLIPSE' && a !== undefined && b !== undefined && c !== undefined && d !== undefined)
    return ellipse(
      [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2],
      [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2],
      [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2],
    )
  if (type === 'INTERPOLATED') return curve(given)
  return type === 'POLYLINE' ? given : []
}

function ellipse(centre: Point, major: Point, minor: Point): readonly Point[] {
  return Array.from({ length: POINTS_OF_ELLIPSE + 1 }, (_, n): Point => {
    const [cos, sin] = [
      Math.cos((2 * Math.PI * n) / POINTS_OF_ELLIPSE),
      Math.sin((2 * Math.PI * n) / POINTS_OF_ELLIPSE),
    ]
    return [centre[0] + major[0] * cos + minor[0] * sin, centre[1] + major[1] * cos + minor[1] * sin]
  })
}

/** Through all points (Catmull and Rom); round where it ends where it began. */
function curve(points: readonly Point[]): readonly Point[] {
  const last = points.length - 1
  const [start, end] = [points[0], points[last]]
  if (last < 2 || start === undefined || end === undefined) return points
  const isClosed = start[0] === end[0] && start[1] === end[1]
  const at = (n: number): Point => {
    const within = isClosed ? (n + last) % last : Math.min(last, Math.max(0, n))
    return points[within] ?? start
  }
  const out: Point[] = [start]
  for (let n = 0; n < last; n++) {
    const [before, from, to, after] = [at(n - 1), at(n), at(n + 1), at(n + 2)]
    for (let step = 1; step <= POINTS_OF_SPAN; step++) {
      const u = step / POINTS_OF_SPAN
      const axis = (c: 0 | 1): number =>
        0.5 *
        (2 * from[c] +
          (to[c] - before[c]) * u +
          (2 * before[c] - 5 * from[c] + 4 * to[c] - after[c]) * u ** 2 +
          (3 * from[c] - before[c] - 3 * to[c] + after[c]) * u ** 3)
      out.push([axis(0), axis(1)])
    }
  }
  return out
}

function pairs(points: readonly number[]): readonly Point[] {
  return Array.from({ length: Math.floor(points.length / 2) }, (_, n): Point => [
    points[2 * n] ?? 0,
    points[2 * n + 1] ?? 0,
  ])
}
