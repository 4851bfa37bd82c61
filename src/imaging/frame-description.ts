import type { PixelFormat } from './pixel-format.js'

/** All that is needed beside its bytes to make a picture of a frame: plain data, gathered by services/frame-descriptions.ts.
 *  What is optional is absent where the dataset has none. */
export interface FrameDescription {
  /** of the bytes that are handed over with it; native frames come as Explicit VR Little Endian */
  readonly transferSyntax: string
  readonly format: PixelFormat
  /** Modality LUT. PS3.3 C.11.1 */
  readonly rescale: { readonly slope: number; readonly intercept: number }
  /** in place of rescale: Modality LUT Sequence (0028,3000) */
  readonly modalityLut?: LookupTable
  /** the first usable of the VOI windows, in rescaled units. PS3.3 C.11.2 */
  readonly window: Window | undefined
  /** where there is no window: the first of VOI LUT Sequence (0028,3010) */
  readonly voiLut?: LookupTable
  /** Presentation LUT Sequence (2050,0010). PS3.3 C.11.6 */
  readonly presentationLut?: LookupTable
  /** Presentation LUT Shape (2050,0020) INVERSE: true, IDENTITY: false. Absent, MONOCHROME1 is inverse. PS3.3 C.11.6.1.2 */
  readonly inverse?: boolean
  /** stored values that are no part of the picture, ends included. PS3.3 C.7.5.1.1.2 */
  readonly padding?: { readonly low: number; readonly high: number }
  /** of PALETTE COLOR; of a grey frame, Supplemental Palette Color. PS3.3 C.7.9, C.7.6.19 */
  readonly palette?: Palette
  /** PS3.3 C.9.2 */
  readonly overlays?: readonly Overlay[]
  /** ICC Profile (0028,2000) of colour. PS3.3 C.11.15 */
  readonly iccProfile?: Uint8Array
  /** height of a pixel through its width */
  readonly pixelAspect?: number
}

/** PS3.3 C.11.2.1.2, C.11.2.1.3 */
export interface Window {
  readonly center: number
  /** at least 1 with LINEAR, above 0 otherwise */
  readonly width: number
  readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'
}

/** As the dataset has it; lookup-table.ts makes sense of it. PS3.3 C.11.1.1, C.7.6.3.1.5, C.7.9.2 */
export interface LookupTable {
  /** count of entries (0: 65,536), stored value of the first, bits of an entry */
  readonly descriptor: readonly number[]
  /** 16-bit little endian words, or bytes */
  readonly data: Uint8Array
  /** the data are segments of a palette */
  readonly segmented: boolean
}

export interface Palette {
  readonly red: LookupTable
  readonly green: LookupTable
  readonly blue: LookupTable
}

/** A bit plane for this frame. PS3.3 C.9.2.1.1 */
export interface Overlay {
  readonly rows: number
  readonly columns: number
  /** Overlay Origin (60xx,0050): where its first pixel is in the image, 0-based; may be outside */
  readonly top: number
  readonly left: number
  /** row by row from the least significant bit on, the first `skipBits` left out; or the bit of each stored pixel */
  readonly plane: { readonly bits: Uint8Array; readonly skipBits: number } | { readonly bit: number }
}
