/** Colour of a segment: 8 bits of red, green and blue, sRGB. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** Neighbours are easily told apart (Green-Armytage's alphabet, light and dark ones left out). */
const BY_NUMBER: readonly Rgb[] = [
  [230, 80, 70],
  [60, 180, 75],
  [70, 120, 230],
  [255, 200, 40],
  [170, 80, 200],
  [70, 220, 220],
  [245, 130, 48],
  [240, 90, 190],
  [180, 220, 60],
  [160, 120, 80],
  [150, 190, 255],
  [250, 175, 150],
]

/** Recommended Display CIELab Value (0062,000D), or by segment number where there is none. PS3.3 C.8.20.4
 * @param lab L*, a*, b* as 16-bit numbers: PS3.3 C.10.7.1.1 */
export function segmentColor(segment: number, lab: readonly number[] | undefined): Rgb {
  if (lab === undefined)
    return BY_NUMBER[(segment + BY_NUMBER.length - 1) % BY_NUMBER.length] ?? [255, 255, 255]
  return labColor(lab)
}

/** @param lab L*, a*, b* as 16-bit numbers: PS3.3 C.10.7.1.1 */
export function labColor([l = 0, a = 0, b = 0]: readonly number[]): Rgb {
  return labToRgb((l * 100) / 65535, a / 257 - 128, b / 257 - 128)
}

/** CIE L*a*b* to sRGB, both under D65. The standard means D50 (PS3.3 C.10.7.1.1), but whoever writes and reads these values
 *  takes D65: DCMTK, dcmqi, dcmjs, and with them 3D Slicer and OHIF. IEC 61966-2-1 */
function labToRgb(l: number, a: number, b: number): Rgb {
  const fy = (l + 16) / 116
  const x = 0.950456 * uncurved(fy + a / 500)
  const y = uncurved(fy)
  const z = 1.088754 * uncurved(fy - b / 200)
  return [
    gamma(3.2404542 * x - 1.5371385 * y - 0.4985314 * z),
    gamma(-0.969266 * x + 1.8760108 * y + 0.041556 * z),
    gamma(0.0556434 * x - 0.2040259 * y + 1.0572252 * z),
  ]
}

function uncurved(f: number): number {
  return f > 6 / 29 ? f ** 3 : ((f - 4 / 29) * 108) / 841
}

function gamma(linear: number): number {
  const v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055
  return Math.round(Math.min(1, Math.max(0, v)) * 255)
}
