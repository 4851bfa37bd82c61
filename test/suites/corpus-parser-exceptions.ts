/** Corpus files where pydicom 2.3.1 is wrong or no oracle. Each names the tag, and why; the suite fails where one of them
 *  is no longer needed. */

export interface ParserException {
  /** about to_json_dict */
  readonly json?: string
  /** about the encapsulated frames */
  readonly frames?: string
}

const CUT =
  'the file is cut; pydicom returns what it has, we refuse (PS3.5 7.1: the value has as many bytes as it says)'
const NO_DATASET = 'there is no dataset; pydicom returns an empty one'
const NO_DICOM = 'not DICOM; pydicom with force=True reads any bytes as elements'
const CUT_FRAGMENTS =
  '(7FE0,0010): no Sequence Delimitation Item; pydicom drops the element, we keep what is there and say that it is cut'

export const PARSER_EXCEPTIONS: Readonly<Record<string, ParserException>> = {
  'bad/CorruptMissingMetaLength.dcm': { json: NO_DATASET },
  'bad/CorruptOverflowElementLength.dcm': { json: `(0008,0005): ${CUT}` },
  'bad/UnrecognisedTransferSyntax.dcm': { json: NO_DATASET },
  'bad/badVR.dcm': { json: "(0028,0008) IS is '1A': to_json_dict raises, F.2.2 allows the string" },
  'bad/emri_small_jpeg_2k_lossless_too_short.dcm': { json: CUT_FRAGMENTS, frames: CUT_FRAGMENTS },
  'bad/made-cut-after-meta.dcm': { json: NO_DATASET },
  'bad/made-cut-in-dataset.dcm': { json: `(0028,0100): ${CUT}` },
  'bad/made-cut-in-element-header.dcm': { json: NO_DATASET },
  'bad/made-empty.dcm': { json: NO_DICOM },
  'bad/made-eot-overflow.dcm': {
    frames:
      '(7FE0,0001) points beyond 2^63: our oracle script takes it at its word, we fall back to the fragments',
  },
  'bad/made-fragment-length-beyond-end.dcm': { json: CUT_FRAGMENTS, frames: CUT_FRAGMENTS },
  'bad/made-fragments-unterminated.dcm': { json: CUT_FRAGMENTS, frames: CUT_FRAGMENTS },
  'bad/made-frames-negative.dcm': { frames: '(0028,0008) is -1: pydicom expects -64 bytes of pixels' },
  'bad/made-frames-word.dcm': {
    json: "(0028,0008) IS is 'many': to_json_dict raises, F.2.2 allows the string",
  },
  'bad/made-gzipped.dcm.gz': { json: NO_DICOM },
  'bad/made-no-fragment.dcm': {
    frames: '(7FE0,0010): pydicom yields one empty frame where there is no fragment',
  },
  'bad/made-page.html.dcm': { json: NO_DICOM },
  'bad/made-preamble-and-magic-only.dcm': { json: NO_DATASET },
  'bad/made-random.dcm': { json: NO_DICOM },
  'bad/made-text.dcm': { json: NO_DICOM },
  'bad/made-unknown-vr.dcm': {
    json: "(0020,4000) VR 'ZZ': pydicom raises, PS3.5 7.1.2 says how to pass over it",
  },
  'bad/made-zeros-128.dcm': { json: NO_DICOM },
  'bad/meta_missing_tsyntax.dcm': {
    json: '(0001,0001): no transfer syntax, and the dataset begins with no element of the standard; we do not guess',
  },
  'bad/rtplan_truncated.dcm': { json: `(300A,0111): ${CUT}` },
  'charset/chrGB2312.dcm': {
    json: '(0010,0010): pydicom leaves the escape sequences of ISO 2022 IR 58 in the name',
  },
  'charset/made-chinese-58.dcm': {
    json: '(0010,0010): pydicom leaves the escape sequences of ISO 2022 IR 58 in the name',
  },
  'charset/made-latin9.dcm': {
    json: '(0010,0010): pydicom 2.3.1 does not know ISO_IR 203 (PS3.3 C.12.1.1.2)',
  },
  'structure/minimal/VRTest.dcm': {
    json: `(0072,0073) OD has a 16-bit length, so 888888887 bytes are missing: ${CUT}`,
  },
  'structure/no-meta/no_meta.dcm': { json: NO_DICOM },
}
