import { lettering, type Lettering } from './lettering.js'
import type { Raster } from './raster.js'

/** What is burnt into a picture. PS3.18 8.3.5.1.1 */
export interface AnnotationLines {
  /** upper left corner */
  readonly patient: readonly string[]
  /** lower left corner */
  readonly technique: readonly string[]
}

/** of the shorter side of the picture */
const FONT_SHARE = 1 / 32
const SMALLEST_FONT = 10
const LARGEST_FONT = 64

/** The picture with the lines in its corners: white with a dark edge, so that they are read on any ground; of a size that goes
 *  with the picture's. What does not fit is cut off: lines at the picture's edge, and the last ones of too many.
 * @param raster of the size that it is shown in, pixels square; it is not altered */
export async function annotated(raster: Raster, { patient, technique }: AnnotationLines): Promise<Raster> {
  const { width, height } = raster
  const pixels = Math.round(
    Math.min(LARGEST_FONT, Math.max(SMALLEST_FONT, Math.min(width, height) * FONT_SHARE)),
  )
  const lineHeight = Math.ceil(pixels * 1.3)
  const margin = Math.ceil(pixels / 2)
  const most = Math.floor((height / 2 - margin) / lineHeight)
  const upper = patient.slice(0, most)
  const lower = technique.slice(0, most)
  const data = Uint8Array.from(raster.data)
  const draw = async (lines: readonly string[], top: number): Promise<void> => {
    for (const [index, line] of lines.entries()) {
      const { text, above } = await fitting(line, pixels, width - 2 * margin)
      drawText({ ...raster, data }, text, margin, top + index * lineHeight + above, edgeOf(pixels))
    }
  }
  await draw(upper, margin)
  await draw(lower, height - margin - lower.length * lineHeight)
  return { ...raster, data }
}

/** dark pixels around a letter */
function edgeOf(pixels: number): number {
  return Math.max(1, Math.round(pixels / 14))
}

/** A line no wider than there is room, cut where it is longer.
 * @returns `above`: pixels from the top of the line to the top of its letters, which come without the blank above them */
async function fitting(
  line: string,
  pixels: number,
  room: number,
): Promise<{ text: Lettering; above: number }> {
  let text = await lettering(line, pixels)
  for (let kept = line.length; text.width > room && kept > 1;) {
    kept = Math.max(1, Math.min(kept - 1, Math.floor((kept * room) / text.width)))
    text = await lettering(`${line.slice(0, kept)}…`, pixels)
  }
  return { text, above: Math.max(0, Math.round((pixels * 1.2 - text.height) / 2)) }
}

/** White where the letters are, black around them. */
function drawText(
  { width, height, channels, data }: Raster,
  text: Lettering,
  left: number,
  top: number,
  edge: number,
): void {
  const covered = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= text.width || y >= text.height ? 0 : (text.coverage[y * text.width + x] ?? 0)
  const colors = Math.min(channels, 3)
  for (let y = -edge; y < text.height + edge; y++) {
    for (let x = -edge; x < text.width + edge; x++) {
      const [atX, atY] = [left + x, top + y]
      if (atX < 0 || atY < 0 || atX >= width || atY >= height) continue
      const letter = covered(x, y)
      let shade = letter
      for (let dy = -edge; dy <= edge && shade < 255; dy++)
        for (let dx = -edge; dx <= edge && shade < 255; dx++) shade = Math.max(shade, covered(x + dx, y + dy))
      if (shade === 0) continue
      const at = (atY * width + atX) * channels
      for (let channel = 0; channel < colors; channel++) {
        const ground = ((data[at + channel] ?? 0) * (255 - shade)) / 255
        data[at + channel] = Math.round((ground * (255 - letter)) / 255 + letter)
      }
      if (channels === 4) data[at + 3] = Math.max(data[at + 3] ?? 0, shade)
    }
  }
}
