import type { Window } from './frame-description.js'

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif'

/** What a client wants of a picture. PS3.18 8.3.5.1 */
export interface PictureRequest {
  readonly mediaType: PictureType
  /** 1 to 100; of types that lose */
  readonly quality: number | undefined
  /** instead of the frame's own */
  readonly window: Window | undefined
  readonly viewport: Viewport | undefined
}

/** PS3.18 8.3.5.1.3: the region is cut out, flipped, and fitted into width × height, its shape kept. */
export interface Viewport {
  readonly width: number
  readonly height: number
  /** of the source, in its pixels; all of it by default */
  readonly region: Region | undefined
  readonly flipHorizontal: boolean
  readonly flipVertical: boolean
}

export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Picture {
  readonly mediaType: PictureType
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}
