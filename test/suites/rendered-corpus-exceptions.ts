/** Files of the corpus that are not compared with DCMTK's picture of them, each with its reason. */

/** What has no picture of its own: the status of its answer. */
export const REFUSED: ReadonlyMap<RegExp, { readonly status: readonly number[]; readonly reason: string }> =
  new Map([
    [
      /^charset\/chr(JapMulti|JapMultiExplicitIR6|KoreanMulti)\.dcm$/,
      { status: [404, 406], reason: 'rows and columns, and no pixel data' },
    ],
    [/^modality\/mr-spectroscopy\//, { status: [404, 406], reason: 'spectra, no pixel data' }],
    [/^video\//, { status: [200, 406], reason: 'video is not decoded; it may be passed through' }],
    [
      /^transfer-syntax\/jpeg2000\/JPEG2000-embedded-sequence-delimiter\.dcm$/,
      { status: [406], reason: 'no components that DICOM has; neither DCMTK nor GDCM decodes it' },
    ],
  ])

/** Drawn in colours of their own, beside what they belong to: compared in the suites of derived objects. */
export const DERIVED_OBJECTS: ReadonlySet<string> = new Set([
  'Segmentation Storage',
  'Label Map Segmentation Storage',
  'RT Dose Storage',
  'Parametric Map Storage',
])

/** What neither DCMTK 3.6.7 nor GDCM 3.0 can read. */
export const NO_REFERENCE: ReadonlyMap<RegExp, string> = new Map([
  [/^transfer-syntax\/htj2k\//, 'no HTJ2K decoder; decoded as OpenJPH does, in suites/decode*'],
  [/^transfer-syntax\/jpeg-xl\//, 'no JPEG XL decoder; decoded as djxl does, in suites/decode*'],
  [/^pixel\/sc-rgb\/SC_rgb_32bit_2frame\.dcm$/, 'DCMTK draws no frame but the first of 32-bit colour'],
  [
    /^structure\/fragments\/CT0012\.fragmented_no_bot_jpeg_ls\.8[01]\.dcm$/,
    'frames of several JPEG-LS fragments without an offset table',
  ],
  [
    /^modality\/ct\/TOSHIBA_J2K_SIZ1_PixRep0\.dcm$/,
    'its codestream has negative numbers, its attributes say unsigned, and DCMTK takes -1 for 65,535; its numbers are those of OpenJPEG in suites/decode-corpus',
  ],
  [
    /^multiframe\/enhanced-mr-color\//,
    'DCMTK shows its colours without their ICC profile; profiles are compared with LittleCMS in suites/color-profiles',
  ],
])

/** Other files with the same pixels. */
export const SAME_PIXELS: Readonly<Record<string, string>> = {
  'transfer-syntax/htj2k/CT1_JPH': 'structure/fragments/CT1_UNC.explicit_little_endian.dcm',
  'transfer-syntax/htj2k/US1_JPH': 'modality/us/US1_UNCR.dcm',
}

/** More for dcmj2pnm. */
export const MORE_FLAGS: Readonly<Record<string, readonly string[]>> = {
  // Its attributes say RGB; its JFIF segment says YCbCr, and is right.
  'modality/mg/example-mg.dcm': ['+cg'],
}
