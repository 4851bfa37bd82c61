import type { ValueRepresentation } from '../value-representations.js'
import type { PixelDescription } from './native-frames.js'

/** What of the top-level dataset is wanted by itself: identity, and what the frame table needs. */
export class TopLevel {
  StudyInstanceUID: string | undefined
  SeriesInstanceUID: string | undefined
  SOPInstanceUID: string | undefined
  SOPClassUID: string | undefined
  readonly description: PixelDescription = {
    Rows: 0,
    Columns: 0,
    SamplesPerPixel: 0,
    BitsAllocated: 0,
    PhotometricInterpretation: '',
    NumberOfFrames: undefined,
  }
  /** (0028,0008) is there and no positive number */
  oddNumberOfFrames = false
  extendedOffsets: Float64Array | undefined
  extendedLengths: Float64Array | undefined

  take(
    tag: number,
    vr: ValueRepresentation,
    bytes: Buffer,
    start: number,
    end: number,
    littleEndian: boolean,
  ): void {
    switch (tag) {
      case 0x00080016:
        this.SOPClassUID = uidOf(bytes, start, end)
        break
      case 0x00080018:
        this.SOPInstanceUID = uidOf(bytes, start, end)
        break
      case 0x0020000d:
        this.StudyInstanceUID = uidOf(bytes, start, end)
        break
      case 0x0020000e:
        this.SeriesInstanceUID = uidOf(bytes, start, end)
        break
      case 0x00280002:
        this.description.SamplesPerPixel = numberOf(vr, bytes, start, end, littleEndian)
        break
      case 0x00280004:
        this.description.PhotometricInterpretation = uidOf(bytes, start, end) ?? ''
        break
      case 0x00280008: {
        const text = uidOf(bytes, start, end)
        const frames = text !== undefined && /^\+?\d+$/.test(text) ? Number(text) : 0
        this.description.NumberOfFrames = frames > 0 ? frames : undefined
        this.oddNumberOfFrames = text !== undefined && frames <= 0
        break
      }
      case 0x00280010:
        this.description.Rows = numberOf(vr, bytes, start, end, littleEndian)
        break
      case 0x00280011:
        this.description.Columns = numberOf(vr, bytes, start, end, littleEndian)
        break
      case 0x00280100:
        this.description.BitsAllocated = numberOf(vr, bytes, start, end, littleEndian)
        break
      case 0x7fe00001:
        this.extendedOffsets = offsetsOf(bytes, start, end)
        break
      case 0x7fe00002:
        this.extendedLengths = offsetsOf(bytes, start, end)
        break
    }
  }
}

/** Values that are never in the header: pixels, documents, waveforms, overlays. PS3.18 10.4.1.1.2 leaves the choice. */
export function mustBeBulk(tag: number): boolean {
  switch (tag) {
    case 0x7fe00008:
    case 0x7fe00009:
    case 0x7fe00010:
    case 0x00420011:
    case 0x54001010:
      return true
    default:
      return (tag & 0xffff) === 0x3000 && tag >= 0x60000000 && tag <= 0x60ff3000 && (tag & 0x10000) === 0
  }
}

/** without blanks and NULs around it; undefined where nothing is left */
function uidOf(bytes: Buffer, from: number, to: number): string | undefined {
  let start = from
  let end = to
  while (end > start && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--
  while (start < end && bytes[start] === 0x20) start++
  return start === end ? undefined : bytes.toString('latin1', start, end)
}

/** US as it should be, or whatever a writer took for it; 0 where it is no number */
function numberOf(
  vr: ValueRepresentation,
  bytes: Buffer,
  start: number,
  end: number,
  littleEndian: boolean,
): number {
  if (vr.name === 'IS' || vr.name === 'DS') {
    const value = Number(uidOf(bytes, start, end) ?? '')
    return Number.isInteger(value) && value >= 0 ? value : 0
  }
  if ((vr.name === 'UL' || vr.name === 'SL') && end - start >= 4)
    return littleEndian ? bytes.readUInt32LE(start) : bytes.readUInt32BE(start)
  if (end - start < 2) return 0
  return littleEndian ? bytes.readUInt16LE(start) : bytes.readUInt16BE(start)
}

/** OV, always little endian beside encapsulated pixels. Beyond 2^53 no file reaches, so that the loss of digits only
 *  ever turns one wrong offset into another. */
function offsetsOf(bytes: Buffer, start: number, end: number): Float64Array {
  const offsets = new Float64Array(Math.floor((end - start) / 8))
  for (let i = 0; i < offsets.length; i++) {
    const at = start + i * 8
    offsets[i] = bytes.readUInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at)
  }
  return offsets
}
