/** ICC profiles that pictures are converted to, made of the published primaries and curves. PS3.18 8.3.5.1.5 */

/** to the power of gamma, straight near black */
interface Curve {
  readonly gamma: number
  /** light of the end of the straight part, and how steep it is */
  readonly toe: { readonly end: number; readonly slope: number }
}

interface Space {
  readonly description: string
  /** light of red, green and blue as XYZ under D50, one after the other */
  readonly primaries: readonly (readonly [x: number, y: number, z: number])[]
  readonly curve: Curve
  /** linear sRGB to linear light of this space, row by row */
  readonly fromSrgb: readonly (readonly [red: number, green: number, blue: number])[]
}

const SPACES = {
  /** Adobe RGB (1998) 4.3; primaries adapted to D50 by Bradford's matrix */
  adobergb: {
    description: 'Adobe RGB (1998) compatible',
    primaries: [
      [0.6097559, 0.3111242, 0.0194811],
      [0.2052401, 0.625656, 0.0608902],
      [0.149224, 0.0632197, 0.7448387],
    ],
    curve: { gamma: 563 / 256, toe: { end: 0, slope: 0 } },
    fromSrgb: [
      [0.7151627, 0.2848372, 0],
      [0, 1, 0],
      [0, 0.0411705, 0.9588295],
    ],
  },
  /** ROMM RGB, ISO 22028-2 */
  rommrgb: {
    description: 'ROMM RGB',
    primaries: [
      [0.7976749, 0.2880402, 0],
      [0.1351917, 0.7118741, 0],
      [0.0313534, 0.0000857, 0.82521],
    ],
    curve: { gamma: 1.8, toe: { end: 1 / 512, slope: 16 } },
    fromSrgb: [
      [0.5293459, 0.3300728, 0.1405813],
      [0.0983743, 0.873461, 0.0281646],
      [0.0168832, 0.1176725, 0.8654443],
    ],
  },
} as const satisfies Record<string, Space>

export type WideSpace = keyof typeof SPACES

/** @param data sRGB, `channels` bytes a pixel; what comes after three (opacity) stays as it is
 *  @returns the same colours in the other space */
export function srgbTo(space: WideSpace, data: Uint8Array, channels: 3 | 4): Uint8Array {
  const { fromSrgb, curve } = SPACES[space]
  const light = Float64Array.from({ length: 256 }, (_, i) => srgbLight(i / 255))
  // As many steps as tell apart all values of a byte, near black too.
  const codes = Uint8Array.from({ length: LIGHT_STEPS + 1 }, (_, i) =>
    Math.round(255 * codeOf(curve, i / LIGHT_STEPS)),
  )
  const converted = Uint8Array.from(data)
  for (const [channel, [red, green, blue]] of fromSrgb.entries())
    for (let at = 0; at + 2 < data.length; at += channels) {
      const sum =
        red * (light[data[at] ?? 0] ?? 0) +
        green * (light[data[at + 1] ?? 0] ?? 0) +
        blue * (light[data[at + 2] ?? 0] ?? 0)
      converted[at + channel] = codes[Math.round(Math.min(1, sum) * LIGHT_STEPS)] ?? 0
    }
  return converted
}

const LIGHT_STEPS = 0xffff

/** IEC 61966-2-1 */
function srgbLight(code: number): number {
  return code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4
}

function codeOf({ gamma, toe }: Curve, light: number): number {
  return light < toe.end ? light * toe.slope : light ** (1 / gamma)
}

function lightOf({ gamma, toe }: Curve, code: number): number {
  return code < toe.end * toe.slope ? code / toe.slope : code ** gamma
}

const D50 = [0.9642, 1, 0.8249] as const
const CURVE_STEPS = 1024

