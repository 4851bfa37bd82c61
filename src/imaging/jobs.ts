import type { EncodedFrame, EncodeOptions } from './codecs/encoded-frame.js'
import type { ColorMapName, ValueRange } from './color-map.js'
import type { FrameDescription } from './frame-description.js'
import type { IconKind } from './icons.js'
import type { LegendEntry } from './legend.js'
import type { PixelFormat } from './pixel-format.js'
import type { Picture, PictureRequest } from './picture-request.js'
import type { Presentation } from './presentation.js'
import type { Segments } from './segmentation.js'

/** Stored value to what it stands for. */
export interface RealWorldValues {
  readonly slope: number
  readonly intercept: number
  /** empty where it has none */
  readonly unit: string
}

/** What the imaging pool does: bytes and plain data in, bytes and plain data out. A job of each kind is a file in jobs/. */
export interface ImagingJobs {
  animation: {
    input: {
      /** files of one size */
      readonly pictures: readonly Uint8Array[]
      /** how long each is seen, in milliseconds */
      readonly frameMs: readonly number[]
      readonly mediaType: 'image/gif' | 'image/webp'
      /** 1 to 100; of types that lose */
      readonly quality: number | undefined
    }
    output: { readonly bytes: Uint8Array }
  }
  document: {
    input: { readonly source: DocumentSource; readonly as: 'text/html' | 'text/plain' }
    output: { readonly bytes: Uint8Array }
  }
  picture: {
    input: {
      readonly frame: Uint8Array
      readonly description: FrameDescription
      readonly request: PictureRequest
    }
    output: Picture
  }
  'color-map': {
    input: {
      readonly frame: Uint8Array
      readonly description: FrameDescription
      readonly real: RealWorldValues
      readonly map: ColorMapName
      /** by default that of the frame's values */
      readonly range: ValueRange | undefined
      /** its window is in the unit of the real values */
      readonly request: PictureRequest
    }
    output: Picture
  }
  icon: {
    input: { readonly kind: IconKind; readonly request: PictureRequest }
    output: Picture
  }
  presentation: {
    input: {
      readonly frame: Uint8Array
      /** with the lookup tables and overlays of the state */
      readonly description: FrameDescription
      readonly presentation: Presentation
      readonly request: PictureRequest
    }
    output: Picture
  }
  segmentation: {
    input: {
      /** of one place and one format */
      readonly frames: readonly Uint8Array[]
      readonly description: FrameDescription
      readonly segments: Segments
      /** that they are laid over; of the same size */
      readonly image: { readonly frame: Uint8Array; readonly description: FrameDescription } | undefined
      readonly legend: readonly LegendEntry[]
      /** its window is that of the image */
      readonly request: PictureRequest
    }
    output: Picture
  }
  samples: {
    input: { readonly picture: Uint8Array; readonly mediaType: string }
    output: {
      /** pixel by pixel, frame by frame, little endian */
      readonly bytes: Uint8Array
      readonly rows: number
      readonly columns: number
      readonly samples: number
      readonly bitsAllocated: number
      readonly frames: number
    }
  }
  transcode: {
    input: {
      readonly frame: Uint8Array
      readonly transferSyntax: string
      readonly format: PixelFormat
      readonly to: string
      readonly options: EncodeOptions
    }
    output: EncodedFrame
  }
  'value-range': {
    input: { readonly frame: Uint8Array; readonly description: FrameDescription }
    output: { readonly least: number; readonly most: number }
  }
}

/** What a document is made from. */
export type DocumentSource =
  | {
      readonly kind: 'structured-report'
      /** raw deflate of the DICOM JSON text with URL_MARK */
      readonly header: Uint8Array
      readonly headerTextBytes: number
      /** text values that the header gives as bulk data, as they are stored: by the path of their URI */
      readonly texts: ReadonlyMap<string, Uint8Array>
      /** URL of the DICOMweb root, for links to what the report refers to */
      readonly base: string
    }
  | { readonly kind: 'cda'; readonly xml: Uint8Array }

export type JobKind = keyof ImagingJobs
export type JobInput<K extends JobKind> = ImagingJobs[K]['input']
export type JobOutput<K extends JobKind> = ImagingJobs[K]['output']
