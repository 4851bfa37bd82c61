import type { PixelFormat } from './pixel-format.js'

/** All that is needed beside its bytes to make a picture of a frame: plain data, gathered by services/frame-descriptions.ts. */
export interface FrameDescription {
  /** of the bytes that are handed over with it; native frames come as Explicit VR Little Endian */
  readonly transferSyntax: string
  readonly format: PixelFormat
  /** Modality LUT. PS3.3 C.11.1 */
  readonly rescale: { readonly slope: number; readonly intercept: number }
  /** the first of the VOI windows, in rescaled units. PS3.3 C.11.2 */
  readonly window: Window | undefined
}

/** PS3.3 C.11.2.1.2, C.11.2.1.3 */
export interface Window {
  readonly center: number
  /** at least 1 with LINEAR, above 0 otherwise */
  readonly width: number
  readonly shape: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'
}
