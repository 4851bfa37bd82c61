import type { ByteSource } from '../part10/byte-source.js'
import { findBox } from './boxes.js'
import { bitsAllocatedFor, type Codestream, type CodestreamPixels } from './codestream.js'

/** JPEG 2000 and HTJ2K: the main header of the codestream, with or without the boxes of JP2 around it.
 *  ISO/IEC 15444-1 annexes A, I; 15444-15; PS3.5 8.2.4, 8.2.14. */

const SOC = 0xff4f
const CAP = 0xff50
const SIZ = 0xff51
const COD = 0xff52
const COC = 0xff53
const SOT = 0xff90
const MOST_SEGMENTS = 256
const SEGMENT_BYTES = 128
/** Pcap: the bit of part 15 */
const PART_15 = 0x00020000
/** Rsiz: extensions of part 2 */
const PART_2 = 0x8000
const SIGNATURE_BOX = Buffer.from([0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20])

const UID = (n: number): string => `1.2.840.10008.1.2.4.${n}`

interface Size {
  readonly capabilities: number
  readonly rows: number
  readonly columns: number
  readonly components: number
  /** of the first component */
  readonly depth: number
  readonly signed: boolean
}

/** @returns undefined where it is no JPEG 2000 */
export async function readJpeg2000(file: ByteSource): Promise<Codestream | undefined> {
  const start = await file.read(0, SIGNATURE_BOX.length)
  const bytes = start.equals(SIGNATURE_BOX) ? await findBox(file, ['jp2c']) : file
  if (bytes === undefined) return undefined
  const head = await bytes.read(0, 2)
  if (head.length < 2 || head.readUInt16BE(0) !== SOC) return undefined
  let size: Size | undefined
  let highThroughput = false
  let coding: { reversible: boolean; multipleComponents: boolean; decompositions: number } | undefined
  let componentsDiffer = false
  let at = 2
  for (let segments = 0; segments < MOST_SEGMENTS; segments++) {
    const segment = await bytes.read(at, at + SEGMENT_BYTES)
    if (segment.length < 4) return undefined
    const marker = segment.readUInt16BE(0)
    if (marker === SOT) break
    if (marker === SIZ) size = readSize(segment)
    if (marker === CAP && segment.length >= 8) highThroughput = (segment.readUInt32BE(4) & PART_15) !== 0
    if (marker === COD && segment.length >= 14)
      coding = {
        multipleComponents: segment[8] === 1,
        reversible: segment[13] === 1,
        decompositions: segment[9] ?? 0,
      }
    if (marker === COC) componentsDiffer = true
    at += 2 + Math.max(2, segment.readUInt16BE(2))
  }
  if (size === undefined || coding === undefined) return undefined
  return {
    ...syntaxOf(size.capabilities, highThroughput, coding.reversible),
    lossy: coding.reversible ? undefined : true,
    pixels: pixelsOf(size, coding),
    decompositions: componentsDiffer ? 0 : coding.decompositions,
    bytes,
  }
}

function readSize(segment: Buffer): Size | undefined {
  if (segment.length < 43) return undefined
  const depth = segment[40] ?? 0
  return {
    capabilities: segment.readUInt16BE(4),
    columns: segment.readUInt32BE(6) - segment.readUInt32BE(14),
    rows: segment.readUInt32BE(10) - segment.readUInt32BE(18),
    components: segment.readUInt16BE(38),
    depth: (depth & 0x7f) + 1,
    signed: (depth & 0x80) !== 0,
  }
}

/** Reversible: the 5/3 transform. What is named lossless must be; the general syntax holds both. PS3.5 10.x, PS3.18 10.5.2 */
function syntaxOf(
  capabilities: number,
  highThroughput: boolean,
  reversible: boolean,
): Pick<Codestream, 'TransferSyntaxUID' | 'alsoFits'> {
  if (highThroughput)
    return reversible
      ? { TransferSyntaxUID: UID(201), alsoFits: [UID(202), UID(203)] }
      : { TransferSyntaxUID: UID(203), alsoFits: [] }
  // Part 2 decoders read part 1 as well, so that .92 and .93 fit whatever .90 and .91 fit.
  if ((capabilities & PART_2) !== 0)
    return reversible
      ? { TransferSyntaxUID: UID(92), alsoFits: [UID(93)] }
      : { TransferSyntaxUID: UID(93), alsoFits: [] }
  return reversible
    ? { TransferSyntaxUID: UID(90), alsoFits: [UID(91), UID(92), UID(93)] }
    : { TransferSyntaxUID: UID(91), alsoFits: [UID(93)] }
}

function pixelsOf(
  { rows, columns, components, depth, signed }: Size,
  coding: { reversible: boolean; multipleComponents: boolean },
): CodestreamPixels | undefined {
  if (components !== 1 && components !== 3) return undefined
  if (rows < 1 || columns < 1 || rows > 0xffff || columns > 0xffff || depth > 32) return undefined
  return {
    Rows: rows,
    Columns: columns,
    SamplesPerPixel: components,
    PhotometricInterpretation:
      components === 1
        ? 'MONOCHROME2'
        : !coding.multipleComponents
          ? 'RGB'
          : coding.reversible
            ? 'YBR_RCT'
            : 'YBR_ICT',
    BitsAllocated: bitsAllocatedFor(depth),
    BitsStored: depth,
    PixelRepresentation: signed ? 1 : 0,
  }
}
