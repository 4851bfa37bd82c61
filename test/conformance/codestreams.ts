/** Codestreams made in code: headers that are right, around data that need not be decoded. ISO/IEC 10918-1 annex B. */

export interface JpegOptions {
  readonly rows: number
  readonly columns: number
  /** SOF marker; C0 by default */
  readonly process?: number
  readonly components?: number
  readonly precision?: number
  /** predictor of lossless JPEG, NEAR of JPEG-LS */
  readonly parameter?: number
  /** Adobe's color transform: an APP14 segment */
  readonly adobe?: number
  /** all components alike, not 2:1 */
  readonly unsampled?: boolean
  /** makes it differ from others */
  readonly comment?: number
}

function segment(marker: number, ...bytes: number[]): Buffer {
  return Buffer.from([0xff, marker, (bytes.length + 2) >> 8, (bytes.length + 2) & 255, ...bytes])
}

/** From SOI to EOI; nothing in it is entropy coded. */
export function jpegBaseline(options: JpegOptions): Buffer {
  const { rows, columns, process = 0xc0, components = 3, precision = 8, parameter = 0 } = options
  const ids = Array.from({ length: components }, (_, i) => i + 1)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xfe, options.comment ?? 0),
    ...(options.adobe === undefined
      ? []
      : [segment(0xee, ...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, options.adobe)]),
    segment(
      process,
      precision,
      rows >> 8,
      rows & 255,
      columns >> 8,
      columns & 255,
      components,
      ...ids.flatMap(id => [id, id === 1 && components > 1 && options.unsampled !== true ? 0x21 : 0x11, 0]),
    ),
    segment(0xda, components, ...ids.flatMap(id => [id, 0]), parameter, 63, 0),
    Buffer.from([0x12, 0x34, 0xff, 0xd9]),
  ])
}
