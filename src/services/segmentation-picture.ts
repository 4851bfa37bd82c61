import { headerAttributes } from '../dicom/header-attributes.js'
import { headerItem } from '../dicom/header-items.js'
import { itemOf } from '../dicom/json-values.js'
import { Problem } from '../dicom/problem.js'
import type { FrameDescription } from '../imaging/frame-description.js'
import type { JobInput } from '../imaging/jobs.js'
import type { LegendEntry } from '../imaging/legend.js'
import type { ImagingPool } from '../imaging/pool.js'
import type { Segments } from '../imaging/segmentation.js'
import type { ArchiveIndex, FoundInstance } from '../index/archive-index.js'
import { noSuchInstance } from './absent.js'
import type { PlanPicture } from './derived-picture.js'
import type { FrameDescriptions } from './frame-descriptions.js'
import { isSamePlane, planeOf, type Plane } from './frame-plane.js'
import type { FrameService } from './frames.js'
import { readSegmentation, type Segmentation, type SegmentationFrame } from './segmentation-frames.js'
import { wholeFrame } from './whole-frame.js'

/** Segmentation Storage, Label Map Segmentation Storage. PS3.4 B.5 */
const CLASSES = new Set(['1.2.840.10008.5.1.4.1.1.66.4', '1.2.840.10008.5.1.4.1.1.66.7'])

interface ImageBelow {
  readonly instance: FoundInstance
  read(signal: AbortSignal | undefined): Promise<NonNullable<JobInput<'segmentation'>['image']>>
}

/** Of the segments at one place, together. */
const MOST_LAYER_BYTES = 64 << 20

export function isSegmentation({ SOPClassUID }: Pick<FoundInstance, 'SOPClassUID'>): boolean {
  return CLASSES.has(SOPClassUID)
}

/** Segmentations as a person sees them: each segment in its colour, over the image it was made from where that is stored in the
 *  same study and its pixels lie at the same place, else over black. */
export function segmentationPictures(
  index: ArchiveIndex,
  frames: FrameService,
  descriptions: FrameDescriptions,
  pool: ImagingPool,
): PlanPicture {
  /** a viewer asks for the frames of one instance after the other */
  let latest: { readonly id: number; readonly read: Promise<Segmentation> } | undefined

  return async (instance, frame) => {
    const { count } = frames.ofInstance(instance)
    const segmentation = await read(instance, count)
    const shown = frame === undefined ? togetherAtOnePlace(segmentation, count) : [frame]
    const [first = 0] = shown
    if (first >= count) throw new Problem('frame-not-found', `the instance has ${count} frames`)
    const description = await descriptions.of(instance, first)
    const place = segmentation.frames[first]
    const image = place === undefined ? undefined : await imageBelow(instance, place, description)
    return {
      other: image?.instance,
      draw(request, signal) {
        const input = async (): Promise<JobInput<'segmentation'>> => ({
          frames: await layers(instance, shown, signal),
          description,
          segments: segmentsOf(segmentation, shown),
          image: await image?.read(signal),
          legend: frame === undefined ? legendOf(segmentation, shown) : [],
          request,
        })
        return pool.run('segmentation', input, signal, instance.uids.StudyInstanceUID)
      },
    }
  }

  async function read(instance: FoundInstance, count: number): Promise<Segmentation> {
    if (latest?.id !== instance.id) {
      const stored = await index.header(instance.id)
      if (stored === undefined) throw noSuchInstance()
      const read = readSegmentation(stored, count)
      latest = { id: instance.id, read }
      read.catch(() => (latest = undefined))
    }
    return latest.read
  }

  async function layers(
    instance: FoundInstance,
    shown: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array[]> {
    const found = frames.ofInstance(instance)
    const bytes: Uint8Array[] = []
    let total = 0
    for (const frame of shown) {
      const payload = await found.frame(frame)
      total += payload.lengthBytes
      if (bytes.length > 0 && total > MOST_LAYER_BYTES)
        throw new Problem('limit-exceeded', 'the segments at one place are more than can be shown together')
      bytes.push(await wholeFrame(payload, signal))
    }
    return bytes
  }

  async function imageBelow(
    instance: FoundInstance,
    { source, plane }: SegmentationFrame,
    { format }: FrameDescription,
  ): Promise<ImageBelow | undefined> {
    if (source === undefined) return undefined
    const image = await index.findBySopInstance(source.SOPInstanceUID)
    if (image?.uids.StudyInstanceUID !== instance.uids.StudyInstanceUID || isSegmentation(image))
      return undefined
    const found = frames.ofInstance(image)
    const frame = source.frame ?? (found.count === 1 ? 0 : -1)
    if (frame < 0 || frame >= found.count) return undefined
    const description = await descriptions.of(image, frame)
    const isSameSize =
      description.format.rows === format.rows && description.format.columns === format.columns
    if (!isSameSize || !isSamePlane(plane, await planeOfImage(image, frame))) return undefined
    return {
      instance: image,
      read: async signal => ({ frame: await wholeFrame(await found.frame(frame), signal), description }),
    }
  }

  async function planeOfImage(image: FoundInstance, frame: number): Promise<Plane> {
    const stored = await index.header(image.id)
    if (stored === undefined) throw noSuchInstance()
    const tags = new Set(['00200032', '00200037', '52009229'])
    const header = await headerAttributes(stored.header, stored.headerTextBytes, tags)
    const own = await headerItem(stored.header, '52009230', frame)
    return planeOf(own ?? header, itemOf(header, '52009229'))
  }
}

/** The frames of the place with most of them, the middle one of such places. */
function togetherAtOnePlace({ frames }: Segmentation, count: number): readonly number[] {
  const places = new Map<string, number[]>()
  for (const [number, { place }] of frames.entries()) {
    const together = places.get(place)
    if (together === undefined) places.set(place, [number])
    else together.push(number)
  }
  let most = 0
  for (const together of places.values()) most = Math.max(most, together.length)
  const fullest = [...places.values()].filter(together => together.length === most)
  return fullest[fullest.length >> 1] ?? [count >> 1]
}

function segmentsOf(
  { kind, whole, background, segments, frames }: Segmentation,
  shown: readonly number[],
): Segments {
  const colors: Segments['colors'][number][] = []
  if (kind === 'label-map') for (const [number, { color }] of segments) colors[number] = color
  else
    for (const frame of shown)
      colors.push(segments.get(frames[frame]?.segment ?? 0)?.color ?? [255, 255, 255])
  return { kind, whole, background, colors }
}

function legendOf(
  { kind, background, segments, frames }: Segmentation,
  shown: readonly number[],
): readonly LegendEntry[] {
  const numbers =
    kind === 'label-map'
      ? [...segments.keys()].filter(number => number !== background)
      : [...new Set(shown.map(frame => frames[frame]?.segment ?? 0))]
  return numbers.flatMap(number => segments.get(number) ?? [])
}
