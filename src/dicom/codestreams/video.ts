import type { ByteSource } from '../part10/byte-source.js'
import { boxesOf, findBox } from './boxes.js'
import type { Codestream, CodestreamPixels } from './codestream.js'

/** Video: as much of an MP4 container or of an MPEG-2 sequence header as tells syntax and size. PS3.5 8.2.5 to 8.2.8;
 *  ISO/IEC 14496-12, 14496-15, 13818-2. */

export interface Video extends Codestream {
  readonly frames: number | undefined
}

const UID = (n: number): string => `1.2.840.10008.1.2.4.${n}`
const VISUAL_SAMPLE_ENTRY_BYTES = 78

/** MPEG-4 AVC or HEVC in an MP4 container.
 * @returns undefined where it is none, or no track of it is one of these */
export async function readMp4(bytes: ByteSource): Promise<Video | undefined> {
  const movie = await findBox(bytes, ['moov'])
  if (movie === undefined) return undefined
  for await (const { type, content } of boxesOf(movie)) {
    const table = type === 'trak' ? await findBox(content, ['mdia', 'minf', 'stbl']) : undefined
    const descriptions = table === undefined ? undefined : await findBox(table, ['stsd'])
    if (table === undefined || descriptions === undefined) continue
    const video = await readTrack(bytes, table, await descriptions.read(0, 4096))
    if (video !== undefined) return video
  }
  return undefined
}

async function readTrack(
  bytes: ByteSource,
  table: ByteSource,
  descriptions: Buffer,
): Promise<Video | undefined> {
  const entry = descriptions.subarray(8)
  if (entry.length < 8 + VISUAL_SAMPLE_ENTRY_BYTES) return undefined
  const coding = entry.toString('latin1', 4, 8)
  const columns = entry.readUInt16BE(8 + 24)
  const rows = entry.readUInt16BE(8 + 26)
  const after = entry.subarray(8 + VISUAL_SAMPLE_ENTRY_BYTES)
  const syntax =
    coding === 'avc1' || coding === 'avc3'
      ? avcSyntax(configuration(after, 'avcC'))
      : coding === 'hvc1' || coding === 'hev1'
        ? hevcSyntax(configuration(after, 'hvcC'))
        : undefined
  if (syntax === undefined) return undefined
  const sizes = await (await findBox(table, ['stsz']))?.read(0, 12)
  return {
    ...syntax,
    lossy: true,
    pixels: videoPixels(rows, columns, syntax.TransferSyntaxUID === UID(108) ? 10 : 8),
    bytes,
    frames: sizes?.length === 12 ? sizes.readUInt32BE(8) : undefined,
  }
}

function configuration(boxes: Buffer, type: string): Buffer {
  const at = boxes.indexOf(type, 0, 'latin1')
  return at < 0 ? Buffer.alloc(0) : boxes.subarray(at + 4)
}

/** High Profile up to level 4.1, which plays the lower profiles too; 4.2 has a syntax of its own, and so has stereo. */
function avcSyntax(configured: Buffer): Pick<Codestream, 'TransferSyntaxUID' | 'alsoFits'> {
  const [, profile, , level = 0] = configured
  if (profile === 128) return { TransferSyntaxUID: UID(106), alsoFits: [] }
  return level === 42
    ? { TransferSyntaxUID: UID(104), alsoFits: [UID(105)] }
    : { TransferSyntaxUID: UID(102), alsoFits: [UID(103), UID(104), UID(105)] }
}

function hevcSyntax(configured: Buffer): Pick<Codestream, 'TransferSyntaxUID' | 'alsoFits'> {
  return ((configured[1] ?? 1) & 0x1f) === 2
    ? { TransferSyntaxUID: UID(108), alsoFits: [] }
    : { TransferSyntaxUID: UID(107), alsoFits: [UID(108)] }
}

const SEQUENCE_HEADER = Buffer.from([0, 0, 1, 0xb3])
const SEARCHED_BYTES = 64 * 1024

/** MPEG-2, elementary or in a program or transport stream: main level up to 720 by 576, else high level. */
export async function readMpeg2(bytes: ByteSource): Promise<Video | undefined> {
  const start = await bytes.read(0, SEARCHED_BYTES)
  const at = start.indexOf(SEQUENCE_HEADER)
  if (at < 0 || at + 8 > start.length) return undefined
  const size = start.readUIntBE(at + 4, 3)
  const columns = size >>> 12
  const rows = size & 0xfff
  const main = columns <= 720 && rows <= 576
  return {
    TransferSyntaxUID: main ? UID(100) : UID(101),
    alsoFits: main ? [UID(101)] : [],
    lossy: true,
    pixels: videoPixels(rows, columns, 8),
    bytes,
    frames: undefined,
  }
}

/** PS3.5 8.2.5 to 8.2.8, PS3.3 C.7.6.3.1.2 */
function videoPixels(rows: number, columns: number, depth: number): CodestreamPixels | undefined {
  if (rows === 0 || columns === 0) return undefined
  return {
    Rows: rows,
    Columns: columns,
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'YBR_PARTIAL_420',
    BitsAllocated: depth > 8 ? 16 : 8,
    BitsStored: depth,
    PixelRepresentation: 0,
  }
}
