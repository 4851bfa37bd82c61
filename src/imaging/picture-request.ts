import type { AnnotationLines } from './annotation.js'
import type { Window } from './frame-description.js'

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp' | 'image/gif' | 'image/avif'

/** What is to be burnt in. PS3.18 8.3.5.1.1 */
export type Annotation = 'patient' | 'technique'

/** What the file says of its colours, which is what they are converted to. PS3.18 8.3.5.1.5: nothing, of sRGB; `yes` is sRGB. */
export type ColorProfile = 'no' | 'yes' | 'srgb' | 'adobergb' | 'rommrgb'

/** What a client wants of a picture. PS3.18 8.3.5.1 */
export interface PictureRequest {
  readonly mediaType: PictureType
  /** 1 to 100; of types that lose */
  readonly quality: number | undefined
  /** instead of the frame's own */
  readonly window: Window | undefined
  readonly viewport: Viewport | undefined
  /** nothing by default */
  readonly annotation?: readonly Annotation[]
  /** what that is for the frame, found by services/render.ts */
  readonly lines?: AnnotationLines
  /** none by default */
  readonly colorProfile?: ColorProfile
}

/** PS3.18 8.3.5.1.3: the region is cut out, flipped, and fitted into width × height, its shape kept. */
export interface Viewport {
  /** in pixels of the picture; undefined: as the other and the shape of the region give it */
  readonly width: number | undefined
  readonly height: number | undefined
  /** of the source; all of it by default */
  readonly region: Region | undefined
  readonly flipHorizontal: boolean
  readonly flipVertical: boolean
  /** a picture that is smaller stays as it is */
  readonly withoutEnlargement?: boolean
}

/** What lies outside of the picture is cut off. */
export interface Region {
  /** `pixel` of the source, or `whole`: parts of its width and its height, 0 to 1 (PS3.18 9.5.1.6) */
  readonly unit?: 'pixel' | 'whole'
  readonly x: number
  readonly y: number
  /** above 0; undefined: to the right edge */
  readonly width: number | undefined
  /** above 0; undefined: to the lower edge */
  readonly height: number | undefined
}

export interface Picture {
  readonly mediaType: PictureType
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
}
