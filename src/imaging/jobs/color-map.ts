import { Problem } from '../../dicom/problem.js'
import { decodeFrame } from '../codecs/decode.js'
import { coloredValues, rangeOf, type ValueRange } from '../color-map.js'
import { encodePicture } from '../encode-picture.js'
import type { JobInput, JobOutput } from '../jobs.js'
import { withScaleBar } from '../scale-bar.js'
import { storedValues } from '../stored-values.js'

/** A smaller picture is drawn with larger pixels, so that it can be read. */
const LEAST_HEIGHT = 256

/** A frame of measured values in colours, with a bar that says what they mean. PS3.3 C.8.32, C.8.8.3 */
export async function colorMap({
  frame,
  description,
  real,
  map,
  range,
  request,
}: JobInput<'color-map'>): Promise<JobOutput<'color-map'>> {
  const native = await decodeFrame(frame, description.transferSyntax, description.format)
  const { rows, columns, samples } = native.format
  if (samples !== 1) throw new Problem('undecodable', 'a map of values has more than one sample a pixel')
  const values = Float64Array.from(storedValues(native).subarray(0, rows * columns))
  const { padding } = description
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    const isPadding = padding !== undefined && value >= padding.low && value <= padding.high
    values[i] = isPadding || !Number.isFinite(value) ? NaN : value * real.slope + real.intercept
  }
  const shown: ValueRange = asked(request.window) ?? range ?? withZero(rangeOf(values), map)
  // A region of the source is cut from what has its size alone.
  if (request.viewport?.region !== undefined)
    return encodePicture(coloredValues(values, columns, shown, map, 1), request)
  const times = Math.max(1, Math.ceil(LEAST_HEIGHT / rows))
  const picture = coloredValues(values, columns, shown, map, times)
  return encodePicture(await withScaleBar(picture, map, shown, real.unit), request)
}

function asked(window: JobInput<'color-map'>['request']['window']): ValueRange | undefined {
  if (window === undefined) return undefined
  return { low: window.center - window.width / 2, high: window.center + window.width / 2 }
}

/** A dose begins at none. */
function withZero(range: ValueRange, map: JobInput<'color-map'>['map']): ValueRange {
  return map === 'dose' ? { ...range, low: Math.min(0, range.low) } : range
}
