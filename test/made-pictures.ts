/** Images made in code whose pictures are known beforehand, and what a picture shows. */
import sharp from 'sharp'
import { ctImage, el, type CtOptions, type MadeInstance } from './made-dicom.js'

/** Shows stored values 0 to 255 as they are. PS3.3 C.11.2.1.2 */
export const PLAIN_WINDOW = [el('00281050', 'DS', '128'), el('00281051', 'DS', '256')]

/** @param greys of the pixels of all frames, 0 to 255
 *  @param columns of a frame */
export function greyImage(
  greys: readonly number[],
  columns: number,
  rows: number,
  more: CtOptions = {},
): MadeInstance {
  const frames = greys.length / (rows * columns)
  return ctImage({
    ...more,
    rows,
    columns,
    frames,
    pixels: new Uint8Array(Uint16Array.from(greys).buffer),
    with: [...PLAIN_WINDOW, ...(more.with ?? [])],
  })
}

/** An image of one grey a frame. */
export function flatImage(greys: readonly number[], more: CtOptions = {}): MadeInstance {
  return greyImage(
    greys.flatMap(grey => Array.from({ length: 64 }, () => grey)),
    8,
    8,
    more,
  )
}

export interface Shown {
  readonly width: number
  readonly height: number
  /** of each pixel, row by row; of colours their brightness */
  readonly greys: readonly number[]
  /** of the picture's middle */
  readonly grey: number
}

/** Reads a picture of any type that sharp knows. */
export async function shown(picture: Uint8Array): Promise<Shown> {
  const { data, info } = await sharp(picture)
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height } = info
  return {
    width,
    height,
    greys: [...data],
    grey: data[Math.floor(height / 2) * width + Math.floor(width / 2)] ?? -1,
  }
}
