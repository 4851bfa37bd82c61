import type { FrameTable } from '../frame-table.js'
import type { DicomJson } from '../json-model.js'

/** What one pass over a file yields. dicom/part10/reader.ts makes it. */
export interface ParsedFile {
  /** from the dataset, padding trimmed; undefined where absent or empty. Not validated here (dicom/uid.ts does). */
  readonly StudyInstanceUID: string | undefined
  readonly SeriesInstanceUID: string | undefined
  readonly SOPInstanceUID: string | undefined
  readonly SOPClassUID: string | undefined
  /** from the meta group; guessed (implicit or explicit, little or big endian) where there is none */
  readonly TransferSyntaxUID: string
  /** of the meta group, undefined where absent */
  readonly MediaStorageSOPClassUID: string | undefined
  readonly MediaStorageSOPInstanceUID: string | undefined
  readonly datasetOffsetBytes: number
  /** only for deflated transfer syntaxes: bytes up to the dataset plus the inflated dataset */
  readonly inflatedBytes?: number
  /** DICOM JSON text of the dataset without bulk values, raw deflate; bulk values are
   *  `{"vr":"OW","BulkDataURI":"\x1f/bulkdata/<path>"}` */
  readonly header: Uint8Array
  readonly headerTextBytes: number
  /** packed by dicom/bulk-table.ts */
  readonly bulk: Uint8Array
  readonly frames: FrameTable
  /** top-level elements that were asked for by `keep` */
  readonly attributes: DicomJson
  /** the file ended inside its top-level pixels: within the value, or before the delimiter of its fragments. `frames`
   *  counts only those wholly there */
  readonly truncated: boolean
  /** what does not fit but is usable, in words without values: tag and byte. At most 100. */
  readonly remarks: readonly string[]
  /** what is no fault of the dataset: bytes behind it, which are not of it, or what we did with it. As remarks. */
  readonly notes: readonly string[]
}

export interface Part10Limits {
  /** sequences within sequences */
  readonly depth: number
  /** JSON text beyond this streams into a deflater, and values of BULK_WHEN_LARGE VRs become bulk */
  readonly headerTextBytes: number
  /** deflated header beyond this fails the file */
  readonly headerDeflatedBytes: number
  /** what a deflated dataset may inflate to */
  readonly inflatedBytes: number
}

export const DEFAULT_PART10_LIMITS: Part10Limits = {
  depth: 64,
  headerTextBytes: 1 << 20,
  headerDeflatedBytes: 64 << 20,
  inflatedBytes: 4 * 2 ** 30,
}

/** A push parser: give it the bytes of a file in chunks of any size, in order. It keeps no more than a few values. */
export interface Part10Reader {
  /** Takes the next bytes; they are not kept after the returned promise (or the call, where it returns undefined) is done.
   * @returns undefined to go on at once, or a promise to wait for (deflated datasets and large headers)
   * @throws Problem `bad-dicom`, `limit-exceeded`, `unsupported-transfer-syntax`; the reader is then finished */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** The file has ended.
   * @throws Problem as write; a file that ends inside an element header, or in a value other than Pixel Data,
   *   or before any of the dataset, is `bad-dicom` */
  end(): Promise<ParsedFile>
  /** Frees what a pending inflate or deflate holds; after it the reader is finished. */
  destroy(): void
  /** known once the meta group has passed */
  readonly datasetOffsetBytes: number | undefined
  /** known once (0008,0018) has passed */
  readonly SOPInstanceUID: string | undefined
  /** known once (0008,0016) has passed */
  readonly SOPClassUID: string | undefined
  /** known once the meta group has passed */
  readonly TransferSyntaxUID: string | undefined
}
