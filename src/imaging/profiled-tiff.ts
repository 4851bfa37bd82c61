import type { Raster } from './raster.js'

const SHORT = 3
const LONG = 4
const UNDEFINED = 7

/** A raster of colours as an uncompressed TIFF with its profile: sharp takes none with bare pixels. TIFF 6.0; ICC.1:2001-04 B.4 */
export function profiledTiff(
  { width, height, channels, data }: Pick<Raster, 'width' | 'height' | 'data'> & { channels: 3 | 4 },
  profile: Uint8Array,
): Uint8Array {
  const directory = (
    bits: number,
    icc: number,
    pixels: number,
  ): (readonly [number, number, number, number])[] => [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, channels, bits],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, 2],
    [273, LONG, 1, pixels],
    [277, SHORT, 1, channels],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
    // Opacity that colours were not multiplied by.
    ...(channels === 4 ? [[338, SHORT, 1, 2] as const] : []),
    [34675, UNDEFINED, profile.length, icc],
  ]
  const bitsAt = 8 + 2 + 12 * directory(0, 0, 0).length + 4
  const profileAt = bitsAt + 2 * channels
  const pixelsAt = profileAt + profile.length + (profile.length & 1)
  const file = Buffer.alloc(pixelsAt + data.length)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(8, 4)
  const entries = directory(bitsAt, profileAt, pixelsAt)
  file.writeUInt16LE(entries.length, 8)
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + 12 * i
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(count, at + 4)
    file.writeUInt32LE(value, at + 8)
  }
  for (let i = 0; i < channels; i++) file.writeUInt16LE(8, bitsAt + 2 * i)
  file.set(profile, profileAt)
  file.set(data, pixelsAt)
  return file
}
