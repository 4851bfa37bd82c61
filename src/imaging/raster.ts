/** A frame as a display would show it: 8 bits a channel, pixel by pixel, row by row. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** grey, RGB, or RGB with opacity */
  readonly channels: 1 | 3 | 4
  readonly data: Uint8Array
  /** height of a pixel through its width: 1 where they are square. PS3.3 C.7.6.3.1.7 */
  readonly pixelAspect: number
  /** of the colours, where the dataset has one; without it they are sRGB. PS3.3 C.11.15 */
  readonly iccProfile?: Uint8Array
}
