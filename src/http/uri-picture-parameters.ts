/** The parameters of the URI service that say how a picture is made. PS3.18 9.5.1 */
import { Problem } from '../dicom/problem.js'
import { readPictureParameters, type PictureParameters } from './picture-parameters.js'

/** As the query has them. */
export interface UriPictureQuery {
  readonly annotation?: string | undefined
  readonly columns?: string | undefined
  readonly frameNumber?: string | undefined
  readonly imageAnnotation?: string | undefined
  readonly imageQuality?: string | undefined
  readonly presentationSeriesUID?: string | undefined
  readonly presentationUID?: string | undefined
  readonly region?: string | undefined
  readonly rows?: string | undefined
  readonly windowCenter?: string | undefined
  readonly windowWidth?: string | undefined
}

export const URI_PICTURE_PARAMETERS = [
  'annotation',
  'columns',
  'frameNumber',
  'imageAnnotation',
  'imageQuality',
  'presentationSeriesUID',
  'presentationUID',
  'region',
  'rows',
  'windowCenter',
  'windowWidth',
] as const satisfies readonly (keyof UriPictureQuery)[]

export interface UriPicture {
  readonly parameters: PictureParameters
  /** 0-based */
  readonly frame: number | undefined
  /** names of parameters of which some was not understood, for a Warning */
  readonly ignored: readonly string[]
}

const MOST_SIDE = 16_384
const MOST_FRAMES = 2 ** 31

/** @throws Problem `invalid-parameter`; `not-acceptable`: a presentation state is to be applied */
export function readUriPicture(query: UriPictureQuery): UriPicture {
  if (query.presentationUID !== undefined || query.presentationSeriesUID !== undefined)
    throw new Problem(
      'not-acceptable',
      'a presentation state is drawn where it is asked for by its own UID, not over an instance that is named beside it',
    )
  const { windowCenter, windowWidth } = query
  if ((windowCenter === undefined) !== (windowWidth === undefined))
    throw invalid('windowCenter', 'beside windowWidth: both are given, or none')
  const { parameters, ignored } = readPictureParameters({
    annotation: query.annotation ?? query.imageAnnotation,
    quality: wholeNumber('imageQuality', query.imageQuality, 100),
    window: windowCenter === undefined ? undefined : `${windowCenter},${windowWidth ?? ''}`,
  })
  const frame = wholeNumber('frameNumber', query.frameNumber, MOST_FRAMES)
  return {
    parameters: { ...parameters, viewport: viewportOf(query) },
    frame: frame === undefined ? undefined : frame - 1,
    ignored,
  }
}

/** rows and columns are maxima; region is left, top, right and lower edge, 0 to 1 of the picture. */
function viewportOf(query: UriPictureQuery): PictureParameters['viewport'] {
  const width = wholeNumber('columns', query.columns, MOST_SIDE)
  const height = wholeNumber('rows', query.rows, MOST_SIDE)
  const region = regionOf(query.region)
  if (width === undefined && height === undefined && region === undefined) return undefined
  return { width, height, region, flipHorizontal: false, flipVertical: false }
}

function regionOf(text: string | undefined): NonNullable<PictureParameters['viewport']>['region'] {
  if (text === undefined) return undefined
  const parts = text.split(',').map(part => part.trim())
  const [left = NaN, top = NaN, right = NaN, bottom = NaN] = parts.map(part =>
    /^\+?(?:[01](?:\.\d{0,16})?|\.\d{1,16})$/.test(part) ? Number(part) : NaN,
  )
  if (parts.length !== 4 || !(left < right && top < bottom && right <= 1 && bottom <= 1))
    throw invalid(
      'region',
      'xmin,ymin,xmax,ymax: decimal numbers from 0 to 1, each maximum above its minimum',
    )
  return { unit: 'whole', x: left, y: top, width: right - left, height: bottom - top }
}

function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const number = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > most) throw invalid(name, `an integer from 1 to ${most}`)
  return number
}

function invalid(name: string, expected: string): Problem {
  return new Problem('invalid-parameter', `the ${name} parameter is not ${expected}`)
}
