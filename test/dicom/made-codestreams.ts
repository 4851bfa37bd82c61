/** Headers of codestreams and containers, made in code. ISO/IEC 15444-1 annex A, 18181-1, 14496-12, 13818-2. */

export function box(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(content.length + 8)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, content])
}

export interface Jpeg2000Options {
  readonly reversible: boolean
  readonly components?: number
  /** multiple component transformation */
  readonly transformed?: boolean
  readonly depth?: number
  readonly signed?: boolean
}

/** 30 columns, 20 rows, offset by (2, 1) on the reference grid. */
export function jpeg2000(options: Jpeg2000Options, beforeCoding: Buffer = Buffer.alloc(0)): Buffer {
  const { reversible, components = 1, transformed = false, depth = 8, signed = false } = options
  const size = Buffer.alloc(36 + components * 3)
  size.writeUInt32BE(32, 2)
  size.writeUInt32BE(21, 6)
  size.writeUInt32BE(2, 10)
  size.writeUInt32BE(1, 14)
  size.writeUInt16BE(components, 34)
  for (let i = 0; i < components; i++) size[36 + i * 3] = (depth - 1) | (signed ? 0x80 : 0)
  const coding = Buffer.from([0, 0, 0, 1, transformed ? 1 : 0, 5, 4, 4, 0, reversible ? 1 : 0])
  return Buffer.concat([
    Buffer.from([0xff, 0x4f]),
    segment(0x51, size),
    beforeCoding,
    segment(0x52, coding),
    segment(0x90, Buffer.alloc(8)),
    Buffer.from([0xff, 0xd9]),
  ])
}

export function highThroughput2000(reversible: boolean): Buffer {
  return jpeg2000({ reversible }, segment(0x50, Buffer.from([0, 2, 0, 0, 0, 0])))
}

function segment(marker: number, content: Buffer): Buffer {
  const length = content.length + 2
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 255]), content])
}

/** 16 rows, 24 columns, all else by default. */
export function jpegXl(): Buffer {
  // small: 1; rows / 8 - 1: 5 bits; no ratio: 3 bits; columns / 8 - 1: 5 bits; all default: 1. Least significant bit first.
  const bits = 1 | (1 << 1) | (0 << 6) | (2 << 9) | (1 << 14)
  return Buffer.from([0xff, 0x0a, bits & 255, bits >> 8, 0, 0])
}

export interface Mp4Options {
  readonly coding: string
  readonly profile: number
  readonly level: number
}

/** 1280 by 720, 250 frames, behind a sound track. */
export function mp4({ coding, profile, level }: Mp4Options): Buffer {
  const entry = Buffer.alloc(78)
  entry.writeUInt16BE(1280, 24)
  entry.writeUInt16BE(720, 26)
  const configuration = coding.startsWith('avc')
    ? box('avcC', Buffer.from([1, profile, 0, level]))
    : box('hvcC', Buffer.from([1, profile, 0, 0]))
  const sizes = Buffer.alloc(12)
  sizes.writeUInt32BE(250, 8)
  const track = (description: Buffer): Buffer =>
    box(
      'trak',
      box('mdia', box('minf', box('stbl', Buffer.concat([box('stsd', description), box('stsz', sizes)])))),
    )
  const counted = (content: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), content])
  return Buffer.concat([
    box('ftyp', Buffer.from('isom')),
    box('mdat', Buffer.alloc(1000)),
    box(
      'moov',
      Buffer.concat([
        track(counted(box('mp4a', Buffer.alloc(100)))),
        track(counted(box(coding, Buffer.concat([entry, configuration])))),
      ]),
    ),
  ])
}

export function mpeg2(columns: number, rows: number): Buffer {
  return Buffer.from([
    0,
    0,
    1,
    0xb3,
    columns >> 4,
    ((columns & 15) << 4) | (rows >> 8),
    rows & 255,
    0x13,
    0,
    0,
  ])
}
