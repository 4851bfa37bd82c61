/** Features, the files that have them, and what they are compared with. */
import type { Window } from '../../src/imaging/frame-description.js'

export interface Feature {
  readonly feature: string
  /** in the corpus, or the name of one made below */
  readonly file: string
  /** 0-based */
  readonly frame?: number
  /** asked for in the request */
  readonly window?: Window
  /** flags of dcm2pnm, or the other oracle */
  readonly reference: readonly string[] | 'pydicom'
  /** mean absolute difference of the 8-bit samples, at most */
  readonly limit: number
}

/** The same arithmetic: nothing differs but, in floating point, the last grey of some pixels. */
const EXACT = 0.05
/** One truncates, the other rounds. */
const ROUNDED = 0.75
/** Another decoder of a lossy codestream. */
const LOSSY = 2

const CT = 'modality/ct/CT_small.dcm'
const WIDE: Window = { center: 300, width: 1500, shape: 'LINEAR' }
const FIRST_WINDOW = ['+Wi', '1']

export const FEATURES: readonly Feature[] = [
  // VOI. PS3.3 C.11.2
  {
    feature: 'the first of several windows, rescaled',
    file: 'modality/mr/examples_overlay.dcm',
    reference: FIRST_WINDOW,
    limit: LOSSY,
  },
  {
    feature: 'a window of the request, in rescaled units',
    file: CT,
    window: WIDE,
    reference: ['+Ww', '300', '1500'],
    limit: EXACT,
  },
  {
    feature: 'LINEAR of width 1',
    file: CT,
    window: { ...WIDE, width: 1 },
    reference: ['+Ww', '300', '1'],
    limit: EXACT,
  },
  {
    feature: 'LINEAR_EXACT',
    file: CT,
    window: { ...WIDE, shape: 'LINEAR_EXACT' },
    reference: 'pydicom',
    limit: EXACT,
  },
  {
    feature: 'SIGMOID',
    file: CT,
    window: { ...WIDE, shape: 'SIGMOID' },
    reference: ['+Ww', '300', '1500', '+Wfs'],
    limit: EXACT,
  },
  { feature: 'VOI LUT Function of the dataset', file: 'sigmoid', reference: FIRST_WINDOW, limit: EXACT },
  { feature: 'LINEAR_EXACT of the dataset', file: 'linear-exact', reference: 'pydicom', limit: EXACT },
  {
    feature: 'no window: the range of the values',
    file: 'pixel/depth/signed-raw-9bit.dcm',
    reference: ['+Wm'],
    limit: EXACT,
  },
  {
    feature: 'no window: 8 bits as they are',
    file: 'transfer-syntax/deflated/image_dfl.dcm',
    reference: [],
    limit: EXACT,
  },
  {
    feature: 'a window of width 0 or less is passed over',
    file: 'bad-windows',
    reference: ['+Ww', '2048', '4096'],
    limit: EXACT,
  },
  { feature: 'VOI LUT Sequence', file: 'pixel/lut/vlut_04.dcm', reference: ['+Wl', '1'], limit: EXACT },
  {
    feature: 'VOI LUT Sequence of rescaled signed values',
    file: 'voi-lut',
    reference: ['+Wl', '1'],
    limit: EXACT,
  },
  {
    feature: 'VOI LUT Sequence in implicit VR',
    file: 'voi-lut-implicit',
    reference: ['+Wl', '1'],
    limit: EXACT,
  },
  {
    feature: 'VOI LUT Sequence in big endian',
    file: 'voi-lut-big-endian',
    reference: ['+Wl', '1'],
    limit: EXACT,
  },
  // Modality and Presentation LUT. PS3.3 C.11.1, C.11.6
  { feature: 'Modality LUT Sequence', file: 'pixel/lut/mlut_18.dcm', reference: ['+Wm'], limit: EXACT },
  { feature: 'Rescale Slope and Intercept', file: CT, reference: ['+Wm'], limit: EXACT },
  { feature: 'a Modality LUT before a window', file: 'modality-lut', reference: FIRST_WINDOW, limit: EXACT },
  {
    feature: 'Presentation LUT Shape INVERSE with MONOCHROME1',
    file: 'modality/dx/dx_image.dcm',
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
  { feature: 'MONOCHROME1 alone', file: 'modality/cr/RG3_J2KI.dcm', reference: FIRST_WINDOW, limit: LOSSY },
  {
    feature: 'Presentation LUT Shape INVERSE with MONOCHROME2',
    file: 'inverse',
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
  { feature: 'Pixel Padding Value, in MONOCHROME1', file: 'padding', reference: 'pydicom', limit: EXACT },
  {
    feature: 'Pixel Padding Range Limit; no window',
    file: 'padding-range',
    reference: 'pydicom',
    limit: EXACT,
  },
  // Stored values. PS3.5 8.1.1
  {
    feature: '1 bit',
    file: 'nonimage/seg/liver_nonbyte_aligned.dcm',
    frame: 1,
    reference: 'pydicom',
    limit: EXACT,
  },
  { feature: '32 bits', file: 'nonimage/rt/rtdose.dcm', frame: 3, reference: ['+Wm'], limit: ROUNDED },
  {
    feature: '32 bits, big endian',
    // DCMTK swaps 16-bit words
    file: 'nonimage/rt/rtdose_expb.dcm',
    frame: 14,
    reference: 'pydicom',
    limit: ROUNDED,
  },
  {
    feature: 'floating point',
    file: 'nonimage/parametric-map/parametric_map_float.dcm',
    reference: 'pydicom',
    limit: ROUNDED,
  },
  { feature: 'High Bit is not Bits Stored - 1', file: 'high-bit', reference: FIRST_WINDOW, limit: EXACT },
  {
    feature: '16 bits, big endian',
    file: 'transfer-syntax/ct-image-15-ways/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm',
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
  // Functional groups. PS3.3 C.7.6.16.2
  {
    feature: 'window and rescale of the first frame',
    file: 'multiframe/enhanced-mr/6_1.dcm',
    frame: 0,
    reference: 'pydicom',
    limit: ROUNDED,
  },
  {
    feature: 'window and rescale of a later frame',
    file: 'multiframe/enhanced-mr/6_1.dcm',
    frame: 5,
    reference: 'pydicom',
    limit: ROUNDED,
  },
  {
    feature: 'window and rescale that frames share',
    file: 'series/ct-legacy-enhanced/multiframe/mf.dcm',
    frame: 2,
    reference: 'pydicom',
    limit: ROUNDED,
  },
  {
    feature: 'windows of frames before that of all',
    file: 'groups',
    frame: 2,
    reference: 'pydicom',
    limit: ROUNDED,
  },
  // Palettes. PS3.3 C.7.9
  { feature: 'palette of 16-bit entries', file: 'modality/us/OBXXXX1A.dcm', reference: [], limit: EXACT },
  {
    feature: 'palette of 65,536 entries',
    file: 'pixel/palette/gdcm-US-ALOKA-16.dcm',
    reference: [],
    limit: EXACT,
  },
  {
    feature: 'palette of 8-bit entries',
    file: 'transfer-syntax/test-pattern/TestPattern_Palette.dcm',
    reference: [],
    limit: EXACT,
  },
  {
    feature: 'palette of fewer entries than indexes',
    file: 'pixel/palette/OT-PAL-8-face.dcm',
    reference: [],
    limit: EXACT,
  },
  { feature: 'segmented palette', file: 'segmented-palette', reference: 'pydicom', limit: ROUNDED },
  {
    feature: 'supplemental palette',
    file: 'multiframe/enhanced-ct/eCT_Supplemental.dcm',
    frame: 1,
    reference: 'pydicom',
    limit: ROUNDED,
  },
  // Colour. PS3.3 C.7.6.3.1.2
  { feature: 'RGB', file: 'pixel/sc-rgb/SC_rgb.dcm', reference: [], limit: EXACT },
  { feature: 'RGB plane by plane', file: 'modality/us/color-pl.dcm', reference: [], limit: EXACT },
  {
    feature: 'RGB plane by plane, big endian',
    file: 'modality/us/ExplVR_BigEnd.dcm',
    reference: [],
    limit: EXACT,
  },
  { feature: 'RGB of 16 bits', file: 'pixel/sc-rgb/SC_rgb_16bit.dcm', reference: [], limit: EXACT },
  { feature: 'RGB of 32 bits', file: 'pixel/sc-rgb/SC_rgb_32bit.dcm', reference: [], limit: EXACT },
  {
    feature: 'YBR_FULL',
    file: 'pixel/sc-rgb/SC_ybr_full_uncompressed.dcm',
    reference: 'pydicom',
    limit: ROUNDED,
  },
  {
    feature: 'YBR_FULL_422',
    file: 'pixel/ybr-full-422/US-YBR_FULL_422-EVRLE.dcm',
    reference: 'pydicom',
    limit: ROUNDED,
  },
  {
    feature: 'JPEG, YBR_FULL_422',
    file: 'modality/us-multiframe/examples_ybr_color.dcm',
    reference: [],
    limit: LOSSY,
  },
  // Overlays. PS3.3 C.9.2
  {
    feature: 'overlay with its own plane',
    file: 'modality/mr/examples_overlay.dcm',
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
  { feature: 'overlay in unused bits', file: 'embedded-overlay', reference: FIRST_WINDOW, limit: EXACT },
  {
    feature: 'overlay that begins outside the image',
    file: 'overlay-origin',
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
  {
    feature: 'overlay of several frames, the third',
    file: 'overlay-frames',
    frame: 2,
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
  {
    feature: 'overlay that begins at a later frame',
    file: 'overlay-frames',
    frame: 0,
    reference: FIRST_WINDOW,
    limit: EXACT,
  },
]
