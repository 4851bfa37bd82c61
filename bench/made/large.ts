/** Instances that are large in their ways: 2 GiB of frames, 60 MB of contours, 100,000 fragments. */
import { createHash, randomBytes } from 'node:crypto'
import { dataset, dicomFile, el, JPEG_BASELINE, ctImage, type MadeElement } from '../../test/made-dicom.js'
import type { MadeFile } from './series.js'
import { nextUids, type Uids } from './uids.js'

export interface StreamedFile {
  readonly uids: Uids
  readonly fileBytes: number
  readonly frames: number
  readonly frameBytes: number
  /** The file, piece by piece; may be read again. A piece holds until the next is asked for. */
  readonly pieces: () => Iterable<Uint8Array>
  /** What frame n (from 0) holds. */
  readonly frame: (n: number) => Buffer
}

const STAMP_BYTES = 4

/** A CT of 512 x 512 frames that is never held: each frame is one noise with its number stamped on the front. */
export function streamedMultiFrame(totalBytes: number): StreamedFile {
  const uids = nextUids()
  const frameBytes = 512 * 512 * 2
  const frames = Math.floor(totalBytes / frameBytes)
  const noise = randomBytes(frameBytes)
  // The header of a file whose Pixel Data has no bytes yet, and then its length (PS3.5 7.1.2: the last four bytes).
  const header = ctImage({
    ...uids,
    rows: 512,
    columns: 512,
    pixels: new Uint8Array(0),
    with: [el('00280008', 'IS', String(frames))],
  }).bytes
  header.writeUInt32LE(frames * frameBytes, header.length - 4)
  const stamped = (n: number): Buffer => {
    const bytes = Buffer.from(noise)
    bytes.writeUInt32LE(n)
    return bytes
  }
  return {
    uids,
    fileBytes: header.length + frames * frameBytes,
    frames,
    frameBytes,
    frame: stamped,
    *pieces() {
      yield header
      for (let n = 0; n < frames; n += 1) {
        const stamp = Buffer.alloc(STAMP_BYTES)
        stamp.writeUInt32LE(n)
        yield stamp
        yield noise.subarray(STAMP_BYTES)
      }
    },
  }
}

/** An RT Structure Set of so many contours of about 6 KB each. PS3.3 C.8.8.6. */
export function structureSet(contours: number): MadeFile {
  const uids = nextUids()
  const contoursAnRoi = 500
  const rois = Math.ceil(contours / contoursAnRoi)
  const points = 300
  const contour = (n: number): MadeElement[] => {
    const data: string[] = []
    for (let k = 0; k < points; k += 1) {
      const angle = (2 * Math.PI * k) / points
      data.push(
        (50 * Math.cos(angle) + n / 7).toFixed(3),
        (40 * Math.sin(angle) - n / 9).toFixed(3),
        String(n % 400),
      )
    }
    return [
      el('30060042', 'CS', 'CLOSED_PLANAR'),
      el('30060046', 'IS', String(points)),
      el('30060050', 'DS', data.join('\\')),
    ]
  }
  const roi = (r: number): MadeElement[] => [
    el('3006002A', 'IS', `${r % 256}\\0\\0`),
    el(
      '30060040',
      'SQ',
      Array.from({ length: contoursAnRoi }, (_, k) => contour(r * contoursAnRoi + k)),
    ),
    el('30060084', 'IS', String(r + 1)),
  ]
  const numbers = Array.from({ length: rois }, (_, r) => r)
  const bytes = dicomFile([
    el('00080005', 'CS', 'ISO_IR 192'),
    el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.481.3'),
    el('00080018', 'UI', uids.instance),
    el('00080020', 'DA', '20240131'),
    el('00080030', 'TM', '101112'),
    el('00080050', 'SH', 'RT1'),
    el('00080060', 'CS', 'RTSTRUCT'),
    el('00080090', 'PN', ''),
    el('00100010', 'PN', 'Structures^Many'),
    el('00100020', 'LO', 'BENCH-RT'),
    el('00100030', 'DA', ''),
    el('00100040', 'CS', 'O'),
    el('0020000D', 'UI', uids.study),
    el('0020000E', 'UI', uids.series),
    el('00200010', 'SH', '1'),
    el('00200011', 'IS', '1'),
    el('00200013', 'IS', '1'),
    el('30060002', 'SH', 'Plan'),
    el(
      '30060020',
      'SQ',
      numbers.map(r => [el('30060022', 'IS', String(r + 1)), el('30060026', 'LO', `ROI ${r + 1}`)]),
    ),
    el('30060039', 'SQ', numbers.map(roi)),
  ])
  return { bytes, uids }
}

export interface FragmentedFile extends MadeFile {
  readonly frames: number
  /** what frame n (from 0) holds, the pad byte included */
  readonly frame: (n: number) => Buffer
}

/** An encapsulated image of one fragment a frame, with an empty Basic Offset Table, so that all of it must be walked. The
 *  fragments are no JPEG: nobody here decodes them. PS3.5 A.4. */
export function fragmentedImage(frames: number): FragmentedFile {
  const uids = nextUids()
  const frame = (n: number): Buffer => {
    const seed = createHash('sha512').update(String(n)).digest()
    return Buffer.concat([seed, seed, seed.subarray(0, 2 * (n % 32))])
  }
  const fragments = Array.from({ length: frames }, (_, n) => frame(n))
  const { bytes } = ctImage({
    ...uids,
    transferSyntax: JPEG_BASELINE,
    rows: 8,
    columns: 8,
    pixels: new Uint8Array(0),
    without: ['7FE00010'],
    with: [
      el('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.77.1.6'),
      el('00280008', 'IS', String(frames)),
      el('00280100', 'US', [8]),
      el('00280101', 'US', [8]),
      el('00280102', 'US', [7]),
    ],
  })
  return {
    bytes: Buffer.concat([bytes, dataset([el('7FE00010', 'OB', { fragments })])]),
    uids,
    frames,
    frame,
  }
}