/** A profile of version 2.1 for displays: three primaries, a curve of light. ICC.1:2001-04 6.3.1.2 */
export function profileOf(space: WideSpace): Uint8Array {
  const { description, primaries, curve } = SPACES[space]
  const colorants = primaries.map(xyzTag)
  const tags: (readonly [name: string, data: Buffer])[] = [
    ['desc', descriptionTag(description)],
    ['cprt', Buffer.concat([Buffer.from('text\0\0\0\0No copyright\0', 'latin1')])],
    ['wtpt', xyzTag(D50)],
    ...['rXYZ', 'gXYZ', 'bXYZ'].map((name, i) => [name, colorants[i] ?? Buffer.of()] as const),
  ]
  const shared = curveTag(curve)
  const count = tags.length + 3
  const table = Buffer.alloc(4 + 12 * count)
  table.writeUInt32BE(count)
  const pieces: Buffer[] = []
  let position = HEADER_BYTES + table.length
  const enter = (row: number, name: string, data: Buffer): void => {
    table.write(name, 4 + 12 * row, 'latin1')
    table.writeUInt32BE(position, 8 + 12 * row)
    table.writeUInt32BE(data.length, 12 + 12 * row)
  }
  for (const [row, [name, data]] of tags.entries()) {
    enter(row, name, data)
    pieces.push(data, Buffer.alloc(-data.length & 3))
    position += data.length + (-data.length & 3)
  }
  for (const [i, name] of ['rTRC', 'gTRC', 'bTRC'].entries()) enter(tags.length + i, name, shared)
  pieces.push(shared)
  return Buffer.concat([headerOf(position + shared.length), table, ...pieces])
}

const HEADER_BYTES = 128

function headerOf(lengthBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32BE(lengthBytes)
  header.writeUInt32BE(0x0210_0000, 8)
  header.write('mntrRGB XYZ ', 12, 'latin1')
  // A date is asked for: that of the standard.
  for (const [i, part] of [2001, 4, 1, 0, 0, 0].entries()) header.writeUInt16BE(part, 24 + 2 * i)
  header.write('acsp', 36, 'latin1')
  for (const [i, part] of D50.entries()) header.writeInt32BE(fixed(part), 68 + 4 * i)
  return header
}

function fixed(value: number): number {
  return Math.round(value * 0x1_0000)
}

function xyzTag(xyz: readonly number[]): Buffer {
  const tag = Buffer.alloc(20)
  tag.write('XYZ ', 'latin1')
  for (const [i, part] of xyz.entries()) tag.writeInt32BE(fixed(part), 8 + 4 * i)
  return tag
}

/** @returns light of evenly spaced codes, in 16 bits */
function curveTag(curve: Curve): Buffer {
  const tag = Buffer.alloc(12 + 2 * CURVE_STEPS)
  tag.write('curv', 'latin1')
  tag.writeUInt32BE(CURVE_STEPS, 8)
  for (let i = 0; i < CURVE_STEPS; i++)
    tag.writeUInt16BE(Math.round(0xffff * lightOf(curve, i / (CURVE_STEPS - 1))), 12 + 2 * i)
  return tag
}

/** ASCII alone; the Unicode and ScriptCode parts that follow are empty. ICC.1:2001-04 6.5.17 */
function descriptionTag(text: string): Buffer {
  const tag = Buffer.alloc(12 + text.length + 1 + 8 + 3 + 67)
  tag.write('desc', 'latin1')
  tag.writeUInt32BE(text.length + 1, 8)
  tag.write(text, 12, 'latin1')
  return tag
}

/** Of an image: of RGB, and as long as it says; a value of even length may have a byte more. PS3.3 C.11.15.1.1
 * @returns undefined where nothing can be made of it */
export function usableProfile(bytes: Uint8Array): Uint8Array | undefined {
  const profile = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (profile.length < HEADER_BYTES + 4 || profile.toString('latin1', 36, 40) !== 'acsp') return undefined
  if (profile.toString('latin1', 16, 20) !== 'RGB ') return undefined
  const lengthBytes = profile.readUInt32BE()
  return lengthBytes > HEADER_BYTES && lengthBytes <= profile.length
    ? profile.subarray(0, lengthBytes)
    : undefined
}
