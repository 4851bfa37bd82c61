/** The parameters that say how a picture is made, from text to what is drawn. PS3.18 8.3.5.1 */
import { Problem } from '../dicom/problem.js'
import type { PictureRequest, PictureType } from '../services/render.js'

export type PictureParameters = Omit<PictureRequest, 'mediaType'>
type Viewport = NonNullable<PictureRequest['viewport']>
type Window = NonNullable<PictureRequest['window']>

/** As the query has them; `quality` was checked by the contract. */
export interface PictureQuery {
  readonly annotation?: string | undefined
  readonly quality?: number | undefined
  readonly viewport?: string | undefined
  readonly window?: string | undefined
  readonly iccprofile?: string | undefined
}

/** Sides and area of a viewport in pixels: more is nobody's screen, and costs memory. */
const MOST_SIDE = 16_384
const MOST_AREA = 64 << 20

/** @returns the parameters, and in `ignored` what has a name that is not known (a Warning)
 * @throws Problem `invalid-parameter` */
export function readPictureParameters(query: PictureQuery): {
  readonly parameters: PictureParameters
  readonly ignored: readonly string[]
} {
  const { annotation, ignored } = readAnnotation(query.annotation)
  const profile = readColorProfile(query.iccprofile)
  return {
    ignored,
    parameters: {
      quality: query.quality,
      window: readWindow(query.window),
      viewport: readViewport(query.viewport),
      ...(annotation.length === 0 ? {} : { annotation }),
      ...(profile === undefined ? {} : { colorProfile: profile }),
    },
  }
}

/** Of a thumbnail: the size alone, never more than there is. PS3.18 8.3.5.1.3, 10.4.1.1.4
 * @param usual side in pixels where no viewport is given
 * @throws Problem `invalid-parameter` */
export function readThumbnailViewport(text: string | undefined, usual: number): Viewport {
  const viewport = readViewport(text)
  if (text?.split(',').length === 6)
    throw invalid('viewport', 'vw,vh: a thumbnail shows the whole picture, no region of it')
  return {
    width: viewport?.width ?? usual,
    height: viewport?.height ?? usual,
    region: undefined,
    flipHorizontal: false,
    flipVertical: false,
    withoutEnlargement: true,
  }
}

/** The same of one media type.
 * @param chosen of pictureOffers; by another name where that was asked for
 * @param isMoving all frames, one after the other
 * @throws Problem `invalid-parameter`: it cannot bear a colour profile */
export function pictureRequest(
  chosen: string,
  parameters: PictureParameters,
  isMoving = false,
): PictureRequest {
  const mediaType = PICTURE_TYPES.find(each => each === chosen) ?? 'image/jpeg'
  const { colorProfile = 'no' } = parameters
  if ((isMoving || mediaType === 'image/gif') && colorProfile !== 'no')
    throw invalid(
      'iccprofile',
      `no: ${isMoving ? 'a picture that moves' : mediaType} cannot bear a colour profile`,
    )
  return { mediaType, ...parameters }
}

const PICTURE_TYPES: readonly PictureType[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
]

/** `patient,technique`. PS3.18 8.3.5.1.1 */
function readAnnotation(text: string | undefined): {
  readonly annotation: NonNullable<PictureRequest['annotation']>
  readonly ignored: readonly string[]
} {
  if (text === undefined) return { annotation: [], ignored: [] }
  const words = text
    .split(',')
    .map(word => word.trim().toLowerCase())
    .filter(word => word !== '')
  if (words.length === 0) throw invalid('annotation', 'patient, technique, or both with a comma between them')
  const known = (['patient', 'technique'] as const).filter(name => words.includes(name))
  return { annotation: known, ignored: words.length === known.length ? [] : ['annotation'] }
}

/** `center,width[,function]`. PS3.18 8.3.5.1.4; two values are LINEAR, as clients of the field send them. */
export function readWindow(text: string | undefined): Window | undefined {
  if (text === undefined) return undefined
  const [center, width, shape = 'linear', ...more] = text.split(',').map(part => part.trim())
  const numbers = { center: decimal(center), width: decimal(width) }
  const name = shape.toUpperCase().replaceAll('-', '_')
  if (numbers.center === undefined || numbers.width === undefined || more.length > 0)
    throw invalid('window', 'center,width,function: two decimal numbers and the name of a function')
  if (name !== 'LINEAR' && name !== 'LINEAR_EXACT' && name !== 'SIGMOID')
    throw invalid('window', 'of one of the functions linear, linear-exact and sigmoid')
  // PS3.3 C.11.2.1.2, C.11.2.1.3
  if (name === 'LINEAR' ? numbers.width < 1 : numbers.width <= 0)
    throw invalid('window', 'of a width of 1 or more, or above 0 where the function is not linear')
  return { center: numbers.center, width: numbers.width, shape: name }
}

/** `vw,vh` or `vw,vh,sx,sy,sw,sh`, of the last four any left out. PS3.18 8.3.5.1.3 */
function readViewport(text: string | undefined): Viewport | undefined {
  if (text === undefined) return undefined
  const parts = text.split(',').map(part => part.trim())
  const numbers = parts.map((part, n) => (part === '' && n >= 2 ? undefined : (decimal(part) ?? NaN)))
  if ((parts.length !== 2 && parts.length !== 6) || numbers.some(each => Number.isNaN(each)))
    throw invalid(
      'viewport',
      'vw,vh or vw,vh,sx,sy,sw,sh: decimal numbers, of which the last four may be empty',
    )
  const [width = 0, height = 0, x = 0, y = 0, cutWidth, cutHeight] = numbers
  if (cutWidth === 0 || cutHeight === 0) throw invalid('viewport', 'of a region that is larger than nothing')
  return {
    ...viewportSize(width, height),
    region:
      parts.length === 2
        ? undefined
        : {
            x,
            y,
            width: cutWidth === undefined ? undefined : Math.abs(cutWidth),
            height: cutHeight === undefined ? undefined : Math.abs(cutHeight),
          },
    flipHorizontal: (cutWidth ?? 0) < 0,
    flipVertical: (cutHeight ?? 0) < 0,
  }
}

function viewportSize(width: number, height: number): Pick<Viewport, 'width' | 'height'> {
  const size = { width: Math.round(width), height: Math.round(height) }
  if (size.width < 1 || size.height < 1) throw invalid('viewport', 'of a size of 1 or more each way')
  if (size.width > MOST_SIDE || size.height > MOST_SIDE || size.width * size.height > MOST_AREA)
    throw invalid('viewport', `of at most ${MOST_SIDE} pixels each way and ${MOST_AREA} in all`)
  return size
}

function readColorProfile(text: string | undefined): PictureRequest['colorProfile'] {
  if (text === undefined) return undefined
  const name = PROFILES.find(each => each === text.trim().toLowerCase())
  if (name === undefined) throw invalid('iccprofile', `one of ${PROFILES.join(', ')}`)
  return name
}
const PROFILES = ['no', 'yes', 'srgb', 'adobergb', 'rommrgb'] as const

/** DS of PS3.5 6.2, of which a plus sign may have become a blank.
 * @returns undefined where it is none */
function decimal(text: string | undefined): number | undefined {
  if (text === undefined || text.length > 32 || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    return undefined
  const number = Number(text)
  return Number.isFinite(number) ? number : undefined
}

function invalid(name: string, expected: string): Problem {
  return new Problem('invalid-parameter', `the ${name} parameter is not ${expected}`)
}
