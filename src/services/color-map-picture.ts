import { headerAttributes } from '../dicom/header-attributes.js'
import { headerItem } from '../dicom/header-items.js'
import type { DicomJson } from '../dicom/json-model.js'
import { itemOf, numberOf, textOf } from '../dicom/json-values.js'
import { Problem } from '../dicom/problem.js'
import type { ColorMapName, ValueRange } from '../imaging/color-map.js'
import type { FrameDescription } from '../imaging/frame-description.js'
import type { JobInput, RealWorldValues } from '../imaging/jobs.js'
import type { Picture, PictureRequest } from '../imaging/picture-request.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { ArchiveIndex, FoundInstance, StoredHeader } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { PlanPicture } from './derived-picture.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import type { FrameService } from './frames.js'
import { wholeFrame } from './whole-frame.js'

/** PS3.4 B.5: Parametric Map Storage, RT Dose Storage */
const MAPS: ReadonlyMap<string, ColorMapName> = new Map([
  ['1.2.840.10008.5.1.4.1.1.30', 'viridis'],
  ['1.2.840.10008.5.1.4.1.1.481.2', 'dose'],
])

const REAL_WORLD_VALUE_MAPPING = '00409096'
const SHARED_GROUPS = '52009229'
const TAGS = new Set(['30040002', '3004000E', REAL_WORLD_VALUE_MAPPING, SHARED_GROUPS])

export function isColorMapped({ SOPClassUID, frames }: FoundInstance): boolean {
  return MAPS.has(SOPClassUID) && frames.kind !== 'none'
}

/** Parametric maps and doses in colours, by the values that they stand for; a window is in their unit. */
export function colorMapPictures(
  index: ArchiveIndex,
  frames: FrameService,
  descriptions: FrameDescriptions,
  pool: ImagingPool,
): PlanPicture {
  return (instance, frame) => {
    const found = frames.ofInstance(instance)
    const number = frame ?? Math.floor(found.count / 2)
    if (number >= found.count)
      return Promise.reject(new Problem('frame-not-found', `the instance has ${found.count} frames`))
    return Promise.resolve({
      other: undefined,
      draw: (request, signal) => draw(instance, number, request, signal),
    })
  }

  async function draw(
    instance: FoundInstance,
    frame: number,
    request: PictureRequest,
    signal: AbortSignal | undefined,
  ): Promise<Picture> {
    const stored = await index.header(instance.id)
    if (stored === undefined) throw noSuchInstance()
    const description = await descriptions.of(instance, frame)
    const map = MAPS.get(instance.SOPClassUID) ?? 'viridis'
    const real = await (map === 'dose' ? doseOf(stored) : mappingOf(stored, frame, description))
    const range = rangeOf(description, real)
    const input = async (): Promise<JobInput<'color-map'>> => ({
      frame: await wholeFrame(await frames.ofInstance(instance).frame(frame), signal),
      description,
      real,
      map,
      range,
      request,
    })
    return pool.run('color-map', input, signal, instance.uids.StudyInstanceUID)
  }
}

/** PS3.3 C.8.8.3.4.1 */
async function doseOf(stored: StoredHeader): Promise<RealWorldValues> {
  const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
  const unit = textOf(header, '30040002')
  return {
    slope: numberOf(header, '3004000E') ?? 1,
    intercept: 0,
    unit: unit === 'GY' ? 'Gy' : unit === 'RELATIVE' ? 'relative' : '',
  }
}

/** Of the frame, of all frames, or of the instance; without one, by rescale slope and intercept. PS3.3 C.7.6.16.2.11 */
async function mappingOf(
  stored: StoredHeader,
  frame: number,
  { rescale }: FrameDescription,
): Promise<RealWorldValues> {
  const header = await headerAttributes(stored.header, stored.headerTextBytes, TAGS)
  const own = await headerItem(stored.header, '52009230', frame)
  const inOwn = itemOf(own, REAL_WORLD_VALUE_MAPPING)
  const inShared = itemOf(itemOf(header, SHARED_GROUPS), REAL_WORLD_VALUE_MAPPING)
  const mapping = inOwn ?? inShared ?? itemOf(header, REAL_WORLD_VALUE_MAPPING)
  return {
    slope: numberOf(mapping, '00409225') ?? rescale.slope,
    intercept: numberOf(mapping, '00409224') ?? rescale.intercept,
    unit: unitOf(itemOf(mapping, '004008EA')),
  }
}

/** A code of UCUM is what is written after a number; 1 is no unit. */
function unitOf(code: DicomJson | undefined): string {
  const unit = textOf(code, '00080102') === 'UCUM' ? textOf(code, '00080100') : textOf(code, '00080104')
  return unit === undefined || unit === '1' ? '' : unit.slice(0, 24)
}

/** The frame's own window, from rescaled units into those of the real world. */
function rangeOf({ window, rescale }: FrameDescription, real: RealWorldValues): ValueRange | undefined {
  if (window === undefined || rescale.slope === 0) return undefined
  const [one = 0, other = 0] = [-1, 1].map(side => {
    const edge = window.center + (side * window.width) / 2
    return ((edge - rescale.intercept) / rescale.slope) * real.slope + real.intercept
  })
  return { low: Math.min(one, other), high: Math.max(one, other) }
}
