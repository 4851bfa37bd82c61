import { createRequire } from 'node:module'
import sharp from 'sharp'

/** How much of each pixel text covers, 0 to 255, row by row. */
export interface Lettering {
  readonly width: number
  readonly height: number
  readonly coverage: Uint8Array
}

/** Of our own: a machine may have no font at all. */
const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')

const MOST_CHARACTERS = 256

/** One line of text.
 * @param pixels size of the font */
export async function lettering(text: string, pixels: number): Promise<Lettering> {
  const { data, info } = await sharp({
    text: {
      text: markupFree(text),
      fontfile: FONT_FILE,
      font: `DejaVu Sans ${pixels}`,
      dpi: 72,
    },
  })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, coverage: data }
}

/** What Pango would take for markup or cannot take; blank text has no size. */
function markupFree(text: string): string {
  const plain = text
    .slice(0, MOST_CHARACTERS)
    .replace(/[\p{Cc}\p{Cs}]/gu, ' ')
    .trim()
  return plain === '' ? '.' : plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
